//! `kill -9` during a pull at random points, then again: the rows of a run that was never killed.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chrono::Days;
use passerelle::clock::{Clock as _, SystemClock};
use passerelle::domain::deadline::paris_day;

use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::dump::{assert_log_is_dense, assert_same, rows};
use crate::support::feed_server::FeedServer;
use crate::support::random::Random;

const STRETCH: [&str; 4] = ["--since", "2026-09-01", "--until", "2026-11-23"];

fn ingest(db: &TestDb, server: &FeedServer, days: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .args(["ingest", "boamp"])
        .args(days)
        .env("PASSERELLE__DATABASE__URL", &db.url)
        .env("PASSERELLE__FEEDS__BOAMP__API_URL", server.api_url())
        .env("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program")
}

fn run_to_the_end(db: &TestDb, server: &FeedServer, days: &[&str]) {
    let output = ingest(db, server, days).wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Rows without the times of the machine's clock.
async fn timeless(db: &TestDb) -> BTreeMap<&'static str, Vec<String>> {
    let pattern = regex::Regex::new(r"(first_seen_at|last_seen_at|fed_at|read_at|seen_at): [^,}]+")
        .expect("a pattern");
    let mut tables = rows(&db.db).await;
    for rows in tables.values_mut() {
        for row in rows.iter_mut() {
            *row = pattern.replace_all(row, "$1").into_owned();
        }
        rows.sort();
    }
    tables
}

/// Kills a pull some times, lets the last one end, and compares with one that was never killed.
async fn compare(db: &TestDb, server: &FeedServer, days: &[&str]) {
    run_to_the_end(db, server, days);
    let expected = timeless(db).await;
    assert!(expected["lot"].len() > 150);

    let killed = db.another().await;
    server.set_delay(Duration::from_millis(5));
    let mut random = Random(20_261_122);
    for _ in 0..8 {
        let mut child = ingest(&killed, server, days);
        let wait = u64::try_from(random.below(900)).expect("short");
        tokio::time::sleep(Duration::from_millis(60 + wait)).await;
        child.kill().expect("killed");
        child.wait().expect("gone");
        assert_log_is_dense(&killed.db).await;
    }
    run_to_the_end(&killed, server, days);
    assert_same(&expected, &timeless(&killed).await);
    assert_log_is_dense(&killed.db).await;
}

on_both! {
    async fn a_killed_pull_takes_up_where_it_stopped(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(passerelle::cli::demo::sample().expect("the sample").0);
        compare(&db, &server, &STRETCH).await;
    }
}

on_both! {
    async fn a_killed_pull_needs_not_be_told_where_it_began(db: TestDb) {
        let server = FeedServer::start().await;
        let mut records = passerelle::cli::demo::sample().expect("the sample").0;
        // Published on the last 46 days by the machine's clock.
        let today = paris_day(SystemClock.now());
        for (record, back) in records.iter_mut().zip((0..=45).cycle()) {
            record.day = today - Days::new(back);
        }
        server.set_records(records);
        compare(&db, &server, &[]).await;
        let read = &timeless(&db).await["feed_day"];
        assert_eq!(read.len(), 46);
    }
}
