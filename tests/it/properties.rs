//! Any order, any repetition, any cut into batches of the same documents gives the same rows.

use std::sync::Arc;

use futures_util::stream;
use passerelle::feeds::document::RawDocument;
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, IngestError, Ingestor};
use passerelle::usecases::pull::unstopped;

use crate::on_both;
use crate::support::clock::TestClock;
use crate::support::databases::TestDb;
use crate::support::dump::{assert_log_is_dense, assert_same, rows};
use crate::support::random::Random;
use crate::support::sample::everything;

const NOW: &str = "2026-11-23T09:00:00Z";

fn ingestor(db: &TestDb) -> Ingestor {
    Ingestor::new(db.db.clone(), Arc::new(TestClock::at(NOW)), Horizon::default())
}

async fn ingest(ingestor: &Ingestor, documents: Vec<RawDocument>) {
    ingestor.ingest(Batch { documents, ..Batch::default() }).await.expect("stored");
}

async fn shuffled(db: &TestDb, seed: u64) {
    let mut random = Random(seed);
    let mut documents = everything();
    for _ in 0..documents.len() / 3 {
        let again = documents[random.below(documents.len())].clone();
        documents.push(again);
    }
    for index in (1..documents.len()).rev() {
        documents.swap(index, random.below(index + 1));
    }
    let batches = stream::iter(std::iter::from_fn(|| {
        let size = (1 + random.below(40)).min(documents.len());
        let documents: Vec<_> = documents.drain(..size).collect();
        let batch = Batch { documents, ..Batch::default() };
        (size > 0).then_some(Ok::<_, IngestError>(batch))
    }));
    // One is decoded while another is stored: notices of one procurement are in both.
    let stored = ingestor(db).ingest_all(&unstopped(), batches, |_| {}).await;
    assert!(stored.expect("stored"));
}

on_both! {
    async fn rows_do_not_depend_on_order(db: TestDb) {
        ingest(&ingestor(&db), everything()).await;
        let expected = rows(&db.db).await;
        assert!(expected["lot"].len() > 150, "{} lots", expected["lot"].len());
        for seed in 1..=6 {
            let other = db.another().await;
            shuffled(&other, seed).await;
            assert_same(&expected, &rows(&other.db).await);
            assert_log_is_dense(&other.db).await;
        }
    }
}

on_both! {
    async fn nothing_happens_twice(db: TestDb) {
        let ingestor = ingestor(&db);
        ingest(&ingestor, everything()).await;
        let before = rows(&db.db).await;
        let head = passerelle::store::events::head(db.db.read()).await.expect("a head");
        ingest(&ingestor, everything()).await;
        assert_same(&before, &rows(&db.db).await);
        assert_eq!(passerelle::store::events::head(db.db.read()).await.expect("a head"), head);
    }
}
