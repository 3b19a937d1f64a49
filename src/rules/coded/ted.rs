//! Flags of section III.1.5 of the old TED forms (XML R2.0.9), for the whole notice.

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{
    Facts, Origin, PUBLIC_SERVICE, Rule, RuleInfo, Ruling, SHELTERED, Tick, TickSays,
};

/// All three stand under the heading *Information about reserved contracts*. They are of the whole notice: which lot is meant, only the text says.
pub(crate) struct TedReservation;

const ID: &str = "code.ted-reservation";

impl Rule for TedReservation {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "Ancien formulaire européen : marché réservé (III.1.5)",
            "Old European form: reserved contract (III.1.5)",
        )
        .finds(FindingKind::ReservedUnspecified)
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded| {
            let tick = |says, covers| Tick::covering(ID, coded, says, covers);
            match coded.value.as_str() {
                "RESTRICTED_SHELTERED_WORKSHOP" | "RESTRICTED_SHELTERED_PROGRAM" => {
                    tick(TickSays::States(FindingKind::ReservedUnspecified), SHELTERED)
                }
                "RESERVED_ORGANISATIONS_SERVICE_MISSION" => {
                    tick(TickSays::States(FindingKind::ReservedEss), PUBLIC_SERVICE)
                }
                other => tick(
                    TickSays::Unknown(format!(
                        "« {other} » n'est pas une case de la rubrique III.1.5"
                    )),
                    &[],
                ),
            }
        };
        facts.of(CodedField::TedReservation).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&TedReservation, CodedField::TedReservation);
        states(rule, field, "RESTRICTED_SHELTERED_WORKSHOP", FindingKind::ReservedUnspecified);
        states(rule, field, "RESERVED_ORGANISATIONS_SERVICE_MISSION", FindingKind::ReservedEss);
        assert_eq!(says(rule, CodedField::ParticularProfession, "oui"), None);
        is_unknown(rule, field, "RESTRICTED_SOMETHING");
    }
}
