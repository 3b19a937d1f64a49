//! Every row of the store as text, to compare two stores row for row.

use std::collections::BTreeMap;

use passerelle::store::Database;
use passerelle_entity as entity;
use sea_orm::EntityTrait;

/// Without the address a document came from, which holds the port of the test's server.
fn shown(row: &str) -> String {
    let Some((before, after)) = row.split_once("origin: \"http") else { return row.to_owned() };
    let after = after.split_once('"').map_or("", |(_, after)| after);
    format!("{before}origin{after}")
}

/// Rows by table. Left out: the log and the runs, which tell what happened when; the numbers of
/// full-text rows, which are only the index's; and the epoch, which is random.
pub async fn rows(db: &Database) -> BTreeMap<&'static str, Vec<String>> {
    let mut tables = BTreeMap::new();
    macro_rules! dump {
        ($($table:ident),*) => {$(
            let rows = entity::$table::Entity::find().all(db.read()).await.expect("rows");
            let mut rows: Vec<String> = rows.iter().map(|row| shown(&format!("{row:?}"))).collect();
            rows.sort();
            tables.insert(stringify!($table), rows);
        )*};
    }
    dump!(
        contract,
        contract_link,
        contract_party,
        decode_issue,
        document,
        document_body,
        link_due,
        lot,
        lot_buyer,
        lot_cpv,
        lot_finding,
        lot_place,
        notice,
        notice_body,
        notice_link,
        notice_party,
        organisation,
        procedure,
        feed_day,
        feed_resource,
        feed_start
    );
    let words = entity::lot_text::Entity::find().all(db.read()).await.expect("rows");
    let mut words: Vec<String> =
        words.iter().map(|row| format!("{} {}", row.lot_id, row.words)).collect();
    words.sort();
    tables.insert("lot_text", words);
    tables
}

/// Fails with the first rows that differ.
pub fn assert_same(
    a: &BTreeMap<&'static str, Vec<String>>,
    b: &BTreeMap<&'static str, Vec<String>>,
) {
    for (table, rows) in a {
        let others = &b[table];
        let only_a: Vec<_> = rows.iter().filter(|row| !others.contains(row)).take(3).collect();
        let only_b: Vec<_> = others.iter().filter(|row| !rows.contains(row)).take(3).collect();
        assert!(
            only_a.is_empty() && only_b.is_empty() && rows.len() == others.len(),
            "{table}: {} rows against {}; only in the first: {only_a:#?}; only in the second: {only_b:#?}",
            rows.len(),
            others.len(),
        );
    }
}

/// Checks the log: positions 1, 2, 3 … without a gap, and the head at the last one.
pub async fn assert_log_is_dense(db: &Database) {
    use sea_orm::QueryOrder;
    let events = entity::event::Entity::find()
        .order_by_asc(entity::event::Column::Position)
        .all(db.read())
        .await
        .expect("events");
    let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
    let expected: Vec<i64> = (1..).take(positions.len()).collect();
    assert_eq!(positions, expected);
    let head = passerelle::store::events::head(db.read()).await.expect("a head");
    assert_eq!(head.position, positions.last().copied().unwrap_or(0));
}
