//! The read side of the API: what it answers, what it refuses and how, what it costs.

use std::time::Duration;

use passerelle::cli::demo::QUESTIONS;
use passerelle::graphql::Limits;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::api::Api;
use crate::support::databases::TestDb;
use crate::support::dump::{assert_same, rows};

on_both! {
    async fn the_statements_of_a_page_do_not_grow_with_it(db: TestDb) {
        let api = Api::filled(&db).await;
        let query = "query ($first: Int) { lots(first: $first) { totalCount nodes {
            title status eligibleFor { verdict }
            buyers { name }
            findings { kind rule { id } notice { sourceId } }
            notice { sourceId description buyers { name } issues { kind } lots { title } links { notice { sourceId } } }
            procedure { title notices { sourceId buyers { name } } lots { title } }
            history { notice { sourceId } }
        } } }";
        let mut costs = Vec::new();
        for first in [3, 30, 100] {
            let asked = api.ask_with(query, json!({ "first": first }));
            let (data, statements) = db.count_statements(asked).await;
            assert_eq!(data["lots"]["nodes"].as_array().map(Vec::len), Some(first));
            costs.push(statements);
        }
        // The page, its count, and one statement for each of the 15 ways to reach other rows. Ways
        // that lead to rows of one kind at the same time share a statement.
        assert!(costs.iter().all(|cost| (5..=17).contains(cost)), "{costs:?}");
    }
}

on_both! {
    async fn bad_input_is_refused_with_what_to_do(db: TestDb) {
        let api = Api::filled(&db).await;
        let lot = api.ask("{ lots(first: 1) { pageInfo { endCursor } nodes { id buyers { id } } } }").await;
        let lot_id = lot["lots"]["nodes"][0]["id"].as_str().expect("an id");
        let cursor = lot["lots"]["pageInfo"]["endCursor"].as_str().expect("a cursor");
        let by_deadline = format!("{{ lots(orderBy: DEADLINE_ASCENDING, after: \"{cursor}\") {{ totalCount }} }}");
        let not_a_buyer = format!("{{ lots(filter: {{buyers: [\"{lot_id}\"]}}) {{ totalCount }} }}");
        let long = "a".repeat(200_001);
        let too_long = format!("{{ assess(input: {{text: \"{long}\"}}) {{ findings {{ kind }} }} }}");
        for (query, code, says) in [
            ("{ lots(first: -1) { totalCount } }", "BAD_ARGUMENT", "between 1 and 100"),
            ("{ lots(first: 0) { totalCount } }", "BAD_ARGUMENT", "between 1 and 100"),
            ("{ lots(first: 101) { totalCount } }", "BAD_ARGUMENT", "between 1 and 100"),
            ("{ lots(first: 1, last: 1) { totalCount } }", "BAD_ARGUMENT", "not both"),
            ("{ lots(after: \"nonsense\") { totalCount } }", "BAD_CURSOR", "leave it out"),
            (&by_deadline, "BAD_CURSOR", "another list or order"),
            ("{ lots(filter: {departments: [\"99\"]}) { totalCount } }", "UNKNOWN_CODE", "INSEE code"),
            ("{ lots(filter: {cpv: [\"nettoyage\"]}) { totalCount } }", "UNKNOWN_CODE", "2 to 8 digits"),
            ("{ lots(filter: {nuts: [\"Occitanie\"]}) { totalCount } }", "UNKNOWN_CODE", "FRJ13"),
            ("{ lots(filter: {communes: [\"Nulle-Part-sur-Rien\"]}) { totalCount } }", "UNKNOWN_CODE", "COMMUNE"),
            ("{ lots(filter: {text: \"de la\"}) { totalCount } }", "BAD_ARGUMENT", "no word"),
            ("{ lots(filter: {near: {radiusKm: 5}}) { totalCount } }", "BAD_ARGUMENT", "latitude"),
            ("{ lots(filter: {near: {commune: \"Montpellier\", radiusKm: 0}}) { totalCount } }", "BAD_ARGUMENT", "more than 0"),
            ("{ lots(filter: {near: {commune: \"Saint-Martin\", radiusKm: 5}}) { totalCount } }", "BAD_ARGUMENT", "INSEE code"),
            ("{ lots(filter: {amount: {from: 5, to: 4}}) { totalCount } }", "BAD_ARGUMENT", "exchange"),
            ("{ lots(filter: {amount: {from: -5}}) { totalCount } }", "BAD_ARGUMENT", "0 or more"),
            ("{ lots(filter: {published: {from: \"2026-12-01\", to: \"2026-11-01\"}}) { totalCount } }", "BAD_ARGUMENT", "exchange"),
            ("{ lots(filter: {published: {from: \"01/12/2026\"}}) { totalCount } }", "INVALID_QUERY", "2026-11-23"),
            ("{ lots(filter: {openAt: \"2026-11-23\"}) { totalCount } }", "INVALID_QUERY", "T11:00:00Z"),
            (&not_a_buyer, "BAD_ID", "organisation"),
            ("{ lots(filter: {buyers: [\"x\"]}) { totalCount } }", "BAD_ID", "`id` field"),
            ("{ lot { title } }", "BAD_ARGUMENT", "sourceId"),
            ("{ lot(sourceId: \"26-900001\") { title } }", "BAD_ARGUMENT", "3 lots"),
            ("{ notice { title } }", "BAD_ARGUMENT", "sourceId"),
            ("{ node(id: \"lot_1\") { id } }", "BAD_ID", "`id` field"),
            ("{ codes(list: CPV, first: 1000) { code } }", "BAD_ARGUMENT", "between 1 and 100"),
            ("{ organisations(filter: {siret: \"123\"}) { totalCount } }", "BAD_ARGUMENT", "14 digits"),
            ("{ feeds { runs(first: 0) { days } } }", "BAD_ARGUMENT", "between 1 and 100"),
            ("{ assess(input: {}) { findings { kind } } }", "BAD_ARGUMENT", "text"),
            (&too_long, "BAD_ARGUMENT", "at most 200000"),
            ("{ lots { title } }", "INVALID_QUERY", "title"),
            ("{ lots(filter: {kind: [EXECUTION_CLAUSE]}) { totalCount } }", "INVALID_QUERY", "kind"),
            ("{ lots {", "INVALID_QUERY", ""),
            ("", "INVALID_QUERY", ""),
        ] {
            let (found, message) = api.refuse(query, Value::Null).await;
            let shown: String = query.chars().take(120).collect();
            assert_eq!(found, code, "{shown}: {message}");
            assert!(message.contains(says), "{shown}: {message}");
        }
    }
}

on_both! {
    async fn what_a_person_may_type_never_breaks_the_database(db: TestDb) {
        let api = Api::filled(&db).await;
        for odd in ["\0", "a\0b", "'; DROP TABLE lot; --", "%", "_", "\\", "\u{feff}", "🦀", "\u{202e}x"] {
            for query in [
                "query ($text: String) { lots(filter: {text: $text}) { totalCount } }",
                "query ($text: String) { organisations(filter: {name: $text}) { totalCount } }",
                "query ($text: String) { notice(source: BOAMP, sourceId: $text) { id } }",
                "query ($text: String) { lot(sourceId: $text, lot: $text) { id } }",
                "query ($text: String) { lots(after: $text) { totalCount } }",
                "query ($text: String) { codes(list: COMMUNE, search: $text) { code } }",
                "query ($text: String!) { lots(filter: {communes: [$text]}) { totalCount } }",
                "query ($text: String!) { assess(input: {text: $text}) { findings { kind } } }",
            ] {
                let response = api.respond(query, json!({ "text": odd })).await;
                let code = response["errors"][0]["extensions"]["code"].as_str().unwrap_or("");
                assert_ne!(code, "INTERNAL", "{query} with {odd:?}: {response}");
            }
        }
    }
}

on_both! {
    async fn ids_lead_back_to_what_they_name(db: TestDb) {
        let api = Api::filled(&db).await;
        let data = api.ask("{ lots(first: 40) { nodes { id title notice { id title } procedure { id title } buyers { id name } } } }").await;
        let lots = data["lots"]["nodes"].as_array().expect("lots");
        let mut ids = Vec::new();
        for lot in lots {
            ids.extend([lot["id"].clone(), lot["notice"]["id"].clone(), lot["procedure"]["id"].clone()]);
            ids.push(lot["buyers"][0]["id"].clone());
        }
        ids.truncate(100);
        let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }";
        let found = api.ask_with(query, json!({ "ids": ids })).await;
        let found = found["nodes"].as_array().expect("nodes").clone();
        for (id, node) in ids.iter().zip(&found) {
            assert_eq!(&node["id"], id);
            let kind = node["__typename"].as_str().expect("a type").to_lowercase();
            assert!(id.as_str().expect("text").starts_with(&kind));
        }
        let lot = &lots[0];
        let query = "query ($id: ID!) { node(id: $id) { ... on Lot { title } } lot(id: $id) { title } }";
        let again = api.ask_with(query, json!({ "id": lot["id"] })).await;
        assert_eq!(again["node"]["title"], lot["title"]);
        assert_eq!(again["lot"]["title"], lot["title"]);
        let nobody = "lot_00000000000000000000000000000000";
        let none = api.ask_with(query, json!({ "id": nobody })).await;
        assert!(none["node"].is_null() && none["lot"].is_null());
    }
}

on_both! {
    async fn a_lot_is_found_by_its_notice_and_number(db: TestDb) {
        let api = Api::filled(&db).await;
        let query = "query ($id: String, $lot: String) { lot(sourceId: $id, lot: $lot) { id sourceLotId findings { kind } } }";
        let by = async |id: &str, lot: Option<&str>| {
            api.ask_with(query, json!({ "id": id, "lot": lot })).await["lot"].take()
        };
        let third = by("26-900001", Some("LOT-0003")).await;
        assert_eq!(third["findings"][0]["kind"], "RESERVED_EA_ESAT");
        for spelling in ["3", "lot n° 3", "03"] {
            assert_eq!(by("26-900001", Some(spelling)).await["id"], third["id"], "{spelling}");
        }
        // The award of the same procurement leads to the same lot.
        assert_eq!(by("26-900071", Some("LOT-0003")).await["id"], third["id"]);
        assert!(by("26-900006", None).await["id"].is_string(), "an undivided notice needs no number");
        assert!(by("26-900001", Some("9")).await.is_null());
        assert!(by("99-1", Some("1")).await.is_null());
    }
}

/// Walks a connection to its end, and gives the ids met.
async fn walk(api: &Api, field: &str, order: &str, size: i32, backwards: bool) -> Vec<String> {
    let (take, from) = if backwards { ("last", "before") } else { ("first", "after") };
    let query = format!(
        "query ($size: Int, $at: String) {{ list: {field}({order} {take}: $size, {from}: $at) {{
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} edges {{ cursor node {{ id }} }} nodes {{ id }} }} }}"
    );
    let mut ids: Vec<String> = Vec::new();
    let mut at = Value::Null;
    loop {
        let data = api.ask_with(&query, json!({ "size": size, "at": at })).await;
        let (list, page) = (&data["list"], &data["list"]["pageInfo"]);
        let edges = list["edges"].as_array().expect("edges");
        assert_eq!(edges.first().map(|edge| &edge["cursor"]), Some(&page["startCursor"]));
        assert_eq!(edges.last().map(|edge| &edge["cursor"]), Some(&page["endCursor"]));
        let here = edges.iter().map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned());
        let more = if backwards {
            ids.splice(0..0, here);
            at = page["startCursor"].clone();
            &page["hasPreviousPage"]
        } else {
            ids.extend(here);
            at = page["endCursor"].clone();
            &page["hasNextPage"]
        };
        if *more != true {
            return ids;
        }
    }
}

on_both! {
    async fn connections_go_both_ways(db: TestDb) {
        let api = Api::filled(&db).await;
        let totals = api.ask("{ lots { totalCount totalCountIsExact } notices { totalCount } organisations { totalCount } }").await;
        assert_eq!(totals["lots"]["totalCountIsExact"], true);
        for (field, order) in [
            ("lots", ""),
            ("lots", "orderBy: DEADLINE_ASCENDING,"),
            ("lots", "orderBy: AMOUNT_DESCENDING,"),
            ("notices", ""),
            ("organisations", ""),
        ] {
            let forwards = walk(&api, field, order, 17, false).await;
            assert_eq!(totals[field]["totalCount"], forwards.len(), "{field}");
            assert_eq!(walk(&api, field, order, 23, true).await, forwards, "{field} {order}");
        }
    }
}

on_both! {
    async fn the_examples_of_the_pages_answer(db: TestDb) {
        let api = Api::filled(&db).await;
        let web = concat!(env!("CARGO_MANIFEST_DIR"), "/web/src");
        let read = |path: &str| std::fs::read_to_string(format!("{web}/{path}")).expect("a file");
        let index: Vec<Value> = serde_json::from_str(&read("examples/index.json")).expect("JSON");
        assert_eq!(index.len(), 7);
        for example in &index {
            let id = example["id"].as_str().expect("an id");
            let query = read(&format!("examples/{id}.graphql"));
            if query.contains("subscription ") {
                continue;
            }
            let data = api.ask_with(&query, example["variables"].clone()).await;
            assert!(!data.to_string().contains("\"nodes\":[]"), "{id} shows something: {data}");
            if let Some(steps) = data["notice"]["procedure"]["timeline"].as_array() {
                assert!(steps.len() > 1, "{id}: {data}");
            }
        }
        for page in ["home/key-figures.graphql", "home/feeds.graphql"] {
            api.ask(&read(page)).await;
        }
        for (title, query) in QUESTIONS {
            let data = api.ask(query).await.to_string();
            assert!(!data.contains("\"nodes\":[]") && !data.contains("\"totalCount\":0"), "{title}: {data}");
        }
    }
}

on_both! {
    async fn a_draft_is_assessed_and_not_stored(db: TestDb) {
        let api = Api::filled(&db).await;
        let before = rows(&db.db).await;
        let data = api.ask(
            r#"{ assess(input: {text: "Le lot n° 2 est réservé aux entreprises adaptées (art. L. 2113-12). Le lot 1 comporte une clause d'insertion de 1 300,5 heures pour des bénéficiaires du RSA."}) {
                lots { lot findings { kind article { article } evidence { quote start end } hours publics quantities { measure value evidence { quote } } } eligibleFor { supplier verdict } }
                findings { kind } } }"#,
        ).await;
        let lots = data["assess"]["lots"].as_array().expect("lots");
        let kinds: Vec<_> = lots.iter().map(|lot| (&lot["lot"], &lot["findings"][0]["kind"])).collect();
        assert_eq!(kinds, [(&json!("1"), &json!("EXECUTION_CLAUSE")), (&json!("2"), &json!("RESERVED_EA_ESAT"))]);
        assert_eq!(lots[1]["findings"][0]["article"]["article"], "L2113-12");
        let clause = &lots[0]["findings"][0];
        let words = json!({ "quote": "1 300,5 heures" });
        let hours = json!([{ "measure": "HOURS", "value": 1300.5, "evidence": words }]);
        assert_eq!((&clause["hours"], &clause["quantities"]), (&json!(1300.5), &hours));
        assert_eq!(clause["publics"], json!(["MINIMUM_INCOME"]));
        let verdict = |lot: &Value, kind: &str| {
            let all = lot["eligibleFor"].as_array().expect("verdicts");
            all.iter().find(|one| one["supplier"] == kind).expect("a verdict")["verdict"].clone()
        };
        assert_eq!(verdict(&lots[1], "ESAT"), "MAY_BID");
        assert_eq!(verdict(&lots[1], "EI"), "MAY_NOT");
        assert_same(&before, &rows(&db.db).await);
    }
}

on_both! {
    async fn a_failure_of_ours_is_hidden_and_has_a_number(db: TestDb) {
        let api = Api::filled(&db).await;
        db.db.clone().close().await.expect("closed");
        let response = api.respond("{ lots { nodes { id } } }", Value::Null).await;
        let error = &response["errors"][0];
        assert_eq!(error["extensions"]["code"], "INTERNAL");
        assert_eq!(error["extensions"]["requestId"].as_str().map(str::len), Some(36));
        let message = error["message"].as_str().expect("a message");
        assert!(!message.to_lowercase().contains("sql") && !message.contains("pool"), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lots_of_lots_of_lots_are_refused() {
    // A million, where a procurement has a hundred.
    let db = TestDb::sqlite().await;
    let api = Api::filled(&db).await;
    let nested = |times: usize| {
        let (open, close) = ("procedure { lots { ".repeat(times), "} } ".repeat(times));
        format!("{{ lots(first: 1) {{ nodes {{ {open} id {close} }} }} }}")
    };
    api.ask(&nested(2)).await;
    let (code, message) = api.refuse(&nested(3), Value::Null).await;
    assert_eq!(code, "INVALID_QUERY", "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn greedy_queries_are_refused() {
    let db = TestDb::sqlite().await;
    let limits = Limits { depth: 6, complexity: 500, introspection: false, ..Limits::default() };
    let api = Api::with_limits(&db, limits);
    let deep = "{ lots { nodes { procedure { lots { procedure { lots { id } } } } } } }";
    let wide =
        "{ lots(first: 100) { nodes { id title description status number key: sourceLotId } } }";
    let hidden = api.ask("{ __schema { types { name } } }").await;
    assert!(hidden["__schema"].is_null(), "introspection is off");
    for query in [deep, wide] {
        let (code, message) = api.refuse(query, Value::Null).await;
        assert_eq!(code, "INVALID_QUERY", "{message}");
    }
    let hurried = Limits { timeout: Duration::ZERO, ..Limits::default() };
    let api = Api::with_limits(&db, hurried);
    let (code, message) = api.refuse("{ lots { totalCount } }", Value::Null).await;
    assert_eq!(code, "TIMEOUT");
    assert!(message.contains("ask for less"), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn graphiql_may_ask_for_the_schema() {
    let db = TestDb::sqlite().await;
    let api = Api::new(&db);
    // As deep as graphql-js 16 asks: fifteen levels.
    let of_type =
        (0..9).fold("name".to_owned(), |inner, _| format!("kind name ofType {{ {inner} }}"));
    let query = format!(
        "{{ __schema {{ queryType {{ name }} types {{ name fields(includeDeprecated: true) {{ name description args {{ name type {{ {of_type} }} }} type {{ {of_type} }} }} }} }} }}"
    );
    let data = api.ask(&query).await;
    assert_eq!(data["__schema"]["queryType"]["name"], "Query");
}
