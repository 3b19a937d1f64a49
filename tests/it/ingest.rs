//! What becomes of documents that cannot be decoded, and of those a better decoder reads again.

use std::collections::BTreeMap;
use std::sync::Arc;

use passerelle::domain::finding::FindingKind;
use passerelle::domain::finding_change::Became;
use passerelle::domain::issue::IssueKind;
use passerelle::domain::procedure::LotState;
use passerelle::feeds::document::RawDocument;
use passerelle::store;
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, Ingestor};
use passerelle::usecases::link::link_due;
use passerelle::usecases::reassess::{ReassessPlan, reassess};

use crate::decoding::BROKEN;
use crate::on_both;
use crate::support::clock::TestClock;
use crate::support::databases::TestDb;
use crate::support::dump::{assert_same, rows};
use crate::support::notices::{at, documents, fixture};
use crate::support::sample;

const NOW: &str = "2026-11-23T09:00:00Z";

fn ingestor(db: &TestDb) -> Ingestor {
    Ingestor::new(db.db.clone(), Arc::new(TestClock::at(NOW)), Horizon::default())
}

on_both! {
    async fn damaged_documents_are_kept_listed_and_counted(db: TestDb) {
        let damaged: Vec<_> = BROKEN
            .iter()
            .flat_map(|(name, ..)| documents(&fixture("broken").join(name), at(NOW)))
            .collect();
        let sound = sample::api_documents(at(NOW));
        let mut all = damaged.clone();
        all.extend(sound.clone());
        let report = ingestor(&db).ingest(Batch { documents: all, ..Batch::default() }).await;
        let report = report.expect("stored");
        let without_notice = BROKEN.iter().filter(|(_, keeps, _)| !keeps).count() as u64;
        assert_eq!(report.documents, (damaged.len() + sound.len()) as u64);
        assert_eq!(report.undecodable, without_notice);
        assert_eq!(report.changed, report.documents - without_notice);

        let mut expected: BTreeMap<IssueKind, u64> = BTreeMap::new();
        for kind in BROKEN.iter().flat_map(|(_, _, kinds)| *kinds) {
            *expected.entry(*kind).or_default() += 1;
        }
        let counted = store::documents::count_issues(db.db.read(), None).await.expect("counts");
        let counted: BTreeMap<IssueKind, u64> = counted.into_iter().collect();
        for (kind, count) in expected {
            assert!(counted.get(&kind).is_some_and(|counted| *counted >= count), "{kind}: {counted:?}");
        }

        // The bytes are there, exactly as received.
        for document in damaged {
            let digest = document.digest().to_hex();
            let bodies = store::documents::bodies(db.db.read(), std::slice::from_ref(&digest)).await;
            assert_eq!(bodies.expect("bodies")[&digest], document.bytes, "{}", document.origin);
        }
    }
}

on_both! {
    async fn reading_again_changes_nothing_that_is_right(db: TestDb) {
        let ingestor = ingestor(&db);
        let documents = sample::everything();
        ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored");
        link_due(&ingestor).await.expect("linked");
        let before = rows(&db.db).await;
        let report = reassess(&ingestor, ReassessPlan::default()).await.expect("read again").ingested;
        assert_eq!((report.changed, report.lots, report.events), (0, 0, 0));
        assert_same(&before, &rows(&db.db).await);
    }
}

on_both! {
    async fn reading_again_mends_what_an_older_edition_left(db: TestDb) {
        use passerelle_entity::{lot, lot_finding, notice};
        use sea_orm::sea_query::Expr;
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

        let ingestor = ingestor(&db);
        let documents = sample::api_documents(at(NOW));
        ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored");
        link_due(&ingestor).await.expect("linked");
        let right = rows(&db.db).await;
        let found = store::lots::count_by_kind(db.db.read()).await.expect("counts");

        // As if older rules had found nothing.
        let tx = db.db.begin().await.expect("a transaction");
        let conn = tx.conn();
        lot_finding::Entity::delete_many().exec(conn).await.expect("deleted");
        for row in lot::Entity::find().all(conn).await.expect("lots") {
            let mut state: LotState = serde_json::from_str(&row.state).expect("a lot");
            state.findings.clear();
            let json = serde_json::to_string(&state).expect("JSON");
            lot::Entity::update_many()
                .col_expr(lot::Column::State, Expr::value(json))
                .filter(lot::Column::Id.eq(row.id))
                .exec(conn)
                .await
                .expect("changed");
        }
        notice::Entity::update_many()
            .col_expr(notice::Column::ContentHash, Expr::value("older"))
            .exec(conn)
            .await
            .expect("changed");
        tx.commit().await.expect("committed");

        // A trial tells what would change, and changes nothing.
        let older = rows(&db.db).await;
        let plan = ReassessPlan { is_trial: true, examples: 2 };
        let trial = reassess(&ingestor, plan).await.expect("read again");
        assert_same(&older, &rows(&db.db).await);
        for (kind, before, after) in &trial.by_kind {
            let expected = found.get(kind).copied().unwrap_or(0);
            assert_eq!((*before, *after), (0, expected), "{kind:?}");
            assert_eq!(trial.findings.count(*kind, Became::Gained), expected, "{kind:?}");
            assert_eq!(trial.findings.count(*kind, Became::Lost), 0, "{kind:?}");
        }
        let clauses = &trial.findings.examples[&(FindingKind::ExecutionClause, Became::Gained)];
        assert!(clauses.len() == 2 && clauses.iter().all(|one| !one.quote.is_empty()), "{clauses:?}");

        let plan = ReassessPlan { is_trial: false, ..plan };
        let report = reassess(&ingestor, plan).await.expect("read again");
        assert_eq!((&report.by_kind, &report.findings), (&trial.by_kind, &trial.findings));
        let events = report.ingested.events;
        assert!(events > 50, "{events} lots are told to have changed");
        assert_same(&right, &rows(&db.db).await);
    }
}

on_both! {
    async fn reading_again_writes_anew_what_filters_go_by(db: TestDb) {
        use passerelle_entity::{lot, lot_finding, lot_text};
        use sea_orm::sea_query::Expr;
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

        let ingestor = ingestor(&db);
        let documents = sample::api_documents(at(NOW));
        ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored");
        link_due(&ingestor).await.expect("linked");
        let right = rows(&db.db).await;

        // As if an older edition had folded and written otherwise what the rules say as today; and
        // one lot cannot be read at all.
        let tx = db.db.begin().await.expect("a transaction");
        let conn = tx.conn();
        let of_lots = lot::Entity::update_many()
            .col_expr(lot::Column::OpenTo, Expr::value(0))
            .col_expr(lot::Column::Filled, Expr::value(0));
        of_lots.exec(conn).await.expect("changed");
        let none: Option<i64> = None;
        let of_findings =
            lot_finding::Entity::update_many().col_expr(lot_finding::Column::Hours, Expr::value(none));
        of_findings.exec(conn).await.expect("changed");
        lot_text::Entity::delete_many().exec(conn).await.expect("deleted");
        let one = lot::Entity::find().one(conn).await.expect("lots").expect("a lot");
        lot::Entity::update_many()
            .col_expr(lot::Column::State, Expr::value("{"))
            .filter(lot::Column::Id.eq(one.id))
            .exec(conn)
            .await
            .expect("changed");
        tx.commit().await.expect("committed");

        let report = reassess(&ingestor, ReassessPlan::default()).await.expect("read again").ingested;
        assert_eq!((report.changed, report.lots), (0, 1), "only the lot that could not be read");
        assert_same(&right, &rows(&db.db).await);
    }
}

on_both! {
    async fn only_a_feed_that_gives_a_notice_again_has_seen_it(db: TestDb) {
        use passerelle_entity::notice;
        use sea_orm::sea_query::Expr;
        use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

        let ingestor = ingestor(&db);
        let documents = sample::api_documents(at(NOW));
        let batch = || Batch { documents: documents.clone(), ..Batch::default() };
        ingestor.ingest(batch()).await.expect("stored");
        let tx = db.db.begin().await.expect("a transaction");
        notice::Entity::update_many()
            .col_expr(notice::Column::MissingSince, Expr::value(at(NOW).date_naive()))
            .col_expr(notice::Column::ContentHash, Expr::value("older"))
            .exec(tx.conn())
            .await
            .expect("changed");
        tx.commit().await.expect("committed");
        let missing = async || {
            let missing = notice::Entity::find().filter(notice::Column::MissingSince.is_not_null());
            missing.count(db.db.read()).await.expect("a count")
        };
        let all = missing().await;
        assert!(all > 100);
        reassess(&ingestor, ReassessPlan::default()).await.expect("read again");
        assert_eq!(missing().await, all, "read again is not seen again");
        ingestor.ingest(Batch { is_by_hand: true, ..batch() }).await.expect("stored");
        assert_eq!(missing().await, all, "nor is a file given by hand");
        ingestor.ingest(batch()).await.expect("stored");
        assert_eq!(missing().await, 0);
    }
}

on_both! {
    async fn a_file_given_by_hand_stands_below_what_a_feed_gave(db: TestDb) {
        let ingestor = ingestor(&db);
        let all = sample::api_documents(at(NOW));
        let old = all.into_iter().find(|document| document.origin.ends_with("26-900072"));
        let old = old.expect("a record");
        let received = |time: &str, mark: &str| {
            if mark.is_empty() {
                RawDocument { received_at: at(time), ..old.clone() }
            } else {
                sample::edited(&old, at(time), mark)
            }
        };
        let ingest = async |document: RawDocument, is_by_hand: bool| {
            let documents = vec![document];
            let batch = Batch { documents, is_by_hand, ..Batch::default() };
            ingestor.ingest(batch).await.expect("stored").changed
        };
        // Among files the last one holds.
        assert_eq!(ingest(received("2026-11-20T08:00:00Z", "(un)"), true).await, 1);
        assert_eq!(ingest(received("2026-11-20T09:00:00Z", "(deux)"), true).await, 1);
        assert_eq!(ingest(received("2026-11-20T10:00:00Z", "(un)"), true).await, 1);
        // What a feed gives holds, before and after.
        assert_eq!(ingest(received("2026-11-20T07:00:00Z", ""), false).await, 1);
        assert_eq!(ingest(received("2026-11-21T09:00:00Z", "(trois)"), false).await, 1);
        for mark in ["", "(un)", "(quatre)"] {
            assert_eq!(ingest(received("2026-11-22T09:00:00Z", mark), true).await, 0, "{mark}");
        }
        let lots = rows(&db.db).await.remove("lot").expect("lots");
        assert!(lots.iter().any(|lot| lot.contains("(trois)")), "{lots:?}");
        // And the feed still says what it says.
        assert_eq!(ingest(received("2026-11-23T09:00:00Z", "(trois)"), false).await, 0);
        assert_eq!(ingest(received("2026-11-23T10:00:00Z", "(quatre)"), false).await, 1);
    }
}
