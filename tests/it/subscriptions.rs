//! `lotEvents`: nothing is lost, nothing comes twice, wherever a client is cut off.

use std::time::Duration;

use async_graphql::{Executor, Request, Response, Variables};
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use passerelle::graphql::Runner;
use passerelle::store;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::api::Api;
use crate::support::databases::TestDb;
use crate::support::random::Random;
use crate::support::sample;

const QUERY: &str = "subscription ($filter: LotFilter, $after: String) {
    lotEvents(filter: $filter, after: $after) { cursor position kind lotId lot { id title } notice { sourceId } } }";

fn subscribe(runner: &Runner, filter: &Value, after: Option<&str>) -> BoxStream<'static, Response> {
    let variables = Variables::from_json(json!({ "filter": filter, "after": after }));
    runner.execute_stream(Request::new(QUERY).variables(variables), None)
}

/// The next event; nothing when none comes for a while.
async fn next(stream: &mut BoxStream<'static, Response>) -> Option<Value> {
    let response = tokio::time::timeout(Duration::from_secs(3), stream.next()).await.ok()??;
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    let mut data = response.data.into_json().expect("JSON");
    Some(data["lotEvents"].take())
}

/// A cursor before the first event.
async fn beginning(db: &TestDb) -> String {
    let head = store::events::head(db.db.read()).await.expect("a head");
    passerelle::graphql::cursor::of_event(head.epoch, 0)
}

fn position(event: &Value) -> i64 {
    event["position"].as_str().expect("text").parse().expect("a number")
}

on_both! {
    async fn a_client_that_is_cut_off_misses_nothing(db: TestDb) {
        let api = Api::new(&db);
        let mut random = Random(99);
        let mut seen: Vec<i64> = Vec::new();
        let mut cursor = beginning(&db).await;
        let mut stream = subscribe(&api.runner, &Value::Null, Some(&cursor));
        let ingesting = {
            let ingestor = api.ingestor.clone();
            let documents = sample::everything();
            tokio::spawn(async move {
                for chunk in documents.chunks(9) {
                    let batch = passerelle::usecases::ingest::Batch {
                        documents: chunk.to_vec(),
                        ..Default::default()
                    };
                    ingestor.ingest(batch).await.expect("stored");
                }
            })
        };
        // The client is cut off again and again, and comes back with the last cursor it has.
        loop {
            for _ in 0..=random.below(25) {
                let Some(event) = next(&mut stream).await else { break };
                seen.push(position(&event));
                event["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
                // A lot may be gone by the time its event is read.
                assert!(event["lot"].is_null() || event["lot"]["id"] == event["lotId"]);
            }
            let head = store::events::head(db.db.read()).await.expect("a head").position;
            if ingesting.is_finished() && seen.last() == Some(&head) {
                break;
            }
            drop(stream);
            stream = subscribe(&api.runner, &Value::Null, Some(&cursor));
        }
        ingesting.await.expect("stored");
        let all: Vec<i64> = (1..=seen.len()).map(|position| i64::try_from(position).expect("small")).collect();
        assert!(seen.len() > 150, "{} events", seen.len());
        assert_eq!(seen, all);
    }
}

on_both! {
    async fn a_filter_lets_through_the_events_of_the_lots_that_fit(db: TestDb) {
        let api = Api::filled(&db).await;
        let start = beginning(&db).await;

        let filter = json!({ "departments": ["34"], "eligibleFor": ["ESAT"], "isOpen": true });
        let asked = "query ($filter: LotFilter) { lots(first: 100, filter: $filter) { totalCount nodes { id } } }";
        let lots = api.ask_with(asked, json!({ "filter": filter.clone() })).await;
        let fitting: Vec<&Value> =
            lots["lots"]["nodes"].as_array().expect("lots").iter().map(|lot| &lot["id"]).collect();
        assert_eq!(lots["lots"]["totalCount"], fitting.len(), "all of them on one page");
        assert!(fitting.len() > 3);

        let mut everything = Vec::new();
        let mut stream = subscribe(&api.runner, &Value::Null, Some(&start));
        while let Some(event) = next(&mut stream).await {
            everything.push(event);
        }
        let expected: Vec<i64> = everything
            .iter()
            .filter(|event| fitting.contains(&&event["lotId"]))
            .map(position)
            .collect();
        let mut stream = subscribe(&api.runner, &filter, Some(&start));
        let mut found = Vec::new();
        while let Some(event) = next(&mut stream).await {
            found.push(position(&event));
        }
        assert_eq!(found, expected);
        assert!(!found.is_empty() && found.len() < everything.len());
    }
}

on_both! {
    async fn bad_subscriptions_end_with_a_reason(db: TestDb) {
        let api = Api::filled(&db).await;
        let another_database = uuid::Uuid::from_u128(7);
        let foreign = passerelle::graphql::cursor::of_event(another_database, 0);
        for (filter, after, code) in [
            (Value::Null, Some("nonsense"), "BAD_CURSOR"),
            (Value::Null, Some(foreign.as_str()), "CURSOR_EPOCH_CHANGED"),
            (json!({ "departments": ["99"] }), None, "UNKNOWN_CODE"),
        ] {
            let response = subscribe(&api.runner, &filter, after).next().await.expect("an answer");
            let code_found = response.errors[0].extensions.as_ref().and_then(|e| e.get("code")).cloned();
            assert_eq!(code_found, Some(code.into()), "{:?}", response.errors);
        }
    }
}

on_both! {
    async fn events_of_another_process_arrive(db: TestDb) {
        let api = Api::new(&db);
        let writer = Api::new(&db);
        let start = beginning(&db).await;
        let mut stream = subscribe(&api.runner, &Value::Null, Some(&start));
        let waiting = tokio::spawn(async move { stream.next().await });
        // However long writing takes, only what comes after it is waited for.
        writer.ingest(sample::everything()).await;
        let waited = tokio::time::timeout(Duration::from_secs(10), waiting).await;
        let response = waited.expect("in time").expect("no panic").expect("an event");
        assert_eq!(position(&response.data.into_json().expect("JSON")["lotEvents"]), 1);
    }
}
