//! Every correction and cancellation that BOAMP published in the first quarter of 2021, with its
//! original, where this machine has them: 6,492 rows, 2,583 originals, 272 of them corrected more
//! than once. The table has the words but not the documents, so that documents in today's shapes
//! are made of it; whatever order they come in, each lot ends in the state of its last correction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use passerelle::domain::award::OutcomeKind;
use passerelle::domain::ids::NoticeId;
use passerelle::domain::lot::LotKey;
use passerelle::domain::notice::{FormType, Notice};
use passerelle::domain::procedure::{AssessedNotice, LotState, NoticeNode, fold, group};
use passerelle::domain::source::Source;
use passerelle::feeds::document::RawDocument;
use passerelle::feeds::recognise;
use passerelle::rules;
use passerelle::store;
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, Ingestor};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::on_both;
use crate::support::clock::TestClock;
use crate::support::dump::assert_log_is_dense;
use crate::support::notices::{at, corpus};
use crate::support::random::Random;

#[derive(Clone, Debug, Deserialize)]
struct Row {
    month: String,
    idweb: String,
    famille: String,
    kind: String,
    original_idweb: String,
    original_pub_utc: String,
    rubrique: String,
    lot: String,
    txt_init: String,
    lire: String,
    texte_init: String,
    texte_lire: String,
    ajouter: String,
    supprimer: String,
    info: String,
    motif: String,
}

/// The words of a piece of XML.
fn words(xml: &str) -> String {
    let words = xml.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text));
    words.collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// A coded instant as a day and an hour of the wall.
fn instant(text: &str) -> Option<NaiveDateTime> {
    Some(DateTime::parse_from_rfc3339(text).ok()?.naive_local())
}

fn in_words(text: &str) -> String {
    instant(text).map_or_else(|| text.to_owned(), |at| at.format("%d/%m/%Y à %Hh%M").to_string())
}

impl Row {
    fn is_of_tenders(&self) -> bool {
        self.rubrique.to_lowercase().starts_with("date limite de réception des offres")
    }

    /// What the row says, as FNSimple writes it.
    fn text(&self) -> String {
        let lot = words(&self.lot);
        let lot = if lot.is_empty() { lot } else { format!("Lot n° {lot}. ") };
        let old = [in_words(&self.txt_init), words(&self.texte_init)].concat();
        let new = [in_words(&self.lire), words(&self.texte_lire)].concat();
        let change = match (old.as_str(), new.as_str()) {
            ("", "") => String::new(),
            (old, new) => format!("au lieu de : {old}, lire : {new}. "),
        };
        let rest = [&self.ajouter, &self.supprimer, &self.info].map(String::as_str).join(" ");
        format!("{lot}{} : {change}{}", self.rubrique, rest.trim())
    }
}

/// A correction or cancellation with all its rows.
struct Told {
    rows: Vec<Row>,
    published_on: NaiveDate,
}

fn serial(idweb: &str) -> (u32, u64) {
    let (year, number) = idweb.split_once('-').expect("a year and a number");
    (year.parse().expect("a year"), number.parse().expect("a number"))
}

/// Corrections and cancellations in the order of their publication. Their day is not in the table:
/// months are, and numbers grow within a month.
fn told(path: &std::path::Path) -> Vec<Told> {
    let text = std::fs::read_to_string(path).expect("the table");
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<Row> = reader.deserialize().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 6_492);
    let mut by_number: BTreeMap<(u32, u64), Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_number.entry(serial(&row.idweb)).or_default().push(row);
    }
    // Five stand in two months.
    let month_of =
        |rows: &[Row]| rows.iter().map(|row| row.month.clone()).min().unwrap_or_default();
    let by_notice: BTreeMap<_, Vec<Row>> =
        by_number.into_iter().map(|(number, rows)| ((month_of(&rows), number), rows)).collect();
    let mut of_month: HashMap<String, u32> = HashMap::new();
    let told = by_notice.into_iter().map(|((month, _), rows)| {
        let place = of_month.entry(month.clone()).or_default();
        *place += 1;
        let day = 1 + (*place / 60).min(27);
        let month = month.parse().expect("a month");
        Told { rows, published_on: NaiveDate::from_ymd_opt(2021, month, day).expect("a day") }
    });
    told.collect()
}

fn record(idweb: &str, nature: &str, etat: &str, on: NaiveDate, donnees: &Value) -> RawDocument {
    let gestion = json!({
        "REFERENCE": { "IDWEB": idweb },
        "INDEXATION": { "NOMORGANISME": "Commune", "DATE_PUBLICATION": on.to_string() },
    });
    let record = json!({
        "idweb": idweb, "id": idweb.replace('-', "_"), "objet": "Travaux", "dateparution": on.to_string(),
        "nature": nature, "etat": etat, "famille": "FNS", "annonce_lie": null,
        "gestion": gestion.to_string(), "donnees": donnees.to_string(),
    });
    let text = serde_json::to_vec(&record).expect("JSON");
    recognise::split(&text, idweb, at("2026-11-20T09:00:00Z")).remove(0)
}

fn organisation() -> Value {
    json!({ "nomOfficiel": "Commune", "cp": "34000", "ville": "Montpellier" })
}

impl Told {
    fn idweb(&self) -> &str {
        &self.rows[0].idweb
    }

    fn is_cancellation(&self) -> bool {
        self.rows[0].kind == "ANNULATION"
    }

    /// The new deadline, when the notice codes it and says nothing else.
    fn coded(&self) -> Option<NaiveDateTime> {
        let [row] = &self.rows[..] else { return None };
        let is_bare = row.lot.is_empty() && row.ajouter.is_empty() && row.info.is_empty();
        (is_bare && row.is_of_tenders()).then(|| instant(&row.lire))?
    }

    fn document(&self) -> RawDocument {
        let before = json!({ "idWeb": self.rows[0].original_idweb });
        let nature = json!({ "intitule": "Travaux" });
        if self.is_cancellation() {
            let motive: Vec<&str> = self.rows.iter().map(|row| row.motif.as_str()).collect();
            let donnees = json!({ "FNSimple": { "organisme": organisation(), "initial": {
                "avisInitial": before, "natureMarche": nature,
                "informComplementaire": { "autresInformComplementaire": motive.join(" ") },
            }}});
            return record(self.idweb(), "APPEL_OFFRE", "ANNULATION", self.published_on, &donnees);
        }
        let coded = self.coded().filter(|_| self.rows[0].famille == "MAPA");
        let donnees = if let Some(at) = coded {
            let old = instant(&self.rows[0].txt_init).map_or(Value::Null, |at| json!(at));
            json!({ "MAPA": { "organisme": { "acheteurPublic": "Commune" }, "rectificatif": {
                "avisInitial": before, "description": { "objet": "Travaux" },
                "infosRectif": { "rubDelais": "ReceptionOffres", "auLieuDeDate": old, "lireDate": at },
            }}})
        } else {
            let text: Vec<String> = self.rows.iter().map(Row::text).collect();
            json!({ "FNSimple": { "organisme": organisation(), "rectificatif": {
                "avisInitial": before, "natureMarche": nature, "infosRectif": text.join("\n"),
            }}})
        };
        record(self.idweb(), "RECTIFICATIF", "RECTIFICATIF", self.published_on, &donnees)
    }
}

/// An original with the lots that its corrections name, undivided when they name none.
fn original(idweb: &str, told: &Told, lots: &BTreeSet<String>) -> RawDocument {
    let stated = told.rows.iter().map(|row| row.original_pub_utc.get(..10).unwrap_or(""));
    let stated: Vec<NaiveDate> = stated.filter_map(|day| day.parse().ok()).collect();
    let first = NaiveDate::from_ymd_opt(2020, 12, 1).expect("a day");
    let on =
        stated.first().copied().unwrap_or(first).min(told.published_on.pred_opt().expect("a day"));
    let lots: Vec<Value> = lots
        .iter()
        .map(|number| json!({ "description": format!("Lot n°{number} : travaux") }))
        .collect();
    let mut initial = json!({
        "procedure": { "dateReceptionOffres": "2021-01-11T12:00:00" },
        "natureMarche": { "intitule": "Travaux", "lotsMarche": { if lots.is_empty() { "non" } else { "oui" }: "" } },
    });
    if !lots.is_empty() {
        initial["lots"] = json!({ "lot": lots });
    }
    let donnees = json!({ "FNSimple": { "organisme": organisation(), "initial": initial } });
    record(idweb, "APPEL_OFFRE", "INITIAL", on, &donnees)
}

fn decoded(document: &RawDocument) -> Notice {
    recognise::decode(document).notice.expect("a notice")
}

/// All documents, and what each lot must end in by the corrections read one by one.
struct Replay {
    documents: Vec<RawDocument>,
    originals: BTreeMap<String, Expected>,
}

#[derive(Default)]
struct Expected {
    corrections: usize,
    /// The last deadline given for each lot.
    deadlines: BTreeMap<LotKey, Option<DateTime<Utc>>>,
    cancelled: BTreeSet<LotKey>,
}

impl Replay {
    fn read(told: &[Told]) -> Self {
        let mut of_original: BTreeMap<&str, Vec<(&Told, Notice)>> = BTreeMap::new();
        let mut documents = Vec::new();
        for one in told {
            let document = one.document();
            let notice = decoded(&document);
            of_original.entry(&one.rows[0].original_idweb).or_default().push((one, notice));
            documents.push(document);
        }
        let mut originals = BTreeMap::new();
        for (idweb, corrections) in of_original {
            let named = corrections.iter().filter_map(|(_, notice)| notice.correction.as_ref());
            let named: BTreeSet<String> =
                named.flat_map(|correction| correction.lots.iter().cloned()).collect();
            let document = original(idweb, corrections[0].0, &named);
            let lots: Vec<LotKey> =
                decoded(&document).lots.iter().map(|lot| lot.key.clone()).collect();
            documents.push(document);
            originals.insert(idweb.to_owned(), Expected::of(&corrections, &lots));
        }
        Self { documents, originals }
    }
}

impl Expected {
    fn of(corrections: &[(&Told, Notice)], lots: &[LotKey]) -> Self {
        let mut expected = Self { corrections: corrections.len(), ..Self::default() };
        for lot in lots {
            let mut last = Some(at("2021-01-11T11:00:00Z"));
            for (told, notice) in corrections {
                let Some(correction) = &notice.correction else { continue };
                let named: Vec<LotKey> =
                    correction.lots.iter().map(|number| LotKey::of(number)).collect();
                if !named.is_empty() && !named.contains(lot) {
                    continue;
                }
                if told.is_cancellation() {
                    expected.cancelled.insert(lot.clone());
                } else if let Some(deadline) = &correction.deadline {
                    last = deadline.at;
                }
            }
            expected.deadlines.insert(lot.clone(), last);
        }
        expected
    }

    fn check(&self, idweb: &str, lots: &[LotState]) {
        assert_eq!(lots.len(), self.deadlines.len(), "{idweb}: {lots:#?}");
        for lot in lots {
            let at = lot.deadline.as_ref().and_then(|deadline| deadline.at);
            assert_eq!(at, self.deadlines[&lot.key], "{idweb} lot {:?}", lot.key);
            let is_cancelled = lot.outcome == Some(OutcomeKind::Cancelled);
            assert_eq!(
                is_cancelled,
                self.cancelled.contains(&lot.key),
                "{idweb} lot {:?}",
                lot.key
            );
        }
    }
}

fn shuffle<T>(all: &mut [T], random: &mut Random) {
    for index in (1..all.len()).rev() {
        all.swap(index, random.below(index + 1));
    }
}

#[test]
fn coded_deadlines_are_read_as_they_stand() {
    let Some(corpus) = corpus() else { return };
    let told = told(&corpus.join("boamp/rectif_annulation_links_2021T1.csv"));
    let mut read = 0;
    for one in told.iter().filter(|one| !one.is_cancellation()) {
        let Some(coded) = one.coded() else { continue };
        let notice = decoded(&one.document());
        assert_eq!(notice.form_type, FormType::Correction, "{}", one.idweb());
        let deadline = notice.correction.and_then(|correction| correction.deadline);
        assert_eq!(
            deadline.map(|at| at.local),
            Some(coded),
            "{}: {}",
            one.idweb(),
            one.rows[0].text()
        );
        read += 1;
    }
    assert!(read > 600, "{read} deadlines");
}

#[test]
fn every_original_ends_in_its_last_correction() {
    let Some(corpus) = corpus() else { return };
    let told = told(&corpus.join("boamp/rectif_annulation_links_2021T1.csv"));
    let replay = Replay::read(&told);
    assert_eq!((replay.documents.len(), replay.originals.len()), (2_897 + 2_583, 2_583));
    let several = replay.originals.values().filter(|one| one.corrections > 1).count();
    assert_eq!(several, 272);
    let cancelled = replay.originals.values().filter(|one| !one.cancelled.is_empty()).count();
    assert_eq!(cancelled, 85);
    let notices: BTreeMap<NoticeId, AssessedNotice> = replay
        .documents
        .iter()
        .map(|document| {
            let notice = decoded(document);
            let assessment = rules::assess(&notice);
            (notice.id(), AssessedNotice { notice, assessment })
        })
        .collect();
    let nodes: Vec<NoticeNode> =
        notices.values().map(|one| NoticeNode::from(&one.notice)).collect();
    let mut random = Random(7);
    let mut folded: HashMap<NoticeId, Vec<LotState>> = HashMap::new();
    for mut ids in group(&nodes, &[]) {
        shuffle(&mut ids, &mut random);
        let procedure = fold(ids.iter().map(|id| &notices[id]), &BTreeSet::new());
        folded.extend(ids.into_iter().map(|id| (id, procedure.lots.clone())));
    }
    for (idweb, expected) in &replay.originals {
        expected.check(idweb, &folded[&NoticeId::of(Source::Boamp, idweb)]);
    }
}

on_both! {
    async fn stored_in_any_order_those_corrected_several_times_end_in_the_last(db: TestDb) {
        let Some(corpus) = corpus() else { return };
        let mut told = told(&corpus.join("boamp/rectif_annulation_links_2021T1.csv"));
        let mut times: HashMap<String, usize> = HashMap::new();
        for one in &told {
            *times.entry(one.rows[0].original_idweb.clone()).or_default() += 1;
        }
        told.retain(|one| times[&one.rows[0].original_idweb] > 1 || one.is_cancellation());
        let mut replay = Replay::read(&told);
        shuffle(&mut replay.documents, &mut Random(11));
        let clock = Arc::new(TestClock::at("2026-11-23T09:00:00Z"));
        let ingestor = Ingestor::new(db.db.clone(), clock, Horizon::default());
        for documents in replay.documents.chunks(100) {
            let batch = Batch { documents: documents.to_vec(), ..Batch::default() };
            ingestor.ingest(batch).await.expect("stored");
        }
        let ids: Vec<NoticeId> =
            replay.originals.keys().map(|idweb| NoticeId::of(Source::Boamp, idweb)).collect();
        let known = store::notices::current(db.db.read(), &ids).await.expect("notices");
        for (idweb, expected) in &replay.originals {
            let procedure = known[&NoticeId::of(Source::Boamp, idweb)].procedure;
            let lots = store::lots::of_procedures(db.db.read(), &[procedure]).await.expect("lots");
            expected.check(idweb, &lots);
        }
        assert_log_is_dense(&db.db).await;
    }
}
