//! The words that tell one purchase of a buyer from another, and how much each of them says.

use std::collections::HashMap;

use crate::domain::text::{fold_char, fold_key};

/// Words that say nothing of what is bought.
const EMPTY: [&str; 33] = [
    "a", "au", "aux", "avec", "ce", "ces", "dans", "de", "des", "du", "en", "et", "la", "le",
    "les", "leur", "leurs", "lot", "lots", "no", "ou", "par", "pour", "que", "relatif", "relative",
    "sa", "ses", "son", "sur", "un", "une", "y",
];
/// Words that lose their vowel before another one. By themselves they are names: *bâtiment C*.
const ELIDED: [&str; 9] = ["c'", "d'", "j'", "l'", "m'", "n'", "qu'", "s'", "t'"];

/// The words of a title, each once, in order of the alphabet: folded, without plural.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain: String = text.chars().flat_map(fold_char).collect();
    let begins = plain.split_inclusive(|c: char| !c.is_alphanumeric());
    let folded: String = begins.filter(|word| !ELIDED.contains(word)).collect();
    let folded = fold_key(&folded);
    let telling = folded.split(' ').filter(|word| !word.is_empty() && !EMPTY.contains(word));
    let mut words: Vec<String> = telling.map(singular).collect();
    words.sort_unstable();
    words.dedup();
    words
}

fn singular(word: &str) -> String {
    let is_long = word.len() > 3 && !word.bytes().any(|byte| byte.is_ascii_digit());
    let stem = if is_long { word.trim_end_matches(['s', 'x']) } else { word };
    if stem.len() < 3 { word.to_owned() } else { stem.to_owned() }
}

/// Years that a title names: the same purchase of another year is another purchase.
pub(super) fn years(words: &[String]) -> impl Iterator<Item = &str> {
    words.iter().map(String::as_str).filter(|word| is_year(word))
}

/// Other numbers that a title names: phase 2 is not phase 1, though the rest is the same.
pub(super) fn numbers(words: &[String]) -> impl Iterator<Item = &str> {
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    words.iter().map(String::as_str).filter(is_number).filter(|word| !is_year(word))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && ("2010".."2050").contains(&word)
}

/// How rare words are among the titles of one buyer.
#[derive(Debug, Default)]
pub(super) struct Rarity {
    titles: u32,
    holding: HashMap<String, u32>,
}

impl Rarity {
    /// Counts a title.
    pub(super) fn count(&mut self, words: &[String]) {
        self.titles += 1;
        for word in words {
            *self.holding.entry(word.clone()).or_default() += 1;
        }
    }

    /// What a word says: 1 for one of every title, one more each time half as many hold it. Whole
    /// numbers, so that every machine counts alike.
    pub(super) fn weight(&self, word: &str) -> u32 {
        let holding = self.holding.get(word).copied().unwrap_or(0).max(1);
        1 + ((self.titles + 1) / holding).max(1).ilog2()
    }

    /// The rarest words of a title, the rarest first.
    pub(super) fn rarest<'w>(&self, words: &'w [String], most: usize) -> Vec<&'w str> {
        let mut rarest: Vec<&str> = words.iter().map(String::as_str).collect();
        rarest.sort_by_key(|word| (std::cmp::Reverse(self.weight(word)), *word));
        rarest.truncate(most);
        rarest
    }

    /// How much two titles have in common: 100 when they have the same words.
    pub(super) fn likeness(&self, a: &[String], b: &[String]) -> u32 {
        let shared = self.sum(shared(a, b));
        let all = self.sum(a.iter()) + self.sum(b.iter()) - shared;
        (100 * shared).checked_div(all).unwrap_or(0)
    }

    /// How much of a title another text holds: 100 when it holds all its words.
    pub(super) fn held(&self, title: &[String], by: &[String]) -> u32 {
        let all = self.sum(title.iter());
        (100 * self.sum(shared(title, by))).checked_div(all).unwrap_or(0)
    }

    fn sum<'w>(&self, words: impl Iterator<Item = &'w String>) -> u32 {
        words.map(|word| self.weight(word)).sum()
    }
}

fn shared<'w>(a: &'w [String], b: &'w [String]) -> impl Iterator<Item = &'w String> {
    a.iter().filter(|word| b.binary_search(word).is_ok())
}

/// An identifier that a buyer gave a purchase, to compare; nothing when it tells nothing, like `1`,
/// `LOT 2` or `2026`.
pub(super) fn reference(text: &str) -> Option<String> {
    let folded: String = fold_key(text).split(' ').collect();
    let digits = folded.bytes().filter(u8::is_ascii_digit).count();
    let is_year = folded.len() == 4 && digits == 4;
    (folded.len() >= 4 && digits >= 2 && !is_year).then_some(folded)
}
