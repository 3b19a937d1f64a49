//! What the numbers of a clause or of a criterion count: hours, shares, people, weights.
//!
//! A number counts what follows it (*300 heures*), or what it answers (*nombre d'heures : 300*).
//! Numbers of penalties, of ratios (*1 heure pour 25 heures travaillées*), of times of the day and of
//! prices are no values.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::number::{Number, numbers};
use crate::domain::quantity::Measure;
use crate::rules::pattern;

/// A value read in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) measure: Measure,
    pub(super) hundredths: i64,
    /// The number.
    pub(super) number: Range<usize>,
    /// The number and what it counts: bytes of the text.
    pub(super) span: Range<usize>,
}

static HOURS: LazyLock<Regex> = LazyLock::new(|| pattern::compile(r"^ ?\)? ?(?:h|hrs?|heures?)\b"));

/// A number that answers hours: `nombre d'heures d'insertion : 300`, `volume horaire fixé à 300`.
static HOURS_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"\b(?:heures?|volume horaire)(?: [a-z]+){0,7}? ?(?:[:=]|\b(?:est|sont|sera|seront) de\b|\bfixee?s? a\b|",
        r"\bs eleve(?:nt)? a\b|\b(?:estime|evalue|egal)e?s? a\b)",
        r" ?(?:(?:un )?minimum (?:de )?|au moins |environ )?$"
    ))
});

/// What may follow a number that stands alone.
static ALONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(r"^ ?(?:$|[,.);(]|(?:minimum|au|sur|pour|et|dont|par an|annuel)\b)")
});

static A_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"^[^,;:(\d]{0,50}?(?:\bpar an(?:nee)?\b|\bannuel|\bchaque annee\b|/ ?an\b|^ ?par an\b)",
    )
});

/// Hours of a day or of a week.
static OF_A_DAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"^ ?(?:/ ?24|(?:par|/) ?(?:jour|semaine|mois)\b|hebdomadaires?\b|ouvree?s?\b|calendaires?\b)",
    )
});

/// The other side of a ratio: `pour 25 heures travaillées`, `par tranche de 50 000 €`.
static RATIO: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"^[^,;.]{0,60}?(?:/ ?tranche|\bpar tranche|\bpar chaque|\bpar euros?|",
        r"(?:/|\b(?:pour|par|sur)) ?(?:chaque )?\d[\d .]* ?(?:h\b|heures|k?e(?:ur|uros?)?\b))",
    ))
});

static NOT_AFTER_THESE: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"(?:\b(?:avant|apres|a partir de|jusqu a|sous|toutes les|dans les|entre|delais?(?: [a-z]+)? de|",
        r"formation de|\d{4} a)|",
        r"\b(?:h|heures?)\b[^,;]{0,30}?(?:/|\b(?:pour|par|sur)) ?(?:chaque |tranche de )?) ?$",
    ))
});

/// What is charged, kept back or taxed is no value: up to the next pause.
static CHARGED: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"\b(?:penalit|penalis|retenue|avance|tva|majoration|interets|amende|refaction|sanction|retard)[^,;]{0,80}$",
    )
});

static PERCENT: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"^ ?\)? ?(?:%|pour cents?\b|pourcents?\b|p cent\b)"));

const WORK: &str = r"\b(?:heures?|temps|main d oeuvre|effectifs?|masse salariale|volume horaire|travail|etp|postes?|personnels?)\b";

static OF_WORK: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(&format!("^[^,;(]{{0,60}}?{WORK}")));

static OF_AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"^[^,;(]{0,40}?\b(?:montants?|prix|chiffre d affaires|valeur|marche|commandes?|depenses?|budget|ht)\b",
    )
});

/// What is said of the work before its share: `part des heures fixée à 5 %`.
static WORK_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(&format!("{WORK}[^,;]{{0,60}}$")));

/// The staff of an organisation that may bid: `employant au moins 50 % de travailleurs …`.
static OF_STAFF: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(?:employant|emploient?|dont|composee?s? de)\b.{0,25}$"));

static POINTS: LazyLock<Regex> = LazyLock::new(|| pattern::compile(r"^ ?\)? ?(?:points?|pts?)\b"));

/// A mark out of a hundred is a share of it.
static OUT_OF_HUNDRED: LazyLock<Regex> = LazyLock::new(|| pattern::compile(r"^ ?(?:/|sur) ?100\b"));

const LEARNERS: &str = concat!(
    r"(?:apprentie?s?|alternante?s?|stagiaires?|",
    r"contrats? (?:d apprentissage|d alternance|en alternance|de professionnalisation|d insertion|aides?))"
);

const PEOPLE: &str = concat!(
    r"(?:personnes?|jeunes?|beneficiaires?|allocataires?|demandeu(?:rs?|ses?) d emploi|chomeurs?|travailleurs?|",
    r"salariee?s?|postes?|emplois?|etp|equivalents? temps plein|embauches?|recrutements?|places?)"
);

static LEARN: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(&format!(r"^\)? (?:[a-z]+ ){{0,1}}?{LEARNERS}\b")));

static WORKERS: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(&format!(r"^\)? (?:[a-z]+ ){{0,1}}?{PEOPLE}\b")));

static AT_LEAST: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(?:au moins|au minimum|minimum|a minima) $"));

/// What ends the words on one criterion.
static PAUSE: LazyLock<Regex> = LazyLock::new(|| pattern::compile(r"[;|]|, (?:[^\d]|$)"));

/// A number with the words around it.
struct Place<'t> {
    number: &'t Number,
    before: &'t str,
    after: &'t str,
}

impl<'t> Place<'t> {
    fn new(text: &'t str, number: &'t Number) -> Self {
        let (before, after) = (&text[..number.span.start], &text[number.span.end..]);
        Self { number, before, after }
    }

    fn precedes(&self, words: &Regex) -> Option<Range<usize>> {
        let found = words.find(self.after.as_bytes())?;
        Some(self.number.span.start..self.number.span.end + found.end())
    }

    /// The words after the number and what it counts.
    fn rest(&self, span: &Range<usize>) -> &'t [u8] {
        &self.after.as_bytes()[span.end - self.number.span.end..]
    }

    fn follows(&self, words: &Regex) -> bool {
        words.is_match(self.before.as_bytes())
    }

    fn is(&self, measure: Measure, span: Range<usize>) -> Value {
        let Number { hundredths, .. } = *self.number;
        Value { measure, hundredths, number: self.number.span.clone(), span }
    }

    fn hours(&self) -> Option<Value> {
        let named = self.precedes(&HOURS);
        let answers =
            named.is_none() && self.follows(&HOURS_BEFORE) && ALONE.is_match(self.after.as_bytes());
        let span = named.or_else(|| answers.then(|| self.number.span.clone()))?;
        let rest = self.rest(&span);
        let is_clock = self.number.hundredths <= 2_400 && self.before.ends_with(" a ");
        if self.number.hundredths == 0
            || is_clock
            || OF_A_DAY.is_match(rest)
            || self.follows(&NOT_AFTER_THESE)
        {
            return None;
        }
        let a_year = A_YEAR.is_match(rest);
        Some(self.is(if a_year { Measure::HoursPerYear } else { Measure::Hours }, span))
    }

    fn share(&self) -> Option<Value> {
        let span = self.precedes(&PERCENT)?;
        let rest = self.rest(&span);
        if self.number.hundredths > 10_000 || self.follows(&OF_STAFF) {
            return None;
        }
        let measure = if OF_WORK.is_match(rest) {
            Measure::LabourShare
        } else if OF_AMOUNT.is_match(rest) {
            Measure::AmountShare
        } else if self.follows(&WORK_BEFORE) {
            Measure::LabourShare
        } else {
            Measure::Share
        };
        Some(self.is(measure, span))
    }

    fn jobs(&self) -> Option<Value> {
        // `Un` is most often an article.
        let is_article = self.number.is_word && self.number.hundredths == 100;
        let workers = || {
            let counted = !is_article || self.follows(&AT_LEAST);
            self.precedes(&WORKERS).filter(|_| counted)
        };
        let span = self.precedes(&LEARN).or_else(workers)?;
        (self.number.hundredths > 0).then(|| self.is(Measure::Jobs, span))
    }

    fn weight(&self) -> Option<Value> {
        if let Some(span) = self.precedes(&OUT_OF_HUNDRED) {
            return Some(self.is(Measure::Weight, span));
        }
        if let Some(span) = self.precedes(&POINTS) {
            return Some(self.is(Measure::Points, span));
        }
        let span = self.precedes(&PERCENT)?;
        let rest = self.rest(&span);
        let is_weight = self.number.hundredths <= 10_000 && !OF_WORK.is_match(rest);
        is_weight.then(|| self.is(Measure::Weight, span))
    }
}

/// The values of a clause. `text` is folded, with the lots it names masked by `#`.
pub(super) fn of_clause(text: &str) -> Vec<Value> {
    let numbers = numbers(text);
    let places = numbers.iter().map(|number| Place::new(text, number));
    places
        .filter(|place| !place.follows(&CHARGED) && !RATIO.is_match(place.after.as_bytes()))
        .filter_map(|place| place.hours().or_else(|| place.share()).or_else(|| place.jobs()))
        .collect()
}

/// The weight of a criterion whose words stand at `words`: the number after it, else the one before
/// it, up to a pause; else the only one of the text.
pub(super) fn of_criterion(text: &str, words: &Range<usize>) -> Option<Value> {
    let numbers = numbers(text);
    let places = numbers.iter().map(|number| Place::new(text, number));
    let weights: Vec<Value> = places.filter_map(|place| place.weight()).collect();
    let near = |from: usize, to: usize| from <= to && !PAUSE.is_match(&text.as_bytes()[from..to]);
    let after =
        weights.iter().find(|w| w.number.start >= words.start && near(words.start, w.number.start));
    let before = || weights.iter().rfind(|w| near(w.span.end, words.start));
    after.or_else(before).or_else(|| weights.first().filter(|_| weights.len() == 1)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fold::Folded;

    fn clause(text: &str) -> Vec<(Measure, i64)> {
        let folded = Folded::new(text);
        of_clause(folded.as_str())
            .into_iter()
            .map(|value| (value.measure, value.hundredths))
            .collect()
    }

    #[test]
    fn a_number_counts_what_follows_or_what_it_answers() {
        use Measure::*;
        for (text, expected) in [
            ("1 429 heures d'insertion", vec![(Hours, 142_900)]),
            ("Nombre d'heures d'insertion : 300", vec![(Hours, 30_000)]),
            (
                "Le nombre d'heures d'insertion est fixé à 1 200 sur la durée",
                vec![(Hours, 120_000)],
            ),
            ("quatre mille (4 000) heures d'insertion", vec![(Hours, 400_000)]),
            ("quatre mille heures d'insertion", vec![(Hours, 400_000)]),
            ("2 200 heures de travail par an", vec![(HoursPerYear, 220_000)]),
            ("8 % du total des heures nécessaires", vec![(LabourShare, 800)]),
            ("huit pour cent des heures travaillées", vec![(LabourShare, 800)]),
            ("une part de la main d'œuvre fixée à 5 %", vec![(LabourShare, 500)]),
            ("à hauteur de 3 % du montant annuel", vec![(AmountShare, 300)]),
            ("5 % d'insertion", vec![(Share, 500)]),
            ("2 apprentis", vec![(Jobs, 200)]),
            ("accueillir un apprenti", vec![(Jobs, 100)]),
            ("au moins une personne bénéficiaire du RSA", vec![(Jobs, 100)]),
            ("deux contrats d'alternance", vec![(Jobs, 200)]),
        ] {
            assert_eq!(clause(text), expected, "{text}");
        }
    }

    #[test]
    fn other_numbers_are_no_values() {
        for text in [
            "Pénalité de 60 € par heure d'insertion non réalisée",
            "une pénalité égale à 5 % du montant",
            "1 heure d'insertion pour 25 heures travaillées",
            "35 h / tranche de 50 000 € HT",
            "un stage de deux mois par tranche de 700 000 EUR",
            "une heure d'insertion par tranche de 2 000 € HT facturés",
            "offres reçues avant 12 heures",
            "le 12/05/2024 à 12 heures",
            "dans un délai de 48 heures",
            "7 heures par jour",
            "une personne éloignée de l'emploi",
            "structures employant au moins 50 % de travailleurs handicapés",
            "article L. 2112-2",
            "0 heure d'insertion",
        ] {
            assert_eq!(clause(text), [], "{text}");
        }
    }

    #[test]
    fn a_weight_is_that_of_its_criterion() {
        use Measure::*;
        for (text, words, expected) in [
            (
                "prix 60 %, valeur technique 30 %, insertion professionnelle 10 %",
                "insertion",
                Some((Weight, 1_000)),
            ),
            ("10 % insertion, 40 % prix", "insertion", Some((Weight, 1_000))),
            ("Critère social (20 points)", "social", Some((Points, 2_000))),
            ("insertion fixé à 5 % de pondération", "insertion", Some((Weight, 500))),
            (
                "1 prix 45 % 2 valeur technique 45 % 3 insertion sociale 10 %",
                "insertion",
                Some((Weight, 1_000)),
            ),
            (
                "Le troisième critère, pondéré à 10 points, évalue l'insertion",
                "insertion",
                Some((Points, 1_000)),
            ),
            ("Valeur sociale : 10/100", "sociale", Some((Weight, 1_000))),
            ("insertion sociale, prix 60 %, délai 40 %", "insertion", None),
            ("Critère social", "social", None),
        ] {
            let folded = Folded::new(text);
            let at = folded.as_str().find(words).expect("the words are there");
            let value = of_criterion(folded.as_str(), &(at..at + words.len()));
            assert_eq!(value.map(|value| (value.measure, value.hundredths)), expected, "{text}");
        }
    }
}
