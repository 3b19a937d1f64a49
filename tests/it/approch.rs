//! The APProch feed, one table that changes in place, against a server that misbehaves.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use passerelle::domain::notice::NoticeSummary;
use passerelle::store;
use passerelle::usecases::ingest::BATCH;
use passerelle::usecases::pull::{Progress, PullPlan, pull_until};
use serde_json::Value;
use tokio::sync::watch;
use uuid::Uuid;

use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::dump::{assert_log_is_dense, assert_same, rows};
use crate::support::feed_server::{Fault, FeedServer};
use crate::support::notices::fixture;
use crate::support::program::Place;
use crate::support::puller::{Puller, misbehaviour};

/// So many projects, each with its person.
fn table(count: u64) -> Vec<Value> {
    let text = std::fs::read_to_string(fixture("approch/project.json")).expect("a fixture");
    let project: Value = serde_json::from_str(&text).expect("JSON");
    let numbered = |number: u64| {
        let mut project = project.clone();
        project["code"] = (70_001 + number).into();
        project["libelle"] = format!("Entretien des espaces verts, site {number}").into();
        project["responsable"] = "Une Personne".into();
        project
    };
    (0..count).map(numbered).collect()
}

/// No days: a table is read whole.
fn whole() -> BTreeSet<NaiveDate> {
    BTreeSet::new()
}

async fn project(db: &TestDb, code: &str) -> NoticeSummary {
    let found = store::notices::find_by_source_id(db.db.read(), None, code).await.expect("found");
    found.into_iter().next().expect("the project")
}

async fn missing(db: &TestDb) -> usize {
    rows(&db.db).await["notice"].iter().filter(|row| !row.contains("missing_since: None")).count()
}

on_both! {
    async fn after_every_fault_the_store_is_that_of_a_clean_run(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_projects(table(5));
        assert_eq!(Puller::approch(&db, &server).pull_until_whole(&whole()).await, 1);
        let expected = rows(&db.db).await;
        assert_eq!((expected["notice"].len(), expected["document"].len()), (5, 5));
        let mut bad = 0;
        for seed in 1..=8 {
            let other = db.another().await;
            server.set_faults(misbehaviour(seed, 60, &[Fault::Interrupted]));
            server.take_log();
            bad += Puller::approch(&other, &server).pull_until_whole(&whole()).await - 1;
            assert_same(&expected, &rows(&other.db).await);
            assert_log_is_dense(&other.db).await;
        }
        assert!(bad > 4, "the faults did nothing: {bad} bad pulls");
    }
}

on_both! {
    async fn what_did_not_change_is_kept_once_and_what_vanished_is_kept(db: TestDb) {
        let server = FeedServer::start().await;
        let mut projects = table(4);
        server.set_projects(projects.clone());
        let puller = Puller::approch(&db, &server);
        assert_eq!(puller.pull(&whole()).await.ingested.changed, 4);
        let before = rows(&db.db).await;

        // As before: the server sends nothing, and nothing vanishes.
        server.take_log();
        puller.clock.advance(TimeDelta::days(3));
        let report = puller.pull(&whole()).await;
        assert_eq!((report.days, report.ingested.documents, report.vanished), (1, 0, 0), "{report:?}");
        assert!(server.take_log()[1].starts_with("304 /approch/exports/json"));
        for table in ["document", "notice", "lot", "procedure", "feed_resource"] {
            assert_eq!(before[table], rows(&db.db).await[table], "{table}");
        }

        // One edited, one gone, one new.
        projects[0]["libelle"] = "Entretien des espaces verts, marché allongé".into();
        projects.remove(1);
        projects.push(table(9).remove(8));
        server.set_projects(projects);
        puller.clock.advance(TimeDelta::days(1));
        let report = puller.pull(&whole()).await;
        assert_eq!((report.ingested.documents, report.ingested.changed, report.vanished), (4, 2, 1));
        assert_eq!(rows(&db.db).await["document"].len(), 6);
        let title = project(&db, "70001").await.title;
        assert_eq!(title.as_deref(), Some("Entretien des espaces verts, marché allongé"));
        assert_eq!(project(&db, "70002").await.missing_since, NaiveDate::from_ymd_opt(2026, 11, 24));

        // What is marked is not told again; what says its first words again is changed again.
        server.set_projects(table(1));
        puller.clock.advance(TimeDelta::hours(1));
        let report = puller.pull(&whole()).await;
        assert_eq!((report.ingested.changed, report.vanished, missing(&db).await), (1, 3, 4));
        let title = project(&db, "70001").await.title;
        assert_eq!(title.as_deref(), Some("Entretien des espaces verts, site 0"));

        // What is listed again is there again.
        server.set_projects(table(4));
        puller.clock.advance(TimeDelta::hours(1));
        let report = puller.pull(&whole()).await;
        assert_eq!((report.ingested.changed, report.vanished, missing(&db).await), (0, 0, 1));
        assert_log_is_dense(&db.db).await;
    }
}

on_both! {
    async fn a_table_that_is_not_whole_shows_nothing_of_what_it_lacks(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_projects(table(4));
        let puller = Puller::approch(&db, &server);
        puller.pull_until_whole(&whole()).await;
        for (projects, faults, says) in [
            (table(3), [None, Some(Fault::Interrupted), Some(Fault::Interrupted)], "Streaming interrupted"),
            (table(3), [None, Some(Fault::Cut), Some(Fault::Cut)], "defective"),
            (table(3), [Some(Fault::WrongTotal), None, None], "3 projects came, the table counts 13"),
            (table(3), [Some(Fault::TooMany), Some(Fault::TooMany), None], "429"),
            (table(0), [None, None, None], "0 projects came, the table counts 0"),
        ] {
            server.set_projects(projects);
            server.set_faults(faults);
            puller.clock.advance(TimeDelta::days(1));
            let report = puller.pull(&whole()).await;
            assert_eq!((report.days, report.failed.len(), report.vanished), (0, 1, 0), "{report:?}");
            assert!(report.failed[0].1.contains(says), "{says}: {report:?}");
            assert_eq!(missing(&db).await, 0);
        }
        let read = store::feeds::latest_day(db.db.read(), "approch").await.expect("a day").expect("a day");
        assert_eq!((read.day, read.listed), ("2026-11-20".parse().expect("a day"), 4));
        // It heals: what the table lacks is told, and it is not taken for known.
        server.set_projects(table(3));
        let report = puller.pull(&whole()).await;
        assert_eq!((report.days, report.vanished), (1, 1), "{report:?}");
    }
}

on_both! {
    async fn a_table_owes_no_days_and_gives_no_persons(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_projects(table(2));
        server.set_faults([Some(Fault::TooManyWithWait), None, None]);
        let puller = Puller::approch(&db, &server);
        for _ in 0..3 {
            let report = puller.pull_by(&PullPlan::default()).await;
            assert_eq!((report.days, report.skipped, report.failed.len()), (1, 0, 0), "{report:?}");
            puller.clock.advance(TimeDelta::days(30));
        }
        assert_eq!(puller.clock.slept(), vec![Duration::from_secs(7)]);
        let stored = rows(&db.db).await;
        assert_eq!((stored["feed_start"].len(), stored["feed_day"].len()), (0, 3));
        let log = server.take_log();
        assert_eq!(log.len(), 7, "the number and the export, three times, and one refusal: {log:?}");
        assert!(!log.iter().any(|line| line.contains("responsable")), "{log:?}");
        let digests: Vec<String> = store::documents::of_notices(db.db.read(), &[project(&db, "70001").await.id])
            .await
            .expect("documents")
            .into_iter()
            .map(|document| document.digest)
            .collect();
        let bodies = store::documents::bodies(db.db.read(), &digests).await.expect("bodies");
        assert_eq!(bodies.len(), 1);
        assert!(bodies.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("Personne")));
    }
}

on_both! {
    async fn a_table_that_was_cut_off_is_sent_again(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_projects(table(BATCH as u64 + 50));
        let puller = Puller::approch(&db, &server);
        let (tell, stop) = watch::channel(false);
        let progress = |progress: Progress| {
            if matches!(progress, Progress::Stored(_)) {
                tell.send_replace(true);
            }
        };
        let plan = PullPlan::default();
        let feed = puller.feed.as_ref();
        let report = pull_until(stop, &puller.ingestor, feed, &plan, Uuid::new_v4(), &progress).await;
        let report = report.expect("a pull");
        assert!(report.interrupted && report.ingested.changed == BATCH as u64, "{report:?}");
        server.take_log();
        let report = puller.pull_by(&plan).await;
        assert_eq!((report.days, report.ingested.changed, report.vanished), (1, 50, 0), "{report:?}");
        assert!(server.take_log()[1].starts_with("200"));
    }
}

on_both! {
    async fn the_command_reads_the_table_and_twice_is_once(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_projects(table(3));
        let place = Place::new()
            .set("PASSERELLE__DATABASE__URL", &db.url)
            .set("PASSERELLE__FEEDS__APPROCH__API_URL", &server.approch_url());
        let said = place.run(&["ingest", "approch"]).good();
        assert!(said.starts_with("approch: 1 days read, 0 skipped, 0 failed; 3 documents, 3 notices new"), "{said}");
        let before = rows(&db.db).await;
        let said = place.run(&["ingest", "approch"]).good();
        assert!(said.contains(" 0 documents, 0 notices new or changed"), "{said}");
        let after = rows(&db.db).await;
        for table in ["document", "notice", "notice_body", "lot", "lot_finding", "procedure", "organisation"] {
            assert_eq!(before[table], after[table], "{table}");
        }
    }
}
