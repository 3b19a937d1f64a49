//! The parts of a sentence: *le lot 1 comporte une clause d'insertion, le lot 4 est réservé aux
//! ESAT* says two things of two lots, and neither borrows a word of the other.
//!
//! A part begins where a sentence turns to other lots: at lots with a verb of their own, at
//! *contrairement au lot 3*, and at each label of a row of labels (*lot 1 : …, lot 2 : …*). Lots
//! that share a verb (*le lot 1 et le lot 2 sont …*) stay together, and so do labels that only
//! answer the words before them (*clause d'insertion : lot 1 oui, lot 2 non*).

use std::iter;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::pattern;

/// Lots by number or letter, a list of them included.
const LOTS: &str = concat!(
    r"\blots?(?: ?-| no?s?| numeros?)? ?(?:\d{1,4}[a-z]?| [a-z])\b",
    r"(?: ?(?:,|/|&|-|\+|\bet\b|\bou\b|\ba\b|\bau\b|\bainsi que\b) ?(?:(?:les? )?lots? )?",
    r"(?:no? ?)?\d{1,3}[a-z]?\b)*",
);

/// Verbs that a lot is the subject of.
pub(crate) const VERB: &str = concat!(
    r"\b(?:est|sont|sera|seront|serait|seraient|etait|etaient|etant|a (?:une?|ete|fait|pour)|ont|aura|auront|",
    r"ayant|fait|font|fera|feront|faisant|comporte(?:nt)?|comportera|comporteront|comportant|prevoi(?:t|ent)|",
    r"prevoyant|contien(?:t|nent)|incluent|inclut|integre(?:nt)?|impose(?:nt)?|beneficie(?:nt)?|dispose(?:nt)?|concerne(?:nt)?|",
    r"porte(?:nt)?|donne(?:nt)?|donnera|donneront|doit|doivent|devra|devront|peut|peuvent|pourra|pourront|reste(?:nt)?|",
    r"demeure(?:nt)?|revien(?:t|nent)|releve(?:nt)?|comprend|comprennent|possede(?:nt)?|exige(?:nt)?|requiert|requierent|",
    r"s [a-z]+ent|s [a-z]+e|se voi(?:t|ent)|n(?:e|y)? [a-z]+)\b",
);

/// Words that say something of a lot without a verb.
const PREDICATE: &str = concat!(
    r"\b(?:(?:non )?reservee?s?|non (?:soumis|concernee?s?)|avec|sans|soumis|assortie?s?|ouverte?s?|exclusivement|",
    r"egalement reservee?s?|lui aussi|(?:une?|des) (?:critere|condition|reservation|obligation)s?)\b",
);

/// How much, or yes or no: the answer of a lot to the words before it.
pub(crate) const ANSWER: &str = concat!(
    r"(?:(?:une clause )?(?:de|d|a|soit|a hauteur de) )?(?:\d[\d .]* ?(?:h|heures?|%)|oui|non|neant|sans objet|aucune?|idem|",
    r"aussi|egalement|de meme|(?:non )?concernee?s?)",
);

/// What ends an answer.
pub(crate) const ANSWER_END: &str = r"(?: ?$| ?[,.)/(]| (?:et|lots?|pour|le|les)\b)";

/// A turn to other lots: its connector, then the lots and what they do.
static TURN: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(&format!(
        concat!(
            r"(,? ?\b(?:et que|et|mais|puis|tandis que|alors que|quand)\b,? ?|[,(] ?)",
            r"((?:seule?s? )?(?:les? )?{LOTS}(?: ?\([^()]{{0,80}}\))?,? ?",
            r"(?:(?:quant a (?:lui|eux)|lui|eux|aussi|egalement|seule?s?|par contre|en revanche|pour (?:sa|leur) part),? )?",
            r"(?:{VERB}|{PREDICATE}))"
        ),
        LOTS = LOTS,
        VERB = VERB,
        PREDICATE = PREDICATE,
    ))
});

/// `…, sauf le lot 3 qui est réservé aux ESAT`: what is taken out has a statement of its own.
static TAKEN_OUT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(&format!(
        concat!(
            r"\b(?:sauf|hormis|exceptee?s?|hors|a l (?:exception|exclusion) (?:de|du|des))(?: pour)?(?: l[ea]s?)? ?",
            r"({LOTS}(?: ?\([^()]{{0,80}}\))?),? ?(?:(?:qui|lequel|lesquels|pour lequel|pour lesquels|lui|eux) |{PREDICATE})"
        ),
        LOTS = LOTS,
        PREDICATE = PREDICATE,
    ))
});

static CONTRAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(&format!(
        r",? ?(\b(?:contrairement|a la difference|a l inverse|a l oppose|par opposition) (?:a|au|aux|de|du|des)(?: les?)? ?{LOTS})"
    ))
});

/// `lots 1 (réservé aux ESAT) et 2 (clause d'insertion)`: each bracket says something of its lots.
static BRACKETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"\([^()]{0,80}(?:reserv|clause|insertion|critere)[^()]{0,80}(\),? ?(?:\bet )?)((?:les? )?(?:lots? ?)?(?:no? ?)?\d{1,3}[a-z]? ?)\([^()]{0,80}(?:reserv|clause|insertion|critere)",
    )
});

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(&format!(
        r"([,/(-] ?|\bet )?({LOTS}(?: ?\([^()]{{0,80}}\))? ?(?:[:=]|- ?[a-z]))"
    ))
});

static ANSWERED: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(&format!("^[:=-]? ?{ANSWER}{ANSWER_END}")));

/// Whether words already say something, so that what follows may be another statement.
static SAYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(&format!(r"{VERB}|reserv|clause|insertion|\bcritere|\bcondition"))
});

/// Lots that are no subject: what comes after a comma is one.
static COMPLEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(&format!(
        concat!(
            r"\b(?:hormis|sauf|exceptee?s?|hors|pour|sur|dans|concernant|a|au|aux|du|des)(?: l[ea]s?)? ?",
            r"{LOTS}(?: ?\([^()]{{0,80}}\))? ?$"
        ),
        LOTS = LOTS,
    ))
});

static ONE_LOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"^(?:seul )?(?:le )?lot (?:no? ?)?(?:\d{1,4}[a-z]?|[a-z])(?: ?\([^()]*\))?,? ?[a-z]",
    )
});

static MANY: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(?:sont|ont|font|[a-z]{3,}nt|reservee?s)$"));

/// Whether words make a statement of their own.
pub(crate) fn speaks(words: &str) -> bool {
    SAYS.is_match(words.as_bytes())
}

/// The parts of a sentence, in order; the connectors between them are left out. Lots that are taken
/// out of one part and are the subject of the next stand in both.
pub(crate) fn parts(sentence: &str) -> Vec<Range<usize>> {
    if !sentence.contains("lot") {
        return iter::once(0..sentence.len()).collect();
    }
    let mut cuts: Vec<(usize, usize)> = turns(sentence);
    cuts.extend(contrasts(sentence));
    cuts.extend(taken_out(sentence));
    cuts.extend(brackets(sentence));
    cuts.extend(labels(sentence));
    cuts.sort_unstable();
    let mut parts = Vec::new();
    let mut start = 0;
    for (end, next) in cuts {
        if end > start {
            parts.push(start..end);
            start = next;
        }
    }
    parts.push(start..sentence.len());
    parts
}

/// `lots 1 et 2 non concernés, lot 3 concerné`: the last word of an answer, and no verb.
fn is_participle(words: &[u8], after: &[u8]) -> bool {
    words.ends_with(b" concerne")
        && matches!(after.trim_ascii_start().first(), None | Some(b',' | b')'))
}

/// Where lots with a verb of their own begin.
fn turns(sentence: &str) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let mut start = 0;
    for found in TURN.captures_iter(sentence.as_bytes()) {
        let (Some(link), Some(words)) = (found.get(1), found.get(2)) else { continue };
        let before = &sentence.as_bytes()[start..link.start()];
        let comma = link.as_bytes().starts_with(b",");
        let shared =
            !comma && ONE_LOT.is_match(words.as_bytes()) && MANY.is_match(words.as_bytes());
        let answers = is_participle(words.as_bytes(), &sentence.as_bytes()[words.end()..]);
        if !shared && !answers && (SAYS.is_match(before) || (comma && COMPLEMENT.is_match(before)))
        {
            cuts.push((link.start(), words.start()));
            start = words.start();
        }
    }
    cuts
}

fn contrasts(sentence: &str) -> Vec<(usize, usize)> {
    let found = CONTRAST.captures_iter(sentence.as_bytes());
    found
        .filter_map(|found| Some((found.get(0)?.start(), found.get(1)?.start())))
        .filter(|(start, _)| *start > 0)
        .collect()
}

fn taken_out(sentence: &str) -> Vec<(usize, usize)> {
    let found = TAKEN_OUT.captures_iter(sentence.as_bytes());
    found
        .filter_map(|found| Some((found.get(0)?.start(), found.get(1)?)))
        .filter(|(start, _)| SAYS.is_match(&sentence.as_bytes()[..*start]))
        .map(|(_, lots)| (lots.end(), lots.start()))
        .collect()
}

fn brackets(sentence: &str) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let mut at = 0;
    while let Some(found) = BRACKETS.captures_at(sentence.as_bytes(), at) {
        let (Some(link), Some(lots)) = (found.get(1), found.get(2)) else { break };
        cuts.push((link.start() + 1, lots.start()));
        at = lots.end();
    }
    cuts
}

/// Where the labels of a sentence that begins with one begin.
fn labels(sentence: &str) -> Vec<(usize, usize)> {
    let mut found = LABEL.captures_iter(sentence.as_bytes()).filter_map(|found| {
        let (words, whole) = (found.get(2)?, found.get(0)?);
        Some((whole.start(), words.start(), words.end()))
    });
    let leads = found.next().is_some_and(|(_, start, _)| start <= 4);
    if !leads {
        return Vec::new();
    }
    let governed = |start: usize| {
        let word = sentence[..start].trim_end().rsplit(' ').next().unwrap_or_default();
        matches!(
            word,
            "pour"
                | "au"
                | "aux"
                | "du"
                | "des"
                | "le"
                | "les"
                | "sur"
                | "dans"
                | "de"
                | "que"
                | "idem"
        )
    };
    found
        .filter(|(_, start, end)| {
            let after = &sentence.as_bytes()[end.saturating_sub(1)..];
            !governed(*start) && !ANSWERED.is_match(after)
        })
        .map(|(link, start, _)| (link, start))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_cut_where_they_turn_to_other_lots() {
        for (sentence, expected) in [
            (
                "le lot 1 comporte une clause, le lot 4 est reserve",
                "le lot 1 comporte une clause|le lot 4 est reserve",
            ),
            (
                "le lot 1 comporte une clause et le lot 4 est reserve",
                "le lot 1 comporte une clause|le lot 4 est reserve",
            ),
            ("le lot 1 et le lot 2 sont reserves", "le lot 1 et le lot 2 sont reserves"),
            (
                "le lot 1 (tri, avec clause) et le lot 2 (vrd) sont reserves",
                "le lot 1 (tri, avec clause) et le lot 2 (vrd) sont reserves",
            ),
            (
                "le lot 1 est reserve aux siae et le lot 2 aux ea",
                "le lot 1 est reserve aux siae et le lot 2 aux ea",
            ),
            (
                "le lot 2 n est pas reserve, contrairement au lot 3 qui l est",
                "le lot 2 n est pas reserve|contrairement au lot 3 qui l est",
            ),
            (
                "contrairement au lot 2, le lot 3 est reserve",
                "contrairement au lot 2|le lot 3 est reserve",
            ),
            (
                "hormis le lot 3, les lots 1 et 2 sont reserves",
                "hormis le lot 3|les lots 1 et 2 sont reserves",
            ),
            (
                "une clause est prevue aux lots 1 et 2, le lot 3 etant reserve",
                "une clause est prevue aux lots 1 et 2|le lot 3 etant reserve",
            ),
            (
                "lot 1 : clause d insertion, lot 2 : reserve esat",
                "lot 1 : clause d insertion|lot 2 : reserve esat",
            ),
            (
                "lot 1 : clause d insertion de 300 h, lot 2 : 120 h",
                "lot 1 : clause d insertion de 300 h, lot 2 : 120 h",
            ),
            (
                "clause d insertion : lot 1 : 100 h, lot 2 : 50 h",
                "clause d insertion : lot 1 : 100 h, lot 2 : 50 h",
            ),
            (
                "sont reserves aux ea les lots 1 et 2, aux siae le lot 3",
                "sont reserves aux ea les lots 1 et 2, aux siae le lot 3",
            ),
            ("hormis le lot 3, les lots sont reserves", "hormis le lot 3, les lots sont reserves"),
            (
                "tous les lots sauf le lot 3 sont reserves",
                "tous les lots sauf le lot 3 sont reserves",
            ),
            (
                "aucun n a de clause, sauf le lot 3 qui est reserve",
                "aucun n a de clause, sauf le lot 3|lot 3 qui est reserve",
            ),
            ("lots 1 (reserve aux esat) et 2 (clause)", "lots 1 (reserve aux esat)|2 (clause)"),
            (
                "le lot 1 comporte une clause et le lot 2 un critere",
                "le lot 1 comporte une clause|le lot 2 un critere",
            ),
            ("le marche est reserve", "le marche est reserve"),
        ] {
            let cut: Vec<&str> = parts(sentence).into_iter().map(|part| &sentence[part]).collect();
            assert_eq!(cut.join("|"), expected);
        }
    }
}
