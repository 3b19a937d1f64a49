//! Years of feeds at once: a pull of each, side by side.
//!
//! It is the pull of the schedule but for one thing: no day that was read whole is read again, not
//! even the last ones. So a backfill that was cut, however often, asks nothing twice.

use futures_util::future::join_all;
use tokio::sync::watch;
use uuid::Uuid;

use super::ingest::Ingestor;
use super::pull::{Progress, PullError, PullPlan, PullReport, SharedFeed, pull_until};

/// A feed with the days to read of it.
pub type PlannedFeed = (SharedFeed, PullPlan);

/// Pulls feeds side by side until they are through or told to stop. What one cannot do does not
/// keep the others from going on. How each ended stands in the order they were given in.
pub async fn backfill(
    stop: &watch::Receiver<bool>,
    ingestor: &Ingestor,
    feeds: &[PlannedFeed],
    new_id: fn() -> Uuid,
    progress: &(dyn Fn(usize, Progress) + Send + Sync),
) -> Vec<Result<PullReport, PullError>> {
    let pulls = feeds.iter().enumerate().map(|(number, (feed, plan))| async move {
        let plan = PullPlan { window_days: 0, ..plan.clone() };
        let tell = |step| progress(number, step);
        pull_until(stop.clone(), ingestor, feed.as_ref(), &plan, new_id(), &tell).await
    });
    join_all(pulls).await
}
