//! `passerelle export` as a person runs it.

use super::table;
use crate::support::program::Place;

/// A place with the sample in its database.
fn filled() -> Place {
    let place = Place::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/boamp");
    place.run(&["ingest", "--from", sample]).good();
    place
}

#[test]
fn flags_and_one_document_say_the_same() {
    let place = filled();
    let by_flags = place.run(&[
        "export",
        "--format=csv",
        "--kinds=EXECUTION_CLAUSE,RESERVED_SIAE",
        "--departments",
        "34,30",
        "--amount-from=1000",
        "--include-unknown",
        "--published-from=2026-01-01",
        "--near=34172",
        "--radius-km=80",
    ]);
    let document = r#"{
        "kinds": ["EXECUTION_CLAUSE", "RESERVED_SIAE"], "departments": ["34", "30"],
        "amount": { "from": 1000, "includeUnknown": true },
        "published": { "from": "2026-01-01" }, "near": { "commune": "34172", "radiusKm": 80 }
    }"#;
    let by_document = place.run(&["export", "--format=csv", "--filter", document]).good();
    let by_flags = by_flags.good();
    assert_eq!(by_flags, by_document);
    let all = place.run(&["export", "--format=csv"]).good();
    let (some, all) = (table(by_flags.as_bytes()).len(), table(all.as_bytes()).len());
    assert!(0 < some && some < all / 2, "{some} of {all}");
}

#[test]
fn a_file_is_there_only_when_it_is_whole() {
    let place = filled();
    place.write("lots.parquet", "old");
    let said = place.run(&["export", "--format=parquet", "--out=lots.parquet"]).good();
    let bytes = std::fs::read(place.path().join("lots.parquet")).expect("a file");
    assert_eq!(said, format!("lots.parquet: {} bytes\n", bytes.len()));
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    let nowhere = place.run(&["export", "--format=csv", "--out=nowhere/lots.csv"]).bad();
    assert!(nowhere.contains("cannot write nowhere/lots.csv"), "{nowhere}");
    let entries = std::fs::read_dir(place.path()).expect("a folder");
    let left: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".tmp")), "{left:?}");
}

#[test]
fn one_procurement_by_its_identifier() {
    let place = filled();
    let lines = place.run(&["export", "--format=ocds-records-jsonl"]).good();
    let record: serde_json::Value =
        serde_json::from_str(lines.lines().nth(3).expect("a line")).expect("JSON");
    let ocid = record["ocid"].as_str().expect("an OCID");
    let one = place.run(&["export", "--format=ocds-records-jsonl", "--ocid", ocid]).good();
    assert_eq!(one.trim_end(), lines.lines().nth(3).expect("a line"));
}

#[test]
fn mistakes_are_told_in_one_sentence() {
    let place = Place::new();
    for (arguments, said) in [
        (&["--format=xls"][..], "possible values: csv, parquet, ocds-releases"),
        (&["--format=csv", "--kinds=SOCIAL_CLAUSE"], "SOCIAL_CLAUSE"),
        (&["--format=csv", "--departments=99"], "`99` is not a department"),
        (&["--format=csv", "--near=Montpellier"], "--radius-km"),
        (&["--format=csv", "--filter={}", "--is-open"], "cannot be used with"),
        (&["--format=csv", "--filter=34"], "not a JSON object; write it like"),
        (&["--format=ocds-records", "--ocid=1"], "`1` is not an OCID"),
    ] {
        let arguments: Vec<&str> =
            ["export"].into_iter().chain(arguments.iter().copied()).collect();
        let error = place.run(&arguments).bad();
        assert!(error.contains(said), "{arguments:?}: {error}");
    }
}
