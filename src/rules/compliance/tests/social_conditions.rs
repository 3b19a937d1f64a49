//! Art. L2112-2-1: when it applies, what meets it, what can excuse.

use super::*;

const RULE: &str = "law.l2112-2-1";
const CLAUSE: &str = "Le titulaire réalise 300 heures d'insertion. Clause d'insertion sociale.";

#[test]
fn it_applies_from_its_day() {
    let silent = draft("Nettoyage des locaux.");
    for (day, expected) in [
        ("2026-08-21", DoesNotApply),
        ("2026-08-22", NotMet),
        ("2027-12-31", NotMet),
        // The table ends there.
        ("2028-01-01", Unknown),
    ] {
        assert_eq!(verdict(&silent, &on(day), RULE), expected, "{day}");
    }
}

#[test]
fn it_applies_from_the_threshold_of_the_buyer_and_the_purchase() {
    use BuyerKind::{Authority, Entity, OtherAuthority, State};
    let silent = draft("Nettoyage des locaux.");
    for (buyer, nature, codes, euros, expected) in [
        (Some(State), "SERVICES", "90911200", 139_999, DoesNotApply),
        (Some(State), "SERVICES", "90911200", 140_000, NotMet),
        (Some(OtherAuthority), "SERVICES", "90911200", 215_999, DoesNotApply),
        (Some(OtherAuthority), "SERVICES", "90911200", 216_000, NotMet),
        (Some(Entity), "SUPPLIES", "39100000", 431_999, DoesNotApply),
        (Some(Entity), "SUPPLIES", "39100000", 432_000, NotMet),
        (Some(OtherAuthority), "WORKS", "45442100", 5_403_999, DoesNotApply),
        (Some(OtherAuthority), "WORKS", "45442100", 5_404_000, NotMet),
        (Some(OtherAuthority), "SERVICES", "85312110", 749_999, DoesNotApply),
        (Some(OtherAuthority), "SERVICES", "85312110", 750_000, NotMet),
        // Whichever authority it is, both thresholds are passed or neither is.
        (Some(Authority), "SERVICES", "90911200", 139_999, DoesNotApply),
        (Some(Authority), "SERVICES", "90911200", 180_000, Unknown),
        (Some(Authority), "SERVICES", "90911200", 216_000, NotMet),
        (None, "SERVICES", "90911200", 400_000, Unknown),
        (None, "SERVICES", "90911200", 432_000, NotMet),
        (None, "WORKS", "45442100", 5_404_000, NotMet),
        // Catering may be a social service: two thresholds are possible.
        (Some(OtherAuthority), "SERVICES", "55524000", 312_000, Unknown),
        (Some(OtherAuthority), "SERVICES", "55524000", 750_000, NotMet),
    ] {
        let nature = match nature {
            "WORKS" => ContractNature::Works,
            "SUPPLIES" => ContractNature::Supplies,
            _ => ContractNature::Services,
        };
        let told = Told {
            buyer,
            nature: Some(nature),
            cpv: cpv(&[codes]),
            estimated_value: Some(euros * 100),
            ..told()
        };
        let said = answer(&silent, &told, RULE);
        assert_eq!(said.verdict, expected, "{buyer:?} {codes} {euros}: {said:?}");
    }
}

#[test]
fn what_is_unknown_is_named() {
    let silent = draft("Nettoyage des locaux.");
    for (told, words) in [
        (Told { estimated_value: None, ..told() }, "valeur estimée"),
        (Told { buyer: None, ..told() }, "type d'acheteur"),
        (Told { nature: None, ..told() }, "nature du marché"),
        (Told { cpv: Vec::new(), ..told() }, "services sociaux"),
        (Told { consultation_start: None, ..told() }, "premier jour"),
    ] {
        let said = answer(&silent, &told, RULE);
        assert_eq!(said.verdict, Unknown, "{said:?}");
        assert!(said.missing.iter().any(|missing| missing.contains(words)), "{words}: {said:?}");
    }
    let known = answer(&silent, &told(), RULE).known;
    assert_eq!(known[0], "valeur estimée de l'ensemble : 312 000 € HT");
    let threshold = "seuil : 216 000 € HT (autre pouvoir adjudicateur, fournitures et services)";
    assert_eq!(known[1], threshold);
    let known = answer(&silent, &Told { buyer: None, ..told() }, RULE).known;
    assert_eq!(
        known[2],
        "seuil possible : 216 000 € HT (autre pouvoir adjudicateur, fournitures et services)"
    );
    let works = Told { buyer: None, nature: Some(ContractNature::Works), ..told() };
    let known = answer(&silent, &works, RULE).known;
    assert_eq!(known[1], "seuil : 5 404 000 € HT (tout acheteur, travaux)");
}

#[test]
fn a_clause_meets_it_by_how_sure_it_is() {
    let clause = answer(&draft(CLAUSE), &told(), RULE);
    assert_eq!(clause.verdict, Met);
    assert!(clause.known.iter().any(|known| known.starts_with("lu : «")), "{clause:?}");
    let mut weak = draft("Nettoyage.");
    weak.texts.push(NoticeText {
        path: "more".to_owned(),
        role: TextRole::AdditionalInformation,
        language: None,
        text: "Des clauses sociales et/ou environnementales seront précisées au CCAP.".to_owned(),
    });
    assert_eq!(verdict(&weak, &told(), RULE), ToCheck);
    let reserved = draft("Marché réservé aux entreprises adaptées (art. L. 2113-12).");
    assert_eq!(verdict(&reserved, &told(), RULE), ToCheck);
    // Whether it applies or not, a clause is there, and the answer says so.
    let no_value = answer(&draft(CLAUSE), &Told { estimated_value: None, ..told() }, RULE);
    assert_eq!(no_value.verdict, Unknown);
    assert!(no_value.reason.contains("de toute façon"), "{no_value:?}");
}

#[test]
fn a_published_call_may_leave_the_clause_to_the_contract() {
    let said = answer(&call(TextRole::Description, "Nettoyage"), &told(), RULE);
    assert_eq!(said.verdict, ToCheck);
    assert!(said.missing.iter().any(|missing| missing.contains("CCAP")), "{said:?}");
}

#[test]
fn the_excuses_are_named_with_where_to_write_them() {
    let said = answer(&draft("Nettoyage."), &told(), RULE);
    let advice = said.advice.expect("advice");
    for words in ["1°", "2°", "3°", "4°", "art. L2184-1"] {
        assert!(advice.contains(words), "{words}: {advice}");
    }
    let entity =
        Told { buyer: Some(BuyerKind::Entity), estimated_value: Some(50_000_000), ..told() };
    let advice = answer(&draft("Nettoyage."), &entity, RULE).advice.expect("advice");
    assert!(advice.contains("par tout moyen approprié"), "{advice}");
    for (months, words) in [(Some(5), "est ouvert"), (Some(6), "est exclu"), (None, "inconnue")] {
        let works = Told {
            nature: Some(ContractNature::Works),
            estimated_value: Some(600_000_000),
            duration_months: months,
            ..told()
        };
        let known = answer(&draft("Peinture."), &works, RULE).known.join(" ; ");
        assert!(known.contains(words), "{months:?}: {known}");
    }
}

#[test]
fn lots_are_measured_together() {
    let told = Told { estimated_value: None, is_divided: None, ..told() };
    let of_lots = |values: [i64; 2]| {
        let asked = ask(&lots(values), &told).lots.into_iter();
        let answers = asked.map(|lot| lot.into_iter().find(|answer| answer.rule == RULE));
        answers.map(|answer| answer.expect("an answer").verdict).collect::<Vec<_>>()
    };
    assert_eq!(of_lots([110_000, 106_000]), [NotMet, NotMet]);
    assert_eq!(of_lots([110_000, 105_999]), [DoesNotApply, DoesNotApply]);
    // A lot below 80,000 € and of at most a fifth of the whole may be a small one.
    assert_eq!(of_lots([320_000, 79_999]), [NotMet, Unknown]);
    assert_eq!(of_lots([320_000, 80_000]), [NotMet, NotMet]);
    assert_eq!(of_lots([220_000, 79_000]), [NotMet, NotMet]);
}
