//! BT-736 reserved execution, on each lot of an eForms notice.

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// `yes` says that the contract must be performed within sheltered employment programmes, the
/// second option of art. 20 of directive 2014/24.
///
/// French law has no such reservation: articles L2113-12 to L2113-14 reserve the market to
/// operators, which is BT-71, a mandatory field standing beside this one. A buyer who ticks only
/// BT-736 has therefore reserved nothing that French law knows; the box can lawfully mean only a
/// condition of execution (art. L2112-2), which bars nobody from answering. Hence a clause, of low
/// confidence. Beside a reservation it is one more proof of it, whatever the field says.
pub(crate) struct ReservedExecution;

const ID: &str = "code.bt-736";

impl Rule for ReservedExecution {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            ID,
            Origin::Coded,
            "BT-736 : exécution réservée",
            "BT-736: reserved execution",
        )
        .finds(FindingKind::ExecutionClause)
        .under("L2112-2")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded| {
            let tick = |says| Tick::read(ID, coded, says);
            match coded.value.as_str() {
                "yes" => tick(TickSays::States(FindingKind::ExecutionClause)),
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
        states(rule, field, "yes", FindingKind::ExecutionClause);
        assert_eq!(says(rule, field, "no"), Some(TickSays::Nothing));
        is_unknown(rule, field, "not-known");
        is_unknown(rule, field, "perhaps");
    }
}
