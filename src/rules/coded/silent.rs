//! Coded fields that prove nothing by themselves, kept to explain it.

use crate::domain::coded::CodedField;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// BT-06 `soc-obj` names a social objective without saying that the contract carries it out; BOAMP
/// `criteres: sociaux` stands on notices without one social word (a crèche, 26-88471); a
/// reservation to a profession (architects, guards) has nothing to do with the social economy;
/// a planned purchase shown on the Marché de l'inclusion is not reserved by that.
pub(crate) struct Silent;

const ID: &str = "code.silent";

impl Rule for Silent {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "Champs codés qui ne prouvent rien seuls (BT-06, criteres BOAMP, profession particulière, Marché de l'inclusion)",
            "Coded fields that prove nothing alone (BT-06, BOAMP criteres, particular profession, Marché de l'inclusion)",
        )
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let silent = [
            CodedField::StrategicProcurement,
            CodedField::ParticularProfession,
            CodedField::BoampCriteria,
            CodedField::ApprochInclusion,
        ];
        let coded = facts.coded.iter().filter(|coded| silent.contains(&coded.field));
        coded.map(|coded| Tick::read(ID, coded, TickSays::Nothing)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::says;

    #[test]
    fn nothing_is_said_whatever_the_value() {
        for (field, value) in [
            (CodedField::StrategicProcurement, "soc-obj"),
            (CodedField::ParticularProfession, "oui"),
            (CodedField::BoampCriteria, "sociaux"),
        ] {
            assert_eq!(says(&Silent, field, value), Some(TickSays::Nothing));
        }
        assert_eq!(says(&Silent, CodedField::FnsReservation, "oui"), None);
    }
}
