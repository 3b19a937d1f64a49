//! `/healthz`, `/readyz`, `/metrics`.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use passerelle::app::new_id;
use passerelle::clock::Clock as _;
use passerelle::store;
use passerelle::store::feeds::ReadDay;
use passerelle::usecases::pull::{PullPlan, PullReport, pull};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::feed_server::FeedServer;
use crate::support::server::{Reply, TestServer};

/// Pulls one day, while the clock runs for whoever waits.
async fn pull_a_day(server: &TestServer) -> PullReport {
    let feed = server.app.feed("boamp").expect("the feed");
    let day = "2026-11-20".parse().expect("a day");
    let plan = PullPlan { days: Some(vec![day]), ..PullPlan::default() };
    let pulling = pull(&server.app.ingestor, feed.as_ref(), &plan, new_id(), &|_| {});
    tokio::pin!(pulling);
    let mut beat = tokio::time::interval(Duration::from_millis(5));
    loop {
        tokio::select! {
            report = &mut pulling => return report.expect("a pull"),
            _ = beat.tick() => server.clock.advance(TimeDelta::seconds(2)),
        }
    }
}

/// Status and what `/readyz` says.
async fn ready(server: &TestServer) -> (u16, Value) {
    let reply = server.get("/readyz").await;
    assert_eq!(reply.header("content-type"), "application/json");
    (reply.status, reply.json())
}

on_both! {
    async fn readiness_is_the_database_and_tells_of_the_feed(db: TestDb) {
        let feed = FeedServer::start().await;
        feed.set_records(passerelle::cli::demo::sample().expect("the sample").0);
        let server = TestServer::with(&db, |config| {
            config.feeds.boamp.api_url = feed.api_url();
            config.feeds.boamp.flux_url = String::new();
        })
        .await;

        let (status, said) = ready(&server).await;
        let never = json!({ "name": "boamp", "lastSuccessAt": null, "isStale": true, "lastError": null });
        assert_eq!((status, said), (200, json!({ "status": "degraded", "database": "ready", "feeds": [never] })));

        assert_eq!(pull_a_day(&server).await.days, 1);
        let (status, said) = ready(&server).await;
        assert_eq!((status, &said["status"], &said["feeds"][0]["isStale"]), (200, &json!("ready"), &json!(false)));
        assert!(said["feeds"][0]["lastSuccessAt"].as_str().is_some_and(|at| at.starts_with("2026-11-23T")));

        server.clock.advance(TimeDelta::hours(35));
        assert_eq!(ready(&server).await.1["status"], "ready");
        server.clock.advance(TimeDelta::hours(2));
        let (status, said) = ready(&server).await;
        assert_eq!((status, &said["status"], &said["feeds"][0]["isStale"]), (200, &json!("degraded"), &json!(true)));

        feed.set_api_down(true);
        assert_eq!(pull_a_day(&server).await.failed.len(), 1);
        let (_, said) = ready(&server).await;
        assert!(said["feeds"][0]["lastError"].as_str().is_some_and(|error| error.contains("503")), "{said}");

        server.app.ingestor.db().clone().close().await.expect("closed");
        let (status, said) = ready(&server).await;
        assert_eq!((status, said), (503, json!({ "status": "unavailable", "database": "unavailable", "feeds": [] })));
        let alive = server.get("/healthz").await;
        assert_eq!((alive.status, alive.text()), (200, "ok\n"));
        assert_eq!(server.get("/metrics").await.status, 200, "metrics need no database");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_pulls_nothing_has_nothing_stale() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| config.feeds.boamp.enabled = false).await;
    let (status, said) = ready(&server).await;
    let expected = json!({ "status": "ready", "database": "ready", "feeds": [] });
    assert_eq!((status, said), (200, expected));
}

/// The samples of `/metrics` by name and labels. Every line must be of the text format.
fn samples(reply: &Reply) -> BTreeMap<String, f64> {
    assert_eq!(reply.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    let line = regex::Regex::new(r#"^([a-z_]+(?:\{(?:[a-z]+="[^"]*",?)+\})?) ([0-9.e+-]+)$"#)
        .expect("a pattern");
    let lines = reply.text().lines().filter(|line| !line.starts_with("# "));
    let samples = lines.map(|text| {
        let found = line.captures(text).unwrap_or_else(|| panic!("not a sample: {text}"));
        (found[1].to_owned(), found[2].parse().expect("a number"))
    });
    samples.collect()
}

on_both! {
    async fn metrics_tell_of_requests_and_of_the_feed(db: TestDb) {
        let server = TestServer::start(&db).await;
        let before = samples(&server.get("/metrics").await);
        assert!(!before.keys().any(|name| name.contains("feed_last_success")), "no success yet");
        server.fill().await;
        let day = "2026-11-20".parse().expect("a day");
        let tx = server.app.ingestor.db().begin().await.expect("a transaction");
        let read = ReadDay { day, read_at: server.clock.now(), listed: 13 };
        store::feeds::write_day(&tx, "boamp", read).await.expect("written");
        tx.commit().await.expect("committed");
        server.ask("{ lots { totalCount } }").await;
        server.post(&json!({ "query": "{ nothing }" })).await;
        for path in ["/", "/.env", "/wp-login.php", "/graphql-admin", "/readyz"] {
            server.get(path).await;
        }
        let reply = server.get("/metrics").await;
        let after = samples(&reply);
        for (name, expected) in [
            ("passerelle_http_requests_total{route=\"/graphql\",status=\"200\"}", 2.0),
            ("passerelle_http_requests_total{route=\"/\",status=\"200\"}", 1.0),
            ("passerelle_http_requests_total{route=\"/readyz\",status=\"200\"}", 1.0),
            ("passerelle_http_requests_total{route=\"other\",status=\"404\"}", 3.0),
            ("passerelle_graphql_errors_total", 1.0),
            ("passerelle_graphql_seconds_count", 2.0),
            ("passerelle_websockets", 0.0),
            ("passerelle_database_statements_total{outcome=\"failed\"}", 0.0),
            ("passerelle_feed_last_success_timestamp_seconds{feed=\"boamp\"}", 1_795_422_600.0),
        ] {
            let found = after.get(name).copied().unwrap_or(0.0);
            assert!((found - expected).abs() < 0.5, "{name} is {found}, not {expected}:\n{}", reply.text());
        }
        assert!(after["passerelle_log_position"] > 10.0);
        assert!(after["passerelle_database_statements_total{outcome=\"done\"}"] > 10.0);
        assert!(after.iter().any(|(name, count)| name.starts_with("passerelle_decode_issues{kind=") && *count >= 1.0));
    }
}
