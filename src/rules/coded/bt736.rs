//! BT-736 reserved execution, on each lot of an eForms notice.

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// `yes` says that the contract must be performed within sheltered employment programmes, the
/// second option of art. 20 of directive 2014/24: a reservation that does not say to whom.
///
/// French law reserves the market to operators (art. L2113-12 to L2113-14), which is BT-71, a
/// mandatory field standing beside this one; buyers also tick this one for a clause of execution.
/// So beside a reservation or a clause in words it is one more proof of it, and alone it is a
/// reservation of low confidence, which bars nobody, and a tick without text.
pub(crate) struct ReservedExecution;

const ID: &str = "code.bt-736";

const COVERS: &[FindingKind] = &[
    FindingKind::ReservedEaEsat,
    FindingKind::ReservedSiae,
    FindingKind::ReservedEaEsatSiae,
    FindingKind::ReservedEss,
    FindingKind::ReservedPrison,
    FindingKind::ReservedUnspecified,
    FindingKind::ExecutionClause,
];

impl Rule for ReservedExecution {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "BT-736 : exécution réservée",
            "BT-736: reserved execution",
        )
        .finds(FindingKind::ReservedUnspecified)
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded| {
            let tick = |says| Tick::covering(ID, coded, says, COVERS);
            match coded.value.as_str() {
                "yes" => tick(TickSays::States(FindingKind::ReservedUnspecified)),
                // A market may carry an insertion clause without sheltered employment: `no` denies
                // neither a reservation nor a clause.
                "no" => tick(TickSays::Nothing),
                "not-known" => tick(TickSays::Unknown(
                    "l'acheteur ne sait pas encore si l'exécution est réservée".to_owned(),
                )),
                other => tick(TickSays::Unknown(format!(
                    "la valeur « {other} » n'est pas dans la liste BT-736"
                ))),
            }
        };
        facts.of(CodedField::ReservedExecution).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&ReservedExecution, CodedField::ReservedExecution);
        states(rule, field, "yes", FindingKind::ReservedUnspecified);
        assert_eq!(says(rule, field, "no"), Some(TickSays::Nothing));
        is_unknown(rule, field, "not-known");
        is_unknown(rule, field, "perhaps");
    }
}
