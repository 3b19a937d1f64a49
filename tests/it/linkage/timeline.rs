//! One purchase over four sources without a common identifier: a plan of APProch, a call in BOAMP
//! and in TED, its award, its contract and a modification of it (DECP).

use std::sync::Arc;

use passerelle::domain::event::LotEventKind;
use passerelle::feeds::document::RawDocument;
use passerelle::feeds::recognise;
use passerelle::store;
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, Ingestor};
use passerelle::usecases::link::{LinkReport, link_due};
use serde_json::{Value, json};

use crate::on_both;
use crate::support::api::Api;
use crate::support::clock::TestClock;
use crate::support::databases::TestDb;
use crate::support::dump::{assert_log_is_dense, assert_same, rows};
use crate::support::notices::{at, fixture};
use crate::support::random::Random;
use crate::support::sample::api_documents;

pub(super) const SIRET: &str = "21340172201787";
const RECEIVED: &str = "2026-11-20T09:00:00Z";

pub(super) fn split(json: &Value) -> RawDocument {
    let text = serde_json::to_vec(json).expect("JSON");
    recognise::split(&text, "timeline", at(RECEIVED)).remove(0)
}

/// A record of the sample, of another buyer and without the links to other notices.
pub(super) fn record(
    id: &str,
    change: impl FnOnce(&mut Value, &mut Value, &mut Value),
) -> RawDocument {
    let origin = format!("sample/{id}");
    let sample = api_documents(at(RECEIVED));
    let found = sample.iter().find(|document| document.origin == origin).expect("a record");
    let mut record: Value = serde_json::from_slice(&found.bytes).expect("JSON");
    let open = |value: &Value| -> Value {
        serde_json::from_str(value.as_str().expect("a string")).expect("JSON")
    };
    let (mut gestion, mut donnees) = (open(&record["gestion"]), open(&record["donnees"]));
    record["annonce_lie"] = Value::Null;
    let reference = gestion["REFERENCE"].as_object_mut().expect("an object");
    reference.remove("ANNONCE_ANTERIEUR");
    let form = &mut donnees["FNSimple"];
    form["organisme"]["codeIdentificationNational"] = json!(SIRET);
    if let Some(award) = form.get_mut("attribution").and_then(Value::as_object_mut) {
        award.remove("avisInitial");
    }
    change(&mut record, &mut gestion, form);
    (record["gestion"], record["donnees"]) =
        (json!(gestion.to_string()), json!(donnees.to_string()));
    split(&record)
}

pub(super) fn call() -> RawDocument {
    record("26-900002", |_, _, _| {})
}

pub(super) fn award() -> RawDocument {
    record("26-900057", |_, _, _| {})
}

fn plan() -> RawDocument {
    let text = std::fs::read(fixture("approch/project.json")).expect("a file");
    let mut project: Value = serde_json::from_slice(&text).expect("JSON");
    project["libelle"] = json!("Entretien des espaces verts communaux");
    project["siren_de_l_entite_acheteuse"] = json!(&SIRET[..9]);
    project["date_previsionnelle_de_publication"] = json!("2026-09-15");
    split(&project)
}

/// The contract of lot 1, as signed (0) or modified.
pub(super) fn contract(version: u32, amount: f64) -> RawDocument {
    split(&json!({ "data": [{
        "uid": format!("{SIRET}2026-771"), "id": "2026-771", "nature": "Marché",
        "acheteur_id": SIRET, "titulaire_id": "90990111800010",
        "titulaire_typeIdentifiant": "SIRET", "titulaire_nom": "OC ESPACES VERTS SCOP",
        "objet": "Entretien des espaces verts communaux - Lot 1 : secteur centre et berges du Lez - tonte, taille, désherbage",
        "montant": amount, "type": "Services", "codeCPV": "77310000", "dureeMois": 48,
        "dateNotification": format!("2026-11-{:02}", 6 + version),
        "datePublicationDonnees": format!("2026-11-{:02}", 10 + version),
        "modification_id": version, "donneesActuelles": true,
    }] }))
}

/// Another contract of the same buyer that speaks of something else.
pub(super) fn stranger() -> RawDocument {
    split(&json!({ "data": [{
        "uid": format!("{SIRET}2026-900"), "id": "2026-900", "nature": "Marché",
        "acheteur_id": SIRET, "titulaire_id": "44164994400028",
        "objet": "Fourniture de papier pour les écoles", "montant": 90000.0, "type": "Fournitures",
        "codeCPV": "30197630", "dateNotification": "2026-11-06", "modification_id": 0,
    }] }))
}

pub(super) fn all() -> Vec<RawDocument> {
    vec![plan(), call(), award(), contract(0, 62_000.0), contract(1, 70_000.0), stranger()]
}

pub(super) fn ingestor(db: &TestDb) -> Ingestor {
    let clock = Arc::new(TestClock::at("2026-11-23T09:00:00Z"));
    Ingestor::new(db.db.clone(), clock, Horizon::default())
}

pub(super) async fn ingest(ingestor: &Ingestor, documents: Vec<RawDocument>) {
    ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored");
}

pub(super) const QUERY: &str = r#"{
  lot(sourceId: "26-900002", lot: "1") {
    status
    statusSource { on notice { sourceId } contract { number } }
    awards { notice { sourceId } }
    contracts { contract { number current { amount { raw } } signedFor { lot { number } } } link { confidence method } }
    procedure {
      notices { sourceId }
      contracts { contract { number } }
      timeline { on kind sources notices { sourceId } contract { number } modification lot { number } link { method field confidence signals { kind points } } }
    }
  }
}"#;

on_both! {
    async fn a_purchase_is_one_procurement_over_all_sources(db: TestDb) {
        let ingestor = ingestor(&db);
        ingest(&ingestor, all()).await;
        let report = link_due(&ingestor).await.expect("linked");
        assert_eq!((report.notices, report.contracts), (2, 1), "{report:?}");
        assert_eq!(link_due(&ingestor).await.expect("linked"), LinkReport::default());

        let api = Api::new(&db);
        let lot = api.ask(QUERY).await["lot"].take();
        assert_eq!(lot["status"], "AWARDED");
        assert_eq!(lot["statusSource"]["notice"]["sourceId"], "26-900057");
        assert_eq!(lot["awards"][0]["notice"]["sourceId"], "26-900057");
        let signed = &lot["contracts"][0];
        assert_eq!(signed["contract"]["current"]["amount"]["raw"], "70000.0");
        assert_eq!(signed["contract"]["signedFor"]["lot"]["number"], "1");
        assert_eq!(signed["link"], json!({"confidence": "HIGH", "method": "EVIDENCE"}));
        let procedure = &lot["procedure"];
        assert_eq!(procedure["contracts"].as_array().map(Vec::len), Some(1));
        let steps: Vec<(&str, &str)> = procedure["timeline"]
            .as_array()
            .expect("steps")
            .iter()
            .map(|step| (step["kind"].as_str().expect("a kind"), step["sources"][0].as_str().expect("a source")))
            .collect();
        assert_eq!(steps, [
            ("PLANNED", "APPROCH"),
            ("CALLED", "BOAMP"),
            ("CONCLUDED", "BOAMP"),
            ("CONTRACTED", "DECP"),
            ("MODIFIED", "DECP"),
        ]);
        let award = &procedure["timeline"][2]["link"];
        assert_eq!((&award["method"], &award["confidence"]), (&json!("EVIDENCE"), &json!("HIGH")));
        assert_eq!(procedure["timeline"][1]["link"], Value::Null);
    }
}

on_both! {
    async fn the_order_of_arrival_changes_nothing(db: TestDb) {
        let first = ingestor(&db);
        ingest(&first, all()).await;
        link_due(&first).await.expect("linked");
        let expected = rows(&db.db).await;
        assert_eq!((expected["notice_link"].len(), expected["contract_link"].len()), (2, 1));
        assert!(expected["link_due"].is_empty());
        for seed in 1..=6 {
            let other = db.another().await;
            let ingestor = ingestor(&other);
            let mut random = Random(seed);
            let mut documents = all();
            while !documents.is_empty() {
                let document = documents.remove(random.below(documents.len()));
                ingest(&ingestor, vec![document]).await;
                if random.below(2) == 0 {
                    link_due(&ingestor).await.expect("linked");
                }
            }
            link_due(&ingestor).await.expect("linked");
            assert_same(&expected, &rows(&other.db).await);
            assert_log_is_dense(&other.db).await;
        }
    }
}

on_both! {
    async fn a_contract_ends_a_lot_whose_result_was_never_published(db: TestDb) {
        let ingestor = ingestor(&db);
        ingest(&ingestor, vec![call()]).await;
        link_due(&ingestor).await.expect("linked");
        let before = store::events::head(db.db.read()).await.expect("a head").position;
        // Without an award the reference decides: the buyer's own number of the consultation.
        let text = String::from_utf8(contract(0, 62_000.0).bytes).expect("text");
        let named = text.replace("2026-771", "202600002L01");
        let named = recognise::split(named.as_bytes(), "timeline", at(RECEIVED));
        ingest(&ingestor, named).await;
        link_due(&ingestor).await.expect("linked");

        let api = Api::new(&db);
        let lot = api.ask(QUERY).await["lot"].take();
        assert_eq!(lot["status"], "AWARDED");
        assert_eq!(lot["statusSource"]["notice"], Value::Null);
        assert_eq!(lot["statusSource"]["contract"]["number"], "202600002L01");
        assert_eq!(lot["statusSource"]["on"], "2026-11-06");
        let events = store::events::after(db.db.read(), before, 10).await.expect("events");
        let kinds: Vec<LotEventKind> = events.iter().map(|event| event.event.kind).collect();
        assert_eq!(kinds, [LotEventKind::Awarded], "one event, of the one lot");
        let fields: Vec<&str> =
            events[0].event.changes.iter().map(|change| change.field.as_str()).collect();
        assert_eq!(fields, ["status", "contracts"]);
    }
}

on_both! {
    async fn better_evidence_undoes_a_link(db: TestDb) {
        let ingestor = ingestor(&db);
        ingest(&ingestor, vec![call(), award(), contract(0, 62_000.0)]).await;
        link_due(&ingestor).await.expect("linked");
        assert_eq!(rows(&db.db).await["procedure"].len(), 1);
        // The award turns out to name another call.
        let text = String::from_utf8(award().bytes).expect("text");
        let mut named: Value = serde_json::from_str(&text).expect("JSON");
        named["annonce_lie"] = json!(["26-123456"]);
        let mut named = split(&named);
        named.received_at = at("2026-11-22T09:00:00Z");
        ingest(&ingestor, vec![named]).await;
        link_due(&ingestor).await.expect("linked");
        let rows = rows(&db.db).await;
        assert_eq!(rows["procedure"].len(), 2);
        assert!(rows["notice_link"].is_empty(), "{:?}", rows["notice_link"]);
        let lot = Api::new(&db).ask(QUERY).await["lot"].take();
        assert_eq!(lot["status"], "CLOSED", "{lot}");
        assert_eq!(lot["awards"], json!([]));
        assert_log_is_dense(&db.db).await;
    }
}

/// The call of the TED fixture as BOAMP carries it: its lots, its deadline, no common number.
fn edition() -> RawDocument {
    record("26-900002", |record, gestion, form| {
        gestion["REFERENCE"]["IDWEB"] = json!("21-900200");
        gestion["INDEXATION"]["DATE_PUBLICATION"] = json!("2021-11-17");
        gestion["INDEXATION"]["DATE_LIMITE_REPONSE"] = json!("2021-12-20T12:00:00");
        record["dateparution"] = json!("2021-11-17");
        record["idweb"] = json!("21-900200");
        let organisme = &mut form["organisme"];
        organisme["nomOfficiel"] = json!("Commune de Valserre-sur-Lez");
        organisme["codeIdentificationNational"] = json!("21340999900017");
        (organisme["cp"], organisme["ville"]) = (json!("34999"), json!("Valserre-sur-Lez"));
        let initial = &mut form["initial"];
        initial["communication"]["identifiantInterne"] = json!("2021-EV");
        initial["procedure"]["dateReceptionOffres"] = json!("2021-12-20T12:00:00");
        initial["natureMarche"]["intitule"] = json!("Entretien des espaces verts");
        let lots = initial["lots"]["lot"].as_array_mut().expect("lots");
        lots.truncate(2);
    })
}

on_both! {
    async fn the_same_call_in_boamp_and_ted_is_one(db: TestDb) {
        let ingestor = ingestor(&db);
        let ted = std::fs::read(fixture("ted/600001-2021.xml")).expect("a file");
        // TED first, so that the lots change hands when BOAMP's edition comes.
        ingest(&ingestor, recognise::split(&ted, "ted", at(RECEIVED))).await;
        link_due(&ingestor).await.expect("linked");
        ingest(&ingestor, vec![edition()]).await;
        link_due(&ingestor).await.expect("linked");

        let rows = rows(&db.db).await;
        let link = rows["notice_link"].first().expect("a link").clone();
        assert!(link.contains("REPEATS") && link.contains("joins: true"), "{link}");
        assert_eq!((rows["procedure"].len(), rows["lot"].len()), (1, 2));
        let api = Api::new(&db);
        let query = r#"{ lot(sourceId: "21-900200", lot: "1") {
            source history { kind } findings { kind }
            procedure { timeline { kind sources notices { sourceId } } }
        } }"#;
        let lot = api.ask(query).await["lot"].take();
        assert_eq!(lot["source"], "BOAMP");
        assert_eq!(lot["history"], json!([{"kind": "OPENED"}]), "told once");
        let steps = &lot["procedure"]["timeline"];
        assert_eq!(steps.as_array().map(Vec::len), Some(1), "{steps}");
        assert_eq!(steps[0]["sources"], json!(["BOAMP", "TED"]));
        assert_log_is_dense(&db.db).await;
    }
}
