//! French numbers in folded text: `1 429`, `1.429`, `1429,5`, `quatre mille`, `huit`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::rules::pattern;

/// A number and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    /// Its value in hundredths.
    pub(super) hundredths: i64,
    /// It is written in letters.
    pub(super) is_word: bool,
}

/// Digits in groups of three, or plain, with two decimals at most.
static DIGITS: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(?:\d{1,3}(?:[ .]\d{3})+|\d{1,9})(?:[.,]\d{1,2})?\b"));

const UNITS: [&str; 17] = [
    "zero", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze",
    "douze", "treize", "quatorze", "quinze", "seize",
];

const TENS: [(&str, i64); 5] =
    [("vingt", 20), ("trente", 30), ("quarante", 40), ("cinquante", 50), ("soixante", 60)];

static LETTERS: LazyLock<Regex> = LazyLock::new(|| {
    let words = concat!(
        r"(?:une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|",
        r"vingts?|trente|quarante|cinquante|soixante|cents?|mille)",
    );
    pattern::compile(&format!(r"\b{words}(?: (?:et )?{words})*\b"))
});

/// The numbers of a text, in order.
pub(super) fn numbers(text: &str) -> Vec<Number> {
    let digits =
        DIGITS.find_iter(text.as_bytes()).filter(|found| stands_alone(text, found.range()));
    let digits = digits.filter_map(|found| {
        let hundredths = read_digits(&text[found.range()])?;
        Some(Number { span: found.range(), hundredths, is_word: false })
    });
    let letters = LETTERS.find_iter(text.as_bytes()).filter_map(|found| {
        let hundredths = read_letters(&text[found.range()])?.checked_mul(100)?;
        Some(Number { span: found.range(), hundredths, is_word: true })
    });
    let mut numbers: Vec<Number> = digits.chain(letters).collect();
    numbers.sort_by_key(|number| number.span.start);
    numbers
}

/// Whether digits are no part of a date, an article, a reference: `12/03`, `2113-12`, `n1.2.3`.
fn stands_alone(text: &str, span: Range<usize>) -> bool {
    let joins = |c: Option<&u8>| matches!(c, Some(b'-' | b'.' | b'/'));
    let digit = |c: Option<&u8>| c.is_some_and(u8::is_ascii_digit);
    let text = text.as_bytes();
    let before = span.start.checked_sub(1).and_then(|at| text.get(at));
    let glued = joins(before) && digit(span.start.checked_sub(2).and_then(|at| text.get(at)));
    let goes_on = matches!(text.get(span.end), Some(b'-' | b'.')) && digit(text.get(span.end + 1));
    !glued && !goes_on && before != Some(&b'#')
}

fn read_digits(text: &str) -> Option<i64> {
    // Two digits or one after a point or a comma are decimals; three are a group.
    let decimals = text.rfind(['.', ',']).filter(|at| text.len() - at - 1 <= 2);
    let (whole, decimals) = text.split_at(decimals.unwrap_or(text.len()));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let whole: i64 = digits(whole).parse().ok()?;
    let decimals: i64 = format!("{:0<2}", digits(decimals)).parse().ok()?;
    whole.checked_mul(100)?.checked_add(decimals)
}

fn read_letters(text: &str) -> Option<i64> {
    let (mut total, mut group) = (0_i64, 0_i64);
    for word in text.split(' ') {
        let singular = word.strip_suffix('s').filter(|_| matches!(word, "cents" | "vingts"));
        match singular.unwrap_or(word) {
            "et" => {}
            "une" => group += 1,
            "mille" => {
                total += group.max(1) * 1_000;
                group = 0;
            }
            "cent" => group = group.max(1) * 100,
            // `quatre-vingts`
            "vingt" if group % 100 == 4 => group += 76,
            word => {
                let tens = TENS.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
                let unit = || UNITS.iter().position(|name| *name == word)?.try_into().ok();
                group += tens.or_else(unit)?;
            }
        }
    }
    Some(total + group)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<i64> {
        numbers(text).into_iter().map(|number| number.hundredths).collect()
    }

    #[test]
    fn numbers_are_read_as_the_french_write_them() {
        for (text, expected) in [
            ("1429 heures", vec![142_900]),
            ("1 429 heures", vec![142_900]),
            ("1.429 heures", vec![142_900]),
            ("1 429,50 h", vec![142_950]),
            ("1429,5 h", vec![142_950]),
            ("2.5 %", vec![250]),
            ("1 234 567", vec![123_456_700]),
            ("huit pour cent", vec![800, 10_000]),
            ("quatre mille", vec![400_000]),
            ("mille deux cents", vec![120_000]),
            ("quatre vingt dix sept", vec![9_700]),
            ("quatre vingts", vec![8_000]),
            ("soixante et onze", vec![7_100]),
            ("deux cent quatre vingt un", vec![28_100]),
            ("article l 2113-12 du 12/03/2024, lot 3", vec![1_200, 300]),
            ("rien", vec![]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_the_same_in_every_spelling(value in 0_i64..10_000_000) {
            let plain = value.to_string();
            let grouped = |mark: char| {
                let digits: Vec<char> = plain.chars().collect();
                let groups: Vec<String> =
                    digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
                groups.join(&mark.to_string())
            };
            for text in [plain.clone(), grouped(' '), grouped('.'), format!("{plain},00")] {
                prop_assert_eq!(read(&text), [value * 100], "{}", text);
            }
        }
    }
}
