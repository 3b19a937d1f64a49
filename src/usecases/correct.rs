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
    /// A text is too long: the name of its argument.
    #[error("{0} has more than {LONGEST} characters")]
    TooLong(&'static str),
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
    let reason = plain(&new.reason);
    let quote = new.quote.as_deref().map(plain).filter(|quote| !quote.is_empty());
    if reason.is_empty() && new.verdict != CorrectionVerdict::Right {
        return Err(CorrectionError::NoReason);
    }
    for (name, text) in [("reason", Some(&reason)), ("quote", quote.as_ref())] {
        if text.is_some_and(|text| text.chars().count() > LONGEST) {
            return Err(CorrectionError::TooLong(name));
        }
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

/// A text in one line, without characters that print nothing.
fn plain(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Takes back what a person said of a kind of finding of a lot. It is kept, as replaced. Says
/// whether there was anything.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(
    db: &Database,
    member: &Member,
    lot: LotId,
    kind: FindingKind,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let tx = db.begin().await?;
    let withdrawn = store::corrections::withdraw(&tx, member.id, lot, kind, now).await?;
    tx.commit().await?;
    Ok(withdrawn)
}

/// Takes back a statement, whoever made it: those who run the program answer for what it shows.
/// Says whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    db: &Database,
    id: CorrectionId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let tx = db.begin().await?;
    let removed = store::corrections::remove(&tx, id, now).await?;
    tx.commit().await?;
    Ok(removed)
}
