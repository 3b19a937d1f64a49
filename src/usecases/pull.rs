//! One pull of a feed: day by day, whole days remembered, the last days read again every time.
//!
//! The cursor of a feed is the set of days that were read whole after they had ended. A maximum of
//! identifiers or dates is never one: identifiers do not grow with time across families, and a day
//! fills until the evening. Nor is the newest or the last day read: days are read newest first, and
//! a pull may end anywhere. So the first day that a feed owes is written down at its first pull,
//! and every pull reads what is not read yet from there on. A source that is one table has no days
//! to owe: every pull reads all of it, and counts as today's.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use futures_util::stream;
use thiserror::Error;
use tokio::sync::watch;
use uuid::Uuid;

use super::ingest::{BATCH, Batch, IngestError, IngestReport, Ingestor};
use super::link::link_due_until;
use crate::domain::deadline::{end_of_day_in_paris, paris_day};
use crate::domain::source::{FeedInfo, Reading, Source};
use crate::feeds::{Day, Feed, FetchedResource, Validators, Via};
use crate::store::feeds::{FeedRun, ReadDay, Resource};
use crate::store::{self, StoreError};

/// Which days to read.
#[derive(Clone, Debug)]
pub struct PullPlan {
    /// First day; by default the first day that the feed owes. Without [`until`](Self::until), the
    /// feed owes every day from here on.
    pub since: Option<NaiveDate>,
    /// Last day; today by default.
    pub until: Option<NaiveDate>,
    /// Days read again at every pull, because records change after publication.
    pub window_days: u64,
    /// Days before today that a feed owes when it is pulled for the first time.
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
    /// Days that were not come to, because the pull was told to stop or the feed is away.
    pub left: u64,
    /// Notices that their day, or their table, listed until now and lists no more.
    pub vanished: u64,
    /// Whether it was told to stop before its end.
    pub interrupted: bool,
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

/// The publication days of all lots of a source that can be answered now. Sources edit open notices
/// silently, so these days are read again from time to time.
///
/// # Errors
/// When the store fails.
pub async fn days_of_open_lots(
    ingestor: &Ingestor,
    source: Source,
) -> Result<Vec<NaiveDate>, StoreError> {
    store::lots::days_with_open_lots(ingestor.db().read(), source, ingestor.clock().now()).await
}

/// Closes the runs of a feed that a dead process left open.
///
/// # Errors
/// When the store fails.
pub async fn close_dead_runs(ingestor: &Ingestor, feed: &str) -> Result<(), StoreError> {
    let tx = ingestor.db().begin().await?;
    let closed = store::feeds::close_open_runs(&tx, feed, ingestor.clock().now()).await?;
    tx.commit().await?;
    if closed > 0 {
        tracing::warn!(feed, closed, "a run was cut off; what it had not read is read now");
    }
    Ok(())
}

/// A feed that did not answer for so many days in a row is away; the next pull tries again.
const AWAY_AFTER: usize = 3;
/// A feed that answers without a whole day so many days in a row is out of order: more than any
/// holidays, because the flux alone does not show that a day is empty.
const BROKEN_AFTER: usize = 12;

/// Comes when a pull is told to stop.
pub async fn told_to(stop: &mut watch::Receiver<bool>) {
    let is_lost = stop.wait_for(|stop| *stop).await.is_err();
    if is_lost {
        // Nobody is left who could say it.
        std::future::pending::<()>().await;
    }
}

/// What nobody tells to stop.
pub fn unstopped() -> watch::Receiver<bool> {
    watch::channel(false).1
}

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
    pull_until(unstopped(), ingestor, feed, plan, run_id, progress).await
}

/// Pulls a feed until it is told to stop: what it waits for is dropped, what it stores is let end.
///
/// # Errors
/// As [`pull`].
pub async fn pull_until(
    mut stop: watch::Receiver<bool>,
    ingestor: &Ingestor,
    feed: &dyn Feed,
    plan: &PullPlan,
    run_id: Uuid,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<PullReport, PullError> {
    let started_at = ingestor.clock().now();
    close_dead_runs(ingestor, feed.info().name).await?;
    let (days, skipped) = planned_days(ingestor, feed, plan).await?;
    let today = paris_day(started_at);
    let mut run = FeedRun {
        id: run_id,
        feed: feed.info().name.to_owned(),
        // Newest first.
        since: days.last().copied().unwrap_or(today),
        until: days.first().copied().unwrap_or(today),
        started_at,
        finished_at: None,
        interrupted: false,
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
    let planned = days.len() as u64;
    progress(Progress::Planned(planned));
    let (mut silent, mut failing) = (0, 0);
    for day in days {
        progress(Progress::Day(day));
        match read_day(&mut stop, ingestor, feed, day, &mut report, progress).await? {
            DayEnd::Whole => {
                report.days += 1;
                (silent, failing) = (0, 0);
            }
            DayEnd::Failed { trouble, is_silent } => {
                tracing::warn!(feed = feed.info().name, %day, trouble, "a day could not be read whole");
                run.error = Some(trouble.clone());
                report.failed.push((day, trouble));
                silent = if is_silent { silent + 1 } else { 0 };
                failing += 1;
            }
            DayEnd::Stopped => report.interrupted = true,
        }
        run.requests = i64::try_from(feed.requests() - requests_before).unwrap_or(i64::MAX);
        run.documents = i64::try_from(report.ingested.documents).unwrap_or(i64::MAX);
        run.changed = i64::try_from(report.ingested.changed).unwrap_or(i64::MAX);
        run.days = i64::try_from(report.days).unwrap_or(i64::MAX);
        run.failed_days = i64::try_from(report.failed.len()).unwrap_or(i64::MAX);
        write_run(ingestor, &run).await?;
        if report.interrupted {
            break;
        }
        progress(Progress::DayDone);
        if silent == AWAY_AFTER || failing == BROKEN_AFTER {
            break;
        }
    }
    report.left = planned - report.days - report.failed.len() as u64;
    link_due_until(&stop, ingestor).await?;
    run.interrupted = report.interrupted;
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
    if feed.info().reading == Reading::Table {
        return Ok((vec![today], 0));
    }
    if let Some(days) = &plan.days {
        let mut days: Vec<NaiveDate> = days.iter().copied().filter(|day| *day <= today).collect();
        days.sort_unstable_by(|a, b| b.cmp(a));
        return Ok((days, 0));
    }
    let name = feed.info().name;
    let until = plan.until.map_or(today, |until| until.min(today));
    let back = |days: u64| today.checked_sub_days(Days::new(days)).unwrap_or(today);
    let window = back(plan.window_days);
    let since = match (plan.since, plan.until) {
        // Exactly these days, once.
        (Some(since), Some(_)) => since,
        (since, _) => {
            let owed = owed_since(ingestor, name, since, back(plan.first_days)).await?;
            since.unwrap_or_else(|| owed.min(window))
        }
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

/// The first day that a feed owes: written down at its first pull, moved back by an earlier day.
async fn owed_since(
    ingestor: &Ingestor,
    feed: &str,
    asked: Option<NaiveDate>,
    first: NaiveDate,
) -> Result<NaiveDate, StoreError> {
    let known = store::feeds::owed_since(ingestor.db().read(), feed).await?;
    let owed = known.unwrap_or(first);
    let owed = asked.map_or(owed, |asked| asked.min(owed));
    if known != Some(owed) {
        let tx = ingestor.db().begin().await?;
        store::feeds::write_owed_since(&tx, feed, owed).await?;
        tx.commit().await?;
    }
    Ok(owed)
}

/// A publication day is closed some hours after it ended in Paris.
fn closes(day: NaiveDate) -> DateTime<Utc> {
    end_of_day_in_paris(day) + TimeDelta::hours(3)
}

/// How the reading of a day ended.
enum DayEnd {
    /// Every notice of the day was received.
    Whole,
    /// What came is stored; the day is read again.
    Failed {
        /// Why, for people.
        trouble: String,
        /// Whether no source answered.
        is_silent: bool,
    },
    /// The pull was told to stop.
    Stopped,
}

/// Reads one day and stores it.
async fn read_day(
    stop: &mut watch::Receiver<bool>,
    ingestor: &Ingestor,
    feed: &dyn Feed,
    day: NaiveDate,
    report: &mut PullReport,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<DayEnd, PullError> {
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
    let mut read = tokio::select! {
        biased;
        () = told_to(stop) => return Ok(DayEnd::Stopped),
        read = feed.read_day(day, &recall) => read,
    };
    let shortfall = read.shortfall();
    let is_silent = read.error.is_some();
    // A flux that is still being filled lists less than the API showed before.
    let is_complete = read.via == Via::Api || began_at > closes(day);
    let shows_absence = is_complete && !read.is_as_before;
    let table: Vec<Resource> = read.table.take().map(resource).into_iter().collect();
    let listed = i64::try_from(read.listed).unwrap_or(i64::MAX);
    let batches = stream::iter(batches(read).into_iter().map(Ok::<_, PullError>));
    let stored = |stored: IngestReport| {
        report.ingested += stored;
        progress(Progress::Stored(report.ingested));
    };
    if !ingestor.ingest_all(stop, batches, stored).await? {
        return Ok(DayEnd::Stopped);
    }
    if let Some(trouble) = shortfall {
        return Ok(DayEnd::Failed { trouble, is_silent });
    }
    let FeedInfo { name, source, reading, .. } = feed.info();
    let db = ingestor.db();
    let vanished = if shows_absence {
        let published_on = (reading == Reading::Day).then_some(day);
        store::documents::not_seen_since(db.read(), source, published_on, began_at).await?
    } else {
        Vec::new()
    };
    report.vanished += vanished.len() as u64;
    let tx = db.begin().await?;
    store::notices::set_missing(&tx, &vanished, Some(paris_day(began_at))).await?;
    let read_at = ingestor.clock().now();
    store::feeds::write_day(&tx, name, ReadDay { day, read_at, listed }).await?;
    store::feeds::write_resources(&tx, &table).await?;
    tx.commit().await?;
    Ok(DayEnd::Whole)
}

/// What is kept of a fetched resource.
fn resource(fetched: FetchedResource) -> Resource {
    let FetchedResource { url, validators, digest } = fetched;
    Resource { url, etag: validators.etag, last_modified: validators.last_modified, digest }
}

/// Cuts a day into transactions. Validators go with the document they belong to: were they stored
/// first and the process killed, the document would never be asked for again.
fn batches(day: Day) -> Vec<Batch> {
    let mut resources: BTreeMap<String, Resource> =
        day.resources.into_iter().map(|fetched| (fetched.url.clone(), resource(fetched))).collect();
    let mut batches: Vec<Batch> = Vec::new();
    for document in day.documents {
        if batches.last().is_none_or(|batch| batch.documents.len() == BATCH) {
            batches.push(Batch::default());
        }
        if let Some(batch) = batches.last_mut() {
            batch.resources.extend(resources.remove(&document.origin));
            let digest = document.digest().to_hex();
            batch.written.extend(day.written.get(&digest).map(|at| (digest, *at)));
            batch.documents.push(document);
        }
    }
    if !day.unchanged.is_empty() {
        // What is left are newer validators of documents that are stored.
        let resources = resources.into_values().collect();
        batches.push(Batch { unchanged: day.unchanged, resources, ..Batch::default() });
    }
    batches
}
