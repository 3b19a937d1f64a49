//! `hours`: the planner of insertion hours.

use serde_json::Value;

use crate::support::program::Place;

#[test]
fn the_formula_is_told_with_where_its_values_come_from() {
    let place = Place::new();
    let given =
        ["hours", "1000000", "--labour-share", "50", "--effort", "5 %", "--hourly-cost", "30"];
    let told = place.run(&given).good();
    for words in [
        "1 000 000 € HT × 50 % × 5 % ÷ 30 €/h = 833 h",
        "fourchette usuelle : 833 à 2000 h",
        "5,5 mois à temps plein",
        "effort d'insertion : 5 % (donné, usuel 5 % à 10 %)",
        "mise à disposition de salariés en insertion (ETTI, AI, GEIQ)",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let ran =
        place.run(&["hours", "1000000", "--cpv", "45442100", "--duration-months", "6", "--json"]);
    let plan: Value = serde_json::from_str(&ran.good()).expect("one JSON object");
    assert_eq!((&plan["hours"], &plan["high"]), (&1_167.into(), &2_800.into()));
    assert_eq!(plan["parameters"][1]["origin"], "TABLE");
    assert_eq!(plan["fullTimePeople"], 1.3);
    assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 0, "nothing is stored");
}

#[test]
fn what_has_no_sense_is_refused_with_what_to_write() {
    let place = Place::new();
    for (arguments, says) in [
        (&["hours", "1000000"][..], "peinture, maçonnerie, charpente métallique"),
        (&["hours", "1000000", "--trade", "horlogerie"], "`horlogerie` is not a trade"),
        (&["hours", "0", "--labour-share", "50"], "the amount must be more than 0"),
        (&["hours", "beaucoup"], "an amount in euros is expected"),
        (&["hours", "5", "--labour-share", "half"], "a share in per cent is expected"),
        (&["hours", "5", "--labour-share", "120"], "at most 100 per cent"),
    ] {
        let said = place.run(arguments).bad();
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
}
