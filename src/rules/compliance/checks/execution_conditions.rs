//! Conditions of execution take the environment into account from 22 August 2026 (art. L2112-2 and
//! L3114-2); they may be social, and are linked to the object.

use crate::domain::compliance::ComplianceVerdict;
use crate::rules::compliance::case::Case;
use crate::rules::compliance::check::{Check, Regime, Said, not_asked, started, taken_for};
use crate::rules::rule::{Origin, RuleInfo};

/// The obligation in one of its two regimes.
pub(crate) struct ExecutionConditions {
    id: &'static str,
    article: &'static str,
    governs: Regime,
    title_fr: &'static str,
    title_en: &'static str,
}

/// Markets.
pub(crate) const OF_MARKETS: ExecutionConditions = ExecutionConditions {
    id: "law.l2112-2",
    article: "L2112-2",
    governs: Regime::Market,
    title_fr: "Conditions d'exécution prenant en compte l'environnement",
    title_en: "Conditions of execution that take the environment into account",
};

/// Concessions.
pub(crate) const OF_CONCESSIONS: ExecutionConditions = ExecutionConditions {
    id: "law.l3114-2",
    article: "L3114-2",
    governs: Regime::Concession,
    title_fr: "Conditions d'exécution de la concession prenant en compte l'environnement",
    title_en: "Conditions of execution of the concession that take the environment into account",
};

impl Check for ExecutionConditions {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(self.id, Origin::Compliance, self.title_fr, self.title_en).under(self.article)
    }

    fn governs(&self) -> Regime {
        self.governs
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        if let Some(said) = not_asked(self.id, case) {
            return said;
        }
        said(case).knowing(case.start.map(started)).knowing(taken_for(case))
    }
}

fn said(case: &Case<'_>) -> Said {
    let green = case.speeches().into_iter().find_map(|speech| speech.green_condition.as_ref());
    if let Some(words) = green {
        let reason = "Les conditions d'exécution prennent en compte l'environnement.";
        return Said::new(ComplianceVerdict::Met, reason).knowing([format!("lu : « {words} »")]);
    }
    let verdict =
        if case.is_draft() { ComplianceVerdict::NotMet } else { ComplianceVerdict::ToCheck };
    let reason = if case.is_draft() {
        "Ce texte ne prévoit aucune condition d'exécution relative à l'environnement."
    } else {
        "Aucune condition d'exécution relative à l'environnement n'a été lue dans l'avis ; elle peut \
         être au contrat."
    };
    Said::new(verdict, reason)
        .knowing(objective(case))
        .without(["les conditions d'exécution du contrat (CCAP, CCTP)".to_owned()])
        .advising(
            "Prévoir une condition d'exécution relative à l'environnement, liée à l'objet ; elle peut \
             s'ajouter à une condition sociale.",
        )
}

/// A green objective that a box of the notice announces (BT-06): no condition by itself.
fn objective(case: &Case<'_>) -> Option<String> {
    let objective = "objectif environnemental coché dans l'avis (BT-06)";
    case.has_green_objective().then(|| objective.to_owned())
}
