//! HTTP: GraphQL, the pages, files, health, metrics.

pub mod assets;
mod export;
pub mod graphql;
pub mod health;
pub mod middleware;
pub mod replay;
mod websocket;

use std::sync::Arc;
use std::time::Duration;

use poem::http::header;
use poem::listener::TcpAcceptor;
use poem::middleware::{CatchPanic, Compression, SetHeader};
use poem::{Endpoint, EndpointExt as _, Route, get};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::export::ocds::Publication;
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
    /// Files that may still be begun.
    pub exports: Arc<Semaphore>,
    /// Longest making and sending of one file.
    pub export_time: Duration,
    /// What files say of who publishes them.
    pub publication: Publication,
    /// Whether GraphiQL is served.
    pub graphiql: bool,
    /// The feeds that are pulled, each with the hours after which it is stale.
    pub pulled: Vec<(&'static str, u64)>,
}

/// Requests in flight are given this long to end when the server stops.
const DRAIN: Duration = Duration::from_secs(10);

/// Websockets are given this long to be told that the server stops.
const GOODBYE: Duration = Duration::from_secs(3);

/// Serves until `stop` says so; then lets requests end, closes websockets, and returns.
///
/// # Errors
/// When the server fails.
pub async fn serve(
    state: HttpState,
    listener: TcpListener,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let acceptor = TcpAcceptor::from_tokio(listener)?;
    let websockets = Arc::clone(&state.websockets);
    let places = u32::try_from(websockets.available_permits()).unwrap_or(u32::MAX);
    let mut asked = stop.clone();
    let stopped = async move {
        let _ = asked.wait_for(|stop| *stop).await;
    };
    poem::Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(routes(state, stop), stopped, Some(DRAIN))
        .await?;
    // Websockets have left the server's own count: all places free means that all are closed.
    let closed = tokio::time::timeout(GOODBYE, websockets.acquire_many(places)).await;
    if closed.is_err() {
        tracing::warn!("some websockets could not be told that the server stops");
    }
    Ok(())
}

/// All routes.
fn routes(state: HttpState, stop: watch::Receiver<bool>) -> impl Endpoint + 'static {
    let metrics = state.metrics.clone();
    let graphql = get(graphql::get_or_websocket).post(graphql::post).with(Compression::new());
    let mut routes = Route::new()
        .at("/graphql", graphql)
        .at("/", get(assets::home))
        .at("/assets/:file", get(assets::home_asset))
        .at("/export/:file", get(export::download))
        .at("/ocds/:file", get(export::extension))
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
    // An answer is what its type says, whatever a browser makes of its first bytes.
    let typed = SetHeader::new().overriding(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    routes
        .data(state)
        .data(stop)
        .with(typed)
        .with(CatchPanic::new())
        .with(middleware::Observe(metrics))
}
