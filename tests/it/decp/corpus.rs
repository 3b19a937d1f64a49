//! Real contracts, where this machine has them: every record decodes, and the contracts are as
//! many as an independent count of the identifiers says.

use std::collections::BTreeSet;
use std::path::Path;

use passerelle::domain::consideration::Filled;
use passerelle::domain::contract::{Contract, ContractKind};
use passerelle::domain::notice::FormType;
use passerelle::feeds::document::RawDocument;
use passerelle::feeds::recognise;
use serde_json::Value;

use super::decoding::contracts;
use crate::support::notices::{at, corpus, documents};

fn read(corpus: &Path, name: &str) -> (Vec<RawDocument>, Vec<Contract>) {
    let documents = documents(&corpus.join("decp").join(name), at("2026-11-23T08:00:00Z"));
    for document in &documents {
        let decoded = recognise::decode_contract(document)
            .unwrap_or_else(|| panic!("{name}: {:?} holds no contract", document.format));
        assert!(decoded.record.is_some(), "{name}: {:?}", decoded.issues);
    }
    let (folded, _) = contracts(&documents);
    (documents, folded)
}

#[test]
fn the_consolidated_table() {
    let Some(corpus) = corpus() else { return };
    let (documents, contracts) = read(&corpus, "decp_consolide_tabulaire_61.json");
    assert_eq!(documents.len(), 61);
    let rows: Vec<Value> = documents
        .iter()
        .map(|document| serde_json::from_slice(&document.bytes).expect("JSON"))
        .collect();
    let uids: BTreeSet<&str> = rows.iter().filter_map(|row| row["uid"].as_str()).collect();
    assert_eq!((contracts.len(), uids.len()), (45, 45));

    let mut filled = [0; 3];
    for document in &documents {
        let record = recognise::decode_contract(document).and_then(|decoded| decoded.record);
        filled[match record.expect("a record").particulars.social.filled {
            Filled::None => 0,
            Filled::Stated => 1,
            Filled::NotFilled => 2,
            Filled::Unread => panic!("every spelling is known"),
        }] += 1;
    }
    assert_eq!(filled, [52, 5, 4], "none, stated, not filled");

    let group = contracts.iter().find(|one| one.number == "2025_017_PI0").expect("the group");
    assert_eq!(group.current.holders.len(), 5);
    assert_eq!(group.current.amount.as_ref().map(|amount| amount.raw.as_str()), Some("4012774.0"));
    let doubtful = contracts.iter().flat_map(|one| {
        let changed = one.modifications.iter().map(|change| &change.terms);
        changed.chain([&one.signed]).filter_map(|terms| terms.amount.as_ref())
    });
    let doubtful: BTreeSet<&str> = doubtful
        .filter(|amount| amount.doubt.is_some())
        .map(|amount| amount.raw.as_str())
        .collect();
    for absurd in ["99999999999.99", "12311111111.0"] {
        assert!(doubtful.contains(absurd), "{doubtful:?}");
    }
}

#[test]
fn the_excerpts() {
    let Some(corpus) = corpus() else { return };
    for (name, rows, expected) in
        [("decp_2024H2_cpv4521.csv", 8_957, 5_180), ("decp_objects_5301.csv", 5_301, 5_059)]
    {
        let (documents, contracts) = read(&corpus, name);
        assert_eq!((documents.len(), contracts.len()), (rows, expected), "{name}");
        assert!(contracts.iter().all(|one| one.particulars.social.filled == Filled::NotFilled));
    }
}

#[test]
fn the_official_layouts() {
    let Some(corpus) = corpus() else { return };
    let folder = "format_officiel_exemples";
    for (name, records, markets, concessions) in [
        ("decp_test_2019.json".to_owned(), 2, 2, 0),
        ("decp_test_2022.json".to_owned(), 5, 5, 0),
        ("decp_2022_marches_valides_4.json".to_owned(), 4, 4, 0),
        (format!("{folder}/Marche.xml"), 2, 1, 0),
        (format!("{folder}/Contrat-concession.xml"), 2, 0, 1),
        (format!("{folder}/Contrat-concession-modification.xml"), 2, 0, 1),
        (format!("{folder}/concessions.json"), 2, 0, 2),
        (format!("{folder}/concessions_avec_modifications.json"), 2, 0, 2),
        (format!("{folder}/marches_avec_modifications.json"), 2, 2, 0),
        (format!("{folder}/marches_concessions.json"), 4, 2, 2),
    ] {
        let (documents, contracts) = read(&corpus, &name);
        assert_eq!(documents.len(), records, "{name}");
        let of = |kind| contracts.iter().filter(|one| one.kind == kind).count();
        let counted = (of(ContractKind::Market), of(ContractKind::Concession));
        assert_eq!(counted, (markets, concessions), "{name}");
    }
    let (_, contracts) = read(&corpus, "decp_test_2022.json");
    let find = |number: &str| contracts.iter().find(|one| one.number == number).expect("it");
    let absurd = find("2020F00075");
    assert_eq!(absurd.signed.amount.as_ref().map(|amount| amount.money.is_some()), Some(false));
    assert_eq!(absurd.current.amount.as_ref().map(|amount| amount.raw.as_str()), Some("22540"));
    assert_eq!(absurd.current.holders.len(), 3);
    let school = find("2019K1209");
    assert_eq!(school.current.holders.len(), 3, "wrapped or bare");
    let numbers: Vec<u32> = school.modifications.iter().map(|change| change.number).collect();
    assert_eq!(numbers, [1, 2, 6, 7]);
    assert_eq!(school.subcontracts.len(), 4);
    assert_eq!(find("202207LOT03").particulars.social.kinds.len(), 2);
}

#[test]
fn the_planned_purchase() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("boamp/approch_projet_64516.json");
    let documents = documents(&path, at("2026-11-23T08:00:00Z"));
    let notice = recognise::decode(&documents[0]).notice.expect("a notice");
    assert_eq!((notice.form_type, notice.places.len()), (FormType::Planning, 96));
    assert_eq!(notice.expected_on, "2027-01-09".parse().ok());
    let value = notice.estimated_value.expect("a range");
    assert_eq!(
        (value.low.map(|m| m.cents), value.high.map(|m| m.cents)),
        (Some(100_000_000), Some(500_000_000))
    );
}
