//! What the documents of each layout say of their contract.

use passerelle::domain::consideration::{ConsiderationKind, Filled};
use passerelle::domain::contract::{Contract, ContractKind, ContractLayout, SeenRecord, fold};
use passerelle::domain::finding::{Confidence, FindingKind};
use passerelle::domain::issue::{DecodeIssue, IssueKind};
use passerelle::domain::place::Department;
use passerelle::feeds::document::{Format, RawDocument};
use passerelle::feeds::recognise;
use passerelle::rules;

use crate::support::notices::{at, documents, fixture};

pub const FILES: [&str; 6] = [
    "table.json",
    "official_2022.json",
    "official_2019.json",
    "market.xml",
    "flat.json",
    "excerpt.csv",
];

/// Contracts written for the tests, in every layout.
pub fn everything() -> Vec<RawDocument> {
    let received_at = at("2026-11-20T09:00:00Z");
    FILES.iter().flat_map(|name| documents(&fixture("decp").join(name), received_at)).collect()
}

/// The contracts of some documents, by their identifier.
pub fn contracts(documents: &[RawDocument]) -> (Vec<Contract>, Vec<DecodeIssue>) {
    let mut records: Vec<SeenRecord> = Vec::new();
    let mut issues = Vec::new();
    for document in documents {
        let decoded = recognise::decode_contract(document).expect("a document of contracts");
        issues.extend(decoded.issues);
        records.extend(decoded.record.map(|record| SeenRecord {
            record,
            is_fed: true,
            seen_at: document.received_at,
            digest: document.digest().to_hex(),
        }));
    }
    records.sort_by_key(|seen| seen.record.id());
    let groups = records.chunk_by(|a, b| a.record.id() == b.record.id());
    let mut folded: Vec<Contract> = groups.filter_map(|group| fold(group.to_vec())).collect();
    folded.sort_by(|a, b| a.number.cmp(&b.number));
    (folded, issues)
}

fn one(file: &str, number: &str) -> Contract {
    let documents = documents(&fixture("decp").join(file), at("2026-11-20T09:00:00Z"));
    let (contracts, _) = contracts(&documents);
    contracts.into_iter().find(|contract| contract.number == number).expect("the contract")
}

fn cents(contract: &Contract) -> Option<i64> {
    contract.current.amount.as_ref()?.money.as_ref().map(|money| money.cents)
}

#[test]
fn a_table_repeats_holders_and_modifications() {
    let contract = one("table.json", "202601");
    assert_eq!(contract.layouts, [ContractLayout::Table]);
    assert_eq!(contract.signed.holders.len(), 2);
    assert_eq!(contract.current.holders.len(), 1, "one of the two left with the modification");
    assert_eq!(cents(&contract), Some(26_000_000), "the amount is the contract's, not a sum");
    assert_eq!(contract.modifications.len(), 1);
    assert_eq!(contract.particulars.social.kinds.len(), 2);
    assert_eq!(contract.particulars.environmental.filled, Filled::None);
    let place = contract.particulars.place.as_ref().expect("a place");
    assert_eq!(place.place.department.as_ref().map(Department::as_str), Some("34"));
    assert!(contract.conflicts.is_empty(), "{:?}", contract.conflicts);

    let other = one("table.json", "26-B2");
    assert_eq!(cents(&other), None, "an absurd amount is not counted");
    assert_eq!(other.current.amount.expect("kept").raw, "99999999999.99");
    assert_eq!(other.particulars.social.filled, Filled::None);
    assert_eq!(other.current.holders[0].scheme.as_deref(), Some("TVA"));
}

#[test]
fn official_files_hold_markets_and_concessions() {
    let market = one("official_2022.json", "2026-C3");
    assert_eq!(market.layouts, [ContractLayout::Official2022]);
    assert!(market.particulars.social.kinds.contains(&ConsiderationKind::Reserved));
    assert_eq!(cents(&market), Some(8_400_050));
    let numbers: Vec<u32> = market.modifications.iter().map(|change| change.number).collect();
    assert_eq!(numbers, [1, 2], "a number used twice hides no modification");
    assert_eq!(market.current.holders.len(), 1, "words are no holders");
    assert_eq!(market.subcontracts.len(), 1);
    assert_eq!(market.current.duration_months, None, "NC says nothing");
    let place = market.particulars.place.as_ref().expect("a place");
    assert_eq!(place.place.commune.as_deref(), Some("34172"));

    let concession = one("official_2022.json", "DSP-7");
    assert_eq!(concession.kind, ContractKind::Concession);
    assert_eq!(cents(&concession), Some(150_000_000));
    assert_eq!(concession.particulars.social.bits(), 5);

    let old = one("official_2019.json", "2019-D4");
    assert_eq!(old.layouts, [ContractLayout::Official2019]);
    assert_eq!(old.particulars.social.filled, Filled::NotFilled);
    assert_eq!(old.modifications[0].object.as_deref(), Some("Avenant 1"));
    let holder = &old.current.holders[0];
    assert_eq!(holder.identifier.as_deref(), Some("05650171100115"), "its zero came back");
    assert_eq!(old.uid(), "213401722017872019-D4");
}

#[test]
fn xml_and_flat_tables() {
    let xml = one("market.xml", "XML-9");
    assert_eq!(xml.particulars.object.as_deref(), Some("Élagage & abattage"));
    assert_eq!(xml.current.holders.len(), 2);
    assert_eq!(xml.particulars.techniques, ["Concours", "Accord-cadre"]);
    assert_eq!(xml.particulars.is_innovative, Some(true));

    let flat = one("flat.json", "26-F5");
    assert_eq!((flat.signed.holders.len(), flat.modifications.len()), (2, 1));
    assert_eq!(cents(&flat), Some(13_000_000));
    assert_eq!(flat.particulars.social.filled, Filled::None);
    assert_eq!(flat.particulars.environmental.filled, Filled::NotFilled);
    assert!(flat.subcontracts.is_empty(), "CDL is empty: {:?}", flat.subcontracts);
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_kept() {
    let csv = documents(&fixture("decp/excerpt.csv"), at("2026-11-20T09:00:00Z"));
    let (contracts, issues) = contracts(&csv);
    assert_eq!(contracts.len(), 2);
    assert_eq!(contracts[0].modifications.len(), 1);
    let mut kinds: Vec<IssueKind> = issues.iter().map(|issue| issue.kind).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            IssueKind::InvalidDate,
            IssueKind::InvalidCode,
            IssueKind::InvalidAmount,
            IssueKind::InvalidIdentifier,
        ],
        "{issues:#?}"
    );
}

#[test]
fn damaged_documents_are_issues_and_never_panics() {
    for document in everything() {
        for end in 0..document.bytes.len() {
            if end % 7 == 0 {
                let bytes = document.bytes[..end].to_vec();
                let cut = RawDocument { bytes, ..document.clone() };
                let decoded = recognise::decode_contract(&cut).expect("a document of contracts");
                assert!(decoded.record.is_some() || !decoded.issues.is_empty());
            }
        }
    }
}

#[test]
fn a_planned_purchase_is_a_planned_notice_with_its_proof() {
    let path = fixture("approch/project.json");
    let document = documents(&path, at("2026-11-20T09:00:00Z")).remove(0);
    assert_eq!(document.format, Format::ApprochProject);
    let notice = recognise::decode(&document).notice.expect("a notice");
    let assessment = rules::assess(&notice);
    let own = assessment.lots.iter().flat_map(|lot| &lot.findings);
    let found: Vec<_> = own.chain(&assessment.findings).collect();
    let reserved = found
        .iter()
        .find(|finding| finding.kind == FindingKind::ReservedUnspecified)
        .expect("the box is ticked");
    assert_eq!(reserved.rule, "code.approch");
    assert!(reserved.confidence <= Confidence::Medium, "a tick alone proves little");
    assert_eq!(reserved.evidence[0].field, "marche_reserve");
}
