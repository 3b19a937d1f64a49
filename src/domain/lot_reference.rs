//! Lots named in a sentence: `le lot n° 5`, `lots 3, 5 et 7`, `lots n° 11 à 19`, `tous les lots`.
//!
//! Buyers name lots inside sentences of the whole notice far more often than they fill the lot's
//! own field, so both the rules and the decoders of corrections read these mentions.

use super::lot::LotKey;

/// The lots a mention means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LotSet {
    /// `tous les lots`, `chaque lot`, `chacun des lots`, `l'ensemble des lots`.
    All,
    /// Lots by number, ranges written out, in the order of the text.
    Listed(Vec<LotKey>),
}

/// A mention of lots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotMention {
    /// First character of the mention, counted in Unicode characters from 0.
    pub start: usize,
    /// The character after its last one.
    pub end: usize,
    /// The lots it means.
    pub lots: LotSet,
}

/// Longest range written out: `lots 1 à 60` is met, `lots 1 à 2026` is not a range of lots.
const LONGEST_RANGE: u32 = 200;

/// All mentions of lots in a text, in order.
pub fn find_mentions(text: &str) -> Vec<LotMention> {
    let scanner = Scanner { chars: text.chars().collect() };
    let mut mentions = Vec::new();
    let mut at = 0;
    while at < scanner.chars.len() {
        match scanner.mention(at) {
            Some(mention) => {
                at = mention.end;
                mentions.push(mention);
            }
            None => at += 1,
        }
    }
    mentions
}

struct Scanner {
    chars: Vec<char>,
}

impl Scanner {
    fn mention(&self, at: usize) -> Option<LotMention> {
        if at > 0 && self.chars[at - 1].is_alphanumeric() {
            return None;
        }
        if let Some(end) = self.all_lots(at) {
            return Some(LotMention { start: at, end, lots: LotSet::All });
        }
        // The eForms identifier, written out by some platforms.
        if let Some(end) = self.word(at, "LOT-").or_else(|| self.word(at, "lot-")) {
            let digits = self.digits(end);
            if digits - end == 4 {
                let number: String = self.chars[end..digits].iter().collect();
                let lots = LotSet::Listed(vec![LotKey::of(&format!("LOT-{number}"))]);
                return Some(LotMention { start: at, end: digits, lots });
            }
        }
        let plural = self.folded_word(at, "lots");
        let after = plural.or_else(|| self.folded_word(at, "lot(s)"));
        let after = after.or_else(|| self.folded_word(at, "lot"))?;
        let mut lots = Vec::new();
        let (mut end, first) = self.number(self.mark(after))?;
        lots.push(first);
        while let Some((range, next)) = self.separator(end) {
            let Some((number_end, number)) = self.number(self.mark(self.again(next))) else {
                break;
            };
            if range {
                Self::fill_range(&mut lots, &number);
            }
            lots.push(number);
            end = number_end;
        }
        let lots = lots.iter().map(|number| LotKey::of(number)).collect();
        Some(LotMention { start: at, end, lots: LotSet::Listed(lots) })
    }

    fn all_lots(&self, at: usize) -> Option<usize> {
        const WORDS: [&str; 9] = [
            "tous les lots",
            "tout les lots",
            "chaque lot",
            "chacun des lots",
            "ensemble des lots",
            "totalite des lots",
            "les differents lots",
            "quel que soit le lot",
            "tous lots confondus",
        ];
        WORDS.iter().find_map(|words| self.folded_word(at, words))
    }

    /// Adds what lies between the last number of the list and `to`.
    fn fill_range(lots: &mut Vec<String>, to: &str) {
        let from = lots.last().and_then(|number| number.parse::<u32>().ok());
        if let (Some(from), Ok(to)) = (from, to.parse::<u32>())
            && from < to
            && to - from <= LONGEST_RANGE
        {
            lots.extend((from + 1..to).map(|number| number.to_string()));
        }
    }

    /// Matches plain lower-case words, ignoring case and accents, ending at a word boundary.
    fn folded_word(&self, at: usize, word: &str) -> Option<usize> {
        let mut position = at;
        for expected in word.chars() {
            if expected == ' ' {
                let after = self.spaces(position);
                if after == position {
                    return None;
                }
                position = after;
                continue;
            }
            let folded = super::text::fold_char(*self.chars.get(position)?).next()?;
            if folded != expected {
                return None;
            }
            position += 1;
        }
        let boundary = self.chars.get(position).is_none_or(|next| !next.is_alphabetic());
        (boundary || word.ends_with(')')).then_some(position)
    }

    fn word(&self, at: usize, word: &str) -> Option<usize> {
        let end = at + word.chars().count();
        (self.chars.get(at..end)?.iter().copied().eq(word.chars())).then_some(end)
    }

    fn spaces(&self, at: usize) -> usize {
        let blank = |c: &&char| c.is_whitespace();
        at + self.chars[at..].iter().take_while(blank).count()
    }

    fn digits(&self, at: usize) -> usize {
        at + self.chars[at..].iter().take_while(|c| c.is_ascii_digit()).count()
    }

    /// Skips `n°`, `nº`, `no`, `n`, `numéro(s)` and spaces before a number.
    fn mark(&self, at: usize) -> usize {
        let start = self.spaces(at);
        for mark in ["numeros", "numero", "nos", "no", "n"] {
            if let Some(mut end) = self.folded_prefix(start, mark) {
                loop {
                    let sign = self.spaces(end);
                    match self.chars.get(sign) {
                        Some('°' | 'º' | 's' | '.' | ':') => end = sign + 1,
                        _ => break,
                    }
                }
                end = self.spaces(end);
                if self.chars.get(end).is_some_and(|c| c.is_ascii_digit() || c.is_uppercase()) {
                    return end;
                }
            }
        }
        start
    }

    fn folded_prefix(&self, at: usize, word: &str) -> Option<usize> {
        for (offset, expected) in word.chars().enumerate() {
            let folded = super::text::fold_char(*self.chars.get(at + offset)?).next()?;
            if folded != expected {
                return None;
            }
        }
        Some(at + word.len())
    }

    /// Skips a repeated `lot` in `lot 1 et lot 2`.
    fn again(&self, at: usize) -> usize {
        let start = self.spaces(at);
        let start = self.folded_word(start, "le").map_or(start, |end| self.spaces(end));
        self.folded_word(start, "lots").or_else(|| self.folded_word(start, "lot")).unwrap_or(at)
    }

    /// A lot number: up to three digits with an optional letter, or one capital letter. A number
    /// that goes on as an amount, a share or a duration is not one.
    fn number(&self, at: usize) -> Option<(usize, String)> {
        let digits_end = self.digits(at);
        if digits_end == at {
            let letter = *self.chars.get(at).filter(|c| c.is_ascii_uppercase())?;
            let alone = self.chars.get(at + 1).is_none_or(|next| !next.is_alphanumeric());
            // `LOT A POUR OBJET` in a text of capitals is not lot A.
            let shouted = self.chars[at + 1..].iter().filter(|c| c.is_alphabetic()).take(3);
            let shouted: Vec<_> = shouted.collect();
            let shouted = shouted.len() == 3 && shouted.iter().all(|c| c.is_uppercase());
            return (alone && !shouted).then(|| (at + 1, letter.to_string()));
        }
        if digits_end - at > 3 {
            return None;
        }
        let mut end = digits_end;
        let suffix = self.chars.get(end).filter(|c| c.is_ascii_alphabetic());
        if suffix.is_some() && self.chars.get(end + 1).is_none_or(|next| !next.is_alphanumeric()) {
            end += 1;
        } else if suffix.is_some() {
            return None;
        }
        (!self.is_quantity(end)).then(|| (end, self.chars[at..end].iter().collect()))
    }

    /// Whether the number ending here is the head of an amount (`20 000`), a share, a duration.
    fn is_quantity(&self, end: usize) -> bool {
        let after = self.spaces(end);
        let thousands = self.digits(after) - after == 3 && after > end;
        let decimals = self.chars.get(end).is_some_and(|c| matches!(c, ',' | '.'))
            && self.chars.get(end + 1).is_some_and(char::is_ascii_digit);
        let unit = ["%", "€", "euro", "euros", "heures", "mois", "ans", "jours", "points"]
            .iter()
            .any(|unit| self.folded_word(after, unit).is_some());
        thousands || (decimals && self.chars.get(end) == Some(&'.')) || unit
    }

    /// A separator between two numbers: whether it makes a range, and where it ends.
    fn separator(&self, at: usize) -> Option<(bool, usize)> {
        let mut position = self.spaces(at);
        let mut found = None;
        while let Some(c) = self.chars.get(position) {
            let next = match c {
                ',' | ';' | '/' | '&' | '+' => {
                    found = found.or(Some(false));
                    position + 1
                }
                '-' | '–' => {
                    found = Some(true);
                    position + 1
                }
                _ => {
                    let join = [("et", false), ("ou", false), ("ainsi que", false)];
                    let range = [("a", true), ("au", true), ("jusqu'a", true)];
                    let mut words = join.into_iter().chain(range);
                    let word = words.find_map(|(word, range)| {
                        self.folded_word(position, word).map(|end| (range, end))
                    });
                    match word {
                        Some((range, end)) => {
                            found = Some(range);
                            end
                        }
                        None => break,
                    }
                }
            };
            position = self.spaces(next);
        }
        found.map(|range| (range, position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Vec<String> {
        find_mentions(text)
            .into_iter()
            .map(|mention| {
                let words: String =
                    text.chars().skip(mention.start).take(mention.end - mention.start).collect();
                match mention.lots {
                    LotSet::All => format!("{words}=*"),
                    LotSet::Listed(lots) => {
                        let lots: Vec<_> = lots.iter().map(LotKey::as_str).collect();
                        format!("{words}={}", lots.join(","))
                    }
                }
            })
            .collect()
    }

    #[test]
    fn mentions_as_buyers_write_them() {
        for (text, expected) in [
            ("Les lots n°1 et 2 comportent", vec!["lots n°1 et 2=1,2"]),
            ("Le lot n° 5 est réservé", vec!["lot n° 5=5"]),
            ("lots 3, 5 et 7.", vec!["lots 3, 5 et 7=3,5,7"]),
            ("lots n° 11 à 14", vec!["lots n° 11 à 14=11,12,13,14"]),
            ("Les lots n° 1, n° 2 et n° 3 sont", vec!["lots n° 1, n° 2 et n° 3=1,2,3"]),
            ("le lot 1 et le lot 2", vec!["lot 1 et le lot 2=1,2"]),
            ("lot 1-3", vec!["lot 1-3=1,2,3"]),
            ("Lots 01 / 02", vec!["Lots 01 / 02=1,2"]),
            ("le lot(s) 4", vec!["lot(s) 4=4"]),
            ("Tous les lots", vec!["Tous les lots=*"]),
            ("chaque lot devra", vec!["chaque lot=*"]),
            ("l'ensemble des lots", vec!["ensemble des lots=*"]),
            ("LOT-0005 réservé", vec!["LOT-0005=LOT-0005"]),
            ("lot A et lot B", vec!["lot A et lot B=a,b"]),
            ("lot 2bis", vec![]),
            ("lot 2b : peinture", vec!["lot 2b=2b"]),
            ("lot 1 : 20 000 € HT", vec!["lot 1=1"]),
            ("lot 1, 20 000 € HT", vec!["lot 1=1"]),
            ("lot 3 et 50 heures", vec!["lot 3=3"]),
            ("le lot a pour objet", vec![]),
            ("LE LOT A POUR OBJET", vec![]),
            ("un lot de 3 pièces", vec![]),
            ("ballots 3", vec![]),
            ("lot numéro 12", vec!["lot numéro 12=12"]),
            ("lot N\u{a0}°\u{a0}3", vec!["lot N\u{a0}°\u{a0}3=3"]),
        ] {
            assert_eq!(listed(text), expected, "{text}");
        }
    }
}
