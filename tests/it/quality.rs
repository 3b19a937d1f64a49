//! What is not known can be seen: defects by feed, and of how many lots each field is filled.

use passerelle::domain::award::OutcomeKind;
use passerelle::domain::procedure::{LotStage, LotState};
use passerelle::feeds::document::RawDocument;
use passerelle::store;
use passerelle::store::lot_filter::LotFilter;
use passerelle::store::lots::LotOrder;
use passerelle::store::page::PageRequest;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::api::Api;
use crate::support::databases::TestDb;
use crate::support::notices::{at, documents, files, fixture};

async fn lots(db: &TestDb) -> Vec<LotState> {
    let request = PageRequest::first(1_000);
    let all = LotFilter::default();
    let page = store::lots::page(db.db.read(), &all, LotOrder::default(), &request);
    page.await.expect("lots").items
}

fn contracts() -> Vec<RawDocument> {
    files(&fixture("decp"))
        .iter()
        .flat_map(|path| documents(path, at("2026-11-20T09:00:00Z")))
        .collect()
}

async fn field(api: &Api, feed: usize, field: &str) -> Value {
    let query = "{ feeds { coverage { field of filled total share } } }";
    let feeds = api.ask(query).await["feeds"].take();
    let found = feeds[feed]["coverage"].as_array().expect("fields").iter();
    found.clone().find(|one| one["field"] == field).expect("the field").clone()
}

on_both! {
    async fn each_field_is_counted_over_what_may_have_it(db: TestDb) {
        let api = Api::filled(&db).await;
        let lots = lots(&db).await;
        assert!(lots.len() > 150);
        let called = |lot: &&LotState| lot.stage == LotStage::Called;
        let awarded = |lot: &&LotState| lot.outcome == Some(OutcomeKind::Awarded);
        let count = |is_it: &dyn Fn(&&LotState) -> bool| lots.iter().filter(is_it).count();
        for (name, of, total, filled) in [
            ("CPV", "LOTS", lots.len(), count(&|lot| !lot.cpv.is_empty())),
            (
                "DEADLINE",
                "CALLED_LOTS",
                count(&called),
                count(&|lot| called(lot) && lot.deadline.as_ref().is_some_and(|d| d.at.is_some())),
            ),
            (
                "WINNER",
                "AWARDED_LOTS",
                count(&awarded),
                count(&|lot| awarded(lot) && lot.awards.iter().any(|award| !award.outcome.suppliers.is_empty())),
            ),
        ] {
            let found = field(&api, 0, name).await;
            assert_eq!(
                (&found["of"], &found["total"], &found["filled"]),
                (&json!(of), &json!(total), &json!(filled)),
                "{name}"
            );
            assert!(0 < filled && filled <= total, "{name}: {filled} of {total}");
        }
        assert_eq!(field(&api, 1, "CPV").await["share"], Value::Null, "TED has no lot");

        api.ingest(contracts()).await;
        let social = field(&api, 2, "SOCIAL_CONSIDERATIONS").await;
        assert_eq!((&social["total"], &social["of"]), (&json!(9), &json!("CONTRACTS")));
        let answer = api.ask("{ contracts(filter: {socialFilled: [NOT_FILLED]}) { totalCount } }").await;
        let unfilled = answer["contracts"]["totalCount"].as_i64().expect("a count");
        assert!(unfilled > 0);
        assert_eq!(social["filled"], json!(9 - unfilled));
    }
}

on_both! {
    async fn defects_are_those_of_the_feed(db: TestDb) {
        let api = Api::filled(&db).await;
        let query = "{
            feeds { issues { kind count } decodeIssues(first: 100) { path } }
            dataQuality { issues { kind count } decodeIssues(first: 100) { path } links { folder reference waiting } }
        }";
        let sum = |issues: &Value| -> i64 {
            issues.as_array().expect("counts").iter().filter_map(|one| one["count"].as_i64()).sum()
        };
        let before = api.ask(query).await;
        assert_eq!(before["feeds"][2]["issues"], json!([]), "no contract, no defect of one");
        api.ingest(contracts()).await;
        let after = api.ask(query).await;
        let decp = sum(&after["feeds"][2]["issues"]);
        assert!(decp > 0);
        assert_eq!(after["feeds"][0], before["feeds"][0], "BOAMP has none of them");
        let all = |answer: &Value| sum(&answer["dataQuality"]["issues"]);
        assert_eq!(all(&after), all(&before) + decp);
        let listed = after["feeds"][2]["decodeIssues"].as_array().map(Vec::len);
        assert_eq!(listed, usize::try_from(decp).ok());
        let links = &after["dataQuality"]["links"];
        assert!(links["reference"].as_i64() > Some(5) && links["folder"].as_i64() > Some(2), "{links}");
        assert!(links["waiting"].as_i64() > Some(0));
    }
}

on_both! {
    async fn counting_everything_many_times_is_refused(db: TestDb) {
        let api = Api::new(&db);
        for field in ["links { doubtful }", "coverage(source: BOAMP) { filled }", "issues { count }"] {
            let many: Vec<String> = (0..400).map(|at| format!("a{at}: {field}")).collect();
            let query = format!("{{ dataQuality {{ {} }} }}", many.join(" "));
            let ((), statements) = db
                .count_statements(async {
                    let (_, message) = api.refuse(&query, Value::Null).await;
                    assert!(message.contains("complex"), "{message}");
                })
                .await;
            assert_eq!(statements, 0, "{field}");
        }
    }
}
