//! A text folded for matching, with the way back to the original.
//!
//! Folded text is plain ASCII: lower case, without accents, apostrophes and quotes turned into
//! spaces, white space squeezed. A line feed in it marks the end of a sentence, so that the `.` of
//! a regular expression never leaves a sentence and a gap such as `.{0,60}` cannot either.
//!
//! What ends a sentence: a full stop, a semicolon, an exclamation mark, a blank line, a bullet, a
//! line that starts with a capital after a line that could end there. What does not: the stops of
//! `art. L. 2113-12` and `E.S.A.T.`, a lone line break inside a sentence, a decimal point. A sentence
//! that does not end is cut, so that no text costs more than its length.

use std::ops::Range;

use super::typo;
use crate::domain::text::fold_char;

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: [&str; 22] = [
    "art", "arts", "al", "cf", "ex", "env", "max", "min", "mini", "maxi", "no", "nos", "ref",
    "tel", "chap", "par", "resp", "qte", "mme", "mr", "ste", "st",
];

/// Words after which a line break never ends a sentence.
const OPEN_WORDS: [&str; 38] = [
    "a", "au", "aux", "de", "du", "des", "d", "l", "la", "le", "les", "un", "une", "et", "ou",
    "en", "dans", "par", "pour", "sur", "avec", "sans", "sous", "que", "qui", "dont", "est",
    "sont", "ce", "cette", "ces", "son", "sa", "ses", "article", "articles", "lot", "lots",
];

/// Bytes of a sentence from which a comma ends it, and from which anything does. Of 25,480 sentences
/// of real notices the longest has 1,173.
const LONG: usize = 1_200;
const LONGEST: usize = 1_600;

/// A folded text.
#[derive(Debug)]
pub(crate) struct Folded {
    text: String,
    /// For each byte of `text`, the index of the original character it comes from.
    origin: Vec<u32>,
}

impl Folded {
    /// Folds a text.
    pub(crate) fn new(original: &str) -> Self {
        let folder = Folder {
            chars: original.chars().collect(),
            text: String::with_capacity(original.len()),
            origin: Vec::with_capacity(original.len()),
            begun: 0,
        };
        let (text, origin) = typo::repair(folder.run());
        Self { text, origin }
    }

    /// The folded text.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The sentence that holds the byte `at`.
    pub(crate) fn sentence_at(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        start..end
    }

    /// The characters of the original, from the first to after the last, that a span of folded
    /// bytes comes from.
    pub(crate) fn original(&self, span: &Range<usize>) -> Range<usize> {
        let (Some(first), Some(last)) =
            (self.origin.get(span.start), self.origin.get(span.end.saturating_sub(1)))
        else {
            return 0..0;
        };
        *first as usize..*last as usize + 1
    }

    /// The folded byte that stands for an original character, or for the next one that was kept.
    pub(crate) fn folded_at(&self, original: usize) -> usize {
        self.origin.partition_point(|index| (*index as usize) < original)
    }
}

struct Folder {
    chars: Vec<char>,
    text: String,
    origin: Vec<u32>,
    /// Where the sentence begins in `text`.
    begun: usize,
}

impl Folder {
    fn run(mut self) -> (String, Vec<u32>) {
        let mut at = 0;
        while at < self.chars.len() {
            at = self.step(at);
        }
        (self.text, self.origin)
    }

    /// Folds what stands at `at` and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        match self.chars[at] {
            c if c.is_whitespace() => return self.white(at),
            '.' => self.stop(at),
            ';' | '!' | '•' | '●' | '▪' | '■' | '►' | '➢' | '✓' | '\u{f0b7}' => {
                self.end(at);
            }
            '(' => return self.parenthesis(at),
            '·' | '_' | '|' => self.space(at),
            '°' | 'º' => self.push('o', at),
            '*' => {
                if self.starts_line(at) {
                    self.end(at);
                }
            }
            '-' | '–' | '—' | '‐' | '‑' | '−' | '\u{96}' | '\u{97}' => self.dash(at),
            c => {
                for folded in fold_char(c) {
                    match folded {
                        '\'' | '"' => self.space(at),
                        folded if folded.is_ascii() => self.push(folded, at),
                        _ => self.space(at),
                    }
                }
            }
        }
        at + 1
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.origin.push(u32::try_from(at).unwrap_or(u32::MAX));
        if self.text.len() - self.begun > LONGEST {
            self.end(at);
        }
    }

    fn space(&mut self, at: usize) {
        if self.text.len() - self.begun > LONG && self.text.ends_with(',') {
            self.end(at);
        } else if !matches!(self.text.as_bytes().last(), None | Some(b' ' | b'\n')) {
            self.push(' ', at);
        }
    }

    /// Ends the sentence.
    fn end(&mut self, at: usize) {
        while self.text.ends_with(' ') {
            self.text.pop();
            self.origin.pop();
        }
        if !matches!(self.text.as_bytes().last(), None | Some(b'\n')) {
            self.begun = self.text.len() + 1;
            self.text.push('\n');
            self.origin.push(u32::try_from(at).unwrap_or(u32::MAX));
        }
    }

    fn next_visible(&self, at: usize) -> Option<char> {
        self.chars[at..].iter().copied().find(|c| !c.is_whitespace())
    }

    /// The letters and digits that the folded text ends with.
    fn last_word(&self) -> &str {
        let text = self.text.trim_end_matches(' ');
        let start = text.rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |before| before + 1);
        &text[start..]
    }

    fn starts_line(&self, at: usize) -> bool {
        let before = self.chars[..at].iter().rev().find(|c| !matches!(c, ' ' | '\t' | '\u{a0}'));
        before.is_none_or(|c| *c == '\n')
    }

    fn white(&mut self, at: usize) -> usize {
        let length = self.chars[at..].iter().take_while(|c| c.is_whitespace()).count();
        let breaks = self.chars[at..at + length].iter().filter(|c| **c == '\n').count();
        let end = at + length;
        if breaks >= 2 || (breaks == 1 && self.line_ends(at, end)) {
            self.end(at);
        } else {
            self.space(at);
        }
        end
    }

    /// Whether a lone line break between `at` and `next` ends a sentence.
    fn line_ends(&self, at: usize, next: usize) -> bool {
        let Some(&first) = self.chars.get(next) else { return true };
        let bullet =
            matches!(first, '-' | '–' | '—' | '•' | '●' | '▪' | '■' | '►' | '*' | '\u{f0b7}');
        let numbered = first.is_ascii_digit() && self.is_list_number(next);
        if !first.is_uppercase() && !bullet && !numbered {
            return false;
        }
        let last = self.text.as_bytes().last();
        if matches!(last, Some(b',' | b':' | b'(' | b'/')) || OPEN_WORDS.contains(&self.last_word())
        {
            return false;
        }
        if bullet || numbered {
            return true;
        }
        // A line of capitals goes on the line of capitals before, and an acronym (`réservé\nIAE`)
        // goes on any line; a new lot never does.
        let after: String =
            self.chars[next..].iter().take_while(|c| **c != '\n').take(20).collect();
        let before: String = self.chars[..at].iter().rev().take(20).collect();
        let shouted = |text: &str| {
            text.chars().filter(|c| c.is_uppercase()).count() >= 2
                && !text.chars().any(char::is_lowercase)
        };
        let word: String = after.chars().take_while(|c| c.is_alphanumeric()).collect();
        let acronym = (2..=5).contains(&word.len()) && word.chars().all(char::is_uppercase);
        let goes_on = acronym || (shouted(&before) && shouted(&after));
        let lot = word.starts_with("LOT")
            && after
                .chars()
                .find(|c| !c.is_alphabetic() && *c != ' ')
                .is_some_and(|c| c.is_ascii_digit() || matches!(c, '°' | 'º' | '-'));
        lot || !goes_on
    }

    /// `Critères : 1. Prix 60 % 2. Délai`: a number after what cannot be counted by it.
    fn starts_item(&self, at: usize) -> bool {
        let before = self.chars[..at].iter().rev().find(|c| !c.is_whitespace());
        before.is_some_and(|c| matches!(c, ':' | '%' | ')' | ';'))
    }

    /// `1. Objet`, `2) Durée`, `3 - Prix`: a number that begins an item.
    fn is_list_number(&self, at: usize) -> bool {
        let digits = self.chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        let mut rest = self.chars[at + digits..].iter().skip_while(|c| **c == ' ');
        digits <= 2 && matches!(rest.next(), Some('.' | ')' | '-' | '–' | '/' | '°'))
    }

    fn stop(&mut self, at: usize) {
        let before = at.checked_sub(1).map(|index| self.chars[index]);
        let after = self.chars.get(at + 1).copied();
        let word = self.last_word();
        // A letter that stands alone: `L.`, or a part of `E.S.A.T.`
        let single = before.is_some_and(char::is_alphabetic)
            && at.checked_sub(2).is_none_or(|index| !self.chars[index].is_alphanumeric());
        let next = self.next_visible(at + 1);
        let (before_digit, after_digit) =
            (before.is_some_and(|c| c.is_ascii_digit()), after.is_some_and(|c| c.is_ascii_digit()));
        match after {
            // `2.5`, `23.7.2015`
            Some(_) if before_digit && after_digit => self.push('.', at),
            // `E.S.A.T`: the letters join into one acronym.
            Some(c) if single && c.is_alphabetic() => {}
            // `art. 12`, `L. 2113-12`; but `500 h. Lot 2` ends.
            Some(_) if ABBREVIATIONS.contains(&word) => self.space(at),
            Some(c) if single && !c.is_whitespace() => self.space(at),
            Some(_) if single && next.is_some_and(|c| c.is_ascii_digit()) => self.space(at),
            // `insertion.Le titulaire`: the space was lost.
            Some(c) if c.is_uppercase() => self.end(at),
            Some(c) if c.is_alphanumeric() => self.space(at),
            _ => {
                // `E.S.A.T. et E.A.`: an acronym goes on when a small letter follows.
                let acronym = before.is_some_and(char::is_uppercase)
                    && at >= 2
                    && self.chars[at - 2] == '.'
                    && next.is_some_and(char::is_lowercase);
                // `1. Objet`: a number that starts a line or an item of a list.
                let number = at - word.len().min(at);
                let numbered =
                    before_digit && (self.starts_line(number) || self.starts_item(number));
                if !acronym && !numbered {
                    self.end(at);
                } else {
                    self.space(at);
                }
            }
        }
    }

    fn dash(&mut self, at: usize) {
        let around = (at.checked_sub(1).map(|index| self.chars[index]), self.chars.get(at + 1));
        match around {
            (Some(before), Some(after)) if before.is_alphanumeric() && after.is_alphanumeric() => {
                if after.is_ascii_digit() {
                    self.push('-', at);
                } else {
                    self.space(at);
                }
            }
            _ if self.starts_line(at) => self.end(at),
            // `socio-` at the end of a line.
            (Some(before), Some('\n')) if before.is_alphabetic() => self.space(at),
            _ => {
                self.space(at);
                self.push('-', at);
            }
        }
    }

    /// `réservé(e)(s)` loses its endings: they say nothing and break words.
    fn parenthesis(&mut self, at: usize) -> usize {
        let letters: Vec<char> =
            self.chars[at + 1..].iter().take_while(|c| **c != ')').take(3).copied().collect();
        let after = at + letters.len() + 1;
        let glued = at
            .checked_sub(1)
            .is_some_and(|index| self.chars[index].is_alphabetic() || self.chars[index] == ')');
        let ending = matches!(letters.as_slice(), ['s' | 'e' | 'x'] | ['e', 's']);
        if glued && ending && self.chars.get(after) == Some(&')') {
            return after + 1;
        }
        self.push('(', at);
        at + 1
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folded(text: &str) -> String {
        Folded::new(text).as_str().replace('\n', "|")
    }

    #[test]
    fn sentences_end_where_a_reader_ends_them() {
        for (text, expected) in [
            ("Réservé aux EA. Le lot 2", "reserve aux ea| le lot 2"),
            ("art. L. 2113-12 du CCP", "art l 2113-12 du ccp"),
            ("l'article L.2113-12, al. 2", "l article l 2113-12, al 2"),
            ("aux E.S.A.T. et E.A.", "aux esat et ea|"),
            ("lot n° 5 ; lot nº 6", "lot no 5| lot no 6"),
            ("150 h. Lot 2", "150 h|lot 2"),
            ("23.7.2015 et 2.5 %", "23.7.2015 et 2.5 %"),
            ("une clause\nd’insertion", "une clause d insertion"),
            ("une clause\nd’insertion\n\nAutre", "une clause d insertion|autre"),
            ("Lot 1 : peinture\nLot 2 : sols", "lot 1 : peinture|lot 2 : sols"),
            ("réservé aux\nESAT", "reserve aux esat"),
            ("MARCHÉ\nRÉSERVÉ", "marche reserve"),
            ("CLAUSE\nD'INSERTION", "clause d insertion"),
            ("lot réservé\nIAE", "lot reserve iae"),
            ("au moins\n10 % des heures", "au moins 10 % des heures"),
            ("LOT 1 : SOLS\nLOT 2 : MURS", "lot 1 : sols|lot 2 : murs"),
            ("Critères\n1. Prix\n2. Délai", "criteres|1 prix|2 delai"),
            ("Critères : 1. Prix 60 % 2. Délai", "criteres : 1 prix 60 % 2 delai"),
            ("Voir le lot 2. Délai", "voir le lot 2| delai"),
            ("- clause sociale\n- prix", "clause sociale|prix"),
            ("— clause sociale,\n— prix", "clause sociale,| prix"),
            ("Réservé(e)(s) aux lot(s) 3", "reserve aux lot 3"),
            ("d'insertion.Le titulaire", "d insertion|le titulaire"),
            ("socio-professionnelle", "socio professionnelle"),
            ("socio-\nprofessionnelle", "socio professionnelle"),
            ("Nettoyage - marché réservé", "nettoyage - marche reserve"),
            ("« clause  sociale »", "clause sociale "),
            ("1. Objet du marché", "1 objet du marche"),
            ("", ""),
        ] {
            assert_eq!(folded(text), expected.replace("| ", "|"), "{text}");
        }
    }

    #[test]
    fn a_sentence_without_an_end_is_cut() {
        for text in ["clause d'insertion, ", "clause d'insertion ", "réservé"] {
            let folded = Folded::new(&text.repeat(1_000));
            let longest = folded.as_str().split('\n').map(str::len).max();
            assert!(longest.is_some_and(|length| length <= LONGEST + 1), "{text}: {longest:?}");
            assert_eq!(folded.origin.len(), folded.as_str().len());
        }
    }

    #[test]
    fn a_span_finds_its_original() {
        let text = "Clauses « d’Insertion\u{301} » prévues";
        let folded = Folded::new(text);
        let at = folded.as_str().find("d insertion").expect("it is there");
        let span = folded.original(&(at..at + "d insertion".len()));
        let original: String = text.chars().skip(span.start).take(span.len()).collect();
        assert_eq!(original, "d’Insertion");
    }

    proptest! {
        #[test]
        fn folding_never_loses_its_way(text in "\\PC{0,80}([.\n -]\\PC{0,40}){0,4}") {
            let folded = Folded::new(&text);
            prop_assert!(folded.as_str().is_ascii());
            prop_assert_eq!(folded.origin.len(), folded.as_str().len());
            prop_assert!(folded.origin.is_sorted());
            let length = text.chars().count();
            prop_assert!(folded.origin.iter().all(|index| (*index as usize) < length));
        }
    }
}
