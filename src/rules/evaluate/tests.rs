//! Labels against findings of hand-made notices.

use super::*;
use crate::domain::coded::CodedField;
use crate::domain::notice::TextRole;
use crate::rules::assess;
use crate::rules::legal::cases::{code, notice, say};

fn label(kind: Sort, lot: Option<&str>) -> Label {
    let lot = lot.map(str::to_owned);
    Label { lot, kind, evidence: "words".to_owned(), note: String::new() }
}

fn score(labels: &[Label], notice: &Notice) -> Score {
    let mut score = Score::default();
    score.add(labels, notice, &assess(notice));
    score
}

fn faults(score: &Score) -> Vec<(Sort, Fault)> {
    score.differences.iter().map(|one| (one.kind, one.fault)).collect()
}

#[test]
fn lots_count_at_lot_level_only() {
    let told = say(notice(3), TextRole::Procedure, "Le lot 2 est réservé aux ESAT.");
    let right = score(&[label(Sort::ResEaEsat, Some("2"))], &told);
    assert_eq!((right.total().lot.f1(), faults(&right)), (Some(1.0), vec![]));
    let other = score(&[label(Sort::ResEaEsat, None)], &told);
    assert_eq!(faults(&other), [(Sort::ResEaEsat, Fault::OtherLots)]);
    assert_eq!(other.total().notice, Tally { right: 1, extra: 0, missed: 0 });
    assert_eq!(other.total().lot, Tally { right: 0, extra: 1, missed: 1 });
    let absent = score(&[label(Sort::ResEaEsat, Some("9"))], &told);
    assert_eq!(faults(&absent), [(Sort::ResEaEsat, Fault::OtherLots)]);
}

#[test]
fn all_lots_one_by_one_are_the_whole() {
    let text = "Chaque lot comporte une clause sociale.";
    let told = say(notice(3), TextRole::Procedure, text);
    assert_eq!(faults(&score(&[label(Sort::Exec, None)], &told)), []);
}

#[test]
fn what_is_missed_and_what_is_extra_is_told_with_its_words() {
    let told = say(notice(0), TextRole::Description, "Le marché comporte une clause sociale.");
    let wrong = score(&[label(Sort::ResSiae, None)], &told);
    assert_eq!(faults(&wrong), [(Sort::ResSiae, Fault::Missed), (Sort::Exec, Fault::Extra)]);
    let found = wrong.differences[1].found.as_ref().expect("found");
    assert!(found.texts[0].contains("clause sociale"), "{found:?}");
    assert_eq!(wrong.differences[0].expected.as_ref().expect("expected").texts, ["words"]);
    assert_eq!((wrong.total().lot.precision(), wrong.total().lot.recall()), (Some(0.0), Some(0.0)));
    assert_eq!(score(&[], &notice(2)).total().lot.f1(), None);
}

#[test]
fn a_reservation_to_nobody_is_met_by_any_and_not_the_other_way_round() {
    let esat = say(notice(0), TextRole::Title, "Marché réservé aux ESAT");
    assert_eq!(faults(&score(&[label(Sort::ResUnspec, None)], &esat)), []);
    let nobody = say(notice(0), TextRole::Title, "Marché réservé.");
    let found = score(&[label(Sort::ResEaEsat, None)], &nobody);
    assert_eq!(faults(&found).len(), 2);
}

#[test]
fn weak_criteria_are_apart() {
    let text = "Politique sociale et environnementale (10 %)";
    let told = say(notice(0), TextRole::AwardCriteria, text);
    let found = score(&[], &told);
    assert_eq!(faults(&found), [(Sort::CritWeak, Fault::Extra)]);
    assert_eq!(found.total(), Tallies::default());
}

#[test]
fn boxes_are_doubtful_or_wrong() {
    let ticked = |mut told: Notice, values: &[&str]| {
        for value in values {
            told = code(told, CodedField::TedReservation, value);
        }
        told
    };
    let alone = ticked(notice(0), &["RESTRICTED_SHELTERED_WORKSHOP"]);
    assert_eq!(faults(&score(&[label(Sort::FlagOnly, None)], &alone)), []);
    assert_eq!(
        faults(&score(&[label(Sort::FlagWrong, None)], &alone)),
        [(Sort::FlagWrong, Fault::Missed), (Sort::FlagOnly, Fault::Extra)]
    );
    let boxes = ["RESTRICTED_SHELTERED_WORKSHOP", "RESTRICTED_SHELTERED_PROGRAM"];
    let every = code(ticked(notice(0), &boxes), CodedField::ParticularProfession, "oui");
    assert_eq!(faults(&score(&[label(Sort::FlagWrong, None)], &every)), []);
}

#[test]
fn labels_are_read_by_their_names() {
    let line = r#"{"id": "000308_2020", "labels": [{"lot": null, "kind": "FLAG_DOUBTFUL"}]}"#;
    let read: Labelled = serde_json::from_str(line).expect("a line");
    assert_eq!((name(&read.id).as_str(), read.labels[0].kind), ("308-2020", Sort::FlagOnly));
}

#[test]
fn every_notice_is_in_one_part() {
    let parts: Vec<Part> = (1..=5).map(|k| format!("{k}/5").parse().expect("a part")).collect();
    for id in ["015180-2017", "26-22597", "x"] {
        assert_eq!(parts.iter().filter(|part| part.holds(id)).count(), 1, "{id}");
    }
    for wrong in ["", "0/5", "6/5", "1", "a/b", "1/0"] {
        assert_eq!(wrong.parse::<Part>(), Err(NotAPart), "{wrong}");
    }
}
