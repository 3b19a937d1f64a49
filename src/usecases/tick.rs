//! One process of several takes a tick of a scheduled job.

use chrono::{DateTime, Utc};

use crate::store::{self, Database, StoreError};

/// Takes a tick: of all processes that try, one gets `true`.
///
/// # Errors
/// When the store fails.
pub async fn take(db: &Database, job: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
    let tx = db.begin().await?;
    let is_taken = store::jobs::take_tick(&tx, job, at).await?;
    tx.commit().await?;
    Ok(is_taken)
}
