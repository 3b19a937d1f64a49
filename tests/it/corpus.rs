//! Real notices, where this machine has them (`PASSERELLE_CORPUS`): every one decodes, no lot is
//! lost, the record and the XML of one notice say the same, and every quote stands where it says.

use std::path::{Path, PathBuf};

use passerelle::domain::deadline::DeadlineDoubt;
use passerelle::domain::finding::{Confidence, Evidence, FindingKind};
use passerelle::domain::issue::IssueKind;
use passerelle::domain::notice::{FormType, Notice};
use passerelle::feeds::document::{Decoded, RawDocument};
use passerelle::feeds::recognise;
use passerelle::rules;
use serde_json::Value;

use crate::support::notices::{at, corpus, documents, files};
use crate::support::sample;

/// The corpus, or nothing where the machine has none.
macro_rules! corpus_or_return {
    () => {
        match corpus() {
            Some(folder) => folder,
            None => {
                eprintln!("no corpus on this machine: nothing was checked");
                return;
            }
        }
    };
}

fn decoded(path: &Path) -> Vec<(RawDocument, Decoded)> {
    let documents = documents(path, at("2026-11-23T08:00:00Z"));
    assert!(!documents.is_empty(), "{}", path.display());
    documents
        .into_iter()
        .map(|document| {
            let decoded = recognise::decode(&document);
            (document, decoded)
        })
        .collect()
}

fn notices(path: &Path) -> Vec<Notice> {
    let decoded = decoded(path).into_iter();
    decoded.map(|(_, decoded)| decoded.notice.expect("a notice")).collect()
}

fn boamp_files(corpus: &Path) -> Vec<PathBuf> {
    let boamp = corpus.join("boamp");
    let mut paths = files(&boamp.join("records"));
    paths.extend(files(&boamp.join("dila_xml")));
    paths.extend(files(&boamp.join("legacy_xml_v230")));
    paths.push(boamp.join("boamp_v21_records_page.json"));
    paths.push(boamp.join("records_from_dila_xml.json"));
    paths.retain(|path| path.extension().is_some_and(|end| end == "xml" || end == "json"));
    paths
}

fn record(corpus: &Path, id: &str) -> Notice {
    notices(&corpus.join(format!("boamp/records/{id}.json"))).remove(0)
}

/// Elements that stand for one lot each, counted in the raw document by nothing but their name.
/// Nothing where lots stand in free text.
fn lots_by_name(document: &RawDocument, form: FormType) -> Option<usize> {
    let names: &[&str] = match form {
        FormType::Result => &["DECISION", "ProcurementProjectLot"],
        FormType::Correction | FormType::Cancellation => return Some(0),
        _ => &["ProcurementProjectLot", "lot", "LOT"],
    };
    let text = std::str::from_utf8(&document.bytes).expect("text");
    let count = if let Ok(mut record) = serde_json::from_str::<Value>(text) {
        let donnees = record["donnees"].take();
        let donnees = donnees.as_str().expect("donnees").to_owned();
        count_members(&serde_json::from_str(&donnees).expect("JSON"), names)
    } else {
        let pattern = format!("<(?:\\w+:)?(?:{})[ />]", names.join("|"));
        regex::Regex::new(&pattern).expect("a pattern").find_iter(text).count()
    };
    let is_free_text = form == FormType::Result && count == 0;
    (!is_free_text).then_some(count.max(1))
}

fn count_members(value: &Value, names: &[&str]) -> usize {
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| {
                let bare = name.rsplit(':').next().unwrap_or(name);
                let here = match member {
                    Value::Array(items) if names.contains(&bare) => items.len(),
                    Value::Object(_) | Value::String(_) if names.contains(&bare) => 1,
                    _ => 0,
                };
                here + count_members(member, names)
            })
            .sum(),
        Value::Array(items) => items.iter().map(|item| count_members(item, names)).sum(),
        _ => 0,
    }
}

#[test]
fn every_boamp_notice_decodes_and_no_lot_is_lost() {
    let corpus = corpus_or_return!();
    let mut count = 0;
    for path in boamp_files(&corpus) {
        for (document, decoded) in decoded(&path) {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            let notice = decoded.notice.unwrap_or_else(|| panic!("{name}: {:?}", decoded.issues));
            count += 1;
            let own = |kind| matches!(kind, IssueKind::InvalidAmount | IssueKind::InvalidDate);
            assert!(
                decoded.issues.iter().all(|issue| own(issue.kind)),
                "{name}: {:?}",
                decoded.issues
            );
            match lots_by_name(&document, notice.form_type) {
                Some(expected) => assert_eq!(notice.lots.len(), expected, "{name}: lots"),
                None => assert!(!notice.lots.is_empty(), "{name}: lots"),
            }
            if notice.form_type == FormType::Result {
                assert!(!notice.outcomes.is_empty(), "{name}: results");
            }
            assert!(notice.title.is_some() && notice.published_on.is_some(), "{name}");
            assert!(notice.buyers().count() > 0, "{name}: buyers");
        }
    }
    assert_eq!(count, 8 + 8 + 11 + 11 + 19);
}

#[test]
fn every_eforms_notice_decodes_and_no_lot_is_lost() {
    let corpus = corpus_or_return!();
    let paths = files(&corpus.join("eforms_real"));
    let lot_element = regex::Regex::new("<cac:ProcurementProjectLot[ >]").expect("a pattern");
    let mut count = 0;
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "xml")) {
        for (document, decoded) in decoded(path) {
            let notice = decoded.notice.unwrap_or_else(|| panic!("{}", path.display()));
            let text = std::str::from_utf8(&document.bytes).expect("text");
            let lots = lot_element.find_iter(text).count();
            assert!(notice.lots.len() <= lots.max(1), "{}", path.display());
            let only_groups = text.matches("schemeName=\"LotsGroup\">GLO-").count();
            assert!(
                notice.lots.len() + only_groups >= lots,
                "{}: {} lots of {lots}",
                path.display(),
                notice.lots.len()
            );
            count += 1;
        }
    }
    assert_eq!(count, 85);
}

#[test]
fn a_page_holds_what_its_records_hold() {
    let corpus = corpus_or_return!();
    for notice in notices(&corpus.join("boamp/boamp_v21_records_page.json")) {
        assert_eq!(notice, record(&corpus, &notice.source_id));
    }
}

/// A notice without what only the API's flat fields tell: departments of publication, the day of
/// display's end, labels, links to the site.
fn essence(notice: &Notice) -> Value {
    let mut value = serde_json::to_value(notice).expect("JSON");
    let members = value.as_object_mut().expect("an object");
    for only_flat in ["displayed_until", "departments", "url", "published_on", "descriptors"] {
        members.remove(only_flat);
    }
    value
}

#[test]
fn record_and_xml_of_one_notice_say_the_same() {
    let corpus = corpus_or_return!();
    let records = notices(&corpus.join("boamp/records_from_dila_xml.json"));
    assert_eq!(records.len(), 11);
    for record in records {
        let path = corpus.join(format!("boamp/dila_xml/{}.xml", record.source_id));
        let xml = notices(&path).remove(0);
        assert_eq!(essence(&record), essence(&xml), "{}", record.source_id);
    }
}

#[test]
fn the_notice_the_product_exists_for() {
    let corpus = corpus_or_return!();
    let notice = record(&corpus, "26-22597");
    let assessment = rules::assess(&notice);
    let ids: Vec<&str> = notice.lots.iter().filter_map(|lot| lot.source_id.as_deref()).collect();
    assert_eq!(ids, ["LOT-0001", "LOT-0002", "LOT-0003", "LOT-0004", "LOT-0005", "LOT-0006"]);
    let kinds: Vec<Vec<FindingKind>> = assessment
        .lots
        .iter()
        .map(|lot| lot.findings.iter().map(|finding| finding.kind).collect())
        .collect();
    let clause = vec![FindingKind::ExecutionClause];
    let reserved = vec![FindingKind::ReservedEaEsat];
    let nothing = Vec::new();
    assert_eq!(
        kinds,
        [&clause, &clause, &nothing, &nothing, &reserved, &nothing].map(Clone::clone)
    );
    assert_eq!(assessment.findings, []);

    // Both the code and the words say so.
    let reserved = &assessment.lots[4].findings[0];
    assert_eq!(reserved.confidence, Confidence::High);
    assert_eq!(reserved.article.as_deref(), Some("L2113-12"));
    let quotes: Vec<&str> = reserved.evidence.iter().map(|e| e.quote.as_str()).collect();
    assert!(quotes.iter().any(|quote| quote.contains("res-ws")), "{quotes:?}");
    assert!(quotes.iter().any(|quote| quote.to_lowercase().contains("réserv")), "{quotes:?}");
    for lot in &assessment.lots[..2] {
        let quote = &lot.findings[0].evidence[0].quote;
        assert!(quote.to_lowercase().contains("insertion"), "{quote}");
    }

    for lot in &notice.lots {
        let deadline = lot.deadline.as_ref().or(notice.deadline.as_ref()).expect("a deadline");
        assert_eq!(deadline.zone, "Europe/Paris");
        assert_eq!(deadline.doubts, [DeadlineDoubt::OffsetDisagreesWithParis]);
        assert_eq!(deadline.local.to_string(), "2026-04-10 14:00:00");
        assert_eq!(deadline.at, Some(at("2026-04-10T12:00:00Z")));
    }
}

#[test]
fn social_criteria_alone_raise_nothing() {
    let corpus = corpus_or_return!();
    let creche = notices(&corpus.join("boamp/dila_xml/26-88471.xml")).remove(0);
    for notice in [creche, record(&corpus, "26-81222")] {
        let assessment = rules::assess(&notice);
        let id = &notice.source_id;
        assert_eq!(assessment.findings, [], "{id}");
        assert!(assessment.lots.iter().all(|lot| lot.findings.is_empty()), "{id}");
    }
}

#[test]
fn every_quote_stands_where_it_says() {
    let corpus = corpus_or_return!();
    let mut paths = boamp_files(&corpus);
    paths.extend(files(&corpus.join("eforms_real")));
    paths.retain(|path| path.extension().is_some_and(|end| end == "xml" || end == "json"));
    let mut quotes = 0;
    for path in paths {
        quotes += notices(&path).iter().map(assert_quotes).sum::<usize>();
    }
    assert!(quotes > 10, "{quotes} quotes");
}

#[test]
fn every_quote_of_the_sample_stands_where_it_says() {
    let documents = sample::api_documents(at("2026-11-23T08:00:00Z"));
    let notices = documents.iter().filter_map(|document| recognise::decode(document).notice);
    let quotes: usize = notices.map(|notice| assert_quotes(&notice)).sum();
    assert!(quotes > 150, "{quotes} quotes");
}

/// Checks every quote of a notice, and counts them.
fn assert_quotes(notice: &Notice) -> usize {
    let assessment = rules::assess(notice);
    assert_eq!(assessment.lots.len(), notice.lots.len());
    let own = assessment.lots.iter().flat_map(|lot| &lot.findings);
    let findings: Vec<_> = own.chain(&assessment.findings).collect();
    for finding in &findings {
        assert!(rules::find_rule(&finding.rule).is_some(), "{}", finding.rule);
        assert!(!finding.evidence.is_empty(), "{}: {}", notice.source_id, finding.rule);
    }
    let quotes = findings.into_iter().flat_map(|finding| &finding.evidence);
    quotes.map(|evidence| assert_stands(notice, evidence)).count()
}

fn assert_stands(notice: &Notice, evidence: &Evidence) {
    let Evidence { field, quote, start, end } = evidence;
    let (Some(start), Some(end)) = (start, end) else {
        // A coded value stands in its field whole.
        let coded = notice.lots.iter().flat_map(|lot| &lot.coded).chain(&notice.coded);
        let named = coded.into_iter().any(|coded| coded.path == *field);
        assert!(named, "{}: no coded field {field}", notice.source_id);
        return;
    };
    let mut texts = notice.texts.iter().chain(notice.lots.iter().flat_map(|lot| &lot.texts));
    let text = texts.find(|text| text.path == *field);
    let text = text.unwrap_or_else(|| panic!("{}: no text {field}", notice.source_id));
    let slice: String =
        text.text.chars().skip(*start as usize).take((end - start) as usize).collect();
    assert_eq!(slice, *quote, "{}: {field}", notice.source_id);
}
