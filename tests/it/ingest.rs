//! From documents to rows.

use std::sync::Arc;

use passerelle::store;
use passerelle::store::lot_filter::LotFilter;
use passerelle::store::lots::LotOrder;
use passerelle::store::page::PageRequest;
use passerelle::usecases::horizon::Horizon;
use passerelle::usecases::ingest::{Batch, Ingestor};

use crate::on_both;
use crate::support::clock::TestClock;
use crate::support::notices::{at, documents, files, fixture};

on_both! {
    async fn twins_are_stored(db: TestDb) {
        let clock = Arc::new(TestClock::at("2026-11-23T09:00:00Z"));
        let ingestor = Ingestor::new(db.db.clone(), clock, Horizon::default());
        let batch: Vec<_> = files(&fixture("dila_xml")).iter().flat_map(|path| documents(path, at("2026-11-23T09:00:00Z"))).collect();
        let count = batch.len() as u64;
        let report = ingestor.ingest(Batch { documents: batch.clone(), ..Batch::default() }).await.expect("stored");
        assert_eq!(report.documents, count);
        assert_eq!(report.changed, count);
        let again = ingestor.ingest(Batch { documents: batch, ..Batch::default() }).await.expect("stored");
        assert_eq!((again.changed, again.lots, again.events), (0, 0, 0));
        let page = store::lots::page(db.db.read(), &LotFilter::default(), LotOrder::default(), &PageRequest::first(100)).await.expect("a page");
        assert!(page.items.len() > 10);
        let text = LotFilter { text: store::full_text::TextQuery::parse("nettoyage"), ..LotFilter::default() };
        let found = store::lots::count(db.db.read(), &text).await.expect("counted");
        assert!(found.is_exact, "{found:?}");
        assert!(report.lots > 0);
    }
}
