//! The rules on hand-made cases: a hit, a miss and an unknown each, on the days and at the amounts
//! where the answer turns.

use super::{NoticeCompliance, of_notice};
use crate::domain::coded::{Coded, CodedField};
use crate::domain::compliance::ComplianceVerdict::{
    self, DoesNotApply, Met, NotMet, ToCheck, Unknown,
};
use crate::domain::compliance::{BuyerKind, ComplianceAnswer, Told};
use crate::domain::cpv::Cpv;
use crate::domain::draft::{Draft, DraftLot};
use crate::domain::legal_basis::LegalBasis;
use crate::domain::notice::{ContractNature, FormType, Notice, NoticeText, TextRole};
use crate::domain::source::Source;
use crate::rules::assess;

mod regimes;
mod reservations;
mod social_conditions;
mod whole;

/// A market of services of 312,000 € by a local authority, from 1 September 2026.
pub(super) fn told() -> Told {
    Told {
        estimated_value: Some(31_200_000),
        buyer: Some(BuyerKind::OtherAuthority),
        nature: Some(ContractNature::Services),
        consultation_start: "2026-09-01".parse().ok(),
        duration_months: Some(12),
        cpv: cpv(&["90911200"]),
        is_divided: Some(false),
        yearly_spend: None,
        is_defence: Some(false),
    }
}

pub(super) fn cpv(codes: &[&str]) -> Vec<Cpv> {
    codes.iter().map(|code| Cpv::parse(code).expect("a code")).collect()
}

/// The same from another day.
pub(super) fn on(day: &str) -> Told {
    Told { consultation_start: Some(day.parse().expect("a day")), ..told() }
}

pub(super) fn draft(text: &str) -> Notice {
    Draft::of_text(text).into_notice()
}

/// A draft of two lots without texts about the environment, of these values in euros.
pub(super) fn lots(values: [i64; 2]) -> Notice {
    let lots = values.into_iter().zip(["1", "2"]).map(|(euros, number)| DraftLot {
        number: number.to_owned(),
        title: Some("Nettoyage".to_owned()),
        text: None,
        estimated_value: Some(euros * 100),
    });
    Draft { lots: lots.collect(), ..Draft::default() }.into_notice()
}

/// A published call with one text of a part.
pub(super) fn call(role: TextRole, text: &str) -> Notice {
    let mut notice = Notice::new(Source::Ted, "1", FormType::Competition);
    notice.texts.push(NoticeText {
        path: "text".to_owned(),
        role,
        language: None,
        text: text.to_owned(),
    });
    notice.lots.push(crate::domain::lot::Lot::new(crate::domain::lot::LotKey::whole()));
    notice
}

pub(super) fn ask(notice: &Notice, told: &Told) -> NoticeCompliance {
    of_notice(notice, &assess(notice), told)
}

/// The answer of a rule to the whole.
pub(super) fn answer(notice: &Notice, told: &Told, rule: &str) -> ComplianceAnswer {
    let asked = ask(notice, told);
    asked.whole.into_iter().find(|answer| answer.rule == rule).expect("the rule answers")
}

pub(super) fn verdict(notice: &Notice, told: &Told, rule: &str) -> ComplianceVerdict {
    answer(notice, told, rule).verdict
}

#[test]
fn every_answer_is_a_sentence_and_what_is_unknown_says_what_is_missing() {
    for told in [Told::default(), told()] {
        for text in ["Nettoyage.", "Lot 1 réservé aux entreprises de l'ESS.", "La concession …"]
        {
            let asked = ask(&draft(text), &told);
            for answer in asked.whole.iter().chain(asked.lots.iter().flatten()) {
                assert!(answer.reason.ends_with('.'), "{answer:?}");
                assert!(answer.verdict != Unknown || !answer.missing.is_empty(), "{answer:?}");
                assert!(
                    !answer.article.is_empty() && crate::rules::find_rule(&answer.rule).is_some()
                );
            }
        }
    }
}

#[test]
fn a_dated_rule_has_its_row() {
    for page in super::pages() {
        assert!(page.valid_from.is_some(), "{} has no row in law.toml", page.id);
    }
}

#[test]
fn execution_conditions_think_of_the_environment() {
    let rule = "law.l2112-2";
    let green = draft("Le titulaire limite ses déchets et protège l'environnement.");
    assert_eq!(verdict(&green, &told(), rule), Met);
    assert_eq!(verdict(&draft("Clause d'insertion."), &told(), rule), NotMet);
    assert_eq!(verdict(&call(TextRole::Description, "Nettoyage"), &told(), rule), ToCheck);
    assert_eq!(verdict(&green, &on("2026-08-21"), rule), DoesNotApply);
    assert_eq!(verdict(&green, &on("2026-08-22"), rule), Met);
    let no_day = Told { consultation_start: None, ..told() };
    assert_eq!(verdict(&green, &no_day, rule), Unknown);
    let mut ticked = call(TextRole::Description, "Nettoyage");
    let field = CodedField::StrategicProcurement;
    ticked.coded.push(Coded { field, value: "env-imp".into(), path: "code".into() });
    let said = answer(&ticked, &told(), rule);
    assert_eq!(said.verdict, ToCheck);
    assert!(said.known.iter().any(|known| known.contains("BT-06")), "{said:?}");
}

#[test]
fn the_price_is_not_the_only_criterion() {
    let rule = "law.r2152-7";
    let criteria = |text| call(TextRole::AwardCriteria, text);
    let price = criteria("Prix : 100 %");
    for (notice, expected) in [
        (criteria("Prix : 60 % ; performance environnementale : 40 %"), Met),
        (criteria("Prix 60 %, valeur technique 40 %"), ToCheck),
        (call(TextRole::Description, "Nettoyage"), Unknown),
    ] {
        assert_eq!(verdict(&notice, &told(), rule), expected, "{:?}", notice.texts);
    }
    // The decree takes effect on the 21st, the law on the 22nd.
    for (day, expected) in
        [("2026-08-20", DoesNotApply), ("2026-08-21", Unknown), ("2026-08-22", NotMet)]
    {
        assert_eq!(verdict(&price, &on(day), rule), expected, "{day}");
    }
    let defence = Told { is_defence: Some(true), ..told() };
    assert_eq!(verdict(&price, &defence, rule), DoesNotApply);
}

#[test]
fn what_a_call_published_on_the_day_was_sent_before_is_not_known() {
    let published = |day: &str| {
        let mut notice = call(TextRole::AwardCriteria, "Prix : 100 %");
        notice.published_on = day.parse().ok();
        let told = Told { consultation_start: None, ..told() };
        verdict(&notice, &told, "law.r2152-7")
    };
    assert_eq!(published("2026-08-20"), DoesNotApply);
    assert_eq!(published("2026-08-22"), Unknown);
    assert_eq!(published("2026-08-26"), Unknown);
    assert_eq!(published("2026-08-27"), NotMet);
}

#[test]
fn a_result_tells_only_that_the_call_came_before() {
    let result = |day: &str| {
        let mut notice = call(TextRole::Description, "Nettoyage");
        notice.form_type = FormType::Result;
        notice.published_on = day.parse().ok();
        let told = Told { consultation_start: None, ..told() };
        verdict(&notice, &told, "law.l2112-2-1")
    };
    assert_eq!(result("2026-08-01"), DoesNotApply);
    assert_eq!(result("2026-12-01"), Unknown);
}

#[test]
fn contracts_of_defence_are_another_matter() {
    let rule = "law.l2112-2-1";
    let mut notice = call(TextRole::Description, "Nettoyage");
    notice.legal_basis = Some(LegalBasis::Defence);
    let open = Told { is_defence: None, ..told() };
    assert_eq!(verdict(&notice, &open, rule), DoesNotApply);
    notice.legal_basis = Some(LegalBasis::Markets);
    assert_eq!(verdict(&notice, &open, rule), ToCheck);
    let spoken = draft("Marché de défense ou de sécurité.");
    assert_eq!(verdict(&spoken, &open, rule), Unknown);
    assert_eq!(verdict(&spoken, &told(), rule), NotMet);
}
