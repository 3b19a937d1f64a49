//! Native eForms notices: every file of the corpus, field by field, against `roxmltree`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use passerelle::domain::coded::CodedField;
use passerelle::domain::cpv::Cpv;
use passerelle::domain::legal_basis::LegalBasis;
use passerelle::domain::lot::Lot;
use passerelle::domain::money::Money;
use passerelle::domain::notice::{FormType, LinkBasis, Notice};
use passerelle::domain::place::Nuts;
use passerelle::feeds::document::{Decoded, Format};
use passerelle::feeds::recognise;
use roxmltree::{Document, Node};

use crate::support::notices::{at, corpus, documents, files};

/// The XML files of the two folders of the corpus; none, said aloud, where there is no corpus.
fn corpus_files() -> Vec<PathBuf> {
    let Some(corpus) = corpus() else {
        eprintln!("no corpus on this machine: nothing was checked");
        return Vec::new();
    };
    let mut paths = files(&corpus.join("eforms_real"));
    paths.extend(files(&corpus.join("eforms_sdk")));
    paths.retain(|path| path.extension().is_some_and(|end| end == "xml"));
    assert_eq!(paths.len(), 85 + 92);
    paths
}

fn is_invalid(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("INVALID"))
}

fn decode(path: &Path) -> Decoded {
    let mut read = documents(path, at("2026-11-23T08:00:00Z"));
    assert_eq!(read.len(), 1, "{}", path.display());
    assert_eq!(read[0].format, Format::EformsXml, "{}", path.display());
    recognise::decode(&read.remove(0))
}

/// Every valid notice with the text it was decoded from.
fn each_notice(mut check: impl FnMut(&str, &Notice, &Document<'_>)) {
    for path in corpus_files().iter().filter(|path| !is_invalid(path)) {
        let text = std::fs::read_to_string(path).expect("a readable file");
        let document = Document::parse(&text).expect("well-formed");
        let decoded = decode(path);
        let name = path.file_name().expect("a name").to_string_lossy();
        let notice = decoded.notice.unwrap_or_else(|| panic!("{name}: {:?}", decoded.issues));
        check(&name, &notice, &document);
    }
}

fn all<'a>(node: Node<'a, 'a>, name: &'a str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.descendants().filter(move |inside| inside.tag_name().name() == name)
}

/// Children down a path of local names.
fn at_path<'a>(node: Node<'a, 'a>, path: &str) -> Vec<Node<'a, 'a>> {
    path.split('/').fold(vec![node], |nodes, name| {
        let children = nodes.iter().flat_map(Node::children);
        children.filter(|child| child.tag_name().name() == name).collect()
    })
}

fn text(node: Node<'_, '_>) -> String {
    node.text().unwrap_or("").trim().to_owned()
}

fn first(node: Node<'_, '_>, path: &str) -> Option<String> {
    at_path(node, path).first().map(|found| text(*found)).filter(|text| !text.is_empty())
}

/// The lots, parts and groups of a document with their identifier.
fn elements<'a>(document: &'a Document<'a>) -> Vec<(String, Node<'a, 'a>)> {
    let lots = all(document.root_element(), "ProcurementProjectLot");
    lots.map(|lot| (first(lot, "ID").unwrap_or_default(), lot)).collect()
}

fn lot<'n>(notice: &'n Notice, id: &str) -> Option<&'n Lot> {
    notice.lots.iter().find(|lot| lot.source_id.as_deref() == Some(id))
}

#[test]
fn every_lot_part_and_group_is_there() {
    let mut lots = 0;
    each_notice(|name, notice, document| {
        let elements = elements(document);
        assert_eq!(notice.lots.len() + notice.lot_groups.len(), elements.len(), "{name}");
        for (id, element) in elements {
            let group = at_path(element, "ID")[0].attribute("schemeName") == Some("LotsGroup");
            let found = if group {
                notice.lot_groups.iter().any(|group| group.source_id == id)
            } else {
                lot(notice, &id).is_some()
            };
            assert!(found, "{name}: {id}");
            lots += 1;
        }
        for group in &notice.lot_groups {
            assert!(!group.lots.is_empty(), "{name}");
            assert!(group.lots.iter().all(|key| notice.lots.iter().any(|lot| lot.key == *key)));
        }
    });
    assert!(lots == 0 || lots > 360, "{lots} lots");
}

#[test]
fn coded_social_fields_are_those_of_their_lists() {
    let mut count = 0;
    each_notice(|name, notice, document| {
        for (id, element) in elements(document) {
            let Some(lot) = lot(notice, &id) else { continue };
            let mut expected = Vec::new();
            for (list, field) in [
                ("reserved-procurement", CodedField::ReservedParticipation),
                ("reserved-execution", CodedField::ReservedExecution),
                ("strategic-procurement", CodedField::StrategicProcurement),
                ("social-objective", CodedField::SocialObjective),
            ] {
                let inside = element.descendants();
                let codes = inside.filter(|node| node.attribute("listName") == Some(list));
                expected.extend(codes.map(|code| (field, text(code))));
            }
            let mut found: Vec<_> =
                lot.coded.iter().map(|coded| (coded.field, coded.value.clone())).collect();
            expected.sort();
            found.sort();
            assert_eq!(found, expected, "{name}: {id}");
            count += found.len();
        }
    });
    assert!(count == 0 || count > 500, "{count} codes");
}

/// The text shown for several languages: French, else that of the notice, else the first.
fn shown(nodes: &[Node<'_, '_>], language: Option<&str>) -> Option<String> {
    let of = |wanted: &str| nodes.iter().find(|node| node.attribute("languageID") == Some(wanted));
    let node = of("FRA").or_else(|| language.and_then(of)).or(nodes.first())?;
    Some(passerelle::domain::text::clean(&text(*node))).filter(|text| !text.is_empty())
}

#[test]
fn titles_codes_places_and_values_are_those_of_the_xml() {
    each_notice(|name, notice, document| {
        let root = document.root_element();
        let language = first(root, "NoticeLanguageCode");
        let titles = at_path(root, "ProcurementProject/Name");
        assert_eq!(notice.title, shown(&titles, language.as_deref()), "{name}");
        for (id, element) in elements(document) {
            let Some(lot) = lot(notice, &id) else { continue };
            let titles = at_path(element, "ProcurementProject/Name");
            assert_eq!(lot.title, shown(&titles, language.as_deref()), "{name}: {id}");
            let texts = at_path(element, "ProcurementProject/Description");
            assert_eq!(lot.description, shown(&texts, language.as_deref()), "{name}: {id}");
            let path = "ProcurementProject/MainCommodityClassification/ItemClassificationCode";
            let main = first(element, path).map(|code| code[..8].to_owned());
            assert_eq!(lot.cpv.first().map(|cpv| cpv.as_str().to_owned()), main, "{name}: {id}");
            let path = "ProcurementProject/RealizedLocation/Address/CountrySubentityCode";
            let nuts: Vec<String> = at_path(element, path).into_iter().map(text).collect();
            let found: Vec<String> = lot
                .places
                .iter()
                .filter_map(|place| place.nuts.as_ref())
                .map(|nuts| nuts.as_str().to_owned())
                .collect();
            assert_eq!(found, nuts, "{name}: {id}");
            let path = "ProcurementProject/RequestedTenderTotal/EstimatedOverallContractAmount";
            if let Some(value) =
                lot.estimated_value.as_ref().and_then(|value| value.amount.as_ref())
            {
                let raw: f64 = first(element, path).expect("a value").parse().expect("a number");
                #[expect(clippy::cast_precision_loss, reason = "amounts of the corpus are small")]
                let cents = value.cents as f64;
                assert!((cents / 100.0 - raw).abs() < 0.01, "{name}: {id}: {raw}");
            }
        }
    });
}

#[test]
fn deadlines_are_those_of_the_xml() {
    let mut count = 0;
    each_notice(|name, notice, document| {
        for (id, element) in elements(document) {
            let Some(lot) = lot(notice, &id) else { continue };
            let stamp = [
                "TenderSubmissionDeadlinePeriod",
                "ParticipationRequestReceptionPeriod",
                "InterestExpressionReceptionPeriod",
            ]
            .into_iter()
            .find_map(|period| {
                let period = all(element, period).next()?;
                let time = first(period, "EndTime")?;
                Some(format!("{} {}", &first(period, "EndDate")?[..10], &time[..8]))
            });
            let found = lot.deadline.as_ref().map(|deadline| deadline.local.to_string());
            assert_eq!(found, stamp, "{name}: {id}");
            count += usize::from(found.is_some());
        }
    });
    assert!(count == 0 || count > 80, "{count} deadlines");
}

#[test]
fn buyers_and_identifiers_are_those_of_the_xml() {
    each_notice(|name, notice, document| {
        let root = document.root_element();
        let organisation = |id: &str| {
            all(root, "Organization").find(|node| {
                let of = |part: &str| first(*node, &format!("{part}/PartyIdentification/ID"));
                of("Company").as_deref() == Some(id) || of("TouchPoint").as_deref() == Some(id)
            })
        };
        let mut expected: BTreeSet<Option<String>> = BTreeSet::new();
        for buyer in at_path(root, "ContractingParty/Party/PartyIdentification/ID") {
            let Some(node) = organisation(&text(buyer)) else { continue };
            let id = first(node, "Company/PartyLegalEntity/CompanyID");
            if first(node, "Company/PartyName/Name").is_some() {
                expected.insert(id);
            }
        }
        let found: BTreeSet<_> =
            notice.buyers().map(|buyer| buyer.raw_identifier.clone()).collect();
        assert_eq!(found, expected, "{name}");
        let id = |path: &str| first(root, path);
        assert_eq!(notice.notice_uuid.map(|uuid| uuid.to_string()), id("ID"), "{name}");
        assert_eq!(notice.folder.map(|uuid| uuid.to_string()), id("ContractFolderID"), "{name}");
        assert_eq!(notice.version, id("VersionID"), "{name}");
        assert_eq!(notice.notice_type, id("NoticeTypeCode"), "{name}");
        let number = all(root, "NoticePublicationID").next().map(text);
        let number = number.map(|number| number.trim_start_matches('0').to_owned());
        assert_eq!(notice.publication_number, number, "{name}");
        if let Some(number) = number {
            assert_eq!(notice.source_id, number, "{name}");
        }
    });
}

#[test]
fn the_directive_is_that_of_the_xml() {
    let mut count = 0;
    each_notice(|name, notice, document| {
        let stated = first(document.root_element(), "RegulatoryDomain");
        assert_eq!(notice.legal_basis, stated.as_deref().and_then(LegalBasis::parse), "{name}");
        count += usize::from(notice.legal_basis.is_some());
    });
    assert!(count == 0 || count > 100, "{count} directives");
}

#[test]
fn texts_keep_their_language() {
    each_notice(|name, notice, document| {
        let texts: Vec<_> =
            notice.texts.iter().chain(notice.lots.iter().flat_map(|lot| &lot.texts)).collect();
        for node in document.descendants().filter(|node| node.attribute("languageID").is_some()) {
            let lot_or_root = node.ancestors().any(|above| {
                matches!(above.tag_name().name(), "Organization" | "NoticeResult" | "FieldsPrivacy")
            });
            let is_text = matches!(node.tag_name().name(), "Description" | "Note");
            if lot_or_root || !is_text || text(node).is_empty() {
                continue;
            }
            let cleaned = passerelle::domain::text::clean(&text(node));
            let language = node.attribute("languageID");
            let kept = texts
                .iter()
                .any(|text| text.text == cleaned && text.language.as_deref() == language);
            assert!(kept, "{name}: {language:?} {cleaned}");
        }
    });
}

#[test]
fn results_name_winners_values_and_tenders() {
    let mut outcomes = 0;
    each_notice(|name, notice, document| {
        let root = document.root_element();
        let results: Vec<_> = at_path(
            root,
            "UBLExtensions/UBLExtension/ExtensionContent/EformsExtension/NoticeResult/LotResult",
        );
        for result in results {
            let Some(id) = first(result, "TenderLot/ID") else { continue };
            let code = first(result, "TenderResultCode");
            let outcome = notice.outcomes.iter().find(|outcome| outcome.lot.as_str() == id);
            if code.as_deref() == Some("open-nw") {
                assert!(outcome.is_none(), "{name}: {id}");
                continue;
            }
            if code.is_none() && outcome.is_none() {
                continue;
            }
            let outcome = outcome.unwrap_or_else(|| panic!("{name}: no outcome of {id}"));
            outcomes += 1;
            let received = at_path(result, "ReceivedSubmissionsStatistics")
                .into_iter()
                .find(|one| first(*one, "StatisticsCode").as_deref() == Some("tenders"));
            let received = received.and_then(|one| first(one, "StatisticsNumeric")?.parse().ok());
            assert_eq!(outcome.tenders_received, received, "{name}: {id}");
        }
    });
    assert!(outcomes == 0 || outcomes > 100, "{outcomes} outcomes");
}

#[test]
fn invalid_notices_say_what_is_wrong() {
    let paths = corpus_files();
    for path in paths.iter().filter(|path| is_invalid(path)) {
        assert!(!decode(path).issues.is_empty(), "{}", path.display());
    }
}

/// Read by a person in the XML: notice, lot, field, value.
const BY_HAND: &[(&str, &str, &str, &str)] = &[
    ("eforms_real/583624-2023", "LOT-0003", "BT-775", "opp work-cond"),
    ("eforms_real/650276-2023", "LOT-0001", "BT-775", "acc-all gen-eq opp work-cond"),
    ("eforms_real/294964-2026", "LOT-0001", "BT-775", "other"),
    ("eforms_real/294964-2026", "LOT-0001", "BT-06", "soc-obj"),
    ("eforms_real/742188-2025", "LOT-0000", "BT-775", "hum-right"),
    ("eforms_real/622691-2023", "LOT-0001", "BT-736", "not-known"),
    ("eforms_real/544961-2023", "LOT-0000", "BT-775", "work-cond"),
    ("eforms_real/149514-2025", "LOT-0001", "BT-06", "env-imp"),
    ("eforms_real/219998-2024", "LOT-0001", "BT-71", "none"),
    ("eforms_real/219998-2024", "LOT-0001", "BT-736", "no"),
    ("eforms_real/219998-2024", "LOT-0001", "deadline", "2024-05-13 12:00:00 Europe/Paris"),
    ("eforms_real/219998-2024", "LOT-0001", "CPV", "90500000"),
    ("eforms_real/219998-2024", "LOT-0001", "buyer", "20001865300051"),
    ("eforms_real/104729-2025", "LOT-0001", "value", "200000.00 EUR"),
    ("eforms_real/104729-2025", "LOT-0001", "CPV", "38970000 38540000"),
    ("eforms_real/104729-2025", "LOT-0001", "NUTS", "FR101"),
    ("eforms_real/104729-2025", "LOT-0001", "award", "196590.27 EUR 1 tenders 2025-01-22"),
    ("eforms_real/104729-2025", "LOT-0002", "award", "481410.00 EUR 2 tenders 2024-12-02"),
    ("eforms_real/104729-2025", "LOT-0002", "buyer", "18008901303282"),
    ("eforms_real/112986-2025", "LOT-0001", "value", "448000.00 EUR"),
    ("eforms_real/112986-2025", "LOT-0001", "BT-06", "inn-pur"),
    ("eforms_sdk/cn_24_maximal", "LOT-0001", "BT-71", "res-pub-ser"),
    ("eforms_sdk/cn_24_maximal", "LOT-0001", "BT-736", "yes"),
    ("eforms_sdk/cn_24_maximal", "LOT-0002", "BT-71", "none"),
    ("eforms_sdk/cn_24_maximal", "LOT-0002", "BT-775", "acc-all"),
];

#[test]
fn values_read_by_hand() {
    let Some(corpus) = corpus() else {
        eprintln!("no corpus on this machine: nothing was checked");
        return;
    };
    for (file, id, field, expected) in BY_HAND {
        let decoded = decode(&corpus.join(format!("{file}.xml")));
        let notice = decoded.notice.expect("a notice");
        let lot = lot(&notice, id).unwrap_or_else(|| panic!("{file}: no {id}"));
        assert_eq!(shown_field(&notice, lot, field), *expected, "{file} {id} {field}");
    }
}

fn shown_field(notice: &Notice, lot: &Lot, field: &str) -> String {
    let amount = |money: &Money| {
        format!("{}.{:02} {}", money.cents / 100, money.cents % 100, money.currency)
    };
    match field {
        "BT-71" => coded(lot, CodedField::ReservedParticipation),
        "BT-736" => coded(lot, CodedField::ReservedExecution),
        "BT-775" => coded(lot, CodedField::SocialObjective),
        "BT-06" => coded(lot, CodedField::StrategicProcurement),
        "CPV" => lot.cpv.iter().map(Cpv::as_str).collect::<Vec<_>>().join(" "),
        "NUTS" => {
            let codes = lot.places.iter().filter_map(|place| place.nuts.as_ref());
            codes.map(Nuts::as_str).collect::<Vec<_>>().join(" ")
        }
        "value" => {
            let value = lot.estimated_value.as_ref().and_then(|value| value.amount.as_ref());
            value.map(amount).unwrap_or_default()
        }
        "deadline" => {
            let deadline = lot.deadline.as_ref().expect("a deadline");
            format!("{} {}", deadline.local, deadline.zone)
        }
        "buyer" => {
            let buyer = notice.buyers().next().expect("a buyer");
            buyer.siret.as_ref().map(ToString::to_string).unwrap_or_default()
        }
        "award" => {
            let outcome = notice.outcomes.iter().find(|outcome| outcome.lot == lot.key);
            let outcome = outcome.expect("an outcome");
            format!(
                "{} {} tenders {}",
                outcome.amount.as_ref().map(amount).unwrap_or_default(),
                outcome.tenders_received.unwrap_or(0),
                outcome.decided_on.map(|day| day.to_string()).unwrap_or_default(),
            )
        }
        other => panic!("no field {other}"),
    }
}

fn coded(lot: &Lot, field: CodedField) -> String {
    let values = lot.coded.iter().filter(|coded| coded.field == field);
    values.map(|coded| coded.value.as_str()).collect::<Vec<_>>().join(" ")
}

/// The three shapes of the changed identifier (FEEDS 3.4), and the cancellation.
#[test]
fn change_notices_name_the_notice_they_change() {
    let Some(corpus) = corpus() else {
        eprintln!("no corpus on this machine: nothing was checked");
        return;
    };
    for (file, link, reason) in [
        // White space and a line break before a UUID with its version.
        ("eforms_real/28660-2025", "b7f314d1-4c53-481e-8aae-cd8241a40cfb-01", "update-add"),
        // A publication number, with and without the name of its scheme.
        ("eforms_real/368245-2023", "259785-2023", "update-add"),
        ("eforms_real/775348-2023", "422781-2023", "cor-buy"),
        ("eforms_sdk/change-cn_24_void", "f42be27e-09cf-4f0e-a745-63ec689631e6-01", "cancel"),
    ] {
        let notice = decode(&corpus.join(format!("{file}.xml"))).notice.expect("a notice");
        let links: Vec<&str> = notice
            .links
            .iter()
            .filter(|link| link.basis == LinkBasis::ChangedNotice)
            .map(|link| link.source_id.as_str())
            .collect();
        assert_eq!(links, [link], "{file}");
        let correction = notice.correction.expect("a correction");
        assert_eq!(correction.reason.as_deref(), Some(reason), "{file}");
        assert_ne!(notice.form_type, FormType::Other, "{file}");
    }
}
