//! The API and the flux beside it: what one of them lacks is no proof that it is not there.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use passerelle::clock::SystemClock;
use passerelle::feeds::boamp::api::BoampApi;
use passerelle::net::feed::FeedClient;
use passerelle::store;
use passerelle::usecases::pull::PullPlan;
use url::Url;

use crate::faults::sample;
use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::dump::rows;
use crate::support::feed_server::{FeedServer, Lie};
use crate::support::notices::fixture;
use crate::support::puller::{Puller, policy};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A day with three notices, two of which the flux has in the fixtures.
const DAY: &str = "2026-11-12";

fn one_day() -> BTreeSet<NaiveDate> {
    [day(DAY)].into()
}

async fn marked_as_missing(db: &TestDb) -> usize {
    rows(&db.db).await["notice"].iter().filter(|row| !row.contains("missing_since: None")).count()
}

fn file(idweb: &str) -> String {
    std::fs::read_to_string(fixture("dila_xml").join(format!("{idweb}.xml"))).expect("a fixture")
}

fn put(server: &FeedServer, idweb: &str, xml: &str) {
    server.put_file(day(DAY), &format!("{idweb}.xml"), xml);
}

async fn read_whole(db: &TestDb) -> usize {
    let (from, to) = (day("2000-01-01"), day("2100-01-01"));
    store::feeds::days(db.db.read(), "boamp", from, to).await.expect("days").len()
}

async fn position(db: &TestDb) -> i64 {
    store::events::head(db.db.read()).await.expect("a head").position
}

on_both! {
    async fn a_flux_without_the_day_does_not_show_that_it_is_empty(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        let days: BTreeSet<NaiveDate> = ["2026-11-10", "2026-11-12", "2026-11-13"].map(day).into();
        let puller = Puller::boamp(&db, &server, true);
        let plan = PullPlan {
            since: days.first().copied(),
            until: days.last().copied(),
            window_days: 0,
            ..PullPlan::default()
        };
        let all = 4; // 11 November is a day too, without notices.
        server.set_refused([day("2026-11-11")].into_iter().chain(days.iter().copied()));
        let report = puller.pull_by(&plan).await;
        assert_eq!((report.days, report.failed.len(), report.vanished), (0, all, 0), "{report:?}");
        assert!(report.failed[0].1.contains("403") && report.failed[0].1.contains("no folder"));
        assert_eq!(read_whole(&db).await, 0);
        // An index without a notice is no better.
        for day in &days {
            server.put_file(*day, "README.txt", "");
        }
        let report = puller.pull_by(&plan).await;
        assert_eq!((report.days, report.failed.len()), (0, all), "{report:?}");

        // A total that does not fit: what came is kept, the day is read again.
        server.set_refused([]);
        server.set_lie(Some(Lie::More(1)));
        let report = puller.pull_by(&plan).await;
        assert_eq!((report.days, report.failed.len(), report.vanished), (0, all, 0), "{report:?}");
        assert_eq!(report.ingested.changed, 11, "what the API brought is stored");
        assert_eq!(read_whole(&db).await, 0);

        // With notices stored, nothing vanishes by what does not answer.
        server.set_lie(None);
        server.set_refused(days.iter().copied());
        let report = puller.pull_by(&plan).await;
        assert_eq!((report.failed.len(), report.vanished), (3, 0), "{report:?}");
        assert_eq!(marked_as_missing(&db).await, 0);

        // It heals, and the days are read.
        server.set_refused([]);
        let report = puller.pull_by(&plan).await;
        assert_eq!((report.days, report.failed.len(), report.skipped), (3, 0, 1), "{report:?}");
        assert_eq!((report.vanished, marked_as_missing(&db).await), (0, 0));
    }
}

on_both! {
    async fn the_flux_brings_what_the_api_lacks(db: TestDb) {
        let server = FeedServer::start().await;
        let mut records = sample();
        records.retain(|record| record.idweb != "26-900072");
        server.set_records(records);
        server.set_lie(Some(Lie::More(1)));
        // Those that the API gives are not read twice: these would not be readable.
        put(&server, "26-900070", "cut");
        put(&server, "26-900071", "cut");
        let puller = Puller::boamp(&db, &server, true);
        let report = puller.pull(&one_day()).await;
        assert_eq!((report.days, report.ingested.changed), (0, 2), "two of three: {report:?}");
        assert!(report.failed[0].1.contains("the flux lists 2 notices, the API gave 2 of 3"));

        put(&server, "26-900072", &file("26-900072"));
        let report = puller.pull(&one_day()).await;
        assert_eq!((report.days, report.ingested.changed), (1, 1), "{report:?}");
        assert_eq!(rows(&db.db).await["notice"].len(), 3);
        assert_eq!(read_whole(&db).await, 1);
    }
}

on_both! {
    async fn a_flux_that_lacks_what_the_api_gave_proves_nothing(db: TestDb) {
        let server = FeedServer::start().await;
        server.set_records(sample());
        let puller = Puller::boamp(&db, &server, true);
        puller.pull(&one_day()).await;
        // Three of four by the API; the flux lists four, but not those.
        server.set_lie(Some(Lie::More(1)));
        for idweb in ["26-900071", "26-900072", "26-900081", "26-900091"] {
            put(&server, idweb, &file(idweb));
        }
        puller.clock.advance(TimeDelta::days(1));
        let report = puller.pull(&one_day()).await;
        assert_eq!((report.days, report.vanished, marked_as_missing(&db).await), (0, 0, 0));
        assert_eq!(report.ingested.documents, 5, "both are stored: {report:?}");

        // A listing that nothing contradicts does show what is gone.
        server.set_lie(None);
        server.set_api_down(true);
        puller.clock.advance(TimeDelta::days(1));
        let report = puller.pull(&one_day()).await;
        assert_eq!((report.days, report.vanished), (1, 1), "{report:?}");
        let gone = store::notices::find_by_source_id(db.db.read(), None, "26-900070").await.expect("found");
        assert_eq!(gone[0].missing_since, NaiveDate::from_ymd_opt(2026, 11, 25));
    }
}

on_both! {
    async fn a_flux_that_is_behind_does_not_undo_what_the_api_said(db: TestDb) {
        let server = FeedServer::start().await;
        let mut records = sample();
        records.retain(|record| record.idweb == "26-900072");
        server.set_records(records.clone());
        put(&server, "26-900072", &file("26-900072"));
        let puller = Puller::boamp(&db, &server, true);
        let hour = TimeDelta::hours(1);
        let pull = async |is_down: bool| {
            puller.clock.advance(hour);
            server.set_api_down(is_down);
            let report = puller.pull(&one_day()).await;
            assert!(report.failed.is_empty(), "{report:?}");
            report.ingested
        };
        pull(false).await;
        let document = &crate::support::sample::api_documents(puller.ingestor.clock().now())
            .into_iter()
            .find(|document| document.origin.ends_with("26-900072"))
            .expect("a record");
        let edited = crate::support::sample::edited(document, document.received_at, "(modifié)");
        records[0].json = String::from_utf8(edited.bytes).expect("text");
        server.set_records(records);
        assert!(pull(false).await.events > 0, "the edit is told");

        // The flux has not got it: neither its first reading nor "as before" says otherwise.
        let told = position(&db).await;
        for is_down in [true, true, false, true, false] {
            let ingested = pull(is_down).await;
            assert_eq!((ingested.changed, ingested.events), (0, 0), "down: {is_down}");
        }
        assert_eq!(position(&db).await, told);

        // What is new in the flux is news.
        let newer = file("26-900072");
        let newer = newer.replace("<RESUME_OBJET>", "<RESUME_OBJET>Autrement : ");
        put(&server, "26-900072", &newer);
        assert_eq!(pull(true).await.changed, 1);
        assert_eq!(pull(true).await.changed, 0);
        assert_eq!(pull(false).await.changed, 1, "the API says otherwise");
    }
}

#[tokio::test]
async fn a_server_that_announces_without_end_is_not_asked_without_end() {
    let server = FeedServer::start().await;
    server.set_records(sample());
    let clock = Arc::new(SystemClock);
    let client = Arc::new(FeedClient::new(clock.clone(), policy()).expect("a client"));
    let url = Url::parse(&server.api_url()).expect("an address");
    let api = BoampApi::new(client.clone(), clock, url);
    server.set_lie(Some(Lie::Stuck));
    let read = api.read_day(day(DAY)).await.day;
    assert!(!read.is_whole() && read.documents.len() == 3, "{:?}", read.defect);
    assert!(client.requests() <= 6, "{} requests", client.requests());

    server.set_lie(Some(Lie::Endless));
    let read = api.read_day(day(DAY)).await.day;
    assert_eq!(read.documents.len(), 10_000);
    assert!(read.defect.is_some_and(|defect| defect.contains("at most 10000")));
    assert!(client.requests() <= 310, "{} requests", client.requests());
}
