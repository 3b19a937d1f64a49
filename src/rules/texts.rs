//! The texts of law that articles stand in, with their pages on Légifrance.

/// A text of law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LegalText {
    /// Its name in French.
    pub title: &'static str,
    /// Its page on Légifrance, where its articles are.
    pub url: &'static str,
}

/// What names of articles begin with, and the text they stand in. The last one takes all others.
const TEXTS: [(&[&str], LegalText); 6] = [
    (
        &["CMP "],
        LegalText {
            title: "Code des marchés publics (2006), abrogé",
            url: "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000005627819",
        },
    ),
    (
        &["ord. 2015-899 "],
        LegalText {
            title: "Ordonnance n° 2015-899 du 23 juillet 2015, abrogée",
            url: "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000030920376",
        },
    ),
    (
        &["décret 2016-360 "],
        LegalText {
            title: "Décret n° 2016-360 du 25 mars 2016, abrogé",
            url: "https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000032295952",
        },
    ),
    (
        &["L5132-", "L5213-"],
        LegalText {
            title: "Code du travail",
            url: "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006072050",
        },
    ),
    (
        &["L344-"],
        LegalText {
            title: "Code de l'action sociale et des familles",
            url: "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000006074069",
        },
    ),
    (
        &[""],
        LegalText {
            title: "Code de la commande publique",
            url: "https://www.legifrance.gouv.fr/codes/texte_lc/LEGITEXT000037701019",
        },
    ),
];

/// The text an article stands in, by its name in findings: `L2113-12`, `ord. 2015-899 art. 36`.
pub fn text_of(article: &str) -> LegalText {
    let holds = |starts: &[&str]| starts.iter().any(|start| article.starts_with(start));
    let found = TEXTS.iter().find(|(starts, _)| holds(starts));
    found.unwrap_or(&TEXTS[TEXTS.len() - 1]).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::articles::ARTICLES;

    #[test]
    fn every_article_has_its_text() {
        for (article, title) in [
            ("L2113-12", "Code de la commande publique"),
            ("R2113-7", "Code de la commande publique"),
            ("L5132-4", "Code du travail"),
            ("L344-2", "Code de l'action sociale et des familles"),
            ("CMP art. 15", "Code des marchés publics (2006), abrogé"),
            ("ord. 2015-899 art. 36", "Ordonnance n° 2015-899 du 23 juillet 2015, abrogée"),
            ("décret 2016-360 art. 13", "Décret n° 2016-360 du 25 mars 2016, abrogé"),
        ] {
            assert_eq!(text_of(article).title, title, "{article}");
        }
        // The parts L2, L3, R2 and R3 are those of the Code de la commande publique.
        for article in ARTICLES.iter() {
            let of_code = ["L2", "L3", "R2", "R3"].iter().any(|part| article.id.starts_with(part));
            let is_last = text_of(&article.id) == TEXTS[TEXTS.len() - 1].1;
            assert_eq!(of_code && !article.id.starts_with("L344"), is_last, "{}", article.id);
        }
    }
}
