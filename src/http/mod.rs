//! HTTP: GraphQL, the pages, health, metrics.

pub mod assets;
pub mod graphql;
pub mod health;
pub mod middleware;
pub mod replay;

use std::sync::Arc;
use std::time::Duration;

use poem::listener::TcpAcceptor;
use poem::middleware::{CatchPanic, Compression};
use poem::{Endpoint, EndpointExt as _, Route, get};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::graphql::Runner;
use crate::telemetry::Metrics;

/// What the routes work with.
#[derive(Clone)]
pub struct HttpState {
    /// Runs GraphQL.
    pub runner: Runner,
    /// What is counted.
    pub metrics: Metrics,
    /// Largest request body, in bytes.
    pub body_bytes: usize,
    /// Websockets that may still be opened.
    pub websockets: Arc<Semaphore>,
    /// Whether GraphiQL is served.
    pub graphiql: bool,
    /// Hours after which a feed without success is stale; nothing when no feed is pulled here.
    pub stale_after_hours: Option<u64>,
}

/// Requests in flight are given this long to end when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until `stop` says so; then lets requests end, and returns.
///
/// # Errors
/// When the server fails.
pub async fn serve(
    state: HttpState,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let acceptor = TcpAcceptor::from_tokio(listener)?;
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    poem::Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(routes(state), stopped, Some(DRAIN))
        .await
}

/// All routes.
fn routes(state: HttpState) -> impl Endpoint + 'static {
    let metrics = state.metrics.clone();
    let graphql = get(graphql::get_or_websocket).post(graphql::post).with(Compression::new());
    let mut routes = Route::new()
        .at("/graphql", graphql)
        .at("/", get(assets::home))
        .at("/assets/:file", get(assets::home_asset))
        .at("/licences.txt", get(assets::licences))
        .at("/healthz", get(health::healthz))
        .at("/readyz", get(health::readyz))
        .at("/metrics", get(health::metrics));
    if state.graphiql {
        routes = routes
            .at("/graphiql", get(assets::graphiql))
            .at("/graphiql/", get(assets::graphiql))
            .at("/graphiql/assets/:file", get(assets::graphiql_asset));
    }
    routes.data(state).with(CatchPanic::new()).with(middleware::Observe(metrics))
}
