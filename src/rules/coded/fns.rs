//! FNSimple `reservationMarche`, for the whole notice.

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{ANY_RESERVATION, Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// `oui` means that all or part of the market is reserved; the form has no field that says which
/// lot, nor to whom.
pub(crate) struct FnsReservation;

const ID: &str = "code.fns-reservation";

impl Rule for FnsReservation {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "Formulaire national : tout ou partie du marché réservé",
            "National form: all or part of the market reserved",
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
        facts.of(CodedField::FnsReservation).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&FnsReservation, CodedField::FnsReservation);
        states(rule, field, "oui", FindingKind::ReservedUnspecified);
        assert_eq!(says(rule, field, "non"), Some(TickSays::Denies));
        is_unknown(rule, field, "");
    }
}
