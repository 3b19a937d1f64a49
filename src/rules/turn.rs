//! Denials, exceptions and suppositions around a phrase.
//!
//! A denial has a reach: it does not cross `, le …` or `mais`. An exception turns it over: *aucune
//! des conditions … à l'exception des modalités suivantes* stays an affirmation, for what is
//! excepted.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::entry::Cue;
use super::lexicon::LEXICON;
use super::pattern;

/// A lot by its number.
static LOT: LazyLock<Regex> = LazyLock::new(|| pattern::compile(r"\blots? ?(?:no?s? ?)?\d{1,3}\b"));

/// What the words around a phrase make of it. Ranges are bytes of the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Nothing turns it.
    Stands,
    /// It is denied by these words.
    Denied(Range<usize>),
    /// It is denied, but an exception follows or leads: what is excepted stands.
    Excepted,
    /// It is only supposed by these words.
    Supposed(Range<usize>),
}

/// What the words of a sentence make of a phrase that ends at `end` and whose telling word starts
/// at `head`.
pub(crate) fn turn(sentence: &str, head: usize, end: usize) -> Turn {
    let cues = &LEXICON.cues;
    let denied = before(sentence, &cues.deny_before, head)
        .or_else(|| before(sentence, &cues.deny_close, head))
        .or_else(|| after(sentence, end));
    if let Some(denial) = denied {
        let excepted = exceptions(sentence).iter().any(|exception| {
            exception.start >= denial.start || is_followed_by_lots(&sentence[exception.end..])
        });
        return if excepted { Turn::Excepted } else { Turn::Denied(denial) };
    }
    before(sentence, &cues.suppose, head).map_or(Turn::Stands, Turn::Supposed)
}

/// Whether the words before the telling word only permit what it says.
pub(crate) fn is_permitted_only(sentence: &str, head: usize) -> bool {
    before(sentence, &LEXICON.cues.permit, head).is_some()
}

/// The words of exception in a sentence, set phrases left out.
pub(crate) fn exceptions(sentence: &str) -> Vec<Range<usize>> {
    let none: Vec<Range<usize>> = ranges(&LEXICON.cues.no_exception, sentence);
    let mut found = ranges(&LEXICON.cues.except, sentence);
    found
        .retain(|range| none.iter().all(|none| range.end <= none.start || none.end <= range.start));
    found
}

fn ranges(cue: &Cue, text: &str) -> Vec<Range<usize>> {
    cue.regex.find_iter(text.as_bytes()).map(|found| found.range()).collect()
}

/// The last cue before `head`, within its reach, with nothing that breaks it in between.
fn before(sentence: &str, cue: &Cue, head: usize) -> Option<Range<usize>> {
    let near = ranges(cue, &sentence[..head]);
    let mut near = near.into_iter().rev();
    near.find(|range| head - range.end <= cue.reach && !is_broken(&sentence[range.end..head]))
}

/// A denial just after `end`.
fn after(sentence: &str, end: usize) -> Option<Range<usize>> {
    let cue = &LEXICON.cues.deny_after;
    let window = &sentence[end..sentence.len().min(end + cue.reach)];
    let found = cue.regex.find(window.as_bytes())?;
    let between = &window[..found.start()];
    // `Clause d'insertion : lot 1 : non, lot 2 : oui`: the no is the lot's, not the clause's.
    let verbal = found.as_bytes().starts_with(b"n ") || found.as_bytes().starts_with(b"ne ");
    let of_lot = !verbal && LOT.is_match(between.as_bytes());
    (!of_lot && !is_broken(between)).then(|| end + found.start()..end + found.end())
}

fn is_broken(between: &str) -> bool {
    LEXICON.cues.breaks.regex.is_match(between.as_bytes())
}

fn is_followed_by_lots(after: &str) -> bool {
    let after = after.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let mut words =
        after.split(' ').filter(|word| !matches!(*word, "" | "pour" | "le" | "les" | "du" | "des"));
    words.next().is_some_and(|word| word.starts_with("lot"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(sentence: &str, telling: &str) -> Turn {
        let head = sentence.rfind(telling).expect("the word is there");
        turn(sentence, head, head + telling.len())
    }

    #[test]
    fn denials_have_a_reach() {
        for sentence in [
            "le marche n est pas reserve",
            "aucune clause sociale n est prevue",
            "marche non reserve",
            "clause sociale : neant",
            "il n est pas prevu de clause sociale",
            "une clause sociale n est pas prevue",
            "ni clause environnementale ni clause sociale",
            "sans clause sociale",
        ] {
            let word = if sentence.contains("reserve") { "reserve" } else { "clause sociale" };
            assert!(matches!(turned(sentence, word), Turn::Denied(_)), "{sentence}");
        }
        for sentence in [
            "le lot 1 n est pas alloti, mais comporte une clause sociale",
            "les candidats ne relevant pas du secteur, le lot 2 est reserve",
            "le lot 1 n est pas reserve et le lot 2 est reserve",
            "la clause sociale n a pas pour effet d exclure les groupements",
            "la clause sociale est detaillee au ccap",
        ] {
            let word = if sentence.ends_with("reserve") { "reserve" } else { "clause sociale" };
            assert_eq!(turned(sentence, word), Turn::Stands, "{sentence}");
        }
    }

    #[test]
    fn exceptions_overturn_denials_and_set_phrases_do_not() {
        for (sentence, expected) in [
            ("aucun lot n est reserve, sauf le lot 3", true),
            ("hormis le lot 4, aucun lot ne comporte de clause sociale", true),
            ("ne comporte aucune clause sociale a l exception des modalites suivantes", true),
            ("sauf disposition contraire, le marche ne comporte pas de clause sociale", false),
        ] {
            let word = if sentence.contains("reserve") { "reserve" } else { "clause sociale" };
            assert_eq!(turned(sentence, word) == Turn::Excepted, expected, "{sentence}");
        }
    }

    #[test]
    fn suppositions_are_not_statements() {
        assert!(matches!(turned("en cas de marche reserve", "reserve"), Turn::Supposed(_)));
        assert!(is_permitted_only("le marche pourra comporter une clause sociale", 28));
    }
}
