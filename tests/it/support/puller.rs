//! A feed of the tests' server, a store and a clock that stands still.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use passerelle::clock::Clock;
use passerelle::feeds::approch::feed::ApprochFeed;
use passerelle::feeds::boamp::api::BoampApi;
use passerelle::feeds::boamp::feed::BoampFeed;
use passerelle::feeds::boamp::flux::BoampFlux;
use passerelle::feeds::decp::feed::DecpFeed;
use passerelle::feeds::ted::feed::TedFeed;
use passerelle::feeds::ted::search::SearchApi;
use passerelle::net::feed::{FeedClient, FeedPolicy};
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::Ingestor;
use passerelle::usecases::pull::{PullPlan, PullReport, SharedFeed, pull};
use url::Url;
use uuid::Uuid;

use super::clock::TestClock;
use super::databases::TestDb;
use super::feed_server::{Fault, FeedServer};
use super::random::Random;

/// Tries are quick and few: the clock of the test does not wait.
pub fn policy() -> FeedPolicy {
    FeedPolicy {
        attempts: 2,
        read_timeout: Duration::from_millis(250),
        connect_timeout: Duration::from_millis(500),
        ..FeedPolicy::default()
    }
}

pub struct Puller {
    pub ingestor: Ingestor,
    pub feed: SharedFeed,
    pub clock: Arc<TestClock>,
}

impl Puller {
    fn at(
        now: &str,
        db: &TestDb,
        feed: impl FnOnce(Arc<FeedClient>, Arc<dyn Clock>) -> SharedFeed,
    ) -> Self {
        let clock = Arc::new(TestClock::frozen_at(now));
        let as_clock: Arc<dyn Clock> = clock.clone();
        let client = Arc::new(FeedClient::new(as_clock.clone(), policy()).expect("a client"));
        let feed = feed(client, as_clock.clone());
        let ingestor = Ingestor::new(db.db.clone(), as_clock, Horizon::default());
        Self { ingestor, feed, clock }
    }

    /// BOAMP by pages of three, so that the days of the sample have several.
    pub fn boamp(db: &TestDb, server: &FeedServer, with_flux: bool) -> Self {
        Self::at("2026-11-23T09:00:00Z", db, |client, clock| {
            let api = BoampApi::new(client.clone(), clock.clone(), url(&server.api_url()))
                .with_page_size(3);
            let flux = with_flux
                .then(|| BoampFlux::new(client.clone(), clock.clone(), url(&server.flux_url())));
            Arc::new(BoampFeed::new(client, Some(api), flux))
        })
    }

    /// TED by pages of one, so that a day of two notices has several.
    pub fn ted(db: &TestDb, server: &FeedServer) -> Self {
        Self::at("2026-11-20T11:00:00Z", db, |client, clock| {
            let url = url(&server.address);
            let search = SearchApi::new(client.clone(), &url, vec!["FRA".into()]).with_page_size(1);
            Arc::new(TedFeed::new(client, clock, search, url))
        })
    }

    /// DECP by pages of two, so that a day of three rows has several.
    pub fn decp(db: &TestDb, server: &FeedServer) -> Self {
        Self::at("2026-11-20T11:00:00Z", db, |client, clock| {
            let url = url(&format!("{}/decp", server.address));
            Arc::new(DecpFeed::new(client, clock, url, "table").with_page_size(2))
        })
    }

    /// APProch, whole.
    pub fn approch(db: &TestDb, server: &FeedServer) -> Self {
        Self::at("2026-11-20T11:00:00Z", db, |client, clock| {
            Arc::new(ApprochFeed::new(client, clock, url(&server.approch_url())))
        })
    }

    pub async fn pull(&self, days: &BTreeSet<NaiveDate>) -> PullReport {
        let days = Some(days.iter().copied().collect());
        self.pull_by(&PullPlan { days, ..PullPlan::default() }).await
    }

    pub async fn pull_by(&self, plan: &PullPlan) -> PullReport {
        let feed = self.feed.as_ref();
        pull(&self.ingestor, feed, plan, Uuid::new_v4(), &|_| {}).await.expect("a pull")
    }

    /// Pulls until every day was read whole, and says how often.
    pub async fn pull_until_whole(&self, days: &BTreeSet<NaiveDate>) -> u32 {
        for pulls in 1..100 {
            let report = self.pull(days).await;
            if report.failed.is_empty() {
                return pulls;
            }
        }
        panic!("the feed never healed");
    }
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("an address")
}

/// Faults that all sources share and this source's own, three in five requests bad.
pub fn misbehaviour(seed: u64, requests: usize, own: &[Fault]) -> Vec<Option<Fault>> {
    let faults = [&Fault::COMMON, own].concat();
    let mut random = Random(seed);
    let mut fault = || (random.below(5) < 3).then(|| faults[random.below(faults.len())]);
    (0..requests).map(|_| fault()).collect()
}
