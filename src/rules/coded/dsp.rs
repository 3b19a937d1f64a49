//! DSP `situation.marcheReserve`, for the whole notice of a concession.

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{ANY_RESERVATION, Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// The element is always present; its child tells. Only `marcheReserveNON` was ever seen, so any
/// other child is read by its name: one that says yes reserves, one that says neither is unknown.
pub(crate) struct DspReservation;

const ID: &str = "code.dsp-reservation";

impl Rule for DspReservation {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "Formulaire DSP : concession réservée",
            "Concession form: reserved concession",
        )
        .finds(FindingKind::ReservedUnspecified)
        .under("L3113-1")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded| {
            let tick = |says| Tick::covering(ID, coded, says, ANY_RESERVATION);
            let name = coded.value.to_ascii_lowercase();
            match name.as_str() {
                name if name.ends_with("non") => tick(TickSays::Denies),
                name if name.ends_with("oui") => {
                    tick(TickSays::States(FindingKind::ReservedUnspecified))
                }
                _ => tick(TickSays::Unknown(format!(
                    "l'élément « {} » n'a jamais été rencontré",
                    coded.value
                ))),
            }
        };
        facts.of(CodedField::DspReservation).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&DspReservation, CodedField::DspReservation);
        states(rule, field, "marcheReserveOUI", FindingKind::ReservedUnspecified);
        assert_eq!(says(rule, field, "marcheReserveNON"), Some(TickSays::Denies));
        is_unknown(rule, field, "ateliersProteges");
    }
}
