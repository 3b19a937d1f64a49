//! A reservation to the social and solidarity economy whose conditions are not met.

use chrono::NaiveDate;

use crate::domain::finding::{ContradictionKind, Evidence, FindingKind};
use crate::domain::lot::Lot;
use crate::domain::notice::{Family, FormType, Notice};
use crate::rules::fold::Folded;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, contradiction};

/// Three years at most (art. L2113-16 al. 2), and a notice that refers to articles L2113-15 and
/// L2113-16 (art. R2113-8). Whether every CPV is one of a social service is another question.
pub(crate) struct SocialEconomy;

/// Longest duration, in months.
const LONGEST: u32 = 36;

impl Rule for SocialEconomy {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.social-economy",
            Origin::Legal,
            "Réservation à l'ESS dont les conditions ne sont pas remplies",
            "Reservation to the social economy whose conditions are not met",
        )
        .under("L2113-16")
        .since(NaiveDate::from_ymd_opt(2019, 4, 1))
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let claims = facts.own.iter().filter(|claim| claim.kind == FindingKind::ReservedEss);
        let texts: Vec<Evidence> = claims.map(|claim| claim.evidence.clone()).collect();
        // What is signed cannot be corrected any more; calls for projects are no markets.
        let form = facts.notice.form_type;
        let is_call = matches!(form, FormType::Planning | FormType::Competition);
        let is_market = facts.notice.family != Some(Family::Divers) && !facts.is_concession();
        if texts.is_empty() || !is_call || !is_market {
            return Vec::new();
        }
        let duration = duration(facts, &texts);
        duration.into_iter().chain(references(facts.notice, &texts)).collect()
    }
}

fn duration(facts: &Facts<'_>, texts: &[Evidence]) -> Option<Ruling> {
    let lots: Vec<&Lot> =
        facts.lot.map_or_else(|| facts.notice.lots.iter().collect(), |lot| vec![lot]);
    let months: Vec<u32> = lots.iter().filter_map(|lot| lot.duration_months).collect();
    let longest = months.iter().max().copied().unwrap_or_default();
    if longest > LONGEST {
        let message = format!(
            "Un marché réservé aux entreprises de l'économie sociale et solidaire ne peut durer plus \
             de trois ans (art. L2113-16) ; celui-ci est prévu pour {longest} mois. Réduire la durée, \
             reconductions comprises."
        );
        let kind = ContradictionKind::ConditionsNotMet;
        return Some(contradiction(kind, message, texts.to_vec()));
    }
    let known = !months.is_empty() && months.len() == lots.len();
    (!known).then(|| {
        Ruling::Unknown(
            "la durée du marché, qui ne peut dépasser trois ans (art. L2113-16)".to_owned(),
        )
    })
}

fn references(notice: &Notice, texts: &[Evidence]) -> Option<Ruling> {
    let all = notice.texts.iter().chain(notice.lots.iter().flat_map(|lot| &lot.texts));
    let folded: Vec<Folded> = all.map(|text| Folded::new(&text.text)).collect();
    let is_cited = |article: &&str| folded.iter().any(|text| text.as_str().contains(&article[1..]));
    let missing: Vec<&str> =
        ["L2113-15", "L2113-16"].into_iter().filter(|article| !is_cited(article)).collect();
    if missing.is_empty() {
        return None;
    }
    let message = format!(
        "L'avis qui réserve un marché aux entreprises de l'économie sociale et solidaire renvoie aux \
         articles L2113-15 et L2113-16 (art. R2113-8) ; il manque {}.",
        missing.join(" et ")
    );
    Some(contradiction(ContradictionKind::ConditionsNotMet, message, texts.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::TextRole;
    use crate::rules::legal::cases::{contradictions, notice, say};
    use crate::rules::{Outcome, assess, explain};

    const RIGHT: &str = "Marché réservé aux entreprises de l'économie sociale et solidaire \
                         (articles L. 2113-15 et L. 2113-16).";

    fn lasting(months: Option<u32>, text: &str) -> Notice {
        let mut told = say(notice(0), TextRole::Procedure, text);
        told.lots[0].duration_months = months;
        told
    }

    const NOT_MET: (usize, ContradictionKind) = (0, ContradictionKind::ConditionsNotMet);

    #[test]
    fn more_than_three_years_is_told() {
        let found = assess(&lasting(Some(48), RIGHT));
        assert_eq!(contradictions(&found), [NOT_MET]);
        assert!(found.contradictions[0].message.contains("48 mois"));
        assert_eq!(contradictions(&assess(&lasting(Some(36), RIGHT))), []);
        let esat = lasting(Some(48), "Marché réservé aux ESAT.");
        assert_eq!(contradictions(&assess(&esat)), []);
    }

    #[test]
    fn an_unknown_duration_is_unknown() {
        let unknown = lasting(None, RIGHT);
        assert_eq!(contradictions(&assess(&unknown)), []);
        let mut candidates = explain(&unknown).into_iter();
        assert!(candidates.any(|one| matches!(one.outcome, Outcome::Unknown { .. })));
    }

    #[test]
    fn both_articles_are_referred_to_wherever_they_stand() {
        let one = "Marché réservé aux entreprises de l'ESS (article L2113-15).";
        let found = assess(&lasting(Some(24), one));
        assert_eq!(contradictions(&found), [NOT_MET]);
        assert!(found.contradictions[0].message.ends_with("manque L2113-16."));
        let elsewhere = lasting(Some(24), one);
        let elsewhere =
            say(elsewhere, TextRole::AdditionalInformation, "Voir l'article L. 2113‑16.");
        assert_eq!(contradictions(&assess(&elsewhere)), []);
    }

    #[test]
    fn what_is_no_call_for_a_market_is_left_alone() {
        let mut result = lasting(Some(48), RIGHT);
        result.form_type = FormType::Result;
        assert_eq!(contradictions(&assess(&result)), []);
        let mut projects = lasting(Some(48), RIGHT);
        projects.family = Some(Family::Divers);
        assert_eq!(contradictions(&assess(&projects)), []);
    }
}
