//! What holds for every notice: exact quotes, readable ones, and the same answer twice.

use proptest::prelude::*;

use super::{notice, say, say_in_lot};
use crate::domain::finding::{Assessment, Evidence};
use crate::domain::notice::{Notice, TextRole};
use crate::domain::quantity::Quantity;
use crate::rules::{assess, explain};

/// Every evidence is the exact slice of the text it names.
fn is_exact(notice: &Notice, evidence: &Evidence) -> bool {
    let texts = notice.texts.iter().chain(notice.lots.iter().flat_map(|lot| &lot.texts));
    let mut coded = notice.coded.iter().chain(notice.lots.iter().flat_map(|lot| &lot.coded));
    match (evidence.start, evidence.end) {
        (Some(start), Some(end)) => texts.into_iter().any(|text| {
            let slice: String = text
                .text
                .chars()
                .skip(start as usize)
                .take(end.saturating_sub(start) as usize)
                .collect();
            text.path == evidence.field && slice == evidence.quote && !slice.is_empty()
        }),
        _ => coded.any(|coded| coded.path == evidence.field && coded.value == evidence.quote),
    }
}

fn evidence(assessment: &Assessment) -> Vec<Evidence> {
    let findings = assessment.findings.iter();
    let findings = findings.chain(assessment.lots.iter().flat_map(|lot| &lot.findings));
    let told = assessment.contradictions.iter();
    let told = told.chain(assessment.lots.iter().flat_map(|lot| &lot.contradictions));
    let mut all: Vec<Evidence> = findings.flat_map(|found| found.evidence.clone()).collect();
    all.extend(told.flat_map(|found| found.evidence.clone()));
    all.extend(values(assessment).map(|value| value.evidence.clone()));
    all
}

fn values(assessment: &Assessment) -> impl Iterator<Item = &Quantity> {
    let findings = assessment.findings.iter();
    let findings = findings.chain(assessment.lots.iter().flat_map(|lot| &lot.findings));
    findings.flat_map(|found| &found.quantities)
}

fn check(notice: &Notice) {
    let assessment = assess(notice);
    assert_eq!(assessment, assess(notice), "the same notice gives the same findings");
    assert_eq!(assessment.lots.len(), notice.lots.len());
    for found in evidence(&assessment) {
        assert!(is_exact(notice, &found), "{found:?}");
        assert!(found.quote.chars().count() <= 300, "{found:?}");
    }
    for value in values(&assessment) {
        let (quote, hundredths) = (&value.evidence.quote, value.hundredths);
        assert!(hundredths > 0, "{value:?}");
        // A number in figures stands in its quote as it is counted.
        let whole: String = (hundredths / 100).to_string();
        let figures: String = quote.chars().filter(char::is_ascii_digit).collect();
        assert!(
            figures.is_empty() || figures.trim_start_matches('0').starts_with(&whole),
            "{value:?}"
        );
    }
    for candidate in explain(notice) {
        assert!(is_exact(notice, &candidate.evidence), "{candidate:?}");
    }
    let findings = assessment.findings.iter();
    let mut findings = findings.chain(assessment.lots.iter().flat_map(|lot| &lot.findings));
    assert!(
        findings
            .all(|found| !found.evidence.is_empty()
                && super::super::find_rule(&found.rule).is_some())
    );
}

/// Words of notices, whole and broken, in any order.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Marché",
        "marché",
        "lot",
        "Le lot n°2",
        "lots 1 et 3",
        "tous les lots",
        "réservé",
        "RÉSERVÉE",
        "est",
        "n'est pas",
        "aux",
        "ESAT",
        "E.S.A.T.",
        "entreprises adaptées",
        "SIAE",
        "structures",
        "d’insertion",
        "d insertion",
        "clause",
        "Clause sociale",
        "sociale",
        "heures",
        "150 h",
        "1 429,5 heures",
        "quatre mille",
        "2 apprentis",
        "20 points",
        "10 %",
        "titulaire",
        "devra",
        "art. L. 2113-12",
        "L5132-4",
        "article 36 de l'ordonnance 2015-899",
        "sous réserve de",
        "se réserve le droit",
        "sauf",
        "à l'exception",
        "hormis",
        "critère",
        "pondéré",
        "logements sociaux",
        "insertion paysagère",
        "…",
        "«",
        "»",
        ".",
        ";",
        ":",
        ",",
        "\n",
        "\n\n",
        "-",
        "•",
        "(",
        ")",
        "œuvre",
        "e\u{301}",
        "\u{a0}",
        "𝔘",
        "ﬁ",
        "İ",
        "ß",
        "personnes",
        "éloignées de l'emploi",
        "réservées",
        "économie sociale et solidaire",
        "Critèe",
        "sociall",
    ]);
    prop::collection::vec(word, 0..40).prop_map(|words| words.join(" "))
}

fn role() -> impl Strategy<Value = TextRole> {
    prop::sample::select(vec![
        TextRole::Title,
        TextRole::Description,
        TextRole::Procedure,
        TextRole::ExecutionConditions,
        TextRole::AwardCriteria,
        TextRole::Suitability,
        TextRole::AdditionalInformation,
        TextRole::LegalReference,
        TextRole::Correction,
        TextRole::Result,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn quotes_are_exact_and_answers_repeat(
        first in words(), second in words(), one in role(), two in role(), lots in 0_usize..4,
    ) {
        let told = say(notice(lots), one, &first);
        check(&say_in_lot(told, 1, two, &second));
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        check(&say(notice(2), TextRole::ExecutionConditions, &text));
    }
}

#[test]
fn long_sentences_are_quoted_in_part() {
    let filler = "des prestations de nettoyage et d'entretien des locaux ".repeat(20);
    let text = format!(
        "Le marché porte sur {filler} et comporte une clause d'insertion sociale, {filler}"
    );
    let told = say(notice(0), TextRole::Description, &text);
    let found = assess(&told);
    let quote = &found.findings[0].evidence[0].quote;
    assert!(quote.contains("clause d'insertion sociale"));
    assert!(quote.chars().count() <= 300);
    check(&told);
}
