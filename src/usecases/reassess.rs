//! Today's decoders and rules over everything that is stored, from the raw bytes.

use super::ingest::{IngestError, IngestReport, Ingestor};
use super::link::link_due;
use crate::domain::finding::FindingKind;
use crate::store;

/// What changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReassessReport {
    /// What changed in the store.
    pub ingested: IngestReport,
    /// Lots with a finding of each kind, before and after.
    pub by_kind: Vec<(FindingKind, u64, u64)>,
}

/// Documents in one transaction.
const BATCH: u64 = 100;

/// Decodes and assesses everything again. Interrupted, it leaves a mixture that is right in each
/// procurement; run again, it goes through everything and writes only what differs.
///
/// # Errors
/// When the store fails.
pub async fn reassess(ingestor: &Ingestor) -> Result<ReassessReport, IngestError> {
    let before = store::lots::count_by_kind(ingestor.db().read()).await?;
    let mut report = ReassessReport::default();
    let mut after = String::new();
    loop {
        let documents =
            store::documents::digests_after(ingestor.db().read(), &after, BATCH).await?;
        let Some(last) = documents.last() else { break };
        after.clone_from(&last.digest);
        report.ingested += ingestor.ingest_again(&documents).await?;
    }
    let linked = link_due(ingestor).await?;
    report.ingested.lots += linked.lots;
    report.ingested.events += linked.events;
    let now = store::lots::count_by_kind(ingestor.db().read()).await?;
    let count = |counts: &std::collections::HashMap<FindingKind, u64>, kind| {
        counts.get(&kind).copied().unwrap_or(0)
    };
    report.by_kind = FindingKind::ALL
        .into_iter()
        .map(|kind| (kind, count(&before, kind), count(&now, kind)))
        .collect();
    Ok(report)
}
