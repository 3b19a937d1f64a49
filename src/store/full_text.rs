//! Full text that gives the same answers on both databases: one normaliser of ours before either.
//!
//! Words are folded (`é` is `e`), elided articles and stop words go, and what remains is stemmed
//! in French, so that `marchés` finds `marché` and `l'entretien` finds `entretiens`.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};
use thiserror::Error;

use crate::domain::text::fold_key;

static STEMMER: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::French));

/// Words that stand in every notice and tell nothing apart.
const STOP_WORDS: [&str; 44] = [
    "le", "la", "les", "un", "une", "des", "du", "de", "et", "ou", "en", "au", "aux", "par",
    "pour", "sur", "sous", "dans", "avec", "sans", "ce", "ces", "cet", "cette", "se", "sa", "son",
    "ses", "leur", "leurs", "qui", "que", "dont", "est", "sont", "ne", "pas", "plus", "qu", "il",
    "elle", "ils", "elles", "ainsi",
];

/// More words than this are not indexed: PostgreSQL refuses vectors over 1 MB.
const MOST_WORDS: usize = 20_000;
/// Longer words are codes or addresses without spaces.
const LONGEST_WORD: usize = 60;

/// Plurals in `-x` of nouns in `-au`, `-eu` and `-ou`; the rule for the others is in [`stem`].
const PLURALS_IN_X: [&str; 17] = [
    "materiaux",
    "tuyaux",
    "noyaux",
    "joyaux",
    "boyaux",
    "lieux",
    "milieux",
    "jeux",
    "enjeux",
    "feux",
    "cheveux",
    "essieux",
    "moyeux",
    "bijoux",
    "cailloux",
    "genoux",
    "choux",
];

fn stem(word: &str) -> String {
    // The stemmer leaves `locaux` and `local` apart, and knows `reseaux`. `travaux` (works) is not
    // made the plural of `travail` (labour): in this field they are two words.
    let singular = match word {
        "baux" => "bail".to_owned(),
        "vitraux" => "vitrail".to_owned(),
        _ if word.ends_with("eaux") || PLURALS_IN_X.contains(&word) => {
            word.trim_end_matches('x').to_owned()
        }
        _ => match word.strip_suffix("aux") {
            Some(root) if root.len() > 2 => format!("{root}al"),
            _ => word.to_owned(),
        },
    };
    STEMMER.stem(&singular).into_owned()
}

fn significant(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|word| {
        let single_letter = word.len() == 1 && !word.bytes().all(|byte| byte.is_ascii_digit());
        !word.is_empty()
            && word.len() <= LONGEST_WORD
            && !single_letter
            && !STOP_WORDS.contains(word)
    })
}

/// Reads texts for their words. A text that comes again, as that of a notice does with each of its
/// lots, is read once.
#[derive(Debug, Default)]
pub struct Reader<'t> {
    /// The words of a text, and how many.
    known: HashMap<&'t str, (String, usize)>,
}

impl<'t> Reader<'t> {
    /// The words of some texts as the store keeps them.
    pub fn words(&mut self, texts: impl IntoIterator<Item = &'t str>) -> String {
        let mut all = String::new();
        let mut left = MOST_WORDS;
        for text in texts {
            let (words, count) = self.known.entry(text).or_insert_with(|| words_of(text));
            if left == 0 || *count == 0 {
                continue;
            }
            if !all.is_empty() {
                all.push(' ');
            }
            if *count <= left {
                all.push_str(words);
            } else {
                all.push_str(&words.split(' ').take(left).collect::<Vec<_>>().join(" "));
            }
            left = left.saturating_sub(*count);
        }
        all
    }
}

fn words_of(text: &str) -> (String, usize) {
    let mut words = String::new();
    let mut count = 0;
    for word in significant(&fold_key(text)).take(MOST_WORDS) {
        if count > 0 {
            words.push(' ');
        }
        words.push_str(&stem(word));
        count += 1;
    }
    (words, count)
}

/// One thing a search asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    /// A word, by its stem.
    Word(String),
    /// The beginning of a word, as typed and as its stem: what is stored are stems, and the stem of
    /// `nettoyages` is shorter than `nettoyage*`.
    Beginning(String, String),
}

/// More terms than this are no search.
const MOST_TERMS: usize = 32;

/// Why a text is no search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextQueryError {
    /// No significant word.
    #[error("no word to search for; give at least one word of two letters that is not an article")]
    Empty,
    /// Too many words.
    #[error("more than {MOST_TERMS} words; give fewer")]
    TooLong,
}

/// A search: every word must stand in the lot; a word that ends in `*` is the beginning of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextQuery {
    terms: Vec<Term>,
}

impl TextQuery {
    /// Reads what a person types.
    ///
    /// # Errors
    /// When no significant word is left, or there are too many.
    pub fn parse(text: &str) -> Result<Self, TextQueryError> {
        let mut terms = Vec::new();
        for part in text.split_whitespace() {
            let is_prefix = part.ends_with('*');
            let folded = fold_key(part);
            let found: Vec<&str> = significant(&folded).collect();
            for (position, word) in found.iter().enumerate() {
                let term = if is_prefix && position + 1 == found.len() {
                    Term::Beginning((*word).to_owned(), stem(word))
                } else {
                    Term::Word(stem(word))
                };
                if terms.contains(&term) {
                    continue;
                }
                if terms.len() == MOST_TERMS {
                    return Err(TextQueryError::TooLong);
                }
                terms.push(term);
            }
        }
        if terms.is_empty() { Err(TextQueryError::Empty) } else { Ok(Self { terms }) }
    }

    /// The query for FTS5.
    pub(crate) fn for_sqlite(&self) -> String {
        // Words hold letters and digits only, so quoting them is enough.
        let terms = self.terms.iter().map(|term| match term {
            Term::Word(word) => format!("\"{word}\""),
            Term::Beginning(typed, stem) => format!("(\"{typed}\"* OR \"{stem}\"*)"),
        });
        terms.collect::<Vec<_>>().join(" AND ")
    }

    /// The query for `to_tsquery`.
    pub(crate) fn for_postgres(&self) -> String {
        let terms = self.terms.iter().map(|term| match term {
            Term::Word(word) => format!("'{word}'"),
            Term::Beginning(typed, stem) => format!("('{typed}':* | '{stem}':*)"),
        });
        terms.collect::<Vec<_>>().join(" & ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_plurals_and_elisions_do_not_matter() {
        for (text, search) in [
            ("Les marchés de nettoyage", "marche"),
            ("un marché", "MARCHÉS"),
            ("L’entretien des espaces verts", "entretiens espace vert"),
            ("Travaux de peinture", "TRAVAUX peintures"),
            ("baux commerciaux", "bail commercial"),
            ("locaux municipaux", "local municipal"),
            ("insertion professionnelle", "insertions professionnel"),
            ("établissements scolaires", "etablissement scolaire"),
            ("réseaux d'eau et bureaux", "réseau eaux bureau"),
            ("niveau du panneau", "niveaux panneaux"),
            ("matériaux et tuyaux", "matériau tuyau"),
            ("jeux en plusieurs lieux", "jeu lieu"),
            ("centres sociaux", "social"),
        ] {
            let stored = Reader::default().words([text]);
            let query = TextQuery::parse(search).expect("significant words");
            for term in &query.terms {
                let stands = stored.split(' ').any(|word| *term == Term::Word(word.to_owned()));
                assert!(stands, "{text} / {search}: {stored}");
            }
        }
    }

    #[test]
    fn texts_that_come_again_give_their_words_again_up_to_the_bound() {
        let long = "mur ".repeat(MOST_WORDS - 3);
        let mut reader = Reader::default();
        assert_eq!(reader.words(["Le toit", "des", "la porte du toit"]), "toit port toit");
        for _ in 0..2 {
            let words = reader.words([&long, "Le toit", "la porte du toit", "Le toit"]);
            assert_eq!(words.split(' ').count(), MOST_WORDS);
            assert!(words.ends_with("mur toit port toit"));
        }
        let longer = "mur ".repeat(MOST_WORDS + 3);
        assert_eq!(reader.words([longer.as_str(), "toit"]).split(' ').count(), MOST_WORDS);
    }

    #[test]
    fn queries_are_written_for_each_database() {
        let query = TextQuery::parse("l'entretien nettoyage*").expect("significant words");
        assert_eq!(query.for_sqlite(), "\"entretien\" AND (\"nettoyage\"* OR \"nettoyag\"*)");
        assert_eq!(query.for_postgres(), "'entretien' & ('nettoyage':* | 'nettoyag':*)");
        assert_eq!(TextQuery::parse("de la  \"'"), Err(TextQueryError::Empty));
        let long: Vec<String> = (0..40).map(|n| format!("mot{n}")).collect();
        assert_eq!(TextQuery::parse(&long.join(" ")), Err(TextQueryError::TooLong));
    }
}
