//! `passerelle backfill`: years of feeds at once, side by side, or files; with a report at the end.

mod report;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use chrono::NaiveDate;
use clap::{ArgGroup, Args};
use tokio::sync::watch;

use self::report::{FeedPart, FilesPart, Report};
use super::ingest::{check_days, ensure_days, ensure_whole};
use super::progress::{Bar, Bars};
use super::{files, output};
use crate::app::{self, App, new_id};
use crate::jobs::plan;
use crate::usecases::backfill::{PlannedFeed, backfill};
use crate::usecases::pull::{PullPlan, SharedFeed};

/// How it differs from `ingest`, for the help text.
const ABOUT: &str = "\
A pull as `ingest FEED --since` makes it, of several feeds side by side. Days that were read whole \
are never read again, not even the last ones, which a pull reads again each time: a backfill that \
was cut asks nothing twice. One request at a time goes to a host (feeds.connections). Ctrl-C ends \
the batch that is stored; the same command goes on. With --from, documents that are known are \
passed over; a file is read whole, so that memory follows the largest one.

Without --until, days that are left over are owed: the next pulls of the schedule read them.";

/// Arguments of `backfill`.
#[derive(Debug, Args)]
#[command(
    after_help = ABOUT,
    group(ArgGroup::new("what").required(true).args(["since", "from"]))
)]
pub struct Arguments {
    /// Names of feeds, for example boamp ted; by default those that have days and are enabled in the
    /// settings.
    feeds: Vec<String>,
    /// First publication day.
    #[arg(long, value_name = "DATE")]
    since: Option<NaiveDate>,
    /// Last publication day; today by default.
    #[arg(long, value_name = "DATE", requires = "since")]
    until: Option<NaiveDate>,
    /// Files or folders in any known shape, recognised by content.
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "feeds")]
    from: Vec<PathBuf>,
    /// The report as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs `backfill`. The report is printed whatever is missing.
///
/// # Errors
/// When a feed is unknown, a file cannot be read, the store fails, days are missing, or it was told
/// to stop.
pub async fn run(app: &App, arguments: Arguments) -> anyhow::Result<()> {
    let began = Instant::now();
    let stop = app::stop_signal();
    let mut report = Report::default();
    if arguments.from.is_empty() {
        report.feeds = from_feeds(app, &arguments, &stop).await?;
    } else {
        report.files = Some(FilesPart::of(&files::ingest(app, &arguments.from, &stop).await?));
    }
    report.sum(began.elapsed(), app.ingestor.db()).await?;
    output::print(&if arguments.json { report.json()? } else { report.text() })?;
    ensure_whole(report.interrupted)?;
    report.ensure_nothing_missing()
}

async fn from_feeds(
    app: &App,
    arguments: &Arguments,
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<Vec<FeedPart>> {
    check_days(app, arguments.since, arguments.until)?;
    let feeds = planned(app, arguments)?;
    let bars = Bars::default();
    let bars: Vec<Bar> = feeds.iter().map(|(feed, _)| bars.add(feed.info().name, "days")).collect();
    let tell = |number: usize, step| {
        if let Some(bar) = bars.get(number) {
            bar.step(&step);
        }
    };
    let ended = backfill(stop, &app.ingestor, &feeds, new_id, &tell).await;
    bars.iter().for_each(Bar::end);
    let ended = feeds.iter().zip(&ended);
    Ok(ended.map(|((feed, _), pull)| FeedPart::of(feed.info().name, pull)).collect())
}

/// The feeds that are named, or enabled, with their days.
fn planned(app: &App, arguments: &Arguments) -> anyhow::Result<Vec<PlannedFeed>> {
    let settings = &app.config.feeds;
    let mut feeds: Vec<&SharedFeed> = Vec::new();
    for name in &arguments.feeds {
        let feed = app.feed(name)?;
        ensure_days(feed.info())?;
        feeds.push(feed);
    }
    if feeds.is_empty() {
        let enabled = settings.enabled().filter(|feed| feed.days.is_some());
        let enabled = enabled.map(|settings| app.feed(settings.feed));
        feeds = enabled.collect::<anyhow::Result<_>>()?;
    }
    anyhow::ensure!(!feeds.is_empty(), "no feed is enabled in the settings; name those to read");
    let planned = feeds.into_iter().map(|feed| {
        let (since, until) = (arguments.since, arguments.until);
        let plan = PullPlan { since, until, ..plan(settings, feed.info().name) };
        (Arc::clone(feed), plan)
    });
    Ok(planned.collect())
}
