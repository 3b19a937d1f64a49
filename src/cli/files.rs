//! Files and folders of documents: found, read one after the other, brought into the store.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use futures_util::Stream;
use futures_util::stream::try_unfold;
use tokio::sync::watch;

use super::output;
use super::progress::{Bar, Bars};
use crate::app::App;
use crate::clock::Clock;
use crate::feeds::document::{Format, RawDocument};
use crate::feeds::recognise;
use crate::usecases::ingest::{BATCH, Batch, IngestReport};
use crate::usecases::link::link_due_until;

/// What became of files.
#[derive(Debug, Default)]
pub struct FilesReport {
    /// How many there are.
    pub files: usize,
    /// Those of no shape known.
    pub unknown: usize,
    /// What changed in the store, by links too.
    pub ingested: IngestReport,
    /// Links that are new, changed or gone.
    pub links: u64,
    /// Whether it was told to stop before its end.
    pub interrupted: bool,
}

/// Brings files and folders into the store until they are through or `stop` says so. What is known
/// already is passed over quickly, so that a second run goes on where the first one was cut.
///
/// # Errors
/// When there is no file, one cannot be read, or the store fails.
pub async fn ingest(
    app: &App,
    paths: &[PathBuf],
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<FilesReport> {
    let files = files(paths)?;
    let bar = Bars::default().add("files", "files");
    bar.plan(files.len() as u64);
    let mut report = FilesReport { files: files.len(), ..FilesReport::default() };
    let unknown = Arc::new(AtomicUsize::new(0));
    let reading = Reading {
        files: files.into(),
        waiting: VecDeque::new(),
        clock: Arc::clone(&app.clock),
        unknown: Arc::clone(&unknown),
        bar: bar.clone(),
    };
    let stored = |stored| {
        report.ingested += stored;
        bar.stored(&report.ingested);
    };
    let is_whole = app.ingestor.ingest_all(stop, batches(reading), stored).await?;
    let linked = link_due_until(stop, &app.ingestor).await?;
    bar.end();
    report.ingested.lots += linked.lots;
    report.ingested.events += linked.events;
    report.links = linked.notices + linked.contracts;
    report.interrupted = !is_whole;
    report.unknown = unknown.load(Ordering::Relaxed);
    Ok(report)
}

/// Files on their way to batches.
struct Reading {
    files: VecDeque<PathBuf>,
    /// Documents of files that are read, for the next batches.
    waiting: VecDeque<RawDocument>,
    clock: Arc<dyn Clock>,
    /// Files of no shape known so far.
    unknown: Arc<AtomicUsize>,
    bar: Bar,
}

/// The documents of files in batches; files are read on other threads.
fn batches(reading: Reading) -> impl Stream<Item = anyhow::Result<Batch>> {
    try_unfold(reading, |mut reading| async move {
        let work =
            tokio::task::spawn_blocking(move || reading.next().map(|batch| (batch, reading)));
        let (batch, reading) = work.await.context("a file could not be read")??;
        Ok(batch.map(|batch| (batch, reading)))
    })
}

impl Reading {
    /// The next batch; nothing when all files are read.
    fn next(&mut self) -> anyhow::Result<Option<Batch>> {
        while self.waiting.len() < BATCH
            && let Some(path) = self.files.pop_front()
        {
            self.read(&path)?;
        }
        let count = self.waiting.len().min(BATCH);
        let documents: Vec<RawDocument> = self.waiting.drain(..count).collect();
        let batch = Batch { documents, is_by_hand: true, ..Batch::default() };
        Ok(Some(batch).filter(|batch| !batch.documents.is_empty()))
    }

    fn read(&mut self, path: &Path) -> anyhow::Result<()> {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let read = recognise::split(&bytes, &path.display().to_string(), self.clock.now());
        if read.iter().all(|document| document.format == Format::Unknown) {
            self.unknown.fetch_add(1, Ordering::Relaxed);
            let path = path.display();
            self.bar.beside(|| output::remark(&format!(
                "{path} is not a notice in a known shape; it is kept, and listed among the decode issues"
            )));
        }
        self.waiting.extend(read);
        self.bar.done();
        Ok(())
    }
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
