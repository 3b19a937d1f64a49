//! Documents for the tests: the bundled sample, the fixtures, the corpus.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use passerelle::feeds::document::RawDocument;
use passerelle::feeds::recognise;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// The folder of real notices, when this machine has it. CI sets the variable, so that a missing
/// folder fails there.
pub fn corpus() -> Option<PathBuf> {
    let named = std::env::var_os("PASSERELLE_CORPUS").map(PathBuf::from);
    let must_be = named.is_some();
    let folder =
        named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"));
    assert!(!must_be || folder.join("boamp").is_dir(), "PASSERELLE_CORPUS names no corpus");
    folder.join("boamp").is_dir().then_some(folder)
}

pub fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(path)
}

/// All files of a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.is_file());
    files.sort();
    files
}

/// The documents of a file, as `ingest --from` reads it.
pub fn documents(path: &Path, received_at: DateTime<Utc>) -> Vec<RawDocument> {
    let bytes = std::fs::read(path).expect("a readable file");
    recognise::split(&bytes, &path.display().to_string(), received_at)
}
