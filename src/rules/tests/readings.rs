//! What words mean at their place: kinds, denials, traps, boxes and texts together.

use super::{code, code_lot, lines, notice, read, say, say_in_lot};
use crate::domain::coded::CodedField;
use crate::domain::finding::{Confidence, ContradictionKind, FindingKind};
use crate::domain::notice::TextRole;
use crate::rules::{Outcome, assess, explain};

fn kinds(role: TextRole, text: &str) -> Vec<String> {
    let found = assess(&say(notice(0), role, text));
    found.findings.iter().map(|found| found.kind.as_str().to_owned()).collect()
}

#[test]
fn who_a_market_is_reserved_to() {
    for (text, expected) in [
        ("Marché réservé aux entreprises adaptées (EA) et aux ESAT", "RESERVED_EA_ESAT"),
        ("Marché réservé à des structures d'insertion par l'activité économique", "RESERVED_SIAE"),
        ("Marché réservé aux EA, ESAT et SIAE", "RESERVED_EA_ESAT_SIAE"),
        ("Marché réservé aux entreprises de l'économie sociale et solidaire", "RESERVED_ESS"),
        ("Marché réservé à la production en établissement pénitentiaire", "RESERVED_PRISON"),
        ("Marché réservé en application de l'article L. 2113-13", "RESERVED_SIAE"),
        ("Marché réservé (article 36 II de l'ordonnance n° 2015-899)", "RESERVED_SIAE"),
        ("Marché réservé (article 36 de l'ordonnance n° 2015-899)", "RESERVED_UNSPECIFIED"),
        ("Marché réservé.", "RESERVED_UNSPECIFIED"),
        (
            "Marché réservé à des ateliers protégés et à des opérateurs économiques dont l'objet est \
             l'intégration sociale et professionnelle de personnes handicapées ou défavorisées",
            "RESERVED_UNSPECIFIED",
        ),
        ("MARCHÉ RÉSERVÉ AUX\nENTREPRISES ADAPTÉES", "RESERVED_EA_ESAT"),
        ("Marché reservé aux entreprises adpatées", "RESERVED_EA_ESAT"),
        (
            "Marché réservé aux établissements et services d'accompagnement par le travail",
            "RESERVED_EA_ESAT",
        ),
    ] {
        assert_eq!(kinds(TextRole::Description, text), [expected], "{text}");
    }
}

#[test]
fn words_that_raise_nothing() {
    for (role, text) in [
        (TextRole::Description, "L'acheteur se réserve le droit de ne pas attribuer le lot 2."),
        (TextRole::Suitability, "Respect de l'obligation d'emploi des travailleurs handicapés"),
        (TextRole::Suitability, "Le candidat peut être une entreprise adaptée ou un ESAT."),
        (TextRole::Description, "Construction d'un ESAT et de logements sociaux"),
        (TextRole::Procedure, "Le marché n'est pas réservé."),
        (TextRole::Procedure, "Marché réservé : non"),
        (TextRole::Procedure, "Informations sur les marchés réservés :"),
        (TextRole::Procedure, "En cas de marché réservé, joindre l'agrément."),
        (TextRole::ExecutionConditions, "Pas de considération sociale"),
        (TextRole::ExecutionConditions, "Clause d'insertion : sans objet"),
        (TextRole::ExecutionConditions, "Le marché ne met pas en œuvre de clause sociale."),
        (TextRole::Review, "Le marché est réservé aux ESAT."),
        (TextRole::Procedure, "Consultation réservée aux titulaires de l'accord-cadre"),
        (TextRole::AwardCriteria, "Insertion paysagère et architecturale"),
        (TextRole::Correction, "Au lieu de : marché réservé aux ESAT"),
    ] {
        assert_eq!(kinds(role, text), [""; 0], "{text}");
    }
}

#[test]
fn a_denial_with_an_exception_stays_positive() {
    let text = "La consultation ne comporte aucune des conditions particulières d'exécution à \
                caractère social visées par l'article L. 2112-2, à l'exception des modalités \
                suivantes";
    assert_eq!(kinds(TextRole::ExecutionConditions, text), ["EXECUTION_CLAUSE"]);
    assert_eq!(
        read(TextRole::Procedure, "Aucun lot n'est réservé, hormis le lot 6, réservé aux SIAE."),
        ["6 RESERVED_SIAE HIGH"]
    );
    assert_eq!(
        read(TextRole::Procedure, "Hormis le lot 4, aucun lot ne comporte de clause d'insertion."),
        ["4 EXECUTION_CLAUSE HIGH"]
    );
}

#[test]
fn hours_kept_for_people_are_a_clause_and_not_a_reservation() {
    for text in [
        "8 % du total des heures sera réservé à des personnes en difficulté.",
        "Le titulaire réservera 5 % des heures de travail à une structure d'insertion.",
        "Le titulaire fera appel à une entreprise adaptée pour le conditionnement.",
    ] {
        assert_eq!(kinds(TextRole::ExecutionConditions, text), ["EXECUTION_CLAUSE"], "{text}");
    }
}

#[test]
fn the_subject_is_not_a_clause() {
    let title = "Prestations d'insertion sociale et professionnelle des bénéficiaires du RSA";
    assert_eq!(kinds(TextRole::Title, title), ["INSERTION_SERVICE"]);
    let title = "Nettoyage des locaux, avec clause d'insertion sociale";
    assert_eq!(kinds(TextRole::Title, title), ["EXECUTION_CLAUSE"]);
}

#[test]
fn mixed_criteria_are_weak() {
    for (text, confidence) in [
        ("Critère social", Confidence::High),
        ("Critèe social", Confidence::High),
        ("Performance en matière d'insertion professionnelle", Confidence::High),
        ("Politique sociale et environnementale (pondéré à 10%)", Confidence::Low),
        ("Qualité technique, environnementale et sociale du projet", Confidence::Low),
    ] {
        let found = assess(&say(notice(0), TextRole::AwardCriteria, text));
        assert_eq!(found.findings.len(), 1, "{text}");
        assert_eq!(found.findings[0].kind, FindingKind::AwardCriterion);
        assert_eq!(found.findings[0].confidence, confidence, "{text}");
    }
}

#[test]
fn boxes_of_the_whole_notice_confirm_the_named_lot() {
    // The case of old TED notices: flags at notice level, `Marché réservé.` in one lot.
    let mut flagged = notice(4);
    for value in ["RESTRICTED_SHELTERED_WORKSHOP", "RESTRICTED_SHELTERED_PROGRAM"] {
        flagged = code(flagged, CodedField::TedReservation, value);
    }
    let found = assess(&say_in_lot(flagged, 3, TextRole::Description, "Marché réservé."));
    assert_eq!(lines(&found), ["3 RESERVED_UNSPECIFIED HIGH"]);
    assert_eq!(found.lots[2].findings[0].evidence.len(), 3);
    // The boxes stand for all four lots.
    let told: Vec<_> = found.contradictions.iter().map(|found| found.kind).collect();
    assert_eq!(told, [ContradictionKind::OverTicked]);
}

#[test]
fn boxes_alone_say_little() {
    let low = |field, value| lines(&assess(&code_lot(notice(2), 1, field, value)));
    let reserved = CodedField::ReservedParticipation;
    assert_eq!(low(reserved, "res-ws"), ["1 RESERVED_UNSPECIFIED LOW"]);
    assert_eq!(low(reserved, "res-pub-ser"), ["1 RESERVED_ESS LOW"]);
    assert_eq!(low(CodedField::ReservedExecution, "yes"), ["1 RESERVED_UNSPECIFIED LOW"]);
    assert_eq!(low(CodedField::SocialObjective, "opp"), ["1 EXECUTION_CLAUSE LOW"]);
    assert_eq!(low(CodedField::SocialObjective, "other"), [""; 0]);
    assert_eq!(low(CodedField::StrategicProcurement, "soc-obj"), [""; 0]);
    let sociaux = code(notice(2), CodedField::BoampCriteria, "sociaux");
    assert_eq!(lines(&assess(&sociaux)), [""; 0]);
    let oui = code(notice(2), CodedField::FnsReservation, "oui");
    assert_eq!(lines(&assess(&oui)), ["notice RESERVED_UNSPECIFIED LOW"]);
}

#[test]
fn reserved_execution_beside_a_reservation_is_one_more_proof_of_it() {
    let mut both = code_lot(notice(2), 2, CodedField::ReservedParticipation, "res-ws");
    both = code_lot(both, 2, CodedField::ReservedExecution, "yes");
    let found = assess(&say(both, TextRole::Procedure, "Le lot 2 est réservé aux ESAT."));
    assert_eq!(lines(&found), ["2 RESERVED_EA_ESAT HIGH"]);
    assert_eq!(found.lots[1].findings[0].evidence.len(), 3);
}

#[test]
fn reserved_execution_beside_a_clause_is_one_more_proof_of_it() {
    for text in ["Le lot 2 comporte une clause d'insertion sociale.", "Clause sociale d'insertion."]
    {
        let ticked = code_lot(notice(2), 2, CodedField::ReservedExecution, "yes");
        let found = assess(&say(ticked, TextRole::ExecutionConditions, text));
        let second = &found.lots[1];
        let kinds: Vec<_> = second.findings.iter().map(|finding| finding.kind).collect();
        assert_eq!(kinds, [FindingKind::ExecutionClause], "{text}");
        assert_eq!(second.findings[0].evidence.len(), 2, "{text}");
        assert!(second.contradictions.is_empty(), "{text}");
    }
}

#[test]
fn explain_and_assess_are_one_account() {
    let text =
        "Sous réserve d'accord, le marché n'est pas réservé ; le lot 2 a une clause sociale.";
    let told = say(notice(3), TextRole::Description, text);
    let kept = explain(&told).into_iter().filter_map(|found| match found.outcome {
        Outcome::Kept { lots, .. } => Some((found.rule, lots)),
        _ => None,
    });
    assert_eq!(kept.collect::<Vec<_>>(), [("text.social-clause".to_owned(), Some(vec![1]))]);
    assert!(explain(&told).iter().any(|found| matches!(found.outcome, Outcome::Denied { .. })));
    assert_eq!(lines(&assess(&told)), ["2 EXECUTION_CLAUSE HIGH"]);
}

#[test]
fn findings_name_their_article() {
    let article = |text: &str| {
        let found = assess(&say(notice(0), TextRole::Description, text));
        found.findings[0].article.clone().unwrap_or_default()
    };
    assert_eq!(article("Marché réservé aux ESAT"), "L2113-12");
    assert_eq!(article("Marché réservé aux SIAE (article L5132-4 du code du travail)"), "L5132-4");
    assert_eq!(article("Marché réservé aux ESAT (articles L2113-13 et L2113-12)"), "L2113-12");
    assert_eq!(article("Le marché comporte une clause sociale."), "L2112-2");
}
