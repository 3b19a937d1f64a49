//! A box ticked for lots that the text does not reserve.

use crate::domain::coded::CodedField;
use crate::domain::finding::{ContradictionKind, Evidence};
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, Tick, contradiction};

/// One lot is reserved by its text, and all are ticked: 5 of 22 ticked French notices. The box of a
/// lot is told on that lot; the boxes of the old European form stand for the whole market, those of
/// the national forms say *all or part* and are right.
pub(crate) struct OverTicked;

impl Rule for OverTicked {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.over-ticked",
            Origin::Legal,
            "Case « réservé » cochée au-delà des lots que le texte réserve",
            "Reservation ticked beyond the lots that the text reserves",
        )
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let told = |message: &str, mut sides: Vec<Evidence>| {
            sides.truncate(4);
            vec![contradiction(ContradictionKind::OverTicked, message, sides)]
        };
        let texts: Vec<Evidence> =
            facts.elsewhere.iter().map(|claim| claim.evidence.clone()).collect();
        if texts.is_empty() || facts.stated_here().next().is_some() || !facts.denied.is_empty() {
            return Vec::new();
        }
        if facts.lot.is_some() {
            let ticks = facts.reservations().map(|tick| tick.evidence.clone());
            let message = "La case « réservé » est cochée pour ce lot, mais le texte ne réserve que \
                           d'autres lots : une entreprise ordinaire croira qu'elle ne peut pas y \
                           répondre. Décocher la case de ce lot, ou écrire à qui il est réservé.";
            let ticks: Vec<Evidence> = ticks.collect();
            return if ticks.is_empty() {
                Vec::new()
            } else {
                told(message, [ticks, texts].concat())
            };
        }
        // A box of another kind is told as such.
        let agrees =
            |tick: &&Tick| facts.elsewhere.iter().any(|claim| tick.agrees_with(claim.kind));
        let whole = facts.reservations().filter(|tick| tick.field == CodedField::TedReservation);
        let whole = whole.filter(agrees);
        let ticks: Vec<Evidence> = whole.map(|tick| tick.evidence.clone()).collect();
        if ticks.is_empty() {
            return Vec::new();
        }
        let message = "La case « réservé » vaut pour tout le marché, mais le texte ne réserve que \
                       certains lots. Écrire dans la même rubrique lesquels, et que les autres sont \
                       ouverts à tous.";
        told(message, [ticks, texts].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::{Confidence, FindingKind};
    use crate::domain::notice::{Notice, TextRole};
    use crate::rules::assess;
    use crate::rules::legal::cases::{code, code_lot, contradictions, notice, say};

    const TEXT: &str = "Le lot 2 est réservé aux ESAT.";

    fn ticked(lots: &[usize]) -> Notice {
        let field = CodedField::ReservedParticipation;
        lots.iter().fold(notice(3), |told, lot| code_lot(told, *lot, field, "res-ws"))
    }

    #[test]
    fn every_lot_ticked_and_one_reserved() {
        let found = assess(&say(ticked(&[1, 2, 3]), TextRole::Procedure, TEXT));
        let over = ContradictionKind::OverTicked;
        assert_eq!(contradictions(&found), [(1, over), (3, over)]);
        assert_eq!(found.lots[0].findings[0].confidence, Confidence::Low);
        assert_eq!(found.lots[1].findings[0].kind, FindingKind::ReservedEaEsat);
        assert_eq!(found.lots[0].contradictions[0].evidence.len(), 2);
    }

    #[test]
    fn the_right_lot_ticked_is_no_excess() {
        let found = assess(&say(ticked(&[2]), TextRole::Procedure, TEXT));
        assert_eq!(contradictions(&found), []);
        let text = "Le marché est réservé aux ESAT.";
        let found = assess(&say(ticked(&[1, 2, 3]), TextRole::Procedure, text));
        assert_eq!(contradictions(&found), []);
    }

    #[test]
    fn a_tick_on_another_lot_only_is_not_known_to_be_one_too_many() {
        // The lot that the text names is not ticked: the box may stand on the wrong lot.
        let found = assess(&say(ticked(&[1]), TextRole::Procedure, TEXT));
        assert_eq!(contradictions(&found), [(1, ContradictionKind::TickWithoutText)]);
    }

    #[test]
    fn a_box_of_the_whole_market_says_more_than_a_lot() {
        let of = |field, value| {
            let told = say(code(notice(3), field, value), TextRole::Procedure, TEXT);
            contradictions(&assess(&told))
        };
        let over = [(0, ContradictionKind::OverTicked)];
        assert_eq!(of(CodedField::TedReservation, "RESTRICTED_SHELTERED_WORKSHOP"), over);
        // *Tout ou partie du marché*
        assert_eq!(of(CodedField::FnsReservation, "oui"), []);
    }
}
