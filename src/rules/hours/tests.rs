//! The formula to the hour, and where each value comes from.

use super::*;

/// A million euros, of which half is labour.
fn million() -> HoursRequest {
    HoursRequest { amount: 100_000_000, labour_share: Some(5_000), ..HoursRequest::default() }
}

#[test]
fn the_example_of_the_guides() {
    let request = HoursRequest { effort: Some(500), hourly_cost: Some(3_000), ..million() };
    let made = plan(&request).expect("a plan");
    assert_eq!((made.hours, made.low, made.high), (833, 833, 2_000));
    assert_eq!(
        made.formula,
        "1 000 000 € HT × 50 % × 5 % ÷ 30 €/h = 833 h (arrondi à l'heure la plus proche)"
    );
    // 833 ÷ 151.67 = 5.49
    assert_eq!((made.full_time_months, made.full_time_people), (Tenths(55), None));
    assert_eq!(made.full_time_months.to_string(), "5,5");
    let year = HoursRequest { duration_months: Some(12), ..request };
    assert_eq!(plan(&year).expect("a plan").full_time_people, Some(Tenths(5)));
}

#[test]
fn what_is_not_given_is_usual_and_said_to_be() {
    let made =
        plan(&HoursRequest { trade: Some("PEINTURE".into()), labour_share: None, ..million() })
            .expect("a plan");
    // 1,000,000 × 70 % × 5 % ÷ 30 = 1,166.67
    assert_eq!((made.hours, made.low, made.high), (1_167, 1_167, 2_800));
    let told: Vec<(ParameterKind, ParameterOrigin, &str)> =
        made.parameters.iter().map(|one| (one.kind, one.origin, one.value.as_str())).collect();
    assert_eq!(
        told,
        [
            (ParameterKind::Amount, ParameterOrigin::Given, "1 000 000 € HT"),
            (ParameterKind::LabourShare, ParameterOrigin::Table, "70 %"),
            (ParameterKind::Effort, ParameterOrigin::Table, "5 %"),
            (ParameterKind::HourlyCost, ParameterOrigin::Table, "30 €/h"),
        ]
    );
    assert!(made.parameters[1].source.ends_with(": peinture"), "{:?}", made.parameters[1]);
    assert_eq!(made.parameters[2].usual.as_deref(), Some("5 % à 10 %"));
    assert_eq!(made.parameters[3].usual.as_deref(), Some("25 €/h à 30 €/h"));
}

#[test]
fn a_given_share_goes_before_the_trade_and_a_trade_before_the_code() {
    let hours = |request: HoursRequest| plan(&request).expect("a plan").hours;
    let cpv = |code: &str| Some(Cpv::parse(code).expect("a code"));
    let trade = || HoursRequest { trade: Some("maconnerie".into()), ..million() };
    assert_eq!(hours(HoursRequest { labour_share: Some(7_000), ..trade() }), 1_167);
    assert_eq!(hours(HoursRequest { labour_share: None, cpv: cpv("45442100"), ..trade() }), 833);
    let of_code = |code| HoursRequest { labour_share: None, cpv: cpv(code), ..million() };
    assert_eq!(hours(of_code("45442110")), 1_167);
    assert_eq!(hours(of_code("45223210")), 333);
    assert_eq!(plan(&of_code("90911200")), Err(HoursError::NoLabourShare));
}

#[test]
fn halves_are_rounded_up_and_nothing_overflows() {
    let hours = |amount| {
        let request = HoursRequest {
            amount,
            labour_share: Some(10_000),
            effort: Some(10_000),
            hourly_cost: Some(LEAST_COST),
            ..HoursRequest::default()
        };
        plan(&request).expect("a plan").hours
    };
    assert_eq!(hours(249), 0);
    assert_eq!(hours(250), 1);
    assert_eq!(hours(749), 1);
    // Fits the Int of GraphQL.
    assert_eq!(hours(MOST), 2_000_000_000);
}

#[test]
fn values_without_sense_are_refused() {
    for (request, words) in [
        (HoursRequest { amount: 0, ..million() }, "the amount"),
        (HoursRequest { amount: MOST + 1, ..million() }, "the amount"),
        (HoursRequest { labour_share: Some(10_001), ..million() }, "the labour share"),
        (HoursRequest { effort: Some(0), ..million() }, "the effort"),
        (HoursRequest { hourly_cost: Some(LEAST_COST - 1), ..million() }, "the hourly cost"),
        (HoursRequest { duration_months: Some(0), ..million() }, "the duration"),
        (HoursRequest { trade: Some("horlogerie".into()), ..million() }, "peinture, maçonnerie"),
        (HoursRequest { labour_share: None, ..million() }, "charpente métallique"),
    ] {
        let error = plan(&request).expect_err("refused").to_string();
        assert!(error.contains(words), "{words}: {error}");
    }
}
