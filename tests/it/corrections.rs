//! What people say of findings stands beside them, under their name, and counts by rule.

use passerelle::domain::member::MemberRole;
use passerelle::domain::siret::Siret;
use passerelle::store;
use passerelle::usecases::correct::remove;
use passerelle::usecases::members::{self, NewMember};
use passerelle::usecases::reassess::{ReassessPlan, reassess};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::api::Api;
use crate::support::databases::TestDb;
use crate::support::notices::at;

async fn key(db: &TestDb, name: &str, organisation: &str) -> String {
    let new = NewMember {
        name: name.to_owned(),
        role: MemberRole::Officer,
        organisation: organisation.to_owned(),
        siret: Siret::parse("21340172201787"),
    };
    let now = at("2026-11-23T08:00:00Z");
    members::add(&db.db, new, passerelle::app::new_id, now).await.expect("a key")
}

const SAY: &str = "mutation($input: CorrectFindingInput!) {
    correctFinding(input: $input) {
        correction { verdict kind reason quote rulesVersion rule { id } author { organisation siret role } }
        lot { corrections { verdict } }
        userErrors { field message }
    }
}";

/// Says something, and gives the payload or the code of the error.
async fn say(api: &Api, key: Option<&str>, input: Value) -> Result<Value, String> {
    let variables = json!({ "input": input });
    let mut response = api.respond_to(key, SAY, variables.as_object().cloned()).await;
    match response["errors"][0]["extensions"]["code"].as_str() {
        Some(code) => Err(code.to_owned()),
        None => Ok(response["data"]["correctFinding"].take()),
    }
}

/// A lot with an execution clause, and the rule that found it.
async fn flagged(api: &Api) -> (String, String) {
    let query = "{ lots(filter: {kinds: [EXECUTION_CLAUSE]}, first: 1) { nodes { id findings(kinds: [EXECUTION_CLAUSE]) { rule { id } } } } }";
    let found = api.ask(query).await;
    let lot = &found["lots"]["nodes"][0];
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    (text(&lot["id"]), text(&lot["findings"][0]["rule"]["id"]))
}

async fn counts(api: &Api, rule: &str) -> (i64, i64) {
    let rules = api.ask("{ rules { id rightCount wrongCount } }").await;
    let rules = rules["rules"].as_array().expect("rules");
    let found = rules.iter().find(|one| one["id"] == rule).expect("the rule");
    let count = |name: &str| found[name].as_i64().expect("a count");
    (count("rightCount"), count("wrongCount"))
}

on_both! {
    async fn what_people_say_stands_beside_the_finding(db: TestDb) {
        let api = Api::filled(&db).await;
        let (lot, rule) = flagged(&api).await;
        let officer = key(&db, "Anne Durand", "Ville de Montpellier").await;
        let other = key(&db, "Paul Petit", "Métropole de Nîmes").await;
        let before = api.ask_with("query($id: ID!) { lot(id: $id) { findings { kind confidence evidence { quote } } eligibleFor { verdict } } }", json!({ "id": lot })).await;

        let wrong = json!({ "lot": lot, "kind": "EXECUTION_CLAUSE", "verdict": "WRONG", "reason": " C'est l'objet du marché. " });
        let payload = say(&api, Some(&officer), wrong).await.expect("kept");
        let said = &payload["correction"];
        assert_eq!(said["rule"]["id"], json!(rule));
        assert_eq!(said["reason"], "C'est l'objet du marché.");
        assert_eq!(said["author"], json!({ "organisation": "Ville de Montpellier", "siret": "21340172201787", "role": "OFFICER" }));
        assert_eq!(counts(&api, &rule).await, (0, 1));

        // The same person thinks again, and another one agrees.
        for key in [&officer, &other] {
            let right = json!({ "lot": lot, "kind": "EXECUTION_CLAUSE", "verdict": "RIGHT" });
            say(&api, Some(key), right).await.expect("kept");
        }
        assert_eq!(counts(&api, &rule).await, (2, 0));

        let missing = json!({ "lot": lot, "kind": "RESERVED_PRISON", "verdict": "MISSING", "reason": "CCAP, art. 8", "quote": "réservé" });
        let payload = say(&api, Some(&officer), missing).await.expect("kept");
        let verdicts = payload["lot"]["corrections"].as_array().expect("a list").iter();
        let mut verdicts: Vec<&str> = verdicts.filter_map(|said| said["verdict"].as_str()).collect();
        verdicts.sort_unstable();
        assert_eq!(verdicts, ["MISSING", "RIGHT", "RIGHT"]);

        // The finding is as it was, with what people say of it; and so after the rules ran again.
        reassess(&api.ingestor, ReassessPlan::default()).await.expect("assessed");
        let after = api.ask_with("query($id: ID!) { lot(id: $id) { findings { kind confidence evidence { quote } } eligibleFor { verdict } } }", json!({ "id": lot })).await;
        assert_eq!(before, after);
        let shown = api.ask_with("query($id: ID!) { lot(id: $id) { findings(kinds: [EXECUTION_CLAUSE]) { corrections { verdict author { organisation } } } } }", json!({ "id": lot })).await;
        let shown = &shown["lot"]["findings"][0]["corrections"];
        assert_eq!(shown.as_array().map(Vec::len), Some(2));
        assert!(!shown.to_string().contains("Durand"), "names of persons are not public");
    }
}

on_both! {
    async fn what_does_not_fit_is_told(db: TestDb) {
        let api = Api::filled(&db).await;
        let (lot, _) = flagged(&api).await;
        let key = key(&db, "Anne Durand", "Ville de Montpellier").await;
        let input = |kind: &str, verdict: &str, reason: &str| {
            json!({ "lot": lot, "kind": kind, "verdict": verdict, "reason": reason })
        };
        let long = "é".repeat(2_001);
        for (input, field) in [
            (input("EXECUTION_CLAUSE", "WRONG", " "), "reason"),
            (input("EXECUTION_CLAUSE", "WRONG", &long), "reason"),
            (input("EXECUTION_CLAUSE", "MISSING", "là"), "verdict"),
            (input("RESERVED_PRISON", "RIGHT", ""), "verdict"),
            (json!({ "lot": lot, "kind": "EXECUTION_CLAUSE", "verdict": "RIGHT", "quote": long }), "quote"),
            (json!({ "lot": "lot_00000000000000000000000000000007", "kind": "EXECUTION_CLAUSE", "verdict": "RIGHT" }), "lot"),
        ] {
            let payload = say(&api, Some(&key), input).await.expect("a payload");
            assert_eq!(payload["correction"], Value::Null);
            assert_eq!(payload["userErrors"][0]["field"], json!(["input", field]), "{payload}");
        }
        let shown = api.ask_with("query($id: ID!) { lot(id: $id) { corrections { verdict } } }", json!({ "id": lot })).await;
        assert_eq!(shown["lot"]["corrections"], json!([]), "nothing of it is kept");
    }
}

on_both! {
    async fn only_a_key_that_holds_may_speak(db: TestDb) {
        let api = Api::filled(&db).await;
        let (lot, _) = flagged(&api).await;
        let right = json!({ "lot": lot, "kind": "EXECUTION_CLAUSE", "verdict": "RIGHT" });
        let unknown = Err("UNAUTHENTICATED".to_owned());
        assert_eq!(say(&api, None, right.clone()).await, unknown);
        assert_eq!(say(&api, Some("passerelle_none"), right.clone()).await, unknown);
        let key = key(&db, "Anne Durand", "Ville de Montpellier").await;
        assert!(say(&api, Some(&key), right.clone()).await.is_ok());

        let stored = store::members::keys(db.db.read()).await.expect("keys");
        assert_eq!(stored.len(), 1);
        assert!(!key.contains(&stored[0].hash) && !stored[0].hash.contains(&key[11..]));
        let now = at("2026-11-23T09:00:00Z");
        let hash = &stored[0].hash[..8];
        assert_eq!(members::revoke(&db.db, hash, now).await.expect("done"), 1);
        assert_eq!(members::revoke(&db.db, hash, now).await.expect("done"), 0, "once is enough");
        assert_eq!(say(&api, Some(&key), right).await, unknown);
    }
}

on_both! {
    async fn what_was_said_can_be_taken_back(db: TestDb) {
        let api = Api::filled(&db).await;
        let (lot, rule) = flagged(&api).await;
        let first = key(&db, "Anne Durand", "Ville de Montpellier").await;
        let input = |kind: &str, verdict: &str| {
            json!({ "lot": lot, "kind": kind, "verdict": verdict, "reason": "vu\u{0}\u{1b}[2J au\nCCAP" })
        };
        // A renewed key speaks for the same person.
        let stored = store::members::keys(db.db.read()).await.expect("keys");
        let now = at("2026-11-23T09:00:00Z");
        let second = members::add_key(&db.db, stored[0].member.id, passerelle::app::new_id, now);
        let second = second.await.expect("a key");
        say(&api, Some(&first), input("EXECUTION_CLAUSE", "WRONG")).await.expect("kept");
        let payload = say(&api, Some(&second), input("EXECUTION_CLAUSE", "RIGHT")).await.expect("kept");
        assert_eq!(payload["correction"]["reason"], "vu [2J au CCAP", "one line, without commands");
        assert_eq!(counts(&api, &rule).await, (1, 0));

        say(&api, Some(&first), input("RESERVED_PRISON", "MISSING")).await.expect("kept");
        let counted = api.ask("{ dataQuality { corrections { kind right wrong missing } } }").await;
        let expected = json!([
            { "kind": "RESERVED_PRISON", "right": 0, "wrong": 0, "missing": 1 },
            { "kind": "EXECUTION_CLAUSE", "right": 1, "wrong": 0, "missing": 0 },
        ]);
        assert_eq!(counted["dataQuality"]["corrections"], expected);

        let withdraw = "mutation($lot: ID!) { withdrawCorrection(input: {lot: $lot, kind: RESERVED_PRISON}) { withdrawn lot { corrections { kind } } } }";
        let variables = json!({ "lot": lot });
        for withdrawn in [true, false] {
            let answer = api.respond_to(Some(&first), withdraw, variables.as_object().cloned()).await;
            let payload = &answer["data"]["withdrawCorrection"];
            assert_eq!(payload["withdrawn"], json!(withdrawn), "{answer}");
            assert_eq!(payload["lot"]["corrections"], json!([{ "kind": "EXECUTION_CLAUSE" }]));
        }
        let answer = api.respond_to(None, withdraw, variables.as_object().cloned()).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");

        // Those who run the server may take back anything.
        let said = store::corrections::newest(db.db.read(), 10).await.expect("statements");
        assert!(remove(&db.db, said[0].id, now).await.expect("done"));
        assert!(!remove(&db.db, said[0].id, now).await.expect("done"));
        assert_eq!(counts(&api, &rule).await, (0, 0));
    }
}
