//! Deadlines.

use async_graphql::SimpleObject;

use super::enums::{DeadlineCertainty, DeadlineDoubtCode};
use super::scalars::DateTime;
use crate::domain::deadline;

/// One reason to check a deadline in the documents of the consultation.
#[derive(SimpleObject, Clone, Debug)]
pub struct DeadlineDoubt {
    /// The reason.
    pub code: DeadlineDoubtCode,
    /// The reason in French, for a person.
    pub explanation: String,
}

/// The last time to receive tenders or requests to participate (BT-131).
#[derive(SimpleObject, Clone, Debug)]
pub struct TenderDeadline {
    /// The instant, in UTC; nothing when the published value cannot be meant.
    pub at: Option<DateTime>,
    /// The hour on the wall in `zone`, for example `2026-10-08T12:00:00`.
    pub local: String,
    /// The zone of `local`: `Europe/Paris`, or an offset such as `+04:00`.
    pub zone: String,
    /// How sure the instant is.
    pub certainty: DeadlineCertainty,
    /// Why it is not surer; empty when nothing speaks against it.
    pub doubts: Vec<DeadlineDoubt>,
    /// The published text.
    pub raw: String,
}

impl From<&deadline::TenderDeadline> for TenderDeadline {
    fn from(deadline: &deadline::TenderDeadline) -> Self {
        let doubts = deadline.doubts.iter().map(|&doubt| DeadlineDoubt {
            code: doubt.into(),
            explanation: doubt.explanation().to_owned(),
        });
        Self {
            at: deadline.at.map(DateTime),
            local: deadline.local.format("%Y-%m-%dT%H:%M:%S").to_string(),
            zone: deadline.zone.clone(),
            certainty: deadline.certainty.into(),
            doubts: doubts.collect(),
            raw: deadline.raw.clone(),
        }
    }
}
