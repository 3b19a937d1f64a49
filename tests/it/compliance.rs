//! The compliance check and the hours planner over the API, and over real notices.

use std::collections::BTreeMap;

use passerelle::domain::compliance::{BuyerKind, ComplianceVerdict, Told};
use passerelle::domain::legal_basis::LegalBasis;
use passerelle::domain::notice::ContractNature;
use passerelle::feeds::recognise;
use passerelle::rules;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::api::Api;
use crate::support::databases::TestDb;
use crate::support::notices::{at, corpus, documents, files};

const ANSWER: &str = "rule { id origin } article { article } verdict reason known missing advice";

fn answer<'v>(answers: &'v Value, rule: &str) -> &'v Value {
    let answers = answers.as_array().expect("answers");
    answers.iter().find(|answer| answer["rule"]["id"] == rule).expect("an answer")
}

on_both! {
    async fn published_lots_say_what_the_law_asks_of_them(db: TestDb) {
        let api = Api::filled(&db).await;
        let query = format!(
            "query ($first: Int) {{ lots(first: $first) {{ nodes {{ compliance {{ {ANSWER} }} }} }} }}"
        );
        let mut costs = Vec::new();
        for first in [3, 30] {
            let asked = api.ask_with(&query, json!({ "first": first }));
            let (data, statements) = db.count_statements(asked).await;
            for lot in data["lots"]["nodes"].as_array().expect("lots") {
                let answers = lot["compliance"].as_array().expect("answers");
                assert!(answers.len() >= 5, "{lot}");
                for answer in answers {
                    assert_eq!(answer["rule"]["origin"], "COMPLIANCE");
                    let missing = answer["missing"].as_array().expect("a list");
                    assert!(answer["verdict"] != "UNKNOWN" || !missing.is_empty(), "{answer}");
                }
            }
            costs.push(statements);
        }
        // The page, and one statement for the notices of all of its lots.
        assert_eq!(costs, [2, 2]);
        let query = format!("{{ lot(sourceId: \"26-900001\", lot: \"3\") {{ compliance {{ {ANSWER} }} }} }}");
        let data = api.ask(&query).await;
        let stated = answer(&data["lot"]["compliance"], "law.r2113-7");
        assert_eq!((&stated["verdict"], &stated["article"]["article"]), (&json!("MET"), &json!("R2113-7")));
        assert!(stated["known"][0].as_str().is_some_and(|known| known.starts_with("lu : «")), "{stated}");
    }
}

on_both! {
    async fn a_draft_is_measured_with_what_is_told_beside_it(db: TestDb) {
        let api = Api::new(&db);
        let query = format!(
            "query ($input: AssessInput!) {{ assess(input: $input) {{ compliance {{ {ANSWER} }} lots {{ lot compliance {{ {ANSWER} }} }} }} }}"
        );
        let mut input = json!({
            "text": "Le lot 1 comporte une clause d'insertion de 300 heures. Lot 2 : nettoyage des vitres.",
            "estimatedValue": 312_000, "buyerKind": "OTHER_AUTHORITY", "nature": "SERVICES",
            "consultationStart": "2026-09-01", "durationMonths": 12, "cpv": ["90911200-8"],
            "yearlySpend": 60_000_000, "isDefence": false,
        });
        let data = api.ask_with(&query, json!({ "input": input })).await;
        let lots = data["assess"]["lots"].as_array().expect("lots");
        let rule = "law.l2112-2-1";
        let verdicts: Vec<&Value> =
            lots.iter().map(|lot| &answer(&lot["compliance"], rule)["verdict"]).collect();
        assert_eq!(verdicts, ["MET", "NOT_MET"]);
        let whole = &data["assess"]["compliance"];
        assert_eq!(answer(whole, "law.l2113-10")["verdict"], "MET");
        assert_eq!(answer(whole, "law.l2111-3")["verdict"], "TO_CHECK");
        // A lot has no answers about the whole, and the whole of a divided draft none about lots.
        assert!(whole.as_array().is_some_and(|answers| answers.len() == 2), "{whole}");
        input["consultationStart"] = "2026-08-21".into();
        let data = api.ask_with(&query, json!({ "input": input })).await;
        let first = &data["assess"]["lots"][0]["compliance"];
        assert_eq!(answer(first, rule)["verdict"], "DOES_NOT_APPLY");
        // Two lots of 110,000 € make 220,000 €.
        let lots = json!({
            "lots": [
                { "number": "1", "title": "Nettoyage", "estimatedValue": 110_000 },
                { "number": "2", "title": "Vitrerie", "estimatedValue": 110_000 },
            ],
            "buyerKind": "OTHER_AUTHORITY", "nature": "SUPPLIES", "consultationStart": "2026-09-01",
        });
        let data = api.ask_with(&query, json!({ "input": lots })).await;
        let first = answer(&data["assess"]["lots"][0]["compliance"], rule);
        assert_eq!(first["verdict"], "NOT_MET", "{first}");
        assert_eq!(first["known"][0], "valeur estimée de l'ensemble : 220 000 € HT");
        for (name, value, says) in [
            ("estimatedValue", json!(-1), "0 or more"),
            ("cpv", json!(["nettoyage"]), "eight digits"),
        ] {
            let mut wrong = json!({ "text": "x" });
            wrong[name] = value;
            let (_, message) = api.refuse(&query, json!({ "input": wrong })).await;
            assert!(message.contains(says), "{name}: {message}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_are_planned_with_their_formula() {
    let db = TestDb::sqlite().await;
    let api = Api::new(&db);
    let query = "query ($input: PlanHoursInput!) { planHours(input: $input) {
        hours low high formula fullTimeMonths fullTimePeople
        parameters { kind name value origin source usual } supplyWays { text suppliers } } }";
    let input = json!({ "amount": 1_000_000, "labourShare": 50, "effort": 5, "hourlyCost": 30, "durationMonths": 12 });
    let plan = api.ask_with(query, json!({ "input": input })).await["planHours"].take();
    assert_eq!([&plan["hours"], &plan["low"], &plan["high"]], [833, 833, 2_000]);
    assert_eq!([&plan["fullTimeMonths"], &plan["fullTimePeople"]], [5.5, 0.5]);
    assert!(
        plan["formula"].as_str().is_some_and(|text| text.contains("× 50 % × 5 % ÷ 30 €/h = 833 h"))
    );
    assert_eq!(plan["parameters"][1]["origin"], "GIVEN");
    assert_eq!(plan["supplyWays"][1]["suppliers"], json!(["ETTI", "AI", "GEIQ"]));
    let by_trade = json!({ "amount": 1_000_000, "trade": "Peinture" });
    let plan = api.ask_with(query, json!({ "input": by_trade })).await["planHours"].take();
    assert_eq!(
        (&plan["hours"], &plan["parameters"][1]["origin"]),
        (&json!(1_167), &json!("TABLE"))
    );
    for (input, says) in [
        (json!({ "amount": 1_000_000 }), "labour share"),
        (json!({ "amount": 0, "labourShare": 50 }), "the amount"),
        (json!({ "amount": 5, "labourShare": 101 }), "from 0 to 100"),
        (json!({ "amount": 5, "trade": "horlogerie" }), "maçonnerie"),
        (json!({ "amount": 5, "cpv": "45" }), "eight digits"),
    ] {
        let (_, message) = api.refuse(query, json!({ "input": input })).await;
        assert!(message.contains(says), "{input}: {message}");
    }
}

#[test]
fn the_directive_of_a_notice_tells_its_buyer() {
    let path = format!("{}/sample/boamp/26-900028.json", env!("CARGO_MANIFEST_DIR"));
    let document = documents(path.as_ref(), at("2026-11-23T08:00:00Z")).remove(0);
    let notice = recognise::decode(&document).notice.expect("a notice");
    assert_eq!(notice.legal_basis, Some(LegalBasis::Markets));
    let asked = rules::compliance::of_notice(&notice, &rules::assess(&notice), &Told::default());
    let mut answers = asked.whole.iter().chain(asked.lots.iter().flatten());
    let social = answers.find(|answer| answer.rule == "law.l2112-2-1").expect("an answer");
    assert!(social.known.iter().any(|known| known.starts_with("acheteur : ")), "{social:?}");
}

#[test]
fn every_real_notice_is_answered() {
    let Some(corpus) = corpus() else { return };
    let folders =
        ["boamp/records", "boamp/dila_xml", "boamp/legacy_xml_v230", "eforms_real", "ted_r209"];
    let paths = folders.iter().flat_map(|folder| files(&corpus.join(folder)));
    let paths =
        paths.filter(|path| path.extension().is_some_and(|end| end == "xml" || end == "json"));
    let told = Told {
        estimated_value: Some(600_000_000),
        buyer: Some(BuyerKind::OtherAuthority),
        nature: Some(ContractNature::Works),
        consultation_start: "2026-09-01".parse().ok(),
        ..Told::default()
    };
    let mut counts: BTreeMap<(&str, ComplianceVerdict), usize> = BTreeMap::new();
    for path in paths {
        for document in documents(&path, at("2026-11-23T08:00:00Z")) {
            let Some(notice) = recognise::decode(&document).notice else { continue };
            let found = rules::assess(&notice);
            for told in [&Told::default(), &told] {
                let asked = rules::compliance::of_notice(&notice, &found, told);
                assert_eq!(asked.lots.len(), notice.lots.len());
                for answer in asked.whole.iter().chain(asked.lots.iter().flatten()) {
                    let page = rules::find_rule(&answer.rule).expect("a page");
                    *counts.entry((page.id, answer.verdict)).or_default() += 1;
                    assert!(answer.reason.ends_with('.'), "{}: {answer:?}", notice.source_id);
                    let is_explained =
                        answer.verdict != ComplianceVerdict::Unknown || !answer.missing.is_empty();
                    assert!(is_explained, "{}: {answer:?}", notice.source_id);
                }
            }
        }
    }
    let count = |rule, verdict| counts.get(&(rule, verdict)).copied().unwrap_or_default();
    // Nothing published before is asked what came later, and of the same notices, told to be of
    // today, all that are not concessions or of defence are.
    assert!(count("law.l2112-2-1", ComplianceVerdict::DoesNotApply) > 300, "{counts:?}");
    assert!(count("law.l2112-2-1", ComplianceVerdict::ToCheck) > 300, "{counts:?}");
    assert!(count("law.l2112-2-1", ComplianceVerdict::Met) > 10, "{counts:?}");
    assert!(count("law.r2113-7", ComplianceVerdict::Met) > 0, "{counts:?}");
}

on_both! {
    async fn hours_are_compared_with_those_of_published_lots(db: TestDb) {
        let api = Api::filled(&db).await;
        let query = "query ($filter: LotFilter!) { planHours(input: {amount: 1000000, labourShare: 50}) { comparable(filter: $filter) {
            perLot { lots least lowerQuartile median upperQuartile greatest }
            perHundredThousandEuros { lots least greatest }
        } } }";
        let comparable = async |filter: Value| {
            api.ask_with(query, json!({ "filter": filter })).await["planHours"]["comparable"].take()
        };
        // The same from the lots themselves: those whose own clause gives hours.
        let lots = "query ($after: String) { lots(filter: {kinds: [EXECUTION_CLAUSE]}, first: 100, after: $after) {
            nodes { number estimatedValue { amount currency } findings(kinds: [EXECUTION_CLAUSE]) { scope hours } }
            pageInfo { hasNextPage endCursor } } }";
        let (mut hours, mut ratios, mut after) = (Vec::new(), Vec::new(), Value::Null);
        loop {
            let page = api.ask_with(lots, json!({ "after": after })).await["lots"].take();
            for lot in page["nodes"].as_array().expect("lots") {
                for finding in lot["findings"].as_array().expect("findings") {
                    let is_own = finding["scope"] == "LOT" || lot["number"].is_null();
                    let Some(own) = finding["hours"].as_f64().filter(|_| is_own) else { continue };
                    hours.push(own);
                    let value = &lot["estimatedValue"];
                    let amount = value["amount"].as_str().and_then(|amount| amount.parse::<f64>().ok());
                    ratios.extend(amount.filter(|_| value["currency"] == "EUR").map(|amount| own / amount * 100_000.0));
                }
            }
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        hours.sort_by(f64::total_cmp);
        assert!(hours.len() >= 4, "{hours:?}");
        let found = comparable(json!({})).await;
        let per_lot = &found["perLot"];
        assert_eq!(per_lot["lots"], json!(hours.len()), "{hours:?}");
        assert_eq!(per_lot["least"].as_f64(), hours.first().copied());
        assert_eq!(per_lot["median"].as_f64(), Some(hours[hours.len().div_ceil(2) - 1]));
        assert_eq!(per_lot["greatest"].as_f64(), hours.last().copied());
        ratios.sort_by(f64::total_cmp);
        let ratio = &found["perHundredThousandEuros"];
        assert_eq!(ratio["lots"].as_u64().unwrap_or(0), ratios.len() as u64);
        if let (Some(least), Some(expected)) = (ratio["least"].as_f64(), ratios.first()) {
            assert!((least - expected).abs() < 0.02, "{least} {expected}");
        }
        let nowhere = comparable(json!({ "departments": ["2A"] })).await;
        assert_eq!(nowhere, json!({ "perLot": null, "perHundredThousandEuros": null }));
    }
}
