//! `serve` and `demo`: they begin, they answer, they say what is wrong, they stop when asked.

use std::net::TcpListener;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::feed_server::FeedServer;
use crate::support::program::{Place, Running};

const ANY_PORT: [&str; 2] = ["--listen", "127.0.0.1:0"];

/// The address in a line, without what follows it.
fn address(line: &str) -> String {
    let found = regex::Regex::new(r"http://127\.0\.0\.1:\d+").expect("a pattern");
    found.find(line).unwrap_or_else(|| panic!("no address: {line}")).as_str().to_owned()
}

fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

async fn send(method: Method, url: &str, body: String) -> (u16, String) {
    let request =
        client().request(method, url).header("content-type", "application/json").body(body);
    let response = request.send().await.expect("an answer");
    (response.status().as_u16(), response.text().await.expect("text"))
}

async fn ask(address: &str, query: &str) -> Value {
    let body = json!({ "query": query }).to_string();
    let (status, text) = send(Method::POST, &format!("{address}/graphql"), body).await;
    let mut answer: Value = serde_json::from_str(&text).expect("JSON");
    assert!(status == 200 && answer.get("errors").is_none(), "{query}: {answer}");
    answer["data"].take()
}

fn serve(place: &Place) -> (Running, String) {
    let mut serving = place.begin(&[&["serve"], &ANY_PORT[..]].concat());
    let line = serving.wait_for("serving on");
    assert!(!line.contains('\u{1b}'), "no colours outside of a terminal: {line:?}");
    let address = address(&line);
    (serving, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_does_not_answer_is_said_and_the_rest_is_served() {
    let place = Place::new()
        .set("PASSERELLE__FEEDS__BOAMP__API_URL", "http://127.0.0.1:1/boamp")
        .set("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "");
    let (mut serving, address) = serve(&place);
    let line = serving.wait_for("trying again");
    assert!(
        line.contains("WARN") && line.contains("127.0.0.1:1") && line.contains("refused"),
        "{line}"
    );
    let query = "{ feeds { name lastSuccessAt runs { outcome } } lots { totalCount } }";
    let data = ask(&address, query).await;
    let feed =
        json!({ "name": "boamp", "lastSuccessAt": null, "runs": [{ "outcome": "UNFINISHED" }] });
    // The others are known and, here, not pulled.
    let [ted, decp, approch] = ["ted", "decp", "approch"]
        .map(|name| json!({ "name": name, "lastSuccessAt": null, "runs": [] }));
    let feeds = [feed, ted, decp, approch];
    assert_eq!(data, json!({ "feeds": feeds, "lots": { "totalCount": 0 } }));
    let (status, ready) = send(Method::GET, &format!("{address}/readyz"), String::new()).await;
    assert!(status == 200 && ready.contains("degraded"), "{ready}");
    // It is in the middle of its tries, and ends at once.
    assert_eq!(serving.stop("-TERM").code(), Some(0), "{:#?}", serving.said);
    assert!(serving.said.iter().any(|line| line.contains("asked to stop")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_feed_answered_is_told_in_feeds() {
    let feed = FeedServer::start().await;
    let place = Place::new()
        .set("PASSERELLE__FEEDS__BOAMP__API_URL", &format!("{}/moved", feed.flux_url()))
        .set("PASSERELLE__FEEDS__BOAMP__FLUX_URL", "")
        .set("PASSERELLE__LOG__FORMAT", "json");
    let (mut serving, address) = serve(&place);
    let line = serving.wait_for("job done");
    let logged: Value = serde_json::from_str(&line).expect("one JSON object a line");
    assert_eq!((&logged["job"], &logged["message"]), (&json!("pull-boamp"), &json!("job done")));
    assert!(
        serving
            .said
            .iter()
            .any(|line| line.contains("could not be read whole") && line.contains("404"))
    );
    let data = ask(&address, "{ feeds { lastSuccessAt runs { outcome error } } }").await;
    let run = &data["feeds"][0]["runs"][0];
    assert_eq!(
        (&data["feeds"][0]["lastSuccessAt"], &run["outcome"]),
        (&Value::Null, &json!("FAILED"))
    );
    assert!(run["error"].as_str().is_some_and(|error| error.contains("404")), "{run}");
    assert_eq!(serving.stop("-INT").code(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_said_with_what_to_do() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let listen = taken.local_addr().expect("an address").to_string();
    let place = Place::new();
    for command in ["serve", "demo"] {
        let said = place.run(&[command, "--listen", &listen]).bad();
        assert!(
            said.contains(&listen) && said.contains("already in use") && said.contains("--listen"),
            "{said}"
        );
    }
    assert!(!place.path().join("passerelle.db").exists(), "nothing was made");
    let said = place.run(&["serve", "--listen", "192.0.2.1:8000"]).bad();
    assert!(said.contains("192.0.2.1:8000") && said.contains("--listen"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demonstration_answers_the_questions_it_prints() {
    let place = Place::new();
    let folder = place.path().to_str().expect("text").to_owned();
    let place = place.set("TMPDIR", &folder);
    let mut demo = place.begin(&[&["demo"], &ANY_PORT[..]].concat());
    let curl = demo.wait_for("curl ");
    let graphiql =
        demo.said.iter().find(|line| line.contains("GraphiQL  http")).expect("its address");
    let address = address(graphiql);
    let (status, page) = send(Method::GET, &format!("{address}/graphiql"), String::new()).await;
    assert!(status == 200 && page.contains("<title>GraphiQL"), "{page}");

    let questions: Vec<&str> =
        demo.said.iter().map(|line| line.trim()).filter(|line| line.starts_with("{ ")).collect();
    assert_eq!(questions.len(), 3, "{:#?}", demo.said);
    for question in &questions[..2] {
        let data = ask(&address, question).await;
        let lots = data["lots"]["nodes"].as_array().expect("lots");
        assert!(!lots.is_empty(), "{question}");
        let findings = lots.iter().flat_map(|lot| lot["findings"].as_array().expect("findings"));
        let quotes: Vec<_> =
            findings.map(|finding| finding["evidence"][0]["quote"].as_str()).collect();
        assert!(
            !quotes.is_empty()
                && quotes.iter().all(|quote| quote.is_some_and(|text| text.len() > 3)),
            "{question}: {quotes:?}"
        );
    }
    let counts = ask(&address, questions[2]).await;
    let count = |name: &str| counts[name]["totalCount"].as_u64().expect("a number");
    assert!(
        count("tous") > count("clauses") && count("clauses") > 0 && count("reserves") > 0,
        "{counts}"
    );
    // The line for another terminal is one: its address and its body are taken as they stand.
    let body = curl.split('\'').nth(3).expect("a body").to_owned();
    let url = format!("{address}/graphql");
    assert!(curl.contains(&url), "{curl}");
    let (status, text) = send(Method::POST, &url, body).await;
    assert!(status == 200 && text.contains("\"tous\""), "{text}");
    let (_, ready) = send(Method::GET, &format!("{address}/readyz"), String::new()).await;
    assert!(ready.contains("\"ready\""), "the feed was read: {ready}");

    assert_eq!(demo.stop("-TERM").code(), Some(0));
    assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 0, "nothing is left");
}
