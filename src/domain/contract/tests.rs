//! Tables of what documents say and what the contract is.

use chrono::{DateTime, NaiveDate, Utc};

use super::*;
use crate::domain::consideration::{ConsiderationKind, Filled};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok()
}

fn holder(identifier: &str) -> ContractParty {
    ContractParty::new(Some(identifier.to_owned()), Some("SIRET".to_owned()), None)
}

/// A row of the consolidated table.
fn row(version: u32, identifier: &str, amount: &str) -> ContractRecord {
    ContractRecord {
        layout: ContractLayout::Table,
        kind: ContractKind::Market,
        buyer: holder("21340172201787"),
        number: "2026-01".to_owned(),
        particulars: Particulars::default(),
        version: Some(version),
        terms: Terms {
            amount: Some(ContractAmount::read(amount)),
            duration_months: Some(12),
            holders: vec![holder(identifier)],
            notified_on: day(&format!("2026-0{}-01", version + 1)),
            published_on: day(&format!("2026-0{}-15", version + 1)),
        },
        modifications: Vec::new(),
        subcontracts: Vec::new(),
        platform: Some("pes".to_owned()),
    }
}

fn seen(records: Vec<ContractRecord>) -> Vec<SeenRecord> {
    let numbered = records.into_iter().enumerate();
    numbered
        .map(|(index, record)| SeenRecord {
            record,
            is_fed: true,
            seen_at: at("2026-11-01T00:00:00Z"),
            digest: format!("{index:02}"),
        })
        .collect()
}

#[test]
fn amounts_are_read_or_kept_raw_and_marked() {
    for (raw, cents, doubt) in [
        ("57988.0", Some(5_798_800), None),
        ("2400000.0000", Some(240_000_000), None),
        ("116613.505", Some(11_661_351), None),
        ("120.000", Some(12_000), None),
        ("37 500,50", Some(3_750_050), None),
        ("0.0", None, Some(AmountDoubt::Placeholder)),
        ("1", None, Some(AmountDoubt::Placeholder)),
        ("-500", None, Some(AmountDoubt::Absurd)),
        ("1e17", None, Some(AmountDoubt::Absurd)),
        ("99999999999999.0", None, Some(AmountDoubt::Absurd)),
        ("NC", None, Some(AmountDoubt::NotANumber)),
    ] {
        let read = ContractAmount::read(raw);
        assert_eq!(read.money.map(|money| money.cents), cents, "{raw}");
        assert_eq!(read.doubt, doubt, "{raw}");
        assert_eq!(read.raw, raw);
    }
}

#[test]
fn leading_zeros_come_back_where_the_check_digit_proves_them() {
    let restored = |text: &str| holder(text).identifier.expect("an identifier");
    assert_eq!(restored("1545063800118"), "1545063800118".to_owned());
    assert_eq!(restored("5650171100115"), "05650171100115".to_owned());
    assert_eq!(restored("438181869"), "438181869".to_owned());
}

#[test]
fn holders_add_up_and_amounts_do_not() {
    let rows = vec![
        row(0, "49337803800266", "4012774.0"),
        row(0, "44164994400028", "4012774.0"),
        row(1, "49337803800266", "4500000.0"),
        row(1, "44164994400028", "4500000.0"),
        row(1, "50201281800022", "4500000.0"),
    ];
    let contract = fold(seen(rows.clone())).expect("a contract");
    let amount = |terms: &Terms| terms.amount.as_ref().map(|amount| amount.raw.clone());
    assert_eq!(amount(&contract.signed).as_deref(), Some("4012774.0"));
    assert_eq!(contract.signed.holders.len(), 2);
    assert_eq!(amount(&contract.current).as_deref(), Some("4500000.0"));
    assert_eq!(contract.current.holders.len(), 3);
    assert_eq!(contract.current.notified_on, day("2026-01-01"));
    let [change] = &contract.modifications[..] else { panic!("one modification") };
    assert_eq!((change.number, change.terms.duration_months), (1, None), "it did not change");
    assert_eq!(change.terms.holders.len(), 3);
    assert!(contract.conflicts.is_empty());

    // Order and repetition change nothing.
    let mut again: Vec<SeenRecord> = seen(rows.clone());
    again.extend(seen(rows));
    again.reverse();
    assert_eq!(fold(again), Some(contract));
}

#[test]
fn of_two_editions_of_a_row_the_later_holds_and_rows_of_one_time_disagree_openly() {
    let mut two = seen(vec![row(0, "49337803800266", "100000"), row(0, "49337803800266", "90000")]);
    let contract = fold(two.clone()).expect("a contract");
    assert_eq!(contract.conflicts[0].field, "montant");
    assert_eq!(contract.conflicts[0].values, ["90000"]);
    two[1].seen_at = at("2026-11-02T00:00:00Z");
    let contract = fold(two.clone()).expect("a contract");
    assert!(contract.conflicts.is_empty());
    assert_eq!(contract.current.amount, Some(ContractAmount::read("90000")));
    two[1].is_fed = false;
    let contract = fold(two).expect("a contract");
    assert_eq!(contract.current.amount, Some(ContractAmount::read("100000")), "feeds stand above");
}

#[test]
fn an_amount_nobody_believes_replaces_none_that_is_believed() {
    let rows = vec![row(0, "49337803800266", "50000"), row(1, "49337803800266", "99999999999.99")];
    let contract = fold(seen(rows)).expect("a contract");
    assert_eq!(contract.current.amount, Some(ContractAmount::read("50000")));
    let change = contract.modifications[0].terms.amount.as_ref().expect("an amount");
    assert_eq!(change.doubt, Some(AmountDoubt::Absurd));
}

#[test]
fn tables_without_numbers_go_by_the_day_of_notification() {
    let excerpt = |day: &str, amount: &str| {
        let mut record = row(0, "49337803800266", amount);
        (record.layout, record.version) = (ContractLayout::Excerpt, None);
        record.terms.notified_on = Some(day.parse().expect("a day"));
        record
    };
    let rows = vec![excerpt("2024-12-01", "120000"), excerpt("2024-08-01", "100000")];
    let contract = fold(seen(rows)).expect("a contract");
    assert_eq!(contract.signed.amount, Some(ContractAmount::read("100000")));
    assert_eq!(contract.modifications.len(), 1);
    assert_eq!(contract.modifications[0].terms.notified_on, day("2024-12-01"));
}

#[test]
fn another_layout_fills_in_and_never_adds_modifications() {
    let mut official = row(0, "49337803800266", "80000");
    official.layout = ContractLayout::Official2022;
    official.terms.published_on = day("2026-01-02");
    official.particulars.object = Some("Entretien".to_owned());
    official.particulars.social = Considerations::read(["Clause sociale"]);
    official.modifications = vec![ContractModification { number: 6, ..Default::default() }];
    let mut table = row(1, "49337803800266", "90000");
    table.particulars.social = Considerations::read(["Sans objet"]);
    table.terms.holders[0].name = Some("EGIS".to_owned());
    let contract = fold(seen(vec![official.clone(), table])).expect("a contract");
    assert_eq!(contract.modifications.len(), 1);
    assert_eq!(contract.particulars.object.as_deref(), Some("Entretien"));
    assert_eq!(contract.particulars.social.filled, Filled::None);
    assert_eq!(contract.conflicts[0].values, ["Clause sociale"]);
    assert_eq!(contract.current.holders[0].name.as_deref(), Some("EGIS"));
    let alone = fold(seen(vec![official])).expect("a contract");
    assert!(alone.particulars.social.kinds.contains(&ConsiderationKind::Clause));
    assert_eq!(alone.modifications[0].number, 6);
}
