//! The TED feed against a server that misbehaves: after it heals, the store is that of a clean run.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};

use crate::on_both;
use crate::support::dump::{assert_log_is_dense, assert_same, rows};
use crate::support::feed_server::{Fault, FeedServer};
use crate::support::notices::{files, fixture};
use crate::support::puller::{Puller, misbehaviour};

const OWN_FAULTS: [Fault; 3] = [Fault::PageAgain, Fault::TimedOut, Fault::TokenLost];

/// Publishes the fixtures and gives their days. Old forms stand on one of the days too.
fn publish(server: &FeedServer) -> BTreeSet<NaiveDate> {
    let mut days = BTreeSet::new();
    for path in files(&fixture("ted")) {
        let xml = std::fs::read_to_string(&path).expect("a fixture");
        let number = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let day = xml.split("PublicationDate>").nth(1).and_then(|rest| rest.get(..10));
        let day: NaiveDate = day.unwrap_or("2026-11-17").parse().expect("a day");
        server.put_ted_notice(day, &number, &xml);
        days.insert(day);
    }
    days
}

on_both! {
    async fn after_every_fault_the_store_is_that_of_a_clean_run(db: TestDb) {
        let server = FeedServer::start().await;
        let days = publish(&server);
        let clean = Puller::ted(&db, &server);
        assert_eq!(clean.pull_until_whole(&days).await, 1);
        let expected = rows(&db.db).await;
        assert_eq!(expected["notice"].len(), 5);

        for seed in [3, 5, 8] {
            let other = db.another().await;
            server.take_log();
            server.set_faults(misbehaviour(seed, 80, &OWN_FAULTS));
            let faulty = Puller::ted(&other, &server);
            faulty.pull_until_whole(&days).await;
            let bad = server.take_log().iter().filter(|line| !line.starts_with("200")).count();
            assert!(bad > 0, "seed {seed}: the faults did nothing");
            assert_same(&expected, &rows(&other.db).await);
            assert_log_is_dense(&other.db).await;
        }
    }
}

on_both! {
    async fn what_is_known_is_not_sent_again(db: TestDb) {
        let server = FeedServer::start().await;
        let days = publish(&server);
        let puller = Puller::ted(&db, &server);
        puller.pull_until_whole(&days).await;
        let before = rows(&db.db).await;
        let sent = |log: &[String], status: &str| {
            log.iter().filter(|line| line.starts_with(status) && line.ends_with("/xml")).count()
        };
        let log = server.take_log();
        assert_eq!(sent(&log, "200"), 5, "{log:?}");

        // Fresh days are asked for again, conditionally; older ones are only listed.
        puller.clock.advance(TimeDelta::hours(3));
        let again = puller.pull(&days).await;
        assert_eq!((again.ingested.changed, again.vanished, again.failed.len()), (0, 0, 0));
        let log = server.take_log();
        assert_eq!((sent(&log, "200"), sent(&log, "304")), (0, 2), "{log:?}");
        for table in ["lot", "lot_text", "procedure", "organisation"] {
            assert_eq!(before.get(table), rows(&db.db).await.get(table), "{table}");
        }

        // A file that is put right on the day is read.
        let path = fixture("ted").join("700004-2026.xml");
        let xml = std::fs::read_to_string(path).expect("a fixture");
        let day = "2026-11-20".parse().expect("a day");
        server.put_ted_notice(day, "700004-2026", &xml.replace("Lavage du linge", "Linge"));
        assert_eq!(puller.pull(&days).await.ingested.changed, 1);
    }
}

on_both! {
    async fn waits_are_kept_and_a_spent_quota_leaves_the_day_for_later(db: TestDb) {
        let server = FeedServer::start().await;
        let days = publish(&server);
        let day: BTreeSet<NaiveDate> = days.iter().copied().take(1).collect();
        let puller = Puller::ted(&db, &server);
        server.set_faults([Some(Fault::TooManyWithWait), None, None, None, Some(Fault::TooManyWithWait)]);
        assert!(puller.pull(&day).await.failed.is_empty());
        assert_eq!(puller.clock.slept(), vec![Duration::from_secs(7); 2]);

        // Two answers of 429 are all that is tried here: the day failed, what came is kept, and the
        // next pull goes on.
        let rest: BTreeSet<NaiveDate> = days.iter().copied().skip(1).collect();
        server.set_faults([None, None, None, Some(Fault::TooMany), Some(Fault::TooMany)]);
        let report = puller.pull(&rest).await;
        assert_eq!(report.failed.len(), 1, "{report:?}");
        assert!(report.failed[0].1.contains("429"), "{report:?}");
        assert!(puller.pull(&rest).await.failed.is_empty());
        assert_eq!(rows(&db.db).await["notice"].len(), 5);
    }
}

on_both! {
    async fn what_is_listed_and_not_there_leaves_the_day_open(db: TestDb) {
        let server = FeedServer::start().await;
        let days = publish(&server);
        server.lose_ted_file("700004-2026");
        let puller = Puller::ted(&db, &server);
        let report = puller.pull(&days).await;
        assert_eq!((report.failed.len(), report.vanished), (1, 0), "{report:?}");
        assert!(report.failed[0].1.contains("listed and not there"), "{report:?}");
        assert_eq!(rows(&db.db).await["notice"].len(), 4);
        publish(&server);
        assert!(puller.pull(&days).await.failed.is_empty());
        assert_eq!(rows(&db.db).await["notice"].len(), 5);
    }
}
