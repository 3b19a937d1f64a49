//! The lot resolver: which lots a sentence speaks of.
//!
//! A sentence inside a lot's own text is that lot's. A sentence of the whole notice that names
//! lots concerns those only; `tous les lots` gives every lot; `ce lot`, a heading (`Lot 2 : …`)
//! and a sentence that goes on the one before keep its lots; otherwise it is the whole notice's.
//!
//! Inside a sentence, or a part of one (`parts`), a phrase belongs to the lots that are the subject
//! of its verb, else to those it leads to (*une clause est prévue pour le lot 1*), and to each lot
//! that answers it (*lot 1 : 300 heures, lot 2 : 120 heures*).

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::fold::Folded;
use super::mention::{LotIndex, Mention};
use super::parts;
use super::pattern;

/// What a statement is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Positions of the lots; nothing for the whole notice.
    pub(crate) lots: Option<BTreeSet<usize>>,
    /// Lots left out of the whole notice: *tous les lots sauf le lot 3*, where only lot 3 is known.
    pub(crate) but: BTreeSet<usize>,
    /// The sentence names lots that the notice does not have, or some lots without saying which.
    pub(crate) vague: bool,
}

impl Scope {
    /// The whole notice.
    pub(crate) const fn notice() -> Self {
        Self { lots: None, but: BTreeSet::new(), vague: false }
    }

    /// Some lots.
    pub(crate) fn lots(lots: impl IntoIterator<Item = usize>) -> Self {
        Self { lots: Some(lots.into_iter().collect()), ..Self::notice() }
    }

    /// Whether it is about a lot, by name or as one of the whole notice.
    pub(crate) fn covers(&self, lot: usize) -> bool {
        self.lots.as_ref().map_or_else(|| !self.but.contains(&lot), |lots| lots.contains(&lot))
    }
}

/// Words that may stand between a clause and the lots it is for: *une clause d'insertion de 150 h
/// est prévue pour le lot 1*.
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"^(?:[ :,(/%-]|\b(?:et|ou|ainsi|que|pour|sur|dans|au|aux|a|concernant|du|des|de|d|le|les|l|la|est|sont|",
        r"prevue?s?|applicables?|s|applique|appliquent|imposee?s?|obligatoires?|uniquement|seulement|",
        r"exclusivement|par|titulaires?|attributaires?|sociales?|professionnelles?|insertion|chacun|",
        r"minimum|\d+ ?h|h|heures?|\d+|il|agit|suivants?|puis|concerne|concernent|economique|cadre|",
        r"realiser|dits?|soit|lots|oui|non|neant|egalement|aussi|respectivement)\b|[()])*$",
    ))
});

/// What describes a lot of a list: `le lot 1 (tri) et le lot 2`, `le lot 1, de six mois, et …`.
static BRACKET: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"^(?: ?\([^()\n]{0,80}\)|, (?:d|de|du|des|relatif|pour|portant)\b[^,()\n]{1,60},)",
    )
});

/// What turns from one lot to the next instead of leading to it: `… et le lot 2 …`.
static AND: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"^(?: ?,)? ?(?:\b(?:et|ou|mais|puis|ainsi que)\b|, (?:le|la|les|pour|au|aux)\b)",
    )
});

/// What stands right before the next lot: `…, le lot 2`.
static TO_NEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(r"(?:,|\bet) ?(?:pour )?(?:les? )?$"));

/// Words between a lot and a phrase that make the lot its subject.
static SUBJECT: LazyLock<Regex> =
    LazyLock::new(|| pattern::compile(&format!(r"^ ?(?:\([^()]*\) ?)?[:=]|{}", parts::VERB)));

/// What a mention of lots that answers a phrase stands after: `…, pour le lot 2`.
static ANSWERS_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(
        r"(?:[,/(:-]|\bet\b) ?(?:(?:pour|sur|au|aux|dans|concernant|du|des) ?)?(?:l[ea]s?)? ?$",
    )
});

/// The answer of a lot: `lot 2 : 120 heures`, `le lot 2 également`.
static ANSWERS: LazyLock<Regex> = LazyLock::new(|| {
    let (answer, end) = (parts::ANSWER, parts::ANSWER_END);
    pattern::compile(&format!(r"^ ?(?:\([^()]*\) ?)?[:=-]? ?{answer}(?: d insertion)?{end}"))
});

/// A number in the answer of a lot: it answers a clause, never a reservation.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| pattern::compile(r"^[^a-z]*(?:[a-z]{1,7} )*\d"));

/// What joins a phrase to the lot that an exception takes out: `sauf le lot 2, réservé aux ESAT`.
static OF_EXCEPTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"^ ?(?:\([^()]*\) ?)?,? ?(?:(?:qui|lequel|lesquels|pour lequel|pour lesquels|dont|avec|comportant|",
        r"soumis|assortie?s?|etant|exclusivement|lui)\b[^,]*|[(:][^),]*)?$"
    ))
});

/// A row of items that only answer the words before them: `- lot 2 : 120 heures`.
static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    let answer = parts::ANSWER;
    pattern::compile(&format!(
        r"^ ?(?:\([^()]*\) ?)?[:=-]? ?(?:{answer}(?: d insertion)?(?: minimum| au moins| par an)?)?[ .,]*$"
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
        let first = self.mentions.partition_point(|m| m.span.start < range.start);
        let inside = self.mentions[first..].iter();
        inside.take_while(|m| m.span.start < range.end).collect()
    }

    /// Whether nothing but linking words stands between two bytes of the folded text.
    pub(crate) fn is_linked(&self, from: usize, to: usize) -> bool {
        let text = self.folded.as_str().as_bytes();
        let linked = |from| to - from <= 60 && LINK.is_match(&text[from..to]);
        let bracket = |from: usize| BRACKET.find(&text[from..to]).map(|found| from + found.end());
        from <= to && (linked(from) || bracket(from).is_some_and(linked))
    }

    /// The mentions joined to `mention`: `le lot 1 et le lot 2`.
    fn joined(&self, all: &[&'a Mention], mention: &'a Mention) -> Vec<&'a Mention> {
        let at = all.iter().position(|other| other.span == mention.span).unwrap_or(0);
        let near = |one: &Mention, two: &Mention| {
            self.is_linked(one.span.end.min(two.span.start), two.span.start)
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

    /// The mentions that govern a phrase of a sentence, whose telling word stands at `head`; none
    /// when the sentence names none for it.
    pub(crate) fn governing(
        &self,
        sentence: &Range<usize>,
        span: &Range<usize>,
        head: usize,
    ) -> Vec<&'a Mention> {
        let all = self.within(sentence);
        let plain: Vec<&Mention> = all.iter().copied().filter(|m| !m.excepted).collect();
        let text = self.folded.as_str().as_bytes();
        let before = plain.iter().copied().rfind(|m| m.span.start < span.end);
        if let Some(bracket) = self.bracket(sentence, head)
            && let Some(own) = plain.iter().copied().rfind(|m| m.span.end <= bracket.start)
            && !plain.iter().any(|m| bracket.contains(&m.span.start))
        {
            // `Le lot 1 (clause d'insertion) et le lot 2 (réservé aux ESAT)`
            return vec![own];
        }
        let subject =
            before.filter(|m| m.span.end <= head && SUBJECT.is_match(&text[m.span.end..head]));
        let after = plain.iter().copied().find(|m| m.span.start >= span.end);
        let turns = |m: &Mention| {
            let between = &text[span.end..m.span.start];
            subject.is_some() && (AND.is_match(between) || TO_NEXT.is_match(between))
        };
        let linked = after.filter(|m| self.is_linked(span.end, m.span.start) && !turns(m));
        let near = after.filter(|m| m.span.start - span.end <= 80);
        let Some(first) = linked.or(before).or(near) else { return Vec::new() };
        let mut governing = self.joined(&plain, first);
        let last = governing.last().map_or(0, |m| m.span.start);
        let answers = plain.iter().filter(|m| m.span.start > last && self.is_answer(m));
        governing.extend(answers.copied());
        governing
    }

    /// The bracket of a sentence that holds a byte.
    pub(crate) fn bracket(&self, sentence: &Range<usize>, at: usize) -> Option<Range<usize>> {
        let text = &self.folded.as_str()[sentence.clone()];
        let at = at.checked_sub(sentence.start)?;
        let start = text.get(..at)?.rfind('(')?;
        let end = start + text[start..].find(')')?;
        (at < end).then(|| start + sentence.start..end + sentence.start)
    }

    /// Whether a mention answers the words before it: `…, lot 2 : 120 heures`.
    pub(crate) fn is_answer(&self, mention: &Mention) -> bool {
        let sentence = self.folded.sentence_at(mention.span.start);
        let text = self.folded.as_str().as_bytes();
        ANSWERS_AFTER.is_match(&text[sentence.start..mention.span.start])
            && ANSWERS.is_match(&text[mention.span.end..sentence.end.max(mention.span.end)])
    }

    /// Whether a mention answers with a number.
    pub(crate) fn is_amount(&self, mention: &Mention) -> bool {
        let sentence = self.folded.sentence_at(mention.span.start);
        let text = self.folded.as_str().as_bytes();
        let after = &text[mention.span.end..sentence.end.max(mention.span.end)];
        self.is_answer(mention) && AMOUNT.is_match(&after[..after.len().min(20)])
    }

    /// What a phrase of a sentence is about. `head` is where its telling word stands; `excepted`:
    /// it stands by way of an exception.
    pub(crate) fn scope(
        &self,
        sentence: &Range<usize>,
        governing: &[&Mention],
        head: usize,
        excepted: bool,
    ) -> Scope {
        let taken_out: Vec<&Mention> =
            self.within(sentence).into_iter().filter(|m| m.excepted).collect();
        let mut out: BTreeSet<usize> = taken_out.iter().flat_map(|m| &m.lots).copied().collect();
        if excepted {
            return if taken_out.is_empty() {
                self.place(sentence)
            } else {
                self.settle(out, BTreeSet::new(), false)
            };
        }
        let text = self.folded.as_str().as_bytes();
        let of_excepted = taken_out.iter().rfind(|m| m.span.end <= head);
        if let Some(own) = of_excepted.filter(|m| OF_EXCEPTED.is_match(&text[m.span.end..head])) {
            // `Sauf pour le lot 2 réservé aux EA, …`
            return self.settle(own.lots.clone(), BTreeSet::new(), false);
        }
        if governing.is_empty() {
            if taken_out.is_empty() {
                return self.place(sentence);
            }
            // `La consultation, sauf le lot 3, comporte …`, `Hormis le lot 3, les lots sont …`
            let rest = (0..self.index.len()).filter(|lot| !out.contains(lot)).collect();
            return self.settle(rest, out, false);
        }
        let all = governing.iter().any(|m| m.all);
        let meant = governing.iter().filter(|m| !m.refused);
        let mut lots: BTreeSet<usize> = meant.flat_map(|m| &m.lots).copied().collect();
        if all || lots != out {
            out.extend(governing.iter().filter(|m| m.refused).flat_map(|m| &m.lots));
            lots.retain(|lot| !out.contains(lot));
        }
        let others = governing.iter().flat_map(|m| &m.but).copied();
        let out = if all { out } else { BTreeSet::new() };
        self.settle(lots, out.into_iter().chain(others).collect(), all)
    }

    /// A set of named lots, seen from where the text stands. `out` is left out where none is named.
    fn settle(&self, lots: BTreeSet<usize>, out: BTreeSet<usize>, all: bool) -> Scope {
        let divided = self.index.is_divided();
        let named = if divided { lots } else { BTreeSet::new() };
        let spared = self.own.is_some_and(|own| out.contains(&own));
        let but = if divided && named.is_empty() { out } else { BTreeSet::new() };
        match self.own {
            Some(own) if !spared && (all || named.is_empty() || named.contains(&own)) => {
                Scope::lots([own])
            }
            None if named.is_empty() => Scope { lots: None, vague: divided && but.is_empty(), but },
            _ if named.is_empty() => Scope { lots: None, vague: false, but },
            _ => Scope::lots(named),
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
            return Scope::lots(lots);
        }
        Scope { vague: SOME_LOTS.is_match(words.as_bytes()), ..Scope::notice() }
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
    /// list begun by a sentence, up to the first item that is more than a lot. Items that only
    /// answer (`lot 2 : 120 heures`) go on any list, and are the lines after a colon.
    pub(crate) fn listed_after(
        &self,
        sentence: &Range<usize>,
        original: &[char],
        strict: bool,
    ) -> Vec<&'a Mention> {
        let text = self.folded.as_str();
        let mut listed = Vec::new();
        let mut end = sentence.end;
        let opens = text[sentence.clone()].trim_end().ends_with(':');
        while end < text.len() && self.folded.original(&(end..end + 1)).start < original.len() {
            let item = self.folded.sentence_at(end + 1);
            let Some(first) = self.within(&item).first().copied() else { break };
            let rest = &text[first.span.end.min(item.end)..item.end];
            let listed_here = original[self.folded.original(&(end..end + 1)).start] == ';';
            let answers = ITEM.is_match(rest.as_bytes());
            let short = match (listed_here, strict) {
                (true, false) => rest.len() <= 40 && !parts::speaks(rest),
                (true, true) => answers,
                (false, _) => opens && answers,
            };
            if first.span.start - item.start > 12 || !short {
                break;
            }
            listed.push(first);
            end = item.end;
        }
        listed
    }
}
