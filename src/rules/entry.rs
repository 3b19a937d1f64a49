//! One entry of the lexicon: a phrase, a trap or a cue, and where it matches a sentence.

use std::ops::Range;

use regex::bytes::Regex;
use serde::Deserialize;

use crate::domain::finding::{Confidence, FindingKind};
use crate::domain::notice::TextRole;

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Says {
    /// A reservation; the words around, or the article, say to whom.
    Reserved,
    /// A finding of this kind.
    Kind(FindingKind),
}

impl Says {
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "RESERVED" => Self::Reserved,
            text => Self::Kind(
                FindingKind::parse(text).unwrap_or_else(|| panic!("`{text}` is not a kind")),
            ),
        }
    }

    /// The kind, where the entry itself says it.
    pub(crate) const fn kind(self) -> Option<FindingKind> {
        match self {
            Self::Reserved => None,
            Self::Kind(kind) => Some(kind),
        }
    }
}

/// How clear the words of an entry are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Strength {
    /// Read the documents.
    Weak,
    /// Clear, with something left open.
    Fair,
    /// Clear.
    Strong,
}

impl Strength {
    /// The confidence that words of this strength deserve at their place.
    pub(crate) const fn confidence(self) -> Confidence {
        match self {
            Self::Weak => Confidence::Low,
            Self::Fair => Confidence::Medium,
            Self::Strong => Confidence::High,
        }
    }
}

/// A phrase that makes a finding.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Identifier in the rule book: `text.` and the identifier of the data file.
    pub(crate) id: String,
    /// Raised when the entry changes what it says of a notice.
    pub(crate) version: u32,
    pub(crate) says: Says,
    pub(crate) strength: Strength,
    pub(crate) title_fr: String,
    pub(crate) title_en: String,
    pub(crate) regex: Regex,
    /// Words that must stand near, in any order: one match of each.
    pub(crate) near: Vec<Regex>,
    /// How near, in characters.
    pub(crate) within: usize,
    /// Words inside which the pattern says nothing: *insertion* in *structure d'insertion*.
    pub(crate) outside: Option<Regex>,
    /// Words that make the whole sentence one about something else.
    pub(crate) unless: Option<Regex>,
    pub(crate) only_in: Vec<TextRole>,
    pub(crate) not_in: Vec<TextRole>,
    /// Kinds and identifiers of entries whose overlapping spans give way to this one.
    pub(crate) outranks: Vec<String>,
    /// It gives way to any stronger statement of the same kind in its sentence.
    pub(crate) yields: bool,
    /// A reservation that stands only with an article that reserves.
    pub(crate) needs_article: bool,
    /// A reservation that names its organisations before its telling word.
    pub(crate) names_before: bool,
    /// Words in the sentence that make it weak.
    pub(crate) weakened_by: Option<Regex>,
    pub(crate) examples: Examples,
}

/// Where an entry matches a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Match {
    /// The words of the pattern.
    pub(crate) core: Range<usize>,
    /// These and the words that must stand near.
    pub(crate) span: Range<usize>,
}

impl Entry {
    /// Where the entry matches a sentence.
    pub(crate) fn matches(&self, sentence: &str) -> Vec<Match> {
        let text = sentence.as_bytes();
        let mut cores = self.regex.find_iter(text).map(|found| found.range()).peekable();
        if cores.peek().is_none() || self.unless.as_ref().is_some_and(|words| words.is_match(text))
        {
            return Vec::new();
        }
        let outside: Vec<Range<usize>> = self
            .outside
            .iter()
            .flat_map(|words| words.find_iter(text).map(|found| found.range()))
            .collect();
        cores
            .filter(|core| !outside.iter().any(|other| overlap(other, core)))
            .filter_map(|core| self.surround(text, core, &outside))
            .collect()
    }

    /// Adds the nearest of the words that must stand near, or gives the match up.
    fn surround(&self, text: &[u8], core: Range<usize>, outside: &[Range<usize>]) -> Option<Match> {
        let window = core.start.saturating_sub(self.within)..text.len().min(core.end + self.within);
        let mut span = core.clone();
        for words in &self.near {
            let found = words
                .find_iter(&text[window.clone()])
                .map(|found| found.start() + window.start..found.end() + window.start)
                .filter(|found| !overlap(found, &core))
                .filter(|found| !outside.iter().any(|other| overlap(other, found)))
                .min_by_key(|found| distance(found, &core))?;
            span = span.start.min(found.start)..span.end.max(found.end);
        }
        Some(Match { core, span })
    }

    /// Whether the entry was written for texts of this role, or for all.
    pub(crate) fn is_meant_for(&self, role: TextRole) -> bool {
        self.only_in.is_empty() || self.only_in.contains(&role)
    }

    /// Whether what the entry finds in texts of this role counts.
    pub(crate) fn speaks_in(&self, role: TextRole) -> bool {
        self.is_meant_for(role) && !self.not_in.contains(&role)
    }

    /// Whether spans of `other` that overlap this entry's give way.
    pub(crate) fn outranks(&self, other: &Self) -> bool {
        let kind = match other.says {
            Says::Reserved => "RESERVED",
            Says::Kind(kind) => kind.as_str(),
        };
        self.outranks
            .iter()
            .any(|name| name == kind || other.id.strip_prefix("text.") == Some(name))
    }
}

/// Whether two ranges share a byte.
pub(crate) fn overlap(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

fn distance(one: &Range<usize>, other: &Range<usize>) -> usize {
    if one.start < other.start {
        other.start.saturating_sub(one.end)
    } else {
        one.start.saturating_sub(other.end)
    }
}

/// Sentences that an entry must find and must leave alone.
#[derive(Debug)]
pub(crate) struct Examples {
    /// The role the examples are read in.
    #[cfg_attr(not(test), expect(dead_code, reason = "examples are run by the tests"))]
    pub(crate) role: TextRole,
    /// Sentences it finds; for a trap, sentences in which nothing is found.
    pub(crate) hits: Vec<String>,
    /// Sentences it leaves alone; for a trap, sentences in which something is found.
    pub(crate) misses: Vec<String>,
}

/// Words that look like ours and are not.
#[derive(Debug)]
pub(crate) struct Trap {
    /// Identifier in the rule book: `trap.` and the identifier of the data file.
    pub(crate) id: String,
    /// Raised when the trap changes what it cancels.
    pub(crate) version: u32,
    pub(crate) title_fr: String,
    pub(crate) title_en: String,
    pub(crate) regex: Regex,
    pub(crate) only_in: Vec<TextRole>,
    pub(crate) examples: Examples,
}

impl Trap {
    /// Whether the trap is set in texts of this role.
    pub(crate) fn is_set_in(&self, role: TextRole) -> bool {
        self.only_in.is_empty() || self.only_in.contains(&role)
    }
}

/// A group of turning words with its reach.
#[derive(Debug)]
pub(crate) struct Cue {
    /// The words.
    pub(crate) regex: Regex,
    /// The longest distance, in characters, to the words they turn.
    pub(crate) reach: usize,
}

/// Words that turn a sentence (see `cues.toml`).
#[derive(Debug)]
pub(crate) struct Cues {
    pub(crate) deny_before: Cue,
    pub(crate) deny_close: Cue,
    pub(crate) deny_after: Cue,
    pub(crate) breaks: Cue,
    pub(crate) except: Cue,
    pub(crate) no_exception: Cue,
    pub(crate) suppose: Cue,
    pub(crate) permit: Cue,
}
