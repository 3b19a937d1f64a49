//! Rules about the whole procurement and its buyer: lots, scheme, published data.

use super::*;

#[test]
fn division_is_the_rule() {
    let rule = "law.l2113-10";
    let of = |is_divided: Option<bool>| {
        answer(&draft("Nettoyage."), &Told { is_divided, ..told() }, rule)
    };
    assert_eq!(of(Some(true)).verdict, Met);
    assert_eq!(of(None).verdict, Unknown);
    let undivided = of(Some(false));
    assert_eq!(undivided.verdict, ToCheck);
    let advice = undivided.advice.expect("advice");
    assert!(advice.contains("R2113-3") && !advice.contains("entité adjudicatrice"), "{advice}");
    // A published call of one lot is not divided, a draft of a clause may be.
    let open = Told { is_divided: None, ..told() };
    assert_eq!(verdict(&call(TextRole::Description, "x"), &open, rule), ToCheck);
    assert_eq!(verdict(&lots([1, 1]), &open, rule), Met);
    let defence = Told { is_defence: Some(true), ..told() };
    assert_eq!(verdict(&draft("Nettoyage."), &defence, rule), DoesNotApply);
}

#[test]
fn a_scheme_is_due_above_its_amount() {
    let rule = "law.l2111-3";
    let of = |euros: Option<i64>| {
        let yearly_spend = euros.map(|euros| euros * 100);
        verdict(&draft("Nettoyage."), &Told { yearly_spend, ..told() }, rule)
    };
    assert_eq!(of(None), Unknown);
    assert_eq!(of(Some(50_000_000)), DoesNotApply);
    assert_eq!(of(Some(50_000_001)), ToCheck);
    // Before the first row of the table.
    let early = Told { yearly_spend: Some(i64::MAX / 2), ..on("2022-12-31") };
    assert_eq!(verdict(&draft("Nettoyage."), &early, rule), Unknown);
}

#[test]
fn essential_data_are_due_with_the_value_to_put() {
    let rule = "law.r2196-1";
    let of = |text: &str, euros: Option<i64>| {
        let estimated_value = euros.map(|euros| euros * 100);
        answer(&draft(text), &Told { estimated_value, ..told() }, rule)
    };
    assert_eq!(of("Nettoyage.", Some(39_999)).verdict, DoesNotApply);
    assert_eq!(of("Nettoyage.", None).verdict, Unknown);
    for (text, value) in [
        ("Nettoyage.", "Pas de considération sociale."),
        ("Clause d'insertion : 300 heures d'insertion.", ": Clause sociale."),
        ("Marché réservé aux entreprises adaptées (art. L. 2113-12).", ": Marché réservé."),
    ] {
        let said = of(text, Some(40_000));
        assert_eq!(said.verdict, ToCheck);
        let advice = said.advice.expect("advice");
        assert!(advice.ends_with(value), "{text}: {advice}");
    }
}
