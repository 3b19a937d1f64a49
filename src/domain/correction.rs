//! What people say of what the rules said. It stands beside a finding and never changes it.

use chrono::{DateTime, Utc};

use super::finding::FindingKind;
use super::ids::{CorrectionId, LotId};
use super::member::Member;

/// What a person says of a kind of finding of a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CorrectionVerdict {
    /// The finding is there and right.
    Right,
    /// The finding is there and wrong.
    Wrong,
    /// There is no such finding, and there should be one.
    Missing,
}

impl CorrectionVerdict {
    /// All verdicts.
    pub const ALL: [Self; 3] = [Self::Right, Self::Wrong, Self::Missing];

    /// The name used in the store and in GraphQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "RIGHT",
            Self::Wrong => "WRONG",
            Self::Missing => "MISSING",
        }
    }

    /// Reads a name back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// What one person says of one kind of finding of one lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Identifier.
    pub id: CorrectionId,
    /// The lot.
    pub lot: LotId,
    /// The kind of finding.
    pub kind: FindingKind,
    /// What is said of it.
    pub verdict: CorrectionVerdict,
    /// Why; may be empty for [`CorrectionVerdict::Right`].
    pub reason: String,
    /// Words of the notice or of its documents that the person points to.
    pub quote: Option<String>,
    /// The rule that had made the finding; nothing for a missing one.
    pub rule: Option<String>,
    /// Edition of the rules at that time.
    pub rules_version: String,
    /// Who says it.
    pub member: Member,
    /// When it was said.
    pub made_at: DateTime<Utc>,
}
