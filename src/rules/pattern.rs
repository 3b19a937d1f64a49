//! The pattern language of the lexicon: regular expressions over folded text, with named classes
//! of words and gaps that stay inside a sentence.
//!
//! - `{name}` is any word or phrase of the class `name`, as whole words.
//! - `{..60}` is a gap of at most 60 characters. `.` never matches the line feed that ends a
//!   sentence in folded text, so a gap never leaves it.
//! - Everything else is a regular expression in lower-case ASCII.

use std::collections::BTreeMap;

use regex::bytes::{Regex, RegexBuilder};

/// Largest compiled pattern: classes nest, and a pattern may name several.
const SIZE_LIMIT: usize = 64 << 20;

/// Named classes of words, already expanded.
pub(crate) type Classes = BTreeMap<String, String>;

/// Expands the classes and gaps of a pattern.
///
/// # Panics
/// When the pattern names an unknown class: the lexicon is part of the program.
pub(crate) fn expand(pattern: &str, classes: &Classes) -> String {
    let mut expanded = String::with_capacity(pattern.len() * 4);
    let mut rest = pattern;
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        expanded.push_str(before);
        let end = from.find('}').unwrap_or_else(|| panic!("`{pattern}`: a brace is not closed"));
        let (name, after) = (&from[1..end], &from[end + 1..]);
        if let Some(longest) = name.strip_prefix("..") {
            expanded.push_str(".{0,");
            expanded.push_str(longest);
            expanded.push_str("}?");
        } else if name.starts_with(|c: char| c.is_ascii_digit() || c == ',') {
            // A plain repetition such as `{0,4}`.
            expanded.push_str(&from[..=end]);
        } else {
            let class = classes.get(name);
            expanded.push_str(
                class.unwrap_or_else(|| panic!("`{pattern}`: there is no class `{name}`")),
            );
        }
        rest = after;
    }
    expanded.push_str(rest);
    expanded
}

/// The alternation of the words of a class, as whole words.
pub(crate) fn class(words: &[String], classes: &Classes) -> String {
    let words: Vec<String> = words.iter().map(|word| expand(word, classes)).collect();
    format!("\\b(?:{})\\b", words.join("|"))
}

/// Compiles an expanded pattern for folded text, which is ASCII.
///
/// # Panics
/// When it is not a regular expression: the lexicon is part of the program.
pub(crate) fn compile(expanded: &str) -> Regex {
    RegexBuilder::new(expanded)
        .unicode(false)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(SIZE_LIMIT)
        .build()
        .unwrap_or_else(|error| panic!("`{expanded}`: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_whole_words_and_gaps_stay_in_the_sentence() {
        let mut classes = Classes::new();
        let words = ["esats?".to_owned(), "ea".to_owned()];
        classes.insert("firm".to_owned(), class(&words, &classes));
        let regex = compile(&expand("\\breserve{..10}{firm}[a-z]{0,1}", &classes));
        assert!(regex.is_match(b"reserve aux ea"));
        assert!(!regex.is_match(b"reserve aux eaux"));
        assert!(!regex.is_match(b"reserve\naux ea"));
        assert!(!regex.is_match(b"reserve a de tres bons ea"));
    }

    #[test]
    #[should_panic(expected = "there is no class `nobody`")]
    fn an_unknown_class_is_refused() {
        expand("{nobody}", &Classes::new());
    }
}
