//! Feeds that misbehave: after they heal, the store is the one of a clean run, row for row.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use passerelle::http::replay::ReplayRecord;
use passerelle::store;

use crate::on_both;
use crate::support::dump::{assert_log_is_dense, assert_same, rows};
use crate::support::feed_server::{Fault, FeedServer};
use crate::support::puller::Puller;
use crate::support::random::Random;

pub fn sample() -> Vec<ReplayRecord> {
    passerelle::cli::demo::sample().expect("the sample").0
}

pub fn days(records: &[ReplayRecord]) -> BTreeSet<NaiveDate> {
    records.iter().map(|record| record.day).collect()
}

/// What the server shows a day later: one record edited, one gone, one new.
fn later(records: &[ReplayRecord]) -> Vec<ReplayRecord> {
    let mut later = records.to_vec();
    let edited = later.iter().position(|record| record.idweb == "26-900002").expect("a record");
    later[edited].json = later[edited].json.replace("Lattes", "Lattes (modifié)");
    later.retain(|record| record.idweb != "26-900032");
    let mut new = later[edited].clone();
    new.json = new.json.replace(&new.idweb, "26-909999").replace("26_900002", "26_909999");
    "26-909999".clone_into(&mut new.idweb);
    later.push(new);
    later
}

/// Faults for some hundred requests, two in five of them bad, at most four hangs.
fn misbehaviour(seed: u64) -> Vec<Option<Fault>> {
    let mut random = Random(seed);
    let mut hangs = 0;
    (0..220)
        .map(|_| {
            let fault =
                (random.below(5) < 2).then(|| Fault::BOAMP[random.below(Fault::BOAMP.len())]);
            if fault == Some(Fault::Hang) {
                hangs += 1;
            }
            fault.filter(|fault| *fault != Fault::Hang || hangs <= 4)
        })
        .collect()
}

on_both! {
    async fn after_every_fault_the_store_is_that_of_a_clean_run(db: TestDb) {
        let records = sample();
        let days = days(&records);
        let server = FeedServer::start().await;
        let clean = Puller::boamp(&db, &server, false);
        server.set_records(records.clone());
        clean.pull_until_whole(&days).await;
        clean.clock.advance(TimeDelta::days(1));
        server.set_records(later(&records));
        clean.pull_until_whole(&days).await;
        let expected = rows(&db.db).await;

        let other = db.another().await;
        let server = FeedServer::start().await;
        let faulty = Puller::boamp(&other, &server, false);
        server.set_records(records.clone());
        server.set_faults(misbehaviour(7));
        let pulls = faulty.pull_until_whole(&days).await;
        assert!(pulls > 1, "the faults did nothing");
        faulty.clock.advance(TimeDelta::days(1));
        server.set_records(later(&records));
        server.set_faults(misbehaviour(11));
        faulty.pull_until_whole(&days).await;
        assert_same(&expected, &rows(&other.db).await);
        assert_log_is_dense(&other.db).await;

        // The record that vanished is kept and marked, the one that changed says what it says now.
        let gone = store::notices::find_by_source_id(other.db.read(), None, "26-900032").await.expect("found");
        assert_eq!(gone[0].missing_since, NaiveDate::from_ymd_opt(2026, 11, 24));
        let new = store::notices::find_by_source_id(other.db.read(), None, "26-909999").await.expect("found");
        assert_eq!(new.len(), 1);
    }
}

on_both! {
    async fn waits_that_the_server_asks_for_are_kept(db: TestDb) {
        let records = sample();
        let one_day: BTreeSet<NaiveDate> = days(&records).into_iter().take(1).collect();
        let server = FeedServer::start().await;
        server.set_records(records);
        server.set_faults([Some(Fault::TooManyWithWait), None]);
        let puller = Puller::boamp(&db, &server, false);
        let report = puller.pull(&one_day).await;
        assert!(report.failed.is_empty());
        assert_eq!(puller.clock.slept(), vec![Duration::from_secs(7)]);
    }
}

on_both! {
    async fn the_flux_is_read_where_the_api_fails(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_api_down(true);
        let folder = crate::support::notices::fixture("dila_xml");
        let mut days = BTreeSet::new();
        let mut count = 0;
        for path in crate::support::notices::files(&folder) {
            let xml = std::fs::read_to_string(&path).expect("a fixture");
            let day = xml.split("<DATE_PUBLICATION>").nth(1).and_then(|rest| rest.get(..10)).expect("a day");
            let day: NaiveDate = day.parse().expect("a day");
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            server.put_file(day, &name, &xml);
            days.insert(day);
            count += 1;
        }
        let puller = Puller::boamp(&db, &server, true);
        let report = puller.pull(&days).await;
        assert!(report.failed.is_empty(), "{report:?}");
        assert_eq!(report.ingested.changed, count);
        assert_eq!(report.ingested.undecodable, 0);
        let before = rows(&db.db).await;
        server.take_log();

        // Read again, nothing is sent twice; a new version of a file is.
        let changed = *days.first().expect("a day");
        let name = crate::support::notices::files(&folder)
            .into_iter()
            .find(|path| std::fs::read_to_string(path).expect("text").contains(&format!("<DATE_PUBLICATION>{changed}")))
            .expect("a file");
        let xml = std::fs::read_to_string(&name).expect("a fixture");
        let name = name.file_name().expect("a name").to_string_lossy().into_owned();
        puller.clock.advance(TimeDelta::hours(1));
        let again = puller.pull(&days).await;
        assert_eq!((again.ingested.changed, again.ingested.lots, again.vanished), (0, 0, 0));
        let log = server.take_log();
        let sent = |status: &str| log.iter().filter(|line| line.starts_with(status) && line.contains(".xml")).count();
        assert_eq!((sent("200"), sent("304")), (0, usize::try_from(count).expect("few")), "{log:?}");
        assert_eq!(before["lot"], rows(&db.db).await["lot"]);

        server.put_file(changed, &name, &xml.replace("<RESUME_OBJET>", "<RESUME_OBJET>Modifié : "));
        puller.pull(&days).await;
        let log = server.take_log();
        assert_eq!(log.iter().filter(|line| line.starts_with("200") && line.ends_with(&name)).count(), 1);
    }
}

on_both! {
    async fn a_feed_that_is_away_is_said_and_keeps_what_was_read(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_api_down(true);
        let puller = Puller::boamp(&db, &server, false);
        let report = puller.pull(&days(&sample())).await;
        assert_eq!(report.failed.len(), 3, "the pull stops after three days: {report:?}");
        assert!(report.failed[0].1.contains("503"), "{report:?}");
        let run = store::feeds::runs(db.db.read(), "boamp", 1).await.expect("runs").remove(0);
        assert!(run.finished_at.is_some() && run.error.is_some_and(|error| error.contains("503")));
    }
}
