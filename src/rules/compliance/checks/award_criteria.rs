//! At least one award criterion is about the environment from 22 August 2026, so that the price
//! cannot be the only one (art. L2152-7, R2152-7, L3124-5).

use crate::domain::compliance::ComplianceVerdict;
use crate::domain::finding::FindingKind;
use crate::rules::compliance::case::Case;
use crate::rules::compliance::check::{
    Check, Page, Regime, Said, Scope, not_asked, quoted, short, started, taken_for,
};
use crate::rules::compliance::words;

/// The obligation in one of its two regimes.
pub(crate) struct AwardCriteria {
    page: Page,
}

/// Markets.
pub(crate) const OF_MARKETS: AwardCriteria = AwardCriteria {
    page: Page {
        id: "law.r2152-7",
        article: "R2152-7",
        title_fr: "Un critère d'attribution environnemental, pas d'attribution au seul prix",
        title_en: "An environmental award criterion, no award by price alone",
        regime: Regime::Market,
        scope: Scope::Lot,
    },
};

/// Concessions.
pub(crate) const OF_CONCESSIONS: AwardCriteria = AwardCriteria {
    page: Page {
        id: "law.l3124-5",
        article: "L3124-5",
        title_fr: "Un critère d'attribution environnemental dans les concessions",
        title_en: "An environmental award criterion in concessions",
        regime: Regime::Concession,
        scope: Scope::Lot,
    },
};

impl Check for AwardCriteria {
    fn page(&self) -> &Page {
        &self.page
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        if let Some(said) = not_asked(self.page.id, case) {
            return said;
        }
        let social = case.found(|kind| kind == FindingKind::AwardCriterion);
        let social = social.iter().map(|read| format!("critère social {}", quoted(read)));
        said(case).knowing(case.start.map(started)).knowing(taken_for(case)).knowing(social)
    }
}

fn said(case: &Case<'_>) -> Said {
    if case.criteria().next().is_none() {
        return Said::unknown(
            "Les critères d'attribution n'ont pas été lus.",
            "les critères d'attribution et leur pondération",
        );
    }
    if let Some(words) = case.criteria().find_map(words::green) {
        let reason = "Un critère d'attribution prend en compte l'environnement.";
        return Said::new(ComplianceVerdict::Met, reason).knowing([format!("lu : « {words} »")]);
    }
    let read: Vec<&str> = case.criteria().collect();
    let read = format!("critères lus : « {} »", short(&read.join(" ; ")));
    if words::price_only(case.criteria()) {
        let reason = "Le prix est le seul critère : un critère environnemental au moins est exigé.";
        return Said::new(ComplianceVerdict::NotMet, reason).knowing([read]).advising(ADVICE);
    }
    let reason =
        "Aucun des critères lus ne parle de l'environnement ; un sous-critère peut le faire.";
    Said::new(ComplianceVerdict::ToCheck, reason)
        .knowing([read])
        .without(["les critères et sous-critères du règlement de la consultation".to_owned()])
        .advising(ADVICE)
}

const ADVICE: &str = "Ajouter un critère qui prend en compte les caractéristiques environnementales de \
                      l'offre, ou un coût global qui les compte ; un critère social (insertion, \
                      apprentissage, diversité) peut s'y joindre.";
