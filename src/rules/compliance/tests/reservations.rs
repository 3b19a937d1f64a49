//! Art. R2113-7 and L2113-15: reservations stated, and their conditions.

use super::*;

#[test]
fn a_reservation_is_stated_in_the_notice() {
    let rule = "law.r2113-7";
    let clear = "Le marché est réservé aux entreprises adaptées (art. L. 2113-12).";
    let stated = |notice: Notice| verdict(&notice, &told(), rule);
    assert_eq!(stated(call(TextRole::Procedure, clear)), Met);
    assert_eq!(stated(draft(clear)), Met);
    assert_eq!(stated(draft("Nettoyage.")), DoesNotApply);
    assert_eq!(stated(call(TextRole::Procedure, "Marché réservé.")), ToCheck);
    let mut ticked = call(TextRole::Description, "Nettoyage");
    let field = CodedField::ReservedParticipation;
    ticked.coded.push(Coded { field, value: "res-ws".into(), path: "code".into() });
    assert_eq!(stated(ticked), ToCheck);
    let mut result = call(TextRole::Procedure, clear);
    result.form_type = FormType::Result;
    let said = answer(&result, &told(), rule);
    assert_eq!(said.verdict, ToCheck);
    assert!(said.reason.contains("autre document"), "{said:?}");
    assert_eq!(verdict(&draft(clear), &on("2019-03-31"), rule), Unknown);
    assert_eq!(verdict(&draft(clear), &on("2019-04-01"), rule), Met);
}

const BOTH: &str = "Marché réservé aux entreprises de l'économie sociale et solidaire en application \
                    des articles L. 2113-15 et L. 2113-16.";

/// A nursery for a year by a local authority.
fn nursery() -> Told {
    Told { cpv: cpv(&["85312110"]), ..told() }
}

#[test]
fn the_social_economy_has_four_conditions() {
    let rule = "law.l2113-15";
    let both = draft(BOTH);
    let one = draft(
        "Marché réservé aux entreprises de l'économie sociale et solidaire (article L. 2113-15).",
    );
    let held = nursery();
    for (notice, told, expected, words) in [
        (&both, held.clone(), Met, "remplies"),
        (&draft("Crèche."), held.clone(), DoesNotApply, "Aucune réservation"),
        (&one, held.clone(), NotMet, "L2113-16"),
        (&both, Told { duration_months: Some(36), ..held.clone() }, Met, "remplies"),
        (&both, Told { duration_months: Some(37), ..held.clone() }, NotMet, "37 mois"),
        (&both, Told { cpv: cpv(&["85312110", "90911200"]), ..held.clone() }, NotMet, "90911200"),
    ] {
        let said = answer(notice, &told, rule);
        assert_eq!(said.verdict, expected, "{said:?}");
        assert!(said.reason.contains(words), "{words}: {said:?}");
    }
    for (told, words) in [
        (Told { buyer: None, ..held.clone() }, "pouvoir adjudicateur"),
        (Told { buyer: Some(BuyerKind::Entity), ..held.clone() }, "pouvoir adjudicateur"),
        (Told { duration_months: None, ..held.clone() }, "durée"),
        (Told { cpv: Vec::new(), ..held.clone() }, "CPV"),
        // In a branch of social services, and not on the list of 115 codes.
        (Told { cpv: cpv(&["80530000"]), ..held.clone() }, "80530000"),
    ] {
        let said = answer(&both, &told, rule);
        assert_eq!(said.verdict, Unknown, "{said:?}");
        assert!(said.missing.iter().any(|missing| missing.contains(words)), "{words}: {said:?}");
    }
    let as_entity = Told { buyer: Some(BuyerKind::AuthorityAsEntity), ..held };
    assert_eq!(verdict(&both, &as_entity, rule), Met);
}
