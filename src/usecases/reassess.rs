//! Today's decoders and rules over everything that is stored, from the raw bytes.

use std::collections::{BTreeMap, HashMap};

use super::ingest::{IngestError, IngestReport, Ingestor};
use super::link::link_due;
use crate::domain::finding::{Confidence, FindingKind};
use crate::domain::finding_change::{Became, FindingChange};
use crate::domain::ids::LotId;
use crate::store;

/// What changed, or would.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReassessReport {
    /// What changed in the store, or would.
    pub ingested: IngestReport,
    /// Lots with a finding of each kind, before and after.
    pub by_kind: Vec<(FindingKind, u64, u64)>,
    /// What differs in the findings of lots: one entry a lot and kind.
    pub findings: Findings,
}

/// What differs in the findings of lots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// How clear each kind of each lot was first, and is at last: a lot of documents in several
    /// batches may change several times.
    seen: BTreeMap<(FindingKind, LotId), [Option<Confidence>; 2]>,
    /// The first differences met of each kind and sense, as many as are asked for.
    pub examples: BTreeMap<(FindingKind, Became), Vec<FindingChange>>,
}

impl Findings {
    fn add(&mut self, change: FindingChange, most: usize) {
        let pair = [change.before, change.after];
        self.seen
            .entry((change.kind, change.lot))
            .and_modify(|seen| seen[1] = change.after)
            .or_insert(pair);
        let Some(became) = Became::of(change.before, change.after) else { return };
        let examples = self.examples.entry((change.kind, became)).or_default();
        if examples.len() < most && examples.iter().all(|one| one.lot != change.lot) {
            examples.push(change);
        }
    }

    /// How many lots gained a finding of this kind, lost it, or have it with another confidence.
    pub fn count(&self, kind: FindingKind, became: Became) -> u64 {
        let of_kind = self.seen.iter().filter(|((of, _), _)| *of == kind);
        let those =
            of_kind.filter(|(_, [before, after])| Became::of(*before, *after) == Some(became));
        those.count() as u64
    }
}

/// How to go through everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReassessPlan {
    /// Tell what would change, and change nothing.
    pub is_trial: bool,
    /// Most differences shown of each kind and sense.
    pub examples: usize,
}

/// Documents in one transaction.
const BATCH: u64 = 100;

/// Decodes and assesses everything again. Interrupted, it leaves a mixture that is right in each
/// procurement; run again, it goes through everything and writes only what differs.
///
/// A trial does the same and undoes every batch. So it sees a procurement whose documents stand in
/// two batches twice, each time with the other documents as they are stored; and it compares no
/// links.
///
/// # Errors
/// When the store fails.
pub async fn reassess(
    ingestor: &Ingestor,
    plan: ReassessPlan,
) -> Result<ReassessReport, IngestError> {
    let before = store::lots::count_by_kind(ingestor.db().read()).await?;
    let mut report = ReassessReport::default();
    let mut after = String::new();
    loop {
        let documents =
            store::documents::digests_after(ingestor.db().read(), &after, BATCH).await?;
        let Some(last) = documents.last() else { break };
        after.clone_from(&last.digest);
        let (ingested, findings) = ingestor.ingest_again(&documents, plan.is_trial).await?;
        report.ingested += ingested;
        for change in findings {
            report.findings.add(change, plan.examples);
        }
    }
    if !plan.is_trial {
        let linked = link_due(ingestor).await?;
        report.ingested.lots += linked.lots;
        report.ingested.events += linked.events;
    }
    let now = store::lots::count_by_kind(ingestor.db().read()).await?;
    let count = |counts: &HashMap<FindingKind, u64>, kind| counts.get(&kind).copied().unwrap_or(0);
    report.by_kind = FindingKind::ALL
        .into_iter()
        .map(|kind| {
            let (before, mut after) = (count(&before, kind), count(&now, kind));
            if plan.is_trial {
                after += report.findings.count(kind, Became::Gained);
                after = after.saturating_sub(report.findings.count(kind, Became::Lost));
            }
            (kind, before, after)
        })
        .collect();
    Ok(report)
}
