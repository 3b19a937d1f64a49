//! The eligibility engine.
// Placeholder until the rules room lands.
#![allow(missing_docs)]
pub mod eligibility {
    use crate::domain::finding::Finding;
    use crate::domain::supplier::Eligibility;
    pub fn open_to(_: &[&Finding]) -> i32 {
        0
    }
    pub fn eligibility(_: &[&Finding]) -> Vec<Eligibility> {
        vec![]
    }
}
pub fn assess(n: &crate::domain::notice::Notice) -> crate::domain::finding::Assessment {
    crate::domain::finding::Assessment {
        lots: n.lots.iter().map(|_| crate::domain::finding::LotAssessment::default()).collect(),
        ..Default::default()
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Coded,
    Lexicon,
    Legal,
}
pub struct RuleInfo {
    pub id: &'static str,
    pub version: u32,
    pub kind: Option<crate::domain::finding::FindingKind>,
    pub title_fr: &'static str,
    pub title_en: &'static str,
    pub article: Option<&'static str>,
    pub valid_from: Option<chrono::NaiveDate>,
    pub valid_until: Option<chrono::NaiveDate>,
    pub origin: Origin,
}
pub fn book() -> &'static [RuleInfo] {
    &[]
}
pub fn find_rule(_: &str) -> Option<&'static RuleInfo> {
    None
}
pub fn book_markdown() -> String {
    String::new()
}
