//! Repair of ordinary typing errors in the words that decide: one letter dropped, doubled or
//! swapped with its neighbour (`Critèe`, `inssertion`, `adatpées`), and an apostrophe that took its
//! space with it (`dinsertion`).
//!
//! Only words of the list in `words.toml` are repaired, and only from spellings that are no word
//! themselves, so that no sentence changes its meaning.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::WORDS;

/// Shortest word repaired: below it, too many errors are other words.
const SHORTEST: usize = 5;

static REPAIRS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut repairs = HashMap::new();
    for word in &WORDS.typos.words {
        for wrong in misspellings(word) {
            repairs.insert(wrong, word.as_str());
        }
    }
    for words in &WORDS.typos.elided {
        repairs.insert(words.replace(' ', ""), words.as_str());
    }
    for kept in WORDS.typos.words.iter().chain(&WORDS.typos.not) {
        repairs.remove(kept);
    }
    repairs
});

/// Every spelling one slip away from `word`; the first letter is always right.
fn misspellings(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut wrong = Vec::new();
    for at in 1..letters.len() {
        let mut doubled = letters.clone();
        doubled.insert(at, letters[at]);
        wrong.push(doubled);
        if at + 1 < letters.len() {
            // Without its last letter a word is often its own singular or masculine.
            let mut dropped = letters.clone();
            dropped.remove(at);
            wrong.push(dropped);
        }
        if at + 1 < letters.len() && letters[at] != letters[at + 1] {
            let mut swapped = letters.clone();
            swapped.swap(at, at + 1);
            wrong.push(swapped);
        }
    }
    wrong.into_iter().map(|letters| letters.into_iter().collect()).collect()
}

/// Repairs a folded text, keeping the way back to the original.
pub(crate) fn repair((text, origin): (String, Vec<u32>)) -> (String, Vec<u32>) {
    let slips: Vec<(usize, usize, &str)> = words(&text)
        .filter_map(|(start, word)| {
            let right = (word.len() >= SHORTEST).then(|| REPAIRS.get(word))??;
            Some((start, start + word.len(), *right))
        })
        .collect();
    if slips.is_empty() {
        return (text, origin);
    }
    let mut repaired = String::with_capacity(text.len() + 8);
    let mut way_back = Vec::with_capacity(origin.len() + 8);
    let mut copied = 0;
    for (start, end, right) in slips {
        repaired.push_str(&text[copied..start]);
        way_back.extend_from_slice(&origin[copied..start]);
        repaired.push_str(right);
        let last = right.len() - 1;
        way_back.extend((0..=last).map(|at| {
            // The last letter stands for the last one, whatever was dropped or doubled before.
            if at == last { origin[end - 1] } else { origin[(start + at).min(end - 1)] }
        }));
        copied = end;
    }
    repaired.push_str(&text[copied..]);
    way_back.extend_from_slice(&origin[copied..]);
    (repaired, way_back)
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|c: char| !c.is_ascii_lowercase()).map(move |word| {
        let start = at;
        at += word.len() + 1;
        (start, word)
    })
}

#[cfg(test)]
mod tests {
    use crate::rules::fold::Folded;

    #[test]
    fn slips_are_repaired_and_words_are_left_alone() {
        for (text, expected) in [
            ("Critèe social", "critere social"),
            ("inssertion professionelle", "insertion professionnelle"),
            ("entreprises adpatées", "entreprises adaptees"),
            ("heures dinsertion, services daide", "heures d insertion, services d aide"),
            ("la reserve, le critere", "la reserve, le critere"),
            ("inversion, assertion", "inversion, assertion"),
            ("réservées réservée réservé", "reservees reservee reserve"),
        ] {
            assert_eq!(Folded::new(text).as_str(), expected, "{text}");
        }
    }

    #[test]
    fn a_repaired_word_still_points_to_its_original() {
        let text = "« Critèe » social";
        let folded = Folded::new(text);
        let at = folded.as_str().find("critere").expect("repaired");
        assert_eq!(folded.original(&(at..at + 7)), 2..8);
    }
}
