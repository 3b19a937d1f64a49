//! `graphql-transport-ws`: the protocol, the replay of the log and its end, and who is turned away.

use std::time::Duration;

use chrono::TimeDelta;
use passerelle::graphql::cursor::of_event;
use passerelle::store;
use passerelle::usecases::ingest::Batch;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::databases::TestDb;
use crate::support::notices::at;
use crate::support::sample;
use crate::support::server::{LONG, TestServer};
use crate::support::websocket::{Said, Socket};

const PROTOCOL: &str = "graphql-transport-ws";
const EVENTS: &str = "subscription ($after: String) { lotEvents(after: $after) { cursor position kind lot { title } } }";
const SOON: Duration = Duration::from_millis(200);

/// A cursor before the first event.
async fn beginning(server: &TestServer) -> String {
    let head = store::events::head(server.app.ingestor.db().read()).await.expect("a head");
    of_event(head.epoch, 0)
}

on_both! {
    async fn events_are_replayed_then_live_until_the_client_has_enough(db: TestDb) {
        let server = TestServer::start(&db).await;
        let documents = sample::api_documents(at("2026-11-20T09:00:00Z"));
        let (first, rest) = documents[..40].split_at(20);
        let ingest = async |documents: &[_]| {
            let batch = Batch { documents: documents.to_vec(), ..Batch::default() };
            server.app.ingestor.ingest(batch).await.expect("stored").events
        };
        let before = ingest(first).await;
        assert!(before > 10, "{before}");
        let mut socket = Socket::ready(&server).await;
        let start = beginning(&server).await;
        socket.subscribe("replay", EVENTS, json!({ "after": start })).await;
        let mut last = Value::Null;
        for position in 1..=before {
            let event = socket.event().await;
            assert_eq!(event["position"], position.to_string());
            last = event["cursor"].clone();
        }
        assert_eq!(socket.hear_within(SOON).await, None, "nothing more is there");
        let mut another = Socket::ready(&server).await;
        another.subscribe("live", EVENTS, json!({})).await;
        another.subscribe("resumed", EVENTS, json!({ "after": last })).await;
        // A query over the same websocket shows that the subscriptions before it have begun.
        another.subscribe("query", "{ __typename }", json!({})).await;
        assert_eq!(another.hear().await.json()["payload"]["data"]["__typename"], "Query");
        assert_eq!(another.hear().await.json(), json!({ "id": "query", "type": "complete" }));

        let after = ingest(rest).await;
        for position in before + 1..=before + after {
            assert_eq!(socket.event().await["position"], position.to_string());
        }
        let mut told = Vec::new();
        for _ in 0..2 * after {
            let message = another.hear().await.json();
            let event = &message["payload"]["data"]["lotEvents"];
            told.push((message["id"].as_str().map(str::to_owned), event["position"].as_str().map(str::to_owned)));
        }
        for id in ["live", "resumed"] {
            let of_one = told.iter().filter(|(from, _)| from.as_deref() == Some(id));
            let expected: Vec<_> = (before + 1..=before + after).map(|at| Some(at.to_string())).collect();
            assert_eq!(of_one.map(|(_, at)| at.clone()).collect::<Vec<_>>(), expected, "{id}");
        }
        // Once it has had enough, nothing more comes.
        another.say(&json!({ "id": "live", "type": "complete" })).await;
        another.say(&json!({ "type": "ping" })).await;
        while another.hear().await.json()["type"] != "pong" {}
        let edited: Vec<_> = documents[..3].iter().map(|one| sample::edited(one, at("2026-11-23T07:00:00Z"), "(modifié)")).collect();
        let edits = ingest(&edited).await;
        assert!(edits > 0);
        for _ in 0..edits {
            assert_eq!(another.hear().await.json()["id"], "resumed");
        }
        assert_eq!(another.hear_within(SOON).await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_protocol_is_kept() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    let mut socket = Socket::open(&server, &format!("graphql-ws, {PROTOCOL}")).await.expect("open");
    socket.say(&json!({ "type": "ping", "payload": { "a": 1 } })).await;
    assert_eq!(socket.hear().await.json()["type"], "pong", "also before the beginning");
    socket.say(&json!({ "type": "connection_init", "payload": { "token": "x" } })).await;
    assert_eq!(socket.hear().await.json(), json!({ "type": "connection_ack" }));
    socket.say(&json!({ "type": "pong" })).await;
    socket.say(&json!({ "id": "unknown", "type": "complete" })).await;
    for (id, query, code) in [
        ("a", "subscription { nothing }", "INVALID_QUERY"),
        ("b", "subscription { lotEvents(after: \"x\") { cursor } }", "BAD_CURSOR"),
        ("c", "{ lots(first: 0) { totalCount } }", "BAD_ARGUMENT"),
        ("d", "subscription {", "INVALID_QUERY"),
    ] {
        socket.subscribe(id, query, json!({})).await;
        let message = socket.hear().await.json();
        assert_eq!(message["payload"]["errors"][0]["extensions"]["code"], code, "{message}");
        let request = &message["payload"]["errors"][0]["extensions"]["requestId"];
        assert_eq!(request.as_str().map(str::len), Some(36), "{message}");
        assert_eq!(socket.hear().await.json(), json!({ "id": id, "type": "complete" }));
    }
    socket.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_keep_the_protocol_is_turned_away() {
    let db = TestDb::sqlite().await;
    let server = TestServer::start(&db).await;
    for unknown in ["", "graphql-ws", "mqtt"] {
        let Err((status, body)) = Socket::open(&server, unknown).await else { panic!("{unknown}") };
        assert_eq!(status, 400, "{unknown}");
        assert!(body.contains(PROTOCOL), "{unknown}: {body}");
    }
    let init = json!({ "type": "connection_init" });
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": EVENTS } });
    // The codes of the protocol tell a client that coming back with the same is of no use.
    for (messages, code) in [
        (vec![subscribe.to_string()], 4401),
        (vec![init.to_string(), init.to_string()], 4429),
        (vec!["nonsense".to_owned()], 4400),
        (vec![json!({ "type": "nonsense" }).to_string()], 4400),
        (vec![init.to_string(), json!({ "id": "1", "type": "subscribe" }).to_string()], 4400),
        (vec![init.to_string(), subscribe.to_string(), subscribe.to_string()], 4409),
    ] {
        let mut socket = Socket::open(&server, PROTOCOL).await.expect("open");
        for message in &messages {
            socket.say_text(message.clone()).await;
        }
        let mut said = socket.hear().await;
        while matches!(&said, Said::Json(value) if value["type"] == "connection_ack") {
            said = socket.hear().await;
        }
        assert_eq!(said.code(), code, "{messages:?}: {said:?}");
        let Said::Closed(_, reason) = said else { unreachable!() };
        assert!(!reason.contains("line 1 column"), "{reason}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn websockets_are_bounded_in_number_size_and_silence() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| {
        config.limits.websockets = 2;
        config.limits.body_bytes = 5_000;
    })
    .await;
    let first = Socket::ready(&server).await;
    let mut second = Socket::ready(&server).await;
    let Err((status, body)) = Socket::open(&server, PROTOCOL).await else { panic!("a third") };
    assert_eq!(status, 503);
    assert!(body.contains("too many websockets"), "{body}");
    let metrics = server.get("/metrics").await;
    assert!(metrics.text().contains("passerelle_websockets 2\n"), "{}", metrics.text());

    second.say_text(" ".repeat(5_001)).await;
    let said = second.hear().await;
    assert!(matches!(said, Said::Closed(1009, _) | Said::Gone), "{said:?}");
    first.close().await;
    // Both places are free again.
    let mut silent = reopened(&server).await;
    reopened(&server).await.close().await;
    // Who never begins is let go; who begins and answers pings may stay for ever.
    let said = loop {
        server.clock.advance(TimeDelta::seconds(5));
        if let Some(said) = silent.hear_within(Duration::from_millis(20)).await {
            break said;
        }
    };
    assert_eq!(said.code(), 4408);
    let mut answering = Socket::ready(&server).await;
    for _ in 0..3 {
        server.clock.advance(TimeDelta::seconds(30));
        answering.hear_ping().await;
        assert_eq!(answering.hear_within(Duration::from_millis(100)).await, None);
    }
    // Who is silently gone is noticed, and its place is free again.
    tokio::time::timeout(LONG, async {
        while !server.get("/metrics").await.text().contains("passerelle_websockets 0\n") {
            server.clock.advance(TimeDelta::seconds(30));
        }
    })
    .await
    .expect("its place is free");
    drop(answering);
}

/// A websocket, as soon as the server has noticed that another one went.
async fn reopened(server: &TestServer) -> Socket {
    loop {
        if let Ok(socket) = Socket::open(server, PROTOCOL).await {
            return socket;
        }
        tokio::task::yield_now().await;
    }
}

on_both! {
    async fn a_failure_of_ours_ends_a_subscription_with_a_number(db: TestDb) {
        let server = TestServer::start(&db).await;
        let mut socket = Socket::ready(&server).await;
        socket.subscribe("1", EVENTS, json!({})).await;
        socket.subscribe("2", "{ __typename }", json!({})).await;
        assert_eq!(socket.hear().await.json()["id"], "2");
        assert_eq!(socket.hear().await.json()["type"], "complete");
        server.app.ingestor.db().clone().close().await.expect("closed");
        let said = loop {
            // It looks for events of other processes from time to time.
            server.clock.advance(TimeDelta::seconds(5));
            if let Some(said) = socket.hear_within(Duration::from_millis(20)).await {
                break said.json();
            }
        };
        let error = &said["payload"]["errors"][0]["extensions"];
        assert_eq!(error["code"], "INTERNAL", "{said}");
        assert_eq!(error["requestId"].as_str().map(str::len), Some(36), "{said}");
        assert_eq!(socket.hear().await.json(), json!({ "id": "1", "type": "complete" }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_over_a_websocket_have_the_same_limits() {
    let db = TestDb::sqlite().await;
    let server = TestServer::with(&db, |config| config.limits.timeout_seconds = 0).await;
    let mut socket = Socket::ready(&server).await;
    socket.subscribe("1", "{ lots { totalCount } }", json!({})).await;
    let said = socket.hear().await.json();
    assert_eq!(said["payload"]["errors"][0]["extensions"]["code"], "TIMEOUT", "{said}");
}
