//! How notices of a procurement become lots.

use chrono::NaiveDate;

use super::fold::rank;
use super::*;
use crate::domain::deadline::{DeadlineContext, DeadlineDoubt};
use crate::domain::finding::LotAssessment;
use crate::domain::lot::Lot;
use crate::domain::notice::{Correction, FormType, LinkBasis, NoticeLink};

/// Documents that identifiers alone join.
fn fold<'d>(documents: impl IntoIterator<Item = &'d AssessedNotice>) -> Procedure {
    super::fold(documents, &BTreeSet::new())
}

fn day(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 9, day)
}

fn document(source_id: &str, form_type: FormType, published: u32) -> AssessedNotice {
    let mut notice = Notice::new(Source::Boamp, source_id, form_type);
    notice.published_on = day(published);
    notice.title = Some("Nettoyage de locaux".into());
    AssessedNotice { notice, assessment: Assessment::default() }
}

fn with_lots(mut document: AssessedNotice, numbers: &[&str]) -> AssessedNotice {
    document.notice.lots = numbers.iter().map(|number| Lot::new(LotKey::of(number))).collect();
    document.assessment.lots = numbers.iter().map(|_| LotAssessment::default()).collect();
    document
}

fn linked(mut document: AssessedNotice, to: &str) -> AssessedNotice {
    document.notice.links.push(NoticeLink {
        basis: LinkBasis::AnnonceLie,
        source: Source::Boamp,
        source_id: to.into(),
    });
    document
}

fn deadline(raw: &str) -> TenderDeadline {
    TenderDeadline::read(raw, DeadlineContext::default()).expect("a readable deadline")
}

fn corrected(mut document: AssessedNotice, correction: Correction) -> AssessedNotice {
    document.notice.correction = Some(correction);
    document
}

fn call() -> AssessedNotice {
    let mut call = with_lots(document("26-1", FormType::Competition, 1), &["1", "2"]);
    call.notice.deadline = Some(deadline("2026-09-20T12:00:00"));
    call
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

#[test]
fn any_order_gives_the_same_state() {
    let moved =
        Correction { deadline: Some(deadline("2026-09-25T12:00:00")), ..Correction::default() };
    let later =
        Correction { deadline: Some(deadline("2026-09-28T12:00:00")), ..Correction::default() };
    let mut award = linked(document("26-4", FormType::Result, 29), "26-1");
    award.notice.outcomes.push(Outcome::new(LotKey::of("2"), OutcomeKind::Awarded));
    let documents = [
        call(),
        corrected(linked(document("26-2", FormType::Correction, 5), "26-1"), moved),
        corrected(linked(document("26-3", FormType::Correction, 9), "26-2"), later),
        award,
    ];
    let expected = fold(&documents);
    assert_eq!(
        expected.lots[0].deadline.as_ref().and_then(|d| d.at),
        Some(at("2026-09-28T10:00:00Z"))
    );
    assert_eq!(expected.lots[1].outcome, Some(OutcomeKind::Awarded));
    assert_eq!(expected.lots[0].history.len(), 3);
    let mut order = [0, 1, 2, 3];
    // All 24 orders, by Heap's algorithm.
    permute(&mut order, 4, &mut |order| {
        let shuffled: Vec<_> = order.iter().map(|&index| documents[index].clone()).collect();
        assert_eq!(fold(&shuffled), expected, "{order:?}");
    });
}

fn permute(order: &mut [usize], size: usize, visit: &mut impl FnMut(&[usize])) {
    if size == 1 {
        return visit(order);
    }
    for index in 0..size {
        permute(order, size - 1, visit);
        order.swap(if size.is_multiple_of(2) { index } else { 0 }, size - 1);
    }
}

#[test]
fn identity_does_not_depend_on_what_is_stored() {
    let award = linked(document("26-4", FormType::Result, 29), "26-1");
    let alone = fold(std::slice::from_ref(&award)).id;
    assert_eq!(alone, fold(&[call(), award]).id);
    assert_eq!(alone, fold(&[call()]).id);
}

#[test]
fn a_correction_moves_the_deadline_of_the_lots_it_names() {
    let correction = Correction {
        deadline: Some(deadline("2026-09-25T12:00:00")),
        lots: vec!["2".into()],
        ..Correction::default()
    };
    let note = corrected(linked(document("26-2", FormType::Correction, 5), "26-1"), correction);
    let lots = fold(&[call(), note]).lots;
    assert_eq!(lots[0].open_until, Some(at("2026-09-20T10:00:00Z")));
    assert_eq!(lots[1].open_until, Some(at("2026-09-25T10:00:00Z")));
    assert_eq!(lots[1].history[1].fields[0].field, "deadline");
    assert_eq!(lots[0].history.len(), 1);
}

#[test]
fn an_unread_correction_is_a_doubt() {
    let correction = Correction { deadline_unread: true, ..Correction::default() };
    let note = corrected(linked(document("26-2", FormType::Correction, 5), "26-1"), correction);
    let lots = fold(&[call(), note]).lots;
    let doubts = lots[0].deadline.as_ref().map(|deadline| deadline.doubts.clone());
    assert_eq!(doubts, Some(vec![DeadlineDoubt::CorrectionUnread]));
}

#[test]
fn a_correction_without_its_call_is_one_open_lot() {
    let correction =
        Correction { deadline: Some(deadline("2026-09-25T12:00:00")), ..Correction::default() };
    let note = corrected(linked(document("26-2", FormType::Correction, 5), "26-1"), correction);
    let alone = fold(std::slice::from_ref(&note));
    assert_eq!(alone.lots.len(), 1);
    assert_eq!(alone.lots[0].status(at("2026-09-24T10:00:00Z")), LotStatus::Open);
    let lots = fold(&[note, call()]).lots;
    assert_eq!(lots.len(), 2);
}

#[test]
fn a_cancellation_may_stop_one_lot_only() {
    let correction = Correction {
        lots: vec!["2".into()],
        text: Some("lot N°2 sans suite".into()),
        ..Correction::default()
    };
    let stop = corrected(linked(document("26-2", FormType::Cancellation, 5), "26-1"), correction);
    let lots = fold(&[call(), stop]).lots;
    let now = at("2026-09-10T10:00:00Z");
    assert_eq!(lots[0].status(now), LotStatus::Open);
    assert_eq!(lots[1].status(now), LotStatus::Cancelled);
    assert_eq!(lots[1].history[1].text.as_deref(), Some("lot N°2 sans suite"));
}

#[test]
fn a_document_that_names_unknown_lots_is_a_doubt_of_all() {
    let named = || Correction {
        lots: vec!["7".into()],
        deadline: Some(deadline("2026-12-25T12:00:00")),
        ..Correction::default()
    };
    for form in [FormType::Correction, FormType::Cancellation] {
        let note = corrected(linked(document("26-2", form, 5), "26-1"), named());
        for lot in fold(&[call(), note]).lots {
            assert_eq!(lot.status(at("2026-09-10T10:00:00Z")), LotStatus::Open);
            assert_eq!(lot.open_until, Some(at("2026-09-20T10:00:00Z")));
            let doubts = lot.deadline.map(|deadline| deadline.doubts);
            assert_eq!(doubts, Some(vec![DeadlineDoubt::CorrectionUnread]));
            assert_eq!(lot.history.len(), 2);
        }
    }
}

#[test]
fn an_announcement_gives_way_to_the_call() {
    let folder = Some(Uuid::from_u128(7));
    let mut announcement =
        with_lots(document("26-0", FormType::Planning, 1), &["", "PAR-0001", "2", "3"]);
    announcement.notice.folder = folder;
    let mut call = call();
    call.notice.folder = folder;
    for published in [1, 9] {
        announcement.notice.published_on = day(published);
        let lots = fold(&[announcement.clone(), call.clone()]).lots;
        let shape: Vec<_> = lots.iter().map(|lot| (lot.key.as_str(), lot.stage)).collect();
        let called = [("1", LotStage::Called), ("2", LotStage::Called), ("3", LotStage::Planned)];
        assert_eq!(shape[..3], called, "announced on day {published}");
    }
}

#[test]
fn a_lot_given_up_stays_so_when_it_is_listed_again_as_it_was() {
    let folder = Some(Uuid::from_u128(7));
    let mut first = call();
    first.notice.folder = folder;
    let gone = Correction { lots: vec!["2".into()], ..Correction::default() };
    let stop = corrected(linked(document("26-2", FormType::Cancellation, 5), "26-1"), gone);
    let mut change = with_lots(document("26-3", FormType::Competition, 9), &["1", "2"]);
    change.notice.folder = folder;
    change.notice.correction = Some(Correction::default());
    for (until, outcome) in [
        ("2026-09-20T12:00:00", Some(OutcomeKind::Cancelled)),
        // A new deadline calls for tenders once more.
        ("2026-09-30T12:00:00", None),
    ] {
        change.notice.deadline = Some(deadline(until));
        let lots = fold(&[first.clone(), stop.clone(), change.clone()]).lots;
        assert_eq!(lots[1].outcome, outcome, "{until}");
    }
}

#[test]
fn a_change_notice_replaces_the_call_and_withdraws_missing_lots() {
    let folder = Some(Uuid::from_u128(7));
    let mut first = call();
    first.notice.folder = folder;
    let mut change = with_lots(document("26-2", FormType::Competition, 5), &["1"]);
    change.notice.folder = folder;
    change.notice.correction = Some(Correction::default());
    change.notice.deadline = Some(deadline("2026-09-30T12:00:00"));
    let lots = fold(&[change.clone(), first]).lots;
    assert_eq!(lots[0].notice, change.notice.id());
    assert_eq!(lots[0].published_on, day(1));
    assert_eq!(lots[0].history[1].kind, LotChangeKind::Corrected);
    assert_eq!(lots[1].outcome, Some(OutcomeKind::Cancelled));
}

#[test]
fn results_of_an_undivided_call_apply_to_its_one_lot() {
    let whole = with_lots(document("26-1", FormType::Competition, 1), &[""]);
    let mut award = linked(document("26-4", FormType::Result, 29), "26-1");
    award = with_lots(award, &["2016-52"]);
    award.notice.outcomes.push(Outcome::new(LotKey::of("2016-52"), OutcomeKind::Awarded));
    let lots = fold(&[whole, award]).lots;
    assert_eq!(lots.len(), 1);
    assert_eq!(lots[0].outcome, Some(OutcomeKind::Awarded));
}

#[test]
fn the_same_notice_from_two_sources_counts_once() {
    let mut boamp = call();
    boamp.notice.notice_uuid = Some(Uuid::from_u128(9));
    boamp.notice.version = Some("01".into());
    boamp.notice.folder = Some(Uuid::from_u128(7));
    let mut ted = boamp.clone();
    ted.notice.source = Source::Ted;
    ted.notice.source_id = "1-2026".into();
    let procedure = fold(&[ted, boamp]);
    assert_eq!(procedure.notices.len(), 2);
    assert_eq!(procedure.lots[0].history.len(), 1);
}

#[test]
fn without_a_deadline_a_call_is_open_while_it_is_shown() {
    let mut call = with_lots(document("26-1", FormType::Competition, 1), &[""]);
    call.notice.displayed_until = day(30);
    let lot = &fold(&[call]).lots[0];
    assert_eq!(lot.status(at("2026-09-30T20:00:00Z")), LotStatus::Open);
    assert_eq!(lot.status(at("2026-09-30T22:30:00Z")), LotStatus::Closed);
}

#[test]
fn notices_are_grouped_by_folder_and_by_link() {
    let node = |id: u128, folder: Option<u128>, parent: Option<u128>| NoticeNode {
        id: NoticeId::from_uuid(Uuid::from_u128(id)),
        folder: folder.map(Uuid::from_u128),
        parent: parent.map(|id| NoticeId::from_uuid(Uuid::from_u128(id))),
    };
    let groups = |nodes: &[NoticeNode]| {
        let mut groups: Vec<Vec<u128>> = super::group(nodes, &[])
            .into_iter()
            .map(|ids| ids.into_iter().map(|id| id.uuid().as_u128()).collect())
            .collect();
        groups.sort();
        groups
    };
    // A chain of corrections, one of them not stored (9).
    assert_eq!(
        groups(&[node(3, None, Some(9)), node(2, None, Some(9)), node(1, None, None)]),
        [vec![1], vec![2, 3]]
    );
    // BT-04 joins what links do not.
    assert_eq!(groups(&[node(1, Some(100), None), node(2, Some(100), None)]), [vec![1, 2]]);
    // Different BT-04: a link does not join.
    assert_eq!(
        groups(&[node(1, Some(100), None), node(2, Some(101), Some(1))]),
        [vec![1], vec![2]]
    );
    // A national call and its award on the European form.
    assert_eq!(
        groups(&[node(1, None, None), node(2, Some(101), Some(1)), node(3, Some(101), None)]),
        [vec![1, 2, 3]]
    );
    // A cycle ends.
    assert_eq!(groups(&[node(1, None, Some(2)), node(2, None, Some(1))]), [vec![1, 2]]);
}

#[test]
fn notices_of_one_day_stand_in_the_order_of_their_numbers() {
    let moved = |id: &str, deadline_at: &str| {
        let deadline = Some(deadline(deadline_at));
        let correction = Correction { deadline, ..Correction::default() };
        corrected(linked(document(id, FormType::Correction, 2), "26-1"), correction)
    };
    let before = moved("26-99999", "2026-09-25T12:00:00");
    let after = moved("26-100001", "2026-09-28T12:00:00");
    for documents in [[call(), before.clone(), after.clone()], [call(), after, before]] {
        let lots = fold(&documents).lots;
        let at = lots[0].deadline.as_ref().and_then(|deadline| deadline.at);
        assert_eq!(at, Some(super::tests::at("2026-09-28T10:00:00Z")));
    }
    for (source, first, second) in [
        (Source::Boamp, "25-143230", "26-2"),
        (Source::Ted, "99999-2026", "00100001-2026"),
        (Source::Ted, "700001-2025", "1-2026"),
        (Source::Boamp, "odd", "26-1"),
    ] {
        let notice = |id: &str| Notice::new(source, id, FormType::Competition);
        assert!(rank(&notice(first)) < rank(&notice(second)), "{first} {second}");
    }
}
