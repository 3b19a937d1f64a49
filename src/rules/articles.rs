//! The article checker: which articles a sentence cites, and what each can support.
//!
//! Buyers cite articles of four generations of law, and miscite them. A wrong or repealed article
//! is told as a contradiction; it never cancels a finding.

use std::ops::Range;
use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::bytes::Regex;
use serde::Deserialize;

use super::lexicon::{self, FILES};
use super::pattern;
use crate::domain::finding::FindingKind;

/// An article of law.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Article {
    /// Its name in findings: `L2113-12`, `ord. 2015-899 art. 36`.
    pub(crate) id: String,
    /// The kinds of finding it can support.
    #[serde(deserialize_with = "kinds")]
    says: Vec<FindingKind>,
    /// Whether it is the basis of its kinds when a notice cites none.
    #[serde(default)]
    main: bool,
    /// Whether it governs concessions.
    #[serde(default)]
    concession: bool,
    /// There is no such article: buyers write it for this one.
    pub(crate) instead: Option<String>,
    /// First day it may be cited.
    from: Option<NaiveDate>,
    /// Last day it may be cited.
    pub(crate) until: Option<NaiveDate>,
}

fn kinds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<FindingKind>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let known = |name: &String| {
        FindingKind::parse(name)
            .ok_or_else(|| serde::de::Error::custom(format!("`{name}` is not a kind")))
    };
    names.iter().map(known).collect()
}

impl Article {
    /// Whether it can support a finding of this kind. A reservation to both sorts of organisation
    /// is supported by the article of either; one to nobody in particular by any.
    pub(crate) fn supports(&self, kind: FindingKind) -> bool {
        use FindingKind::{ReservedEaEsat, ReservedEaEsatSiae, ReservedSiae, ReservedUnspecified};
        let says = |kind| self.says.contains(&kind);
        says(kind)
            || (kind == ReservedEaEsatSiae && (says(ReservedEaEsat) || says(ReservedSiae)))
            || (kind == ReservedUnspecified && self.reserves())
    }

    /// Whether it is about reserved markets.
    pub(crate) fn reserves(&self) -> bool {
        self.says.iter().any(|kind| kind.is_reservation())
    }

    /// The one kind of reservation it stands for, if it stands for one only.
    pub(crate) fn sole_kind(&self) -> Option<FindingKind> {
        match self.says.as_slice() {
            // L2113-14 names both organisations and each of them: the joint reservation is its own.
            [kind, ..] if self.id == "L2113-14" || self.instead.as_deref() == Some("L2113-14") => {
                Some(*kind)
            }
            // A definition (L5132-4) also serves a joint reservation.
            [kind] | [kind, FindingKind::ReservedEaEsatSiae] => Some(*kind),
            _ => None,
        }
    }

    /// The kinds it supports, for the rule book.
    pub(crate) fn supported(&self) -> String {
        self.says.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// Its first day, for the rule book.
    pub(crate) fn first_day(&self) -> String {
        self.from.map(|day| day.to_string()).unwrap_or_default()
    }

    /// Its last day, for the rule book.
    pub(crate) fn last_day(&self) -> String {
        self.until.map(|day| day.to_string()).unwrap_or_default()
    }

    /// Whether a consultation published on this day may cite it; an unknown day may.
    pub(crate) fn in_force(&self, on: Option<NaiveDate>) -> bool {
        let Some(day) = on else { return true };
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

#[derive(Deserialize)]
struct ArticlesFile {
    article: Vec<Article>,
}

/// The known articles.
pub(crate) static ARTICLES: LazyLock<Vec<Article>> =
    LazyLock::new(|| lexicon::parse::<ArticlesFile>(FILES[7]).article);

/// The article that is the basis of a kind, at a date, when the notice cites none.
pub(crate) fn basis(
    kind: FindingKind,
    on: Option<NaiveDate>,
    concession: bool,
) -> Option<&'static Article> {
    let main = || ARTICLES.iter().filter(|article| article.main && article.says.contains(&kind));
    let valid = |article: &&'static Article| match on {
        Some(_) => article.in_force(on),
        None => article.until.is_none(),
    };
    // The article whose first kind this is comes before one that merely covers it.
    let own = |article: &&'static Article| article.says.first() == Some(&kind);
    let of = |concession: bool| {
        main()
            .filter(|article| article.concession == concession)
            .filter(valid)
            .max_by_key(|article| own(article))
    };
    concession.then(|| of(true)).flatten().or_else(|| of(false))
}

/// An article cited in a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Citation {
    /// The article.
    pub(crate) article: &'static Article,
    /// Narrower than the article: art. 36 I of the ordonnance is EA and ESAT, 36 II is SIAE.
    part: Option<FindingKind>,
    /// Folded bytes it stands in.
    pub(crate) span: Range<usize>,
    /// It stands in a range such as `L2113-12 à L2113-14`.
    ranged: bool,
}

impl Citation {
    /// The one kind of reservation the citation stands for, if it stands for one only.
    pub(crate) fn sole_kind(&self) -> Option<FindingKind> {
        self.part.or_else(|| self.article.sole_kind())
    }

    /// Whether it can be the article of a finding of this kind.
    pub(crate) fn supports(&self, kind: FindingKind) -> bool {
        match self.part {
            Some(part) => part == kind || kind == FindingKind::ReservedEaEsatSiae,
            None => self.article.supports(kind),
        }
    }

    /// Whether it stands in a range of articles.
    pub(crate) const fn is_ranged(&self) -> bool {
        self.ranged
    }
}

/// `l 2113-12`, `l2113-12`, `2113-12`: articles of a code, with their letter where it is written.
static CODED: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(?:([lrd]) ?)?(\d{3,4}-\d{1,2}(?:-\d{1,2})?)\b"));

/// `articles 36 et 37 de l ordonnance no 2015-899`: old texts, whose articles are plain numbers.
static OLD: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"\b(?:articles?|art) ((?:\d{1,3}(?: ?-? ?i{1,3}\b)?(?:,| et| ou| a|/|-| i{1,3}\b| \d ?o| al \d| ){0,3} ?)+?) ?(?:de l |du |d un |, )?(?:(ordonnance)|(decret)|(?:ancien )?(?:code des marches|cmp))(?: no?)? ?((?:2015-899|2016-360|2006-975)?)",
    )
});

static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(\d{1,3})(?: ?-? ?(i{1,3})\b)?"));

/// The known articles that a sentence cites. Spans are relative to the sentence.
pub(crate) fn citations(sentence: &str) -> Vec<Citation> {
    let mut found: Vec<Citation> = Vec::new();
    let text = sentence.as_bytes();
    for captures in CODED.captures_iter(text) {
        let (Some(whole), Some(number)) = (captures.get(0), captures.get(2)) else { continue };
        let number = &sentence[number.range()];
        let letter = captures.get(1).map(|letter| sentence[letter.range()].to_uppercase());
        // Numbers of ordonnances, telephones and dates also look so: without its letter an article
        // must follow another one (`L. 2113-12 et 2113-13`) or the word.
        let article = match letter {
            Some(letter) => find(&format!("{letter}{number}")),
            None if follows_an_article(sentence, whole.start()) => find(&format!("L{number}")),
            None => None,
        };
        if let Some(article) = article
            && !is_of_another_code(&sentence[whole.end()..], &article.id)
        {
            let span = whole.range();
            let ranged = found.last().is_some_and(|last| {
                matches!(sentence[last.span.end..span.start].trim(), "a" | "a l article" | "-")
            });
            if ranged && let Some(last) = found.last_mut() {
                last.ranged = true;
            }
            found.push(Citation { article, part: None, span, ranged });
        }
    }
    for captures in OLD.captures_iter(text) {
        let Some(numbers) = captures.get(1) else { continue };
        let law = match (captures.get(2), captures.get(3)) {
            (Some(_), _) => "ord. 2015-899",
            (None, Some(_)) => "décret 2016-360",
            (None, None) => "CMP",
        };
        let named = captures.get(4).map(|number| &sentence[number.range()]).unwrap_or_default();
        if matches!((law, named), ("décret 2016-360", "2006-975" | "2015-899")) {
            continue;
        }
        for number in NUMBER.captures_iter(numbers.as_bytes()) {
            let (Some(whole), Some(digits)) = (number.get(0), number.get(1)) else { continue };
            let digits = String::from_utf8_lossy(digits.as_bytes());
            let Some(article) = find(&format!("{law} art. {digits}")) else { continue };
            let part = match (article.id.as_str(), number.get(2).map(|part| part.len())) {
                ("ord. 2015-899 art. 36", Some(1)) => Some(FindingKind::ReservedEaEsat),
                ("ord. 2015-899 art. 36", Some(2)) => Some(FindingKind::ReservedSiae),
                _ => None,
            };
            let start = numbers.start() + whole.start();
            let span = start..numbers.start() + whole.end();
            found.push(Citation { article, part, span, ranged: false });
        }
    }
    found.sort_by_key(|citation| citation.span.start);
    found
}

fn find(id: &str) -> Option<&'static Article> {
    ARTICLES.iter().find(|article| article.id == id)
}

/// Codes of law whose articles have numbers like ours: L3113-1 is also one of the *code des
/// transports*. Listed, because the names of our own codes are met misspelt.
const OTHER_CODES: [&str; 14] = [
    "transports",
    "la route",
    "la securite",
    "l environnement",
    "l urbanisme",
    "la sante",
    "la construction",
    "justice",
    "l energie",
    "l education",
    "commerce",
    "la consommation",
    "general",
    "la propriete",
];

/// Whether the code named next is another one, and the article's own is not named after it.
fn is_of_another_code(after: &str, id: &str) -> bool {
    let own: &[&str] = match id {
        _ if id.starts_with("L5132") || id.starts_with("L5213") => &["code du travail"],
        "L344-2" => &["code de l action sociale"],
        _ => &["code de la commande", "code des marches"],
    };
    let near = &after[..after.len().min(160)];
    let Some(at) = near.find(" code ") else { return false };
    let name = near[at + 6..].trim_start_matches("des ").trim_start_matches("de ");
    let name = name.trim_start_matches("du ");
    let other = OTHER_CODES.iter().any(|other| name.starts_with(other));
    other && !own.iter().any(|own| after.contains(own))
}

fn follows_an_article(sentence: &str, at: usize) -> bool {
    let from = at.saturating_sub(30);
    sentence.get(from..at).is_some_and(|before| {
        before.contains("article") || before.contains("art ") || before.contains("2113-")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fold::Folded;

    fn cited(text: &str) -> Vec<String> {
        let folded = Folded::new(text);
        citations(folded.as_str()).iter().map(|citation| citation.article.id.clone()).collect()
    }

    #[test]
    fn articles_of_every_generation_are_read() {
        for (text, expected) in [
            ("l'article L. 2113-12 du code", vec!["L2113-12"]),
            ("articles L2113-12 et L.2113-13", vec!["L2113-12", "L2113-13"]),
            ("articles L. 2113-12 et 2113-13", vec!["L2113-12", "L2113-13"]),
            ("article L 2113-13-1 du CCP", vec!["L2113-13-1"]),
            (
                "articles 36 et 37 de l'ordonnance n° 2015-899",
                vec!["ord. 2015-899 art. 36", "ord. 2015-899 art. 37"],
            ),
            ("article 36 I de l'ordonnance n°2015-899", vec!["ord. 2015-899 art. 36"]),
            ("l'article 13 du décret 2016-360", vec!["décret 2016-360 art. 13"]),
            ("article 15 du code des marchés publics", vec!["CMP art. 15"]),
            ("art. 14 du CMP", vec!["CMP art. 14"]),
            ("articles 45 et 48 de l'ordonnance 2015-899", vec![]),
            ("article 13 du décret 2006-975", vec![]),
            ("R. 2113-12", vec!["R2113-12"]),
            ("articles L. 3113-1 et R. 1422-4 du code des transports", vec![]),
            ("L. 2113-13 du CCP et L. 5132-4 du code du travail", vec!["L2113-13", "L5132-4"]),
            ("tél. 2113-12", vec![]),
            ("articles L. 5212-1 à L. 5212-11", vec![]),
        ] {
            assert_eq!(cited(text), expected, "{text}");
        }
    }

    #[test]
    fn parts_and_ranges_are_told() {
        let one = &citations("article 36 i de l ordonnance 2015-899")[0];
        assert!(one.supports(FindingKind::ReservedEaEsat));
        assert!(!one.supports(FindingKind::ReservedSiae));
        assert!(citations("articles l 2113-12 a l 2113-14").iter().all(Citation::is_ranged));
    }

    #[test]
    fn the_basis_depends_on_the_day() {
        let day = |text: &str| Some(text.parse::<NaiveDate>().expect("a date"));
        let id = |kind, on, concession| basis(kind, on, concession).map(|a| a.id.as_str());
        assert_eq!(id(FindingKind::ReservedEaEsat, None, false), Some("L2113-12"));
        assert_eq!(
            id(FindingKind::ReservedSiae, day("2018-05-01"), false),
            Some("ord. 2015-899 art. 36")
        );
        assert_eq!(id(FindingKind::ReservedSiae, None, true), Some("L3113-2"));
        assert_eq!(id(FindingKind::ExecutionClause, day("2014-01-01"), false), Some("CMP art. 14"));
        assert_eq!(id(FindingKind::InsertionService, None, false), None);
        assert_eq!(id(FindingKind::ReservedUnspecified, None, false), Some("R2113-7"));
        assert_eq!(id(FindingKind::ReservedEaEsatSiae, None, false), Some("L2113-14"));
    }
}
