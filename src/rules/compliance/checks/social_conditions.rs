//! Social conditions of execution, compulsory above the European thresholds from 22 August 2026
//! (art. L2112-2-1 and L3114-2-1).

use crate::domain::compliance::ComplianceVerdict;
use crate::domain::finding::FindingKind;
use crate::domain::notice::ContractNature;
use crate::rules::compliance::bounds::{Bounds, Reach};
use crate::rules::compliance::case::{Case, Read, Start};
use crate::rules::compliance::check::{
    Check, Page, Regime, Said, Scope, not_asked, quoted, started, taken_for, valued,
};
use crate::rules::compliance::french;
use crate::rules::compliance::table::{AmountId, TABLE};
use crate::rules::compliance::threshold::{buyer_in_words, measure};

/// The obligation in one of its two regimes.
pub(crate) struct SocialConditions {
    page: Page,
    /// Cases in which the buyer may do without, in the words of II.
    excuses: &'static [&'static str],
}

/// Markets.
pub(crate) const OF_MARKETS: SocialConditions = SocialConditions {
    page: Page {
        id: "law.l2112-2-1",
        article: "L2112-2-1",
        title_fr: "Conditions d'exécution sociales obligatoires au-dessus des seuils européens",
        title_en: "Social conditions of execution, compulsory above the European thresholds",
        regime: Regime::Market,
        scope: Scope::Lot,
    },
    excuses: &[
        "1° le besoin peut être satisfait par une solution immédiatement disponible",
        "2° il n'y aurait pas de lien suffisant avec l'objet du marché",
        "3° la concurrence serait restreinte, ou l'exécution rendue techniquement ou \
         économiquement difficile",
        "4° marché de travaux de moins de six mois",
    ],
};

/// Concessions.
pub(crate) const OF_CONCESSIONS: SocialConditions = SocialConditions {
    page: Page {
        id: "law.l3114-2-1",
        article: "L3114-2-1",
        title_fr: "Conditions d'exécution sociales obligatoires dans les concessions au-dessus du seuil européen",
        title_en: "Social conditions of execution, compulsory in concessions above the European threshold",
        regime: Regime::Concession,
        scope: Scope::Lot,
    },
    excuses: &[
        "1° il n'y aurait pas de lien suffisant avec l'objet de la concession",
        "2° la concurrence serait restreinte, ou l'exécution rendue techniquement ou \
         économiquement difficile",
    ],
};

/// A contract of works shorter than this may do without (II, 4°).
const SHORT_WORKS: u32 = 6;

/// Small lots make up at most a fifth of the whole (art. R2123-1, 2° b).
const SMALL_LOTS: i64 = 5;

impl Check for SocialConditions {
    fn page(&self) -> &Page {
        &self.page
    }

    fn ask(&self, case: &Case<'_>) -> Said {
        if let Some(said) = not_asked(self.page.id, case) {
            return said;
        }
        let measure = measure(case, case.start.and_then(Start::known_day));
        let clauses = case.found(|kind| kind == FindingKind::ExecutionClause);
        let said = match measure.reach {
            Reach::Below => Said::does_not_apply(
                "La valeur estimée est inférieure au seuil européen : l'obligation ne s'applique pas.",
            ),
            Reach::Open if case.has_clearly(|kind| kind == FindingKind::ExecutionClause) => {
                Said::new(
                    ComplianceVerdict::Unknown,
                    "Il n'est pas établi que l'obligation s'applique ; une condition d'exécution sociale \
                 est prévue de toute façon.",
                )
            }
            Reach::Open => Said::new(
                ComplianceVerdict::Unknown,
                "Il n'est pas établi que l'obligation s'applique.",
            ),
            Reach::Reached => self.above(case, &clauses),
        };
        let buyer = case.buyer.map(|buyer| format!("acheteur : {}", buyer_in_words(buyer)));
        let known = measure.known.into_iter().chain(case.start.map(started)).chain(buyer);
        let known = known.chain(taken_for(case)).chain(clauses.iter().map(quoted));
        said.knowing_first(known).without(measure.missing)
    }
}

impl SocialConditions {
    /// The obligation applies to the procurement: is it met for the lot?
    fn above(&self, case: &Case<'_>, clauses: &[Read<'_>]) -> Said {
        if case.has_clearly(|kind| kind == FindingKind::ExecutionClause) {
            let reason = "L'obligation s'applique et une condition d'exécution sociale est prévue.";
            return Said::new(ComplianceVerdict::Met, reason);
        }
        if !clauses.is_empty() {
            let reason = "L'obligation s'applique ; une condition sociale n'est annoncée que par une \
                          case ou des mots peu clairs.";
            return Said::new(ComplianceVerdict::ToCheck, reason)
                .without(
                    ["la condition d'exécution telle qu'elle est écrite au contrat".to_owned()],
                )
                .advising(
                    "Écrire la condition d'exécution dans le contrat et l'annoncer dans l'avis.",
                );
        }
        if let Some(limit) = self.small_lot(case) {
            let reason = format!(
                "Le marché atteint le seuil, mais ce lot peut être un petit lot (moins de {}, art. \
                 R2123-1, 2°) : la loi ne dit pas si l'obligation le concerne.",
                french::euros(limit)
            );
            return Said::unknown(reason, "si les petits lots sont dispensés de l'obligation")
                .knowing(valued("valeur estimée du lot", case.own));
        }
        self.without_clause(case)
    }

    /// The limit below which a lot of a market can be a small one; nothing for a lot that cannot.
    fn small_lot(&self, case: &Case<'_>) -> Option<i64> {
        if self.page.regime == Regime::Concession {
            return None;
        }
        let id = match case.nature {
            Some(ContractNature::Supplies | ContractNature::Services) => {
                AmountId::SmallLotOfGoodsAndServices
            }
            _ => AmountId::SmallLotOfWorks,
        };
        let limit = TABLE.amount(id, case.start.map(Start::day))?.cents();
        let is_part = case.is_divided != Some(false) && case.own != case.whole;
        let is_below = case.own.reach(&[limit]) == Reach::Below;
        (is_part && is_below && !is_large_part(case.own, case.whole)).then_some(limit)
    }

    /// No condition was read: the contract may hold one, or a written reason may excuse it.
    fn without_clause(&self, case: &Case<'_>) -> Said {
        let is_social =
            |kind: FindingKind| kind.is_reservation() || kind == FindingKind::InsertionService;
        let (verdict, reason) = if case.has_clearly(is_social) {
            (
                ComplianceVerdict::ToCheck,
                "L'obligation s'applique. Le lot est réservé, ou son objet même est l'insertion ; il \
                 n'est pas vérifié que cela tienne lieu de condition d'exécution sociale.",
            )
        } else if case.is_draft() {
            (
                ComplianceVerdict::NotMet,
                "L'obligation s'applique et ce texte ne prévoit aucune condition d'exécution sociale.",
            )
        } else {
            (
                ComplianceVerdict::ToCheck,
                "L'obligation s'applique et aucune condition d'exécution sociale n'a été lue dans \
                 l'avis : elle peut être au contrat, ou un motif écrit peut en dispenser.",
            )
        };
        let record = match case.buyer {
            Some(buyer) if buyer.is_entity() => "par tout moyen approprié",
            _ if self.page.regime == Regime::Concession => "par tout moyen approprié",
            Some(_) => "dans les documents conservés (art. L2184-1)",
            None => {
                "dans les documents conservés (art. L2184-1), ou par tout moyen approprié pour une \
                 entité adjudicatrice"
            }
        };
        let excuses = self.excuses.join(" ; ");
        let advice = format!(
            "Prévoir une condition d'exécution liée à l'objet (heures d'insertion, embauche, \
             apprentissage …), ou consigner {record} le motif qui en dispense : {excuses}."
        );
        Said::new(verdict, reason)
            .knowing(self.short_works(case))
            .without([
                "le contrat (CCAP), ou le motif écrit de ne pas prévoir de condition sociale"
                    .into(),
            ])
            .advising(advice)
    }

    /// Whether the excuse of short works (II, 4°) is open.
    fn short_works(&self, case: &Case<'_>) -> Option<String> {
        if self.page.regime == Regime::Concession {
            return None;
        }
        Some(match (case.nature?, case.duration_months) {
            (ContractNature::Works, None) => {
                "le cas 4° (travaux de moins de six mois) dépend de la durée, inconnue".to_owned()
            }
            (ContractNature::Works, Some(months)) if months < SHORT_WORKS => {
                format!(
                    "durée de {months} mois : le cas 4° (travaux de moins de six mois) est ouvert"
                )
            }
            (ContractNature::Works, Some(months)) => {
                format!(
                    "durée de {months} mois : le cas 4° (travaux de moins de six mois) est exclu"
                )
            }
            _ => "pas de travaux : le cas 4° est exclu".to_owned(),
        })
    }
}

/// Whether a lot alone is more than a fifth of the whole.
fn is_large_part(own: Bounds, whole: Bounds) -> bool {
    own.low.zip(whole.high).is_some_and(|(own, whole)| own.saturating_mul(SMALL_LOTS) > whole)
}
