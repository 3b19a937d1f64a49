//! The report at the end of a backfill, for people or as one JSON object.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;
use serde::Serialize;

use crate::cli::files::FilesReport;
use crate::cli::links::counted;
use crate::domain::issue::IssueKind;
use crate::jobs::summary;
use crate::store::links::LinkCounts;
use crate::store::{self, Database, StoreError};
use crate::usecases::ingest::IngestReport;
use crate::usecases::pull::{PullError, PullReport};

/// What a backfill did, and what is in the store after it.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    /// How long it took.
    seconds: f64,
    /// Whether it was told to stop before its end.
    pub(super) interrupted: bool,
    /// The feeds that were read.
    pub(super) feeds: Vec<FeedPart>,
    /// The files that were read.
    pub(super) files: Option<FilesPart>,
    /// What it changed.
    brought: Brought,
    /// What is in the store now, whoever brought it.
    store: Stored,
}

/// What became of one feed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FeedPart {
    feed: &'static str,
    days_read: u64,
    /// Days that were read whole before.
    days_skipped: u64,
    /// Days that could not be read whole.
    days_missing: Vec<MissingDay>,
    /// Days that were not come to.
    days_left: u64,
    /// Why it ended early: the store failed.
    error: Option<String>,
    #[serde(skip)]
    interrupted: bool,
    #[serde(skip)]
    ingested: IngestReport,
    #[serde(skip)]
    text: String,
}

#[derive(Debug, Serialize)]
struct MissingDay {
    day: NaiveDate,
    trouble: String,
}

/// What became of files.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilesPart {
    files: usize,
    /// Those of no shape known.
    unknown: usize,
    #[serde(skip)]
    interrupted: bool,
    #[serde(skip)]
    ingested: IngestReport,
}

/// What changed in the store.
#[derive(Debug, Default, Serialize)]
struct Brought {
    documents: u64,
    /// Notices new or changed.
    notices: u64,
    contracts: u64,
    lots: u64,
    events: u64,
    /// Documents that hold neither notice nor contract.
    undecodable: u64,
    /// Decode issues by kind.
    issues: BTreeMap<&'static str, u64>,
    #[serde(skip)]
    text: String,
}

/// What is in the store.
#[derive(Debug, Default, Serialize)]
struct Stored {
    documents: u64,
    notices: u64,
    contracts: u64,
    lots: u64,
    events: u64,
    /// Decode issues by kind.
    issues: BTreeMap<&'static str, u64>,
    /// Documents that are joined, by what joins them.
    links: Links,
}

#[derive(Debug, Default, Serialize)]
struct Links {
    folder: u64,
    reference: u64,
    repeats: u64,
    continues: u64,
    announces: u64,
    contracts: u64,
    doubtful: u64,
    #[serde(skip)]
    text: String,
}

impl From<LinkCounts> for Links {
    fn from(counts: LinkCounts) -> Self {
        let text = counted(&counts);
        let LinkCounts { folder, reference, repeats, continues, announces, contracts, doubtful } =
            counts;
        Self { folder, reference, repeats, continues, announces, contracts, doubtful, text }
    }
}

impl FeedPart {
    pub(super) fn of(feed: &'static str, pull: &Result<PullReport, PullError>) -> Self {
        let none = PullReport::default();
        let (report, error) = match pull {
            Ok(report) => (report, None),
            Err(error) => (&none, Some(error.to_string())),
        };
        let missing = report.failed.iter().cloned();
        Self {
            feed,
            days_read: report.days,
            days_skipped: report.skipped,
            days_missing: missing.map(|(day, trouble)| MissingDay { day, trouble }).collect(),
            days_left: report.left,
            interrupted: report.interrupted,
            ingested: report.ingested,
            text: error.clone().unwrap_or_else(|| summary(report)),
            error,
        }
    }
}

impl FilesPart {
    pub(super) fn of(report: &FilesReport) -> Self {
        Self {
            files: report.files,
            unknown: report.unknown,
            interrupted: report.interrupted,
            ingested: report.ingested,
        }
    }
}

impl From<IngestReport> for Brought {
    fn from(report: IngestReport) -> Self {
        Self {
            documents: report.documents,
            notices: report.changed,
            contracts: report.contracts,
            lots: report.lots,
            events: report.events,
            undecodable: report.undecodable,
            issues: by_name(report.issues.by_kind()),
            text: report.to_string(),
        }
    }
}

fn by_name(counts: impl IntoIterator<Item = (IssueKind, u64)>) -> BTreeMap<&'static str, u64> {
    counts.into_iter().map(|(kind, count)| (kind.as_str(), count)).collect()
}

impl Report {
    /// Adds the parts up and counts the store.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn sum(&mut self, took: Duration, db: &Database) -> Result<(), StoreError> {
        self.seconds = took.as_secs_f64();
        let mut brought = IngestReport::default();
        for part in &self.feeds {
            brought += part.ingested;
            self.interrupted |= part.interrupted;
        }
        if let Some(part) = &self.files {
            brought += part.ingested;
            self.interrupted |= part.interrupted;
        }
        self.brought = brought.into();
        let totals = store::totals::count(db.read()).await?;
        self.store = Stored {
            documents: totals.documents,
            notices: totals.notices,
            contracts: totals.contracts,
            lots: totals.lots,
            events: totals.events,
            issues: by_name(store::documents::count_issues(db.read(), None).await?),
            links: store::links::counts(db.read()).await?.into(),
        };
        Ok(())
    }

    /// The report as one JSON object.
    ///
    /// # Errors
    /// Never: it holds names and numbers only.
    pub(super) fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// The report for people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for part in &self.feeds {
            text.push_str(&format!("{}: {}\n", part.feed, part.text));
            if part.days_left > 0 {
                text.push_str(&format!("  {} days were not come to\n", part.days_left));
            }
            for MissingDay { day, trouble } in &part.days_missing {
                text.push_str(&format!("  {day}: {trouble}\n"));
            }
        }
        if let Some(FilesPart { files, unknown, .. }) = &self.files {
            text.push_str(&format!("{files} files, {unknown} of no shape known\n"));
        }
        let Brought { text: brought, issues, .. } = &self.brought;
        text.push_str(&format!("In {:.0} s: {brought}\n", self.seconds));
        text.push_str(&lines(issues));
        let Stored { documents, notices, contracts, lots, events, issues, links } = &self.store;
        text.push_str(&format!(
            "In the store: {documents} documents, {notices} notices, {contracts} contracts, {lots} lots, {events} events\n",
        ));
        text.push_str(&lines(issues));
        text.push_str(&links.text);
        text
    }

    /// Refuses a backfill that lacks something.
    ///
    /// # Errors
    /// When days could not be read whole, or the store failed.
    pub(super) fn ensure_nothing_missing(&self) -> anyhow::Result<()> {
        let failed = self.feeds.iter().find_map(|part| part.error.as_ref().map(|e| (part.feed, e)));
        if let Some((feed, error)) = failed {
            anyhow::bail!("{feed}: {error}");
        }
        let missing = self.feeds.iter().map(|part| part.days_missing.len() as u64 + part.days_left);
        let missing: u64 = missing.sum();
        anyhow::ensure!(
            missing == 0,
            "{missing} days are not read whole; what came is stored, the same command asks for them again"
        );
        Ok(())
    }
}

/// Decode issues, a line for each kind.
fn lines(issues: &BTreeMap<&'static str, u64>) -> String {
    let lines = issues.iter().map(|(kind, count)| format!("  {kind}: {count}\n"));
    lines.collect::<Vec<_>>().concat()
}
