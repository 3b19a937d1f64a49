//! Lists of the store: filters, orders, pages and counts, against a naive evaluation in memory.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use passerelle::domain::cpv::CpvPrefix;
use passerelle::domain::finding::{Confidence, FindingKind};
use passerelle::domain::gazetteer;
use passerelle::domain::place::{Department, Nuts};
use passerelle::domain::procedure::{LotStage, LotState, LotStatus};
use passerelle::domain::source::Source;
use passerelle::domain::supplier::SupplierKind;
use passerelle::store::full_text::TextQuery;
use passerelle::store::lot_filter::{LotFilter, Near};
use passerelle::store::lots::LotOrder;
use passerelle::store::notice_filter::NoticeFilter;
use passerelle::store::organisations::OrganisationFilter;
use passerelle::store::page::PageRequest;
use passerelle::store::{self, Database, StoreOptions};
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, Ingestor};

use crate::on_both;
use crate::support::clock::TestClock;
use crate::support::databases::TestDb;
use crate::support::notices::at;
use crate::support::postgres::server;
use crate::support::random::Random;
use crate::support::sample;

const NOW: &str = "2026-11-23T09:00:00Z";

async fn fill(db: &TestDb) {
    let clock = Arc::new(TestClock::at(NOW));
    let ingestor = Ingestor::new(db.db.clone(), clock, Horizon::default());
    let documents = sample::everything();
    ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored");
}

async fn all_lots(db: &TestDb) -> Vec<LotState> {
    let lots = listed(db, &LotFilter::default(), LotOrder::default()).await;
    assert!(lots.len() > 150, "{} lots", lots.len());
    lots
}

async fn listed(db: &TestDb, filter: &LotFilter, order: LotOrder) -> Vec<LotState> {
    let everything = PageRequest::first(10_000);
    let page = store::lots::page(db.db.read(), filter, order, &everything).await;
    page.expect("a page").items
}

/// Whether a lot fits, read off the lot itself. Full text has a test of its own.
fn fits(lot: &LotState, filter: &LotFilter) -> bool {
    let any = |is_asked: bool, holds: bool| !is_asked || holds;
    let places = || lot.places.iter().map(|located| &located.place);
    let amount = lot.estimated_value.as_ref().and_then(|value| value.figure());
    let amount = amount.filter(|money| money.currency == "EUR").map(|money| money.cents);
    let deadline = lot.deadline.as_ref().and_then(|deadline| deadline.at);
    let found = |finding: &passerelle::domain::procedure::LotFinding| {
        any(!filter.kinds.is_empty(), filter.kinds.contains(&finding.finding.kind))
            && filter.min_confidence.is_none_or(|least| finding.finding.confidence >= least)
    };
    any(!filter.kinds.is_empty() || filter.min_confidence.is_some(), lot.findings.iter().any(found))
        && any(
            !filter.eligible_for.is_empty(),
            filter.eligible_for.iter().any(|kind| lot.open_to & kind.bit() != 0),
        )
        && any(
            !filter.cpv.is_empty(),
            lot.cpv.iter().any(|code| {
                filter.cpv.iter().any(|branch| code.as_str().starts_with(branch.as_str()))
            }),
        )
        && any(
            !filter.departments.is_empty(),
            places()
                .filter_map(|place| place.department.as_ref())
                .any(|department| filter.departments.contains(department)),
        )
        && any(
            !filter.nuts.is_empty(),
            places().filter_map(|place| place.nuts.as_ref()).any(|nuts| {
                filter.nuts.iter().any(|region| nuts.as_str().starts_with(region.as_str()))
            }),
        )
        && any(
            !filter.communes.is_empty(),
            places()
                .filter_map(|place| place.commune.as_ref())
                .any(|commune| filter.communes.contains(commune)),
        )
        && filter.near.is_none_or(|near| {
            let points = places().filter_map(passerelle::domain::place::Place::point);
            points.into_iter().any(|point| point.distance_km(near.centre) <= near.radius_km)
        })
        && any(
            !filter.buyers.is_empty(),
            lot.buyers.iter().any(|buyer| filter.buyers.contains(buyer)),
        )
        && any(!filter.sources.is_empty(), filter.sources.contains(&lot.source))
        && any(
            filter.amount_from.is_some() || filter.amount_to.is_some(),
            match amount {
                Some(cents) => {
                    filter.amount_from.is_none_or(|least| cents >= least)
                        && filter.amount_to.is_none_or(|most| cents <= most)
                }
                None => filter.include_unknown_amounts,
            },
        )
        && filter.deadline_from.is_none_or(|from| deadline.is_some_and(|at| at >= from))
        && filter.deadline_to.is_none_or(|to| deadline.is_some_and(|at| at <= to))
        && filter.published_from.is_none_or(|from| lot.published_on.is_some_and(|on| on >= from))
        && filter.published_to.is_none_or(|to| lot.published_on.is_none_or(|on| on <= to))
        && filter.open_at.is_none_or(|at| {
            // As `status` tells it, with what was published at that instant only.
            let day = passerelle::domain::deadline::paris_day(at);
            let published = lot.published_on.is_none_or(|on| on <= day);
            let ended = lot.outcome_on.is_some_and(|on| on <= day);
            let mut then = lot.clone();
            if !ended {
                then.outcome = None;
            }
            published && then.stage == LotStage::Called && then.status(at) == LotStatus::Open
        })
}

fn department(code: &str) -> Department {
    Department::parse(code).expect("a department")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn instant(text: &str) -> DateTime<Utc> {
    at(text)
}

/// One value for each field, at random; most fields stay empty so that something is left.
fn filter_at_random(random: &mut Random, lots: &[LotState]) -> LotFilter {
    let lot = &lots[random.below(lots.len())];
    let montpellier = gazetteer::find_by_insee("34172").expect("a commune");
    let mut filter = LotFilter::default();
    for _ in 0..=random.below(3) {
        match random.below(17) {
            0 => filter.kinds = vec![FindingKind::ALL[random.below(9)]],
            1 => filter.min_confidence = Some(Confidence::Medium),
            2 => filter.eligible_for = vec![SupplierKind::ALL[random.below(11)]],
            3 => filter.eligible_for = vec![SupplierKind::Ea, SupplierKind::Ai],
            4 => {
                let branch = ["90", "9091", "45", "77310000", "80", "71"][random.below(6)];
                filter.cpv = vec![CpvPrefix::parse(branch).expect("a branch")];
            }
            5 => filter.departments = vec![department("34"), department("30")],
            6 => {
                let region = ["FRJ13", "FRJ1", "FRJ", "FR"][random.below(4)];
                filter.nuts = vec![Nuts::parse(region).expect("a region")];
            }
            7 => filter.communes = vec!["34172".into(), "30189".into()],
            8 => {
                let radius_km = [5.0, 40.0, 300.0][random.below(3)];
                let centre = montpellier.point.expect("a point");
                filter.near = Some(Near { centre, radius_km });
            }
            9 => filter.buyers.clone_from(&lot.buyers),
            10 => filter.sources = vec![Source::Boamp],
            11 => {
                filter.amount_from = Some(4_000_000);
                filter.include_unknown_amounts = random.below(2) == 0;
            }
            12 => filter.amount_to = Some(20_000_000),
            13 => filter.deadline_from = Some(instant("2026-12-01T11:00:00Z")),
            14 => filter.deadline_to = Some(instant("2026-12-20T11:00:00Z")),
            15 => {
                filter.published_from = Some(day("2026-10-15"));
                filter.published_to = Some(day("2026-11-15"));
            }
            _ => {
                let instants =
                    ["2026-11-23T08:30:00Z", "2026-11-01T08:00:00Z", "2026-12-10T11:00:00Z"];
                filter.open_at = Some(instant(instants[random.below(3)]));
            }
        }
    }
    filter
}

on_both! {
    async fn filters_mean_what_they_say(db: TestDb) {
        fill(&db).await;
        let lots = all_lots(&db).await;
        let mut random = Random(7);
        let mut some = 0;
        for _ in 0..400 {
            let filter = filter_at_random(&mut random, &lots);
            let mut expected: Vec<_> =
                lots.iter().filter(|lot| fits(lot, &filter)).map(|lot| lot.id).collect();
            let found = listed(&db, &filter, LotOrder::default()).await;
            let mut found: Vec<_> = found.iter().map(|lot| lot.id).collect();
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{filter:?}");
            let count = store::lots::count(db.db.read(), &filter).await.expect("a count");
            assert_eq!((count.value, count.is_exact), (expected.len() as u64, true), "{filter:?}");
            some += usize::from(!expected.is_empty() && expected.len() < lots.len());
        }
        assert!(some > 150, "only {some} filters parted the lots");
    }
}

const ORDERS: [LotOrder; 6] = [
    LotOrder::PublishedDescending,
    LotOrder::PublishedAscending,
    LotOrder::DeadlineAscending,
    LotOrder::DeadlineDescending,
    LotOrder::AmountDescending,
    LotOrder::AmountAscending,
];

on_both! {
    async fn pages_hold_every_lot_once_both_ways(db: TestDb) {
        fill(&db).await;
        let conn = db.db.read();
        let filter = LotFilter::default();
        for order in ORDERS {
            let whole = listed(&db, &filter, order).await;
            let whole: Vec<_> = whole.into_iter().map(|lot| lot.id).collect();
            for from_end in [false, true] {
                let mut request = PageRequest { from_end, ..PageRequest::first(7) };
                let mut seen = Vec::new();
                loop {
                    let page = store::lots::page(conn, &filter, order, &request);
                    let page = page.await.expect("a page");
                    let ids: Vec<_> = page.items.iter().map(|lot| lot.id).collect();
                    assert_eq!(if from_end { page.has_next } else { page.has_previous }, !seen.is_empty());
                    let goes_on = if from_end {
                        seen.splice(0..0, ids);
                        request.before = page.items.first().map(|lot| order.sort_key(lot));
                        page.has_previous
                    } else {
                        seen.extend(ids);
                        request.after = page.items.last().map(|lot| order.sort_key(lot));
                        page.has_next
                    };
                    if !goes_on {
                        break;
                    }
                }
                assert_eq!(seen, whole, "{order:?}, from the end: {from_end}");
            }
        }
    }
}

on_both! {
    async fn orders_are_what_they_say(db: TestDb) {
        fill(&db).await;
        let lots = all_lots(&db).await;
        let days: Vec<_> = lots.iter().map(|lot| lot.published_on).collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "newest first");
        let by_deadline = listed(&db, &LotFilter::default(), LotOrder::DeadlineAscending).await;
        let ends: Vec<_> = by_deadline.iter().map(|lot| lot.open_until).collect();
        let known: Vec<_> = ends.iter().flatten().collect();
        assert!(known.is_sorted() && ends.iter().rev().skip_while(|end| end.is_none()).all(Option::is_some));
    }
}

on_both! {
    async fn accents_case_and_plurals_do_not_matter(db: TestDb) {
        fill(&db).await;
        let count = async |text: &str| {
            let text = Some(TextQuery::parse(text).expect("words"));
            let filter = LotFilter { text, ..LotFilter::default() };
            store::lots::count(db.db.read(), &filter).await.expect("a count").value
        };
        for (variants, least) in [
            (&["marché", "marche", "marchés", "MARCHES", "Le Marché"][..], 5),
            (&["espace vert", "espaces verts", "ESPACES VERTS", "l'espace vert", "vert* espaces"][..], 2),
            (&["déchet", "dechets", "DÉCHETS", "déchets*"][..], 1),
            (&["travaux", "TRAVAUX", "travaux*"][..], 5),
            (&["nettoyage", "nettoyages", "Nettoyage*"][..], 3),
        ] {
            let first = count(variants[0]).await;
            assert!(first >= least, "{}: {first}", variants[0]);
            for variant in variants {
                let found = count(variant).await;
                if variant.contains('*') {
                    assert!(found >= first, "{variant}: {found} of {first}");
                } else {
                    assert_eq!(found, first, "{variant}");
                }
            }
        }
        assert!(count("nettoy*").await >= count("nettoyage").await);
        assert!(count("nettoyage montpellier").await < count("nettoyage").await);
        assert_eq!(count("zythum").await, 0);
        // Nothing a person types is an operator of either database.
        for odd in ["nettoyage OR", "\"nettoyage", "nettoyage:*", "(nettoyage & !x9", "a'b\"c nettoyage", "nettoyage\u{0}"] {
            count(odd).await;
        }
    }
}

on_both! {
    async fn full_text_sees_the_words_of_the_lot_and_of_its_buyer(db: TestDb) {
        fill(&db).await;
        let conn = db.db.read();
        let lots = all_lots(&db).await;
        let mut tried = 0;
        for lot in lots.iter().step_by(9) {
            let Some(title) = &lot.title else { continue };
            let buyers = store::organisations::find(conn, &lot.buyers).await.expect("buyers");
            let buyer = buyers.values().next().map(|buyer| buyer.name.clone()).unwrap_or_default();
            for text in [title.clone(), format!("{title} {buyer}")] {
                let Ok(text) = TextQuery::parse(&text) else { continue };
                let filter = LotFilter { text: Some(text), ids: vec![lot.id], ..LotFilter::default() };
                let found = store::lots::count(conn, &filter).await.expect("a count").value;
                assert_eq!(found, 1, "{title} / {buyer}");
                tried += 1;
            }
        }
        assert!(tried > 20, "{tried}");
    }
}

on_both! {
    async fn notices_and_organisations_are_listed(db: TestDb) {
        fill(&db).await;
        let conn = db.db.read();
        let request = PageRequest::first(10_000);
        let all = store::notices::page(conn, &NoticeFilter::default(), &request).await.expect("a page");
        let issues = |has_issues| NoticeFilter { has_issues: Some(has_issues), ..NoticeFilter::default() };
        let with = store::notices::count(conn, &issues(true)).await.expect("a count").value;
        let without = store::notices::count(conn, &issues(false)).await.expect("a count").value;
        assert!(with > 0);
        assert_eq!(with + without, all.items.len() as u64);

        let mut walked = Vec::new();
        let mut request = PageRequest::first(11);
        loop {
            let page = store::notices::page(conn, &NoticeFilter::default(), &request).await.expect("a page");
            request.after = page.items.last().map(store::notices::sort_key);
            walked.extend(page.items.iter().map(|notice| notice.id));
            if !page.has_next {
                break;
            }
        }
        let whole: Vec<_> = all.items.iter().map(|notice| notice.id).collect();
        assert_eq!(walked, whole);

        let named = OrganisationFilter { name: Some("MÉTROPOLE montp".into()), ..OrganisationFilter::default() };
        let page = store::organisations::page(conn, &named, &PageRequest::first(50)).await.expect("a page");
        assert!(!page.items.is_empty());
        for organisation in &page.items {
            let name = passerelle::domain::text::fold_key(&organisation.name);
            assert!(name.contains("metropole") && name.contains("montp"), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_make_the_schema_once() {
    let name = server().next_name();
    server().execute(&format!("CREATE DATABASE {name}"));
    let options = StoreOptions { connections: 2, ..StoreOptions::new(server().url(&name)) };
    let start = async || {
        let db = Database::open(&options).await.expect("an open database");
        db.migrate().await.expect("a schema");
        db
    };
    let (one, two, three) = tokio::join!(start(), start(), start());
    for db in [one, two, three] {
        assert!(db.is_current().await.expect("an answer"));
    }
}
