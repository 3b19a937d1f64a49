//! The bundled sample as documents.

use chrono::{DateTime, Utc};
use passerelle::feeds::document::{Format, RawDocument};

/// All notices of the sample, as the API sends them.
pub fn documents(received_at: DateTime<Utc>) -> Vec<RawDocument> {
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
