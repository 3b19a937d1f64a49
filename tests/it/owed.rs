//! The days that a feed owes: whatever cuts a pull or fails in it, each is read in the end.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate, TimeDelta};
use passerelle::clock::Clock;
use passerelle::domain::deadline::paris_day;
use passerelle::domain::source::Source;
use passerelle::store;
use passerelle::store::feeds::FeedRun;
use passerelle::usecases::ingest::Batch;
use passerelle::usecases::pull::{Progress, PullPlan, days_of_open_lots, pull, pull_until};
use tokio::sync::watch;
use uuid::Uuid;

use crate::faults::sample;
use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::feed_server::FeedServer;
use crate::support::program::Place;
use crate::support::puller::Puller;
use crate::support::sample::api_documents;

async fn read_days(db: &TestDb) -> BTreeSet<NaiveDate> {
    let [from, to] = ["1900-01-01", "2100-01-01"].map(|day| day.parse().expect("a day"));
    let days = store::feeds::days(db.db.read(), "boamp", from, to).await.expect("days");
    days.into_iter().map(|read| read.day).collect()
}

async fn runs(db: &TestDb) -> Vec<FeedRun> {
    store::feeds::runs(db.db.read(), "boamp", 20).await.expect("runs")
}

fn since(first: NaiveDate, last: NaiveDate) -> BTreeSet<NaiveDate> {
    first.iter_days().take_while(|day| *day <= last).collect()
}

/// Pulls, and dies after some days.
async fn pull_and_die(puller: &Puller, plan: &PullPlan, after: usize) {
    let (ingestor, feed, plan) = (puller.ingestor.clone(), puller.feed.clone(), plan.clone());
    let (count, mut counted) = watch::channel(0);
    let pulling = tokio::spawn(async move {
        let progress = move |progress: Progress| {
            if progress == Progress::DayDone {
                count.send_modify(|count| *count += 1);
            }
        };
        pull(&ingestor, feed.as_ref(), &plan, Uuid::new_v4(), &progress).await
    });
    counted.wait_for(|count| *count >= after).await.expect("it pulls");
    pulling.abort();
    assert!(pulling.await.is_err_and(|error| error.is_cancelled()), "it was not cut");
}

on_both! {
    async fn a_pull_that_was_cut_is_taken_up_where_it_stopped(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        server.set_delay(Duration::from_millis(3));
        let puller = Puller::boamp(&db, &server, false);
        let plan = PullPlan::default();
        let began = paris_day(puller.clock.now());
        let first = began - Days::new(45);
        pull_and_die(&puller, &plan, 13).await;
        assert!(read_days(&db).await.len() < 46);
        assert_eq!(runs(&db).await[0].finished_at, None);

        // Cut again, and started again only weeks later.
        pull_and_die(&puller, &plan, 20).await;
        puller.clock.advance(TimeDelta::days(20));
        server.set_delay(Duration::ZERO);
        let report = puller.pull_by(&plan).await;
        assert!(report.failed.is_empty() && report.skipped > 0, "{report:?}");
        let today = paris_day(puller.clock.now());
        assert_eq!(read_days(&db).await, since(first, today));

        // The runs of the dead are closed, and say so.
        let runs = runs(&db).await;
        assert_eq!(runs.iter().filter(|run| run.interrupted).count(), 2);
        assert!(runs.iter().all(|run| run.finished_at.is_some() && run.since <= run.until));

        // All is read: only the window is read again.
        let report = puller.pull_by(&plan).await;
        assert_eq!((report.days, report.skipped), (11, 55), "{report:?}");
    }
}

on_both! {
    async fn a_day_that_failed_outside_of_the_window_is_read_when_it_heals(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        let puller = Puller::boamp(&db, &server, false);
        let plan = PullPlan { first_days: 30, window_days: 3, ..PullPlan::default() };
        let today = paris_day(puller.clock.now());
        let bad = today - Days::new(20);
        server.set_refused([bad]);
        for _ in 0..2 {
            let report = puller.pull_by(&plan).await;
            let failed: Vec<NaiveDate> = report.failed.iter().map(|(day, _)| *day).collect();
            assert_eq!(failed, [bad]);
            puller.clock.advance(TimeDelta::days(1));
        }
        server.set_refused([]);
        let report = puller.pull_by(&plan).await;
        assert!(report.failed.is_empty(), "{report:?}");
        assert!(read_days(&db).await.contains(&bad));
    }
}

on_both! {
    async fn an_earlier_beginning_is_owed_and_a_stretch_is_not(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        server.set_delay(Duration::from_millis(3));
        let puller = Puller::boamp(&db, &server, false);
        let today = paris_day(puller.clock.now());
        let plan = PullPlan { first_days: 5, window_days: 2, ..PullPlan::default() };
        // A stretch of days is read as it was asked for, and changes nothing else.
        let (from, to) = (today - Days::new(60), today - Days::new(58));
        let stretch = PullPlan { since: Some(from), until: Some(to), ..plan.clone() };
        assert_eq!(puller.pull_by(&stretch).await.days, 3);
        assert_eq!(puller.pull_by(&plan).await.days, 6);
        // The last day only: what is owed stays owed.
        let last = PullPlan { since: Some(today), ..plan.clone() };
        assert_eq!(puller.pull_by(&last).await.days, 1);
        let farther = PullPlan { since: Some(today - Days::new(30)), ..plan.clone() };
        pull_and_die(&puller, &farther, 4).await;
        server.set_delay(Duration::ZERO);
        puller.pull_by(&plan).await;
        let read = read_days(&db).await;
        assert!(since(today - Days::new(30), today).is_subset(&read), "{read:?}");
        assert_eq!(read.len(), 34);
    }
}

on_both! {
    async fn days_read_again_are_not_the_beginning_of_the_next_pull(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        let puller = Puller::boamp(&db, &server, false);
        let plan = PullPlan { first_days: 5, window_days: 2, ..PullPlan::default() };
        puller.pull_by(&plan).await;
        // A notice without a day, and one of long ago that is still open.
        let now = puller.clock.now();
        let mut documents = api_documents(now);
        for document in &mut documents {
            let text = String::from_utf8(document.bytes.clone()).expect("text");
            let mut record: serde_json::Value = serde_json::from_str(&text).expect("a record");
            if record["idweb"] == "26-900070" {
                for field in ["donnees", "gestion"] {
                    let inner = record[field].as_str().expect("text").to_owned();
                    record[field] = inner.replace("2026-11-12", "").into();
                }
                record["dateparution"] = serde_json::Value::Null;
                document.bytes = record.to_string().into_bytes();
            }
        }
        puller.ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored");
        let notice = store::notices::find_by_source_id(db.db.read(), None, "26-900070").await;
        assert_eq!(notice.expect("found")[0].published_on, None);

        let days = days_of_open_lots(&puller.ingestor, Source::Boamp).await.expect("days");
        let earliest = days.iter().min().expect("days");
        assert!(*earliest > NaiveDate::from_ymd_opt(2015, 1, 1).expect("a day"), "{earliest}");
        let others = days_of_open_lots(&puller.ingestor, Source::Ted).await.expect("days");
        assert!(others.is_empty(), "no notice is of TED: {others:?}");

        let again = PullPlan { days: Some(days), ..plan.clone() };
        puller.pull_by(&again).await;
        assert_eq!(puller.pull_by(&plan).await.days, 3, "the window only");
    }
}

on_both! {
    async fn a_pull_that_is_told_to_stop_ends_its_batch_and_says_so(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        let puller = Puller::boamp(&db, &server, false);
        let (tell, stop) = watch::channel(false);
        let count = Arc::new(std::sync::Mutex::new(0));
        let progress = |progress: Progress| {
            let mut count = count.lock().expect("a count");
            *count += usize::from(progress == Progress::DayDone);
            if *count == 3 {
                tell.send_replace(true);
            }
        };
        let feed = puller.feed.as_ref();
        let plan = PullPlan::default();
        let id = Uuid::new_v4();
        let report = pull_until(stop, &puller.ingestor, feed, &plan, id, &progress).await;
        let report = report.expect("a pull");
        assert!(report.interrupted && report.days == 3, "{report:?}");
        let run = runs(&db).await.remove(0);
        assert!(run.interrupted && run.finished_at.is_some() && run.days == 3, "{run:?}");
        assert!(!puller.pull_by(&plan).await.interrupted);
        assert_eq!(read_days(&db).await.len(), 46);
    }
}

on_both! {
    async fn a_server_closes_its_runs_and_those_of_the_dead(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        server.set_delay(Duration::from_millis(30));
        let place = Place::new()
            .set("PASSERELLE__DATABASE__URL", &db.url)
            .set("PASSERELLE__FEEDS__BOAMP__API_URL", &server.api_url())
            .set("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "");
        let arguments = ["serve", "--listen", "127.0.0.1:0"];
        let mut serving = place.begin(&arguments);
        serving.wait_for("job begins");
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(serving.stop("-TERM").code(), Some(0));
        assert!(serving.said.iter().any(|line| line.contains("told to stop")), "{:#?}", serving.said);
        let run = runs(&db).await.remove(0);
        assert!(run.interrupted && run.finished_at.is_some(), "{run:?}");

        // As if a process had died half an hour ago: nothing fresh, and its run open.
        let tx = db.db.begin().await.expect("a transaction");
        let id = Uuid::new_v4();
        let dead = FeedRun { id, interrupted: false, finished_at: None, ..run };
        store::feeds::write_run(&tx, &dead).await.expect("written");
        tx.commit().await.expect("committed");
        let mut serving = place.begin(&arguments);
        serving.wait_for("a run was cut off");
        serving.stop("-KILL");
        let dead = runs(&db).await.into_iter().find(|run| run.id == id).expect("the run");
        assert!(dead.interrupted && dead.finished_at.is_some(), "{dead:?}");
    }
}
