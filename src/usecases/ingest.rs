//! From documents to lots: decode, assess, fold, store, log; one transaction a batch.
//!
//! What is stored is a function of the set of documents, whatever the order and however often they
//! come, and lots are folded again from all documents of their procurement. Only the log depends
//! on order: it tells what happened when.
//!
//! Of the documents of a notice the one holds that a feed gave last. A source that says "as before"
//! gives nothing: it may be behind another one. A file given by hand has no place among what feeds
//! gave, since nobody knows when it was true: it holds where no feed gave the notice, and among
//! such files the one received last.

mod contracts;
pub(super) mod fold;
mod prepare;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::num::NonZero;
use std::pin::pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::Stream;
use futures_util::future::join;
use thiserror::Error;
use tokio::sync::{Semaphore, watch};

use self::prepare::{Assessed, Prepared, again};
use super::horizon::Horizon;
use crate::clock::Clock;
use crate::domain::contract::ContractRecord;
use crate::domain::finding_change::FindingChange;
use crate::domain::ids::{ContractId, NoticeId, ProcedureId};
use crate::domain::issue::IssueCounts;
use crate::domain::procedure::AssessedNotice;
use crate::feeds::document::RawDocument;
use crate::store::documents::{KnownDocument, NewDocument, Packed, StoredIssue};
use crate::store::feeds::Resource;
use crate::store::{self, Database, StoreError, Transaction};

/// Documents in one transaction of those that bring many. They share what each statement costs beside
/// its rows (a quarter of the whole with 100); memory grows with them, and who is told to stop waits
/// for one batch.
pub const BATCH: usize = 256;

/// What one batch brings.
#[derive(Debug, Default)]
pub struct Batch {
    /// Documents received.
    pub documents: Vec<RawDocument>,
    /// Digests of stored documents that the source says did not change.
    pub unchanged: Vec<String>,
    /// Validators of what was fetched.
    pub resources: Vec<Resource>,
    /// When documents were written, by digest, where that is earlier than they were received.
    pub written: HashMap<String, DateTime<Utc>>,
    /// Whether the documents are files that someone gave, not what a feed says now.
    pub is_by_hand: bool,
}

/// What a batch changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IngestReport {
    /// Documents received, those known already included.
    pub documents: u64,
    /// Notices that are new or whose content changed.
    pub changed: u64,
    /// Documents that hold no notice.
    pub undecodable: u64,
    /// Defects of the documents that were decoded.
    pub issues: IssueCounts,
    /// Contracts new or changed.
    pub contracts: u64,
    /// Lots new or changed.
    pub lots: u64,
    /// Events logged.
    pub events: u64,
}

impl std::ops::AddAssign for IngestReport {
    fn add_assign(&mut self, other: Self) {
        self.documents += other.documents;
        self.changed += other.changed;
        self.undecodable += other.undecodable;
        self.issues += other.issues;
        self.contracts += other.contracts;
        self.lots += other.lots;
        self.events += other.events;
    }
}

impl fmt::Display for IngestReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { documents, changed, undecodable, issues, contracts, lots, events } = self;
        write!(
            f,
            "{documents} documents, {changed} notices new or changed, {contracts} contracts, \
             {lots} lots, {events} events, {} issues, {undecodable} undecodable",
            issues.total(),
        )
    }
}

/// Why a batch could not be stored. Nothing of it is stored then.
#[derive(Debug, Error)]
pub enum IngestError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A decoder panicked: a defect of the program, told with the documents it was given.
    #[error("a decoder failed on {0}; please report it")]
    Decoder(String),
}

/// Tries of a batch when the database is busy.
const ATTEMPTS: u32 = 4;

/// Brings documents into the store.
#[derive(Clone, Debug)]
pub struct Ingestor {
    db: Database,
    clock: Arc<dyn Clock>,
    horizon: Horizon,
    /// As many as processors may decode at once: the matchers of the rules keep some MB of memory
    /// for each thread that ever ran them beside others.
    decoders: Arc<Semaphore>,
}

impl Ingestor {
    /// Stores into a database.
    pub fn new(db: Database, clock: Arc<dyn Clock>, horizon: Horizon) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self { db, clock, horizon, decoders: Arc::new(Semaphore::new(processors)) }
    }

    /// The database it stores into.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// Tells those who wait that the log reaches this position.
    pub(super) fn announce(&self, position: i64) {
        self.horizon.announce(position);
    }

    /// The clock it goes by.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Stores a batch: all of it, or nothing.
    ///
    /// # Errors
    /// When the database fails, after some tries if it is only busy.
    pub async fn ingest(&self, batch: Batch) -> Result<IngestReport, IngestError> {
        let prepared = self.prepare(batch).await?;
        self.store_patiently(prepared).await
    }

    /// Stores batches in their order, each as [`ingest`](Self::ingest) does, until there is none or
    /// `stop` becomes true. While one is stored the next one is had and decoded: never more than two
    /// are in memory. `stored` hears of each that is. Gives whether all were stored.
    ///
    /// # Errors
    /// When a batch cannot be had, or the database fails. The batches before stay stored.
    pub async fn ingest_all<E: From<IngestError>>(
        &self,
        stop: &watch::Receiver<bool>,
        batches: impl Stream<Item = Result<Batch, E>>,
        mut stored: impl FnMut(IngestReport),
    ) -> Result<bool, E> {
        let mut batches = pin!(batches);
        let mut next = self.prepare_next(batches.as_mut()).await?;
        while let Some(prepared) = next {
            if *stop.borrow() {
                return Ok(false);
            }
            let storing = self.store_patiently(prepared);
            let (report, then) = join(storing, self.prepare_next(batches.as_mut())).await;
            stored(report?);
            next = then?;
        }
        Ok(true)
    }

    /// Decodes and assesses stored documents again and stores what differs; or, for a trial, tells
    /// what would and stores nothing. Gives what differs in the findings of lots, too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ingest_again(
        &self,
        documents: &[KnownDocument],
        is_trial: bool,
    ) -> Result<(IngestReport, Vec<FindingChange>), IngestError> {
        let prepared = self.prepare_again(documents).await?;
        self.store_or_try(prepared, is_trial).await
    }

    async fn store_patiently(&self, prepared: Prepared) -> Result<IngestReport, IngestError> {
        let (report, _) = self.store_or_try(prepared, false).await?;
        Ok(report)
    }

    async fn store_or_try(
        &self,
        mut prepared: Prepared,
        is_trial: bool,
    ) -> Result<(IngestReport, Vec<FindingChange>), IngestError> {
        let mut attempt = 1;
        loop {
            match self.store(&mut prepared, is_trial).await {
                Err(IngestError::Store(error)) if error.is_transient() && attempt < ATTEMPTS => {
                    tracing::warn!(attempt, %error, "the database is busy; storing the batch again");
                    let wait = std::time::Duration::from_millis(100 << attempt);
                    self.clock.sleep(wait).await;
                    attempt += 1;
                }
                stored => return stored,
            }
        }
    }

    async fn store(
        &self,
        prepared: &mut Prepared,
        is_trial: bool,
    ) -> Result<(IngestReport, Vec<FindingChange>), IngestError> {
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        let mut report = IngestReport {
            documents: (prepared.received.len() + prepared.unchanged.len()) as u64,
            ..IngestReport::default()
        };
        let (touched, of_contracts) = keep(&tx, prepared, now).await?;
        if prepared.is_again {
            store::links::mark_due(&tx, &prepared.buyers()).await?;
        }
        let changes = changes(&tx, &touched, prepared, &mut report).await?;
        report.changed = changes.len() as u64;
        // Read again, procurements are folded and written again too: what folds and writes may be
        // another edition than that of the rules.
        let (again, writing) = if prepared.is_again {
            (touched.as_slice(), fold::Writing::Everything)
        } else {
            (&[][..], fold::Writing::Differences)
        };
        let lots = fold::fold_and_write(&tx, &changes, again, writing, now).await?;
        report.contracts = contracts::fold_and_write(&tx, &of_contracts, &prepared.decoded).await?;
        report.lots = lots.lots;
        report.events = lots.events;
        if !prepared.is_again && !prepared.is_by_hand {
            store::notices::set_missing(&tx, &touched, None).await?;
        }
        store::feeds::write_resources(&tx, &prepared.resources).await?;
        if is_trial {
            // Dropped, the transaction leaves no trace.
            return Ok((report, lots.findings));
        }
        tx.commit().await?;
        self.announce(lots.position);
        Ok((report, lots.findings))
    }
}

/// The notices whose content changes with this batch. Those decoded from other bytes to the
/// same content only change their document.
async fn changes(
    tx: &Transaction,
    touched: &[NoticeId],
    prepared: &mut Prepared,
    report: &mut IngestReport,
) -> Result<Vec<Change>, IngestError> {
    let is_again = prepared.is_again;
    let decoded = &mut prepared.decoded;
    let current = store::notices::current(tx.conn(), touched).await?;
    let mut holding: BTreeMap<NoticeId, KnownDocument> = BTreeMap::new();
    for document in store::documents::of_notices(tx.conn(), touched).await? {
        let Some(notice) = document.notice else { continue };
        let is_later = holding.get(&notice).is_none_or(|known| later(&document, known));
        if is_later {
            holding.insert(notice, document);
        }
    }
    let mut changes = Vec::new();
    let mut issues = Vec::new();
    let mut digests = Vec::new();
    let mut renewed = Vec::new();
    for (notice, document) in holding {
        let before = current.get(&notice);
        let holds = before.is_some_and(|before| before.digest == document.digest);
        if holds && !is_again {
            continue;
        }
        if !decoded.contains_key(&document.digest) {
            // Another process stored something since the batch was prepared.
            let assessed = again(tx, &document).await?;
            decoded.insert(document.digest.clone(), assessed);
        }
        let Some(assessed) = decoded.get(&document.digest) else { continue };
        let Some(content) = &assessed.notice else { continue };
        renewed.extend(before.map(|_| notice));
        digests.push(document.digest.clone());
        issues.extend(stored_issues(&document, Some(notice), assessed));
        match before {
            Some(before) if before.content_hash == assessed.content_hash => {
                store::notices::set_digest(tx, notice, &document.digest).await?;
            }
            before => changes.push(Change {
                content: Arc::clone(content),
                body: Arc::clone(&assessed.body),
                digest: document.digest.clone(),
                content_hash: assessed.content_hash.clone(),
                procedure_before: before.map(|before| before.procedure),
            }),
        }
    }
    let without_notice: Vec<String> = decoded
        .iter()
        .filter(|(_, assessed)| assessed.notice.is_none())
        .map(|(digest, _)| digest.clone())
        .collect();
    for (digest, document) in store::documents::find(tx.conn(), &without_notice).await? {
        if let Some(assessed) = decoded.get(&digest) {
            report.undecodable += u64::from(assessed.contract.is_none());
            digests.push(digest.clone());
            issues.extend(stored_issues(&document, None, assessed));
        }
    }
    for stored in &issues {
        report.issues.add(stored.issue.kind);
    }
    store::documents::replace_issues(tx, &digests, &renewed, &issues).await?;
    Ok(changes)
}

/// A notice that is new or whose content changed.
struct Change {
    content: Arc<AssessedNotice>,
    body: Arc<Packed>,
    digest: String,
    content_hash: String,
    procedure_before: Option<ProcedureId>,
}

/// Of two documents of a notice the one that a feed gave later holds, before any that none gave; at
/// the same instant the digest decides, so that every replica decides alike.
fn later(a: &KnownDocument, b: &KnownDocument) -> bool {
    // Between two that a feed gave at one instant the last sight says nothing: one may have been
    // given by hand again.
    let rank = |document: &KnownDocument| match document.fed_at {
        Some(at) => (true, at),
        None => (false, document.last_seen_at),
    };
    (rank(a), &a.digest) > (rank(b), &b.digest)
}

/// Keeps new documents, notes that known ones were seen again, and gives the notices and the
/// contracts concerned.
async fn keep(
    tx: &Transaction,
    prepared: &Prepared,
    now: DateTime<Utc>,
) -> Result<(Vec<NoticeId>, BTreeSet<ContractId>), StoreError> {
    let Prepared { received, decoded, unchanged, .. } = prepared;
    let documents: Vec<NewDocument<'_>> = received
        .iter()
        .map(|one| {
            let assessed = decoded.get(&one.digest);
            let content = assessed.and_then(|assessed| assessed.notice.as_ref());
            let contract = assessed.and_then(|assessed| assessed.contract.as_ref());
            NewDocument {
                digest: &one.digest,
                format: one.raw.format.as_str(),
                origin: &one.raw.origin,
                size: one.raw.bytes.len(),
                body: assessed.and_then(|assessed| assessed.document.as_ref()),
                notice: content.map(|content| content.notice.id()),
                contract: contract.map(ContractRecord::id),
                first_seen_at: one.first_received_at,
                last_seen_at: one.raw.received_at,
                fed_at: one.fed_at,
            }
        })
        .collect();
    let all: Vec<String> =
        received.iter().map(|one| one.digest.clone()).chain(unchanged.iter().cloned()).collect();
    let mut of_contracts = BTreeSet::new();
    if prepared.is_again {
        // A better decoder may find another contract in a document: both are folded.
        let before = store::documents::find(tx.conn(), &all).await?;
        of_contracts.extend(before.values().filter_map(|known| known.contract));
    }
    store::documents::keep(tx, &documents).await?;
    store::documents::touch(tx, unchanged, now).await?;
    let known = store::documents::find(tx.conn(), &all).await?;
    of_contracts.extend(known.values().filter_map(|known| known.contract));
    let notices: BTreeSet<NoticeId> = known.values().filter_map(|known| known.notice).collect();
    Ok((notices.into_iter().collect(), of_contracts))
}

fn stored_issues(
    document: &KnownDocument,
    notice: Option<NoticeId>,
    assessed: &Assessed,
) -> Vec<StoredIssue> {
    let issues = assessed.issues.iter().zip(0..);
    let stored = issues.map(|(issue, position)| StoredIssue {
        digest: document.digest.clone(),
        position,
        notice,
        issue: issue.clone(),
        seen_at: document.first_seen_at,
    });
    stored.collect()
}
