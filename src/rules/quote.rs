//! The quote that proves a finding: the telling sentence, or the telling part of a long one.

use std::ops::Range;

use crate::domain::finding::Evidence;
use crate::domain::notice::NoticeText;

/// Longest quote, in characters.
pub(crate) const LONGEST: usize = 300;

/// The evidence for `words` inside `sentence`, both in characters of the text.
pub(crate) fn evidence(
    text: &NoticeText,
    chars: &[char],
    sentence: &Range<usize>,
    words: &Range<usize>,
) -> Evidence {
    exact(text, chars, trim(chars, window(chars, sentence, words)))
}

/// The evidence for just these characters of the text.
pub(crate) fn exact(text: &NoticeText, chars: &[char], range: Range<usize>) -> Evidence {
    Evidence {
        field: text.path.clone(),
        quote: chars[range.clone()].iter().collect(),
        start: u32::try_from(range.start).ok(),
        end: u32::try_from(range.end).ok(),
    }
}

/// The sentence, or as much of it around the words as a reader takes in.
fn window(chars: &[char], sentence: &Range<usize>, words: &Range<usize>) -> Range<usize> {
    if sentence.len() <= LONGEST {
        return sentence.clone();
    }
    let span = words.start..words.end.min(words.start + LONGEST);
    let spare = LONGEST - span.len();
    let from = span.start.saturating_sub(spare / 2).max(sentence.start);
    let to = (from + LONGEST).min(sentence.end);
    let from = to.saturating_sub(LONGEST).max(sentence.start).min(span.start);
    // Begin after a pause or at a word, end at the end of one.
    let start = chars[from..span.start]
        .iter()
        .position(|c| matches!(c, ',' | ':' | ';' | '\n'))
        .filter(|_| from > sentence.start)
        .map_or_else(|| next_word(chars, from, sentence.start, span.start), |at| from + at + 1);
    let end = if to < sentence.end { last_word(chars, to, span.end) } else { to };
    start..end.max(span.end)
}

fn next_word(chars: &[char], from: usize, first: usize, limit: usize) -> usize {
    if from == first {
        return from;
    }
    chars[from..limit].iter().position(|c| c.is_whitespace()).map_or(from, |at| from + at + 1)
}

fn last_word(chars: &[char], to: usize, limit: usize) -> usize {
    chars[limit.min(to)..to].iter().rposition(|c| c.is_whitespace()).map_or(to, |at| limit + at)
}

/// Leaves out white space and bullets at both ends.
fn trim(chars: &[char], range: Range<usize>) -> Range<usize> {
    let dull = |c: &char| c.is_whitespace() || matches!(c, '-' | '—' | '–' | '•' | ';' | '*');
    let head = chars[range.clone()].iter().take_while(|c| dull(c)).count();
    let tail = chars[range.start + head..range.end].iter().rev().take_while(|c| dull(c)).count();
    range.start + head..range.end - tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::notice::TextRole;

    fn quoted(text: &str, words: &str) -> String {
        let chars: Vec<char> = text.chars().collect();
        let at = text.find(words).expect("the words are there");
        let start = text[..at].chars().count();
        let note = NoticeText {
            path: "a".into(),
            role: TextRole::Other,
            language: None,
            text: text.to_owned(),
        };
        let evidence =
            evidence(&note, &chars, &(0..chars.len()), &(start..start + words.chars().count()));
        let (from, to) = (evidence.start.expect("set"), evidence.end.expect("set"));
        let slice: String = chars[from as usize..to as usize].iter().collect();
        assert_eq!(slice, evidence.quote);
        evidence.quote
    }

    #[test]
    fn a_short_sentence_is_quoted_whole() {
        assert_eq!(
            quoted("— Une clause sociale est prévue. ", "clause"),
            "Une clause sociale est prévue."
        );
    }

    #[test]
    fn a_long_sentence_is_cut_at_words_around_the_telling_ones() {
        let text = format!("{} une clause sociale {}", "avant ".repeat(100), "après ".repeat(100));
        let quote = quoted(&text, "clause sociale");
        assert!(quote.chars().count() <= LONGEST);
        assert!(quote.contains("clause sociale"));
        assert!(quote.starts_with("avant ") && quote.ends_with("après"), "{quote}");
    }
}
