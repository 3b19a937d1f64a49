//! Into the store: lots a second through the real use case (decode, flag, fold, write, log), on
//! SQLite and on PostgreSQL, in batches as a pull makes them; and the same documents once more,
//! which changes nothing.
//!
//! The documents are the sample twenty times over, with other identifiers each time, so that every
//! copy has its own notices, procurements and lots, and buyers come back as they do in life.
//! SQLite runs as in production. PostgreSQL is the tests' own server, which does not wait for the
//! disk (`fsync=off`): what is measured is our work and the server's.
//!
//! ```sh
//! cargo bench --bench ingest
//! ```
#![expect(clippy::disallowed_methods, reason = "a benchmark asks the machine")]
#![expect(unreachable_pub, dead_code, reason = "shared with the tests, which use all of it")]

#[path = "../tests/it/support/mod.rs"]
mod support;

use std::cell::LazyCell;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput};
use futures_util::stream;
use passerelle::feeds::document::RawDocument;
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{BATCH, Batch, IngestError, IngestReport, Ingestor};
use regex::{Captures, Regex};
use support::clock::TestClock;
use support::databases::TestDb;
use support::notices::at;
use support::sample;
use tokio::runtime::Runtime;
use tokio::sync::watch;

const NOW: &str = "2026-11-23T09:00:00Z";
const COPIES: usize = 20;

/// The sample with other identifiers: those of BOAMP (`26-900001`, `26_900001`) and UUIDs, which
/// tie the notices of a procurement together.
fn copies() -> Vec<RawDocument> {
    let notice = Regex::new(r"\b(\d\d[-_]9)00(\d{3})\b").expect("a pattern");
    let uuid = Regex::new(r"\b[0-9a-f]{2}([0-9a-f]{6}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
        .expect("a pattern");
    let documents = sample::api_documents(at("2026-11-20T09:00:00Z"));
    let copy = |document: &RawDocument, number: usize| {
        let text = std::str::from_utf8(&document.bytes).expect("text");
        let text =
            notice.replace_all(text, |id: &Captures| format!("{}{number:02}{}", &id[1], &id[2]));
        let text = uuid.replace_all(&text, |id: &Captures| format!("{number:02x}{}", &id[1]));
        RawDocument { bytes: text.into_owned().into_bytes(), ..document.clone() }
    };
    (0..COPIES)
        .flat_map(|number| documents.iter().map(move |document| copy(document, number)))
        .collect()
}

fn batches(documents: &[RawDocument]) -> Vec<Batch> {
    let batch = |part: &[RawDocument]| Batch { documents: part.to_vec(), ..Batch::default() };
    documents.chunks(BATCH).map(batch).collect()
}

async fn ingest(db: &TestDb, batches: Vec<Batch>) -> IngestReport {
    let ingestor = Ingestor::new(db.db.clone(), Arc::new(TestClock::at(NOW)), Horizon::default());
    let mut report = IngestReport::default();
    let (_tell, stop) = watch::channel(false);
    let batches = stream::iter(batches.into_iter().map(Ok::<_, IngestError>));
    ingestor.ingest_all(&stop, batches, |stored| report += stored).await.expect("stored");
    report
}

fn measure(
    criterion: &mut Criterion,
    runtime: &Runtime,
    name: &str,
    documents: &[RawDocument],
    lots: u64,
) {
    let fresh = || {
        runtime.block_on(async {
            if name == "SQLite" { TestDb::sqlite().await } else { TestDb::postgres().await }
        })
    };
    let mut group = criterion.benchmark_group(format!("ingest/{name}"));
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    group.throughput(Throughput::Elements(lots));
    group.bench_function("new (lots)", |bencher| {
        bencher.iter_batched(
            || (fresh(), batches(documents)),
            |(db, batches)| {
                let report = runtime.block_on(ingest(&db, batches));
                // What was announced goes when it is called: some events are of lots that are gone.
                assert!(report.lots == lots && report.events >= lots, "{report:?}");
                db
            },
            BatchSize::PerIteration,
        );
    });
    let filled = LazyCell::new(|| {
        let filled = fresh();
        runtime.block_on(ingest(&filled, batches(documents)));
        filled
    });
    group.throughput(Throughput::Elements(documents.len() as u64));
    group.bench_function("known already (notices)", |bencher| {
        LazyCell::force(&filled);
        bencher.iter_batched(
            || batches(documents),
            |batches| {
                let report = runtime.block_on(ingest(&filled, batches));
                assert_eq!((report.changed, report.lots), (0, 0));
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

/// How many lots the documents make: every copy is a notice of its own.
async fn count_lots(documents: &[RawDocument]) -> u64 {
    let report = ingest(&TestDb::sqlite().await, batches(documents)).await;
    assert_eq!((report.changed, report.undecodable), (documents.len() as u64, 0));
    report.lots
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().expect("a runtime");
    let documents = copies();
    let lots = runtime.block_on(count_lots(&documents));
    for name in ["SQLite", "PostgreSQL"] {
        measure(&mut criterion, &runtime, name, &documents, lots);
    }
    criterion.final_summary();
}
