//! Sentences that speak of several lots: each lot gets what a person reads, and nothing else.

use super::lines;
use crate::domain::draft::{Draft, DraftLot};
use crate::domain::finding::FindingKind;
use crate::domain::notice::Notice;
use crate::rules::assess;

const SENTENCES: &str = include_str!("several_lots.tsv");

fn draft(text: &str, lots: bool) -> Notice {
    let number = |number: u8| DraftLot { number: number.to_string(), ..DraftLot::default() };
    let lots = (1..=4).filter(|_| lots).map(number).collect();
    Draft { lots, ..Draft::of_text(text) }.into_notice()
}

#[test]
fn each_lot_gets_what_is_said_of_it() {
    let mut wrong = Vec::new();
    let mut read = 0;
    for line in SENTENCES.lines().filter(|line| !line.starts_with('#')) {
        let cells: Vec<&str> = line.splitn(3, '\t').collect();
        let [place, expected, text] = cells[..] else { panic!("`{line}` lacks a cell") };
        let notice = draft(&text.replace("\\n", "\n"), place == "lots");
        let found = lines(&assess(&notice)).into_iter().map(|line| {
            let (place, says) = line.split_once(' ').expect("a place and what is found");
            let lot =
                place.parse::<usize>().ok().and_then(|lot| notice.lots[lot - 1].number.clone());
            format!("{} {says}", lot.unwrap_or_else(|| "*".to_owned()))
        });
        let found: Vec<String> = found.collect();
        let found = if found.is_empty() { "-".to_owned() } else { found.join(", ") };
        if found != expected {
            wrong.push(format!("« {text} »: {found}, not {expected}"));
        }
        read += 1;
    }
    assert!(wrong.is_empty(), "{} of {read} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_lot_taken_out_of_an_unknown_number_of_lots_is_spared() {
    let text = "Tous les lots comportent une clause d'insertion sauf le lot 3.";
    let found = assess(&draft(text, false));
    assert_eq!(lines(&found), ["notice EXECUTION_CLAUSE HIGH"]);
    assert_eq!(found.lots[0].excepted, [FindingKind::ExecutionClause]);
    assert_eq!(found.wide_findings(found.lots.first()).count(), 0);
    assert_eq!(found.wide_findings(None).count(), 1);
    // Where the lots are known, the others are named.
    let found = assess(&draft(text, true));
    assert!(found.lots.iter().all(|lot| lot.excepted.is_empty()));
}
