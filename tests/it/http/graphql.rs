//! GraphQL over POST and GET: what is taken, what is refused, with which status and which words.

use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use futures_util::future::BoxFuture;
use passerelle::clock::Clock;
use passerelle::domain::member::MemberRole;
use passerelle::usecases::members::{self, NewMember};
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::api::NOW;
use crate::support::databases::TestDb;
use crate::support::hand_clock::HandClock;
use crate::support::notices::at;
use crate::support::server::{Reply, TestServer};

const JSON: (&str, &str) = ("content-type", "application/json");
const RESPONSE_JSON: &str = "application/graphql-response+json";

fn code(reply: &Reply) -> String {
    let body = reply.json();
    let error = &body["errors"][0];
    assert!(error["message"].as_str().is_some_and(|text| text.len() > 10), "{body}");
    error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code: {body}")).to_owned()
}

on_both! {
    async fn posts_are_answered(db: TestDb) {
        let server = TestServer::filled(&db).await;
        let named = "query Count { lots { totalCount } } query Name { feeds { name } }";
        let number = "query ($size: Int!) { lots(first: $size) { nodes { id } } }";
        for (request, pointer, expected) in [
            (json!({ "query": "{ feeds { name } }" }), "/data/feeds/0/name", json!("boamp")),
            (json!({ "query": named, "operationName": "Name" }), "/data/feeds/0/name", json!("boamp")),
            (json!({ "query": named, "operationName": "Name", "variables": null, "extensions": {} }), "/data/feeds/0/name", json!("boamp")),
            (json!({ "query": "{ __typename }", "operationName": null }), "/data/__typename", json!("Query")),
            (json!({ "query": "{ __typename }", "operationName": "" }), "/data/__typename", json!("Query")),
        ] {
            let reply = server.post(&request).await;
            assert_eq!((reply.status, reply.header("content-type")), (200, "application/json"), "{request}");
            assert_eq!(reply.json().pointer(pointer), Some(&expected), "{request}: {}", reply.text());
        }
        let reply = server.post(&json!({ "query": number, "variables": { "size": 3 } })).await;
        assert_eq!(reply.json()["data"]["lots"]["nodes"].as_array().map(Vec::len), Some(3));
        let charset = [("content-type", "Application/JSON; charset=utf-8"), ("accept", RESPONSE_JSON)];
        let reply = server.send(Method::POST, "/graphql", &charset, r#"{"query": "{ __typename }"}"#).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, RESPONSE_JSON));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_no_request_are_refused() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| config.limits.body_bytes = 2_000).await;
    let long = json!({ "query": format!("{{ __typename }} # {}", "a".repeat(2_000)) }).to_string();
    let ask = r#"{"query": "{ __typename }"}"#;
    let text = ("content-type", "text/plain");
    let form = ("content-type", "application/x-www-form-urlencoded");
    for (header, body, status, says) in [
        (text, ask, 415, "application/json"),
        (form, "query={__typename}", 415, "application/json"),
        (("accept", "*/*"), ask, 415, "Content-Type"),
        (JSON, &long, 413, "2000 bytes"),
        (JSON, "", 400, "not a GraphQL request"),
        (JSON, "{", 400, "not a GraphQL request"),
        (JSON, "[]", 400, "one request a body"),
        (JSON, "[{\"query\": \"{ __typename }\"}]", 400, "one request a body"),
        (JSON, "{\"variables\": {}}", 400, "query"),
        (JSON, "{\"query\": 5}", 400, "not a GraphQL request"),
        (JSON, "{\"query\": \"{ a }\", \"variables\": [1]}", 400, "not a GraphQL request"),
        (JSON, "{\"query\": \"{ a }\", \"variables\": \"{}\"}", 400, "not a GraphQL request"),
        (JSON, "{\"query\": \"{ a }\", \"operationName\": 1}", 400, "not a GraphQL request"),
        (JSON, "\"\\ud800\"", 400, "not a GraphQL request"),
    ] {
        let reply = server.send(Method::POST, "/graphql", &[header], body.to_owned()).await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(reply.status, status, "{shown}: {}", reply.text());
        assert_eq!(code(&reply), "BAD_REQUEST", "{shown}");
        assert!(reply.text().contains(says), "{shown}: {}", reply.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_may_be_compressed_both_ways() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| config.limits.body_bytes = 100_000).await;
    let zip = |text: &str| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text.as_bytes()).expect("gzip");
        encoder.finish().expect("gzip")
    };
    let zipped = [JSON, ("content-encoding", "gzip"), ("accept-encoding", "gzip")];
    let ask = zip("{\"query\": \"{ rules { id title } }\"}");
    let reply = server.send(Method::POST, "/graphql", &zipped, ask.clone()).await;
    assert_eq!((reply.status, reply.header("content-encoding")), (200, "gzip"));
    let mut text = String::new();
    GzDecoder::new(&reply.bytes[..]).read_to_string(&mut text).expect("gzip");
    let answer: Value = serde_json::from_str(&text).expect("JSON");
    assert!(answer["data"]["rules"].as_array().is_some_and(|rules| rules.len() > 10));

    // The limit counts what a body becomes, so that a small one cannot fill the memory.
    let bomb = zip(&" ".repeat(500_000));
    assert!(bomb.len() < 1_000);
    assert_eq!(server.send(Method::POST, "/graphql", &zipped, bomb).await.status, 413);
    let cut = ask[..ask.len() / 2].to_vec();
    let reply = server.send(Method::POST, "/graphql", &zipped[..2], cut).await;
    assert_eq!((reply.status, code(&reply).as_str()), (400, "BAD_REQUEST"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_may_come_by_get_and_nothing_else_may() {
    let db = TestDb::sqlite().await;
    let server = TestServer::filled(&db).await;
    let named = "query%20A{a:__typename}query%20B{b:__typename}";
    for (query, pointer, expected) in [
        ("query={__typename}", "/data/__typename", json!("Query")),
        (&format!("query={named}&operationName=B"), "/data/b", json!("Query")),
        (
            "query=query($n:Int){lots(first:$n){pageInfo{hasNextPage}}}&variables={%22n%22:2}",
            "/data/lots/pageInfo/hasNextPage",
            json!(true),
        ),
        ("query={__typename}&variables=null", "/data/__typename", json!("Query")),
        ("query={__typename}&variables=&operationName=", "/data/__typename", json!("Query")),
        ("query={__typename}&utm_source=x", "/data/__typename", json!("Query")),
    ] {
        let reply = server.get(&format!("/graphql?{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.text());
        assert_eq!(reply.json().pointer(pointer), Some(&expected), "{query}: {}", reply.text());
    }
    for (query, says) in [
        ("", "GraphiQL is at /graphiql"),
        ("variables={}", "query"),
        ("query={__typename}&variables=[]", "`variables` is not a JSON object"),
        ("query={__typename}&variables={", "`variables` is not a JSON object"),
    ] {
        let reply = server.get(&format!("/graphql?{query}")).await;
        assert_eq!((reply.status, code(&reply).as_str()), (400, "BAD_REQUEST"), "{query}");
        assert!(reply.text().contains(says), "{query}: {}", reply.text());
    }
    for query in ["subscription{lotEvents{cursor}}", "mutation{x}"] {
        let reply = server.get(&format!("/graphql?query={query}")).await;
        assert_eq!(code(&reply), "INVALID_QUERY", "{query}: {}", reply.text());
        assert!(reply.json()["data"].is_null(), "{query}");
    }
    let mutation = "mutation{correctFinding(input:{lot:\"lot_00000000000000000000000000000007\",kind:RESERVED_ESS,verdict:RIGHT}){userErrors{message}}}";
    let accept = [("accept", RESPONSE_JSON)];
    let path = format!("/graphql?query={mutation}");
    let reply = server.send(Method::GET, &path, &accept, "").await;
    assert_eq!((reply.status, code(&reply).as_str()), (405, "INVALID_QUERY"), "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_opens_or_is_told_to_be_none() {
    let db = TestDb::sqlite().await;
    let server = TestServer::filled(&db).await;
    let new = NewMember {
        name: "Anne Durand".into(),
        role: MemberRole::Facilitator,
        organisation: "PLIE de Montpellier".into(),
        siret: None,
    };
    let key = members::add(&db.db, new, passerelle::app::new_id, at(NOW)).await.expect("a key");
    let read = json!({ "query": "{ __typename }" }).to_string();
    for (authorization, status) in [
        (format!("Bearer {key}"), 200),
        (format!("bearer  {key} "), 200),
        ("Bearer passerelle_0".to_owned(), 401),
        // Of a proxy that asks for a password.
        ("Basic YTpi".to_owned(), 200),
    ] {
        let headers = [JSON, ("accept", RESPONSE_JSON), ("authorization", authorization.as_str())];
        let reply = server.send(Method::POST, "/graphql", &headers, read.clone()).await;
        assert_eq!(reply.status, status, "{authorization}: {}", reply.text());
        if status == 401 {
            assert_eq!(code(&reply), "UNAUTHENTICATED");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_queries_have_a_code_and_the_status_their_client_understands() {
    let db = TestDb::sqlite().await;
    let server = TestServer::filled(&db).await;
    let two = "query A { __typename } query B { __typename }";
    let sized = "query ($n: Int!) { lots(first: $n) { totalCount } }";
    for (request, expected, says) in [
        (json!({ "query": "{ lots {" }), "INVALID_QUERY", ""),
        (json!({ "query": "{ nothing }" }), "INVALID_QUERY", "nothing"),
        (json!({ "query": two }), "INVALID_QUERY", ""),
        (json!({ "query": two, "operationName": "C" }), "INVALID_QUERY", "C"),
        (json!({ "query": sized }), "INVALID_QUERY", "n"),
        (json!({ "query": sized, "variables": { "n": "many" } }), "INVALID_QUERY", ""),
        (json!({ "query": "subscription { lotEvents { cursor } }" }), "INVALID_QUERY", ""),
        (
            json!({ "query": "{ lots(first: 0) { totalCount } }" }),
            "BAD_ARGUMENT",
            "between 1 and 100",
        ),
    ] {
        let body = request.to_string();
        for (accept, status) in [("application/json", 200), (RESPONSE_JSON, 400)] {
            let headers = [JSON, ("accept", accept)];
            let reply = server.send(Method::POST, "/graphql", &headers, body.clone()).await;
            assert_eq!((reply.status, reply.header("content-type")), (status, accept), "{body}");
            assert_eq!(code(&reply), expected, "{body}: {}", reply.text());
            assert!(reply.text().contains(says), "{body}: {}", reply.text());
            let id = &reply.json()["errors"][0]["extensions"]["requestId"];
            assert_eq!(id.as_str().map(str::len), Some(36), "{body}: {}", reply.text());
        }
    }
    // A part that fails leaves the rest: this is an answer.
    let partly = json!({ "query": "{ __typename node(id: \"x\") { id } }" });
    let headers = [JSON, ("accept", RESPONSE_JSON)];
    let reply = server.send(Method::POST, "/graphql", &headers, partly.to_string()).await;
    assert_eq!((reply.status, &reply.json()["data"]["__typename"]), (200, &json!("Query")));
    assert_eq!(code(&reply), "BAD_ID");
}

/// A clock that breaks: what a defect of the program looks like.
#[derive(Debug)]
struct BrokenClock;

impl Clock for BrokenClock {
    fn now(&self) -> DateTime<Utc> {
        panic!("secret words of the program");
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(std::future::pending())
    }
}

on_both! {
    async fn our_own_failures_are_hidden_and_have_a_number(db: TestDb) {
        let hand = Arc::new(HandClock::at(NOW));
        let server = TestServer::with_clock(&db, |_| {}, hand, Arc::new(BrokenClock)).await;
        let panics = json!({ "query": "{ lots(filter: {isOpen: true}) { totalCount } }" }).to_string();
        let fails = json!({ "query": "{ lots { totalCount } }" }).to_string();
        for (body, close) in [(panics, false), (fails, true)] {
            if close {
                server.app.ingestor.db().clone().close().await.expect("closed");
            }
            for (accept, status) in [("application/json", 200), (RESPONSE_JSON, 500)] {
                let headers = [JSON, ("accept", accept)];
                let reply = server.send(Method::POST, "/graphql", &headers, body.clone()).await;
                assert_eq!((reply.status, code(&reply).as_str()), (status, "INTERNAL"), "{}", reply.text());
                let said = reply.text().to_lowercase();
                for word in ["secret", "panic", "sql", "pool", "connection", "src/"] {
                    assert!(!said.contains(word), "{word}: {said}");
                }
                let id = &reply.json()["errors"][0]["extensions"]["requestId"];
                assert_eq!(id.as_str().map(str::len), Some(36), "{said}");
            }
        }
        assert_eq!(server.get("/healthz").await.status, 200, "the server goes on");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_settings_bound_what_a_query_costs() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| {
        config.limits.depth = 5;
        config.limits.complexity = 2_000;
        config.limits.page_size = 10;
    })
    .await;
    let many = |count: u32, field: &str| {
        (0..count).fold(String::new(), |fields, at| fields + &format!("a{at}: {field} "))
    };
    let aliases = many(31, "now");
    let costly = many(
        29,
        "lots(first: 10) { nodes { id title number status nature description sourceId } }",
    );
    let spreads = (0..40).fold("{ ...f0 }".to_owned(), |query, at| {
        query + &format!(" fragment f{at} on Query {{ ...f{next} ...f{next} }}", next = at + 1)
    }) + " fragment f40 on Query { __typename }";
    let words: String = (0..40).fold(String::new(), |words, at| words + &format!("mot{at} "));
    let searched = format!("{{ lots(filter: {{text: \"{words}\"}}) {{ totalCount }} }}");
    let branches = "\"9091\", ".repeat(101);
    let branched = format!("{{ lots(filter: {{cpv: [{branches}]}}) {{ totalCount }} }}");
    let loops = "query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    let directives = format!("{{ __typename {} }}", "@skip(if: false) ".repeat(30));
    let nested = format!("{{ {} }}", "a { ".repeat(20_000));
    for (query, says) in [
        (
            "{ lots(first: 1) { nodes { notice { procedure { notices { id } } } } } }",
            "nested too deep",
        ),
        (
            "{ lots(first: 10) { nodes { notice { lots { findings { kind rule { id title } evidence { field quote start end } notice { sourceId } } } } id } } }",
            "too complex",
        ),
        (&format!("{{ {aliases} }}"), "root fields"),
        (&spreads, "more than 2000 fields"),
        (&searched, "more than 32 words"),
        (&branched, "101 values"),
        (&format!("{{ {costly} }}"), "too complex"),
        ("{ lots(first: 11) { totalCount } }", "between 1 and 10"),
        (loops, "holds itself"),
        (&directives, "directive"),
        (&nested, "[…]"),
    ] {
        let reply = server.post(&json!({ "query": query })).await;
        let shown: String = query.chars().take(80).collect();
        assert!(reply.bytes.len() < 4_000, "{shown}: an answer is not as long as its query");
        assert_eq!(reply.status, 200, "{shown}");
        assert!(
            ["INVALID_QUERY", "BAD_ARGUMENT"].contains(&code(&reply).as_str()),
            "{shown}: {}",
            reply.text()
        );
        assert!(reply.text().to_lowercase().contains(says), "{shown}: {}", reply.text());
    }
    let hurried = TestServer::with(&db, |config| config.limits.timeout_seconds = 0).await;
    let ask = json!({ "query": "{ lots { totalCount } }" });
    let reply = hurried.post(&ask).await;
    assert_eq!((reply.status, code(&reply).as_str()), (200, "TIMEOUT"));
    let headers = [JSON, ("accept", RESPONSE_JSON)];
    let reply = hurried.send(Method::POST, "/graphql", &headers, ask.to_string()).await;
    assert_eq!((reply.status, code(&reply).as_str()), (504, "TIMEOUT"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_other_sites_may_not_read_answers() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let elsewhere = [("origin", "https://elsewhere.example"), JSON];
    let asked = [
        elsewhere[0],
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let preflight = server.send(Method::OPTIONS, "/graphql", &asked, "").await;
    assert_eq!(preflight.status, 405);
    let ask = r#"{"query": "{ __typename }"}"#;
    for reply in [
        preflight,
        server.send(Method::POST, "/graphql", &elsewhere, ask).await,
        server.send(Method::GET, "/graphql?query={__typename}", &elsewhere, "").await,
        server.send(Method::GET, "/readyz", &elsewhere, "").await,
    ] {
        let given = reply.headers.keys().find(|name| name.as_str().starts_with("access-control"));
        assert_eq!(given, None);
    }
}
