//! Which of several statements of one notice is meant: the more exact one.

use std::collections::BTreeSet;

use super::claim::{Claim, Reading};
use super::explain::Outcome;
use super::lots::Scope;
use super::rule::{Tick, TickSays};
use crate::domain::finding::{Confidence, FindingKind};
use crate::domain::notice::Notice;

/// Where named lots say it, the vaguer words of the whole notice give way: *marché avec clause
/// d'insertion* in a title, *clause d'insertion pour les lots 1 et 3* in the text.
pub(crate) fn named_lots(notice: &Notice, reading: &mut Reading) {
    if !notice.is_divided() {
        return;
    }
    let some = |claim: &&Claim| {
        claim.scope.lots.as_ref().is_some_and(|lots| lots.len() < notice.lots.len())
    };
    let named: BTreeSet<(FindingKind, bool)> =
        reading.claims.iter().filter(some).map(|claim| (claim.kind, claim.own)).collect();
    let vaguer = |wide: &Claim| {
        let says_it = |(kind, own): &(FindingKind, bool)| {
            let same = *kind == wide.kind || is_narrower(*kind, wide.kind);
            same && if wide.kind.is_reservation() {
                !own || !wide.whole
            } else {
                !own && !wide.whole
            }
        };
        wide.scope.lots.is_none() && named.iter().any(says_it)
    };
    for claim in reading.claims.iter().filter(|claim| vaguer(claim)) {
        reading.candidates[claim.candidate].outcome = Outcome::LessExact;
    }
    reading.claims.retain(|claim| !vaguer(claim));
}

/// Whether one reservation says more exactly what another says.
fn is_narrower(one: FindingKind, other: FindingKind) -> bool {
    use FindingKind::{ReservedEaEsat, ReservedEaEsatSiae, ReservedSiae, ReservedUnspecified};
    match other {
        ReservedUnspecified => one.is_reservation(),
        ReservedEaEsatSiae => matches!(one, ReservedEaEsat | ReservedSiae),
        _ => false,
    }
}

/// When the very subject of the market is insertion, words that are not clear clauses speak of
/// the subject: *confier à des structures d'insertion*, *actions d'insertion*, criteria on how
/// well people are brought back to work.
pub(crate) fn the_subject(reading: &mut Reading) {
    let services = reading.claims.iter().filter(|c| c.kind == FindingKind::InsertionService);
    let mut services: Vec<(&'static str, Scope)> =
        services.map(|claim| (claim.rule, claim.scope.clone())).collect();
    services.dedup();
    let of_the_subject = |claim: &Claim| match claim.kind {
        FindingKind::InsertionService => false,
        FindingKind::AwardCriterion => !claim.rule.starts_with("text.criterion-social"),
        FindingKind::ExecutionClause => claim.confidence < Confidence::High,
        _ => claim.confidence == Confidence::Low,
    };
    let subject = |claim: &Claim| {
        let covering = services.iter().find(|(_, scope)| match (&scope.lots, &claim.scope.lots) {
            (None, _) => true,
            (Some(lots), Some(own)) => own.is_subset(lots),
            (Some(_), None) => false,
        });
        covering.filter(|_| of_the_subject(claim)).map(|(rule, _)| *rule)
    };
    for claim in &reading.claims {
        if let Some(rule) = subject(claim) {
            reading.candidates[claim.candidate].outcome =
                Outcome::Outranked { by: rule.to_owned() };
        }
    }
    reading.claims.retain(|claim| subject(claim).is_none());
}

/// A reservation of the whole notice whose boxes are ticked on some lots and denied on the others
/// is one of the ticked lots.
pub(crate) fn ticked_lots(notice: &Notice, lot_ticks: &[Vec<Tick>], reading: &mut Reading) {
    let denied = |ticks: &Vec<Tick>| ticks.iter().any(|tick| tick.says == TickSays::Denies);
    for claim in reading.claims.iter_mut().filter(|claim| claim.kind.is_reservation()) {
        let ticked: Vec<usize> = (0..lot_ticks.len())
            .filter(|lot| {
                lot_ticks[*lot].iter().any(|tick| tick.reserves() && tick.agrees_with(claim.kind))
            })
            .collect();
        let others_denied =
            lot_ticks.iter().enumerate().all(|(lot, ticks)| ticked.contains(&lot) || denied(ticks));
        if claim.scope.lots.is_none()
            && !ticked.is_empty()
            && ticked.len() < notice.lots.len()
            && others_denied
        {
            claim.scope.lots = Some(ticked.iter().copied().collect());
            reading.candidates[claim.candidate].outcome =
                Outcome::Kept { confidence: claim.confidence, lots: Some(ticked) };
        }
    }
}
