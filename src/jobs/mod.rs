//! Scheduled jobs: a kind, its cron line, what it does. Ticks are rows, so that of several
//! processes on one database one runs each tick, without a leader.

pub mod scheduler;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::sync::watch;
use uuid::Uuid;

use crate::config::{BoampConfig, Config, DecpConfig, FeedsConfig, TedConfig};
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

/// A kind of job.
pub struct Job {
    /// Its name: the key of its tick.
    pub name: &'static str,
    /// Its cron line; nothing when it does not run.
    pub schedule: fn(&Config) -> Option<&str>,
    /// Longest delay after its time, in seconds.
    pub jitter_seconds: fn(&Config) -> u64,
    /// The feed without whose recent success it runs at start.
    pub runs_at_start_for: Option<&'static str>,
    /// Runs it. Running it twice leaves the same state.
    pub run: for<'c> fn(&'c JobContext) -> BoxFuture<'c, Result<String, PullError>>,
}

/// All jobs. A new one is a function here and a line there.
pub const JOBS: [Job; 4] = [
    Job {
        name: "pull-boamp",
        schedule: |config| boamp(config).map(|boamp| boamp.schedule.as_str()),
        jitter_seconds: |config| config.feeds.boamp.jitter_seconds,
        runs_at_start_for: Some("boamp"),
        run: |context| Box::pin(pull_boamp(context)),
    },
    Job {
        name: "recheck-boamp",
        schedule: |config| boamp(config).map(|boamp| boamp.recheck_schedule.as_str()),
        jitter_seconds: |config| config.feeds.boamp.jitter_seconds,
        runs_at_start_for: None,
        run: |context| Box::pin(recheck_boamp(context)),
    },
    Job {
        name: "pull-ted",
        schedule: |config| ted(config).map(|ted| ted.schedule.as_str()),
        jitter_seconds: |config| config.feeds.ted.jitter_seconds,
        runs_at_start_for: Some("ted"),
        run: |context| Box::pin(pull_ted(context)),
    },
    Job {
        name: "pull-decp",
        schedule: |config| decp(config).map(|decp| decp.schedule.as_str()),
        jitter_seconds: |config| config.feeds.decp.jitter_seconds,
        runs_at_start_for: Some("decp"),
        run: |context| Box::pin(pull_decp(context)),
    },
];

fn boamp(config: &Config) -> Option<&BoampConfig> {
    Some(&config.feeds.boamp).filter(|boamp| boamp.enabled)
}

fn ted(config: &Config) -> Option<&TedConfig> {
    Some(&config.feeds.ted).filter(|ted| ted.enabled)
}

fn decp(config: &Config) -> Option<&DecpConfig> {
    Some(&config.feeds.decp).filter(|decp| decp.enabled)
}

/// The plan of a pull of a feed by the settings.
pub fn plan(config: &FeedsConfig, feed: &str) -> PullPlan {
    let (window_days, first_days) = match feed {
        "ted" => (config.ted.window_days, config.ted.first_days),
        "decp" => (config.decp.window_days, config.decp.first_days),
        _ => (config.boamp.window_days, config.boamp.first_days),
    };
    PullPlan { window_days, first_days, ..PullPlan::default() }
}

async fn run(context: &JobContext, name: &str, plan: PullPlan) -> Result<String, PullError> {
    let Some(feed) = context.feed(name) else { return Ok("no feed".to_owned()) };
    let id = (context.new_id)();
    let stop = context.stop.clone();
    let report = pull_until(stop, &context.ingestor, feed.as_ref(), &plan, id, &|_| {}).await?;
    Ok(summary(&report))
}

async fn pull_boamp(context: &JobContext) -> Result<String, PullError> {
    run(context, "boamp", plan(&context.config.feeds, "boamp")).await
}

/// Notices are edited silently while they are open: the days of all open lots are read again.
async fn recheck_boamp(context: &JobContext) -> Result<String, PullError> {
    let Some(feed) = context.feed("boamp") else { return Ok("no feed".to_owned()) };
    let days = Some(days_of_open_lots(&context.ingestor, feed.info().source).await?);
    run(context, "boamp", PullPlan { days, ..plan(&context.config.feeds, "boamp") }).await
}

async fn pull_ted(context: &JobContext) -> Result<String, PullError> {
    run(context, "ted", plan(&context.config.feeds, "ted")).await
}

async fn pull_decp(context: &JobContext) -> Result<String, PullError> {
    run(context, "decp", plan(&context.config.feeds, "decp")).await
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
