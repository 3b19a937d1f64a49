//! Defects met while decoding: kept, listed, counted, never fatal for a feed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum IssueKind {
    /// The bytes are not JSON or XML at all, or end too early.
    Unreadable,
    /// The document is readable but of no shape known.
    UnknownShape,
    /// There is no identifier, so the notice cannot be stored.
    MissingIdentifier,
    /// A date or time cannot be read.
    InvalidDate,
    /// A code has not the shape of its list (CPV, NUTS, department).
    InvalidCode,
    /// An amount cannot be read or believed.
    InvalidAmount,
    /// An identifier of an organisation fails its check.
    InvalidIdentifier,
    /// A lot could not be read whole.
    DefectiveLot,
    /// The document uses what a hostile one would: a DOCTYPE, too deep nesting, an oversized text.
    Refused,
}

impl IssueKind {
    /// The name used in the store and in JSON, for example `INVALID_DATE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "UNREADABLE",
            Self::UnknownShape => "UNKNOWN_SHAPE",
            Self::MissingIdentifier => "MISSING_IDENTIFIER",
            Self::InvalidDate => "INVALID_DATE",
            Self::InvalidCode => "INVALID_CODE",
            Self::InvalidAmount => "INVALID_AMOUNT",
            Self::InvalidIdentifier => "INVALID_IDENTIFIER",
            Self::DefectiveLot => "DEFECTIVE_LOT",
            Self::Refused => "REFUSED",
        }
    }

    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Unreadable,
        Self::UnknownShape,
        Self::MissingIdentifier,
        Self::InvalidDate,
        Self::InvalidCode,
        Self::InvalidAmount,
        Self::InvalidIdentifier,
        Self::DefectiveLot,
        Self::Refused,
    ];

    /// Reads a name back from the store.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for IssueKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How many defects of each kind were met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IssueCounts([u64; IssueKind::ALL.len()]);

impl IssueCounts {
    /// Counts one more.
    pub fn add(&mut self, kind: IssueKind) {
        self.0[kind as usize] += 1;
    }

    /// Those of all kinds.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// The kinds that were met, with how often.
    pub fn by_kind(&self) -> impl Iterator<Item = (IssueKind, u64)> {
        IssueKind::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }
}

impl std::ops::AddAssign for IssueCounts {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}

/// A defect of a document. A bad lot never loses its notice, a bad notice never stops a feed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DecodeIssue {
    /// What is wrong.
    pub kind: IssueKind,
    /// Where in the document.
    pub path: String,
    /// What was met and what was done about it.
    pub message: String,
}

impl DecodeIssue {
    /// An issue at a path.
    pub fn new(kind: IssueKind, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { kind, path: path.into(), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_counted_in_their_place() {
        let mut counts = IssueCounts::default();
        for kind in IssueKind::ALL {
            counts.add(kind);
        }
        counts.add(IssueKind::Refused);
        counts += counts;
        assert_eq!(counts.total(), 20);
        let by_kind: Vec<_> = counts.by_kind().collect();
        assert_eq!(by_kind[0], (IssueKind::Unreadable, 2));
        assert_eq!(by_kind[8], (IssueKind::Refused, 4));
    }
}
