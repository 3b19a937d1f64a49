//! What works on a database: `ingest`, `reassess`, `migrate`, and a database that is not there.

use std::path::Path;

use crate::on_both;
use crate::support::notices::files;
use crate::support::program::Place;

/// A folder with some notices of the sample.
fn sample(place: &Place) -> &'static str {
    let folder = place.path().join("sample");
    std::fs::create_dir(&folder).expect("a folder");
    let all = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/boamp");
    for path in files(Path::new(all)).into_iter().step_by(5) {
        let name = path.file_name().expect("a name");
        std::fs::copy(&path, folder.join(name)).expect("copied");
    }
    "sample"
}

/// The number before a word in what was printed.
fn number(text: &str, word: &str) -> u64 {
    let (before, _) = text.split_once(word).unwrap_or_else(|| panic!("no {word}: {text}"));
    before.trim_end().rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a number")
}

on_both! {
    async fn a_folder_is_ingested_once(db: TestDb) {
        let place = Place::new().set("PASSERELLE__DATABASE__URL", &db.url);
        let folder = sample(&place);
        let first = place.run(&["ingest", "--from", folder]).good();
        assert_eq!(number(&first, "documents"), 21, "{first}");
        assert_eq!(number(&first, "notices new or changed"), 21, "{first}");
        assert!(number(&first, "lots") > 20 && number(&first, "events") > 20, "{first}");
        assert_eq!(number(&first, "undecodable"), 0, "{first}");
        let second = place.run(&["ingest", "--from", folder]).good();
        for word in ["notices new or changed", "lots", "events"] {
            assert_eq!(number(&second, word), 0, "{second}");
        }
        let again = place.run(&["reassess"]).good();
        assert_eq!(number(&again, "documents read again"), 21, "{again}");
        for word in ["notices changed", "lots changed", "events"] {
            assert_eq!(number(&again, word), 0, "{again}");
        }
        assert!(!again.contains("before"), "{again}");
        assert!(place.run(&["migrate"]).good().contains("up to date"));
    }
}

#[test]
fn files_that_are_no_notice_are_counted_and_kept() {
    let place = Place::new();
    place.write("junk.bin", [0xff, 0, 0xfe]);
    let ran = place.run(&["ingest", "--from", "junk.bin", sample(&place)]);
    assert!(ran.err.contains("junk.bin is not a notice"), "{ran:?}");
    let said = ran.good();
    assert_eq!((number(&said, "undecodable"), number(&said, "documents")), (1, 22), "{said}");
    assert!(place.path().join("passerelle.db").exists(), "in the folder it runs in, by default");
    let nothing = place.run(&["ingest", "--from", "junk.bin"]).bad();
    assert!(nothing.contains("nothing could be read; give"), "{nothing}");
    std::fs::create_dir(place.path().join("hollow")).expect("a folder");
    assert!(place.run(&["ingest", "--from", "hollow"]).bad().contains("no file in hollow"));
}

#[test]
fn a_database_that_cannot_be_used_is_said_with_what_to_do() {
    let place = Place::new();
    let junk = place
        .write("junk.db", "this is no database, and long enough to be taken for one".repeat(50));
    let sqlite = |path: &Path| format!("sqlite://{}", path.display());
    for (url, says) in [
        (
            "postgres://u:s3cret@127.0.0.1:1/d".to_owned(),
            &["postgres://u:***@127.0.0.1:1/d", "refused", "database.url"][..],
        ),
        ("postgres://u:s3cret@nowhere.invalid/d".to_owned(), &["nowhere.invalid", "database.url"]),
        (
            "postgres://h/d?host=127.0.0.1&port=1&password=s3cret".to_owned(),
            &["refused", "database.url"],
        ),
        (sqlite(Path::new("/nowhere/at/all.db")), &["/nowhere/at/all.db", "folder"]),
        (sqlite(&junk), &["junk.db", "not a database"]),
        (sqlite(place.path()), &["folder"]),
    ] {
        let place = Place::new()
            .set("PASSERELLE__DATABASE__URL", &url)
            .set("PASSERELLE__DATABASE__WAIT_SECONDS", "1");
        for command in ["migrate", "serve"] {
            let listen: &[&str] = if command == "serve" {
                &["serve", "--listen", "127.0.0.1:0"]
            } else {
                &["migrate"]
            };
            let said = place.run(listen).bad();
            for words in says {
                assert!(said.contains(words), "{url}: no {words:?} in {said}");
            }
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}

#[test]
fn a_day_that_has_not_come_is_refused() {
    let place = Place::new()
        .set("PASSERELLE__FEEDS__BOAMP__API_URL", "http://127.0.0.1:1/boamp")
        .set("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "");
    let said = place.run(&["ingest", "boamp", "--since", "2130-01-01"]).bad();
    assert!(said.contains("--since 2130-01-01 has not come yet; give 20"), "{said}");
}
