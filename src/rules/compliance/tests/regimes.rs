//! Which rules a contract is asked: markets, concessions, foreign buyers; and a lot as it is stored.

use super::*;
use crate::domain::organisation::{Party, PartyRole};
use crate::domain::place::Place;
use crate::domain::procedure::{AssessedNotice, LotState, fold};
use crate::rules::compliance::of_lot;

fn rules_of(answers: &[ComplianceAnswer]) -> Vec<&str> {
    answers.iter().map(|answer| answer.rule.as_str()).collect()
}

#[test]
fn markets_and_concessions_are_asked_their_own_rules() {
    let market = ask(&draft("Nettoyage."), &told()).whole;
    assert!(rules_of(&market).contains(&"law.l2112-2-1"));
    assert!(!rules_of(&market).iter().any(|rule| rule.starts_with("law.l3")));
    let concession = draft("La concession est réservée aux entreprises adaptées (art. L. 3113-1).");
    let told = Told { estimated_value: Some(540_400_000), ..told() };
    let asked = ask(&concession, &told).whole;
    let verdicts: Vec<(&str, ComplianceVerdict)> =
        asked.iter().map(|answer| (answer.rule.as_str(), answer.verdict)).collect();
    assert_eq!(
        verdicts,
        [
            ("law.l3114-2-1", ToCheck),
            ("law.l3114-2", NotMet),
            ("law.r3113-1", Met),
            ("law.l3124-5", Unknown),
            ("law.r3131-1", ToCheck),
        ]
    );
    let below = Told { estimated_value: Some(540_399_999), ..told };
    assert_eq!(verdict(&concession, &below, "law.l3114-2-1"), DoesNotApply);
    let advice = asked[4].advice.as_deref().expect("advice");
    assert!(advice.contains("Concession réservée"), "{advice}");
    let excuses = ask(
        &draft("La concession d'un parking."),
        &Told { estimated_value: Some(540_400_000), ..super::told() },
    );
    let advice = excuses.whole[0].advice.clone().expect("advice");
    assert!(advice.contains("2°") && !advice.contains("3°"), "{advice}");
    let mut by_directive = call(TextRole::Description, "Parking");
    by_directive.legal_basis = Some(LegalBasis::Concessions);
    assert_eq!(ask(&by_directive, &super::told()).whole[0].rule, "law.l3114-2-1");
}

fn of_buyer(country: &str, legal_type: Option<&str>) -> Notice {
    let mut notice = call(TextRole::Description, "Nettoyage");
    let place = Place { country: Some(country.to_owned()), ..Place::default() };
    let mut buyer = Party::new(PartyRole::Buyer, "Acheteur".to_owned(), None, place);
    buyer.legal_type = legal_type.map(str::to_owned);
    notice.parties.push(buyer);
    notice
}

#[test]
fn the_code_governs_french_buyers() {
    let foreign = ask(&of_buyer("DEU", None), &told()).whole;
    assert!(foreign.iter().all(|answer| answer.verdict == DoesNotApply));
    assert_eq!(verdict(&of_buyer("FRA", None), &told(), "law.l2112-2-1"), ToCheck);
    assert_eq!(verdict(&of_buyer("NCL", None), &told(), "law.l2112-2-1"), ToCheck);
}

#[test]
fn the_directive_and_the_legal_type_tell_the_buyer() {
    let rule = "law.l2112-2-1";
    let open = Told { buyer: None, ..told() };
    for (basis, legal_type, euros, expected) in [
        (LegalBasis::Markets, Some("la"), 216_000, ToCheck),
        (LegalBasis::Markets, Some("la"), 215_999, DoesNotApply),
        (LegalBasis::Markets, Some("cga"), 140_000, ToCheck),
        (LegalBasis::Markets, Some("body-pl"), 180_000, Unknown),
        (LegalBasis::Markets, None, 216_000, ToCheck),
        (LegalBasis::Markets, Some("org-sub"), 400_000, Unknown),
        (LegalBasis::Utilities, Some("la"), 431_999, DoesNotApply),
        (LegalBasis::Utilities, None, 432_000, ToCheck),
    ] {
        let mut notice = of_buyer("FRA", legal_type);
        notice.legal_basis = Some(basis);
        let told = Told { estimated_value: Some(euros * 100), ..open.clone() };
        assert_eq!(verdict(&notice, &told, rule), expected, "{basis:?} {legal_type:?} {euros}");
    }
}

/// The lot of a call as the store has it.
fn stored(notice: &Notice) -> LotState {
    let document = AssessedNotice { notice: notice.clone(), assessment: assess(notice) };
    fold([&document], &std::collections::BTreeSet::new()).lots.remove(0)
}

#[test]
fn a_stored_lot_is_asked_like_its_notice() {
    let mut notice = of_buyer("FRA", Some("la"));
    notice.legal_basis = Some(LegalBasis::Markets);
    notice.published_on = "2026-09-01".parse().ok();
    notice.nature = Some(ContractNature::Services);
    notice.cpv = cpv(&["90911200"]);
    notice.estimated_value =
        crate::domain::money::EstimatedValue::read(Some("312000"), None, None, None);
    notice.texts.push(NoticeText {
        path: "clause".to_owned(),
        role: TextRole::ExecutionConditions,
        language: None,
        text: "Clause d'insertion sociale : 300 heures d'insertion.".to_owned(),
    });
    let mut state = stored(&notice);
    let asked = of_lot(&state, &notice);
    assert_eq!(asked, ask(&notice, &Told::default()).whole);
    let of = |asked: &[ComplianceAnswer], rule: &str| {
        asked.iter().find(|answer| answer.rule == rule).expect("an answer").verdict
    };
    assert_eq!(of(&asked, "law.l2112-2-1"), Met);
    assert_eq!(of(&asked, "law.r2196-1"), ToCheck);
    // A contract in the essential data settles that they were published.
    let contract = crate::domain::ids::ContractId::of("21340172201787", "26-1");
    state.sign(vec![crate::domain::procedure::LotContract {
        contract,
        notified_on: None,
        amount: None,
    }]);
    assert_eq!(of(&of_lot(&state, &notice), "law.r2196-1"), Met);
}
