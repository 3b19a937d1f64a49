//! The GraphQL API over a database of the tests.

use std::sync::Arc;

use passerelle::clock::Clock;
use passerelle::feeds::document::RawDocument;
use passerelle::graphql::{GraphqlRequest, Limits, Runner, Services};
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, IngestReport, Ingestor};
use serde_json::Value;

use super::clock::TestClock;
use super::databases::TestDb;
use super::sample;

/// The day of the sample.
pub const NOW: &str = "2026-11-23T08:30:00Z";

pub struct Api {
    pub runner: Runner,
    pub ingestor: Ingestor,
}

impl Api {
    pub fn new(db: &TestDb) -> Self {
        Self::with_limits(db, Limits::default())
    }

    pub fn with_limits(db: &TestDb, limits: Limits) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(TestClock::at(NOW));
        let horizon = Horizon::default();
        let services =
            Services { db: db.db.clone(), clock: clock.clone(), horizon: horizon.clone(), limits };
        let ingestor = Ingestor::new(db.db.clone(), clock, horizon);
        Self { runner: Runner::new(services, passerelle::app::new_id), ingestor }
    }

    /// The API over the sample.
    pub async fn filled(db: &TestDb) -> Self {
        let api = Self::new(db);
        api.ingest(sample::everything()).await;
        api
    }

    pub async fn ingest(&self, documents: Vec<RawDocument>) -> IngestReport {
        self.ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored")
    }

    /// The whole response.
    pub async fn respond(&self, query: &str, variables: Value) -> Value {
        let variables = match variables {
            Value::Object(variables) => Some(variables),
            _ => None,
        };
        self.respond_to(None, query, variables).await
    }

    /// The whole response to somebody who comes with a key.
    pub async fn respond_to(
        &self,
        key: Option<&str>,
        query: &str,
        variables: Option<serde_json::Map<String, Value>>,
    ) -> Value {
        let (query, key) = (query.to_owned(), key.map(str::to_owned));
        let request = GraphqlRequest { query, variables, key, ..GraphqlRequest::default() };
        let answer = self.runner.run(request).await;
        serde_json::from_str(&answer.json).expect("JSON")
    }

    /// The data of a query that must not fail.
    pub async fn ask(&self, query: &str) -> Value {
        self.ask_with(query, Value::Null).await
    }

    pub async fn ask_with(&self, query: &str, variables: Value) -> Value {
        let mut response = self.respond(query, variables).await;
        assert!(response.get("errors").is_none(), "{query}: {}", response["errors"]);
        response["data"].take()
    }

    /// Code and message of the first error of a query that must fail.
    pub async fn refuse(&self, query: &str, variables: Value) -> (String, String) {
        let response = self.respond(query, variables).await;
        let error = &response["errors"][0];
        assert!(error.is_object(), "{query}: {response}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&error["extensions"]["code"]), text(&error["message"]))
    }
}
