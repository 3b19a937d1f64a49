//! BT-775 social objective, on each lot of an eForms notice.

use crate::domain::coded::CodedField;
use crate::domain::finding::FindingKind;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, Tick, TickSays};

/// `opp` is employment opportunities for unemployed, disadvantaged and disabled people: what an
/// insertion clause is for. The other objectives (accessibility, equality, human rights, working
/// conditions, other) give no work to the social economy.
pub(crate) struct SocialObjective;

const ID: &str = "code.bt-775";

impl Rule for SocialObjective {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(ID, Origin::Coded, "BT-775 : objectif social", "BT-775: social objective")
            .finds(FindingKind::ExecutionClause)
            .under("L2112-2")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let read = |coded| {
            let tick = |says| Tick::read(ID, coded, says);
            match coded.value.as_str() {
                "opp" => tick(TickSays::States(FindingKind::ExecutionClause)),
                "acc-all" | "et-eq" | "gen-eq" | "hum-right" | "work-cond" | "other" => {
                    tick(TickSays::Nothing)
                }
                other => tick(TickSays::Unknown(format!(
                    "la valeur « {other} » n'est pas dans la liste BT-775"
                ))),
            }
        };
        facts.of(CodedField::SocialObjective).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::coded::cases::{is_unknown, says, states};

    #[test]
    fn hit_miss_and_unknown() {
        let (rule, field) = (&SocialObjective, CodedField::SocialObjective);
        states(rule, field, "opp", FindingKind::ExecutionClause);
        assert_eq!(says(rule, field, "other"), Some(TickSays::Nothing));
        is_unknown(rule, field, "jobs");
    }
}
