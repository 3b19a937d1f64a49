//! A person says that a finding is right or wrong, or that one is missing.

use chrono::{DateTime, Utc};
use thiserror::Error;

use crate::domain::correction::{Correction, CorrectionVerdict};
use crate::domain::finding::FindingKind;
use crate::domain::ids::{CorrectionId, LotId};
use crate::domain::member::Member;
use crate::rules::RULES_VERSION;
use crate::store::{self, Database, StoreError};

/// Most characters of a reason or of a quote.
pub const LONGEST: usize = 2_000;

/// What a person says.
#[derive(Clone, Debug)]
pub struct NewCorrection {
    /// The lot.
    pub lot: LotId,
    /// The kind of finding.
    pub kind: FindingKind,
    /// What is said of it.
    pub verdict: CorrectionVerdict,
    /// Why.
    pub reason: String,
    /// Words that prove it.
    pub quote: Option<String>,
}

/// Why it is not kept.
#[derive(Debug, Error)]
pub enum CorrectionError {
    /// There is no such lot.
    #[error("there is no such lot; use the `id` of a lot")]
    NoLot,
    /// The lot has no such finding.
    #[error("the lot has no finding of this kind; say MISSING if there should be one")]
    NoFinding,
    /// The lot has such a finding.
    #[error("the lot has a finding of this kind; say RIGHT or WRONG of it")]
    HasFinding,
    /// No reason is given.
    #[error("say why: a finding that is wrong or missing needs a reason")]
    NoReason,
    /// It is too long.
    #[error("reason and quote have at most {LONGEST} characters each")]
    TooLong,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps what a person says of a finding, beside it.
///
/// # Errors
/// When it does not fit the lot as it stands, or the database fails.
pub async fn correct(
    db: &Database,
    member: Member,
    new: NewCorrection,
    now: DateTime<Utc>,
) -> Result<Correction, CorrectionError> {
    let reason = new.reason.trim().to_owned();
    let quote = new.quote.map(|quote| quote.trim().to_owned()).filter(|quote| !quote.is_empty());
    if reason.is_empty() && new.verdict != CorrectionVerdict::Right {
        return Err(CorrectionError::NoReason);
    }
    let is_long = |text: &str| text.chars().count() > LONGEST;
    if is_long(&reason) || quote.as_deref().is_some_and(is_long) {
        return Err(CorrectionError::TooLong);
    }
    let tx = db.begin().await?;
    let lot = store::lots::find(tx.conn(), &[new.lot]).await?.remove(&new.lot);
    let lot = lot.ok_or(CorrectionError::NoLot)?;
    let found = lot.findings.iter().find(|found| found.finding.kind == new.kind);
    match (found, new.verdict) {
        (None, CorrectionVerdict::Right | CorrectionVerdict::Wrong) => {
            return Err(CorrectionError::NoFinding);
        }
        (Some(_), CorrectionVerdict::Missing) => return Err(CorrectionError::HasFinding),
        _ => {}
    }
    let said = Correction {
        id: CorrectionId::of(member.id, new.lot, new.kind, now),
        lot: new.lot,
        kind: new.kind,
        verdict: new.verdict,
        reason,
        quote,
        rule: found.map(|found| found.finding.rule.clone()),
        rules_version: RULES_VERSION.clone(),
        member,
        made_at: now,
    };
    store::corrections::add(&tx, &said).await?;
    tx.commit().await?;
    Ok(said)
}
