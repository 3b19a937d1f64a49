//! Lots named in a text, and the lots of the notice that they are.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::fold::Folded;
use super::parts;
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
    /// Lots of the notice that it leaves out: *les autres lots*.
    pub(crate) but: BTreeSet<usize>,
    /// It answers the words before it with a no: *lot 2 : non*, *0 heure pour le lot 2*.
    pub(crate) refused: bool,
}

impl Mention {
    fn new(span: Range<usize>, lots: BTreeSet<usize>, all: bool) -> Self {
        Self { span, lots, all, excepted: false, but: BTreeSet::new(), refused: false }
    }
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
        let mut mentions = Vec::new();
        for read in find_mentions(original) {
            let span = folded.folded_at(read.start)..folded.folded_at(read.end);
            match &read.lots {
                LotSet::All => {
                    mentions.push(Mention::new(span, (0..self.lots.len()).collect(), true));
                }
                LotSet::Listed(keys) => {
                    let lots = keys.iter().filter_map(|key| self.find(key)).collect();
                    let whole = Mention::new(span, lots, false);
                    mentions.extend(self.cut(text, folded, whole));
                }
            }
            let last = mentions.last().map_or(0, |mention| mention.span.end);
            mentions.extend(self.after_brackets(text, last));
        }
        mentions.extend(self.listed_apart(text, &mentions));
        mentions.sort_by_key(|mention| mention.span.start);
        self.name_the_others(folded, &mut mentions);
        mentions.retain(|mention| !is_compared(before(folded, mention)));
        for mention in &mut mentions {
            let before = before(folded, mention);
            mention.excepted = is_excepted(before);
            let after = &text[mention.span.end.min(text.len())..];
            let after = after.split('\n').next().unwrap_or_default();
            mention.refused =
                NONE_FOR.is_match(before.as_bytes()) || REFUSED.is_match(after.as_bytes());
        }
        mentions
    }

    /// A list that is cut: *prévue au lot 1, le lot 2 est …* names two lots apart, and so do items
    /// (`lots 2 et 4 ; lots 1 et 3 : sans objet`).
    fn cut(&self, text: &str, folded: &Folded, whole: Mention) -> Vec<Mention> {
        let words = &text[whole.span.start..whole.span.end.max(whole.span.start)];
        if !words.contains(", l") && !words.contains('\n') {
            return vec![whole];
        }
        let mut inside: Vec<Range<usize>> = Vec::new();
        let mut at = whole.span.start;
        while at < whole.span.end {
            let sentence = folded.sentence_at(at);
            inside.extend(parts::parts(&text[sentence.clone()]).into_iter().filter_map(|part| {
                let start = (part.start + sentence.start).max(at);
                let end = (part.end + sentence.start).min(whole.span.end);
                (start < end).then_some(start..end)
            }));
            at = sentence.end + 1;
        }
        inside.dedup();
        if inside.len() < 2 {
            return vec![whole];
        }
        let named = |span: Range<usize>| {
            let lots = self.numbers(text[span.clone()].as_bytes());
            Mention::new(span, lots, false)
        };
        inside.into_iter().map(named).collect()
    }

    /// `lots 1 (120 h), 4 (60 h) et 6 (30 h)`: the numbers after brackets, from a mention's end.
    fn after_brackets(&self, text: &str, mut at: usize) -> Vec<Mention> {
        let mut found = Vec::new();
        while let Some(captures) = text.as_bytes().get(at..).and_then(|t| AFTER_BRACKET.captures(t))
        {
            let Some(number) = captures.get(1) else { break };
            let span = at + number.start()..at + number.end();
            at = span.end;
            found.push(Mention::new(span, self.numbers(number.as_bytes()), false));
        }
        found
    }

    /// `Le lot 1 est réservé ; les autres lots …`: all lots but those named just before.
    fn name_the_others(&self, folded: &Folded, mentions: &mut Vec<Mention>) {
        let text = folded.as_str();
        for found in OTHERS.find_iter(text.as_bytes()) {
            if mentions.iter().any(|m| m.span.start < found.end() && found.start() < m.span.end) {
                continue;
            }
            let sentence = folded.sentence_at(found.start());
            let named = |m: &&Mention| !m.all && m.but.is_empty() && !m.lots.is_empty();
            let here = |m: &&Mention| sentence.contains(&m.span.start);
            let last = mentions.iter().filter(named).rfind(|m| m.span.end <= found.start());
            let Some(last) = last.or_else(|| mentions.iter().filter(named).find(here)) else {
                continue;
            };
            let near = folded.sentence_at(last.span.start);
            let named = mentions.iter().filter(named);
            let but: BTreeSet<usize> = named
                .filter(|m| near.contains(&m.span.start))
                .flat_map(|m| &m.lots)
                .copied()
                .collect();
            let lots = (0..self.lots.len()).filter(|lot| !but.contains(lot)).collect();
            let at = mentions.partition_point(|m| m.span.start < found.start());
            let mut others = Mention::new(found.range(), lots, false);
            others.but = but;
            mentions.insert(at, others);
        }
    }

    /// `Lots réservés aux SIAE : 1, 4 et 6`: numbers that stand apart from the word.
    fn listed_apart(&self, text: &str, known: &[Mention]) -> Vec<Mention> {
        let found = APART.captures_iter(text.as_bytes()).filter_map(|captures| {
            let (word, numbers) = (captures.get(1)?, captures.get(2)?);
            let lots = self.numbers(numbers.as_bytes());
            let free = |m: &Mention| m.span.end <= word.start() || m.span.start >= numbers.end();
            let new = !lots.is_empty() && known.iter().all(free);
            let span = numbers.range();
            new.then(|| Mention::new(span, lots, false))
        });
        found.collect()
    }

    /// The lots of a list of numbers.
    fn numbers(&self, list: &[u8]) -> BTreeSet<usize> {
        let list = String::from_utf8_lossy(list);
        let list = list.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let list = list.trim_start_matches("les ").trim_start_matches("le ");
        let list = if list.starts_with("lot") { list.to_owned() } else { format!("lots {list}") };
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
    pattern::compile(
        r"^ ?\([^()\n]{1,60}\)(?:,| et| ou|, et) ((?:no )?\d{1,2})\b(?: ?$| ?[,.():\n]| [a-z])",
    )
});

/// `les autres lots`, and not `les autres lots que`.
static OTHERS: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"\b(?:autres lots|lots restants)\b"));

/// `lot 2 : non`, `lot 2 (néant)`, `lot 2 : 0 heure`.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(&format!(
        "^ ?[:=(-]? ?(?:non(?: concernee?s?| prevue?s?| soumis)?|neant|sans objet|aucune?|(?:de |d )?0 ?(?:h|heures?|%)(?: d insertion)?){}",
        parts::ANSWER_END
    ))
});

/// `0 heure pour le lot 1`, `non (lot 1)`.
static NONE_FOR: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"\b(?:0 ?(?:h|heures?|%)(?: d insertion)?(?: sociale| professionnelle)?|non|neant|sans objet)",
        r" ?(?:\(|\b(?:pour|sur|au|aux|dans)\b)(?: ?l[ea]s?)? ?$"
    ))
});

/// `mais pas le lot 2`, `et non le lot 2`.
static BUT_NOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"\b(?:mais|et) (?:pas|non|non pas)(?: pour| sur| dans)?(?: l[ea]s?| aux?| du| des)? ?$",
    )
});

/// The words of a mention's sentence before it.
fn before<'t>(folded: &'t Folded, mention: &Mention) -> &'t str {
    let text = folded.as_str();
    let sentence = folded.sentence_at(mention.span.start.min(text.len()));
    &text[sentence.start..mention.span.start.max(sentence.start)]
}

fn is_compared(before: &str) -> bool {
    COMPARED.is_match(before.as_bytes())
}

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
    let taken_out = turn::exceptions(before).last().is_some_and(|exception| {
        let mut words = before[exception.end..].split(|c: char| !c.is_ascii_alphanumeric());
        words.all(|word| LINKS.contains(&word))
    });
    taken_out || BUT_NOT.is_match(before.as_bytes())
}
