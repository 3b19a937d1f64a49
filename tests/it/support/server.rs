//! The program's own server on a free port, with a client that changes nothing of what it gets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use passerelle::app::App;
use passerelle::clock::Clock;
use passerelle::config::Config;
use passerelle::usecases::ingest::Batch;
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::api::NOW;
use super::databases::TestDb;
use super::hand_clock::HandClock;
use super::notices::{self, at, fixture};
use super::sample;

/// Longer than anything here takes; a test that waits so long has failed.
pub const LONG: Duration = Duration::from_secs(8);

pub struct TestServer {
    pub address: SocketAddr,
    pub app: Arc<App>,
    pub clock: Arc<HandClock>,
    client: reqwest::Client,
    stop: watch::Sender<bool>,
    serving: JoinHandle<anyhow::Result<()>>,
}

/// An answer as it came.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

impl TestServer {
    pub async fn start(db: &TestDb) -> Self {
        Self::with(db, |_| {}).await
    }

    /// With other settings.
    pub async fn with(db: &TestDb, change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(HandClock::at(NOW));
        Self::with_clock(db, change, clock.clone(), clock).await
    }

    /// With a clock of the test's own for what answers requests.
    pub async fn with_clock(
        db: &TestDb,
        change: impl FnOnce(&mut Config),
        clock: Arc<HandClock>,
        used: Arc<dyn Clock>,
    ) -> Self {
        let mut config = passerelle::config::load(None).expect("the defaults");
        config.database.url.clone_from(&db.url);
        config.database.connections = 4;
        config.feeds.pull_only("boamp");
        change(&mut config);
        let app = Arc::new(App::build(config, used).await.expect("the program"));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = watch::channel(false);
        let served = app.clone();
        let serving = tokio::spawn(async move { served.serve(listener, stopped).await });
        let client = reqwest::Client::builder().no_gzip().timeout(LONG).build().expect("a client");
        Self { address, app, clock, client, stop, serving }
    }

    /// Over a part of the sample.
    pub async fn filled(db: &TestDb) -> Self {
        let server = Self::start(db).await;
        server.fill().await;
        server
    }

    pub async fn fill(&self) {
        let mut documents = sample::api_documents(at("2026-11-20T09:00:00Z"));
        documents.truncate(15);
        documents.extend(notices::documents(&fixture("broken/cut.json"), at(NOW)));
        let batch = Batch { documents, ..Batch::default() };
        self.app.ingestor.ingest(batch).await.expect("stored");
    }

    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Reply {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body).send().await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body").to_vec();
        Reply { status, headers, bytes }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], "").await
    }

    /// A GraphQL request as most clients send it.
    pub async fn post(&self, body: &Value) -> Reply {
        let json = [("content-type", "application/json")];
        self.send(Method::POST, "/graphql", &json, body.to_string()).await
    }

    /// The data of a query that must not fail.
    pub async fn ask(&self, query: &str) -> Value {
        let mut answer = self.post(&serde_json::json!({ "query": query })).await.json();
        assert!(answer.get("errors").is_none(), "{query}: {answer}");
        answer["data"].take()
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Sends bytes as they are and gives the answer until the server closes.
    pub async fn send_raw(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.expect("sent");
        let mut answer = Vec::new();
        let read = tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await;
        read.expect("the server closes").expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Asks the server to stop.
    pub fn stop(&self) {
        let _ = self.stop.send(true);
    }

    /// Waits until it has stopped.
    pub async fn stopped(self) {
        let ended = tokio::time::timeout(LONG, self.serving).await;
        ended.expect("the server stops in time").expect("no panic").expect("a clean end");
    }
}
