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
use crate::config::{ApprochConfig, BoampConfig, Config, DecpConfig, FeedsConfig, TedConfig};
use crate::export::ocds::Publication;
use crate::feeds::approch::feed::ApprochFeed;
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
        let feeds = feeds(&config.feeds, &clock)?;
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

    /// What files say of who publishes them.
    pub fn publication(&self) -> Publication {
        let export = &self.config.export;
        Publication {
            ocid_prefix: export.ocid_prefix.clone(),
            publisher: export.publisher.clone(),
            license: export.license.to_string(),
            public_url: export.public_url.clone(),
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
        let pulled = self.config.feeds.enabled();
        HttpState {
            runner: Runner::new(services, new_id),
            metrics: self.metrics.clone(),
            body_bytes: limits.body_bytes,
            websockets: Arc::new(Semaphore::new(limits.websockets)),
            exports: Arc::new(Semaphore::new(limits.exports)),
            export_time: Duration::from_secs(limits.export_seconds),
            publication: self.publication(),
            graphiql: self.config.server.graphiql,
            pulled: pulled.map(|feed| (feed.feed, feed.stale_after_hours)).collect(),
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

/// The feeds of the settings. A feed without its address is left out.
fn feeds(config: &FeedsConfig, clock: &Arc<dyn Clock>) -> anyhow::Result<Vec<SharedFeed>> {
    let turns = Turns::new(config.connections);
    let clients = Clients { clock, policy: FeedPolicy { turns, ..FeedPolicy::default() } };
    let feeds = [
        boamp(&config.boamp, &clients)?,
        ted(&config.ted, &clients)?,
        decp(&config.decp, &clients)?,
        approch(&config.approch, &clients)?,
    ];
    Ok(feeds.into_iter().flatten().collect())
}

/// Gives each feed a client of its own; they take turns at the hosts.
struct Clients<'c> {
    clock: &'c Arc<dyn Clock>,
    policy: FeedPolicy,
}

impl Clients<'_> {
    fn client(&self) -> anyhow::Result<Arc<FeedClient>> {
        Ok(Arc::new(FeedClient::new(self.clock(), self.policy.clone())?))
    }

    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(self.clock)
    }
}

/// An address of the settings; nothing where it is left empty.
fn address(text: &str) -> anyhow::Result<Option<Url>> {
    (!text.is_empty()).then(|| Url::parse(text).context("the address of a feed")).transpose()
}

fn boamp(config: &BoampConfig, clients: &Clients<'_>) -> anyhow::Result<Option<SharedFeed>> {
    let client = clients.client()?;
    let api = address(&config.api_url)?;
    let api = api.map(|url| BoampApi::new(Arc::clone(&client), clients.clock(), url));
    let flux = address(&config.flux_url)?;
    let flux = flux.map(|url| BoampFlux::new(Arc::clone(&client), clients.clock(), url));
    // Without both it says so at every pull.
    Ok(Some(Arc::new(BoampFeed::new(client, api, flux))))
}

fn ted(config: &TedConfig, clients: &Clients<'_>) -> anyhow::Result<Option<SharedFeed>> {
    let (api, site) = (address(&config.api_url)?, address(&config.site_url)?);
    let (Some(api), Some(site)) = (api, site) else { return Ok(None) };
    let client = clients.client()?;
    let search = SearchApi::new(Arc::clone(&client), &api, config.countries.clone());
    Ok(Some(Arc::new(TedFeed::new(client, clients.clock(), search, site))))
}

fn decp(config: &DecpConfig, clients: &Clients<'_>) -> anyhow::Result<Option<SharedFeed>> {
    let api = address(&config.api_url)?.filter(|_| !config.resource.is_empty());
    let Some(api) = api else { return Ok(None) };
    let feed = DecpFeed::new(clients.client()?, clients.clock(), api, &config.resource);
    Ok(Some(Arc::new(feed)))
}

fn approch(config: &ApprochConfig, clients: &Clients<'_>) -> anyhow::Result<Option<SharedFeed>> {
    let Some(table) = address(&config.api_url)? else { return Ok(None) };
    Ok(Some(Arc::new(ApprochFeed::new(clients.client()?, clients.clock(), table))))
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
