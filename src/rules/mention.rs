//! Lots named in a text, and the lots of the notice that they are.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::fold::Folded;
use super::pattern;
use super::turn;
use crate::domain::lot::LotKey;
use crate::domain::lot_reference::{LotSet, find_mentions};
use crate::domain::notice::Notice;

/// Lots of a notice by every name a sentence can use.
#[derive(Debug)]
pub(crate) struct LotIndex {
    lots: Vec<LotNames>,
    divided: bool,
}

#[derive(Debug)]
struct LotNames {
    /// The number people use.
    number: Option<LotKey>,
    /// The key and the source's own identifier.
    others: [Option<LotKey>; 2],
}

/// A mention of lots in a text, with the lots of the notice that it means.
#[derive(Debug)]
pub(crate) struct Mention {
    /// Bytes of the folded text.
    pub(crate) span: Range<usize>,
    /// Positions of the lots in the notice; empty when the notice has no such lot.
    pub(crate) lots: BTreeSet<usize>,
    /// All lots are meant.
    pub(crate) all: bool,
    /// It is what an exception takes out: *sauf le lot 3*.
    pub(crate) excepted: bool,
}

impl LotIndex {
    /// Reads the names of a notice's lots.
    pub(crate) fn new(notice: &Notice) -> Self {
        let named = |name: Option<&str>| name.map(LotKey::of).filter(|key| !key.is_whole());
        let lots = notice.lots.iter().map(|lot| LotNames {
            number: named(lot.number.as_deref()),
            others: [
                Some(lot.key.clone()).filter(|key| !key.is_whole()),
                named(lot.source_id.as_deref()),
            ],
        });
        Self { lots: lots.collect(), divided: notice.is_divided() }
    }

    /// How many lots there are.
    pub(crate) const fn len(&self) -> usize {
        self.lots.len()
    }

    /// Whether the notice has lots to tell apart.
    pub(crate) const fn is_divided(&self) -> bool {
        self.divided
    }

    fn find(&self, key: &LotKey) -> Option<usize> {
        // The number people use comes first: `LOT-0005` may be `lot n° 4` after one was withdrawn.
        let by_number = self.lots.iter().position(|lot| lot.number.as_ref() == Some(key));
        let other = |lot: &LotNames| lot.others.iter().flatten().any(|name| name == key);
        by_number.or_else(|| self.lots.iter().position(other))
    }

    /// The mentions of lots in a text, in order.
    pub(crate) fn mentions(&self, original: &str, folded: &Folded) -> Vec<Mention> {
        let text = folded.as_str();
        let read = find_mentions(original).into_iter().filter_map(|mention| {
            let span = folded.folded_at(mention.start)..folded.folded_at(mention.end);
            let sentence = folded.sentence_at(span.start.min(text.len()));
            let before = &text[sentence.start..span.start.max(sentence.start)];
            if COMPARED.is_match(before.as_bytes()) {
                return None;
            }
            let (lots, all) = match &mention.lots {
                LotSet::All => ((0..self.lots.len()).collect(), true),
                LotSet::Listed(keys) => {
                    let mut lots: BTreeSet<usize> =
                        keys.iter().filter_map(|key| self.find(key)).collect();
                    let after = AFTER_BRACKET.captures(&text.as_bytes()[span.end..]);
                    if let Some(more) = after.and_then(|found| found.get(1)) {
                        lots.extend(self.numbers(more.as_bytes()));
                    }
                    (lots, false)
                }
            };
            Some(Mention { span, lots, all, excepted: is_excepted(before) })
        });
        let mut mentions: Vec<Mention> = read.collect();
        mentions.extend(self.listed_apart(text, &mentions));
        mentions.sort_by_key(|mention| mention.span.start);
        mentions
    }

    /// `Lots réservés aux SIAE : 1, 4 et 6`: numbers that stand apart from the word.
    fn listed_apart(&self, text: &str, known: &[Mention]) -> Vec<Mention> {
        let found = APART.captures_iter(text.as_bytes()).filter_map(|captures| {
            let (word, numbers) = (captures.get(1)?, captures.get(2)?);
            let lots = self.numbers(numbers.as_bytes());
            let free = |m: &Mention| m.span.end <= word.start() || m.span.start >= numbers.end();
            let new = !lots.is_empty() && known.iter().all(free);
            let span = numbers.range();
            new.then_some(Mention { span, lots, all: false, excepted: false })
        });
        found.collect()
    }

    /// The lots of a list of numbers.
    fn numbers(&self, list: &[u8]) -> BTreeSet<usize> {
        let list = format!("lots {}", String::from_utf8_lossy(list));
        let listed = find_mentions(&list).into_iter().filter_map(|mention| match mention.lots {
            LotSet::Listed(keys) => Some(keys),
            LotSet::All => None,
        });
        listed.flatten().filter_map(|key| self.find(&key)).collect()
    }
}

/// `même public que le lot 1`, `cf. lot 2`: the other lot is only compared with.
static COMPARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"\b(?:memes? (?:publics?|personnes|conditions?|modalites|clauses?|volumes?|exigences?|obligations?|",
        r"horaires|prestations?|perimetre|duree|prix|dispositions)\b[^.;:\n]{0,25}\bque|identiques? (?:a|au)|idem|",
        r"cf\.?|voir)(?: (?:le|la|les|l|ceux|celles|celui|celle|pour|du|des|de|au|aux|a))* ?$",
    ))
});

/// `lots 1 (120 h) et 4 (60 h)`: what follows the first number's bracket.
static AFTER_BRACKET: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(r"^ ?\([^()\n]{1,30}\)(?:,| et| ou|, et) ((?:no )?\d{1,2})\b")
});

static APART: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"\b(lots?)\b[a-z ]{3,70}: ?((?:no )?\d{1,2}(?:(?:,| et| a| ou|, et| -|-) ?(?:no )?\d{1,2})*)",
        r"(?: ?$| ?\n| ?[,.(])",
    ))
});

/// Whether the words before a mention take it out.
fn is_excepted(before: &str) -> bool {
    const LINKS: [&str; 10] =
        ["", "pour", "le", "les", "du", "des", "de", "l", "sur", "concernant"];
    turn::exceptions(before).last().is_some_and(|exception| {
        let mut words = before[exception.end..].split(|c: char| !c.is_ascii_alphanumeric());
        words.all(|word| LINKS.contains(&word))
    })
}
