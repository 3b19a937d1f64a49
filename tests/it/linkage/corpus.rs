//! Real notices and contracts, where this machine has them. They are of so many buyers and years
//! that hardly two speak of one purchase. Taken as if one buyer had published them all, a sure
//! link is a wrong one; and pairs that identifiers join must be found without them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use passerelle::domain::contract::Contract;
use passerelle::domain::ids::NoticeId;
use passerelle::domain::linkage::contracts::Procurement;
use passerelle::domain::linkage::notices::JoinedNotices;
use passerelle::domain::linkage::{LinkKind, LinkedNotice, SURE, contracts, notices};
use passerelle::domain::notice::Notice;
use passerelle::domain::procedure::{AssessedNotice, NoticeNode, Procedure, fold, group};
use passerelle::feeds::recognise;
use passerelle::rules;

use crate::decp::decoding::contracts as folded_contracts;
use crate::support::notices::{at, corpus, documents, files};

const NOTICES: [&str; 5] =
    ["boamp/records", "boamp/dila_xml", "boamp/legacy_xml_v230", "eforms_real", "ted_r209"];
const CONTRACTS: [&str; 4] = [
    "decp_consolide_tabulaire_61.json",
    "decp_2024H2_cpv4521.csv",
    "decp_objects_5301.csv",
    "decp_2022_marches_valides_4.json",
];

/// All notices, and how identifiers join them.
struct Read {
    notices: BTreeMap<NoticeId, AssessedNotice>,
    groups: Vec<Vec<NoticeId>>,
}

fn read(corpus: &Path) -> Read {
    let mut notices = BTreeMap::new();
    for path in NOTICES.iter().flat_map(|folder| files(&corpus.join(folder))) {
        for document in documents(&path, at("2026-11-23T08:00:00Z")) {
            let notice = recognise::decode(&document).notice.expect("a notice");
            let assessment = rules::assess(&notice);
            notices.insert(notice.id(), AssessedNotice { notice, assessment });
        }
    }
    let nodes: Vec<NoticeNode> =
        notices.values().map(|one| NoticeNode::from(&one.notice)).collect();
    let groups = group(&nodes, &[]);
    Read { notices, groups }
}

fn joined<'n>(notices: impl IntoIterator<Item = &'n Notice>) -> JoinedNotices<'n> {
    let mut notices: Vec<&Notice> = notices.into_iter().collect();
    notices.sort_by_key(|notice| (notice.published_on, notice.id()));
    JoinedNotices { notices, is_called_elsewhere: false, has_absent_parent: false }
}

#[test]
fn hardly_any_two_notices_of_all_buyers_are_linked() {
    let Some(corpus) = corpus() else { return };
    let read = read(&corpus);
    assert!(read.notices.len() > 480, "{} notices", read.notices.len());
    let of = |id: &NoticeId| &read.notices[id].notice;
    let groups: Vec<_> = read.groups.iter().map(|ids| joined(ids.iter().map(of))).collect();
    let named: Vec<(&str, &str, u8)> = notices::link(&groups)
        .iter()
        .map(|link| (&*of(&link.from).source_id, &*of(&link.to).source_id, link.score))
        .collect();
    // Read by a person: the training in fire risks of one buyer, whose award names its call by a
    // number of the Official Journal that is not here.
    assert_eq!(named, [("401540-2016", "210186-2016", 90)]);
}

#[test]
fn no_contract_of_all_buyers_is_linked() {
    let Some(corpus) = corpus() else { return };
    let read = read(&corpus);
    let files = CONTRACTS.iter().map(|name| corpus.join("decp").join(name));
    let rows: Vec<_> =
        files.flat_map(|path| documents(&path, at("2026-11-23T08:00:00Z"))).collect();
    let (all, _): (Vec<Contract>, _) = folded_contracts(&rows);
    assert!(all.len() > 10_000, "{} contracts", all.len());
    let procedures: Vec<Procedure> = read
        .groups
        .iter()
        .map(|ids| fold(ids.iter().map(|id| &read.notices[id]), &BTreeSet::new()))
        .collect();
    let procurements: Vec<Procurement<'_>> = procedures
        .iter()
        .map(|procedure| {
            let notices = procedure.notices.iter().map(|id| &read.notices[id].notice);
            Procurement {
                id: procedure.id,
                title: procedure.title.as_deref(),
                references: notices.filter_map(|notice| notice.reference.as_deref()).collect(),
                lots: procedure.lots.iter().collect(),
            }
        })
        .collect();
    let links = contracts::link(&all.iter().collect::<Vec<_>>(), &procurements);
    assert!(links.is_empty(), "{links:?}");
}

/// A notice without anything that identifies it or another one.
fn bare(notice: &Notice) -> Notice {
    let mut bare = notice.clone();
    (bare.folder, bare.notice_uuid, bare.publication_number) = (None, None, None);
    bare.links.clear();
    bare
}

#[test]
fn what_identifiers_join_is_found_without_them() {
    let Some(corpus) = corpus() else { return };
    let read = read(&corpus);
    let mut found = Vec::new();
    let mut missed = Vec::new();
    for ids in read.groups.iter().filter(|ids| ids.len() > 1) {
        let bare: Vec<Notice> = ids.iter().map(|id| bare(&read.notices[id].notice)).collect();
        let alone: Vec<_> = bare.iter().map(|notice| joined([notice])).collect();
        let links: Vec<LinkedNotice> = notices::link(&alone);
        let name = bare.iter().map(|notice| notice.source_id.as_str()).min().unwrap_or("");
        match links.first() {
            Some(link) if link.kind == LinkKind::Continues => {
                found.push((name.to_owned(), link.score >= SURE));
            }
            _ => missed.push(name.to_owned()),
        }
    }
    found.sort();
    let sure: Vec<&str> =
        found.iter().filter(|(_, is_sure)| *is_sure).map(|(name, _)| name.as_str()).collect();
    assert_eq!(sure, ["106434-2018", "139924-2021", "172520-2021", "188692-2016"]);
    // Missing rather than wrong: another wording of the title, a buyer by name alone, an award two
    // years after its call, a result without any call.
    assert_eq!(found.len() + missed.len(), 8, "{found:?} {missed:?}");
}
