//! APProch `marche_reserve` and `considerations_sociales`, of a planned purchase.

use crate::domain::coded::{Coded, CodedField};
use crate::domain::finding::FindingKind;
use crate::domain::text::fold_key;
use crate::rules::rule::{ANY_RESERVATION, Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// `marche_reserve` says that the buyer means to reserve the purchase, sometimes to whom.
/// `considerations_sociales` names a clause or a criterion, or only says that there will be one.
pub(crate) struct ApprochProject;

const ID: &str = "code.approch";

/// The kind a value names by its words.
fn reserved(value: &str) -> TickSays {
    let folded = fold_key(value);
    let has =
        |words: &[&str]| folded.split(' ').any(|word| words.iter().any(|w| word.starts_with(w)));
    let disabled = has(&["esat", "ea", "adapte", "handicap"]);
    let insertion = has(&["siae", "insertion"]);
    match () {
        () if folded == "non" => TickSays::Denies,
        () if folded == "oui" => TickSays::States(FindingKind::ReservedUnspecified),
        () if disabled && insertion => TickSays::States(FindingKind::ReservedEaEsatSiae),
        () if disabled => TickSays::States(FindingKind::ReservedEaEsat),
        () if insertion => TickSays::States(FindingKind::ReservedSiae),
        () if has(&["ess", "solidaire"]) => TickSays::States(FindingKind::ReservedEss),
        () => TickSays::Unknown(format!("« {value} » n'est ni oui ni non")),
    }
}

fn social(value: &str) -> TickSays {
    let folded = fold_key(value);
    match () {
        () if folded.starts_with("non") || folded.starts_with("pas de") => TickSays::Nothing,
        () if folded.contains("clause") => TickSays::States(FindingKind::ExecutionClause),
        () if folded.contains("critere") => TickSays::States(FindingKind::AwardCriterion),
        () => {
            let what = "ne dit pas si c'est une clause ou un critère";
            TickSays::Unknown(format!("« {value} » {what}"))
        }
    }
}

impl Rule for ApprochProject {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "Projet d'achat APProch : marché réservé, considérations sociales",
            "Planned purchase (APProch): reserved, social considerations",
        )
        .finds(FindingKind::ReservedUnspecified)
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded: &Coded| match coded.field {
            CodedField::ApprochReservation => {
                Some(Tick::covering(ID, coded, reserved(&coded.value), ANY_RESERVATION))
            }
            CodedField::ApprochSocial => Some(Tick::read(ID, coded, social(&coded.value))),
            _ => None,
        };
        facts.coded.iter().filter_map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&ApprochProject, CodedField::ApprochReservation);
        states(rule, field, "oui", FindingKind::ReservedUnspecified);
        states(rule, field, "Réservé aux EA et ESAT", FindingKind::ReservedEaEsat);
        states(rule, field, "SIAE", FindingKind::ReservedSiae);
        assert_eq!(says(rule, field, "non"), Some(TickSays::Denies));
        is_unknown(rule, field, "à l'étude");
        let field = CodedField::ApprochSocial;
        states(rule, field, "Clause sociale", FindingKind::ExecutionClause);
        states(rule, field, "Critère social", FindingKind::AwardCriterion);
        assert_eq!(says(rule, field, "non"), Some(TickSays::Nothing));
        is_unknown(rule, field, "oui");
    }
}
