//! Which phrases and traps a sentence can hold at all. Each of them needs one of some words, which are
//! read off its pattern, and one pass over a sentence finds all of these words: the few whose words
//! are there are then tried.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::bytes::Regex;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Hir, HirKind};

use super::lexicon::LEXICON;

/// One bit for each phrase or trap, in the order of the lexicon.
type Bits = u128;

/// What a sentence can hold.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Possible {
    entries: Bits,
    traps: Bits,
}

impl Possible {
    const fn add(&mut self, other: Self) {
        self.entries |= other.entries;
        self.traps |= other.traps;
    }

    /// Whether it can hold the phrase at this place of the lexicon.
    pub(crate) const fn has_entry(self, place: usize) -> bool {
        self.entries >> place & 1 == 1
    }

    /// Whether it can hold the trap at this place of the lexicon.
    pub(crate) const fn has_trap(self, place: usize) -> bool {
        self.traps >> place & 1 == 1
    }
}

/// The words, and whose they are.
struct Needles {
    finder: AhoCorasick,
    /// For each word, those that need it.
    owners: Vec<Possible>,
    /// Those that need no word: they are always tried.
    always: Possible,
}

static NEEDLES: LazyLock<Needles> = LazyLock::new(|| {
    let entries = LEXICON.entries.iter().enumerate();
    let entries =
        entries.map(|(at, entry)| (&entry.regex, Possible { entries: bit(at), traps: 0 }));
    let traps = LEXICON.traps.iter().enumerate();
    let traps = traps.map(|(at, trap)| (&trap.regex, Possible { entries: 0, traps: bit(at) }));
    let mut owners: BTreeMap<Vec<u8>, Possible> = BTreeMap::new();
    let mut always = Possible::default();
    for (regex, owner) in entries.chain(traps) {
        let Some(words) = needs(regex) else {
            always.add(owner);
            continue;
        };
        for word in words {
            owners.entry(word).or_default().add(owner);
        }
    }
    let finder = AhoCorasick::new(owners.keys())
        .unwrap_or_else(|error| panic!("the lexicon is part of the program: {error}"));
    Needles { finder, owners: owners.into_values().collect(), always }
});

fn bit(place: usize) -> Bits {
    let bits = u32::try_from(place).ok().and_then(|place| Bits::from(1_u8).checked_shl(place));
    bits.unwrap_or_else(|| panic!("more than 128 phrases or traps: widen `Bits`"))
}

/// What a sentence can hold.
pub(crate) fn possible(sentence: &str) -> Possible {
    let mut possible = NEEDLES.always;
    for found in NEEDLES.finder.find_overlapping_iter(sentence) {
        possible.add(NEEDLES.owners[found.pattern().as_usize()]);
    }
    possible
}

/// Words of which every match of a pattern holds one; nothing when it needs none in particular.
fn needs(regex: &Regex) -> Option<BTreeSet<Vec<u8>>> {
    let parsed = ParserBuilder::new().unicode(false).utf8(false).build().parse(regex.as_str());
    of(&parsed.ok()?)
}

fn of(hir: &Hir) -> Option<BTreeSet<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(BTreeSet::from([literal.0.to_vec()])),
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Repetition(repeated) if repeated.min > 0 => of(&repeated.sub),
        // One part is enough: the one whose words are rarest, which long words are.
        HirKind::Concat(parts) => parts.iter().filter_map(of).max_by_key(shortest),
        HirKind::Alternation(parts) => {
            let each: Option<Vec<BTreeSet<Vec<u8>>>> = parts.iter().map(of).collect();
            Some(each?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

fn shortest(words: &BTreeSet<Vec<u8>>) -> usize {
    words.iter().map(Vec::len).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fold::Folded;

    fn words(pattern: &str) -> Option<Vec<String>> {
        let found = needs(&Regex::new(pattern).expect("a pattern"))?;
        Some(found.into_iter().map(|word| String::from_utf8_lossy(&word).into_owned()).collect())
    }

    #[test]
    fn words_are_those_without_which_nothing_matches() {
        for (pattern, expected) in [
            (r"\bclauses? sociales?\b", Some(vec![" sociale"])),
            (r"\b(?:esats?|entreprises? adaptees?)\b", Some(vec!["entreprise", "esat"])),
            (r"(?:a|bc)?[dl] insertion", Some(vec![" insertion"])),
            (r"(?:reserve){1,3}.{0,20}?\d", Some(vec!["reserve"])),
            (r"[a-z]+", None),
            (r"(?:marche|[0-9]+)", None),
        ] {
            let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect());
            assert_eq!(words(pattern), expected, "{pattern}");
        }
    }

    /// What is tried is all that matches: over every example of the lexicon and every sentence that
    /// was written to be read.
    #[test]
    fn nothing_that_matches_is_left_out() {
        let entries = LEXICON.entries.iter().map(|entry| &entry.examples);
        let traps = LEXICON.traps.iter().map(|trap| &trap.examples);
        let examples =
            entries.chain(traps).flat_map(|examples| examples.hits.iter().chain(&examples.misses));
        let written = [include_str!("tests/wording.tsv"), include_str!("tests/held_out.tsv")];
        let lines = written.iter().flat_map(|file| file.lines());
        let mut tried = 0;
        for text in examples.map(String::as_str).chain(lines) {
            let folded = Folded::new(text);
            let sentence = folded.as_str();
            let possible = possible(sentence);
            for (place, entry) in LEXICON.entries.iter().enumerate() {
                let is_there = entry.regex.is_match(sentence.as_bytes());
                assert!(!is_there || possible.has_entry(place), "{}: {text}", entry.id);
                tried += usize::from(is_there);
            }
            for (place, trap) in LEXICON.traps.iter().enumerate() {
                let is_there = trap.regex.is_match(sentence.as_bytes());
                assert!(!is_there || possible.has_trap(place), "{}: {text}", trap.id);
            }
        }
        assert!(tried > 500, "{tried}");
    }

    #[test]
    fn most_phrases_need_words() {
        let always = NEEDLES.always.entries.count_ones() + NEEDLES.always.traps.count_ones();
        assert!(always <= 4, "{always} are tried on every sentence: {:?}", NEEDLES.always);
    }
}
