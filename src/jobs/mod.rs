//! Scheduled jobs: a kind, its cron line, what it does. Ticks are rows, so that of several
//! processes on one database one runs each tick, without a leader.

pub mod scheduler;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;
use uuid::Uuid;

use crate::config::{Config, FeedsConfig, PulledDays};
use crate::usecases::ingest::Ingestor;
use crate::usecases::pull::{
    PullError, PullPlan, PullReport, SharedFeed, days_of_open_lots, pull_until,
};

/// What jobs work with.
#[derive(Clone)]
pub struct JobContext {
    /// Brings documents into the store.
    pub ingestor: Ingestor,
    /// The feeds that are pulled.
    pub feeds: Vec<SharedFeed>,
    /// The settings.
    pub config: Arc<Config>,
    /// Gives each run its id.
    pub new_id: fn() -> Uuid,
    /// Becomes true when the process is asked to stop: jobs end after their batch.
    pub stop: watch::Receiver<bool>,
}

impl JobContext {
    fn feed(&self, name: &str) -> Option<&SharedFeed> {
        self.feeds.iter().find(|feed| feed.info().name == name)
    }
}

/// A scheduled job: what it does with a feed, and when.
pub struct Job {
    /// Its name: the key of its tick.
    pub name: String,
    /// The feed.
    pub feed: &'static str,
    /// Its cron line.
    pub schedule: String,
    /// Longest delay after its time, in seconds.
    pub jitter_seconds: u64,
    /// Whether it runs at start when the feed had no recent success.
    pub runs_at_start: bool,
    /// Runs it. Running it twice leaves the same state.
    pub run: for<'c> fn(&'c JobContext, &'c str) -> BoxFuture<'c, Result<String, PullError>>,
}

/// The jobs of the settings: a pull for each feed that is enabled, and what some feeds need besides.
/// A new one is a function here and an entry there.
pub fn jobs(config: &FeedsConfig) -> Vec<Job> {
    let pulls = config.enabled().map(|settings| Job {
        name: format!("pull-{}", settings.feed),
        feed: settings.feed,
        schedule: settings.schedule.to_owned(),
        jitter_seconds: settings.jitter_seconds,
        runs_at_start: true,
        run: |context, feed| Box::pin(pull_feed(context, feed)),
    });
    let mut jobs: Vec<Job> = pulls.collect();
    if config.boamp.enabled {
        jobs.push(Job {
            name: "recheck-boamp".to_owned(),
            feed: "boamp",
            schedule: config.boamp.recheck_schedule.clone(),
            jitter_seconds: config.boamp.jitter_seconds,
            runs_at_start: false,
            run: |context, feed| Box::pin(recheck_open_days(context, feed)),
        });
    }
    jobs
}

/// The plan of a pull of a feed by the settings.
pub fn plan(config: &FeedsConfig, feed: &str) -> PullPlan {
    let settings = config.all().into_iter().find(|settings| settings.feed == feed);
    match settings.and_then(|settings| settings.days) {
        Some(PulledDays { window, first }) => {
            PullPlan { window_days: window, first_days: first, ..PullPlan::default() }
        }
        None => PullPlan::default(),
    }
}

async fn run(context: &JobContext, feed: &SharedFeed, plan: PullPlan) -> Result<String, PullError> {
    let id = (context.new_id)();
    let stop = context.stop.clone();
    let report = pull_until(stop, &context.ingestor, feed.as_ref(), &plan, id, &|_| {}).await?;
    Ok(summary(&report))
}

async fn pull_feed(context: &JobContext, name: &str) -> Result<String, PullError> {
    let Some(feed) = context.feed(name) else { return Ok("no feed".to_owned()) };
    run(context, feed, plan(&context.config.feeds, name)).await
}

/// Notices are edited silently while they are open: the days of all open lots are read again.
async fn recheck_open_days(context: &JobContext, name: &str) -> Result<String, PullError> {
    let Some(feed) = context.feed(name) else { return Ok("no feed".to_owned()) };
    let days = Some(days_of_open_lots(&context.ingestor, feed.info().source).await?);
    run(context, feed, PullPlan { days, ..plan(&context.config.feeds, name) }).await
}

/// A pull in one line, for logs and terminals.
pub fn summary(report: &PullReport) -> String {
    let mut text = format!(
        "{} days read, {} skipped, {} failed; {}",
        report.days,
        report.skipped,
        report.failed.len(),
        report.ingested,
    );
    if report.vanished > 0 {
        text.push_str(&format!("; {} notices are no longer listed", report.vanished));
    }
    if report.interrupted {
        text.push_str("; told to stop, the next pull goes on");
    }
    text
}
