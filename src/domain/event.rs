//! What changed in a lot: one entry of the log that subscriptions, alerts and feeds read.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::award::OutcomeKind;
use super::ids::{LotId, NoticeId};
use super::procedure::{FieldChange, LotChangeKind, LotStage, LotState};

/// What happened to a lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LotEventKind {
    /// Announced by a prior information notice.
    Planned,
    /// Can be answered, or was first seen after it could.
    Opened,
    /// The publisher edited the notice silently, or the rules read it differently.
    Changed,
    /// A correction or change notice was published.
    Corrected,
    /// Given up by the buyer.
    Cancelled,
    /// A winner is known.
    Awarded,
    /// No suitable tender.
    Unsuccessful,
    /// A contract signed for it is known, or known better.
    Contracted,
    /// No longer a lot of its own: the notice it came from says otherwise now, or its procurement
    /// turned out to be another one's.
    Removed,
}

impl LotEventKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Planned,
        Self::Opened,
        Self::Changed,
        Self::Corrected,
        Self::Cancelled,
        Self::Awarded,
        Self::Unsuccessful,
        Self::Contracted,
        Self::Removed,
    ];

    /// The name used in the store and in GraphQL.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "PLANNED",
            Self::Opened => "OPENED",
            Self::Changed => "CHANGED",
            Self::Corrected => "CORRECTED",
            Self::Cancelled => "CANCELLED",
            Self::Awarded => "AWARDED",
            Self::Unsuccessful => "UNSUCCESSFUL",
            Self::Contracted => "CONTRACTED",
            Self::Removed => "REMOVED",
        }
    }

    /// Reads a name back from the store.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl From<OutcomeKind> for LotEventKind {
    fn from(outcome: OutcomeKind) -> Self {
        match outcome {
            OutcomeKind::Awarded => Self::Awarded,
            OutcomeKind::Unsuccessful => Self::Unsuccessful,
            OutcomeKind::Cancelled => Self::Cancelled,
        }
    }
}

/// A change of a lot before it has its place in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLotEvent {
    /// The lot.
    pub lot: LotId,
    /// The notice that caused it.
    pub notice: NoticeId,
    /// What happened.
    pub kind: LotEventKind,
    /// The fields that differ; empty for a new lot.
    pub changes: Vec<FieldChange>,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct LotEvent {
    /// Its place: 1, 2, 3 … without a gap, in the order of commits.
    pub position: i64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What happened.
    pub event: NewLotEvent,
}

/// The event that leads from what was stored to what holds now; nothing when nothing changed.
pub fn between(before: Option<&LotState>, after: Option<&LotState>) -> Option<NewLotEvent> {
    match (before, after) {
        (None, None) => None,
        (Some(before), None) => Some(NewLotEvent {
            lot: before.id,
            notice: before.notice,
            kind: LotEventKind::Removed,
            changes: Vec::new(),
        }),
        (None, Some(after)) => {
            let kind = match (after.outcome, after.stage) {
                (Some(outcome), _) => outcome.into(),
                (None, LotStage::Planned) => LotEventKind::Planned,
                (None, LotStage::Called | LotStage::Concluded) => LotEventKind::Opened,
            };
            let notice = after.history.last().map_or(after.notice, |change| change.notice);
            Some(NewLotEvent { lot: after.id, notice, kind, changes: Vec::new() })
        }
        (Some(before), Some(after)) if before == after => None,
        (Some(before), Some(after)) => Some(step(before, after)),
    }
}

fn step(before: &LotState, after: &LotState) -> NewLotEvent {
    let fresh = after.history.iter().rev().find(|change| !before.history.contains(change));
    let kind = match after.outcome {
        Some(outcome) if before.outcome != after.outcome => outcome.into(),
        _ if before.stage == LotStage::Planned && after.stage == LotStage::Called => {
            LotEventKind::Opened
        }
        _ => match fresh.map(|change| change.kind) {
            Some(LotChangeKind::Corrected) => LotEventKind::Corrected,
            None if before.contracts != after.contracts && !after.contracts.is_empty() => {
                LotEventKind::Contracted
            }
            _ => LotEventKind::Changed,
        },
    };
    let notice = fresh.map_or(after.notice, |change| change.notice);
    NewLotEvent { lot: after.id, notice, kind, changes: FieldChange::between(before, after) }
}
