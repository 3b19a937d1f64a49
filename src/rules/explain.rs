//! Why a finding was made, and why another was not: every candidate with what became of it.

use serde::Serialize;

use crate::domain::finding::{Confidence, Evidence, FindingKind};
use crate::domain::notice::TextRole;

/// A phrase or a coded value that could have made a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Identifier of the rule in the rule book.
    pub rule: String,
    /// What it would say; nothing for a reservation whose organisations were not read.
    pub kind: Option<FindingKind>,
    /// Where it stands.
    pub evidence: Evidence,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// It is evidence of a finding.
    Kept {
        /// How far it can be relied on by itself.
        confidence: Confidence,
        /// Positions of the lots it concerns; nothing for the whole notice.
        lots: Option<Vec<usize>>,
    },
    /// Its words belong to a trap.
    Trapped {
        /// Identifier of the trap in the rule book.
        trap: String,
    },
    /// It is denied.
    Denied {
        /// The words that deny it.
        words: String,
    },
    /// It is only supposed.
    Supposed {
        /// The words that suppose it.
        words: String,
    },
    /// Texts that play this part do not say such things.
    OutOfPlace {
        /// The part the text plays.
        role: TextRole,
    },
    /// Another rule takes its words.
    Outranked {
        /// Identifier of that rule.
        by: String,
    },
    /// Named lots elsewhere in the notice say it more exactly.
    LessExact,
    /// The coded value says that there is nothing, or says nothing by itself.
    SaysNothing,
    /// It cannot be told.
    Unknown {
        /// What is missing, in French.
        missing: String,
    },
}
