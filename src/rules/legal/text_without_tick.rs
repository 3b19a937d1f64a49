//! A text that reserves, and a code that says `none` or `non`.

use crate::domain::finding::{ContradictionKind, Evidence};
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, TickSays, contradiction};

/// BT-71 is mandatory and says `none` by default in the forms of many platforms: buyers write the
/// reservation in a sentence and leave the box.
pub(crate) struct TextWithoutTick;

impl Rule for TextWithoutTick {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.text-without-tick",
            Origin::Legal,
            "Réservation écrite mais case « non réservé »",
            "Reservation written but coded as none",
        )
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let denials = facts.ticks.iter().filter(|tick| tick.says == TickSays::Denies);
        let mut denials: Vec<Evidence> = denials.map(|tick| tick.evidence.clone()).collect();
        if facts.reservations().next().is_some() {
            return Vec::new();
        }
        // A box of the whole notice denies what is said of its lots too; the boxes of all lots
        // together deny what is said of the whole notice.
        let whole = facts.coded.len() == facts.notice.coded.len()
            && std::ptr::eq(facts.coded, facts.notice.coded.as_slice());
        let mut stated: Vec<Evidence> =
            facts.own.iter().map(|claim| claim.evidence.clone()).collect();
        if whole && !denials.is_empty() {
            stated.extend(facts.around.iter().map(|claim| claim.evidence.clone()));
        }
        denials.extend(facts.every_lot_denies.iter().cloned());
        if stated.is_empty() || denials.is_empty() {
            return Vec::new();
        }
        let message = "Le texte réserve le marché ou le lot, mais le champ codé dit qu'il n'est \
                       pas réservé : les entreprises qui filtrent sur le champ ne le verront pas. \
                       Renseigner le champ codé.";
        denials.truncate(3);
        stated.truncate(3);
        stated.extend(denials);
        vec![contradiction(ContradictionKind::TextWithoutTick, message, stated)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::coded::CodedField;
    use crate::domain::finding::Confidence;
    use crate::domain::notice::TextRole;
    use crate::rules::assess;
    use crate::rules::legal::cases::{code, code_lot, contradictions, notice, say};

    const TEXT: &str = "Le lot 2 est réservé aux ESAT.";

    #[test]
    fn a_text_against_a_box_is_told_once_and_stands() {
        let none = code_lot(notice(3), 2, CodedField::ReservedParticipation, "none");
        let found = assess(&say(none, TextRole::Procedure, TEXT));
        assert_eq!(contradictions(&found), [(2, ContradictionKind::TextWithoutTick)]);
        assert_eq!(found.lots[1].findings[0].confidence, Confidence::Medium);

        let non = code(notice(3), CodedField::FnsReservation, "non");
        let found = assess(&say(non, TextRole::Procedure, TEXT));
        assert_eq!(contradictions(&found), [(0, ContradictionKind::TextWithoutTick)]);
    }

    #[test]
    fn the_boxes_of_all_lots_deny_a_text_of_the_whole() {
        let mut none = notice(2);
        for lot in 1..=2 {
            none = code_lot(none, lot, CodedField::ReservedParticipation, "none");
        }
        let found = assess(&say(none, TextRole::Title, "Nettoyage, marché réservé aux SIAE"));
        assert_eq!(contradictions(&found), [(0, ContradictionKind::TextWithoutTick)]);
    }

    #[test]
    fn no_box_says_nothing() {
        let found = assess(&say(notice(3), TextRole::Procedure, TEXT));
        assert_eq!(contradictions(&found), []);
    }
}
