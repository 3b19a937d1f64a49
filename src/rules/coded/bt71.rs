//! BT-71 reserved participation, on each lot of an eForms notice (mandatory in subtypes 7 to 22).

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{
    Facts, Origin, PUBLIC_SERVICE, Rule, RuleInfo, Ruling, SHELTERED, Tick, TickSays,
};

/// `res-ws` reserves the lot and does not say to whom: it covers EA, ESAT and SIAE together.
/// `res-pub-ser` is art. 77 of the directive, in French law the social economy (art. L2113-15).
pub(crate) struct ReservedParticipation;

const ID: &str = "code.bt-71";

impl Rule for ReservedParticipation {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "BT-71 : participation réservée",
            "BT-71: reserved participation",
        )
        .finds(FindingKind::ReservedUnspecified)
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded| {
            let tick = |says, covers| Tick::covering(ID, coded, says, covers);
            match coded.value.as_str() {
                "res-ws" => tick(TickSays::States(FindingKind::ReservedUnspecified), SHELTERED),
                "res-pub-ser" => tick(TickSays::States(FindingKind::ReservedEss), PUBLIC_SERVICE),
                "none" => tick(TickSays::Denies, &[]),
                other => tick(
                    TickSays::Unknown(format!(
                        "la valeur « {other} » n'est pas dans la liste BT-71"
                    )),
                    &[],
                ),
            }
        };
        facts.of(CodedField::ReservedParticipation).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&ReservedParticipation, CodedField::ReservedParticipation);
        states(rule, field, "res-ws", FindingKind::ReservedUnspecified);
        states(rule, field, "res-pub-ser", FindingKind::ReservedEss);
        assert_eq!(says(rule, field, "none"), Some(TickSays::Denies));
        assert_eq!(says(rule, CodedField::ReservedExecution, "yes"), None);
        is_unknown(rule, field, "res-new");
    }
}
