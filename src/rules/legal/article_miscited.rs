//! An article that is not the one of the reservation or clause it is cited for, or is repealed.

use crate::domain::finding::ContradictionKind;
use crate::domain::notice::FormType;
use crate::rules::articles::{self, Citation};
use crate::rules::claim::Claim;
use crate::rules::legal::in_words;
use crate::rules::rule::{Facts, Origin, Rule, RuleInfo, Ruling, contradiction};

/// A wrong article is told and never cancels the finding: the words say what the buyer wants.
pub(crate) struct ArticleMiscited;

impl Rule for ArticleMiscited {
    fn info(&self) -> RuleInfo {
        RuleInfo::new(
            "law.article-miscited",
            Origin::Legal,
            "Article cité à tort ou abrogé",
            "Article wrongly cited or repealed",
        )
        .under("R2113-7")
    }

    fn evaluate(&self, facts: &Facts<'_>) -> Vec<Ruling> {
        let mut told: Vec<&str> = Vec::new();
        let mut rulings = Vec::new();
        for claim in facts.own.iter().chain(&facts.clauses) {
            for citation in &claim.cited {
                let id = citation.article.id.as_str();
                if told.contains(&id) {
                    continue;
                }
                match fault(facts, claim, citation) {
                    Fault::None => {}
                    Fault::Told(message) => {
                        told.push(id);
                        let evidence = vec![claim.evidence.clone()];
                        let kind = ContradictionKind::ArticleMiscited;
                        rulings.push(contradiction(kind, message, evidence));
                    }
                    Fault::Unknown(missing) => rulings.push(Ruling::Unknown(missing)),
                }
            }
        }
        rulings
    }
}

enum Fault {
    None,
    Told(String),
    Unknown(String),
}

fn fault(facts: &Facts<'_>, claim: &Claim, citation: &Citation) -> Fault {
    let article = citation.article;
    let on = facts.notice.published_on;
    let right = articles::basis(claim.kind, on, facts.is_concession())
        .map_or(String::new(), |right| format!(" L'article à citer est {}.", right.id));
    if let Some(instead) = &article.instead {
        return Fault::Told(format!("L'article {} n'existe pas : lire {instead}.", article.id));
    }
    // A range names its neighbours; both ends of a joint reservation are right.
    let ranged_right = citation.is_ranged()
        && claim.cited.iter().any(|other| other.is_ranged() && other.supports(claim.kind));
    if !citation.supports(claim.kind) && !ranged_right {
        return Fault::Told(format!(
            "Le texte réserve {}, mais l'article {} n'est pas celui de cette réservation.{right}",
            in_words(claim.kind),
            article.id
        ));
    }
    // An award of today rightly cites the law of its call.
    let calls = matches!(facts.notice.form_type, FormType::Planning | FormType::Competition);
    let Some(until) = article.until.filter(|_| calls) else { return Fault::None };
    match on {
        Some(day) if day > until => Fault::Told(format!(
            "L'article {} est abrogé depuis le {}.{right}",
            article.id,
            until.succ_opt().unwrap_or(until).format("%d/%m/%Y")
        )),
        Some(_) => Fault::None,
        None => Fault::Unknown(format!(
            "la date de publication, pour savoir si l'article {} était en vigueur",
            article.id
        )),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::finding::ContradictionKind;
    use crate::domain::notice::TextRole;
    use crate::rules::legal::cases::{contradictions, notice, say};
    use crate::rules::{assess, explain};

    fn told(text: &str) -> Vec<String> {
        let found = assess(&say(notice(0), TextRole::Procedure, text));
        assert_eq!(found.findings.len(), 1, "{text}");
        found.contradictions.into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn wrong_absent_and_repealed_articles_are_told() {
        for (text, expected) in [
            ("Marché réservé aux ESAT (article L. 2113-12).", ""),
            ("Marché réservé aux ESAT (article L. 2113-13).", "L'article à citer est L2113-12"),
            ("Marché réservé aux ESAT (article R. 2113-12).", "lire L2113-12"),
            ("Marché réservé aux ESAT (article 15 du code des marchés publics).", "abrogé"),
            ("Marché réservé aux SIAE (article 36 de l'ordonnance 2015-899).", "01/04/2019"),
            ("Marché réservé aux ESAT (articles L. 2113-12 à L. 2113-14).", ""),
            ("Clause sociale au titre de l'article 14 du code des marchés publics.", "abrogé"),
        ] {
            let messages = told(text);
            assert_eq!(messages.len(), usize::from(!expected.is_empty()), "{text}: {messages:?}");
            assert!(messages.iter().all(|message| message.contains(expected)), "{messages:?}");
        }
    }

    #[test]
    fn an_article_of_another_statement_of_the_sentence_is_right() {
        for (text, expected) in [
            (
                "Le lot 1 est réservé aux établissements pénitentiaires, article L. 2113-13-1, et \
                 aux SIAE.",
                vec![(1, ContradictionKind::ForbiddenCombination)],
            ),
            (
                "Le lot 1 est réservé aux ESAT et le lot 2 est réservé aux SIAE (articles \
                 L. 2113-12 et L. 2113-13).",
                vec![],
            ),
            (
                "Le lot 1 est réservé aux ESAT (L. 2113-13) et le lot 2 est réservé aux SIAE \
                 (L. 2113-12).",
                vec![
                    (1, ContradictionKind::ArticleMiscited),
                    (2, ContradictionKind::ArticleMiscited),
                ],
            ),
        ] {
            let found = assess(&say(notice(2), TextRole::Procedure, text));
            assert_eq!(contradictions(&found), expected, "{text}");
        }
    }

    #[test]
    fn without_a_date_a_repeal_is_unknown() {
        let mut undated = notice(0);
        undated.published_on = None;
        let text = "Marché réservé aux ESAT (article 15 du code des marchés publics).";
        let undated = say(undated, TextRole::Procedure, text);
        assert_eq!(contradictions(&assess(&undated)), []);
        let unknown = explain(&undated)
            .into_iter()
            .any(|candidate| matches!(candidate.outcome, crate::rules::Outcome::Unknown { .. }));
        assert!(unknown);
    }
}
