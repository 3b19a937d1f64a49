//! One pull of a feed: day by day, whole days remembered, the last days read again every time.
//!
//! The cursor of a feed is the set of days that were read whole after they had ended. A maximum of
//! identifiers or dates is never one: identifiers do not grow with time across families, and a day
//! fills until the evening.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use thiserror::Error;
use uuid::Uuid;

use super::ingest::{Batch, IngestError, IngestReport, Ingestor};
use crate::domain::deadline::{end_of_day_in_paris, paris_day};
use crate::feeds::{Day, Feed, Validators};
use crate::store::feeds::{FeedRun, ReadDay, Resource};
use crate::store::{self, StoreError};

/// Which days to read.
#[derive(Clone, Debug)]
pub struct PullPlan {
    /// First day; by default the trailing window, or further back when days were missed.
    pub since: Option<NaiveDate>,
    /// Last day; today by default.
    pub until: Option<NaiveDate>,
    /// Days read again at every pull, because records change after publication.
    pub window_days: u64,
    /// Days read when the feed is read for the first time.
    pub first_days: u64,
    /// Read days again although they were read whole.
    pub again: bool,
    /// Exactly these days instead.
    pub days: Option<Vec<NaiveDate>>,
}

impl Default for PullPlan {
    fn default() -> Self {
        Self { since: None, until: None, window_days: 10, first_days: 45, again: false, days: None }
    }
}

/// What a pull did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullReport {
    /// What changed in the store.
    pub ingested: IngestReport,
    /// Days read whole.
    pub days: u64,
    /// Days that were read whole before and skipped.
    pub skipped: u64,
    /// Days that could not be read whole, with why.
    pub failed: Vec<(NaiveDate, String)>,
    /// Notices that their day no longer lists.
    pub vanished: u64,
}

/// How a pull goes on, for progress bars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The number of days to read.
    Planned(u64),
    /// A day begins.
    Day(NaiveDate),
    /// Documents stored so far.
    Stored(IngestReport),
    /// A day is done.
    DayDone,
}

/// Why a pull stopped.
#[derive(Debug, Error)]
pub enum PullError {
    /// A batch could not be stored.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A feed that several jobs may pull.
pub type SharedFeed = Arc<dyn Feed>;

/// The publication days of all lots that can be answered now. Sources edit open notices silently,
/// so these days are read again from time to time.
///
/// # Errors
/// When the store fails.
pub async fn days_of_open_lots(ingestor: &Ingestor) -> Result<Vec<NaiveDate>, StoreError> {
    store::lots::days_with_open_lots(ingestor.db().read(), ingestor.clock().now()).await
}

/// Documents in one transaction.
const BATCH: usize = 100;
/// A feed that failed on so many days in a row is taken as away; the next pull tries again.
const AWAY_AFTER: usize = 3;

/// Pulls a feed.
///
/// # Errors
/// When the store fails. A feed that cannot be read is not an error of the pull: the days that
/// failed are in the report, and the run says why.
pub async fn pull(
    ingestor: &Ingestor,
    feed: &dyn Feed,
    plan: &PullPlan,
    run_id: Uuid,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<PullReport, PullError> {
    let started_at = ingestor.clock().now();
    let (days, skipped) = planned_days(ingestor, feed, plan).await?;
    let today = paris_day(started_at);
    let mut run = FeedRun {
        id: run_id,
        feed: feed.info().name.to_owned(),
        since: days.first().copied().unwrap_or(today),
        until: days.last().copied().unwrap_or(today),
        started_at,
        finished_at: None,
        requests: 0,
        documents: 0,
        changed: 0,
        days: 0,
        failed_days: 0,
        error: None,
    };
    let requests_before = feed.requests();
    let mut report = PullReport { skipped, ..PullReport::default() };
    write_run(ingestor, &run).await?;
    progress(Progress::Planned(days.len() as u64));
    let mut failures_in_a_row = 0;
    for day in days {
        progress(Progress::Day(day));
        let trouble = read_day(ingestor, feed, day, &mut report, progress).await?;
        failures_in_a_row = if trouble.is_some() { failures_in_a_row + 1 } else { 0 };
        if let Some(trouble) = trouble {
            tracing::warn!(feed = feed.info().name, %day, trouble, "a day could not be read whole");
            run.error = Some(trouble.clone());
            report.failed.push((day, trouble));
        } else {
            report.days += 1;
        }
        run.requests = i64::try_from(feed.requests() - requests_before).unwrap_or(i64::MAX);
        run.documents = i64::try_from(report.ingested.documents).unwrap_or(i64::MAX);
        run.changed = i64::try_from(report.ingested.changed).unwrap_or(i64::MAX);
        run.days = i64::try_from(report.days).unwrap_or(i64::MAX);
        run.failed_days = i64::try_from(report.failed.len()).unwrap_or(i64::MAX);
        write_run(ingestor, &run).await?;
        progress(Progress::DayDone);
        if failures_in_a_row == AWAY_AFTER {
            break;
        }
    }
    run.finished_at = Some(ingestor.clock().now());
    write_run(ingestor, &run).await?;
    Ok(report)
}

async fn write_run(ingestor: &Ingestor, run: &FeedRun) -> Result<(), StoreError> {
    let tx = ingestor.db().begin().await?;
    store::feeds::write_run(&tx, run).await?;
    tx.commit().await
}

/// The days to read, newest first, so that what is open now is there soonest; and how many days
/// are skipped because they were read whole.
async fn planned_days(
    ingestor: &Ingestor,
    feed: &dyn Feed,
    plan: &PullPlan,
) -> Result<(Vec<NaiveDate>, u64), StoreError> {
    let today = paris_day(ingestor.clock().now());
    if let Some(days) = &plan.days {
        let mut days = days.clone();
        days.sort_unstable_by(|a, b| b.cmp(a));
        return Ok((days, 0));
    }
    let name = feed.info().name;
    let until = plan.until.unwrap_or(today);
    let back = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let window = back(plan.window_days);
    let since = match plan.since {
        Some(since) => since,
        // A feed that was away for longer than the window takes up where it stopped.
        None => match store::feeds::latest_day(ingestor.db().read(), name).await? {
            Some(latest) => latest.day.min(window),
            None => back(plan.first_days),
        },
    };
    let read: HashMap<NaiveDate, ReadDay> =
        store::feeds::days(ingestor.db().read(), name, since, until)
            .await?
            .into_iter()
            .map(|read| (read.day, read))
            .collect();
    let mut days = Vec::new();
    let mut skipped = 0;
    let mut day = until;
    while day >= since {
        let is_closed = read.get(&day).is_some_and(|read| read.read_at > closes(day));
        if is_closed && day < window && !plan.again {
            skipped += 1;
        } else {
            days.push(day);
        }
        let Some(before) = day.pred_opt() else { break };
        day = before;
    }
    Ok((days, skipped))
}

/// A publication day is closed some hours after it ended in Paris.
fn closes(day: NaiveDate) -> DateTime<Utc> {
    end_of_day_in_paris(day) + TimeDelta::hours(3)
}

/// Reads one day and stores it. Gives why it is not whole, if it is not.
async fn read_day(
    ingestor: &Ingestor,
    feed: &dyn Feed,
    day: NaiveDate,
    report: &mut PullReport,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Option<String>, PullError> {
    let began_at = ingestor.clock().now();
    let recall = |urls: Vec<String>| -> BoxFuture<'_, HashMap<String, (Validators, String)>> {
        Box::pin(async move {
            let known = store::feeds::resources(ingestor.db().read(), &urls).await;
            // Without memory everything is asked for again: slower, never wrong.
            let known = known.unwrap_or_default().into_values().map(|resource| {
                let Resource { url, etag, last_modified, digest } = resource;
                (url, (Validators { etag, last_modified }, digest))
            });
            known.collect()
        })
    };
    let read = feed.read_day(day, &recall).await;
    let trouble = read.trouble();
    let is_whole = read.is_whole();
    let listed = i64::try_from(read.listed).unwrap_or(i64::MAX);
    for batch in batches(read) {
        report.ingested += ingestor.ingest(batch).await?;
        progress(Progress::Stored(report.ingested));
    }
    if !is_whole {
        return Ok(Some(
            trouble.unwrap_or_else(|| "fewer notices came than were listed".to_owned()),
        ));
    }
    let source = feed.info().source;
    let db = ingestor.db();
    let vanished = store::documents::not_seen_since(db.read(), source, day, began_at).await?;
    report.vanished += vanished.len() as u64;
    let tx = db.begin().await?;
    store::notices::set_missing(&tx, &vanished, Some(paris_day(began_at))).await?;
    let read_at = ingestor.clock().now();
    store::feeds::write_day(&tx, feed.info().name, ReadDay { day, read_at, listed }).await?;
    tx.commit().await?;
    Ok(None)
}

/// Cuts a day into transactions. Validators go with the document they belong to: were they stored
/// first and the process killed, the document would never be asked for again.
fn batches(day: Day) -> Vec<Batch> {
    let mut resources: BTreeMap<String, Resource> = day
        .resources
        .into_iter()
        .map(|fetched| {
            let resource = Resource {
                url: fetched.url,
                etag: fetched.validators.etag,
                last_modified: fetched.validators.last_modified,
                digest: fetched.digest,
            };
            (resource.url.clone(), resource)
        })
        .collect();
    let mut batches: Vec<Batch> = Vec::new();
    for document in day.documents {
        if batches.last().is_none_or(|batch| batch.documents.len() == BATCH) {
            batches.push(Batch::default());
        }
        if let Some(batch) = batches.last_mut() {
            batch.resources.extend(resources.remove(&document.origin));
            batch.documents.push(document);
        }
    }
    if !day.unchanged.is_empty() {
        batches.push(Batch { unchanged: day.unchanged, ..Batch::default() });
    }
    batches
}
