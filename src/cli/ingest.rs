//! `passerelle ingest`: one pull of a feed, or files.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::{ArgGroup, Args};
use indicatif::{ProgressBar, ProgressStyle};

use super::output;
use crate::app::{App, new_id};
use crate::domain::deadline::paris_day;
use crate::domain::source::Reading;
use crate::feeds::document::{Format, RawDocument};
use crate::feeds::recognise;
use crate::jobs::{plan, summary};
use crate::usecases::ingest::{Batch, IngestReport};
use crate::usecases::link::link_due;
use crate::usecases::pull::{Progress, PullPlan, pull};

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

/// Documents in one transaction.
const BATCH: usize = 100;

/// Runs `ingest`.
///
/// # Errors
/// When the feed is unknown, a file cannot be read, or the store fails.
pub async fn run(app: &App, arguments: Arguments) -> anyhow::Result<()> {
    match &arguments.feed {
        Some(feed) => from_feed(app, feed, &arguments).await,
        None => from_files(app, &arguments.from).await,
    }
}

async fn from_feed(app: &App, name: &str, arguments: &Arguments) -> anyhow::Result<()> {
    let feed = app.feed(name)?;
    if let (Some(since), Some(until)) = (arguments.since, arguments.until)
        && since > until
    {
        anyhow::bail!("--since {since} is after --until {until}; exchange them");
    }
    let has_days = arguments.since.is_some() || arguments.until.is_some();
    if has_days && feed.info().reading == Reading::Table {
        anyhow::bail!("{name} is one table, read whole every time; leave out --since and --until");
    }
    let today = paris_day(app.clock.now());
    if let Some(since) = arguments.since.filter(|since| *since > today) {
        anyhow::bail!("--since {since} has not come yet; give {today} or a day before it");
    }
    let plan = PullPlan {
        since: arguments.since,
        until: arguments.until,
        again: arguments.again,
        ..plan(&app.config.feeds, name)
    };
    let bar = bar("days");
    let report = pull(&app.ingestor, feed.as_ref(), &plan, new_id(), &|progress| match progress {
        Progress::Planned(days) => bar.set_length(days),
        Progress::Day(day) => bar.set_message(day.to_string()),
        Progress::Stored(done) => bar.set_message(format!("{} documents", done.documents)),
        Progress::DayDone => bar.inc(1),
    })
    .await?;
    bar.finish_and_clear();
    output::print(&format!("{name}: {}\n", summary(&report)))?;
    for (day, trouble) in &report.failed {
        output::remark(&format!("  {day}: {trouble}"));
    }
    if report.days == 0 && !report.failed.is_empty() {
        anyhow::bail!(
            "no day of {name} could be read whole; what came is stored, run it again to go on"
        );
    }
    Ok(())
}

fn bar(unit: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    let template = format!("{{bar:30}} {{pos}}/{{len}} {unit} {{elapsed}} {{msg}}");
    if let Ok(style) = ProgressStyle::with_template(&template) {
        bar.set_style(style);
    }
    bar
}

async fn from_files(app: &App, paths: &[PathBuf]) -> anyhow::Result<()> {
    let files = files(paths)?;
    let bar = bar("files");
    bar.set_length(files.len() as u64);
    let mut report = IngestReport::default();
    let mut waiting: Vec<RawDocument> = Vec::new();
    let mut unknown = 0;
    for path in &files {
        let read = documents(app, path)?;
        if read.iter().all(|document| document.format == Format::Unknown) {
            unknown += 1;
            output::remark(&format!(
                "{} is not a notice in a known shape; it is kept, and listed among the decode issues",
                path.display()
            ));
        }
        waiting.extend(read);
        while waiting.len() >= BATCH {
            let rest = waiting.split_off(BATCH);
            report += store(app, std::mem::replace(&mut waiting, rest)).await?;
        }
        bar.inc(1);
    }
    report += store(app, waiting).await?;
    let linked = link_due(&app.ingestor).await?;
    bar.finish_and_clear();
    output::print(&format!(
        "{} files: {} documents, {} notices new or changed, {} contracts, {} lots, {} events, {} issues, {} undecodable; {} links\n",
        files.len(),
        report.documents,
        report.changed,
        report.contracts,
        report.lots + linked.lots,
        report.events + linked.events,
        report.issues,
        report.undecodable,
        linked.notices + linked.contracts,
    ))?;
    anyhow::ensure!(
        unknown < files.len(),
        "nothing could be read; give BOAMP records or pages of records (JSON), or BOAMP or eForms notices (XML)"
    );
    Ok(())
}

fn documents(app: &App, path: &Path) -> anyhow::Result<Vec<RawDocument>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(recognise::split(&bytes, &path.display().to_string(), app.clock.now()))
}

async fn store(app: &App, documents: Vec<RawDocument>) -> anyhow::Result<IngestReport> {
    Ok(app.ingestor.ingest(Batch { documents, is_by_hand: true, ..Batch::default() }).await?)
}

/// The files of paths, folders walked through, in order.
///
/// # Errors
/// When a path does not exist, a folder cannot be read, or there is no file at all.
pub fn files(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let found = walk(paths)?;
    if found.is_empty() {
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        anyhow::bail!("there is no file in {}", names.join(", "));
    }
    Ok(found)
}

fn walk(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let entries = std::fs::read_dir(path)
                .with_context(|| format!("cannot read the folder {}", path.display()))?;
            let mut entries = entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<Vec<_>, _>>()
                .with_context(|| format!("cannot read the folder {}", path.display()))?;
            entries.sort();
            found.extend(walk(&entries)?);
        } else if path.exists() {
            found.push(path.clone());
        } else {
            anyhow::bail!("there is no file {}", path.display());
        }
    }
    Ok(found)
}
