//! Which jobs there are, and which of them run at start.

use std::sync::Arc;

use chrono::TimeDelta;
use passerelle::app::App;
use passerelle::clock::Clock as _;
use passerelle::domain::deadline::paris_day;
use passerelle::jobs::jobs;
use passerelle::store;
use passerelle::store::feeds::ReadDay;
use tokio::sync::watch;

use crate::on_both;
use crate::support::api::NOW;
use crate::support::databases::TestDb;
use crate::support::feed_server::FeedServer;
use crate::support::hand_clock::HandClock;

const PULLED: [&str; 3] = ["boamp", "decp", "approch"];

#[test]
fn a_feed_that_is_enabled_has_its_pull() {
    let mut config = passerelle::config::load(None).expect("the defaults").feeds;
    (config.ted.enabled, config.decp.enabled) = (false, false);
    config.approch.schedule = "1 2 3 * * *".to_owned();
    let jobs = jobs(&config);
    let named: Vec<_> = jobs.iter().map(|job| (job.name.as_str(), job.runs_at_start)).collect();
    assert_eq!(named, [("pull-boamp", true), ("pull-approch", true), ("recheck-boamp", false)]);
    assert_eq!((jobs[1].feed, jobs[1].schedule.as_str()), ("approch", "1 2 3 * * *"));
    assert_eq!(jobs[1].jitter_seconds, config.approch.jitter_seconds);
}

/// Starts the jobs when feeds had their last success so many minutes ago, and gives the feeds that
/// were pulled at once. Jobs that are told to stop have decided about their start before they end.
async fn pulled_at_start(db: &TestDb, successes: &[(&str, i64)]) -> Vec<&'static str> {
    let server = FeedServer::start().await;
    let mut config = passerelle::config::load(None).expect("the defaults");
    config.database.url.clone_from(&db.url);
    config.feeds.boamp.api_url = server.api_url();
    config.feeds.boamp.flux_url = String::new();
    config.feeds.ted.enabled = false;
    config.feeds.decp.api_url = format!("{}/decp", server.address);
    config.feeds.approch.api_url = server.approch_url();
    let clock = Arc::new(HandClock::at(NOW));
    let app = App::build(config, clock.clone()).await.expect("the program");
    let tx = db.db.begin().await.expect("a transaction");
    for (feed, minutes) in successes {
        let read_at = clock.now() - TimeDelta::minutes(*minutes);
        let read = ReadDay { day: paris_day(read_at), read_at, listed: 1 };
        store::feeds::write_day(&tx, feed, read).await.expect("written");
    }
    tx.commit().await.expect("committed");
    let (_tell, stop) = watch::channel(true);
    app.work(stop).await;
    let mut pulled = Vec::new();
    for feed in PULLED {
        let runs = store::feeds::runs(db.db.read(), feed, 5).await.expect("runs");
        assert!(runs.len() < 2, "{runs:?}");
        pulled.extend(runs.first().map(|_| feed));
    }
    pulled
}

on_both! {
    async fn a_pull_at_start_is_judged_by_its_own_feeds_last_success(db: TestDb) {
        assert_eq!(pulled_at_start(&db, &[]).await, PULLED, "nothing was read yet");
        let other = db.another().await;
        assert_eq!(pulled_at_start(&other, &[("boamp", 2)]).await, ["decp", "approch"]);
        let other = db.another().await;
        let ages = [("boamp", 31), ("decp", 29), ("approch", 600)];
        assert_eq!(pulled_at_start(&other, &ages).await, ["boamp", "approch"]);
    }
}
