//! Words of a text that the compliance rules look for: the environment, the price. The social ones
//! are findings already.

use super::check::short;
use crate::domain::text::fold_key;

/// Words of the environment, as [`fold_key`] writes their beginnings.
const GREEN: [&str; 9] = [
    " environnement",
    " ecolog",
    " carbone",
    " gaz a effet de serre",
    " recycl",
    " biodivers",
    " dechet",
    " energetique",
    " climat",
];

/// Words that turn a sentence into its contrary, or leave a choice: *clauses sociales et/ou
/// environnementales*.
const DENIED: [&str; 7] = [
    " pas de ",
    " aucune ",
    " aucun ",
    " sans objet ",
    " sans consideration",
    " sans clause",
    " ou environnement",
];

/// The first sentence that speaks of the environment without denying it.
pub(crate) fn green(text: &str) -> Option<String> {
    find(text, |sentence| has(sentence, &GREEN))
}

/// The first sentence that states a green condition of execution in so many words.
pub(crate) fn green_condition(text: &str) -> Option<String> {
    const CONDITION: [&str; 4] =
        [" clause", " condition d execution", " conditions d execution", " consideration"];
    find(text, |sentence| has(sentence, &CONDITION) && has(sentence, &[" environnement"]))
}

fn find(text: &str, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut sentences = text.split(['.', ';', '\n']);
    let found = sentences.find(|sentence| {
        let folded = format!(" {} ", fold_key(sentence));
        wanted(&folded) && !has(&folded, &DENIED)
    });
    found.map(short)
}

fn has(folded: &str, words: &[&str]) -> bool {
    words.iter().any(|word| folded.contains(word))
}

/// Words beside *prix* in criteria that are nothing but the price.
const PRICE: [&str; 39] = [
    "a",
    "au",
    "bas",
    "base",
    "cent",
    "critere",
    "criteres",
    "d",
    "de",
    "des",
    "du",
    "est",
    "et",
    "ht",
    "l",
    "la",
    "le",
    "les",
    "moins",
    "montant",
    "note",
    "notes",
    "offre",
    "offres",
    "plus",
    "points",
    "ponderation",
    "pour",
    "prestations",
    "prix",
    "pts",
    "selon",
    "seul",
    "sur",
    "ttc",
    "unique",
    "un",
    "uniquement",
    "disant",
];

/// Whether the criteria are the price and nothing else: *Prix : 100 %*, *critère unique du prix*.
pub(crate) fn price_only<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let folded: Vec<String> = texts.map(fold_key).collect();
    let mut words = folded.iter().flat_map(|text| text.split(' ')).filter(|word| !word.is_empty());
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let names_price = folded.iter().any(|text| text.split(' ').any(|word| word == "prix"));
    names_price && words.all(|word| PRICE.contains(&word) || is_number(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_price_and_nothing_else() {
        for (text, expected) in [
            ("Prix", true),
            ("Prix des prestations : 100 %", true),
            ("Critère unique du prix", true),
            ("Le prix est le seul critère.", true),
            ("Prix 60 %, valeur technique 40 %", false),
            ("Critères énoncés dans le règlement de la consultation", false),
            ("Coût du cycle de vie", false),
            ("", false),
        ] {
            assert_eq!(price_only([text].into_iter()), expected, "{text}");
        }
        assert!(!price_only(["Prix", "Délai"].into_iter()));
        assert!(!price_only(std::iter::empty()));
    }

    #[test]
    fn the_environment_is_named_and_not_denied() {
        assert_eq!(
            green("Prix : 40 %. Performances en matière de protection de l'environnement : 10 %")
                .as_deref(),
            Some("Performances en matière de protection de l'environnement : 10 %")
        );
        assert_eq!(green("Aucune considération environnementale"), None);
        assert_eq!(green("Valeur technique"), None);
        assert!(
            green_condition("Le marché comporte des clauses sociales et environnementales")
                .is_some()
        );
        assert_eq!(green_condition("Clauses sociales et/ou environnementales au CCAP"), None);
        assert_eq!(green_condition("Étude d'impact sur l'environnement du site"), None);
        assert_eq!(green_condition("Ce marché ne comporte pas de clause environnementale"), None);
    }
}
