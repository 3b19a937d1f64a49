//! Old BOAMP `MARCHE_RESERVE_OUI` and `MARCHE_RESERVE_NON`, for the whole notice.

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{ANY_RESERVATION, Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// `oui` reserves the market, in whole or in part, without saying to whom.
pub(crate) struct LegacyReservation;

const ID: &str = "code.boamp-reservation";

impl Rule for LegacyReservation {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "Ancien formulaire BOAMP : marché réservé",
            "Old BOAMP form: reserved market",
        )
        .finds(FindingKind::ReservedUnspecified)
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded| {
            let tick = |says| Tick::covering(ID, coded, says, ANY_RESERVATION);
            match coded.value.as_str() {
                "oui" => tick(TickSays::States(FindingKind::ReservedUnspecified)),
                "non" => tick(TickSays::Denies),
                other => tick(TickSays::Unknown(format!("« {other} » n'est ni oui ni non"))),
            }
        };
        facts.of(CodedField::LegacyReservation).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&LegacyReservation, CodedField::LegacyReservation);
        states(rule, field, "oui", FindingKind::ReservedUnspecified);
        assert_eq!(says(rule, field, "non"), Some(TickSays::Denies));
        is_unknown(rule, field, "peut-être");
    }
}
