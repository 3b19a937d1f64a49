//! What the law lets each kind of supplier do with a lot, by its findings.
//!
//! Where the law or the notice leaves it open the verdict is [`Verdict::Unknown`], never a silent
//! no: it is unverified whether an *entreprise adaptée de travail temporaire* counts under
//! art. L2113-12, a box without text does not say to whom a lot is reserved, and each reservation
//! also admits *structures équivalentes*.

use super::legal::in_words;
use crate::domain::finding::{Confidence, Finding, FindingKind};
use crate::domain::supplier::{Eligibility, SupplierKind, Verdict};

/// The verdict for every kind of supplier, in the order of [`SupplierKind::ALL`]. `findings` are
/// those of the lot and those of its whole notice.
pub fn eligibility(findings: &[&Finding]) -> Vec<Eligibility> {
    SupplierKind::ALL.into_iter().map(|supplier| of(supplier, findings)).collect()
}

/// Kinds of supplier that nothing bars from the lot: bits of [`SupplierKind::bit`].
pub fn open_to(findings: &[&Finding]) -> i32 {
    eligibility(findings)
        .into_iter()
        .filter(|verdict| verdict.verdict != Verdict::MayNot)
        .fold(0, |bits, verdict| bits | verdict.supplier.bit())
}

fn of(supplier: SupplierKind, findings: &[&Finding]) -> Eligibility {
    let reservations = findings.iter().filter(|finding| finding.kind.is_reservation());
    // Reservations to several sorts of organisation open the lot to each of them.
    let best = reservations
        .map(|finding| under(supplier, finding))
        .min_by_key(|verdict| openness(verdict.verdict));
    let clause = findings.iter().find(|finding| {
        finding.kind == FindingKind::ExecutionClause && finding.confidence > Confidence::Low
    });
    match (best, clause) {
        (Some(verdict), Some(clause)) if verdict.verdict == Verdict::MayNot => {
            hours(supplier, clause, "le lot est réservé à d'autres, mais").unwrap_or(verdict)
        }
        (Some(verdict), _) => verdict,
        (None, Some(clause)) => {
            hours(supplier, clause, "le lot est ouvert à toutes les entreprises, et")
                .unwrap_or_else(|| open(supplier, Some(clause)))
        }
        (None, None) => open(supplier, None),
    }
}

const fn openness(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::MayBid => 0,
        Verdict::Unknown => 1,
        Verdict::MaySupplyHours => 2,
        Verdict::MayNot => 3,
    }
}

fn verdict(
    supplier: SupplierKind,
    verdict: Verdict,
    reason: impl Into<String>,
    article: Option<&str>,
) -> Eligibility {
    Eligibility { supplier, verdict, reason: reason.into(), article: article.map(str::to_owned) }
}

/// A lot that is not reserved.
fn open(supplier: SupplierKind, clause: Option<&Finding>) -> Eligibility {
    let reason = match (clause, supplier) {
        (None, _) => "Aucune réservation n'a été lue : le lot est ouvert à toutes les entreprises.",
        (Some(_), SupplierKind::Esat | SupplierKind::Eatt | SupplierKind::Eiti) => {
            "Le lot est ouvert à toutes les entreprises ; une clause d'insertion s'y attache, mais \
             il n'est pas établi que cette structure puisse en fournir les heures : demander au \
             facilitateur."
        }
        (Some(_), _) => {
            "Le lot est ouvert à toutes les entreprises ; le titulaire devra exécuter la clause \
             d'insertion."
        }
    };
    let article = clause.and_then(|clause| clause.article.as_deref());
    verdict(supplier, Verdict::MayBid, reason, article)
}

/// How a supplier can provide the hours of an insertion clause, if it can.
fn hours(supplier: SupplierKind, clause: &Finding, lead: &str) -> Option<Eligibility> {
    let mode = match supplier {
        SupplierKind::Etti | SupplierKind::Ai | SupplierKind::Geiq => {
            "mettre des salariés à disposition du titulaire"
        }
        SupplierKind::Ei | SupplierKind::Aci | SupplierKind::Ea => {
            "intervenir en sous-traitance ou en cotraitance"
        }
        _ => return None,
    };
    let reason = format!(
        "Une clause d'insertion s'applique : {lead} cette structure peut fournir des heures \
         d'insertion ({mode})."
    );
    Some(verdict(supplier, Verdict::MaySupplyHours, reason, clause.article.as_deref()))
}

/// The verdict under one reservation.
fn under(supplier: SupplierKind, finding: &Finding) -> Eligibility {
    use FindingKind::{
        ReservedEaEsat, ReservedEaEsatSiae, ReservedEss, ReservedPrison, ReservedSiae,
    };
    let article = finding.article.as_deref();
    let told = |(answer, reason): (Verdict, &str)| (answer, reason.to_owned());
    let (answer, reason) = match finding.kind {
        ReservedEaEsat | ReservedSiae | ReservedEaEsatSiae => sheltered(supplier, finding.kind),
        ReservedEss => told(social_economy(supplier)),
        ReservedPrison => told((
            Verdict::Unknown,
            "Réservé aux opérateurs qui exécutent le marché dans leurs activités de production en \
             établissement pénitentiaire : vérifier que c'est le cas.",
        )),
        _ => told(unspecified(supplier, finding.confidence)),
    };
    // A box that no text supports is wrong too often to bar anybody.
    if finding.confidence == Confidence::Low && answer == Verdict::MayNot {
        let reason = "Réservation incertaine (case cochée sans texte, ou mots peu clairs) : lire les \
                      documents de la consultation avant de renoncer.";
        return verdict(supplier, Verdict::Unknown, reason, article);
    }
    verdict(supplier, answer, reason, article)
}

/// Reservations of articles L2113-12 to L2113-14.
fn sheltered(supplier: SupplierKind, kind: FindingKind) -> (Verdict, String) {
    let disability = kind != FindingKind::ReservedSiae;
    let insertion = kind != FindingKind::ReservedEaEsat;
    // Whom the lot is reserved to is said once for each kind of finding, whoever asks.
    let reserved = format!("Réservé {}", in_words(kind));
    match supplier {
        SupplierKind::Ea | SupplierKind::Esat if disability => (
            Verdict::MayBid,
            format!(
                "{reserved} : cette structure peut répondre, si elle emploie au moins 50 % de \
                 travailleurs handicapés (art. R2113-7)."
            ),
        ),
        SupplierKind::Eatt if disability => (
            Verdict::Unknown,
            format!(
                "{reserved} : il n'est pas vérifié qu'une entreprise adaptée de travail temporaire \
                 en fasse partie. Interroger l'acheteur."
            ),
        ),
        supplier if supplier.is_siae() && insertion => (
            Verdict::MayBid,
            format!(
                "{reserved} : cette structure peut répondre, si elle emploie au moins 50 % de \
                 travailleurs défavorisés (art. R2113-7)."
            ),
        ),
        SupplierKind::Geiq if insertion => (
            Verdict::MayNot,
            format!(
                "{reserved} : un GEIQ n'est pas une structure d'insertion par l'activité économique \
                 (art. L5132-4 c. trav.), sauf à être reconnu structure équivalente."
            ),
        ),
        _ => {
            let employed = match kind {
                FindingKind::ReservedEaEsat => "handicapés",
                FindingKind::ReservedSiae => "défavorisés",
                _ => "handicapés ou défavorisés",
            };
            let reason = format!(
                "{reserved}, ou à des structures équivalentes qui emploient au moins 50 % de \
                 travailleurs {employed}."
            );
            (Verdict::MayNot, reason)
        }
    }
}

/// Reservation of article L2113-15. Insertion and disability organisations are of the social
/// economy by their legal form, which their kind does not tell; intermediary associations are
/// associations by law (art. L5132-7 c. trav.).
fn social_economy(supplier: SupplierKind) -> (Verdict, &'static str) {
    match supplier {
        SupplierKind::Ess | SupplierKind::Ai => (
            Verdict::MayBid,
            "Réservé aux entreprises de l'économie sociale et solidaire : peut répondre, si elle \
             n'a pas eu un tel marché dans les trois dernières années (art. L2113-16).",
        ),
        SupplierKind::Any => (
            Verdict::MayNot,
            "Réservé aux entreprises de l'économie sociale et solidaire et aux structures \
             équivalentes (loi 2014-856, art. 1).",
        ),
        _ => (
            Verdict::Unknown,
            "Réservé aux entreprises de l'économie sociale et solidaire : cette structure en est \
             une selon sa forme juridique (loi 2014-856, art. 1). À vérifier.",
        ),
    }
}

/// A reservation that does not say to whom.
const fn unspecified(supplier: SupplierKind, confidence: Confidence) -> (Verdict, &'static str) {
    match (supplier, confidence) {
        (SupplierKind::Any, Confidence::Medium | Confidence::High) => {
            (Verdict::MayNot, "Lot réservé, sans dire à qui : en tout cas pas à toute entreprise.")
        }
        _ => (
            Verdict::Unknown,
            "Lot annoncé comme réservé sans dire à qui : lire les documents de la consultation.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Evidence;

    fn finding(kind: FindingKind, confidence: Confidence) -> Finding {
        Finding {
            kind,
            confidence,
            rule: "text.reserved-to".into(),
            article: None,
            evidence: vec![Evidence {
                field: "a".into(),
                quote: "b".into(),
                start: None,
                end: None,
            }],
            quantities: Vec::new(),
            publics: Vec::new(),
        }
    }

    fn verdicts(findings: &[Finding]) -> Vec<Verdict> {
        let findings: Vec<&Finding> = findings.iter().collect();
        eligibility(&findings).into_iter().map(|found| found.verdict).collect()
    }

    const BID: Verdict = Verdict::MayBid;
    const NOT: Verdict = Verdict::MayNot;
    const HOURS: Verdict = Verdict::MaySupplyHours;
    const OPEN: Verdict = Verdict::Unknown;

    // Ei, Aci, Ai, Etti, Eiti, Ea, Eatt, Esat, Geiq, Ess, Any
    #[test]
    fn the_matrix_of_the_law() {
        use FindingKind::*;
        let sure = |kind| [finding(kind, Confidence::High)];
        for (findings, expected) in [
            (sure(ReservedEaEsat), [NOT, NOT, NOT, NOT, NOT, BID, OPEN, BID, NOT, NOT, NOT]),
            (sure(ReservedSiae), [BID, BID, BID, BID, BID, NOT, NOT, NOT, NOT, NOT, NOT]),
            (sure(ReservedEaEsatSiae), [BID, BID, BID, BID, BID, BID, OPEN, BID, NOT, NOT, NOT]),
            (sure(ReservedEss), [OPEN, OPEN, BID, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN, BID, NOT]),
            (sure(ReservedPrison), [OPEN; 11]),
            (
                sure(ExecutionClause),
                [HOURS, HOURS, HOURS, HOURS, BID, HOURS, BID, BID, HOURS, BID, BID],
            ),
            (sure(AwardCriterion), [BID; 11]),
        ] {
            assert_eq!(verdicts(&findings), expected, "{:?}", findings[0].kind);
        }
        assert_eq!(verdicts(&[]), [BID; 11]);
    }

    #[test]
    fn reasons_name_everyone_a_lot_is_reserved_to() {
        for (kind, words) in [
            (FindingKind::ReservedEaEsat, ["entreprises adaptées", "ESAT"]),
            (FindingKind::ReservedSiae, ["structures d'insertion", "activité économique"]),
            (FindingKind::ReservedEaEsatSiae, ["entreprises adaptées", "structures d'insertion"]),
        ] {
            let found = finding(kind, Confidence::High);
            for verdict in eligibility(&[&found]) {
                let reason = &verdict.reason;
                assert!(words.iter().all(|word| reason.contains(word)), "{kind:?}: {reason}");
                let lead = format!("Réservé {}", in_words(kind));
                assert!(reason.starts_with(&lead), "{kind:?}: {reason}");
            }
        }
    }

    #[test]
    fn a_clause_beside_a_reservation_lets_the_others_supply_hours() {
        let both = [
            finding(FindingKind::ReservedEaEsat, Confidence::High),
            finding(FindingKind::ExecutionClause, Confidence::High),
        ];
        let found = verdicts(&both);
        assert_eq!(found, [HOURS, HOURS, HOURS, HOURS, NOT, BID, OPEN, BID, HOURS, NOT, NOT]);
    }

    #[test]
    fn an_uncertain_reservation_bars_nobody() {
        let low = [finding(FindingKind::ReservedUnspecified, Confidence::Low)];
        assert!(!verdicts(&low).contains(&NOT));
        let low = [finding(FindingKind::ReservedEss, Confidence::Low)];
        assert!(!verdicts(&low).contains(&NOT));
    }

    #[test]
    fn bits_are_of_those_not_barred() {
        let sure = finding(FindingKind::ReservedEaEsat, Confidence::High);
        let bits = open_to(&[&sure]);
        let expected = SupplierKind::Ea.bit() | SupplierKind::Eatt.bit() | SupplierKind::Esat.bit();
        assert_eq!(bits, expected);
        assert_eq!(open_to(&[]), SupplierKind::ALL.iter().fold(0, |bits, kind| bits | kind.bit()));
    }

    #[test]
    fn every_verdict_has_a_reason() {
        for kind in FindingKind::ALL {
            let found = finding(kind, Confidence::Medium);
            assert!(eligibility(&[&found]).iter().all(|verdict| verdict.reason.ends_with('.')));
        }
    }
}
