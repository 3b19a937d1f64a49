//! Phrases found in a text, sentence by sentence, with what became of each.
//!
//! The order is that of the law of evidence here: the traps of a sentence are masked, the entries
//! of the lexicon are tried on what is left, a stronger entry takes the span of a weaker one of the
//! same kind, and then the turning words of the sentence are read.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::entry::{Entry, Match, Says, Trap, overlap};
use super::fold::Folded;
use super::lexicon::LEXICON;
use super::needles::{self, Possible};
use super::parts;
use super::pattern;
use super::turn::{self, Turn};
use crate::domain::notice::TextRole;

/// Stems without which no entry can match: nine sentences in ten hold none of them.
static STEMS: LazyLock<Regex> = LazyLock::new(|| {
    pattern::compile(concat!(
        r"reserv|insertion|inclusi|integration (?:soc|pro)|socia|societ|\brse\b|clause|",
        r"adapte|protege|\besats?\b|\beatt?\b|\bea\b|\bstpa\b|\bsiae\b|\biae\b|\b(?:aci|etti|eiti|ei)\b|",
        r"intermediaire|regies? de quartier|solidaire|\bess\b|2014-856|penitent|carcera|detenu|handicap|rqth|defavoris|",
        r"5132-4|5213-13|344-2|2113-1|2113-[78]|3113-|articles? (?:13|14|15|36|37)\b|",
        r"(?:acces|retour|promotion|maintien|vers|accompagnement|parcours)\b.{0,60}\bl emploi|",
        r"demandeu|sans emploi|chomeu|\brsa\b|\bqpv\b|quartiers? prioritaire|minima sociaux|",
        r"apprent|alternan|professionnalisation|stagiaire|stages?\b|facilitat|chantiers? ecole|",
        r"(?:personne|public|jeune|salarie|population|habitant|travailleur|individu)[a-z]* (?:[a-z]+ ){0,4}?",
        r"(?:eloigne|en (?:[a-z]+ ){0,2}difficulte|qualifi|sans qualif|precar|fragil|exclu|vulnerab|prioritaire|",
        r"en recherche|en situation de|rencontrant)",
    ))
});

/// What became of a phrase.
#[derive(Clone, Debug)]
pub(crate) enum Fate {
    /// It says what it says. `excepted`: by way of an exception to a denial.
    Stands { excepted: bool },
    /// A trap holds its words.
    Trapped(&'static Trap),
    /// It is denied by these words (folded bytes).
    Denied(Range<usize>),
    /// It is only supposed by these words (folded bytes).
    Supposed(Range<usize>),
    /// Texts of this role do not say such things.
    OutOfPlace,
    /// Another entry takes its words.
    Outranked(&'static Entry),
}

/// A phrase of the lexicon found in a text. Ranges are bytes of the folded text.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    /// The entry.
    pub(crate) entry: &'static Entry,
    /// The words it matched.
    pub(crate) span: Range<usize>,
    /// Where the telling word stands: `réservé` in *le marché n'est pas réservé aux ESAT*.
    pub(crate) head: usize,
    /// Where the words of the pattern end.
    tail: usize,
    /// What became of it.
    pub(crate) fate: Fate,
    /// It is only permitted: *pourra comporter*.
    pub(crate) permitted: bool,
    /// Words of the sentence make it weak.
    pub(crate) weakened: bool,
}

/// A sentence, or the part of one that speaks of some lots, with something in it.
#[derive(Clone, Debug)]
pub(crate) struct Sentence {
    /// Its bytes in the folded text.
    pub(crate) range: Range<usize>,
    /// The bytes of the whole sentence.
    pub(crate) whole: Range<usize>,
    /// Its words with the traps masked by `#`.
    pub(crate) masked: String,
    /// What was found in it, in order.
    pub(crate) hits: Vec<Hit>,
}

/// The sentences of a text that hold a phrase of the lexicon.
pub(crate) fn sentences(folded: &Folded, role: TextRole) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut at = 0;
    let text = folded.as_str();
    while let Some(stem) = STEMS.find_at(text.as_bytes(), at) {
        let range = folded.sentence_at(stem.start());
        at = range.end;
        let parts = scan(text, &range, role).into_iter();
        found.extend(parts.filter(|part| !part.hits.is_empty()));
        if at >= text.len() {
            break;
        }
    }
    found
}

/// Where the traps of a sentence stand in it.
type Trapped = Vec<(Range<usize>, &'static Trap)>;

fn scan(text: &str, range: &Range<usize>, role: TextRole) -> Vec<Sentence> {
    let sentence = &text[range.clone()];
    let possible = needles::possible(sentence);
    let traps: Trapped = LEXICON
        .traps
        .iter()
        .enumerate()
        .filter(|(place, trap)| possible.has_trap(*place) && trap.is_set_in(role))
        .flat_map(|(_, trap)| {
            trap.regex.find_iter(sentence.as_bytes()).map(move |found| (found.range(), trap))
        })
        .collect();
    let masked = masked(sentence, traps.iter().map(|(trapped, _)| trapped.clone()));
    let parts = parts::parts(sentence).into_iter();
    parts
        .map(|part| {
            let within = |trapped: &Range<usize>| {
                let (start, end) = (trapped.start.max(part.start), trapped.end.min(part.end));
                (start < end).then(|| start - part.start..end - part.start)
            };
            let traps: Trapped =
                traps.iter().filter_map(|(at, trap)| Some((within(at)?, *trap))).collect();
            let place = range.start + part.start..range.start + part.end;
            let words = [&sentence[part.clone()], &masked[part.clone()]];
            let hits = hits(words, possible, &traps, role);
            let hits = hits.into_iter().map(|hit| hit.shifted(place.start)).collect();
            Sentence { range: place, whole: range.clone(), masked: masked[part].to_owned(), hits }
        })
        .collect()
}

/// Folded words with some of them covered by `#`.
pub(crate) fn masked(words: &str, covered: impl Iterator<Item = Range<usize>>) -> String {
    let mut masked = words.as_bytes().to_vec();
    for range in covered {
        masked[range].fill(b'#');
    }
    String::from_utf8_lossy(&masked).into_owned()
}

/// The phrases of a part, in order: of those that are possible.
fn hits([raw, masked]: [&str; 2], possible: Possible, traps: &Trapped, role: TextRole) -> Vec<Hit> {
    let mut hits = Vec::new();
    let entries = LEXICON.entries.iter().enumerate();
    let tried =
        entries.filter(|(place, entry)| possible.has_entry(*place) && entry.is_meant_for(role));
    for (_, entry) in tried {
        let in_place = entry.speaks_in(role);
        let kept = entry.matches(masked);
        for found in &kept {
            let mut hit = Hit::new(entry, found, masked);
            if in_place {
                hit.turn(raw);
            } else {
                hit.fate = Fate::OutOfPlace;
            }
            hits.push(hit);
        }
        if !traps.is_empty() && in_place {
            hits.extend(trapped_hits(entry, raw, &kept, traps));
        }
    }
    rank(&mut hits);
    hits.sort_by_key(|hit| (hit.span.start, hit.span.end));
    hits
}

/// What an entry would have matched, had traps not taken the words.
fn trapped_hits(entry: &'static Entry, raw: &str, kept: &[Match], traps: &Trapped) -> Vec<Hit> {
    entry
        .matches(raw)
        .into_iter()
        .filter(|found| !kept.iter().any(|kept| overlap(&kept.core, &found.core)))
        .filter_map(|found| {
            let (_, trap) = traps.iter().find(|(trapped, _)| overlap(trapped, &found.span))?;
            let mut hit = Hit::new(entry, &found, raw);
            hit.fate = Fate::Trapped(trap);
            Some(hit)
        })
        .collect()
}

impl Hit {
    fn new(entry: &'static Entry, found: &Match, sentence: &str) -> Self {
        let span = found.span.clone();
        let words = &sentence[span.clone()];
        let head = match entry.says {
            // The last trigger, the nearest to whom it names; where there is none, the whole span.
            Says::Reserved => words.rfind("reserv").map_or(span.end, |at| span.start + at),
            Says::Kind(_) => found.core.start,
        };
        let weakened =
            entry.weakened_by.as_ref().is_some_and(|words| words.is_match(sentence.as_bytes()));
        let stands = Fate::Stands { excepted: false };
        Self { entry, tail: found.core.end, span, head, fate: stands, permitted: false, weakened }
    }

    /// Reads the turning words of the sentence.
    fn turn(&mut self, sentence: &str) {
        self.permitted = turn::is_permitted_only(sentence, self.head);
        // `Marché réservé : non` is denied after its telling word, wherever its span ends.
        let end = if self.head < self.span.end && self.entry.says == Says::Reserved {
            let rest = &sentence[self.head..];
            let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
            self.head + length
        } else {
            self.tail
        };
        // A reservation without a trigger is denied before its span or inside it.
        let first = if self.head == self.span.end { self.span.start } else { self.head };
        let mut turned = turn::turn(sentence, self.head, end);
        if turned == Turn::Stands && first != self.head {
            turned = turn::turn(sentence, first, end);
        }
        self.fate = match turned {
            Turn::Stands => Fate::Stands { excepted: false },
            Turn::Excepted => Fate::Stands { excepted: true },
            Turn::Denied(words) => Fate::Denied(words),
            Turn::Supposed(words) => Fate::Supposed(words),
        };
    }

    fn shifted(mut self, by: usize) -> Self {
        let moved = |range: &Range<usize>| range.start + by..range.end + by;
        self.span = moved(&self.span);
        self.head += by;
        self.fate = match &self.fate {
            Fate::Denied(words) => Fate::Denied(moved(words)),
            Fate::Supposed(words) => Fate::Supposed(moved(words)),
            other => other.clone(),
        };
        self
    }

    /// Whether it stands.
    pub(crate) const fn stands(&self) -> bool {
        matches!(self.fate, Fate::Stands { .. })
    }
}

/// Lets entries give way: to one that outranks them, and to a stronger one that says the same at
/// the same place.
fn rank(hits: &mut [Hit]) {
    for loser in 0..hits.len() {
        if matches!(hits[loser].fate, Fate::Trapped(_) | Fate::OutOfPlace) {
            continue;
        }
        let winner = (0..hits.len()).find(|&winner| {
            let (w, l) = (&hits[winner], &hits[loser]);
            let real = !matches!(w.fate, Fate::Trapped(_) | Fate::OutOfPlace | Fate::Outranked(_));
            let same = w.entry.says == l.entry.says
                && (overlap(&w.span, &l.span) && (w.says_elsewhere() || w.head == l.head))
                // Of two equals, the one that stands first in the lexicon.
                && (w.entry.strength, loser) > (l.entry.strength, winner);
            let over = w.entry.outranks(l.entry) && overlap(&w.span, &l.span);
            let clearer = l.entry.yields
                && w.entry.says == l.entry.says
                && w.entry.strength > l.entry.strength;
            winner != loser && real && (over || same || clearer)
        });
        if let Some(winner) = winner {
            hits[loser].fate = Fate::Outranked(hits[winner].entry);
        }
    }
}

impl Hit {
    /// Whether overlapping spans of the same kind are one statement whatever their telling words:
    /// true of clauses and criteria; two reservations of one sentence are two statements.
    fn says_elsewhere(&self) -> bool {
        self.entry.says != Says::Reserved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(text: &str, role: TextRole) -> Vec<String> {
        let folded = Folded::new(text);
        let sentences = sentences(&folded, role);
        let hits = sentences.iter().flat_map(|sentence| &sentence.hits);
        hits.filter(|hit| hit.stands()).map(|hit| hit.entry.id.clone()).collect()
    }

    #[test]
    fn a_trap_cancels_its_span_and_not_the_sentence() {
        let role = TextRole::Description;
        assert!(standing("Sous réserve de l'accord du préfet.", role).is_empty());
        assert_eq!(
            standing("Sous réserve d'accord, le lot 2 est réservé à une entreprise adaptée.", role),
            ["text.reserved-to"]
        );
    }

    #[test]
    fn what_a_trap_took_is_still_told() {
        let folded = Folded::new("Les obligations fiscales et les clauses de sécurité sociales.");
        let sentences = sentences(&folded, TextRole::Description);
        let fates: Vec<_> = sentences.iter().flat_map(|sentence| &sentence.hits).collect();
        assert!(fates.iter().all(|hit| matches!(hit.fate, Fate::Trapped(_))), "{fates:?}");
        assert!(!fates.is_empty());
    }

    #[test]
    fn every_entry_is_found_through_the_stems() {
        for entry in &LEXICON.entries {
            for example in &entry.examples.hits {
                let folded = Folded::new(example);
                assert!(STEMS.is_match(folded.as_str().as_bytes()), "{}: {example}", entry.id);
            }
        }
    }
}
