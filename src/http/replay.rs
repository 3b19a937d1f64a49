//! A replay of the BOAMP API: answers `records` of a fixed set of notices in the API's own shape.
//! The demonstration pulls the bundled sample through it, by the same code that pulls BOAMP.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock};

use chrono::NaiveDate;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::web::{Data, Query};
use poem::{Endpoint, EndpointExt as _, IntoResponse as _, Response, Route, get, handler};
use regex::Regex;
use serde::Deserialize;

/// One record as the API sends it.
#[derive(Clone, Debug)]
pub struct ReplayRecord {
    /// Its key.
    pub idweb: String,
    /// Its publication day.
    pub day: NaiveDate,
    /// The record, in JSON.
    pub json: String,
}

/// A set of records.
#[derive(Clone, Debug, Default)]
pub struct Replay(pub Vec<ReplayRecord>);

impl Replay {
    /// One page of a day, in the API's shape.
    pub fn page(&self, day: NaiveDate, limit: usize, offset: usize) -> String {
        let mut of_day: Vec<&ReplayRecord> =
            self.0.iter().filter(|record| record.day == day).collect();
        of_day.sort_by(|a, b| a.idweb.cmp(&b.idweb));
        let page: Vec<&str> =
            of_day.iter().skip(offset).take(limit).map(|record| record.json.as_str()).collect();
        format!("{{\"total_count\": {}, \"results\": [{}]}}", of_day.len(), page.join(","))
    }
}

/// The parameters that the feed sends.
#[derive(Clone, Debug, Deserialize)]
pub struct RecordsQuery {
    /// The condition, for example `dateparution=date'2026-11-23'`.
    #[serde(rename = "where")]
    pub condition: String,
    /// Largest page.
    pub limit: usize,
    /// Records before the page.
    pub offset: usize,
}

impl RecordsQuery {
    /// The day that is asked for.
    pub fn day(&self) -> Option<NaiveDate> {
        static DAY: LazyLock<Regex> = LazyLock::new(|| {
            #[expect(clippy::expect_used, reason = "a constant pattern")]
            Regex::new(r"^dateparution=date'(\d{4}-\d{2}-\d{2})'$").expect("a valid pattern")
        });
        DAY.captures(&self.condition)?[1].parse().ok()
    }
}

#[handler]
#[expect(clippy::needless_pass_by_value, reason = "handlers take extractors")]
fn records(replay: Data<&Arc<Replay>>, Query(query): Query<RecordsQuery>) -> Response {
    let Some(day) = query.day() else {
        return (StatusCode::BAD_REQUEST, r#"{"error_code": "ODSQLError"}"#).into_response();
    };
    let body = replay.page(day, query.limit, query.offset);
    body.with_content_type("application/json").into_response()
}

/// The path of the records below the server's root.
const RECORDS_PATH: &str = "/api/explore/v2.1/catalog/datasets/boamp/records";

/// The routes of the replay.
fn routes(replay: Arc<Replay>) -> impl Endpoint + 'static {
    Route::new().at(RECORDS_PATH, get(records)).data(replay)
}

/// Serves a replay on a free port of this machine as long as the process lives. Gives the address
/// of the dataset, as the settings want it.
///
/// # Errors
/// When no port is free.
pub async fn serve(replay: Replay) -> std::io::Result<String> {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = tokio::net::TcpListener::bind(loopback).await?;
    let address = listener.local_addr()?;
    let acceptor = TcpAcceptor::from_tokio(listener)?;
    let routes = routes(Arc::new(replay)).boxed();
    tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(routes));
    let dataset = RECORDS_PATH.trim_end_matches("/records");
    Ok(format!("http://{address}{dataset}"))
}
