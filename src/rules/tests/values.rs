//! Hours, shares, weights, people: which values a finding bears, and of which lot.

use super::{notice, say, say_in_lot};
use crate::domain::finding::{Assessment, Finding, FindingKind};
use crate::domain::notice::TextRole;
use crate::domain::quantity::{Measure, Public};
use crate::rules::assess;

/// Values as lines: `notice HOURS 420`, `2 LABOUR_SHARE 8`.
fn values(assessment: &Assessment) -> Vec<String> {
    let line = |place: &str, finding: &Finding| -> Vec<String> {
        let told = finding.quantities.iter().map(|one| {
            let measure = serde_json::to_value(one.measure).expect("JSON");
            let whole = one.hundredths / 100;
            format!("{place} {} {whole}", measure.as_str().expect("a name"))
        });
        told.collect()
    };
    let mut lines: Vec<String> =
        assessment.findings.iter().flat_map(|finding| line("notice", finding)).collect();
    for (position, lot) in assessment.lots.iter().enumerate() {
        let place = (position + 1).to_string();
        lines.extend(lot.findings.iter().flat_map(|finding| line(&place, finding)));
    }
    lines
}

#[test]
fn a_sentence_deals_its_values_out_to_its_lots() {
    for (text, expected) in [
        ("Le marché comporte une clause d'insertion de 1 429 heures.", vec!["notice HOURS 1429"]),
        (
            "Clause d'insertion : lot 1 : 300 heures, lot 2 : 120 heures.",
            vec!["1 HOURS 300", "2 HOURS 120"],
        ),
        (
            "Clause d'insertion sociale de 300 heures pour le lot 1 et de 120 heures pour le lot 2.",
            vec!["1 HOURS 300", "2 HOURS 120"],
        ),
        (
            "Les lots 1 et 2 comportent une clause d'insertion de 300 heures, le lot 3 de 120 heures.",
            vec!["1 HOURS 300", "2 HOURS 300", "3 HOURS 120"],
        ),
        (
            "Clause sociale : 5 % des heures pour le lot n°1, 8 % pour le lot n°2.",
            vec!["1 LABOUR_SHARE 5", "2 SHARE 8"],
        ),
        (
            "Clause d'insertion sur les lots 1 (120 h), 4 (60 h) et 6 (30 h)",
            vec!["1 HOURS 120", "4 HOURS 60", "6 HOURS 30"],
        ),
        (
            "Clause d'insertion : 100 heures (lot 1), 50 heures (lot 2)",
            vec!["1 HOURS 100", "2 HOURS 50"],
        ),
        (
            "Clause d'insertion :\n- lot 1 : 300 heures\n- lot 2 : 120 heures\n- lot 3 : néant",
            vec!["1 HOURS 300", "2 HOURS 120"],
        ),
        (
            "Chaque lot comporte une clause d'insertion de 35 heures.",
            vec![
                "1 HOURS 35",
                "2 HOURS 35",
                "3 HOURS 35",
                "4 HOURS 35",
                "5 HOURS 35",
                "6 HOURS 35",
            ],
        ),
        (
            "Le titulaire du lot 1 réalisera 300 heures d'insertion et celui du lot 2, 120 heures d'insertion.",
            vec!["1 HOURS 300", "2 HOURS 120"],
        ),
        ("Lot 2 : clause d'insertion de 0 heure.", vec![]),
        (
            "Le lot 4 est réservé aux entreprises adaptées employant 50 % de travailleurs handicapés.",
            vec![],
        ),
    ] {
        let found = assess(&say(notice(6), TextRole::Procedure, text));
        assert_eq!(values(&found), expected, "{text}");
    }
}

#[test]
fn criteria_have_a_weight() {
    let criteria = "Prix (60 %), valeur technique (30 %), insertion professionnelle (10 %)";
    let found = assess(&say(notice(0), TextRole::AwardCriteria, criteria));
    assert_eq!(values(&found), ["notice WEIGHT 10"]);
    let found = assess(&say(notice(0), TextRole::AwardCriteria, "Critère social : 20 points"));
    assert_eq!(values(&found), ["notice POINTS 20"]);
}

#[test]
fn what_two_sentences_say_is_one_value_and_two_values_are_none() {
    let text = "Clause d'insertion de 420 heures.";
    let told =
        say_in_lot(say(notice(0), TextRole::Procedure, text), 1, TextRole::Description, text);
    let found = assess(&told);
    assert_eq!(values(&found), ["notice HOURS 420", "1 HOURS 420"]);
    assert_eq!(found.findings[0].value(Measure::Hours), Some(42_000));
    let two = "Clause d'insertion de 420 heures, dont 100 heures d'insertion la première année.";
    let found = assess(&say(notice(0), TextRole::Procedure, two));
    assert_eq!(found.findings[0].quantities.len(), 2);
    assert_eq!(found.findings[0].value(Measure::Hours), None);
}

#[test]
fn values_point_at_their_words() {
    let text = "Clause d’insertion — 1\u{202f}429,5\u{a0}heures à réaliser.";
    let found = assess(&say(notice(0), TextRole::ExecutionConditions, text));
    let quantity = &found.findings[0].quantities[0];
    assert_eq!(quantity.hundredths, 142_950);
    assert_eq!(quantity.evidence.quote, "1\u{202f}429,5\u{a0}heures");
}

#[test]
fn people_are_those_of_the_sentence() {
    let text = "Le titulaire réserve 300 heures d'insertion à des bénéficiaires du RSA et à des \
                jeunes de moins de 26 ans.";
    let found = assess(&say(notice(0), TextRole::ExecutionConditions, text));
    assert_eq!(found.findings[0].kind, FindingKind::ExecutionClause);
    assert_eq!(found.findings[0].publics, [Public::MinimumIncome, Public::Young]);
}
