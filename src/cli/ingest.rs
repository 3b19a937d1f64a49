//! `passerelle ingest`: one pull of a feed, or files.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{ArgGroup, Args};
use tokio::sync::watch;

use super::progress::Bars;
use super::{files, output};
use crate::app::{self, App, new_id};
use crate::domain::deadline::paris_day;
use crate::domain::source::{FeedInfo, Reading};
use crate::jobs::{plan, summary};
use crate::usecases::pull::{PullPlan, pull_until};

/// Arguments of `ingest`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("what").required(true).args(["feed", "from"])))]
pub struct Arguments {
    /// Name of a feed, for example boamp.
    feed: Option<String>,
    /// First publication day, owed from now on; by default the first day that the feed owes.
    #[arg(long, value_name = "DATE", conflicts_with = "from")]
    since: Option<NaiveDate>,
    /// Last publication day; today by default.
    #[arg(long, value_name = "DATE", conflicts_with = "from")]
    until: Option<NaiveDate>,
    /// Read days again although they were read whole.
    #[arg(long, conflicts_with = "from")]
    again: bool,
    /// Files or folders in any known shape, recognised by content.
    #[arg(long, value_name = "PATH", num_args = 1..)]
    from: Vec<PathBuf>,
}

/// Runs `ingest`. Told to stop, it ends its batch first.
///
/// # Errors
/// When the feed is unknown, a file cannot be read, the store fails, or it was told to stop.
pub async fn run(app: &App, arguments: Arguments) -> anyhow::Result<()> {
    let stop = app::stop_signal();
    match &arguments.feed {
        Some(feed) => from_feed(app, feed, &arguments, stop).await,
        None => from_files(app, &arguments.from, &stop).await,
    }
}

async fn from_feed(
    app: &App,
    name: &str,
    arguments: &Arguments,
    stop: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let feed = app.feed(name)?;
    check_days(app, arguments.since, arguments.until)?;
    let has_days = arguments.since.is_some() || arguments.until.is_some();
    if has_days {
        ensure_days(feed.info())?;
    }
    let plan = PullPlan {
        since: arguments.since,
        until: arguments.until,
        again: arguments.again,
        ..plan(&app.config.feeds, name)
    };
    let bar = Bars::default().add(name, "days");
    let tell = |step| bar.step(&step);
    let report = pull_until(stop, &app.ingestor, feed.as_ref(), &plan, new_id(), &tell).await?;
    bar.end();
    output::print(&format!("{name}: {}\n", summary(&report)))?;
    for (day, trouble) in &report.failed {
        output::remark(&format!("  {day}: {trouble}"));
    }
    anyhow::ensure!(
        report.days > 0 || report.failed.is_empty(),
        "no day of {name} could be read whole; what came is stored, run it again to go on"
    );
    ensure_whole(report.interrupted)
}

async fn from_files(
    app: &App,
    paths: &[PathBuf],
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let report = files::ingest(app, paths, stop).await?;
    let files::FilesReport { files, ingested, links, .. } = &report;
    output::print(&format!("{files} files: {ingested}; {links} links\n"))?;
    ensure_whole(report.interrupted)?;
    anyhow::ensure!(
        report.unknown < report.files,
        "nothing could be read; give BOAMP records or pages of records (JSON), or BOAMP or eForms notices (XML)"
    );
    Ok(())
}

/// Refuses days that are in the wrong order or have not come.
///
/// # Errors
/// When they are; the message says what to give.
pub fn check_days(
    app: &App,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
) -> anyhow::Result<()> {
    if let (Some(since), Some(until)) = (since, until)
        && since > until
    {
        anyhow::bail!("--since {since} is after --until {until}; exchange them");
    }
    let today = paris_day(app.clock.now());
    if let Some(since) = since.filter(|since| *since > today) {
        anyhow::bail!("--since {since} has not come yet; give {today} or a day before it");
    }
    Ok(())
}

/// Refuses days of a feed that has none.
///
/// # Errors
/// When it is one table.
pub fn ensure_days(feed: FeedInfo) -> anyhow::Result<()> {
    anyhow::ensure!(
        feed.reading != Reading::Table,
        "{} is one table, read whole every time; leave out --since and --until",
        feed.name
    );
    Ok(())
}

/// Says how to go on after a command that was told to stop.
///
/// # Errors
/// When it was.
pub fn ensure_whole(interrupted: bool) -> anyhow::Result<()> {
    anyhow::ensure!(
        !interrupted,
        "stopped before the end; what came is stored, the same command goes on where it was"
    );
    Ok(())
}
