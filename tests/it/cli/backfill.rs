//! `backfill`: several feeds side by side or files, nothing asked twice, a report at the end; and how
//! it and `ingest` end when they are told to stop.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use chrono::NaiveDate;
use passerelle::usecases::ingest::BATCH;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::feed_server::FeedServer;
use crate::support::notices::{files, fixture};
use crate::support::program::Place;

const STRETCH: [&str; 4] = ["--since", "2026-09-01", "--until", "2026-11-15"];
const BOTH: [&str; 3] = ["backfill", "boamp", "ted"];

/// A server with the sample of BOAMP and some notices of TED, each on one of the days.
async fn server() -> FeedServer {
    let server = FeedServer::start().await;
    server.set_records(passerelle::cli::demo::sample().expect("the sample").0);
    let day: NaiveDate = "2026-10-05".parse().expect("a day");
    for path in files(&fixture("ted")) {
        let number = path.file_stem().expect("a name").to_string_lossy().into_owned();
        server.put_ted_notice(day, &number, &std::fs::read_to_string(&path).expect("a fixture"));
    }
    server
}

fn place(server: &FeedServer, db: &TestDb) -> Place {
    Place::new()
        .set("PASSERELLE__DATABASE__URL", &db.url)
        .set("PASSERELLE__FEEDS__BOAMP__API_URL", &server.api_url())
        .set("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "")
        .set("PASSERELLE__FEEDS__TED__API_URL", &server.address)
        .set("PASSERELLE__FEEDS__TED__SITE_URL", &server.address)
}

fn report(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap_or_else(|error| panic!("{error}: {printed}"))
}

on_both! {
    async fn feeds_are_read_side_by_side_once_and_reported(db: TestDb) {
        let server = server().await;
        let place = place(&server, &db);
        let first = report(&place.run(&[&BOTH[..], &STRETCH, &["--json"]].concat()).good());
        let days = json!({
            "daysRead": 76, "daysSkipped": 0, "daysMissing": [], "daysLeft": 0, "error": null,
        });
        for (feed, name) in first["feeds"].as_array().expect("feeds").iter().zip(["boamp", "ted"]) {
            let mut expected = days.clone();
            expected["feed"] = name.into();
            assert_eq!(*feed, expected);
        }
        assert_eq!(first["interrupted"], false);
        let brought = |name: &str| first["brought"][name].as_u64().expect("a number");
        for name in ["documents", "notices", "lots", "events"] {
            assert!(brought(name) > 5, "{name}: {first}");
        }
        assert_eq!(first["brought"]["documents"], first["store"]["documents"]);
        assert_eq!(first["brought"]["notices"], first["store"]["notices"]);
        assert_eq!(first["brought"]["issues"], first["store"]["issues"]);
        assert_eq!(server.most_at_once(), 1, "one request at a time, over both feeds");

        server.take_log();
        let second = report(&place.run(&[&BOTH[..], &STRETCH, &["--json"]].concat()).good());
        assert_eq!(server.take_log(), [""; 0], "nothing is asked twice");
        assert_eq!(second["feeds"][0]["daysSkipped"], 76);
        assert_eq!((&second["brought"]["documents"], &second["store"]), (&json!(0), &first["store"]));
    }
}

on_both! {
    async fn a_day_that_is_missing_is_told_and_asked_for_again(db: TestDb) {
        let server = server().await;
        let day: NaiveDate = "2026-10-05".parse().expect("a day");
        server.set_refused([day]);
        let place = place(&server, &db);
        let ran = place.run(&[&BOTH[..], &STRETCH].concat());
        assert!(ran.out.contains("boamp: 75 days read, 0 skipped, 1 failed"), "{ran:?}");
        assert!(ran.out.contains("  2026-10-05: ") && ran.out.contains("403"), "{ran:?}");
        assert!(ran.out.contains("In the store: "), "{ran:?}");
        assert!(ran.bad().contains("1 days are not read whole"));
        server.set_refused([]);
        server.take_log();
        let said = place.run(&[&BOTH[..], &STRETCH].concat()).good();
        assert!(said.contains("boamp: 1 days read, 75 skipped, 0 failed"), "{said}");
        assert!(server.take_log().iter().all(|line| line.contains("2026-10-05")));
    }
}

on_both! {
    async fn what_is_told_to_stop_ends_its_batch_and_goes_on_later(db: TestDb) {
        let server = server().await;
        server.set_delay(Duration::from_millis(100));
        let place = place(&server, &db);
        for command in ["ingest", "backfill"] {
            let arguments = [&[command, "boamp"][..], &STRETCH].concat();
            let mut running = place.begin(&arguments);
            let mut asked = Vec::new();
            while asked.len() < 3 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                asked.extend(server.take_log());
            }
            let ended = running.stop("-INT");
            assert_eq!(ended.code(), Some(1), "{:#?}", running.said);
            let says = |words: &str| running.said.iter().any(|line| line.contains(words));
            assert!(says("the same command goes on where it was"), "{:#?}", running.said);
            assert!(says("told to stop, the next pull goes on"), "{:#?}", running.said);
        }
        server.set_delay(Duration::ZERO);
        server.take_log();
        let arguments = [&["backfill", "boamp"], &STRETCH[..], &["--json"]].concat();
        let rest = report(&place.run(&arguments).good());
        let skipped = rest["feeds"][0]["daysSkipped"].as_u64().expect("a number");
        assert!(skipped >= 4, "{rest}");
        let asked: BTreeSet<String> = server.take_log().into_iter().collect();
        assert_eq!(rest["feeds"][0]["daysRead"], 76 - skipped);
        assert!(asked.len() as u64 >= 76 - skipped, "{asked:?}");
    }
}

on_both! {
    async fn files_that_are_cut_go_on_where_they_were(db: TestDb) {
        let place = Place::new().set("PASSERELLE__DATABASE__URL", &db.url);
        // One file of more than a batch, then one that is not there yet.
        let sample = passerelle::cli::demo::sample().expect("the sample").0;
        let own = sample.iter().filter(|record| record.json.contains("26-900"));
        let copy = |number: usize| {
            let other = format!("26-9{number}0");
            own.clone().map(move |record| record.json.replace("26-900", &other))
        };
        let lines: Vec<String> = (1..=1 + BATCH / sample.len()).flat_map(copy).collect();
        let (batch, all) = (BATCH as u64, lines.len() as u64);
        place.write("all.jsonl", lines.join("\n"));
        let pipe = place.path().join("pipe");
        assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());

        let mut running = place.begin(&["ingest", "--from", "all.jsonl", "pipe"]);
        let stored = async || {
            passerelle::store::totals::count(db.db.read()).await.expect("totals").documents
        };
        while stored().await < batch {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let writing = pipe.clone();
        let writing = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(500));
            std::fs::write(writing, "[]").expect("written");
        });
        assert_eq!(running.stop("-INT").code(), Some(1), "{:#?}", running.said);
        writing.join().expect("written");
        assert!(running.said.iter().any(|line| line.contains(&format!("2 files: {BATCH} documents"))));
        assert_eq!(stored().await, batch);

        std::fs::remove_file(&pipe).expect("gone");
        let rest = report(&place.run(&["backfill", "--from", "all.jsonl", "--json"]).good());
        assert_eq!(rest["files"], json!({ "files": 1, "unknown": 0 }));
        assert_eq!((&rest["brought"]["documents"], &rest["brought"]["notices"]), (&json!(all), &json!(all - batch)));
        assert_eq!(rest["store"]["documents"], json!(all));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_requests_at_once_are_sent_where_the_settings_say_so() {
    let db = TestDb::sqlite().await;
    let server = server().await;
    server.set_delay(Duration::from_millis(20));
    let place = place(&server, &db).set("PASSERELLE__FEEDS__CONNECTIONS", "3");
    let day = ["--since", "2026-10-05", "--until", "2026-10-05"];
    place.run(&[&["backfill", "ted"], &day[..]].concat()).good();
    assert_eq!(server.most_at_once(), 3);
}

#[test]
fn what_cannot_be_backfilled_is_refused() {
    let place = Place::new()
        .set("PASSERELLE__FEEDS__BOAMP__API_URL", "http://127.0.0.1:1/boamp")
        .set("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "");
    for (arguments, says) in [
        (&["boamp"][..], "--since"),
        (&["--since", "2130-01-01"], "has not come yet"),
        (&["--since", "2026-02-02", "--until", "2026-02-01"], "exchange them"),
        (&["boamq", "--since", "2026-01-01"], "there is no feed `boamq`; feeds: boamp"),
        (&["boamp", "--from", "x"], "cannot be used with"),
        (&["--from", "x"], "there is no file x"),
    ] {
        let said = place.run(&[&["backfill"], arguments].concat()).bad();
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
    let place = place.set("PASSERELLE__FEEDS__BOAMP__ENABLED", "false");
    let said = place.run(&["backfill", "--since", "2026-01-01"]).bad();
    assert!(said.contains("no feed is enabled"), "{said}");
}
