//! A reservation is stated in the notice (art. R2113-7 al. 2 and R3113-1 al. 2).

use crate::domain::compliance::ComplianceVerdict;
use crate::domain::finding::{Confidence, FindingKind};
use crate::rules::compliance::case::{Case, Read};
use crate::rules::compliance::check::{Check, Page, Regime, Said, Scope, not_yet, quoted};

/// The rule in one of its two regimes.
pub(crate) struct StatedReservation {
    page: Page,
    /// Where the law wants it.
    place: &'static str,
}

/// Markets.
pub(crate) const OF_MARKETS: StatedReservation = StatedReservation {
    page: Page {
        id: "law.r2113-7",
        article: "R2113-7",
        title_fr: "Décision de réserver mentionnée dans l'avis",
        title_en: "Decision to reserve stated in the notice",
        regime: Regime::Market,
        scope: Scope::Lot,
    },
    place: "l'avis d'appel à la concurrence (ou, sans avis, les documents de la consultation)",
};

/// Concessions.
pub(crate) const OF_CONCESSIONS: StatedReservation = StatedReservation {
    page: Page {
        id: "law.r3113-1",
        article: "R3113-1",
        title_fr: "Décision de réserver mentionnée dans l'avis de concession",
        title_en: "Decision to reserve stated in the concession notice",
        regime: Regime::Concession,
        scope: Scope::Lot,
    },
    place: "l'avis de concession",
};

/// Reservations of art. L2113-12 to L2113-14 and their twins; those of art. L2113-15 have a rule of
/// their own.
fn is_sheltered(kind: FindingKind) -> bool {
    kind.is_reservation() && kind != FindingKind::ReservedEss
}

impl Check for StatedReservation {
    fn page(&self) -> &Page {
        &self.page
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        let found = case.found(is_sheltered);
        let Some(best) = found.first() else {
            return Said::does_not_apply("Aucune réservation n'a été lue.");
        };
        if let Some(said) = not_yet(self.page.id, case) {
            return said;
        }
        self.stated(case, best, &found).knowing(found.iter().map(quoted))
    }
}

impl StatedReservation {
    fn stated(&self, case: &Case<'_>, best: &Read<'_>, found: &[Read<'_>]) -> Said {
        let place = self.place;
        if !found.iter().any(|read| read.is_in_call) {
            let reason =
                "La réservation a été lue dans un autre document que l'appel à la concurrence.";
            return Said::new(ComplianceVerdict::ToCheck, reason)
                .without([format!("la mention de la réservation dans {place}")]);
        }
        if best.finding.confidence == Confidence::Low {
            let reason = "Une réservation est annoncée par une case ou des mots peu clairs, sans que le \
                          texte la dise.";
            return Said::new(ComplianceVerdict::ToCheck, reason)
                .without([format!("la décision de réserver, en toutes lettres dans {place}")])
                .advising(ADVICE);
        }
        if found.iter().all(|read| read.finding.kind == FindingKind::ReservedUnspecified) {
            let reason = "L'avis dit réserver sans dire à qui.";
            return Said::new(ComplianceVerdict::ToCheck, reason)
                .without(
                    ["les structures auxquelles le lot est réservé, avec l'article".to_owned()],
                )
                .advising(ADVICE);
        }
        if case.is_draft() {
            let reason = "La décision de réserver est écrite dans ce texte.";
            return Said::new(ComplianceVerdict::Met, reason)
                .advising(format!("La reprendre dans {place}."));
        }
        Said::new(ComplianceVerdict::Met, "La décision de réserver est mentionnée dans l'avis.")
    }
}

const ADVICE: &str = "Écrire à qui le lot est réservé, en citant l'article (L2113-12, L2113-13, \
                      L2113-13-1 ou L2113-14 ; concessions L3113-1 à L3113-2-1).";
