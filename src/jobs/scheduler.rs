//! Runs jobs at their times, Paris time, until it is told to stop.

use std::str::FromStr as _;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use cron::Schedule;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::{JOBS, Job, JobContext};
use crate::usecases::{health, tick};

/// A job that runs at start does so unless its last success is younger than this.
const FRESH: TimeDelta = TimeDelta::minutes(30);

/// Runs all jobs until `stop` says so. A job that is running is let finish its batch: the next
/// start takes up where it stopped.
pub async fn run(context: JobContext, stop: watch::Receiver<bool>) {
    let mut jobs = JoinSet::new();
    for job in &JOBS {
        let Some(line) = (job.schedule)(&context.config) else { continue };
        let Ok(schedule) = Schedule::from_str(line) else {
            tracing::error!(
                job = job.name,
                line,
                "the schedule cannot be read; the job never runs"
            );
            continue;
        };
        let (context, mut stopped) = (context.clone(), stop.clone());
        jobs.spawn(async move {
            tokio::select! {
                () = run_one(job, &schedule, &context) => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        });
    }
    while jobs.join_next().await.is_some() {}
}

async fn run_one(job: &Job, schedule: &Schedule, context: &JobContext) {
    let clock = context.ingestor.clock();
    if job.runs_at_start && is_due_at_start(context).await {
        run_tick(job, context, clock.now()).await;
    }
    loop {
        let now = clock.now();
        let Some(next) = schedule.after(&now.with_timezone(&Paris)).next() else { return };
        let next = next.with_timezone(&Utc);
        let wait = (next - now).to_std().unwrap_or_default();
        let most = (job.jitter_seconds)(&context.config);
        let jitter = Duration::from_millis(fastrand::u64(0..=most * 1_000));
        clock.sleep(wait + jitter).await;
        run_tick(job, context, next).await;
    }
}

async fn is_due_at_start(context: &JobContext) -> bool {
    let now = context.ingestor.clock().now();
    let facts = health::facts(context.ingestor.db()).await;
    facts.is_ok_and(|facts| facts.feed_success.iter().all(|(_, at)| now - *at > FRESH))
}

async fn run_tick(job: &Job, context: &JobContext, at: DateTime<Utc>) {
    match tick::take(context.ingestor.db(), job.name, at).await {
        Ok(true) => {}
        Ok(false) => {
            tracing::debug!(job = job.name, %at, "another process took this tick");
            return;
        }
        Err(error) => {
            tracing::error!(job = job.name, %error, "the tick could not be taken; waiting for the next");
            return;
        }
    }
    tracing::info!(job = job.name, "job begins");
    match (job.run)(context).await {
        Ok(summary) => tracing::info!(job = job.name, summary, "job done"),
        Err(error) => {
            tracing::error!(job = job.name, %error, "job failed; the next tick tries again");
        }
    }
}
