//! The composition root: settings become adapters, adapters become services, services are served.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use url::Url;
use uuid::Uuid;

use crate::clock::Clock;
use crate::config::{BoampConfig, Config, DecpConfig, FeedsConfig, TedConfig};
use crate::domain::source::{BOAMP, DECP, TED};
use crate::feeds::boamp::api::BoampApi;
use crate::feeds::boamp::feed::BoampFeed;
use crate::feeds::boamp::flux::BoampFlux;
use crate::feeds::decp::feed::DecpFeed;
use crate::feeds::ted::feed::TedFeed;
use crate::feeds::ted::search::SearchApi;
use crate::graphql::{Limits, Runner, Services};
use crate::http::{self, HttpState};
use crate::jobs::{JobContext, scheduler};
use crate::net::feed::{FeedClient, FeedPolicy, Turns};
use crate::store::{Database, StoreOptions};
use crate::telemetry::Metrics;
use crate::usecases::horizon::Horizon;
use crate::usecases::ingest::Ingestor;
use crate::usecases::pull::SharedFeed;

/// Everything that one process works with.
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Brings documents into the store.
    pub ingestor: Ingestor,
    /// The feeds that are pulled.
    pub feeds: Vec<SharedFeed>,
    metrics: Metrics,
    horizon: Horizon,
}

/// Ids of requests and runs: chance comes in here.
#[expect(clippy::disallowed_methods, reason = "the composition root brings chance in")]
pub fn new_id() -> Uuid {
    Uuid::new_v4()
}

/// Opens the database of the settings.
///
/// # Errors
/// When the address is none or the database cannot be reached.
pub async fn open_database(config: &Config, metrics: Option<&Metrics>) -> anyhow::Result<Database> {
    let options = StoreOptions {
        url: config.database.url.clone(),
        connections: config.database.connections,
        wait: Duration::from_secs(config.database.wait_seconds),
        statement_timeout: Duration::from_secs(config.database.statement_timeout_seconds),
        observer: metrics.map(Metrics::statement_observer),
    };
    Database::open(&options).await.with_context(|| {
        format!("cannot open the database {} (database.url)", config.database.shown_url())
    })
}

impl App {
    /// Builds everything, the schema of the database included.
    ///
    /// # Errors
    /// When the database cannot be opened or brought up to date.
    pub async fn build(config: Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let metrics = Metrics::new()?;
        let db = open_database(&config, Some(&metrics)).await?;
        db.migrate().await.context("the schema of the database could not be brought up to date")?;
        let horizon = Horizon::default();
        let feeds = feeds(&config, &clock)?;
        let ingestor = Ingestor::new(db, Arc::clone(&clock), horizon.clone());
        Ok(Self { config: Arc::new(config), clock, ingestor, feeds, metrics, horizon })
    }

    /// A feed by name.
    ///
    /// # Errors
    /// When there is no such feed; the message lists those there are.
    pub fn feed(&self, name: &str) -> anyhow::Result<&SharedFeed> {
        self.feeds.iter().find(|feed| feed.info().name == name).with_context(|| {
            let known: Vec<&str> = self.feeds.iter().map(|feed| feed.info().name).collect();
            format!("there is no feed `{name}`; feeds: {}", known.join(", "))
        })
    }

    /// What jobs work with, until `stop` says so.
    pub fn jobs(&self, stop: watch::Receiver<bool>) -> JobContext {
        JobContext {
            ingestor: self.ingestor.clone(),
            feeds: self.feeds.clone(),
            config: Arc::clone(&self.config),
            new_id,
            stop,
        }
    }

    fn http_state(&self) -> HttpState {
        let limits = &self.config.limits;
        let services = Services {
            db: self.ingestor.db().clone(),
            clock: Arc::clone(&self.clock),
            horizon: self.horizon.clone(),
            limits: Limits {
                depth: limits.depth,
                complexity: limits.complexity,
                root_fields: limits.root_fields,
                page_size: limits.page_size,
                timeout: Duration::from_secs(limits.timeout_seconds),
                introspection: self.config.server.graphiql,
            },
        };
        let FeedsConfig { boamp, ted, decp, .. } = &self.config.feeds;
        let pulled = [
            (boamp.enabled, BOAMP.name, boamp.stale_after_hours),
            (ted.enabled, TED.name, ted.stale_after_hours),
            (decp.enabled, DECP.name, decp.stale_after_hours),
        ];
        let pulled = pulled.into_iter().filter(|(enabled, ..)| *enabled);
        HttpState {
            runner: Runner::new(services, new_id),
            metrics: self.metrics.clone(),
            body_bytes: limits.body_bytes,
            websockets: Arc::new(Semaphore::new(limits.websockets)),
            graphiql: self.config.server.graphiql,
            pulled: pulled.map(|(_, name, hours)| (name, hours)).collect(),
        }
    }

    /// Serves until `stop` says so; then lets requests end, and returns.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn serve(
        &self,
        listener: TcpListener,
        stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        http::serve(self.http_state(), listener, stop).await.context("the server failed")
    }

    /// Runs the scheduled jobs until `stop` says so.
    pub async fn work(&self, stop: watch::Receiver<bool>) {
        scheduler::run(self.jobs(stop)).await;
    }
}

/// The feeds of the settings.
fn feeds(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Vec<SharedFeed>> {
    let turns = Turns::new(config.feeds.connections);
    let policy = FeedPolicy { turns, ..FeedPolicy::default() };
    let mut feeds: Vec<SharedFeed> =
        vec![Arc::new(boamp(&config.feeds.boamp, clock, policy.clone())?)];
    let ted_config = &config.feeds.ted;
    if !ted_config.api_url.is_empty() && !ted_config.site_url.is_empty() {
        feeds.push(Arc::new(ted(ted_config, clock, policy.clone())?));
    }
    let decp_config = &config.feeds.decp;
    if !decp_config.api_url.is_empty() && !decp_config.resource.is_empty() {
        feeds.push(Arc::new(decp(decp_config, clock, policy)?));
    }
    Ok(feeds)
}

/// The DECP feed of the settings.
///
/// # Errors
/// When the address is none, or the client cannot be made.
pub fn decp(
    config: &DecpConfig,
    clock: &Arc<dyn Clock>,
    policy: FeedPolicy,
) -> anyhow::Result<DecpFeed> {
    let client = Arc::new(FeedClient::new(Arc::clone(clock), policy)?);
    let api = Url::parse(&config.api_url).context("the address of a feed")?;
    Ok(DecpFeed::new(client, Arc::clone(clock), api, &config.resource))
}

/// The TED feed of the settings.
///
/// # Errors
/// When an address is none, or the client cannot be made.
pub fn ted(
    config: &TedConfig,
    clock: &Arc<dyn Clock>,
    policy: FeedPolicy,
) -> anyhow::Result<TedFeed> {
    let client = Arc::new(FeedClient::new(Arc::clone(clock), policy)?);
    let url = |text: &str| Url::parse(text).context("the address of a feed");
    let search =
        SearchApi::new(Arc::clone(&client), &url(&config.api_url)?, config.countries.clone());
    Ok(TedFeed::new(client, Arc::clone(clock), search, url(&config.site_url)?))
}

/// The BOAMP feed of the settings.
///
/// # Errors
/// When an address is none, or the client cannot be made.
pub fn boamp(
    config: &BoampConfig,
    clock: &Arc<dyn Clock>,
    policy: FeedPolicy,
) -> anyhow::Result<BoampFeed> {
    let client = Arc::new(FeedClient::new(Arc::clone(clock), policy)?);
    let url = |text: &str| {
        (!text.is_empty()).then(|| Url::parse(text).context("the address of a feed")).transpose()
    };
    let api =
        url(&config.api_url)?.map(|url| BoampApi::new(Arc::clone(&client), Arc::clone(clock), url));
    let flux = url(&config.flux_url)?
        .map(|url| BoampFlux::new(Arc::clone(&client), Arc::clone(clock), url));
    Ok(BoampFeed::new(client, api, flux))
}

/// Takes an address, with a message that helps when it is taken already.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow::anyhow!(
            "{address} is already in use: stop the other program, or choose another port with --listen {}:{}",
            address.ip(),
            address.port().wrapping_add(1),
        ),
        std::io::ErrorKind::PermissionDenied => anyhow::anyhow!(
            "{address} may not be listened on by this user; choose a port above 1023 with --listen"
        ),
        _ => anyhow::anyhow!(
            "cannot listen on {address}: {error}; choose an address of this machine, for example --listen 127.0.0.1:{}",
            address.port(),
        ),
    })
}

/// Becomes true when the process is asked to stop (SIGINT, SIGTERM).
pub fn stop_signal() -> watch::Receiver<bool> {
    let (tell, stop) = watch::channel(false);
    tokio::spawn(async move {
        let interrupt = tokio::signal::ctrl_c();
        let terminate = async {
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = interrupt => {}
            () = terminate => {}
        }
        tracing::info!("asked to stop");
        let _ = tell.send(true);
    });
    stop
}
