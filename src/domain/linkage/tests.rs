//! Tables of documents and the links between them.

use super::contracts::Procurement;
use super::notices::JoinedNotices;
use super::*;
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::consideration::Considerations;
use crate::domain::contract::{
    Contract, ContractAmount, ContractKind, ContractLayout, ContractParty, ContractRecord,
    Particulars, SeenRecord, Terms, fold as fold_contract,
};
use crate::domain::cpv::Cpv;
use crate::domain::deadline::{DeadlineContext, TenderDeadline};
use crate::domain::finding::{Assessment, LotAssessment};
use crate::domain::lot::{Lot, LotKey};
use crate::domain::money::Money;
use crate::domain::notice::{FormType, Notice};
use crate::domain::organisation::PartyRole;
use crate::domain::place::Place;
use crate::domain::procedure::{AssessedNotice, Procedure, fold};
use crate::domain::source::Source;

const BUYER: &str = "21340172201787";
const WINNER: &str = "49337803800266";

fn notice(source: Source, id: &str, form: FormType, on: &str, title: &str) -> Notice {
    let mut notice = Notice::new(source, id, form);
    notice.published_on = on.parse().ok();
    notice.title = Some(title.to_owned());
    notice.cpv = vec![Cpv::parse("90911200").expect("a code")];
    let buyer = Party::new(
        PartyRole::Buyer,
        "Ville de Montpellier".to_owned(),
        Some(BUYER.to_owned()),
        Place::default(),
    );
    notice.parties.push(buyer);
    notice
}

const TITLE: &str = "Nettoyage des locaux et des vitres de la médiathèque Émile-Zola";

fn call(id: &str, on: &str) -> Notice {
    let mut call = notice(Source::Boamp, id, FormType::Competition, on, TITLE);
    let day = call.published_on.expect("a day") + chrono::Days::new(35);
    let raw = format!("{day}T12:00:00");
    call.deadline = TenderDeadline::read(&raw, DeadlineContext::default()).ok();
    call
}

fn award(id: &str, on: &str) -> Notice {
    notice(Source::Boamp, id, FormType::Result, on, TITLE)
}

fn alone(notice: &Notice) -> JoinedNotices<'_> {
    JoinedNotices { notices: vec![notice], is_called_elsewhere: false, has_absent_parent: false }
}

/// Kind, identifiers and whether the link is sure, for notices that nothing joins.
fn linked(notices: &[&Notice]) -> Vec<(LinkKind, String, String, bool)> {
    let groups: Vec<JoinedNotices<'_>> = notices.iter().map(|notice| alone(notice)).collect();
    let name = |id: NoticeId| {
        let found = notices.iter().find(|notice| notice.id() == id);
        found.map_or_else(String::new, |notice| notice.source_id.clone())
    };
    let links = notices::link(&groups).into_iter();
    links.map(|link| (link.kind, name(link.from), name(link.to), link.score >= SURE)).collect()
}

fn sure(kind: LinkKind, from: &str, to: &str) -> Vec<(LinkKind, String, String, bool)> {
    vec![(kind, from.to_owned(), to.to_owned(), true)]
}

#[test]
fn an_award_of_the_same_title_code_and_buyer_continues_its_call() {
    let (call, award) = (call("26-1", "2026-01-10"), award("26-2", "2026-04-20"));
    assert_eq!(linked(&[&call, &award]), sure(LinkKind::Continues, "26-2", "26-1"));
    assert_eq!(linked(&[&award, &call]), sure(LinkKind::Continues, "26-2", "26-1"));
}

/// What is changed in a call and its award.
type Change = fn(&mut Notice, &mut Notice);

#[test]
fn what_must_not_differ_forbids_the_link() {
    let ordinary = (call("26-1", "2026-01-10"), award("26-2", "2026-04-20"));
    let cases: [(&str, Change); 7] = [
        ("awarded before tenders were received", |_, award| {
            award.published_on = "2026-02-01".parse().ok();
        }),
        ("four years later", |_, award| award.published_on = "2030-04-20".parse().ok()),
        ("other words", |_, award| award.title = Some("Entretien des espaces verts".to_owned())),
        ("another year", |call, award| {
            call.title = Some(format!("{TITLE} 2025"));
            award.title = Some(format!("{TITLE} 2026"));
        }),
        ("another division of CPV", |_, award| {
            award.cpv = vec![Cpv::parse("45000000").expect("a code")];
        }),
        ("another BT-04", |call, award| {
            call.folder = Some(uuid::Uuid::from_u128(1));
            award.folder = Some(uuid::Uuid::from_u128(2));
        }),
        ("other lots", |call, award| {
            let lots = |numbers: &[&str]| {
                let lots = numbers.iter().map(|number| {
                    let mut lot = Lot::new(LotKey::of(number));
                    lot.number = Some((*number).to_owned());
                    lot
                });
                lots.collect()
            };
            call.lots = lots(&["1", "2"]);
            award.lots = lots(&["3", "4"]);
        }),
    ];
    for (what, change) in cases {
        let (mut call, mut award) = ordinary.clone();
        change(&mut call, &mut award);
        let links = linked(&[&call, &award]);
        assert!(links.iter().all(|(.., is_sure)| !is_sure), "{what}: {links:?}");
    }
}

#[test]
fn two_calls_that_fit_equally_make_both_doubtful() {
    let (first, second) = (call("26-1", "2026-01-10"), call("26-5", "2026-01-20"));
    let award = award("26-9", "2026-05-20");
    let links = linked(&[&first, &second, &award]);
    assert_eq!(links.len(), 1);
    assert!(!links[0].3, "{links:?}");
    // The reference decides.
    let (mut first, mut second, mut award) = (first, second, award);
    first.reference = Some("26S0011".to_owned());
    second.reference = Some("26S0012".to_owned());
    award.reference = Some("26 S 0012".to_owned());
    let links = linked(&[&first, &second, &award]);
    assert_eq!(links, sure(LinkKind::Continues, "26-9", "26-5"));
}

#[test]
fn a_notice_that_names_another_call_continues_none_by_evidence() {
    let (call, award) = (call("26-1", "2026-01-10"), award("26-2", "2026-04-20"));
    let mut named = alone(&award);
    named.has_absent_parent = true;
    assert!(notices::link(&[alone(&call), named]).is_empty());
}

#[test]
fn the_same_notice_in_two_sources_repeats() {
    let boamp = call("26-1", "2026-01-10");
    let mut ted = call("10732-2026", "2026-01-12");
    (ted.source, ted.deadline) = (Source::Ted, boamp.deadline.clone());
    assert_eq!(linked(&[&boamp, &ted]), sure(LinkKind::Repeats, "10732-2026", "26-1"));
    // Another deadline is another call: nobody misses a tender for a wrong join.
    ted.deadline = call("x", "2026-01-20").deadline;
    assert!(linked(&[&boamp, &ted]).iter().all(|(.., is_sure)| !is_sure));
}

#[test]
fn a_plan_announces_and_never_joins() {
    let mut plan = notice(Source::Approch, "64516", FormType::Planning, "2025-09-01", TITLE);
    plan.expected_on = "2026-01-01".parse().ok();
    let call = call("26-1", "2026-01-10");
    let links = notices::link(&[alone(&plan), alone(&call)]);
    assert_eq!((links.len(), links[0].kind), (1, LinkKind::Announces));
    assert!(links[0].score >= SURE && !links[0].joins());
}

/// A call with two lots and its award, folded.
fn divided() -> Procedure {
    let mut call = call("26-1", "2026-01-10");
    let mut award = award("26-2", "2026-04-20");
    for (number, title) in [("1", "Nettoyage des locaux"), ("2", "Nettoyage des vitres en hauteur")]
    {
        let mut lot = Lot::new(LotKey::of(number));
        lot.number = Some(number.to_owned());
        lot.title = Some(title.to_owned());
        call.lots.push(lot);
        let mut outcome = Outcome::new(LotKey::of(number), OutcomeKind::Awarded);
        let winner = if number == "1" { WINNER } else { "44164994400028" };
        outcome.suppliers.push(Party::new(
            PartyRole::Supplier,
            format!("Entreprise {number}"),
            Some(winner.to_owned()),
            Place::default(),
        ));
        outcome.amount = Some(Money::euros(12_000_000));
        award.outcomes.push(outcome);
    }
    award.links.push(crate::domain::notice::NoticeLink {
        basis: crate::domain::notice::LinkBasis::AnnonceLie,
        source: Source::Boamp,
        source_id: "26-1".to_owned(),
    });
    let lots = vec![LotAssessment::default(); 2];
    let assessment = Assessment { lots, ..Assessment::default() };
    let documents = [
        AssessedNotice { notice: call, assessment },
        AssessedNotice { notice: award, assessment: Assessment::default() },
    ];
    fold(&documents, &std::collections::BTreeSet::new())
}

fn contract(number: &str, object: &str, holder: &str, amount: &str, on: &str) -> Contract {
    let party =
        |siret: &str| ContractParty::new(Some(siret.to_owned()), Some("SIRET".to_owned()), None);
    let record = ContractRecord {
        layout: ContractLayout::Table,
        kind: ContractKind::Market,
        buyer: party(BUYER),
        number: number.to_owned(),
        particulars: Particulars {
            object: Some(object.to_owned()),
            cpv: Cpv::parse("90911200").ok(),
            social: Considerations::default(),
            ..Particulars::default()
        },
        version: Some(0),
        terms: Terms {
            amount: Some(ContractAmount::read(amount)),
            holders: vec![party(holder)],
            notified_on: on.parse().ok(),
            ..Terms::default()
        },
        modifications: Vec::new(),
        subcontracts: Vec::new(),
        platform: None,
    };
    let seen_at = "2026-11-01T00:00:00Z".parse().expect("an instant");
    let seen = SeenRecord { record, is_fed: true, seen_at, digest: number.to_owned() };
    fold_contract(vec![seen]).expect("a contract")
}

fn lot_of(contract: &Contract, procedure: &Procedure) -> Option<(Option<String>, bool)> {
    let procurement = Procurement {
        id: procedure.id,
        title: procedure.title.as_deref(),
        references: vec!["26S0011"],
        lots: procedure.lots.iter().collect(),
    };
    let links = contracts::link(&[contract], &[procurement]);
    let link = links.first()?;
    let number = procedure.lots.iter().find(|lot| Some(lot.id) == link.lot);
    Some((number.and_then(|lot| lot.number.clone()), link.score >= SURE))
}

#[test]
fn a_contract_is_joined_to_its_lot_or_to_none() {
    let procedure = divided();
    let same = format!("{TITLE} - Lot 1 : nettoyage des locaux");
    let only_whole = TITLE.to_owned();
    let (one, none) = (Some((Some("1".to_owned()), true)), None);
    let doubtful = Some((Some("1".to_owned()), false));
    for (what, object, holder, amount, on, expected) in [
        ("all agrees", &same, WINNER, "120000", "2026-04-25", &one),
        (
            "the holder and the amount tell the lot",
            &only_whole,
            WINNER,
            "120000",
            "2026-04-25",
            &one,
        ),
        (
            "another lot is named",
            &format!("{TITLE} - Lot 3"),
            WINNER,
            "120000",
            "2026-04-25",
            &doubtful,
        ),
        ("somebody else won", &same, "50201281800022", "777", "2026-04-25", &none),
        ("notified before the deadline", &same, WINNER, "120000", "2026-01-20", &none),
        (
            "another purchase of the same winner",
            &"Fourniture de produits d'entretien des écoles".to_owned(),
            WINNER,
            "8000",
            "2026-04-25",
            &none,
        ),
    ] {
        let contract = contract("2026-77", object, holder, amount, on);
        assert_eq!(&lot_of(&contract, &procedure), expected, "{what}");
    }
}

#[test]
fn a_contract_that_fits_several_lots_is_joined_to_the_procurement() {
    let mut procedure = divided();
    for lot in &mut procedure.lots {
        lot.awards.clear();
    }
    let contract = contract("26S0011-03", TITLE, WINNER, "120000", "2026-04-25");
    assert_eq!(lot_of(&contract, &procedure), Some((None, true)));
}

#[test]
fn the_reference_is_found_inside_the_number_of_the_contract() {
    let mut procedure = divided();
    for lot in &mut procedure.lots {
        lot.awards.clear();
    }
    let object = format!("{TITLE} lot 2 nettoyage des vitres en hauteur");
    let named = contract("26S0011-L02", &object, WINNER, "120000", "2026-04-25");
    assert_eq!(lot_of(&named, &procedure), Some((Some("2".to_owned()), true)));
}

fn sure_of(groups: &[JoinedNotices<'_>]) -> Vec<(String, String)> {
    let name = |id: NoticeId| {
        let all = groups.iter().flat_map(|group| &group.notices);
        let found = all.into_iter().find(|notice| notice.id() == id);
        found.map_or_else(String::new, |notice| notice.source_id.clone())
    };
    let links = notices::link(groups).into_iter().filter(|link| link.score >= SURE);
    links.map(|link| (name(link.from), name(link.to))).collect()
}

fn contract_links(
    contract: &Contract,
    procedures: &[(&Procedure, &'static str)],
) -> Vec<(ProcedureId, bool)> {
    let procurements: Vec<_> = procedures
        .iter()
        .map(|(procedure, reference)| Procurement {
            id: procedure.id,
            title: procedure.title.as_deref(),
            references: vec![*reference],
            lots: procedure.lots.iter().collect(),
        })
        .collect();
    let links = contracts::link(&[contract], &procurements).into_iter();
    links.map(|link| (link.procedure, link.score >= SURE)).collect()
}

#[test]
fn a_relaunch_with_the_same_reference_makes_both_doubtful() {
    let (mut first, mut second) = (call("26-1", "2026-01-10"), call("26-5", "2026-02-20"));
    let mut award = award("26-9", "2026-05-20");
    for notice in [&mut first, &mut second, &mut award] {
        notice.reference = Some("26S0011".to_owned());
    }
    assert_eq!(sure_of(&[alone(&first), alone(&second), alone(&award)]), []);
}

#[test]
fn a_contract_that_fits_two_procurements_is_doubtful_however_well_it_fits() {
    let (first, mut second) = (divided(), divided());
    second.id = ProcedureId::of_root(call("26-77", "2026-01-12").id());
    for lot in &mut second.lots {
        lot.procedure = second.id;
        lot.id = LotId::of(second.id, lot.key.as_str());
    }
    let object = format!("{TITLE} - Lot 1 : nettoyage des locaux");
    let signed = contract("2026-77", &object, WINNER, "120000", "2026-04-25");
    let links = contract_links(&signed, &[(&first, "26S0011"), (&second, "26S0012")]);
    assert!(links.iter().all(|(_, is_sure)| !is_sure), "{links:?}");
}

/// Two lots with numbers alone, as the national form has them.
fn numbered(notice: &mut Notice, numbers: &[&str]) {
    for number in numbers {
        let mut lot = Lot::new(LotKey::of(number));
        lot.number = Some((*number).to_owned());
        notice.lots.push(lot);
    }
}

#[test]
fn an_award_years_after_the_deadline_is_that_of_another_edition() {
    // The same market every second year; the call of 2026 was published elsewhere.
    let (mut call, mut award) = (call("24-1", "2024-01-10"), award("26-2", "2026-05-20"));
    numbered(&mut call, &["1", "2"]);
    numbered(&mut award, &["1", "2"]);
    assert_eq!(sure_of(&[alone(&call), alone(&award)]), []);
}

#[test]
fn a_call_that_was_given_up_has_no_award() {
    // Relaunched on another platform after it was given up.
    let (call, award) = (call("26-1", "2026-01-10"), award("26-9", "2026-05-20"));
    let given_up = notice(Source::Boamp, "26-2", FormType::Cancellation, "2026-02-20", TITLE);
    let mut ended = alone(&call);
    ended.notices.push(&given_up);
    assert_eq!(sure_of(&[ended, alone(&award)]), []);
}

#[test]
fn an_undivided_call_is_awarded_once() {
    // Last year's award and this year's, whose call is not here.
    let (call, first) = (call("26-1", "2026-01-10"), award("26-2", "2026-03-20"));
    let second = award("27-2", "2027-01-20");
    assert_eq!(
        sure_of(&[alone(&call), alone(&first), alone(&second)]),
        [("26-2".to_owned(), "26-1".to_owned())]
    );
}

#[test]
fn awards_of_two_procedures_are_not_joined_over_a_call_without_one() {
    let call = call("26-1", "2026-01-10");
    let (mut first, mut second) = (award("26-2", "2026-03-20"), award("26-3", "2026-03-25"));
    first.folder = Some(uuid::Uuid::from_u128(1));
    second.folder = Some(uuid::Uuid::from_u128(2));
    let links = sure_of(&[alone(&call), alone(&first), alone(&second)]);
    assert!(links.len() < 2, "{links:?}");
}

#[test]
fn a_letter_or_a_number_tells_two_purchases_apart() {
    for (one, other) in [
        (
            "Réhabilitation du bâtiment C de la résidence des Pins",
            "Réhabilitation du bâtiment D de la résidence des Pins",
        ),
        (
            "Aménagement du quai : îlot L, phase conception",
            "Aménagement du quai : îlot N, phase conception",
        ),
        (
            "Construction du groupe scolaire Jean-Moulin phase 1",
            "Construction du groupe scolaire Jean-Moulin phase 2",
        ),
    ] {
        // A buyer of many purchases, in which numbers are common and names are rare.
        let others: Vec<Notice> = (0..120)
            .map(|at| {
                let mut other = call(&format!("25-{at}"), "2025-01-10");
                other.title = Some(format!("Marché numéro {at} phase 1 et phase 2, article 3{at}"));
                other
            })
            .collect();
        let (mut call, mut award) = (call("26-1", "2026-01-10"), award("26-2", "2026-04-20"));
        (call.title, award.title) = (Some(one.to_owned()), Some(other.to_owned()));
        numbered(&mut call, &["1", "2"]);
        numbered(&mut award, &["1", "2"]);
        let groups: Vec<_> = others.iter().chain([&call, &award]).map(alone).collect();
        assert_eq!(sure_of(&groups), [], "{one} / {other}");
    }
}

#[test]
fn two_notices_of_one_day_with_other_references_do_not_repeat() {
    let mut boamp = call("26-1", "2026-01-10");
    boamp.reference = Some("26S0011".to_owned());
    let mut ted = call("10732-2026", "2026-01-12");
    (ted.source, ted.deadline) = (Source::Ted, boamp.deadline.clone());
    ted.reference = Some("26S0012".to_owned());
    assert_eq!(sure_of(&[alone(&boamp), alone(&ted)]), []);
}

/// The next edition of a call, not yet awarded.
fn next_edition() -> Procedure {
    let mut call = call("28-1", "2028-01-10");
    numbered(&mut call, &["1", "2"]);
    call.lots[0].title = Some("Nettoyage des locaux".to_owned());
    call.lots[1].title = Some("Nettoyage des vitres en hauteur".to_owned());
    let lots = vec![LotAssessment::default(); 2];
    let assessment = Assessment { lots, ..Assessment::default() };
    fold(&[AssessedNotice { notice: call, assessment }], &std::collections::BTreeSet::new())
}

#[test]
fn the_holder_who_wins_again_signs_for_the_call_of_its_day() {
    let (old, new) = (divided(), next_edition());
    let object = format!("{TITLE} - Lot 1 : nettoyage des locaux");
    let again = contract("2028-31", &object, WINNER, "131000", "2028-04-25");
    let links = contract_links(&again, &[(&old, "26S0011"), (&new, "28S0042")]);
    assert!(!links.contains(&(old.id, true)), "{links:?}");
    // Alone, and by the number of the old one too.
    let again = contract("26S0011-9", &object, WINNER, "120000", "2028-04-25");
    let links = contract_links(&again, &[(&old, "26S0011")]);
    assert!(!links.contains(&(old.id, true)), "{links:?}");
}

#[test]
fn nothing_is_signed_for_a_call_that_was_given_up() {
    let mut procedure = divided();
    for lot in &mut procedure.lots {
        lot.awards.clear();
        lot.outcome = Some(OutcomeKind::Cancelled);
    }
    let object = format!("{TITLE} lot 2 nettoyage des vitres en hauteur");
    let relaunched = contract("26S0011-L02", &object, WINNER, "120000", "2026-09-25");
    assert_eq!(lot_of(&relaunched, &procedure), None);
}

#[test]
fn the_reference_of_another_market_is_not_found_in_a_longer_number() {
    let mut procedure = divided();
    for lot in &mut procedure.lots {
        lot.awards.clear();
    }
    let object = format!("{TITLE} lot 2 nettoyage des vitres en hauteur");
    let procurement = Procurement {
        id: procedure.id,
        title: procedure.title.as_deref(),
        references: vec!["26S0011"],
        lots: procedure.lots.iter().collect(),
    };
    for (number, expected) in [
        ("26S0011", true),
        ("26S0011-3", true),
        ("26S0011L03", true),
        ("M26-S0011 03", true),
        ("26S00113", false),
        ("126S0011", false),
    ] {
        let contract = contract(number, &object, WINNER, "120000", "2026-04-25");
        let links = contracts::link(&[&contract], std::slice::from_ref(&procurement));
        let mut signals = links.iter().flat_map(|link| &link.signals);
        assert_eq!(signals.any(|one| one.kind == SignalKind::Reference), expected, "{number}");
    }
}

#[test]
fn words_that_no_lot_has_do_not_hide_the_lot() {
    let procedure = divided();
    let object = format!(
        "{TITLE} - Lot 1 : nettoyage des locaux (accord-cadre mono-attributaire multi-attributaire \
         bons commande reconductible tacitement Aaqius Zbrovka Qwerty)"
    );
    let mut procedure = procedure;
    for lot in &mut procedure.lots {
        lot.awards.clear();
    }
    let named = contract("X", &object, WINNER, "120000", "2026-04-25");
    assert!(lot_of(&named, &procedure).is_some());
}
