//! Which lots a sentence speaks of.

use super::{code_lot, lines, notice, read, say, say_in_lot};
use crate::domain::coded::CodedField;
use crate::domain::lot::{Lot, LotKey};
use crate::domain::notice::TextRole;
use crate::rules::assess;

/// Lots on which a text finds something, `*` for the whole notice.
fn lots(text: &str) -> Vec<String> {
    let lines = read(TextRole::Procedure, text);
    let mut lots: Vec<String> = lines
        .iter()
        .map(|line| line.split(' ').next().unwrap_or_default().replace("notice", "*"))
        .collect();
    lots.dedup();
    lots
}

#[test]
fn lots_named_in_a_sentence_of_the_notice() {
    for (text, expected) in [
        ("Les lots n°1 et 2 comportent une clause d'insertion sociale.", vec!["1", "2"]),
        ("Le lot n° 5 est réservé à des entreprises adaptées.", vec!["5"]),
        ("LOT-0003 : réservé aux ESAT", vec!["3"]),
        ("Clause d'insertion pour les lots 2, 4 et 6", vec!["2", "4", "6"]),
        ("Une clause sociale est prévue pour le lot 1 uniquement.", vec!["1"]),
        ("Une clause d'insertion de 150 h est imposée au titulaire du lot 4.", vec!["4"]),
        ("Chaque lot comporte une clause sociale.", vec!["1", "2", "3", "4", "5", "6"]),
        ("Tous les lots sont réservés aux SIAE.", vec!["1", "2", "3", "4", "5", "6"]),
        ("Tous les lots, sauf le lot 4, sont réservés aux SIAE.", vec!["1", "2", "3", "5", "6"]),
        ("Hormis le lot 4, tous les lots ont une clause sociale.", vec!["1", "2", "3", "5", "6"]),
        ("Une clause sociale est prévue, sauf pour le lot 3.", vec!["1", "2", "4", "5", "6"]),
        ("Sauf pour le lot 2 réservé aux ESAT, la consultation est ouverte à tous.", vec!["2"]),
        ("Le marché comporte une clause sociale.", vec!["*"]),
        ("Le lot 9 est réservé aux ESAT.", vec!["*"]),
        ("Les lots suivants sont réservés aux ESAT : lot 2 ; lot 3 ; lot 5.", vec!["2", "3", "5"]),
        ("Sont réservés à des SIAE les lots 1 et 3.", vec!["1", "3"]),
        ("Lots réservés : lot 1 (entreprises adaptées).", vec!["1"]),
        ("Lot 2 : espaces verts. Ce lot est réservé à un ESAT.", vec!["2"]),
        (
            "Le lot 1 est soumis à une condition d'exécution sociale. Dans ce cadre, le titulaire \
             réalise des heures d'insertion.",
            vec!["1"],
        ),
        ("Lot 1 : gros œuvre. Clause d'insertion : 50 h.\nLot 2 : peinture.", vec!["1"]),
        ("Lot 1 : gros œuvre\nLot 2 : espaces verts - réservé ESAT\nLot 3 : sols", vec!["2"]),
    ] {
        assert_eq!(lots(text), expected, "{text}");
    }
}

#[test]
fn a_lot_that_is_only_compared_with_is_not_meant() {
    for text in [
        "Clause d'insertion : 2 200 heures de travail par an, même public que le lot 1.",
        "Clause d'insertion sociale de 300 heures, idem lot 1.",
        "Clause d'insertion sociale identique au lot 1.",
    ] {
        let told = say_in_lot(notice(3), 2, TextRole::ExecutionConditions, text);
        let found = lines(&assess(&told));
        assert!(found.iter().all(|line| line.starts_with("2 EXECUTION_CLAUSE")), "{found:?}");
        assert_eq!(found.len(), 1, "{text}");
    }
}

#[test]
fn one_sentence_deals_out_lots_and_organisations() {
    for (text, expected) in [
        (
            "Le lot 1 est réservé aux SIAE et le lot 2 aux entreprises adaptées.",
            vec!["1 RESERVED_SIAE HIGH", "2 RESERVED_EA_ESAT HIGH"],
        ),
        (
            "Sont réservés aux entreprises adaptées les lots 1 et 2, aux SIAE le lot 3.",
            vec!["1 RESERVED_EA_ESAT HIGH", "2 RESERVED_EA_ESAT HIGH", "3 RESERVED_SIAE HIGH"],
        ),
        (
            "Le lot 3 est réservé aux ESAT et le lot 4 comporte une clause d'insertion sociale.",
            vec!["3 RESERVED_EA_ESAT HIGH", "4 EXECUTION_CLAUSE HIGH"],
        ),
        (
            "Lots réservés : lot 1 (entreprises adaptées) et lot 4 (structures d'insertion).",
            vec!["1 RESERVED_EA_ESAT HIGH", "4 RESERVED_SIAE HIGH"],
        ),
        (
            "Le lot 1 n'est pas réservé et le lot 2 est réservé aux SIAE.",
            vec!["2 RESERVED_SIAE HIGH"],
        ),
        (
            "Les lots 5 et 6 sont réservés aux entreprises adaptées, aux ESAT et aux SIAE.",
            vec!["5 RESERVED_EA_ESAT_SIAE HIGH", "6 RESERVED_EA_ESAT_SIAE HIGH"],
        ),
    ] {
        assert_eq!(read(TextRole::Procedure, text), expected, "{text}");
    }
}

#[test]
fn a_sentence_in_a_lot_is_that_lots() {
    let own = say_in_lot(notice(4), 3, TextRole::Description, "Marché réservé.");
    assert_eq!(lines(&assess(&own)), ["3 RESERVED_UNSPECIFIED MEDIUM"]);
    // A platform that copies the sentence of another lot into this one does not move it.
    let text = "Le lot 2 est réservé à une entreprise adaptée.";
    let copied = say_in_lot(notice(4), 3, TextRole::AdditionalInformation, text);
    assert_eq!(lines(&assess(&copied)), ["2 RESERVED_EA_ESAT HIGH"]);
    let every = say_in_lot(notice(4), 3, TextRole::Description, "Clause sociale sur tous les lots");
    assert_eq!(lines(&assess(&every)), ["3 EXECUTION_CLAUSE HIGH"]);
}

#[test]
fn the_number_people_use_comes_before_the_identifier() {
    // LOT-0002 was withdrawn: what people call lot 2 is LOT-0003.
    let mut gapped = notice(3);
    gapped.lots.remove(1);
    gapped.lots[1].number = Some("2".to_owned());
    let found = assess(&say(gapped, TextRole::Procedure, "Le lot n°2 est réservé aux ESAT."));
    assert_eq!(lines(&found), ["2 RESERVED_EA_ESAT HIGH"]);
}

#[test]
fn an_undivided_notice_has_one_lot_and_no_numbers() {
    let whole = say(notice(0), TextRole::Procedure, "Le lot 2 est réservé aux ESAT.");
    assert_eq!(lines(&assess(&whole)), ["notice RESERVED_EA_ESAT HIGH"]);
    let own = say_in_lot(notice(0), 1, TextRole::Description, "Marché réservé aux ESAT");
    assert_eq!(lines(&assess(&own)), ["1 RESERVED_EA_ESAT HIGH"]);
    let mut none = notice(0);
    none.lots.clear();
    let none = say(none, TextRole::Description, "Clause sociale d'insertion");
    assert_eq!(lines(&assess(&none)), ["notice EXECUTION_CLAUSE HIGH"]);
}

#[test]
fn named_lots_say_it_more_exactly_than_a_title() {
    let title = say(notice(4), TextRole::Title, "Travaux avec clause d'insertion");
    let both = say(title, TextRole::Procedure, "Clause d'insertion pour les lots 1 et 3.");
    assert_eq!(lines(&assess(&both)), ["1 EXECUTION_CLAUSE HIGH", "3 EXECUTION_CLAUSE HIGH"]);
}

#[test]
fn a_reservation_of_the_whole_is_handed_to_the_only_ticked_lot() {
    let mut ticked = say(notice(3), TextRole::Procedure, "Un lot est réservé à des ESAT.");
    for (lot, value) in [(1, "none"), (2, "res-ws"), (3, "none")] {
        ticked = code_lot(ticked, lot, CodedField::ReservedParticipation, value);
    }
    let found = assess(&ticked);
    assert_eq!(lines(&found), ["2 RESERVED_EA_ESAT HIGH"]);
    assert!(found.contradictions.is_empty());
}

#[test]
fn letters_and_sub_numbers_are_lot_names() {
    let mut lettered = notice(0);
    lettered.lots.clear();
    for name in ["A", "B", "3b"] {
        let mut lot = Lot::new(LotKey::of(name));
        lot.number = Some(name.to_owned());
        lettered.lots.push(lot);
    }
    let text = "Le lot B et le lot 3b comportent une clause sociale.";
    let found = assess(&say(lettered, TextRole::Procedure, text));
    assert_eq!(lines(&found), ["2 EXECUTION_CLAUSE HIGH", "3 EXECUTION_CLAUSE HIGH"]);
}
