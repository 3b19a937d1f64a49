//! A coded reservation of another kind than the text's.

use crate::domain::finding::{ContradictionKind, FindingKind};
use crate::rules::legal::in_words;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, contradiction};

/// `res-pub-ser` on a lot whose text reserves it to ESAT (297487-2018), or the other way round. The
/// text is right more often than the box.
pub(crate) struct TickOfAnotherKind;

impl Rule for TickOfAnotherKind {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.tick-of-another-kind",
            Origin::Legal,
            "Case d'une autre réservation que celle du texte",
            "Box of another reservation than the text's",
        )
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let mut rulings = Vec::new();
        for tick in facts.reservations() {
            let agreed = facts.stated().any(|claim| tick.agrees_with(claim.kind));
            let Some(claim) = facts.stated().next().filter(|_| !agreed) else { continue };
            let boxed = match tick.states() {
                Some(FindingKind::ReservedEss) => {
                    "la case est celle des services confiés à l'économie sociale et solidaire \
                     (art. L2113-15)"
                }
                _ => {
                    "la case est celle des structures du handicap et de l'insertion (art. L2113-12 à L2113-14)"
                }
            };
            let message = format!(
                "Le texte réserve {}, mais {boxed}. Corriger la case.",
                in_words(claim.kind)
            );
            let evidence = vec![claim.evidence.clone(), tick.evidence.clone()];
            rulings.push(contradiction(ContradictionKind::TickOfAnotherKind, message, evidence));
        }
        rulings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::coded::CodedField;
    use crate::domain::notice::TextRole;
    use crate::rules::assess;
    use crate::rules::legal::cases::{code, contradictions, notice, say};

    #[test]
    fn hit_and_miss() {
        let box_of_ess = || {
            let value = "RESERVED_ORGANISATIONS_SERVICE_MISSION";
            code(notice(2), CodedField::TedReservation, value)
        };
        let text = "Le lot 2 est réservé à une entreprise adaptée.";
        let found = assess(&say(box_of_ess(), TextRole::Procedure, text));
        assert_eq!(contradictions(&found), [(0, ContradictionKind::TickOfAnotherKind)]);
        assert!(found.findings.is_empty());
        assert_eq!(found.lots[1].findings[0].kind, FindingKind::ReservedEaEsat);

        let text = "Marché réservé aux entreprises de l'économie sociale et solidaire (articles \
                    L. 2113-15 et L. 2113-16).";
        let found = assess(&say(box_of_ess(), TextRole::Procedure, text));
        assert_eq!(contradictions(&found), []);
    }
}
