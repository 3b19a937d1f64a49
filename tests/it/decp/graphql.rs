//! Contracts by GraphQL: fields, filters, refusals, and what a page costs.

use serde_json::{Value, json};

use super::decoding::everything;
use crate::on_both;
use crate::support::api::Api;
use crate::support::databases::TestDb;

async fn filled(db: &TestDb) -> Api {
    let api = Api::new(db);
    api.ingest(everything()).await;
    api
}

on_both! {
    async fn a_contract_tells_who_holds_it_for_how_much(db: TestDb) {
        let api = filled(&db).await;
        let query = r#"{
            contract(uid: "21340172201787202601_77310000") {
                id uid number kind object cpv { code label } priceForm layouts
                placeOfPerformance { department { code } }
                socialConsiderations { filled kinds raw } environmentalConsiderations { filled }
                buyer { name siret }
                signed { amount { money { amount } } holders { name } }
                current { amount { money { amount } } holders { name organisationId } notifiedOn }
                modifications { number terms { amount { raw } durationMonths notifiedOn } }
                conflicts { field values }
            }
        }"#;
        let contract = api.ask(query).await["contract"].take();
        assert_eq!(contract["uid"], "21340172201787202601");
        assert_eq!(contract["socialConsiderations"]["kinds"], json!(["CLAUSE", "CRITERION"]));
        assert_eq!(contract["environmentalConsiderations"]["filled"], "NONE");
        assert_eq!(contract["signed"]["amount"]["money"]["amount"], "240000.00");
        assert_eq!(contract["signed"]["holders"].as_array().map(Vec::len), Some(2));
        assert_eq!(contract["current"]["amount"]["money"]["amount"], "260000.00");
        assert_eq!(contract["modifications"][0]["terms"]["durationMonths"], Value::Null);
        assert_eq!(contract["cpv"]["label"], "Réalisation et entretien d'espaces verts");

        let id = contract["id"].clone();
        let node = api
            .ask_with("query($id: ID!) { node(id: $id) { id ... on Contract { number } } }", json!({ "id": id }))
            .await;
        assert_eq!(node["node"], json!({ "id": id, "number": "202601" }));
        let holder = &contract["current"]["holders"][0]["organisationId"];
        let held = api
            .ask_with(
                "query($h: [ID!]) { contracts(filter: {holders: $h}) { totalCount nodes { number } } }",
                json!({ "h": [holder] }),
            )
            .await;
        assert_eq!(held["contracts"]["totalCount"], 3);
    }
}

on_both! {
    async fn contracts_are_filtered_paged_and_refused_like_lots(db: TestDb) {
        let api = filled(&db).await;
        let numbers = async |filter: &str| {
            let query = format!("{{ contracts(filter: {filter}) {{ nodes {{ number }} }} }}");
            let data = api.ask(&query).await;
            let nodes = data["contracts"]["nodes"].as_array().expect("nodes").clone();
            let mut numbers: Vec<String> = nodes
                .iter()
                .filter_map(|node| node["number"].as_str().map(str::to_owned))
                .collect();
            numbers.sort();
            numbers
        };
        assert_eq!(numbers("{social: [RESERVED]}").await, ["2026-C3", "DSP-7"]);
        assert_eq!(numbers("{socialFilled: [NONE]}").await, ["26-B2", "26-F5"]);
        assert_eq!(numbers("{kinds: [CONCESSION]}").await, ["DSP-7"]);
        assert_eq!(numbers("{sirets: [\"50201281800022\"]}").await, ["2026-C3"]);
        assert_eq!(numbers("{amount: {from: 500000}}").await, ["DSP-7", "XML-9"]);
        let first = api.ask("{ contracts(first: 3, orderBy: AMOUNT_DESCENDING) { totalCount pageInfo { endCursor hasNextPage } nodes { number } } }").await;
        assert_eq!(first["contracts"]["totalCount"], 9);
        assert_eq!(first["contracts"]["nodes"][0]["number"], "DSP-7");
        let end = &first["contracts"]["pageInfo"]["endCursor"];
        let rest = api
            .ask_with(
                "query($after: String) { contracts(first: 10, after: $after, orderBy: AMOUNT_DESCENDING) { nodes { number } pageInfo { hasNextPage } } }",
                json!({ "after": end }),
            )
            .await;
        assert_eq!(rest["contracts"]["nodes"].as_array().map(Vec::len), Some(6));

        let many: Vec<String> = (0..101).map(|n| format!("{n:02}")).collect();
        for (query, variables, code) in [
            ("query($v: [String!]) { contracts(filter: {cpv: $v}) { nodes { id } } }", json!({ "v": many }), "BAD_ARGUMENT"),
            ("{ contracts(filter: {sirets: [\"123\"]}) { nodes { id } } }", Value::Null, "BAD_ARGUMENT"),
            ("{ contracts(filter: {cpv: [\"x\"]}) { nodes { id } } }", Value::Null, "UNKNOWN_CODE"),
            ("{ contracts(first: 1000) { nodes { id } } }", Value::Null, "BAD_ARGUMENT"),
            ("{ contract { id } }", Value::Null, "BAD_ARGUMENT"),
            ("{ contract(id: \"lot_00000000000000000000000000000007\") { id } }", Value::Null, "BAD_ID"),
        ] {
            assert_eq!(api.refuse(query, variables).await.0, code, "{query}");
        }
        assert_eq!(api.ask("{ contract(uid: \"no\") { id } }").await["contract"], Value::Null);
    }
}

on_both! {
    async fn a_page_of_contracts_costs_the_same_however_long(db: TestDb) {
        let api = filled(&db).await;
        let query = |first: u32| {
            format!("{{ contracts(first: {first}) {{ totalCount nodes {{ id buyer {{ organisation {{ name }} }} current {{ holders {{ organisation {{ name }} }} }} modifications {{ number }} }} }} }}")
        };
        for first in [1, 9] {
            let (_, statements) = db.count_statements(api.ask(&query(first))).await;
            // The page, the count, the organisations.
            assert_eq!(statements, 3, "{first} contracts");
        }
    }
}
