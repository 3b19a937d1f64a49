//! What the comparison made is a function of the documents: nothing of an earlier state stays when
//! a notice changes its buyer or a name turns out to be shared.

use passerelle::feeds::document::RawDocument;
use passerelle::store;
use passerelle::usecases::link::{LinkReport, link_due};
use passerelle::usecases::reassess::{ReassessPlan, reassess};
use passerelle_entity::{contract_link, notice_link};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::timeline::{
    QUERY, SIRET, all, award, call, contract, ingest, ingestor, record, split, stranger,
};
use crate::on_both;
use crate::support::api::Api;
use crate::support::dump::{assert_log_is_dense, assert_same, rows};
use crate::support::notices::at;

/// A second commune, of the same name where a test wants it so.
const OTHER: &str = "21340999900017";

fn later(document: RawDocument) -> RawDocument {
    RawDocument { received_at: at("2026-11-22T09:00:00Z"), ..document }
}

/// The contract of lot 1 by the buyer's own number of the consultation.
fn named_contract() -> RawDocument {
    let text = String::from_utf8(contract(0, 62_000.0).bytes).expect("text");
    let named: Value =
        serde_json::from_str(&text.replace("2026-771", "202600002L01")).expect("JSON");
    split(&json!({ "data": [named] }))
}

/// The call under another identifier of its buyer, or none.
fn call_of(siret: Option<&str>) -> RawDocument {
    record("26-900002", |_, _, form| {
        form["organisme"]["codeIdentificationNational"] = json!(siret);
    })
}

/// Another notice of a buyer, so that its name and SIRET are known together.
fn known_by(siret: &str, id: &str) -> RawDocument {
    record("26-900057", |record, gestion, form| {
        record["idweb"] = json!(id);
        gestion["REFERENCE"]["IDWEB"] = json!(id);
        form["organisme"]["codeIdentificationNational"] = json!(siret);
        form["attribution"]["natureMarche"]["intitule"] =
            json!("Assurances de la flotte automobile");
    })
}

on_both! {
    async fn a_notice_that_changes_its_buyer_takes_no_contract_along(db: TestDb) {
        let ingestor = ingestor(&db);
        ingest(&ingestor, vec![call(), named_contract()]).await;
        link_due(&ingestor).await.expect("linked");
        assert_eq!(rows(&db.db).await["contract_link"].len(), 1);
        ingest(&ingestor, vec![later(call_of(Some(OTHER)))]).await;
        link_due(&ingestor).await.expect("linked");

        assert!(rows(&db.db).await["contract_link"].is_empty());
        let lot = Api::new(&db).ask(QUERY).await["lot"].take();
        assert_eq!((&lot["status"], &lot["contracts"]), (&json!("CLOSED"), &json!([])));
        assert_log_is_dense(&db.db).await;
    }
}

on_both! {
    async fn a_name_that_turns_out_to_be_shared_gives_its_contract_back(db: TestDb) {
        let documents = || vec![call_of(None), known_by(SIRET, "26-900901"), named_contract()];
        let rival = || known_by(OTHER, "26-900902");
        let first = ingestor(&db);
        ingest(&first, documents()).await;
        link_due(&first).await.expect("linked");
        assert_eq!(rows(&db.db).await["contract_link"].len(), 1, "the name is one buyer's");
        ingest(&first, vec![rival()]).await;
        link_due(&first).await.expect("linked");

        let other = db.another().await;
        let second = ingestor(&other);
        ingest(&second, vec![rival()]).await;
        link_due(&second).await.expect("linked");
        ingest(&second, documents()).await;
        link_due(&second).await.expect("linked");
        assert_same(&rows(&other.db).await, &rows(&db.db).await);
    }
}

on_both! {
    async fn comparing_comes_to_an_end(db: TestDb) {
        let ingestor = ingestor(&db);
        let shared = record("26-900057", |_, _, form| {
            form["organisme"]["codeIdentificationNational"] = json!(OTHER);
        });
        ingest(&ingestor, vec![call(), shared, award(), contract(0, 62_000.0), stranger()]).await;
        link_due(&ingestor).await.expect("linked");
        assert_eq!(link_due(&ingestor).await.expect("linked"), LinkReport::default());
        assert_eq!(store::links::count_due(db.db.read()).await.expect("a count"), 0);
    }
}

on_both! {
    async fn a_buyer_known_by_its_siren_alone_is_compared(db: TestDb) {
        let ingestor = ingestor(&db);
        let siren = &SIRET[..9];
        let award = record("26-900057", |_, _, form| {
            form["organisme"]["codeIdentificationNational"] = json!(siren);
            form["attribution"]["communication"]["identifiantInterne"] = json!("202600002");
        });
        ingest(&ingestor, vec![call_of(Some(siren)), award]).await;
        link_due(&ingestor).await.expect("linked");
        assert_eq!(rows(&db.db).await["notice_link"].len(), 1);
    }
}

on_both! {
    async fn what_is_read_again_is_compared_again(db: TestDb) {
        let ingestor = ingestor(&db);
        ingest(&ingestor, all()).await;
        link_due(&ingestor).await.expect("linked");
        let expected = rows(&db.db).await;
        // As an older version left them, that compared otherwise.
        let tx = db.db.begin().await.expect("a transaction");
        notice_link::Entity::delete_many().exec(tx.conn()).await.expect("deleted");
        contract_link::Entity::delete_many().exec(tx.conn()).await.expect("deleted");
        tx.commit().await.expect("written");
        reassess(&ingestor, ReassessPlan::default()).await.expect("read again");
        assert_same(&expected, &rows(&db.db).await);
    }
}
