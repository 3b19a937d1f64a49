//! What another edition of the rules changes in the findings of a lot.

use std::collections::BTreeMap;

use super::finding::{Confidence, Finding, FindingKind};
use super::ids::LotId;
use super::procedure::LotState;

/// What became of the findings of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Became {
    /// There was none.
    Gained,
    /// There is none any more.
    Lost,
    /// Its confidence is another one.
    Reweighed,
}

impl Became {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Gained, Self::Lost, Self::Reweighed];

    /// A name for files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gained => "GAINED",
            Self::Lost => "LOST",
            Self::Reweighed => "REWEIGHED",
        }
    }
}

/// A difference in what was found of one kind in one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingChange {
    /// The lot.
    pub lot: LotId,
    /// Identifier of the notice that holds.
    pub notice: String,
    /// Number of the lot.
    pub number: Option<String>,
    /// The kind of finding.
    pub kind: FindingKind,
    /// What became of it.
    pub became: Became,
    /// The rule that finds it, or found it.
    pub rule: String,
    /// Its first quote.
    pub quote: String,
}

/// What differs between the findings of a lot before and after.
pub fn between(before: Option<&LotState>, after: Option<&LotState>) -> Vec<FindingChange> {
    let Some(lot) = after.or(before) else { return Vec::new() };
    let (old, new) = (clearest(before), clearest(after));
    let change = |kind: FindingKind| {
        let (became, finding) = match (old.get(&kind), new.get(&kind)) {
            (None, Some(new)) => (Became::Gained, new),
            (Some(old), None) => (Became::Lost, old),
            (Some(old), Some(new)) if old.confidence != new.confidence => (Became::Reweighed, new),
            _ => return None,
        };
        let quote = finding.evidence.first().map(|evidence| evidence.quote.clone());
        Some(FindingChange {
            lot: lot.id,
            notice: lot.notice_source_id.clone(),
            number: lot.number.clone(),
            kind,
            became,
            rule: finding.rule.clone(),
            quote: quote.unwrap_or_default(),
        })
    };
    FindingKind::ALL.into_iter().filter_map(change).collect()
}

/// The clearest finding of each kind.
fn clearest(lot: Option<&LotState>) -> BTreeMap<FindingKind, &Finding> {
    let mut found: BTreeMap<FindingKind, &Finding> = BTreeMap::new();
    let confidence = |finding: Option<&&Finding>| finding.map(|one| one.confidence);
    for finding in lot.into_iter().flat_map(|lot| &lot.findings).map(|found| &found.finding) {
        let known: Option<Confidence> = confidence(found.get(&finding.kind));
        if known < Some(finding.confidence) {
            found.insert(finding.kind, finding);
        }
    }
    found
}
