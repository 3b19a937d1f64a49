//! How fast eForms notices are decoded, without flagging, on one core: the notice of a hundred lots
//! of the SDK, and the real ones of the corpus.
//!
//! `PASSERELLE_CORPUS=… cargo bench --bench eforms`. The claims: 100 MB/s and 5,000 notices/s.
#![expect(clippy::disallowed_methods, reason = "a benchmark finds the corpus by its variable")]

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use passerelle::feeds::{eforms, ted};

fn corpus() -> PathBuf {
    std::env::var_os("PASSERELLE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    )
}

/// The XML files of a folder of the corpus; none where there is no corpus.
fn texts(folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(corpus().join(folder)) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let xml = paths.filter(|path| path.extension().is_some_and(|end| end == "xml"));
    xml.filter_map(|path| std::fs::read_to_string(path).ok()).collect()
}

fn benches(criterion: &mut Criterion) {
    let hundred = corpus().join("eforms_sdk/cn_24_maximal_100_lots.xml");
    if let Ok(text) = std::fs::read_to_string(hundred) {
        let mut group = criterion.benchmark_group("eforms");
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function("100 lots", |bencher| {
            bencher.iter(|| eforms::map::native(black_box(&text)));
        });
    }
    let mut group = criterion.benchmark_group("notices");
    for (name, folder) in [("eforms_real", "eforms_real"), ("ted_r209", "ted_r209")] {
        let texts = texts(folder);
        if texts.is_empty() {
            continue;
        }
        group.throughput(Throughput::Elements(texts.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for text in &texts {
                    let text = black_box(text);
                    black_box(match folder {
                        "ted_r209" => ted::r209::decode(text),
                        _ => eforms::map::native(text),
                    });
                }
            });
        });
    }
}

criterion_group!(all, benches);
criterion_main!(all);
