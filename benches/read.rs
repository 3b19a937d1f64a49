//! Decode and flag: from the bytes of a document to a notice with its findings, on one thread,
//! without a database. Throughput is told in notices a second and in bytes a second.
//!
//! Runs over the project's own sample, and over real notices (API records, DILA XML, legacy XML)
//! where `PASSERELLE_CORPUS` names a folder that holds them:
//!
//! ```sh
//! PASSERELLE_CORPUS=/path/to/corpus cargo bench --bench read
//! ```
#![expect(clippy::disallowed_methods, reason = "a benchmark asks the machine")]
#![expect(unreachable_pub, dead_code, reason = "shared with the tests, which use all of it")]

#[path = "../tests/it/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput};
use passerelle::domain::notice::Notice;
use passerelle::feeds::document::RawDocument;
use passerelle::feeds::recognise;
use passerelle::rules;
use support::notices::{at, corpus, documents, files};
use support::sample;

const RECEIVED_AT: &str = "2026-11-23T08:00:00Z";

/// Measures one set of documents.
fn read(criterion: &mut Criterion, name: &str, documents: &[RawDocument]) {
    let notices: Vec<Notice> = documents
        .iter()
        .map(|document| recognise::decode(document).notice.expect("a notice"))
        .collect();
    let mut group = criterion.benchmark_group(format!("read/{name}"));
    group.throughput(Throughput::ElementsAndBytes {
        elements: documents.len() as u64,
        bytes: documents.iter().map(|document| document.bytes.len() as u64).sum(),
    });
    group.bench_function("decode", |bencher| {
        bencher.iter(|| {
            for document in documents {
                black_box(recognise::decode(black_box(document)));
            }
        });
    });
    group.bench_function("flag", |bencher| {
        bencher.iter(|| {
            for notice in &notices {
                black_box(rules::assess(black_box(notice)));
            }
        });
    });
    group.bench_function("decode and flag", |bencher| {
        bencher.iter(|| {
            for document in documents {
                let notice = recognise::decode(black_box(document)).notice;
                black_box(notice.as_ref().map(rules::assess));
            }
        });
    });
    group.finish();
}

fn in_folder(folder: &Path) -> Vec<RawDocument> {
    files(folder).iter().flat_map(|path| documents(path, at(RECEIVED_AT))).collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    read(&mut criterion, "sample", &sample::api_documents(at(RECEIVED_AT)));
    let is_named = std::env::var_os("PASSERELLE_CORPUS").is_some();
    if let Some(corpus) = corpus().filter(|_| is_named) {
        for (name, folder) in [
            ("BOAMP records", "boamp/records"),
            ("DILA XML", "boamp/dila_xml"),
            ("legacy XML", "boamp/legacy_xml_v230"),
        ] {
            read(&mut criterion, name, &in_folder(&corpus.join(folder)));
        }
    }
    criterion.final_summary();
}
