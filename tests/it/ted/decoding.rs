//! Notices written for these tests: what is read of each, line by line.

use passerelle::domain::award::OutcomeKind;
use passerelle::domain::coded::CodedField;
use passerelle::domain::lot::LotKey;
use passerelle::domain::notice::{FormType, LinkBasis, Notice, TextRole};
use passerelle::domain::siret::Siret;
use passerelle::feeds::recognise;

use crate::support::notices::{at, documents, fixture};

fn notice(number: &str) -> Notice {
    let path = fixture("ted").join(format!("{number}.xml"));
    let document = documents(&path, at("2026-11-23T08:00:00Z")).remove(0);
    let decoded = recognise::decode(&document);
    assert_eq!(decoded.issues, [], "{number}");
    decoded.notice.expect("a notice")
}

/// The codes of a lot, or of the notice for no lot.
fn codes(notice: &Notice, lot: Option<usize>) -> Vec<(CodedField, &str)> {
    let coded = lot.map_or(&notice.coded, |lot| &notice.lots[lot].coded);
    coded.iter().map(|coded| (coded.field, coded.value.as_str())).collect()
}

#[test]
fn a_call_in_two_languages_with_a_group_of_lots() {
    use CodedField::{
        ReservedExecution, ReservedParticipation, SocialObjective, StrategicProcurement,
    };
    let notice = notice("700001-2026");
    assert_eq!(notice.source_id, "700001-2026");
    assert_eq!(notice.publication_number.as_deref(), Some("700001-2026"));
    assert_eq!(notice.title.as_deref(), Some("Entretien des locaux communaux"));
    let ids: Vec<_> = notice.lots.iter().filter_map(|lot| lot.source_id.as_deref()).collect();
    assert_eq!(ids, ["LOT-0001", "LOT-0002"]);
    let [group] = notice.lot_groups.as_slice() else { panic!("{:?}", notice.lot_groups) };
    let keys: Vec<&str> = group.lots.iter().map(LotKey::as_str).collect();
    assert_eq!((group.source_id.as_str(), keys), ("GLO-0001", vec!["LOT-0001", "LOT-0002"]));
    assert_eq!(group.title.as_deref(), Some("Les deux lots ensemble"));
    assert_eq!(
        codes(&notice, Some(0)),
        [
            (SocialObjective, "opp"),
            (StrategicProcurement, "soc-obj"),
            (ReservedExecution, "no"),
            (ReservedParticipation, "none"),
        ]
    );
    assert_eq!(
        codes(&notice, Some(1)),
        [(ReservedExecution, "yes"), (ReservedParticipation, "res-ws")]
    );
    assert_eq!(codes(&notice, None), []);
    let first = &notice.lots[0];
    let titles: Vec<_> = first
        .texts
        .iter()
        .filter(|text| text.role == TextRole::Title)
        .map(|text| (text.language.as_deref().unwrap_or(""), text.text.as_str()))
        .collect();
    assert_eq!(titles, [("ENG", "Lot 1: schools"), ("FRA", "Lot 1 : écoles")]);
    let text = |role| first.texts.iter().find(|text| text.role == role).expect("a text");
    assert!(text(TextRole::ExecutionConditions).text.contains("clause d'insertion"));
    assert_eq!(text(TextRole::StrategicObjective).text, "Retour à l'emploi");
    let deadline = first.deadline.as_ref().expect("a deadline");
    assert_eq!(deadline.at, Some(at("2026-12-18T11:00:00Z")));
    let buyer = notice.buyers().next().expect("a buyer");
    assert!(buyer.siret.as_ref().map(Siret::as_str).is_some_and(|siret| siret.len() == 14));
}

#[test]
fn a_change_names_the_notice_it_replaces() {
    let notice = notice("700002-2026");
    let correction = notice.correction.as_ref().expect("a correction");
    assert_eq!(correction.reason.as_deref(), Some("cor-buy"));
    assert_eq!(correction.text.as_deref(), Some("La date limite est reportée."));
    let [link] = notice.links.as_slice() else { panic!("{:?}", notice.links) };
    assert_eq!((link.basis, link.source_id.as_str()), (LinkBasis::ChangedNotice, "700001-2026"));
    assert_eq!(link.target(), super::decoding::notice("700001-2026").id());
}

#[test]
fn an_award_names_winners_value_tenders_and_reasons() {
    let notice = notice("700004-2026");
    assert_eq!((notice.form_type, notice.version.as_deref()), (FormType::Result, Some("02")));
    let [won, none] = notice.outcomes.as_slice() else { panic!("{:?}", notice.outcomes) };
    assert_eq!((won.lot.as_str(), won.kind), ("LOT-0001", OutcomeKind::Awarded));
    assert_eq!(won.amount.as_ref().map(|amount| amount.cents), Some(8_420_050));
    assert_eq!(won.tenders_received, Some(4), "a number without code is of no statistic");
    assert_eq!(won.decided_on.map(|day| day.to_string()).as_deref(), Some("2026-11-12"));
    let names: Vec<&str> = won.suppliers.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Atelier du Pic (entreprise adaptée)", "Blanchisserie des Garrigues"]);
    assert_eq!((none.lot.as_str(), none.kind), ("LOT-0002", OutcomeKind::Unsuccessful));
    assert_eq!(none.text.as_deref(), Some("no-rece"));
    let [link] = notice.links.as_slice() else { panic!("{:?}", notice.links) };
    assert_eq!(link.basis, LinkBasis::PreviousNotice);
    assert_eq!(notice.parent(), None, "BT-04 joins it");
}

#[test]
fn an_old_form_keeps_its_box_with_the_notice() {
    let notice = notice("600001-2021");
    assert_eq!(notice.notice_type.as_deref(), Some("F02_2014"));
    assert_eq!(notice.form_type, FormType::Competition);
    assert_eq!(
        codes(&notice, None),
        [(CodedField::TedReservation, "RESTRICTED_SHELTERED_WORKSHOP")]
    );
    assert_eq!((codes(&notice, Some(0)), codes(&notice, Some(1))), (vec![], vec![]));
    let numbers: Vec<_> = notice.lots.iter().filter_map(|lot| lot.number.as_deref()).collect();
    assert_eq!(numbers, ["1", "2"]);
    assert_eq!(notice.description.as_deref(), Some("Marché en deux lots, 1re tranche."));
    let months: Vec<_> = notice.lots.iter().map(|lot| lot.duration_months).collect();
    assert_eq!(months, [Some(12), Some(12)]);
    let deadline = notice.deadline.as_ref().expect("a deadline");
    assert_eq!(deadline.local.to_string(), "2021-12-20 12:00:00");
    let criterion = notice.lots[0].texts.iter().find(|text| text.role == TextRole::AwardCriteria);
    assert_eq!(criterion.map(|text| text.text.as_str()), Some("Insertion"));
    let conditions = notice.texts.iter().find(|text| text.role == TextRole::ExecutionConditions);
    assert_eq!(conditions.map(|text| text.text.as_str()), Some("Voir le CCAP."));
}
