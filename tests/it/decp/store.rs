//! Contracts in the store: any order, any repetition gives the same rows; lists by every filter.

use std::sync::Arc;

use passerelle::domain::consideration::{ConsiderationKind, Filled};
use passerelle::domain::contract::{Contract, ContractKind};
use passerelle::domain::cpv::CpvPrefix;
use passerelle::domain::place::Department;
use passerelle::feeds::document::RawDocument;
use passerelle::store;
use passerelle::store::contract_filter::ContractFilter;
use passerelle::store::contracts::ContractOrder;
use passerelle::store::page::PageRequest;
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, IngestReport, Ingestor};
use passerelle::usecases::link::link_due;
use passerelle::usecases::reassess::{ReassessPlan, reassess};

use super::decoding::{contracts, everything};
use crate::on_both;
use crate::support::clock::TestClock;
use crate::support::databases::TestDb;
use crate::support::dump::{assert_same, rows};
use crate::support::notices::at;
use crate::support::random::Random;

fn ingestor(db: &TestDb) -> Ingestor {
    let clock = Arc::new(TestClock::at("2026-11-23T09:00:00Z"));
    Ingestor::new(db.db.clone(), clock, Horizon::default())
}

async fn ingest(ingestor: &Ingestor, documents: Vec<RawDocument>) -> IngestReport {
    ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored")
}

/// Whether a contract fits, read off the contract itself.
type Fits = fn(&Contract) -> bool;

/// The fixtures, with rows edited later and some edits taken back.
fn with_edits() -> Vec<RawDocument> {
    let mut all = everything();
    let edit = |document: &RawDocument| {
        let text = String::from_utf8(document.bytes.clone()).expect("text");
        let bytes = text.replace("0000", "0001").into_bytes();
        RawDocument { bytes, received_at: at("2026-11-21T09:00:00Z"), ..document.clone() }
    };
    let edits: Vec<_> = all.iter().step_by(2).map(edit).collect();
    let back = all.iter().step_by(4).map(|document| RawDocument {
        received_at: at("2026-11-22T09:00:00Z"),
        ..document.clone()
    });
    let back: Vec<_> = back.collect();
    all.extend(edits);
    all.extend(back);
    all
}

on_both! {
    async fn contracts_do_not_depend_on_order(db: TestDb) {
        ingest(&ingestor(&db), with_edits()).await;
        let expected = rows(&db.db).await;
        assert!(expected["contract"].len() >= 8, "{} contracts", expected["contract"].len());
        for seed in 1..=6 {
            let other = db.another().await;
            let ingestor = ingestor(&other);
            let mut random = Random(seed);
            let mut documents = with_edits();
            for _ in 0..5 {
                let again = documents[random.below(documents.len())].clone();
                documents.push(again);
            }
            for index in (1..documents.len()).rev() {
                documents.swap(index, random.below(index + 1));
            }
            while !documents.is_empty() {
                let size = (1 + random.below(4)).min(documents.len());
                ingest(&ingestor, documents.drain(..size).collect()).await;
            }
            assert_same(&expected, &rows(&other.db).await);
        }
    }
}

on_both! {
    async fn contracts_read_again_change_nothing(db: TestDb) {
        let ingestor = ingestor(&db);
        let report = ingest(&ingestor, everything()).await;
        assert_eq!((report.contracts, report.undecodable, report.lots), (9, 0, 0));
        assert!(report.issues.total() > 3, "{} issues", report.issues.total());
        link_due(&ingestor).await.expect("linked");
        let before = rows(&db.db).await;
        assert_eq!(ingest(&ingestor, everything()).await.contracts, 0);
        let report = reassess(&ingestor, ReassessPlan::default()).await.expect("read again").ingested;
        assert_eq!((report.contracts, report.undecodable), (0, 0));
        assert_same(&before, &rows(&db.db).await);

        // What a lost row leaves is made again from the documents.
        let tx = db.db.begin().await.expect("a transaction");
        let (folded, _) = contracts(&everything());
        store::contracts::delete(&tx, &[folded[0].id]).await.expect("deleted");
        tx.commit().await.expect("committed");
        let report = reassess(&ingestor, ReassessPlan::default()).await.expect("read again").ingested;
        assert_eq!(report.contracts, 1);
        assert_same(&before, &rows(&db.db).await);
    }
}

on_both! {
    async fn lists_of_contracts_mean_what_they_say(db: TestDb) {
        ingest(&ingestor(&db), everything()).await;
        let (all, _) = contracts(&everything());
        let buyer = all[0].buyer.organisation_id();
        let holder = all[0].current.holders[0].organisation_id();
        let day = |text: &str| Some(text.parse().expect("a day"));
        let none = ContractFilter::default;
        let cases: [(ContractFilter, Fits); 8] = [
            (none(), |_| true),
            (ContractFilter { kinds: vec![ContractKind::Concession], ..none() }, |one| {
                one.kind == ContractKind::Concession
            }),
            (
                ContractFilter { cpv: vec![CpvPrefix::parse("77").expect("a branch")], ..none() },
                |one| one.particulars.cpv.as_ref().is_some_and(|cpv| cpv.division() == "77"),
            ),
            (
                ContractFilter {
                    departments: vec![Department::parse("34").expect("a department")],
                    ..none()
                },
                |one| {
                    let place = one.particulars.place.as_ref();
                    let department = place.and_then(|place| place.place.department.as_ref());
                    department.is_some_and(|code| code.as_str() == "34")
                },
            ),
            (ContractFilter { social: vec![ConsiderationKind::Reserved], ..none() }, |one| {
                one.particulars.social.kinds.contains(&ConsiderationKind::Reserved)
            }),
            (
                ContractFilter { social_filled: vec![Filled::None, Filled::NotFilled], ..none() },
                |one| one.particulars.social.kinds.is_empty(),
            ),
            (ContractFilter { amount_from: Some(10_000_000), ..none() }, |one| {
                let amount = one.current.amount.as_ref().and_then(|amount| amount.money.as_ref());
                amount.is_some_and(|money| money.cents >= 10_000_000)
            }),
            (
                ContractFilter { notified_from: day("2026-09-01"), notified_to: day("2026-10-01"), ..none() },
                |one| {
                    let days = "2026-09-01".parse().expect("a day")..="2026-10-01".parse().expect("a day");
                    one.current.notified_on.is_some_and(|on| days.contains(&on))
                },
            ),
        ];
        for (filter, fits) in cases {
            assert_listed(&db, &filter, all.iter().filter(|one| fits(one)).collect()).await;
        }
        let bought = ContractFilter { buyers: vec![buyer], ..none() };
        assert_listed(&db, &bought, all.iter().filter(|one| one.buyer.organisation_id() == buyer).collect()).await;
        let held = ContractFilter { holders: vec![holder], ..none() };
        assert_listed(&db, &held, all.iter().filter(|one| {
            let changed = one.modifications.iter().flat_map(|change| &change.terms.holders);
            let all = one.signed.holders.iter().chain(&one.current.holders).chain(changed);
            all.into_iter().any(|party| party.organisation_id() == holder)
        }).collect()).await;
    }
}

async fn assert_listed(db: &TestDb, filter: &ContractFilter, expected: Vec<&Contract>) {
    assert!(!expected.is_empty(), "{filter:?} parts nothing");
    let conn = db.db.read();
    let mut ids: Vec<_> = expected.iter().map(|one| one.id).collect();
    ids.sort_unstable();
    for order in [
        ContractOrder::NotifiedDescending,
        ContractOrder::NotifiedAscending,
        ContractOrder::AmountDescending,
        ContractOrder::AmountAscending,
    ] {
        let mut request = PageRequest::first(2);
        let mut found = Vec::new();
        loop {
            let page = store::contracts::page(conn, filter, order, &request).await.expect("a page");
            request.after = page.items.last().map(|one| order.sort_key(one));
            found.extend(page.items.iter().map(|one| one.id));
            if !page.has_next {
                break;
            }
        }
        found.sort_unstable();
        assert_eq!(found, ids, "{filter:?}");
    }
    let count = store::contracts::count(conn, filter).await.expect("a count");
    assert_eq!(count.value, ids.len() as u64);
}
