//! The bundled sample as documents.

use chrono::{DateTime, Utc};
use passerelle::feeds::document::{Format, RawDocument};

use super::notices::{at, documents, files, fixture};

/// All notices of the sample, as the API sends them.
pub fn api_documents(received_at: DateTime<Utc>) -> Vec<RawDocument> {
    let replay = passerelle::cli::demo::sample().expect("the sample");
    replay
        .0
        .into_iter()
        .map(|record| RawDocument {
            format: Format::BoampRecord,
            bytes: record.json.into_bytes(),
            received_at,
            origin: format!("sample/{}", record.idweb),
        })
        .collect()
}

/// A record whose title says something else: what a silent edit looks like.
pub fn edited(document: &RawDocument, received_at: DateTime<Utc>, mark: &str) -> RawDocument {
    let text = String::from_utf8(document.bytes.clone()).expect("text");
    let mut record: serde_json::Value = serde_json::from_str(&text).expect("a record");
    let donnees = record["donnees"].as_str().expect("donnees").to_owned();
    let title = [
        "\"intitule\":\"",
        "\"titreMarche\":\"",
        "\"objet\":\"",
        "\"#text\":\"",
        "\"OBJET_COMPLET\":\"",
    ]
    .into_iter()
    .find(|field| donnees.contains(field))
    .expect("a title");
    record["donnees"] = donnees.replacen(title, &format!("{title}{mark} "), 1).into();
    RawDocument { bytes: record.to_string().into_bytes(), received_at, ..document.clone() }
}

/// The sample by the API, some of it by the flux too, some of it edited later, and damaged
/// documents, each with the time it was received.
pub fn everything() -> Vec<RawDocument> {
    let mut all = api_documents(at("2026-11-20T09:00:00Z"));
    let edits: Vec<RawDocument> = all
        .iter()
        .step_by(7)
        .map(|document| edited(document, at("2026-11-21T09:00:00Z"), "(modifié)"))
        .collect();
    // Some edits are taken back: the first text is received again, last.
    let reverted: Vec<RawDocument> = all
        .iter()
        .step_by(14)
        .map(|document| RawDocument { received_at: at("2026-11-22T09:00:00Z"), ..document.clone() })
        .collect();
    for (folder, received_at) in [
        ("dila_xml", "2026-11-19T09:00:00Z"),
        ("legacy_xml", "2026-11-22T10:00:00Z"),
        ("broken", "2026-11-20T11:00:00Z"),
    ] {
        let paths = files(&fixture(folder));
        let paths = paths.iter().filter(|path| path.extension().is_some_and(|end| end != "md"));
        all.extend(paths.flat_map(|path| documents(path, at(received_at))));
    }
    all.extend(edits);
    all.extend(reverted);
    all
}
