//! Conditions of execution take the environment into account from 22 August 2026 (art. L2112-2 and
//! L3114-2); they may be social, and are linked to the object.

use crate::domain::compliance::ComplianceVerdict;
use crate::rules::compliance::case::Case;
use crate::rules::compliance::check::{
    Check, Page, Regime, Said, Scope, not_asked, started, taken_for,
};

/// The obligation in one of its two regimes.
pub(crate) struct ExecutionConditions {
    page: Page,
}

/// Markets.
pub(crate) const OF_MARKETS: ExecutionConditions = ExecutionConditions {
    page: Page {
        id: "law.l2112-2",
        article: "L2112-2",
        title_fr: "Conditions d'exécution prenant en compte l'environnement",
        title_en: "Conditions of execution that take the environment into account",
        regime: Regime::Market,
        scope: Scope::Lot,
    },
};

/// Concessions.
pub(crate) const OF_CONCESSIONS: ExecutionConditions = ExecutionConditions {
    page: Page {
        id: "law.l3114-2",
        article: "L3114-2",
        title_fr: "Conditions d'exécution de la concession prenant en compte l'environnement",
        title_en: "Conditions of execution of the concession that take the environment into account",
        regime: Regime::Concession,
        scope: Scope::Lot,
    },
};

impl Check for ExecutionConditions {
    fn page(&self) -> &Page {
        &self.page
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        if let Some(said) = not_asked(self.page.id, case) {
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
