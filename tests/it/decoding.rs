//! Fixtures written for the decoders: twins of the sample in the DILA's XML, and damaged documents.

use passerelle::domain::issue::IssueKind;
use passerelle::domain::notice::Notice;
use passerelle::feeds::recognise;
use serde_json::Value;

use crate::support::notices::{at, documents, files, fixture};
use crate::support::sample;

const NOW: &str = "2026-11-23T08:00:00Z";

/// Fields of a notice that only the API's flat fields may tell.
const ONLY_FLAT: [&str; 6] =
    ["displayed_until", "departments", "url", "published_on", "descriptors", "procedure_type"];

/// A notice without what only the API's flat fields tell.
fn essence(notice: &Notice) -> Value {
    let mut value = serde_json::to_value(notice).expect("JSON");
    value.as_object_mut().expect("an object").retain(|field, _| !ONLY_FLAT.contains(&&**field));
    value
}

#[test]
fn record_and_xml_of_one_notice_say_the_same() {
    let records = sample::api_documents(at(NOW));
    let records: Vec<Notice> = records
        .iter()
        .map(|document| recognise::decode(document).notice.expect("a notice"))
        .collect();
    for (folder, count) in [("dila_xml", 17), ("legacy_xml", 4)] {
        let paths = files(&fixture(folder));
        assert_eq!(paths.len(), count);
        for path in paths {
            let document = documents(&path, at(NOW)).remove(0);
            let xml = recognise::decode(&document).notice.expect("a notice");
            let record = records.iter().find(|record| record.source_id == xml.source_id);
            let record = record.expect("a twin in the sample");
            let (record, xml) = (essence(record), essence(&xml));
            for (field, value) in record.as_object().expect("an object") {
                assert_eq!(xml.get(field), Some(value), "{}: {field}", path.display());
            }
            assert_eq!(record, xml);
        }
    }
}

/// What each damaged document yields: the file, whether its notice is kept, what is said of it.
pub const BROKEN: [(&str, bool, &[IssueKind]); 17] = [
    ("cpv-7-digits.json", true, &[IssueKind::InvalidCode]),
    ("cut.json", false, &[IssueKind::Unreadable]),
    ("cut.xml", false, &[IssueKind::Unreadable]),
    ("deep.json", true, &[IssueKind::Refused]),
    ("deep.xml", false, &[IssueKind::Refused]),
    ("doctype.xml", false, &[IssueKind::Refused]),
    ("donnees-not-json.json", true, &[IssueKind::Unreadable]),
    ("empty.json", false, &[IssueKind::Unreadable]),
    ("error-page.html", false, &[IssueKind::UnknownShape]),
    ("latin1.xml", false, &[IssueKind::Unreadable]),
    ("lots-of-nulls.json", true, &[IssueKind::DefectiveLot; 4]),
    ("no-idweb.json", false, &[IssueKind::MissingIdentifier]),
    ("page-interrupted.json", false, &[IssueKind::Unreadable]),
    ("siret.json", true, &[IssueKind::InvalidIdentifier]),
    ("unknown-donnees.json", true, &[IssueKind::UnknownShape]),
    ("unknown-root.xml", false, &[IssueKind::UnknownShape]),
    ("wrong-dates.json", true, &[IssueKind::InvalidDate, IssueKind::InvalidDate]),
];

#[test]
fn damaged_documents_say_what_is_wrong_and_keep_what_is_not() {
    let mut names = Vec::new();
    for (name, keeps_notice, kinds) in BROKEN {
        names.push(fixture("broken").join(name));
        let read = documents(&fixture("broken").join(name), at(NOW));
        let [document] = read.as_slice() else { panic!("{name}: {} documents", read.len()) };
        let decoded = recognise::decode(document);
        let found: Vec<IssueKind> = decoded.issues.iter().map(|issue| issue.kind).collect();
        assert_eq!((decoded.notice.is_some(), found.as_slice()), (keeps_notice, kinds), "{name}");
        assert!(decoded.issues.iter().all(|issue| !issue.message.is_empty()), "{name}");
    }
    let mut on_disk = files(&fixture("broken"));
    on_disk.retain(|path| !path.ends_with("README.md"));
    assert_eq!(names, on_disk, "every fixture is checked");
}

#[test]
fn a_bad_lot_loses_neither_its_notice_nor_its_neighbours() {
    let notice = |name: &str| {
        let document = documents(&fixture("broken").join(name), at(NOW)).remove(0);
        recognise::decode(&document).notice.expect("a notice")
    };
    let lots = notice("lots-of-nulls.json").lots;
    assert_eq!(lots.len(), 1);
    assert_eq!(lots[0].key.as_str(), "2", "it keeps its place");
    let with_bad_code = notice("cpv-7-digits.json");
    assert!(with_bad_code.lots.iter().any(|lot| lot.cpv.is_empty()));
    assert!(with_bad_code.lots.iter().any(|lot| !lot.cpv.is_empty()));
    let with_wrong_dates = notice("wrong-dates.json");
    assert!(with_wrong_dates.deadline.is_none() && with_wrong_dates.published_on.is_none());
    let with_bad_siret = notice("siret.json");
    assert!(with_bad_siret.buyers().all(|buyer| buyer.siret.is_none()));
}
