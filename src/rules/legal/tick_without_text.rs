//! A coded reservation that no text supports.

use crate::domain::coded::CodedField;
use crate::domain::finding::ContradictionKind;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, Tick, contradiction};

/// The notice states the decision to reserve (art. R2113-7 al. 2). A box alone states it badly: of
/// 22 ticked French notices, 6 have the tick only, and 2 are plainly wrong.
pub(crate) struct TickWithoutText;

impl Rule for TickWithoutText {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.tick-without-text",
            Origin::Legal,
            "Case « réservé » cochée sans aucun texte",
            "Reservation ticked without any text",
        )
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let ticks: Vec<&Tick> =
            facts.reservations().filter(|tick| !facts.is_about_a_clause(tick)).collect();
        let is_told = !facts.elsewhere.is_empty();
        if ticks.is_empty()
            || is_told
            || facts.stated().next().is_some()
            || !facts.denied.is_empty()
        {
            return Vec::new();
        }
        let evidence = ticks.iter().map(|tick| tick.evidence.clone()).collect();
        let message = if ticks_every_box(facts) {
            "Toutes les cases de la rubrique sont cochées (ateliers protégés, emplois protégés, \
             profession particulière) et aucun texte ne parle de réservation : c'est presque \
             toujours une erreur de saisie. Décocher ce qui ne s'applique pas."
        } else {
            "Une case déclare une réservation qu'aucun texte de l'avis ne reprend. Écrire dans \
             l'avis à qui le marché ou le lot est réservé et l'article appliqué (art. R2113-7), ou \
             décocher la case."
        };
        vec![contradiction(ContradictionKind::TickWithoutText, message, evidence)]
    }
}

/// Whether every box of the old section III.1.5 and the one on professions are ticked together: a
/// market cannot be kept to sheltered workshops, to sheltered programmes and to a profession.
pub(crate) fn ticks_every_box(facts: &Facts<'_>) -> bool {
    let ticked = |value: &str| facts.of(CodedField::TedReservation).any(|c| c.value == value);
    ticked("RESTRICTED_SHELTERED_WORKSHOP")
        && ticked("RESTRICTED_SHELTERED_PROGRAM")
        && facts.of(CodedField::ParticularProfession).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::{Confidence, FindingKind};
    use crate::domain::notice::TextRole;
    use crate::rules::assess;
    use crate::rules::legal::cases::{code, code_lot, contradictions, notice, say};

    #[test]
    fn a_tick_alone_is_low_and_told() {
        let field = CodedField::ReservedParticipation;
        let found = assess(&code_lot(notice(3), 2, field, "res-ws"));
        assert_eq!(contradictions(&found), [(2, ContradictionKind::TickWithoutText)]);
        assert_eq!(found.lots[1].findings[0].kind, FindingKind::ReservedUnspecified);
        assert_eq!(found.lots[1].findings[0].confidence, Confidence::Low);
    }

    #[test]
    fn a_tick_with_its_text_is_not() {
        let ticked = code_lot(notice(3), 2, CodedField::ReservedParticipation, "res-ws");
        let found = assess(&say(ticked, TextRole::Procedure, "Le lot 2 est réservé aux ESAT."));
        assert_eq!(contradictions(&found), []);
        let finding = &found.lots[1].findings[0];
        assert_eq!(finding.kind, FindingKind::ReservedEaEsat);
        assert_eq!((finding.confidence, finding.evidence.len()), (Confidence::High, 2));
    }

    #[test]
    fn every_box_ticked_proves_nothing() {
        let mut all = notice(0);
        for value in ["RESTRICTED_SHELTERED_WORKSHOP", "RESTRICTED_SHELTERED_PROGRAM"] {
            all = code(all, CodedField::TedReservation, value);
        }
        all = code(all, CodedField::ParticularProfession, "oui");
        let found = assess(&all);
        assert_eq!(contradictions(&found), [(0, ContradictionKind::TickWithoutText)]);
        assert!(found.findings.is_empty());
    }
}
