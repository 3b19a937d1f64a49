//! Logs and metrics.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::time::Duration;

use prometheus::{
    Encoder as _, Histogram, HistogramOpts, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts,
    Registry, TextEncoder,
};
use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// Begins to log to standard error. A second call changes nothing.
pub fn init_logs(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // Colours are for terminals: in a file or a journal they are noise.
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let _ = match config.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
}

/// What is counted, in the names that `/metrics` shows.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    /// HTTP requests by route and status.
    pub requests: IntCounterVec,
    /// How long GraphQL requests took.
    pub graphql_seconds: Histogram,
    /// GraphQL requests that were answered with an error.
    pub graphql_errors: IntCounter,
    /// Statements sent to the database.
    pub statements: IntCounterVec,
    /// How long statements took.
    pub statement_seconds: Histogram,
    /// Open websockets.
    pub websockets: IntGauge,
    /// Position of the last event of the log.
    pub log_position: IntGauge,
    /// When each feed last read a day whole, in seconds since 1970.
    pub feed_success: IntGaugeVec,
    /// Decode issues of the documents that hold, by kind.
    pub decode_issues: IntGaugeVec,
}

impl Metrics {
    /// Metrics of a new process.
    ///
    /// # Errors
    /// When two metrics have the same name: a defect of the program.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let seconds = |name: &str, help: &str| {
            let buckets = vec![0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
            Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets))
        };
        let metrics = Self {
            requests: IntCounterVec::new(
                Opts::new("passerelle_http_requests_total", "HTTP requests by route and status"),
                &["route", "status"],
            )?,
            graphql_seconds: seconds("passerelle_graphql_seconds", "Duration of GraphQL requests")?,
            graphql_errors: IntCounter::new(
                "passerelle_graphql_errors_total",
                "GraphQL requests answered with an error",
            )?,
            statements: IntCounterVec::new(
                Opts::new("passerelle_database_statements_total", "Statements by outcome"),
                &["outcome"],
            )?,
            statement_seconds: seconds("passerelle_database_seconds", "Duration of statements")?,
            websockets: IntGauge::new("passerelle_websockets", "Open websockets")?,
            log_position: IntGauge::new("passerelle_log_position", "Position of the last event")?,
            feed_success: IntGaugeVec::new(
                Opts::new(
                    "passerelle_feed_last_success_timestamp_seconds",
                    "When each feed last read a day whole",
                ),
                &["feed"],
            )?,
            decode_issues: IntGaugeVec::new(
                Opts::new("passerelle_decode_issues", "Decode issues by kind"),
                &["kind"],
            )?,
            registry,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        let all: [Box<dyn prometheus::core::Collector>; 9] = [
            Box::new(self.requests.clone()),
            Box::new(self.graphql_seconds.clone()),
            Box::new(self.graphql_errors.clone()),
            Box::new(self.statements.clone()),
            Box::new(self.statement_seconds.clone()),
            Box::new(self.websockets.clone()),
            Box::new(self.log_position.clone()),
            Box::new(self.feed_success.clone()),
            Box::new(self.decode_issues.clone()),
        ];
        all.into_iter().try_for_each(|metric| self.registry.register(metric))
    }

    /// An observer of statements, for the store.
    pub fn statement_observer(&self) -> Arc<dyn Fn(Duration, bool) + Send + Sync> {
        let metrics = self.clone();
        Arc::new(move |elapsed, failed| {
            let outcome = if failed { "failed" } else { "done" };
            metrics.statements.with_label_values(&[outcome]).inc();
            metrics.statement_seconds.observe(elapsed.as_secs_f64());
        })
    }

    /// Counts a websocket until what is given is dropped, however the websocket ends.
    pub fn open_websocket(&self) -> OpenWebsocket {
        self.websockets.inc();
        OpenWebsocket(self.websockets.clone())
    }

    /// All metrics in the text format of Prometheus.
    pub fn text(&self) -> String {
        let mut buffer = Vec::new();
        let encoded = TextEncoder::new().encode(&self.registry.gather(), &mut buffer);
        encoded.map_or_else(|_| String::new(), |()| String::from_utf8(buffer).unwrap_or_default())
    }
}

/// A websocket that is counted as open.
#[derive(Debug)]
pub struct OpenWebsocket(IntGauge);

impl Drop for OpenWebsocket {
    fn drop(&mut self) {
        self.0.dec();
    }
}
