//! The first half of a batch, before its transaction: what must be decoded is decoded, assessed and
//! packed on other threads.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt as _};

use super::{Batch, IngestError, Ingestor};
use crate::domain::contract::ContractRecord;
use crate::domain::ids::NoticeId;
use crate::domain::issue::DecodeIssue;
use crate::domain::linkage::BuyerKey;
use crate::domain::procedure::AssessedNotice;
use crate::feeds::document::{Decoded, DecodedContract, Digest, Format, RawDocument};
use crate::feeds::recognise;
use crate::rules;
use crate::store::documents::{KnownDocument, Packed, Packer};
use crate::store::feeds::Resource;
use crate::store::{self, StoreError, Transaction};

/// A document with its digest, decoded when it had to be.
pub(super) struct Received {
    /// The document, with the last time it was received.
    pub(super) raw: RawDocument,
    /// The first time it was received.
    pub(super) first_received_at: DateTime<Utc>,
    /// When a feed gave it last, if one did now.
    pub(super) fed_at: Option<DateTime<Utc>>,
    pub(super) digest: String,
}

/// A batch, ready to be stored.
pub(super) struct Prepared {
    pub(super) received: Vec<Received>,
    /// What was decoded, by digest.
    pub(super) decoded: HashMap<String, Assessed>,
    pub(super) unchanged: Vec<String>,
    pub(super) resources: Vec<Resource>,
    /// Whether documents that hold already are looked at again.
    pub(super) is_again: bool,
    /// Whether a person gave the documents: no feed has seen them.
    pub(super) is_by_hand: bool,
}

impl Prepared {
    /// The buyers of its notices.
    pub(super) fn buyers(&self) -> BTreeSet<BuyerKey> {
        let notices = self.decoded.values().filter_map(|assessed| assessed.notice.as_ref());
        let first = notices.filter_map(|document| document.notice.buyers().next());
        first.flat_map(BuyerKey::of).collect()
    }
}

/// A decoded document with what the rules say of its notice.
pub(super) struct Assessed {
    pub(super) notice: Option<Arc<AssessedNotice>>,
    /// The notice with its findings as JSON, to be stored.
    pub(super) body: Arc<Packed>,
    /// Hash of that JSON.
    pub(super) content_hash: String,
    pub(super) contract: Option<ContractRecord>,
    pub(super) issues: Vec<DecodeIssue>,
    /// The bytes of the document, to be stored; nothing when they are.
    pub(super) document: Option<Packed>,
}

/// What must be done before documents can be stored.
#[derive(Default)]
struct Needs {
    /// Digests of the documents that must be decoded: those not stored yet, and those stored that
    /// are not the ones their notices hold.
    decoded: BTreeSet<String>,
    /// Digests of those that are not stored.
    packed: BTreeSet<String>,
}

impl Ingestor {
    /// Has the next batch ready; nothing when there is none.
    pub(super) async fn prepare_next<E: From<IngestError>>(
        &self,
        mut batches: Pin<&mut impl Stream<Item = Result<Batch, E>>>,
    ) -> Result<Option<Prepared>, E> {
        let Some(batch) = batches.next().await else { return Ok(None) };
        Ok(Some(self.prepare(batch?).await?))
    }

    pub(super) async fn prepare(&self, batch: Batch) -> Result<Prepared, IngestError> {
        let mut received = distinct(batch.documents);
        for one in received.iter_mut().filter(|_| !batch.is_by_hand) {
            let received_at = one.raw.received_at;
            let written_at = batch.written.get(&one.digest).copied();
            one.fed_at = Some(written_at.map_or(received_at, |at| at.min(received_at)));
        }
        let needs = self.needs(&received).await?;
        let decoded = self.decode(&received, &needs).await?;
        Ok(Prepared {
            received,
            decoded,
            unchanged: batch.unchanged,
            resources: batch.resources,
            is_again: false,
            is_by_hand: batch.is_by_hand,
        })
    }

    /// Decodes and assesses stored documents again.
    pub(super) async fn prepare_again(
        &self,
        documents: &[KnownDocument],
    ) -> Result<Prepared, IngestError> {
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
        let needs = Needs { decoded: digests.into_iter().collect(), ..Needs::default() };
        let decoded = self.decode(&received, &needs).await?;
        Ok(Prepared {
            received,
            decoded,
            unchanged: Vec::new(),
            resources: Vec::new(),
            is_again: true,
            is_by_hand: false,
        })
    }

    async fn needs(&self, received: &[Received]) -> Result<Needs, StoreError> {
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
        let decoded = needed.map(|one| one.digest.clone()).collect();
        let packed = digests.into_iter().filter(|digest| !known.contains_key(digest)).collect();
        Ok(Needs { decoded, packed })
    }

    /// Decodes and assesses on other threads, in parts, so that the runtime goes on answering.
    async fn decode(
        &self,
        received: &[Received],
        needs: &Needs,
    ) -> Result<HashMap<String, Assessed>, IngestError> {
        const PART: usize = 32;
        let needed: Vec<(String, RawDocument, bool)> = received
            .iter()
            .filter(|one| needs.decoded.contains(&one.digest))
            .map(|one| (one.digest.clone(), one.raw.clone(), needs.packed.contains(&one.digest)))
            .collect();
        let mut parts = Vec::new();
        for part in needed.chunks(PART) {
            let part = part.to_vec();
            let names = part.first().map(|(_, raw, _)| raw.origin.clone()).unwrap_or_default();
            // Nothing closes it.
            let turn = Arc::clone(&self.decoders).acquire_owned().await.ok();
            let work = tokio::task::spawn_blocking(move || {
                let _turn = turn;
                let mut packer = Packer::default();
                let assess = |(digest, raw, is_new): (String, RawDocument, bool)| {
                    let document = is_new.then(|| packer.pack(&raw.bytes));
                    (digest, Assessed { document, ..assess(&raw, &mut packer) })
                };
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

fn assess(raw: &RawDocument, packer: &mut Packer) -> Assessed {
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
    let json = json.unwrap_or_default();
    let (body, content_hash) = (Arc::new(packer.pack(&json)), Digest::of(&json).to_hex());
    Assessed { notice, body, content_hash, contract, issues, document: None }
}

/// Decodes a stored document from its stored bytes.
pub(super) async fn again(
    tx: &Transaction,
    document: &KnownDocument,
) -> Result<Assessed, StoreError> {
    let digests = [document.digest.clone()];
    let bytes = store::documents::bodies(tx.conn(), &digests).await?.remove(&document.digest);
    Ok(assess(&raw(document, bytes.unwrap_or_default()), &mut Packer::default()))
}

/// A stored document as it was received.
pub(super) fn raw(known: &KnownDocument, bytes: Vec<u8>) -> RawDocument {
    RawDocument {
        format: Format::parse(&known.format).unwrap_or(Format::Unknown),
        bytes,
        received_at: known.last_seen_at,
        origin: known.origin.clone(),
    }
}
