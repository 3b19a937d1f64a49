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

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::horizon::Horizon;
use crate::clock::Clock;
use crate::domain::contract::ContractRecord;
use crate::domain::ids::{ContractId, NoticeId, ProcedureId};
use crate::domain::procedure::AssessedNotice;
use crate::feeds::document::{Decoded, DecodedContract, Digest, Format, RawDocument};
use crate::feeds::recognise;
use crate::rules;
use crate::store::documents::{KnownDocument, NewDocument, StoredIssue};
use crate::store::feeds::Resource;
use crate::store::{self, Database, StoreError, Transaction};

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
    pub issues: u64,
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
}

/// A document with its digest, decoded when it had to be.
struct Received {
    /// The document, with the last time it was received.
    raw: RawDocument,
    /// The first time it was received.
    first_received_at: DateTime<Utc>,
    /// When a feed gave it last, if one did now.
    fed_at: Option<DateTime<Utc>>,
    digest: String,
}

/// A batch, ready to be stored.
struct Prepared {
    received: Vec<Received>,
    /// What was decoded, by digest.
    decoded: HashMap<String, Assessed>,
    unchanged: Vec<String>,
    resources: Vec<Resource>,
    /// Whether documents that hold already are looked at again.
    is_again: bool,
}

/// A decoded document with what the rules say of its notice.
struct Assessed {
    notice: Option<Arc<AssessedNotice>>,
    /// The notice with its findings as JSON: what is hashed, and what is stored.
    json: Arc<[u8]>,
    content_hash: String,
    contract: Option<ContractRecord>,
    issues: Vec<crate::domain::issue::DecodeIssue>,
}

impl Ingestor {
    /// Stores into a database.
    pub fn new(db: Database, clock: Arc<dyn Clock>, horizon: Horizon) -> Self {
        Self { db, clock, horizon }
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
        let mut received = distinct(batch.documents);
        for one in received.iter_mut().filter(|_| !batch.is_by_hand) {
            let received_at = one.raw.received_at;
            let written_at = batch.written.get(&one.digest).copied();
            one.fed_at = Some(written_at.map_or(received_at, |at| at.min(received_at)));
        }
        let needed = self.needed(&received).await?;
        let decoded = decode(&received, &needed).await?;
        let mut prepared = Prepared {
            received,
            decoded,
            unchanged: batch.unchanged,
            resources: batch.resources,
            is_again: false,
        };
        self.store_patiently(&mut prepared).await
    }

    /// Decodes and assesses stored documents again and stores what differs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ingest_again(
        &self,
        documents: &[KnownDocument],
    ) -> Result<IngestReport, IngestError> {
        let digests: Vec<String> =
            documents.iter().map(|document| document.digest.clone()).collect();
        let mut bytes = store::documents::bodies(self.db.read(), &digests).await?;
        let received: Vec<Received> = documents
            .iter()
            .map(|known| Received {
                raw: raw(known, bytes.remove(&known.digest).unwrap_or_default()),
                first_received_at: known.first_seen_at,
                fed_at: None,
                digest: known.digest.clone(),
            })
            .collect();
        let decoded = decode(&received, &digests.into_iter().collect()).await?;
        let mut prepared = Prepared {
            received,
            decoded,
            unchanged: Vec::new(),
            resources: Vec::new(),
            is_again: true,
        };
        self.store_patiently(&mut prepared).await
    }

    async fn store_patiently(&self, prepared: &mut Prepared) -> Result<IngestReport, IngestError> {
        let mut attempt = 1;
        loop {
            match self.store(prepared).await {
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

    /// Digests of the documents that must be decoded: those not stored yet, and those stored that
    /// are not the ones their notices hold.
    async fn needed(&self, received: &[Received]) -> Result<BTreeSet<String>, StoreError> {
        let digests: Vec<String> = received.iter().map(|one| one.digest.clone()).collect();
        let known = store::documents::find(self.db.read(), &digests).await?;
        let notices: Vec<NoticeId> = known.values().filter_map(|known| known.notice).collect();
        let current = store::notices::current(self.db.read(), &notices).await?;
        let holds = |one: &&Received| {
            let Some(known) = known.get(&one.digest) else { return false };
            // A document without notice is decoded no more until the decoder is better, unless its
            // issues turn out to have been seen earlier. One of a contract is read again whenever
            // its contract is folded.
            let Some(notice) = known.notice else {
                return one.first_received_at >= known.first_seen_at;
            };
            current.get(&notice).is_some_and(|current| current.digest == one.digest)
        };
        let needed = received.iter().filter(|one| !holds(one));
        Ok(needed.map(|one| one.digest.clone()).collect())
    }

    async fn store(&self, prepared: &mut Prepared) -> Result<IngestReport, IngestError> {
        let now = self.clock.now();
        let tx = self.db.begin().await?;
        let mut report = IngestReport {
            documents: (prepared.received.len() + prepared.unchanged.len()) as u64,
            ..IngestReport::default()
        };
        let (touched, of_contracts) = keep(&tx, prepared, now).await?;
        let changes = changes(&tx, &touched, prepared, &mut report).await?;
        report.changed = changes.len() as u64;
        let lots = fold::fold_and_write(&tx, &changes, &[], now).await?;
        report.contracts = contracts::fold_and_write(&tx, &of_contracts, &prepared.decoded).await?;
        report.lots = lots.lots;
        report.events = lots.events;
        if !prepared.is_again {
            store::notices::set_missing(&tx, &touched, None).await?;
        }
        store::feeds::write_resources(&tx, &prepared.resources).await?;
        tx.commit().await?;
        self.announce(lots.position);
        Ok(report)
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
        renewed.push(notice);
        digests.push(document.digest.clone());
        issues.extend(stored_issues(&document, Some(notice), assessed));
        match before {
            Some(before) if before.content_hash == assessed.content_hash => {
                store::notices::set_digest(tx, notice, &document.digest).await?;
            }
            before => changes.push(Change {
                content: Arc::clone(content),
                json: Arc::clone(&assessed.json),
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
    report.issues = issues.len() as u64;
    store::documents::replace_issues(tx, &digests, &renewed, &issues).await?;
    Ok(changes)
}

/// A notice that is new or whose content changed.
struct Change {
    content: Arc<AssessedNotice>,
    json: Arc<[u8]>,
    digest: String,
    content_hash: String,
    procedure_before: Option<ProcedureId>,
}

/// Documents by digest: the same bytes several times in a batch are one document.
fn distinct(documents: Vec<RawDocument>) -> Vec<Received> {
    let mut received: BTreeMap<String, Received> = BTreeMap::new();
    for raw in documents {
        let digest = raw.digest().to_hex();
        if let Some(known) = received.get_mut(&digest) {
            let first = (known.first_received_at, &known.raw.origin);
            if (raw.received_at, &raw.origin) < first {
                known.first_received_at = raw.received_at;
                known.raw.origin = raw.origin;
            }
            known.raw.received_at = known.raw.received_at.max(raw.received_at);
        } else {
            let first_received_at = raw.received_at;
            let one = Received { raw, first_received_at, fed_at: None, digest: digest.clone() };
            received.insert(digest, one);
        }
    }
    received.into_values().collect()
}

/// Decodes and assesses on other threads, in parts, so that the runtime goes on answering.
async fn decode(
    received: &[Received],
    needed: &BTreeSet<String>,
) -> Result<HashMap<String, Assessed>, IngestError> {
    const PART: usize = 32;
    let needed: Vec<(String, RawDocument)> = received
        .iter()
        .filter(|one| needed.contains(&one.digest))
        .map(|one| (one.digest.clone(), one.raw.clone()))
        .collect();
    let mut parts = Vec::new();
    for part in needed.chunks(PART) {
        let part = part.to_vec();
        let names = part.first().map(|(_, raw)| raw.origin.clone()).unwrap_or_default();
        let work = tokio::task::spawn_blocking(move || {
            let assess = |(digest, raw): (String, RawDocument)| (digest, assess(&raw));
            part.into_iter().map(assess).collect::<Vec<_>>()
        });
        parts.push((names, work));
    }
    let mut decoded = HashMap::new();
    for (origin, work) in parts {
        decoded.extend(work.await.map_err(|_| IngestError::Decoder(origin))?);
    }
    Ok(decoded)
}

fn assess(raw: &RawDocument) -> Assessed {
    let (notice, contract, issues) =
        if let Some(DecodedContract { record, issues }) = recognise::decode_contract(raw) {
            (None, record, issues)
        } else {
            let Decoded { notice, issues } = recognise::decode(raw);
            let notice = notice.map(|notice| {
                let assessment = rules::assess(&notice);
                Arc::new(AssessedNotice { notice, assessment })
            });
            (notice, None, issues)
        };
    // Serde writes fields in order, so equal content has equal bytes. Domain types hold no maps
    // with odd keys and no floats that are not numbers.
    let json = notice.as_deref().and_then(|notice| serde_json::to_vec(notice).ok());
    let json: Arc<[u8]> = json.unwrap_or_default().into();
    Assessed { notice, content_hash: Digest::of(&json).to_hex(), json, contract, issues }
}

/// Decodes a stored document from its stored bytes.
async fn again(tx: &Transaction, document: &KnownDocument) -> Result<Assessed, StoreError> {
    let digests = [document.digest.clone()];
    let bytes = store::documents::bodies(tx.conn(), &digests).await?.remove(&document.digest);
    Ok(assess(&raw(document, bytes.unwrap_or_default())))
}

/// A stored document as it was received.
fn raw(known: &KnownDocument, bytes: Vec<u8>) -> RawDocument {
    RawDocument {
        format: Format::parse(&known.format).unwrap_or(Format::Unknown),
        bytes,
        received_at: known.last_seen_at,
        origin: known.origin.clone(),
    }
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
                bytes: &one.raw.bytes,
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
