//! What the law asks of a procurement, and whether it is met.

use async_graphql::{ComplexObject, SimpleObject};

use super::enums::ComplianceVerdict;
use super::rule::{LegalReference, Rule};
use crate::domain::compliance;

/// What one rule of law says of a lot or of a whole procurement. Sentences are French, for a person.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct ComplianceAnswer {
    /// The article of the Code de la commande publique.
    pub article: LegalReference,
    /// Whether the rule applies and is met.
    pub verdict: ComplianceVerdict,
    /// Why, in one or two sentences.
    pub reason: String,
    /// What was used, with its values: `valeur estimée de l'ensemble : 312 000 € HT`.
    pub known: Vec<String>,
    /// What would settle it.
    pub missing: Vec<String>,
    /// What to write or to do.
    pub advice: Option<String>,
    #[graphql(skip)]
    rule_id: String,
}

#[ComplexObject]
impl ComplianceAnswer {
    /// The rule that answers.
    async fn rule(&self) -> Rule {
        Rule::of(&self.rule_id)
    }
}

impl From<compliance::ComplianceAnswer> for ComplianceAnswer {
    fn from(answer: compliance::ComplianceAnswer) -> Self {
        Self {
            article: LegalReference::of(&answer.article),
            verdict: answer.verdict.into(),
            reason: answer.reason,
            known: answer.known,
            missing: answer.missing,
            advice: answer.advice,
            rule_id: answer.rule,
        }
    }
}
