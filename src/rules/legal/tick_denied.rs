//! A coded reservation that the text denies.

use crate::domain::finding::{ContradictionKind, Evidence};
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, contradiction};

/// *Le marché n'est pas réservé*, under a ticked box.
pub(crate) struct TickDenied;

impl Rule for TickDenied {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.tick-denied",
            Origin::Legal,
            "Case « réservé » démentie par le texte",
            "Reservation ticked and denied by the text",
        )
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let agreed = facts
            .stated()
            .any(|claim| facts.reservations().any(|tick| tick.agrees_with(claim.kind)));
        let mut evidence: Vec<Evidence> =
            facts.reservations().map(|tick| tick.evidence.clone()).collect();
        if evidence.is_empty() || facts.denied.is_empty() || agreed {
            return Vec::new();
        }
        evidence.extend(facts.denied.iter().map(|denial| denial.evidence.clone()));
        let message = "Une case déclare une réservation que le texte dément. Corriger la case, ou \
                       le texte.";
        vec![contradiction(ContradictionKind::TickDenied, message, evidence)]
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
        let ticked = || code(notice(0), CodedField::FnsReservation, "oui");
        let found = assess(&say(ticked(), TextRole::Other, "Le marché n'est pas réservé."));
        assert_eq!(contradictions(&found), [(0, ContradictionKind::TickDenied)]);
        let found = assess(&say(ticked(), TextRole::Other, "Marché réservé aux ESAT."));
        assert_eq!(contradictions(&found), []);
    }
}
