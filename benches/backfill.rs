//! Memory and speed of `passerelle backfill` over very many documents: the built program reads BOAMP
//! and TED side by side from a server of this process, which makes the documents up as they are
//! asked for. They are the notices of the corpus over and over, each time with other identifiers,
//! links, UUIDs and days, so that every copy has its own notices, procurements and lots, while the
//! organisations come back.
//!
//! ```sh
//! PASSERELLE_CORPUS=../shared/corpus cargo bench --bench backfill                  # SQLite, 100,000
//! cargo bench --bench backfill -- 20000 postgres://user@host/an_empty_database
//! ```
#![expect(clippy::disallowed_methods, reason = "a benchmark asks the machine")]
#![expect(clippy::print_stdout, reason = "a benchmark tells what it measured")]
#![expect(clippy::needless_pass_by_value, reason = "handlers take extractors")]

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use passerelle::clock::{Clock as _, SystemClock};
use passerelle::domain::deadline::paris_day;
use passerelle::feeds::document::Format;
use passerelle::feeds::recognise;
use passerelle::http::replay::RecordsQuery;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::web::{Data, Path as Segment, Query};
use poem::{EndpointExt as _, IntoResponse as _, Response, Route, get, handler, post};
use regex::{Captures, Regex};
use serde_json::{Value, json};

/// Documents, unless a number is given.
const DOCUMENTS: usize = 100_000;
/// Notices of one feed on one day.
const PER_DAY: usize = 250;
/// Numbers of the corpus are smaller: a copy's number is this many times the copy more.
const STEP: u64 = 10_000_000;

/// A document with holes where copies differ.
struct Template(Vec<(String, Hole)>);

/// What a copy has of its own.
enum Hole {
    /// A number: of a notice, or of one it continues.
    Number(u64),
    /// The first digits of a UUID.
    Uuid(u32),
    /// The day of publication, in a shape of chrono.
    Day(&'static str),
    Nothing,
}

impl Template {
    fn read(text: &str) -> Self {
        let pattern = Regex::new(concat!(
            r"\b(?<uuid>[0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-",
            r"|\b\d\d[-_](?<boamp>\d{4,6})\b",
            r"|\b(?<ted>\d{5,8})-20\d\d\b",
            r"|20\d\d/S \d{3}-(?<journal>\d{5,7})\b",
            r#"|(?:dateparution|DATE_PUBLICATION)[\\": ]+(?<day>\d{4}-\d\d-\d\d)"#,
            r"|PublicationDate[^>]*>(?<published>\d{4}-\d\d-\d\d)",
            r"|DATE_PUB>(?<plain>\d{8})",
        ));
        let pattern = pattern.expect("a pattern");
        let hole = |found: &Captures<'_>| {
            let number = |name: &str| found.name(name)?.as_str().parse().ok().map(Hole::Number);
            let day = |name: &str, shape| found.name(name).map(|_| Hole::Day(shape));
            let uuid = || u32::from_str_radix(found.name("uuid")?.as_str(), 16).ok();
            uuid()
                .map(Hole::Uuid)
                .or_else(|| number("boamp"))
                .or_else(|| number("ted"))
                .or_else(|| number("journal"))
                .or_else(|| day("day", "%Y-%m-%d"))
                .or_else(|| day("published", "%Y-%m-%d"))
                .or_else(|| day("plain", "%Y%m%d"))
                .expect("one of them")
        };
        let mut parts = Vec::new();
        let mut end = 0;
        for found in pattern.captures_iter(text) {
            let own = found.iter().skip(1).flatten().next().expect("a group");
            parts.push((text[end..own.start()].to_owned(), hole(&found)));
            end = own.end();
        }
        parts.push((text[end..].to_owned(), Hole::Nothing));
        Self(parts)
    }

    fn copy(&self, copy: u64, day: NaiveDate) -> String {
        let mut text = String::new();
        for (before, hole) in &self.0 {
            text.push_str(before);
            match hole {
                Hole::Number(number) => text.push_str(&(number + copy * STEP).to_string()),
                Hole::Uuid(uuid) => {
                    let copy = u32::try_from(copy).expect("few copies");
                    text.push_str(&format!("{:08x}", uuid ^ copy));
                }
                Hole::Day(shape) => text.push_str(&day.format(shape).to_string()),
                Hole::Nothing => {}
            }
        }
        text
    }
}

/// The documents of one feed: the same for the same day and place.
struct Made {
    templates: Vec<Template>,
    first: NaiveDate,
    served: Arc<AtomicUsize>,
}

impl Made {
    /// Document number `place` of a day.
    fn document(&self, day: NaiveDate, place: usize) -> String {
        let before = usize::try_from((day - self.first).num_days()).expect("a day asked for");
        let number = before * PER_DAY + place;
        let copy = (number / self.templates.len()) as u64 + 1;
        self.served.fetch_add(1, Ordering::Relaxed);
        self.templates[number % self.templates.len()].copy(copy, day)
    }
}

struct Feeds {
    boamp: Made,
    ted: Made,
}

#[handler]
fn records(feeds: Data<&Arc<Feeds>>, Query(query): Query<RecordsQuery>) -> Response {
    let Some(day) = query.day() else { return StatusCode::BAD_REQUEST.into() };
    let places = query.offset..PER_DAY.min(query.offset + query.limit);
    let records: Vec<String> = places.map(|place| feeds.boamp.document(day, place)).collect();
    let body = format!("{{\"total_count\": {PER_DAY}, \"results\": [{}]}}", records.join(","));
    body.with_content_type("application/json").into_response()
}

/// TED's list of a day: each notice is named by its day and place.
#[handler]
fn search(question: String) -> Response {
    let day = question.split("publication-date>=").nth(1).and_then(|rest| rest.get(..8));
    let Some(day) = day else { return StatusCode::BAD_REQUEST.into() };
    let notices: Vec<Value> = (0..PER_DAY)
        .map(|place| json!({ "publication-number": format!("{}-{day}", place + 1) }))
        .collect();
    let answer = json!({ "notices": notices, "totalNoticeCount": PER_DAY, "timedOut": false });
    answer.to_string().with_content_type("application/json").into_response()
}

#[handler]
fn notice(feeds: Data<&Arc<Feeds>>, Segment(name): Segment<String>) -> Response {
    let found = name.split_once('-').and_then(|(place, day)| {
        let day = NaiveDate::parse_from_str(day, "%Y%m%d").ok()?;
        Some((place.parse::<usize>().ok()? - 1, day))
    });
    let Some((place, day)) = found else { return StatusCode::NOT_FOUND.into() };
    feeds.ted.document(day, place).with_content_type("application/xml").into_response()
}

fn corpus() -> PathBuf {
    std::env::var_os("PASSERELLE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"),
        PathBuf::from,
    )
}

/// The documents of some paths of the corpus, those of one kind of format.
fn templates(paths: &[&str], is_wanted: impl Fn(Format) -> bool) -> Vec<Template> {
    let paths: Vec<PathBuf> = paths.iter().map(|path| corpus().join(path)).collect();
    let files =
        passerelle::cli::files::files(&paths).expect("the corpus; name it in PASSERELLE_CORPUS");
    let documents = files.iter().flat_map(|path| {
        let bytes = std::fs::read(path).expect("a readable file");
        recognise::split(&bytes, "corpus", SystemClock.now())
    });
    documents
        .filter(|document| is_wanted(document.format))
        .filter_map(|document| Some(Template::read(std::str::from_utf8(&document.bytes).ok()?)))
        .collect()
}

/// The program at work, with the memory it takes.
struct Watched(Child);

impl Watched {
    /// Resident memory in MiB: now, and the most so far.
    fn memory(&self) -> Option<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).ok()?;
        let of = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            Some(line.split_whitespace().next()?.parse::<u64>().ok()? >> 10)
        };
        Some((of("VmRSS:")?, of("VmHWM:")?))
    }

    /// Processor time taken so far, in seconds.
    fn processor(&self) -> Option<f64> {
        processor_seconds(&std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).ok()?)
    }
}

/// Seconds of processor time that a process took, by the hundred ticks of Linux.
fn processor_seconds(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

async fn serve(feeds: Feeds) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let acceptor = TcpAcceptor::from_tokio(listener).expect("a listener");
    let routes = Route::new()
        .at("/boamp/records", get(records))
        .at("/v3/notices/search", post(search))
        .at("/en/notice/:name/xml", get(notice))
        .data(Arc::new(feeds));
    tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(routes));
    address
}

#[tokio::main]
async fn main() {
    let mut given = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let documents = given.next().map_or(DOCUMENTS, |number| number.parse().expect("a number"));
    let folder = tempfile::TempDir::new().expect("a folder");
    let database = given
        .next()
        .unwrap_or_else(|| format!("sqlite://{}", folder.path().join("backfill.db").display()));

    let days = (documents / 2).div_ceil(PER_DAY);
    let until = paris_day(SystemClock.now()) - Days::new(1);
    let first = until - Days::new(days as u64 - 1);
    let served = Arc::new(AtomicUsize::new(0));
    let made = |templates| Made { templates, first, served: Arc::clone(&served) };
    let boamp = ["boamp/records", "boamp/records_from_dila_xml.json"];
    let boamp = made(templates(&boamp, |format| format == Format::BoampRecord));
    let ted = ["eforms_real", "ted_r209"];
    let ted = made(templates(&ted, |format| matches!(format, Format::EformsXml | Format::TedXml)));
    println!(
        "{} days of BOAMP ({} templates) and TED ({} templates), {PER_DAY} notices a day each",
        days,
        boamp.templates.len(),
        ted.templates.len()
    );
    let address = serve(Feeds { boamp, ted }).await;

    let began = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_passerelle"))
        .args(["backfill", "boamp", "ted", "--json"])
        .args(["--since", &first.to_string(), "--until", &until.to_string()])
        .env("PASSERELLE__DATABASE__URL", database)
        .env("PASSERELLE__FEEDS__BOAMP__API_URL", format!("{address}/boamp"))
        .env("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "")
        .env("PASSERELLE__FEEDS__TED__API_URL", &address)
        .env("PASSERELLE__FEEDS__TED__SITE_URL", &address)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program");
    let mut watched = Watched(child);
    let report = tokio::task::spawn_blocking(move || {
        let (mut peak, mut told, mut processor) = (0, 0, 0.0);
        while watched.0.try_wait().expect("a process").is_none() {
            processor = watched.processor().unwrap_or(processor);
            let count = served.load(Ordering::Relaxed);
            if let Some((now, most)) = watched.memory() {
                peak = most;
                if count >= told + documents / 10 {
                    told = count;
                    let seconds = began.elapsed().as_secs();
                    println!(
                        "{count:>8} documents, {seconds:>4} s: {now:>4} MiB, {most:>4} MiB at most"
                    );
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let mut report = String::new();
        watched.0.stdout.take().expect("a pipe").read_to_string(&mut report).expect("text");
        println!("{peak} MiB at most, {processor:.0} s of processor time");
        report
    });
    let report = report.await.expect("a report");
    print!("{report}");
    let report: Value = serde_json::from_str(&report).expect("a report in JSON");
    let number = |name: &str| report["brought"][name].as_f64().unwrap_or(0.0);
    let seconds = report["seconds"].as_f64().unwrap_or(1.0);
    println!(
        "{:.0} documents/s, {:.0} lots/s",
        number("documents") / seconds,
        number("lots") / seconds
    );
}
