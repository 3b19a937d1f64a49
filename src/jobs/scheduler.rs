//! Runs jobs at their times, Paris time, until they are told to stop.

use std::str::FromStr as _;
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use chrono_tz::Europe::Paris;
use cron::Schedule;
use tokio::task::JoinSet;

use super::{Job, JobContext, jobs};
use crate::usecases::pull::{close_dead_runs, told_to};
use crate::usecases::{health, tick};

/// A job that runs at start does so unless its last success is younger than this.
const FRESH: TimeDelta = TimeDelta::minutes(30);

/// Longest time that jobs have to end their batch when the process is asked to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Runs all jobs until the context's `stop` says so. A job that is running ends after its batch,
/// or is cut off when that takes too long: the next start takes up where it stopped.
pub async fn run(context: JobContext) {
    for feed in &context.feeds {
        let name = feed.info().name;
        if let Err(error) = close_dead_runs(&context.ingestor, name).await {
            tracing::error!(feed = name, %error, "runs that were cut off could not be closed");
        }
    }
    let mut running = JoinSet::new();
    for job in jobs(&context.config.feeds) {
        let Ok(schedule) = Schedule::from_str(&job.schedule) else {
            tracing::error!(
                job = job.name,
                line = job.schedule,
                "the schedule cannot be read; the job never runs"
            );
            continue;
        };
        let context = context.clone();
        running.spawn(async move { run_one(&job, &schedule, &context).await });
    }
    let mut stop = context.stop.clone();
    let late = async {
        told_to(&mut stop).await;
        context.ingestor.clock().sleep(GRACE).await;
    };
    tokio::select! {
        () = async { while running.join_next().await.is_some() {} } => {}
        () = late => tracing::warn!("a job did not end its batch in time; it is cut off"),
    }
}

async fn run_one(job: &Job, schedule: &Schedule, context: &JobContext) {
    let clock = context.ingestor.clock();
    let mut stop = context.stop.clone();
    if job.runs_at_start && is_due_at_start(context, job.feed).await {
        // One of several processes that start at once pulls.
        let now = clock.now();
        run_tick(job, context, now.duration_trunc(FRESH).unwrap_or(now)).await;
    }
    loop {
        let now = clock.now();
        let Some(next) = schedule.after(&now.with_timezone(&Paris)).next() else { return };
        let next = next.with_timezone(&Utc);
        let wait = (next - now).to_std().unwrap_or_default();
        let jitter = Duration::from_millis(fastrand::u64(0..=job.jitter_seconds * 1_000));
        tokio::select! {
            biased;
            () = told_to(&mut stop) => return,
            () = clock.sleep(wait + jitter) => {}
        }
        run_tick(job, context, next).await;
    }
}

async fn is_due_at_start(context: &JobContext, feed: &str) -> bool {
    let now = context.ingestor.clock().now();
    let facts = health::facts(context.ingestor.db()).await;
    let is_old = |(known, at): &(&str, DateTime<Utc>)| *known != feed || now - *at > FRESH;
    facts.is_ok_and(|facts| facts.feed_success.iter().all(is_old))
}

async fn run_tick(job: &Job, context: &JobContext, at: DateTime<Utc>) {
    match tick::take(context.ingestor.db(), &job.name, at).await {
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
    match (job.run)(context, job.feed).await {
        Ok(summary) => tracing::info!(job = job.name, summary, "job done"),
        Err(error) => {
            tracing::error!(job = job.name, %error, "job failed; the next tick tries again");
        }
    }
}
