//! The client that reads feeds: in turn with others that ask the same host, patient where a server asks for patience,
//! and strict about what it accepts as an answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use reqwest::header::{
    CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, RETRY_AFTER,
};
use reqwest::{Client, StatusCode, Url};
use thiserror::Error;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use crate::clock::Clock;

/// Turns at hosts: of all clients that share them, only so many ask one host at a time.
#[derive(Clone, Debug)]
pub struct Turns {
    at_once: usize,
    hosts: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
}

impl Turns {
    /// So many requests at once to a host; at least one.
    pub fn new(at_once: usize) -> Self {
        Self { at_once: at_once.max(1), hosts: Arc::default() }
    }

    /// A turn at the host of an address, until it is dropped. Who asks first is let in first.
    async fn take(&self, url: &Url) -> Option<OwnedSemaphorePermit> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let turns = {
            let mut hosts = self.hosts.lock().await;
            let turns = hosts.entry(host).or_insert_with(|| Arc::new(Semaphore::new(self.at_once)));
            Arc::clone(turns)
        };
        // Nothing closes it.
        turns.acquire_owned().await.ok()
    }
}

/// How the client behaves.
#[derive(Clone, Debug)]
pub struct FeedPolicy {
    /// Turns at hosts, shared with other clients: politeness to servers.
    pub turns: Turns,
    /// Tries for one resource, the first included.
    pub attempts: u32,
    /// Wait before the second try; it doubles from try to try.
    pub first_wait: Duration,
    /// Longest wait that a server may ask for; a longer one ends the run with the time to resume.
    pub longest_wait: Duration,
    /// Time to connect.
    pub connect_timeout: Duration,
    /// Time between two parts of an answer.
    pub read_timeout: Duration,
    /// Longest answer.
    pub most_bytes: u64,
}

impl Default for FeedPolicy {
    fn default() -> Self {
        Self {
            turns: Turns::new(1),
            attempts: 6,
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_mins(15),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(30),
            most_bytes: 64 << 20,
        }
    }
}

/// Why a resource could not be had.
#[derive(Debug, Error)]
pub enum FetchError {
    /// No answer: refused, unknown host, time-out.
    #[error("{url} does not answer: {reason}")]
    Unreachable {
        /// The resource.
        url: String,
        /// What the network said.
        reason: String,
    },
    /// An answer that says no.
    #[error("{url} answered {status}: {body}")]
    Status {
        /// The resource.
        url: String,
        /// The status code.
        status: u16,
        /// The beginning of the answer.
        body: String,
    },
    /// The quota is spent for longer than the client waits.
    #[error("{url}: the quota is spent until {until}")]
    QuotaSpent {
        /// The resource.
        url: String,
        /// When to come back.
        until: DateTime<Utc>,
    },
    /// The answer was cut, too long, or not what it should be.
    #[error("{url} gave a defective answer: {reason}")]
    Defective {
        /// The resource.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl FetchError {
    /// Whether the same request may succeed later without anyone changing anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::QuotaSpent { .. } | Self::Defective { .. } => true,
            Self::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
        }
    }

    /// Whether there is nothing at that address.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Status { status: 404 | 410, .. })
    }
}

/// What a server said of a resource, for a conditional request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched<T> {
    /// The resource, with what to ask next time.
    New(T, Validators),
    /// Nothing changed since the validators.
    NotModified,
}

/// One request.
#[derive(Clone, Copy)]
enum Ask<'a> {
    /// Read a resource, unless it is as it was.
    Get(Option<&'a Validators>),
    /// Ask a question in JSON.
    Post(&'a str),
}

/// Reads resources.
#[derive(Debug)]
pub struct FeedClient {
    http: Client,
    clock: Arc<dyn Clock>,
    policy: FeedPolicy,
    requests: AtomicU64,
}

/// Who asks, so that an operator can be reached.
const USER_AGENT: &str =
    concat!("Passerelle/", env!("CARGO_PKG_VERSION"), " (open procurement data reader)");

impl FeedClient {
    /// A client.
    ///
    /// # Errors
    /// When the machine's certificates cannot be read.
    pub fn new(clock: Arc<dyn Clock>, policy: FeedPolicy) -> Result<Self, FetchError> {
        // Installing twice is refused and harmless: the first one stands.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(policy.connect_timeout)
            .read_timeout(policy.read_timeout)
            .redirect(reqwest::redirect::Policy::limited(3))
            .build()
            .map_err(|error| FetchError::Unreachable {
                url: String::new(),
                reason: describe(&error),
            })?;
        Ok(Self { http, clock, policy, requests: AtomicU64::new(0) })
    }

    /// How many requests may be sent to a host at once.
    pub fn at_once(&self) -> usize {
        self.policy.turns.at_once
    }

    /// Requests sent so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Reads a resource and checks it. A body that fails its check counts as a failed try: a page
    /// that was cut in the middle is asked for again, not half believed.
    ///
    /// # Errors
    /// When no try succeeded; the last error is given.
    pub async fn get<T>(
        &self,
        url: &Url,
        validators: Option<&Validators>,
        check: impl Fn(Vec<u8>) -> Result<T, String>,
    ) -> Result<Fetched<T>, FetchError> {
        self.ask(url, Ask::Get(validators), check).await
    }

    /// Sends a question in JSON and checks the answer, as [`Self::get`] does. Asking twice must do
    /// no harm: a question that may have been answered is asked again.
    ///
    /// # Errors
    /// When no try succeeded; the last error is given.
    pub async fn post<T>(
        &self,
        url: &Url,
        json: &str,
        check: impl Fn(Vec<u8>) -> Result<T, String>,
    ) -> Result<T, FetchError> {
        match self.ask(url, Ask::Post(json), check).await? {
            Fetched::New(value, _) => Ok(value),
            // Nothing conditional was asked.
            Fetched::NotModified => Err(FetchError::Defective {
                url: url.to_string(),
                reason: "not modified, and nothing was said of before".to_owned(),
            }),
        }
    }

    async fn ask<T>(
        &self,
        url: &Url,
        ask: Ask<'_>,
        check: impl Fn(Vec<u8>) -> Result<T, String>,
    ) -> Result<Fetched<T>, FetchError> {
        let _turn = self.policy.turns.take(url).await;
        let mut attempt = 1;
        loop {
            let (error, asked_wait) = match self.try_once(url, ask).await {
                Ok(Fetched::NotModified) => return Ok(Fetched::NotModified),
                Ok(Fetched::New(bytes, validators)) => match check(bytes) {
                    Ok(value) => return Ok(Fetched::New(value, validators)),
                    Err(reason) => (FetchError::Defective { url: url.to_string(), reason }, None),
                },
                Err(failure) => failure,
            };
            if !error.is_transient() || attempt >= self.policy.attempts {
                return Err(error);
            }
            let wait = asked_wait.unwrap_or_else(|| self.backoff(attempt));
            if wait > self.policy.longest_wait {
                let until = self.clock.now() + wait;
                return Err(FetchError::QuotaSpent { url: url.to_string(), until });
            }
            tracing::warn!(%url, attempt, wait_ms = wait.as_millis(), %error, "trying again");
            self.clock.sleep(wait).await;
            attempt += 1;
        }
    }

    /// Doubling waits with a jitter of a fifth, so that many readers do not come back together.
    fn backoff(&self, attempt: u32) -> Duration {
        let doubled = self.policy.first_wait.saturating_mul(1 << (attempt - 1).min(10));
        doubled.mul_f64(0.9 + 0.2 * fastrand::f64())
    }

    async fn try_once(
        &self,
        url: &Url,
        ask: Ask<'_>,
    ) -> Result<Fetched<Vec<u8>>, (FetchError, Option<Duration>)> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let unreachable = |error: &reqwest::Error| {
            let reason = describe(error);
            (FetchError::Unreachable { url: url.to_string(), reason }, None)
        };
        let request = match ask {
            Ask::Get(known) => {
                let mut request = self.http.get(url.clone());
                for (name, value) in known.into_iter().flat_map(|known| {
                    [(IF_NONE_MATCH, &known.etag), (IF_MODIFIED_SINCE, &known.last_modified)]
                }) {
                    if let Some(value) = value {
                        request = request.header(name, value);
                    }
                }
                request
            }
            Ask::Post(json) => {
                let request = self.http.post(url.clone());
                request.header(CONTENT_TYPE, "application/json").body(json.to_owned())
            }
        };
        let answer = request.send().await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        if status == StatusCode::NOT_MODIFIED {
            return Ok(Fetched::NotModified);
        }
        let headers = answer.headers().clone();
        let body = self.body(answer, url).await;
        if !status.is_success() {
            // The words of a refusal help; a refusal that is cut is a refusal still.
            let body = body.unwrap_or_default();
            let excerpt: String = String::from_utf8_lossy(&body).chars().take(300).collect();
            let error = FetchError::Status {
                url: url.to_string(),
                status: status.as_u16(),
                body: excerpt.trim().to_owned(),
            };
            return Err((error, self.asked_wait(&headers)));
        }
        let body = body.map_err(|error| (error, None))?;
        let text = |name: HeaderName| {
            headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let validators = Validators { etag: text(ETAG), last_modified: text(LAST_MODIFIED) };
        Ok(Fetched::New(body, validators))
    }

    /// The whole body, or an error when it is shorter than announced, breaks off, or is too long.
    async fn body(&self, answer: reqwest::Response, url: &Url) -> Result<Vec<u8>, FetchError> {
        let defective = |reason: String| FetchError::Defective { url: url.to_string(), reason };
        let announced = answer
            .headers()
            .get(CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > self.policy.most_bytes) {
            return Err(defective(format!("more than {} bytes", self.policy.most_bytes)));
        }
        let mut body = Vec::new();
        let mut parts = answer.bytes_stream();
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| defective(format!("cut: {}", describe(&error))))?;
            if (body.len() + part.len()) as u64 > self.policy.most_bytes {
                return Err(defective(format!("more than {} bytes", self.policy.most_bytes)));
            }
            body.extend_from_slice(&part);
        }
        Ok(body)
    }

    /// The wait a server asks for: `Retry-After` in seconds or as a date, else the reset of the
    /// Opendatasoft quota.
    fn asked_wait(&self, headers: &HeaderMap) -> Option<Duration> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let until = |at: DateTime<Utc>| (at - self.clock.now()).to_std().unwrap_or_default();
        if let Some(asked) = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()) {
            return match asked.trim().parse::<u64>() {
                Ok(seconds) => Some(Duration::from_secs(seconds)),
                Err(_) => {
                    DateTime::parse_from_rfc2822(asked).ok().map(|at| until(at.with_timezone(&Utc)))
                }
            };
        }
        let is_spent = text("x-ratelimit-remaining").is_some_and(|left| left.trim() == "0");
        let reset = text("x-ratelimit-reset").filter(|_| is_spent)?;
        DateTime::parse_from_rfc3339(reset.trim())
            .ok()
            .or_else(|| DateTime::parse_from_str(reset.trim(), "%Y-%m-%d %H:%M:%S%:z").ok())
            .map(|at| until(at.with_timezone(&Utc)))
    }
}

/// An error with its causes: reqwest says "error sending request" and hides why.
fn describe(error: &reqwest::Error) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
