//! Results: sections V of the award notices, VII of modifications, the prizes of design contests.

use super::forms::{lot_number, party};
use crate::domain::award::{Outcome, OutcomeKind};
use crate::domain::issue::IssueKind;
use crate::domain::lot::LotKey;
use crate::domain::notice::Notice;
use crate::domain::organisation::PartyRole;
use crate::domain::text::{clean, fold_key};
use crate::feeds::read::Issues;
use crate::feeds::tree::Element;

/// Fills the results of a notice whose lots are known.
pub(super) fn fill(notice: &mut Notice, form: &Element, issues: &mut Issues) {
    for award in form.all("AWARD_CONTRACT") {
        let lot = lot_of(notice, award, issues);
        notice.outcomes.extend(of_award(award, lot, issues));
    }
    if let Some(results) = form.child("RESULTS") {
        notice.outcomes.extend(of_contest(results, issues));
    }
    if let Some(after) = form.at("MODIFICATIONS_CONTRACT/DESCRIPTION_PROCUREMENT") {
        let mut outcome = Outcome::new(LotKey::whole(), OutcomeKind::Awarded);
        suppliers(&mut outcome, after, issues);
        outcome.amount = amount(after, issues);
        if !outcome.suppliers.is_empty() {
            notice.outcomes.push(outcome);
        }
    }
}

/// The lot of an award: by its number, else by its title. An award of a divided procurement that
/// names no known lot is of none of them, rather than of all.
fn lot_of(notice: &Notice, award: &Element, issues: &mut Issues) -> LotKey {
    let known = |key: &LotKey| notice.lots.iter().any(|lot| lot.key == *key);
    if !notice.is_divided() {
        return LotKey::whole();
    }
    let title = award.child("TITLE").map(|title| fold_key(&title.prose()));
    let item = award.attribute("ITEM").unwrap_or("?");
    let by_title = || {
        let title = title.as_deref().filter(|title| !title.is_empty())?;
        let mut same = notice
            .lots
            .iter()
            .filter(|lot| lot.title.as_deref().is_some_and(|known| fold_key(known) == title));
        same.next().filter(|_| same.next().is_none()).map(|lot| lot.key.clone())
    };
    let raw = award.text_at("LOT_NO").map(clean);
    let stated = raw.as_deref().map(|raw| LotKey::of(&lot_number(raw)));
    if let Some(key) = stated.clone().filter(known) {
        return key;
    }
    by_title().unwrap_or_else(|| {
        let message = match &raw {
            Some(raw) => {
                format!("award {item} is of lot `{raw}`, which the notice does not describe")
            }
            None => format!("award {item} names no lot"),
        };
        issues.add(IssueKind::DefectiveLot, "AWARD_CONTRACT/LOT_NO", message);
        stated.unwrap_or_else(|| LotKey::of(&format!("contrat {item}")))
    })
}

fn of_award(award: &Element, lot: LotKey, issues: &mut Issues) -> Option<Outcome> {
    if let Some(kind) = award.child("NO_AWARDED_CONTRACT").map(ended_without_winner) {
        return Some(Outcome::new(lot, kind));
    }
    let awarded = award.child("AWARDED_CONTRACT")?;
    let mut outcome = Outcome::new(lot, OutcomeKind::Awarded);
    outcome.decided_on =
        issues.day(awarded.text_at("DATE_CONCLUSION_CONTRACT"), "DATE_CONCLUSION_CONTRACT");
    outcome.tenders_received = awarded
        .text_at("TENDERS/NB_TENDERS_RECEIVED")
        .or(awarded.text_at("NB_TENDERS_RECEIVED"))
        .and_then(|count| count.parse().ok());
    suppliers(&mut outcome, awarded, issues);
    outcome.amount = amount(awarded, issues);
    Some(outcome)
}

/// *Infructueux* or *sans suite*.
fn ended_without_winner(element: &Element) -> OutcomeKind {
    if element.has("PROCUREMENT_DISCONTINUED") {
        OutcomeKind::Cancelled
    } else {
        OutcomeKind::Unsuccessful
    }
}

fn of_contest(results: &Element, issues: &mut Issues) -> Option<Outcome> {
    if let Some(kind) = results.child("NO_AWARDED_PRIZE").map(ended_without_winner) {
        return Some(Outcome::new(LotKey::whole(), kind));
    }
    let prize = results.child("AWARDED_PRIZE")?;
    let mut outcome = Outcome::new(LotKey::whole(), OutcomeKind::Awarded);
    outcome.decided_on = issues.day(prize.text_at("DATE_DECISION_JURY"), "DATE_DECISION_JURY");
    outcome.tenders_received = prize
        .text_at("PARTICIPANTS/NB_PARTICIPANTS")
        .or(prize.text_at("NB_PARTICIPANTS"))
        .and_then(|count| count.parse().ok());
    suppliers(&mut outcome, prize, issues);
    Some(outcome)
}

/// Winners, whichever of the two shapes of the schema holds them.
fn suppliers(outcome: &mut Outcome, element: &Element, issues: &mut Issues) {
    let groups = element.all("CONTRACTORS").chain(element.all("WINNERS")).chain([element]);
    let winners = groups.flat_map(|group| group.all("CONTRACTOR").chain(group.all("WINNER")));
    for winner in winners {
        let address = winner.child("ADDRESS_CONTRACTOR").or_else(|| winner.child("ADDRESS_WINNER"));
        let supplier = address.and_then(|address| party(PartyRole::Supplier, address, issues));
        let fresh = supplier.filter(|one| !outcome.suppliers.contains(one));
        outcome.suppliers.extend(fresh);
    }
}

/// The final value: `VAL_TOTAL`, wherever the version of the schema puts it.
fn amount(element: &Element, issues: &mut Issues) -> Option<crate::domain::money::Money> {
    let total = element
        .at("VALUES/VAL_TOTAL")
        .or_else(|| element.at("VALUE/VAL_TOTAL"))
        .or_else(|| element.child("VAL_TOTAL"))?;
    issues.money(Some(&total.text), total.attribute("CURRENCY"), "VAL_TOTAL")
}
