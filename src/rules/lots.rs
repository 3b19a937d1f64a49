//! The lot resolver: which lots a sentence speaks of.
//!
//! A sentence inside a lot's own text is that lot's. A sentence of the whole notice that names
//! lots concerns those only; `tous les lots` gives every lot; `ce lot`, a heading (`Lot 2 : …`)
//! and a sentence that goes on the one before keep its lots; otherwise it is the whole notice's.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::fold::Folded;
use super::mention::{LotIndex, Mention};
use super::pattern;

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Positions of the lots; nothing for the whole notice.
    pub(crate) lots: Option<BTreeSet<usize>>,
    /// The sentence names lots that the notice does not have, or some lots without saying which.
    pub(crate) vague: bool,
}

impl Scope {
    /// The whole notice.
    pub(crate) const fn notice() -> Self {
        Self { lots: None, vague: false }
    }

    /// Some lots.
    pub(crate) fn lots(lots: impl IntoIterator<Item = usize>) -> Self {
        Self { lots: Some(lots.into_iter().collect()), vague: false }
    }
}

/// Words that may stand between a clause and the lots it is for: *une clause d'insertion de 150 h
/// est prévue pour le lot 1*.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"^(?:[ :,(/-]|\b(?:et|ou|ainsi|que|pour|sur|dans|au|aux|a|concernant|du|des|de|d|le|les|l|la|est|sont|",
        r"prevue?s?|applicables?|s|applique|appliquent|imposee?s?|obligatoires?|uniquement|seulement|",
        r"exclusivement|par|titulaires?|attributaires?|sociales?|professionnelles?|insertion|chacun|",
        r"minimum|\d+ ?h|h|heures?|\d+|il|agit|suivants?|puis|concerne|concernent|economique|cadre|",
        r"realiser|dits?|soit)\b|[()])*$",
    ))
});

static THIS_LOT: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"\b(?:ce|cet|present|ledit|dudit)(?: dernier)? lot\b|\bcelui ci\b|^(?:le )?lot (?:est )?reserve\b",
    )
});

static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"\b(?:marches?|consultation|accord cadre|operation|ensemble|tous|chaque|procedure|chantier|projet)\b",
    )
});

static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"^(?:dans ce cadre|a ce titre|pour ce faire|cette clause|ces clauses|celle ci|ce volume)\b",
    )
});

static SOME_LOTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"\b(?:certains|plusieurs|quelques|l un|un|une partie|partie|l une) des? lots\b|\b(?:certains|quelques|plusieurs) lots\b|\ble ou les lots\b",
    )
});

/// Whether a sentence says that it is about the whole.
pub(crate) fn says_whole(sentence: &str) -> bool {
    WHOLE.is_match(sentence.as_bytes())
}

/// The mentions of a text and where it stands, for one text after another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) index: &'a LotIndex,
    pub(crate) folded: &'a Folded,
    pub(crate) mentions: &'a [Mention],
    /// The lot whose text this is.
    pub(crate) own: Option<usize>,
}

impl<'a> Reader<'a> {
    /// Mentions inside a range of the folded text.
    pub(crate) fn within(&self, range: &Range<usize>) -> Vec<&'a Mention> {
        self.mentions.iter().filter(|m| range.contains(&m.span.start)).collect()
    }

    /// Whether nothing but linking words stands between two bytes of the folded text.
    pub(crate) fn is_linked(&self, from: usize, to: usize) -> bool {
        from <= to && to - from <= 60 && LINK.is_match(&self.folded.as_str().as_bytes()[from..to])
    }

    /// The mentions joined to `mention`: `le lot 1 et le lot 2`.
    fn joined(&self, all: &[&'a Mention], mention: &'a Mention) -> Vec<&'a Mention> {
        let at = all.iter().position(|other| other.span == mention.span).unwrap_or(0);
        let near = |one: &Mention, two: &Mention| {
            two.span.start - one.span.end.min(two.span.start) <= 20
                && self.is_linked(one.span.end.min(two.span.start), two.span.start)
        };
        let mut first = at;
        while first > 0 && near(all[first - 1], all[first]) {
            first -= 1;
        }
        let mut last = at;
        while last + 1 < all.len() && near(all[last], all[last + 1]) {
            last += 1;
        }
        all[first..=last].to_vec()
    }

    /// The mentions that govern a phrase of a sentence; none when the sentence names none for it.
    pub(crate) fn governing(
        &self,
        sentence: &Range<usize>,
        span: &Range<usize>,
    ) -> Vec<&'a Mention> {
        let all = self.within(sentence);
        let plain: Vec<&Mention> = all.iter().copied().filter(|m| !m.excepted).collect();
        let after = plain.iter().copied().find(|m| m.span.start >= span.end);
        let before = plain.iter().copied().rfind(|m| m.span.start < span.end);
        let linked = after.filter(|m| self.is_linked(span.end, m.span.start));
        let near = after.filter(|m| m.span.start - span.end <= 80);
        linked.or(before).or(near).map_or_else(Vec::new, |m| self.joined(&plain, m))
    }

    /// What a phrase of a sentence is about. `excepted`: it stands by way of an exception.
    pub(crate) fn scope(
        &self,
        sentence: &Range<usize>,
        governing: &[&Mention],
        excepted: bool,
    ) -> Scope {
        let taken_out: Vec<&Mention> =
            self.within(sentence).into_iter().filter(|m| m.excepted).collect();
        let out: BTreeSet<usize> = taken_out.iter().flat_map(|m| &m.lots).copied().collect();
        if excepted {
            return if taken_out.is_empty() {
                self.place(sentence)
            } else {
                self.settle(out, false)
            };
        }
        if governing.is_empty() {
            let leads = taken_out.first().is_some_and(|m| m.span.start - sentence.start <= 20);
            return match (taken_out.is_empty(), leads && self.index.is_divided()) {
                (true, _) => self.place(sentence),
                // `Sauf pour le lot 2 réservé aux EA, …`
                (false, true) => self.settle(out, false),
                // `La consultation, sauf le lot 3, comporte …`
                (false, false) => {
                    let all = (0..self.index.len()).filter(|lot| !out.contains(lot));
                    self.settle(all.collect(), false)
                }
            };
        }
        let all = governing.iter().any(|m| m.all);
        let mut lots: BTreeSet<usize> = governing.iter().flat_map(|m| &m.lots).copied().collect();
        if lots != out {
            lots.retain(|lot| !out.contains(lot));
        }
        self.settle(lots, all)
    }

    /// A set of named lots, seen from where the text stands.
    fn settle(&self, lots: BTreeSet<usize>, all: bool) -> Scope {
        let named = if self.index.is_divided() { lots } else { BTreeSet::new() };
        match self.own {
            Some(own) if all || named.is_empty() || named.contains(&own) => Scope::lots([own]),
            None if named.is_empty() => Scope { lots: None, vague: self.index.is_divided() },
            _ => Scope { lots: Some(named), vague: false },
        }
    }

    /// What a sentence that names no lot is about.
    fn place(&self, sentence: &Range<usize>) -> Scope {
        if let Some(own) = self.own {
            return Scope::lots([own]);
        }
        if !self.index.is_divided() {
            return Scope::notice();
        }
        let words = &self.folded.as_str()[sentence.clone()];
        if let Some(lots) = self.this_lot(sentence, words).or_else(|| self.heading(sentence, words))
        {
            return Scope { lots: Some(lots), vague: false };
        }
        Scope { lots: None, vague: SOME_LOTS.is_match(words.as_bytes()) }
    }

    /// `Ce lot est réservé …`: the last lot named before, if it is one lot.
    fn this_lot(&self, sentence: &Range<usize>, words: &str) -> Option<BTreeSet<usize>> {
        if !THIS_LOT.is_match(words.as_bytes()) {
            return None;
        }
        let last = self.mentions.iter().rfind(|m| m.span.start < sentence.start)?;
        (last.lots.len() == 1 && !last.all).then(|| last.lots.clone())
    }

    /// `Lot 2 : peinture. Clause d'insertion : 50 h. Lot 3 : …`: the heading a sentence stands
    /// under, as long as another heading follows or no line ends in between.
    fn heading(&self, sentence: &Range<usize>, words: &str) -> Option<BTreeSet<usize>> {
        if says_whole(words) {
            return None;
        }
        let text = self.folded.as_str();
        let is_heading = |m: &&Mention| {
            let own = self.folded.sentence_at(m.span.start);
            m.span.start - own.start <= 4 && m.lots.len() == 1 && !m.all
        };
        let heading =
            self.mentions.iter().rfind(|m| m.span.end <= sentence.start && is_heading(m))?;
        let next = self.mentions.iter().find(|m| m.span.start >= sentence.end && is_heading(m));
        let between = text[heading.span.end..sentence.start].matches('\n').count();
        let other = self
            .mentions
            .iter()
            .any(|m| m.span.start > heading.span.end && m.span.end <= sentence.start);
        let listed =
            self.mentions.iter().any(|m| m.span.end <= heading.span.start && is_heading(&m));
        let under = (next.is_some() && between <= 3) || (listed && between <= 1);
        (under && !other).then(|| heading.lots.clone())
    }

    /// Whether a sentence goes on the one before in its own words (`Dans ce cadre, …`).
    pub(crate) fn goes_on(&self, sentence: &Range<usize>) -> bool {
        GOES_ON.is_match(&self.folded.as_str().as_bytes()[sentence.clone()])
    }

    /// `Les lots suivants sont réservés : lot 2 ; lot 3`: the mentions of the items that go on a
    /// list begun by a sentence, up to the first item that is more than a lot.
    pub(crate) fn listed_after(
        &self,
        sentence: &Range<usize>,
        original: &[char],
    ) -> Vec<&'a Mention> {
        let text = self.folded.as_str();
        let mut listed = Vec::new();
        let mut end = sentence.end;
        while end < text.len() && self.folded.original(&(end..end + 1)).start < original.len() {
            if original[self.folded.original(&(end..end + 1)).start] != ';' {
                break;
            }
            let item = self.folded.sentence_at(end + 1);
            let Some(first) = self.within(&item).first().copied() else { break };
            if first.span.start - item.start > 12 || first.span.end + 40 < item.end {
                break;
            }
            listed.push(first);
            end = item.end;
        }
        listed
    }
}
