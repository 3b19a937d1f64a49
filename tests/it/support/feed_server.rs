//! A server in the shape of the BOAMP API, of the DILA flux, of TED, of DECP and of APProch that can
//! misbehave in every way that feeds do. It speaks HTTP by hand, because a decent library would not cut its own bodies.

mod approch;
mod decp;
mod ted;

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::NaiveDate;
use passerelle::http::replay::{RecordsQuery, Replay, ReplayRecord};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const JSON: &str = "Content-Type: application/json\r\n";

/// One way to misbehave, for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 429 with `Retry-After`.
    TooManyWithWait,
    /// 429 without it.
    TooMany,
    /// 500 with an HTML page.
    ServerError,
    /// No answer.
    Hang,
    /// Half of the announced body.
    Cut,
    /// The error text of Opendatasoft in the middle of a 200.
    Interrupted,
    /// The page before the one that was asked for.
    PageAgain,
    /// The records of the page in another order, one of them twice and one missing.
    Shuffled,
    /// A total that does not fit.
    WrongTotal,
    /// TED: a partial answer that says so.
    TimedOut,
    /// TED: the token of the iteration is refused.
    TokenLost,
}

impl Fault {
    /// Those of every source.
    pub const COMMON: [Self; 5] =
        [Self::TooManyWithWait, Self::TooMany, Self::ServerError, Self::Cut, Self::WrongTotal];

    /// Those of BOAMP.
    pub const BOAMP: [Self; 9] = [
        Self::TooManyWithWait,
        Self::TooMany,
        Self::ServerError,
        Self::Hang,
        Self::Cut,
        Self::Interrupted,
        Self::PageAgain,
        Self::Shuffled,
        Self::WrongTotal,
    ];

    /// The answer of a server that is busy or broken, whatever was asked; nothing for other faults.
    fn refusal(self) -> Option<Answer> {
        match self {
            Self::TooManyWithWait => {
                Some(Answer::new("429 Too Many Requests", "Retry-After: 7\r\n", "slow down"))
            }
            Self::TooMany => Some(Answer::new("429 Too Many Requests", "", "slow down")),
            Self::ServerError => {
                Some(Answer::new("500 Internal Server Error", "", "<html>error</html>"))
            }
            _ => None,
        }
    }
}

/// What the API says that is not so, on every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// So many notices more than there are.
    More(usize),
    /// Notices without end, new ones on every page.
    Endless,
    /// A total without end, and always the first page.
    Stuck,
}

#[derive(Default)]
struct State {
    replay: Replay,
    faults: VecDeque<Option<Fault>>,
    /// Files of the flux by path below its root, with their version.
    files: BTreeMap<String, (String, u32)>,
    /// Notices of TED: day of publication and number.
    ted: Vec<(NaiveDate, String)>,
    /// Rows of the consolidated table of DECP.
    decp: Vec<serde_json::Value>,
    /// Projects of APProch, with the version of their table.
    projects: (Vec<serde_json::Value>, u32),
    api_is_down: bool,
    /// Days that the API refuses.
    refused: Vec<NaiveDate>,
    lie: Option<Lie>,
    delay: Duration,
    log: Vec<String>,
    /// Requests that are being answered, and the most there ever were.
    open: usize,
    most_open: usize,
}

/// The server; it stops with the runtime of its test.
#[derive(Clone)]
pub struct FeedServer {
    state: Arc<Mutex<State>>,
    pub address: String,
}

struct Answer {
    head: String,
    body: Vec<u8>,
    sent: usize,
}

impl Answer {
    fn new(status: &str, headers: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
            body.len()
        );
        let sent = body.len();
        Self { head, body, sent }
    }

    /// Half of the announced body.
    fn cut(self) -> Self {
        Self { sent: self.sent / 2, ..self }
    }

    /// An answer that ends in the error text of Opendatasoft, as long as it announced.
    fn interrupted(body: &str) -> Self {
        let half: String = body.chars().take(body.chars().count() / 2).collect();
        let text = "Streaming interrupted due to the following error: Timeout";
        Self::new("200 OK", JSON, format!("{half}{text}"))
    }

    /// A body with its version, or that it is known already.
    fn versioned(head: &str, version: u32, body: impl Into<Vec<u8>>) -> Self {
        let tag = format!("\"v{version}\"");
        let is_known = head.lines().any(|line| {
            line.to_ascii_lowercase().starts_with("if-none-match:") && line.contains(&tag)
        });
        let headers = format!("ETag: {tag}\r\n");
        if is_known {
            return Self::new("304 Not Modified", &headers, "");
        }
        Self::new("200 OK", &headers, body)
    }
}

impl FeedServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self { state: Arc::default(), address };
        let accepting = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = accepting.clone();
                tokio::spawn(async move {
                    let _ = serving.answer(stream).await;
                });
            }
        });
        server
    }

    pub fn api_url(&self) -> String {
        format!("{}/api/explore/v2.1/catalog/datasets/boamp", self.address)
    }

    pub fn flux_url(&self) -> String {
        format!("{}/OPENDATA/BOAMP", self.address)
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("the server's state")
    }

    pub fn set_records(&self, records: Vec<ReplayRecord>) {
        self.state().replay = Replay(records);
    }

    /// Faults for the next requests, `None` for a good answer.
    pub fn set_faults(&self, faults: impl IntoIterator<Item = Option<Fault>>) {
        self.state().faults = faults.into_iter().collect();
    }

    pub fn set_api_down(&self, is_down: bool) {
        self.state().api_is_down = is_down;
    }

    /// The API answers 403 for these days.
    pub fn set_refused(&self, days: impl IntoIterator<Item = NaiveDate>) {
        self.state().refused = days.into_iter().collect();
    }

    pub fn set_lie(&self, lie: Option<Lie>) {
        self.state().lie = lie;
    }

    pub fn set_delay(&self, delay: Duration) {
        self.state().delay = delay;
    }

    /// Puts a file into the flux, or a new version of it.
    pub fn put_file(&self, day: NaiveDate, name: &str, xml: &str) {
        let path = format!("{}/{name}", day.format("%Y/%m/%d"));
        let mut state = self.state();
        let version = state.files.get(&path).map_or(1, |(_, version)| version + 1);
        state.files.insert(path, (xml.to_owned(), version));
    }

    /// Requests so far, as `status path`.
    pub fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.state().log)
    }

    /// The most requests that were waiting for their answer at once.
    pub fn most_at_once(&self) -> usize {
        self.state().most_open
    }

    fn next_fault(&self) -> Option<Fault> {
        self.state().faults.pop_front().flatten()
    }

    async fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).await? == 0 {
                return Ok(());
            }
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or("/").to_owned();
        let length = head.lines().find_map(|line| {
            let line = line.to_ascii_lowercase();
            line.strip_prefix("content-length:")?.trim().parse::<usize>().ok()
        });
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await?;
        let delay = {
            let mut state = self.state();
            state.open += 1;
            state.most_open = state.most_open.max(state.open);
            state.delay
        };
        tokio::time::sleep(delay).await;
        self.state().open -= 1;
        let Some(answer) = self.choose(&path, &head, &body) else {
            // Hang: the client gives up first.
            tokio::time::sleep(Duration::from_secs(5)).await;
            return Ok(());
        };
        let status = answer.head.split(' ').nth(1).unwrap_or("").to_owned();
        self.state().log.push(format!("{status} {path}"));
        stream.write_all(answer.head.as_bytes()).await?;
        stream.write_all(&answer.body[..answer.sent]).await?;
        stream.flush().await
    }

    fn choose(&self, path: &str, head: &str, body: &[u8]) -> Option<Answer> {
        if path == "/v3/notices/search" || path.starts_with("/en/notice/") {
            return Some(self.ted(path, head, body));
        }
        if let Some(rest) = path.strip_prefix("/decp/resources/table/data/?") {
            return Some(self.decp(rest));
        }
        if let Some(rest) = path.strip_prefix("/approch/") {
            return Some(self.approch(rest, head));
        }
        if let Some(file) = path.strip_prefix("/OPENDATA/BOAMP/") {
            return Some(self.flux(file, head));
        }
        if self.state().api_is_down {
            return Some(Answer::new("503 Service Unavailable", "", "down"));
        }
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let query: RecordsQuery = serde_urlencoded_lite(query);
        let Some(day) = query.day() else {
            return Some(Answer::new("400 Bad Request", "", r#"{"error_code": "ODSQLError"}"#));
        };
        if self.state().refused.contains(&day) {
            return Some(Answer::new("403 Forbidden", "", "not from here"));
        }
        let lie = self.state().lie;
        if let Some(lie) = lie {
            return Some(self.lie(lie, day, &query));
        }
        let fault = self.next_fault();
        if let Some(refusal) = fault.and_then(Fault::refusal) {
            return Some(refusal);
        }
        let page = |limit, offset| self.state().replay.page(day, limit, offset);
        Some(match fault {
            None => Answer::new("200 OK", JSON, page(query.limit, query.offset)),
            Some(Fault::Hang) => return None,
            Some(Fault::Cut) => Answer::new("200 OK", JSON, page(query.limit, query.offset)).cut(),
            Some(Fault::Interrupted) => Answer::interrupted(&page(query.limit, query.offset)),
            Some(Fault::PageAgain) => Answer::new(
                "200 OK",
                JSON,
                page(query.limit, query.offset.saturating_sub(query.limit)),
            ),
            Some(Fault::Shuffled) => {
                let mut value: serde_json::Value =
                    serde_json::from_str(&page(query.limit, query.offset)).expect("a page");
                if let Some(records) = value["results"].as_array_mut() {
                    records.reverse();
                    if records.len() > 1 {
                        records[0] = records[1].clone();
                    }
                }
                Answer::new("200 OK", JSON, value.to_string())
            }
            Some(Fault::WrongTotal) => {
                let body = page(query.limit, query.offset);
                Answer::new(
                    "200 OK",
                    JSON,
                    body.replacen("\"total_count\": ", "\"total_count\": 1", 1),
                )
            }
            Some(fault) => unreachable!("{fault:?} is no fault of BOAMP"),
        })
    }

    fn lie(&self, lie: Lie, day: NaiveDate, query: &RecordsQuery) -> Answer {
        let state = self.state();
        let total = state.replay.0.iter().filter(|record| record.day == day).count();
        let announced = |told: usize, body: String| {
            let (is, says) =
                (format!("\"total_count\": {total}"), format!("\"total_count\": {told}"));
            body.replacen(&is, &says, 1)
        };
        let body = match lie {
            Lie::More(more) => {
                announced(total + more, state.replay.page(day, query.limit, query.offset))
            }
            Lie::Stuck => announced(usize::MAX, state.replay.page(day, query.limit, 0)),
            Lie::Endless => {
                let records = query.offset..query.offset + query.limit;
                let records: Vec<String> =
                    records.map(|number| format!("{{\"idweb\": \"26-{number}\"}}")).collect();
                format!("{{\"total_count\": {}, \"results\": [{}]}}", usize::MAX, records.join(","))
            }
        };
        Answer::new("200 OK", JSON, body)
    }

    fn flux(&self, path: &str, head: &str) -> Answer {
        let state = self.state();
        if let Some(day) = path.strip_suffix('/') {
            let names: Vec<&str> = state
                .files
                .keys()
                .filter_map(|file| file.strip_prefix(day)?.strip_prefix('/'))
                .collect();
            if names.is_empty() {
                return Answer::new("404 Not Found", "", "<html>Not Found</html>");
            }
            let links: String = names
                .iter()
                .map(|name| {
                    [
                        r#"<img src="/icons/text.gif" alt="[   ]"> <a href=""#,
                        name,
                        r#"">"#,
                        name,
                        "</a> 2026-11-23 05:00   34K\n",
                    ]
                    .concat()
                })
                .collect();
            return Answer::new("200 OK", "", format!("<html><pre>{links}</pre></html>\n"));
        }
        match state.files.get(path) {
            None => Answer::new("404 Not Found", "", ""),
            Some((xml, version)) => Answer::versioned(head, *version, xml.as_str()),
        }
    }
}

/// The three parameters that the feed sends.
fn serde_urlencoded_lite(query: &str) -> RecordsQuery {
    let url = url::Url::parse(&format!("http://x/?{query}")).expect("a query string");
    let value = |name: &str| {
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    RecordsQuery {
        condition: value("where").unwrap_or_default(),
        limit: value("limit").and_then(|text| text.parse().ok()).unwrap_or(10),
        offset: value("offset").and_then(|text| text.parse().ok()).unwrap_or(0),
    }
}
