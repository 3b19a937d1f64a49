//! Counts and logs requests.

use std::time::Instant;

use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};

use crate::telemetry::Metrics;

/// Counts every request by route and status, and logs those that failed on our side.
#[derive(Clone, Debug)]
pub struct Observe(pub Metrics);

impl<E: Endpoint> Middleware<E> for Observe {
    type Output = Observed<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        Observed { endpoint, metrics: self.0.clone() }
    }
}

/// An endpoint that is observed.
#[derive(Debug)]
pub struct Observed<E> {
    endpoint: E,
    metrics: Metrics,
}

/// The routes that are told apart: any other path is one, so that strangers cannot make metrics.
fn route(path: &str) -> &'static str {
    const ROUTES: [&str; 8] =
        ["/graphql", "/graphiql", "/export", "/ocds", "/healthz", "/readyz", "/metrics", "/assets"];
    let known = ROUTES.iter().find(|route| {
        path.strip_prefix(**route).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    });
    known.copied().unwrap_or(if path == "/" { "/" } else { "other" })
}

impl<E: Endpoint> Endpoint for Observed<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let route = route(request.uri().path());
        let method = request.method().clone();
        let began = Instant::now();
        let response = self.endpoint.call(request).await;
        let status = match &response {
            Ok(_) => None,
            Err(error) => Some(error.status()),
        };
        let response = response.map(IntoResponse::into_response);
        let status = status.or_else(|| response.as_ref().ok().map(Response::status));
        let status = status.unwrap_or_default();
        self.metrics.requests.with_label_values(&[route, status.as_str()]).inc();
        let millis = began.elapsed().as_millis();
        if status.is_server_error() {
            tracing::error!(%method, route, %status, millis, "a request failed");
        } else {
            tracing::debug!(%method, route, %status, millis, "request");
        }
        response
    }
}
