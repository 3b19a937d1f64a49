//! Reservations that the law does not let stand together.

use chrono::NaiveDate;

use crate::domain::finding::{ContradictionKind, Evidence, FindingKind};
use crate::rules::claim::Claim;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, contradiction};

/// One market or lot may be reserved to EA and ESAT and to SIAE together (art. L2113-14 al. 1),
/// never to production in prison and to these (al. 2). A concession may be reserved to one of the
/// two only (art. L3113-3), and so had a market to be until article 141 of law 2020-1525 (*ASAP*),
/// published on 8 December 2020.
pub(crate) struct ForbiddenCombination;

/// First day on which a market may be reserved to both.
const FREED: Option<NaiveDate> = NaiveDate::from_ymd_opt(2020, 12, 9);

impl Rule for ForbiddenCombination {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.forbidden-combination",
            Origin::Legal,
            "Réservations que la loi interdit de cumuler",
            "Reservations that the law forbids to combine",
        )
        .under("L2113-14")
        // The Code de la commande publique; older law combined otherwise.
        .since(NaiveDate::from_ymd_opt(2019, 4, 1))
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        use FindingKind::{ReservedEaEsat, ReservedEaEsatSiae, ReservedPrison, ReservedSiae};
        // A lot bears what is said of the whole notice; the notice does not bear what is said of
        // one lot.
        let bears = |claim: &&&Claim| claim.scope.lots.is_none();
        let claims: Vec<&Claim> =
            facts.own.iter().chain(facts.around.iter().filter(bears)).copied().collect();
        let of = |kinds: &[FindingKind]| {
            let found: Vec<Evidence> = claims
                .iter()
                .filter(|claim| kinds.contains(&claim.kind))
                .map(|claim| claim.evidence.clone())
                .collect();
            found
        };
        if facts.own.is_empty() {
            return Vec::new();
        }
        let prison = of(&[ReservedPrison]);
        let sheltered = of(&[ReservedEaEsat, ReservedSiae, ReservedEaEsatSiae]);
        let kind = ContradictionKind::ForbiddenCombination;
        if !prison.is_empty() && !sheltered.is_empty() {
            let message = "Un même marché ou lot ne peut être réservé à la fois à la production en \
                           établissement pénitentiaire et aux entreprises adaptées, ESAT ou \
                           structures d'insertion (art. L2113-14 al. 2 ; concessions L3113-3).";
            return vec![contradiction(kind, message, [prison, sheltered].concat())];
        }
        let both = of(&[ReservedEaEsatSiae]);
        let (one, other) = (of(&[ReservedEaEsat]), of(&[ReservedSiae]));
        let combined = !both.is_empty() || (!one.is_empty() && !other.is_empty());
        let before =
            facts.notice.published_on.is_some_and(|day| FREED.is_some_and(|freed| day < freed));
        if before && combined && !facts.is_concession() {
            let message = "Avant la loi n° 2020-1525 du 7 décembre 2020, un même marché ou lot ne \
                           pouvait être réservé à la fois aux entreprises adaptées ou ESAT et aux \
                           structures d'insertion (art. L2113-14 alors en vigueur).";
            return vec![contradiction(kind, message, [both, one, other].concat())];
        }
        if facts.is_concession() && combined {
            let message = "Une concession ne peut être réservée à la fois aux entreprises adaptées \
                           ou ESAT et aux structures d'insertion par l'activité économique \
                           (art. L3113-3). Choisir l'une des deux réservations.";
            return vec![contradiction(kind, message, [both, one, other].concat())];
        }
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::Draft;
    use crate::domain::notice::{Family, TextRole};
    use crate::rules::assess;
    use crate::rules::legal::cases::{contradictions, notice, say};

    #[test]
    fn prison_stands_alone() {
        let text =
            "Le lot 1 est réservé aux ESAT et à la production en établissement pénitentiaire.";
        let found = assess(&say(notice(2), TextRole::Procedure, text));
        assert_eq!(contradictions(&found), [(1, ContradictionKind::ForbiddenCombination)]);
        assert_eq!(found.lots[0].findings.len(), 2);
    }

    #[test]
    fn a_concession_chooses_and_a_market_need_not() {
        let text = "Contrat réservé aux entreprises adaptées et aux structures d'insertion.";
        let mut concession = notice(0);
        concession.family = Some(Family::Dsp);
        let found = assess(&say(concession, TextRole::Procedure, text));
        assert_eq!(contradictions(&found), [(0, ContradictionKind::ForbiddenCombination)]);
        let found = assess(&say(notice(0), TextRole::Procedure, text));
        assert_eq!(contradictions(&found), []);
    }

    #[test]
    fn a_market_had_to_choose_before_the_law_of_2020() {
        let text =
            "Marché réservé aux entreprises adaptées, aux ESAT et aux structures d'insertion.";
        for (day, expected) in [
            (Some("2020-12-01"), vec![(0, ContradictionKind::ForbiddenCombination)]),
            (Some("2020-12-09"), vec![]),
            (None, vec![]),
        ] {
            let mut told = notice(0);
            told.published_on = day.and_then(|day| day.parse().ok());
            let found = assess(&say(told, TextRole::Procedure, text));
            assert_eq!(contradictions(&found), expected, "{day:?}");
        }
    }

    #[test]
    fn a_draft_of_a_concession_is_one() {
        let text = "La concession est réservée aux EA et aux SIAE au titre des articles L. 3113-1 et \
                    L. 3113-2.";
        let found = assess(&Draft::of_text(text).into_notice());
        assert_eq!(contradictions(&found), [(0, ContradictionKind::ForbiddenCombination)]);
        let said = Draft { is_concession: Some(false), ..Draft::of_text(text) };
        assert_eq!(contradictions(&assess(&said.into_notice())), []);
    }
}
