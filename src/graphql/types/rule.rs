//! The rule book.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};

use super::enums::FindingKind;
use super::scalars::Date;
use crate::graphql::queries::{correction_counts, rule_counts};
use crate::rules::{self, LegalText};

/// An article of law.
#[derive(SimpleObject, Clone, Debug)]
pub struct LegalReference {
    /// The article as it is cited, for example `L2113-12` of the Code de la commande publique.
    pub article: String,
    /// The text it stands in, for example `Code de la commande publique`.
    pub text: &'static str,
    /// The page of that text on Légifrance.
    pub url: &'static str,
}

impl LegalReference {
    /// A reference to an article.
    pub(crate) fn of(article: &str) -> Self {
        let LegalText { title, url } = rules::text_of(article);
        Self { article: article.to_owned(), text: title, url }
    }
}

/// What a rule goes by.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "rules::Origin")]
pub enum RuleOrigin {
    /// A coded field of the form.
    Coded,
    /// Words.
    Lexicon,
    /// The law: what may stand together.
    Legal,
    /// The law: what it asks of a procurement, and whether it is met.
    Compliance,
}

/// A rule of the rule book.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct Rule {
    /// Its identifier, for example as findings name it.
    pub id: String,
    /// Its edition; a finding made by an older one is made again by `passerelle reassess`.
    pub version: i32,
    /// What it finds; nothing for rules that only contradict.
    pub kind: Option<FindingKind>,
    /// What it says, in French.
    pub title: String,
    /// What it says, in English.
    pub title_en: String,
    /// The article of law it rests on.
    pub article: Option<LegalReference>,
    /// First day of its validity.
    pub valid_from: Option<Date>,
    /// Last day of its validity.
    pub valid_until: Option<Date>,
    /// What it goes by.
    pub origin: RuleOrigin,
}

#[ComplexObject]
impl Rule {
    /// How many lots it fired on.
    async fn lot_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let counts = rule_counts(ctx).await?;
        let count = counts.get(&self.id).copied().unwrap_or(0);
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }

    /// How many of its findings people said to be right (`correctFinding`).
    async fn right_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let counts = correction_counts(ctx, &self.id).await?;
        Ok(i32::try_from(counts.right).unwrap_or(i32::MAX))
    }

    /// How many of its findings people said to be wrong.
    async fn wrong_count(&self, ctx: &Context<'_>) -> Result<i32> {
        let counts = correction_counts(ctx, &self.id).await?;
        Ok(i32::try_from(counts.wrong).unwrap_or(i32::MAX))
    }
}

impl From<&rules::RuleInfo> for Rule {
    fn from(rule: &rules::RuleInfo) -> Self {
        Self {
            id: rule.id.to_string(),
            version: i32::try_from(rule.version).unwrap_or(i32::MAX),
            kind: rule.kind.map(FindingKind::from),
            title: rule.title_fr.to_string(),
            title_en: rule.title_en.to_string(),
            article: rule.article.map(LegalReference::of),
            valid_from: rule.valid_from.map(Date),
            valid_until: rule.valid_until.map(Date),
            origin: rule.origin.into(),
        }
    }
}

impl Rule {
    /// The rule of a finding. A finding may be older than the book: its rule is then only a name.
    pub(super) fn of(id: &str) -> Self {
        match rules::find_rule(id) {
            Some(rule) => Self::from(rule),
            None => Self {
                id: id.to_owned(),
                version: 0,
                kind: None,
                title: "Règle retirée du livre".to_owned(),
                title_en: "Rule withdrawn from the book".to_owned(),
                article: None,
                valid_from: None,
                valid_until: None,
                origin: RuleOrigin::Lexicon,
            },
        }
    }
}
