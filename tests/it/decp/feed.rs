//! The DECP feed against a server that misbehaves: after it heals, the store is that of a clean
//! run; what did not change is kept once.

use std::collections::BTreeSet;

use chrono::{NaiveDate, TimeDelta};
use serde_json::Value;

use crate::on_both;
use crate::support::dump::{assert_same, rows};
use crate::support::feed_server::{Fault, FeedServer};
use crate::support::notices::fixture;
use crate::support::puller::{Puller, misbehaviour};

fn table() -> Vec<Value> {
    let text = std::fs::read_to_string(fixture("decp/table.json")).expect("a fixture");
    let mut page: Value = serde_json::from_str(&text).expect("JSON");
    page["data"].as_array_mut().map(std::mem::take).expect("rows")
}

/// Publishes the table and gives its days, one of them empty.
fn publish(server: &FeedServer) -> BTreeSet<NaiveDate> {
    server.set_decp_rows(table());
    ["2026-10-20", "2026-11-10", "2026-11-11"].map(|day| day.parse().expect("a day")).into()
}

on_both! {
    async fn after_every_fault_the_contracts_are_those_of_a_clean_run(db: TestDb) {
        let server = FeedServer::start().await;
        let days = publish(&server);
        assert_eq!(Puller::decp(&db, &server).pull_until_whole(&days).await, 1);
        let least = server.take_log().len();
        let mut expected = rows(&db.db).await;
        assert_eq!((expected["contract"].len(), expected["document"].len()), (2, 4));
        // Waits of a failed run change when rows were seen, never what they say.
        expected.retain(|table, _| !["document", "decode_issue", "feed_day"].contains(table));
        let mut requests = 0;
        for seed in 1..=6 {
            let other = db.another().await;
            server.set_faults(misbehaviour(seed, 60, &[Fault::PageAgain]));
            server.take_log();
            Puller::decp(&other, &server).pull_until_whole(&days).await;
            requests += server.take_log().len();
            assert_same(&expected, &rows(&other.db).await);
            server.set_faults([]);
        }
        assert!(requests > 6 * least, "the faults did nothing");
    }
}

on_both! {
    async fn a_new_edition_of_the_table_changes_only_what_it_says(db: TestDb) {
        let server = FeedServer::start().await;
        let days = publish(&server);
        let puller = Puller::decp(&db, &server);
        // The newest day comes first, so the contract that was modified is folded twice.
        assert_eq!(puller.pull(&days).await.ingested.contracts, 3);

        // Rows are numbered anew in every edition: that is not a change.
        let mut edition = table();
        for row in &mut edition {
            row["__id"] = 1_000.into();
            row["dureeRestanteMois"] = 3.2.into();
        }
        server.set_decp_rows(edition.clone());
        puller.clock.advance(TimeDelta::days(1));
        assert_eq!(puller.pull(&days).await.ingested.contracts, 0);
        assert_eq!(rows(&db.db).await["document"].len(), 4);

        // An amount that is put right holds, and is no conflict with the one before.
        edition[3]["montant"] = 15_000.0.into();
        server.set_decp_rows(edition);
        puller.clock.advance(TimeDelta::days(1));
        assert_eq!(puller.pull(&days).await.ingested.contracts, 1);
        let contracts = &rows(&db.db).await["contract"];
        let changed = contracts.iter().find(|row| row.contains("26-B2")).expect("the contract");
        assert!(changed.contains("amount_cents: 1500000,"), "{changed}");
        assert!(changed.contains("conflicts\\\":[]"), "{changed}");
    }
}
