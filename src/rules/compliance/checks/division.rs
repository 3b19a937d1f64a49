//! Division into lots is the rule; doing without needs a written reason (art. L2113-10, L2113-11).

use crate::domain::compliance::ComplianceVerdict;
use crate::rules::compliance::case::Case;
use crate::rules::compliance::check::{Check, Page, Regime, Said, Scope, not_asked};

/// Lots, or one of the reasons of art. L2113-11 in writing.
pub(crate) struct Division;

const PAGE: Page = Page {
    id: "law.l2113-10",
    article: "L2113-10",
    title_fr: "Allotissement, ou motif écrit de ne pas allotir",
    title_en: "Division into lots, or a written reason for none",
    regime: Regime::Market,
    scope: Scope::Whole,
};

impl Check for Division {
    fn page(&self) -> &Page {
        &PAGE
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        if let Some(said) = not_asked(PAGE.id, case) {
            return said;
        }
        match case.is_divided {
            Some(true) => Said::new(ComplianceVerdict::Met, "Le marché est divisé en lots."),
            Some(false) => undivided(case),
            None => Said::unknown(
                "Il n'est pas établi que le marché est divisé en lots.",
                "si le marché est alloti",
            ),
        }
    }
}

fn undivided(case: &Case<'_>) -> Said {
    let for_entities = match case.buyer {
        Some(buyer) if !buyer.is_entity() => "",
        _ => " ; 3° pour une entité adjudicatrice, risque d'infructuosité",
    };
    let advice = format!(
        "Écrire les considérations de droit et de fait : objet sans prestations distinctes, ou 1° \
         impossibilité d'assurer soi-même l'organisation, le pilotage et la coordination ; 2° \
         concurrence restreinte, exécution techniquement difficile ou plus coûteuse{for_entities}. Le \
         motif va au dossier de procédure adaptée (art. R2113-2) ou, au-dessus des seuils, dans les \
         documents de la consultation ou le rapport de présentation (art. R2113-3)."
    );
    let reason = "Le marché n'est pas divisé en lots : le motif doit être écrit.";
    Said::new(ComplianceVerdict::ToCheck, reason)
        .knowing(["un seul lot".to_owned()])
        .without(["le motif écrit de ne pas allotir".to_owned()])
        .advising(advice)
}
