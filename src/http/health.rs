//! `/healthz`, `/readyz`, `/metrics`.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{IntoResponse as _, Response, handler};
use serde_json::json;

use super::HttpState;
use crate::usecases::health;

/// The process runs.
#[handler]
pub(crate) fn healthz() -> &'static str {
    "ok\n"
}

/// Whether the server can answer: the database must. A feed that is stale is said and does not
/// take the server out of service, because what it has is still right to ask for.
#[handler]
pub(crate) async fn readyz(state: Data<&HttpState>) -> Response {
    let services = state.runner.services();
    let health = health::check(&services.db, services.clock.as_ref(), &state.pulled).await;
    let feeds: Vec<_> = health
        .feeds
        .iter()
        .map(|feed| {
            json!({
                "name": feed.name,
                "lastSuccessAt": feed.last_success_at,
                "isStale": feed.is_stale,
                "lastError": feed.last_error,
            })
        })
        .collect();
    let status = match (&health.database, health.feeds.iter().any(|feed| feed.is_stale)) {
        (Err(_), _) => "unavailable",
        (Ok(()), true) => "degraded",
        (Ok(()), false) => "ready",
    };
    let code =
        if health.database.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "status": status,
        "database": if health.database.is_ok() { "ready" } else { "unavailable" },
        "feeds": feeds,
    });
    body.to_string().with_content_type("application/json").with_status(code).into_response()
}

/// Metrics for Prometheus.
#[handler]
pub(crate) async fn metrics(state: Data<&HttpState>) -> Response {
    let services = state.runner.services();
    let metrics = &state.metrics;
    // What the database knows is read when it is asked for; when it does not answer, the last
    // values stay.
    if let Ok(facts) = health::facts(&services.db).await {
        metrics.log_position.set(facts.log_position);
        for (feed, at) in facts.feed_success {
            metrics.feed_success.with_label_values(&[feed]).set(at.timestamp());
        }
        for (kind, count) in facts.decode_issues {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            metrics.decode_issues.with_label_values(&[kind.as_str()]).set(count);
        }
    }
    metrics.text().with_content_type("text/plain; version=0.0.4; charset=utf-8").into_response()
}
