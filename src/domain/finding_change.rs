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

    /// What became of findings of one kind; nothing when they are as they were.
    pub fn of(before: Option<Confidence>, after: Option<Confidence>) -> Option<Self> {
        match (before, after) {
            (None, Some(_)) => Some(Self::Gained),
            (Some(_), None) => Some(Self::Lost),
            (Some(before), Some(after)) if before != after => Some(Self::Reweighed),
            _ => None,
        }
    }

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
    /// How clear it was; nothing where there was none.
    pub before: Option<Confidence>,
    /// How clear it is; nothing where there is none any more.
    pub after: Option<Confidence>,
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
        let (old, new) = (old.get(&kind), new.get(&kind));
        let confidence = |finding: Option<&&Finding>| finding.map(|one| one.confidence);
        let (before, after) = (confidence(old), confidence(new));
        Became::of(before, after)?;
        let finding = new.or(old)?;
        let quote = finding.evidence.first().map(|evidence| evidence.quote.clone());
        Some(FindingChange {
            lot: lot.id,
            notice: lot.notice_source_id.clone(),
            number: lot.number.clone(),
            kind,
            before,
            after,
            rule: finding.rule.clone(),
            quote: quote.unwrap_or_default(),
        })
    };
    FindingKind::ALL.into_iter().filter_map(change).collect()
}

/// The clearest finding of each kind.
fn clearest(lot: Option<&LotState>) -> BTreeMap<FindingKind, &Finding> {
    let mut found: BTreeMap<FindingKind, &Finding> = BTreeMap::new();
    for finding in lot.into_iter().flat_map(|lot| &lot.findings).map(|found| &found.finding) {
        let known = found.entry(finding.kind).or_insert(finding);
        if known.confidence < finding.confidence {
            *known = finding;
        }
    }
    found
}
