//! The lexicon: phrases, traps and cues, read from the data files beside this one.
//!
//! A phrase is added by an entry in `lexicon/*.toml`, without code. Its examples are run as tests.

use std::sync::LazyLock;

use regex::bytes::Regex;
use serde::Deserialize;

use super::pattern::{self, Classes};
use crate::domain::finding::{Confidence, FindingKind};
use crate::domain::notice::TextRole;

/// Data files in the order of the book. Their text makes the edition of the rules.
pub(crate) const FILES: [&str; 8] = [
    include_str!("lexicon/words.toml"),
    include_str!("lexicon/reservation.toml"),
    include_str!("lexicon/clause.toml"),
    include_str!("lexicon/criterion.toml"),
    include_str!("lexicon/service.toml"),
    include_str!("lexicon/traps.toml"),
    include_str!("lexicon/cues.toml"),
    include_str!("lexicon/articles.toml"),
];

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Says {
    /// A reservation; the words around, or the article, say to whom.
    Reserved,
    /// A finding of this kind.
    Kind(FindingKind),
}

impl Says {
    fn parse(text: &str) -> Self {
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
    pub(crate) says: Says,
    pub(crate) strength: Strength,
    pub(crate) title_fr: String,
    pub(crate) title_en: String,
    pub(crate) regex: Regex,
    only_in: Vec<TextRole>,
    not_in: Vec<TextRole>,
    /// Kinds and identifiers of entries whose overlapping spans give way to this one.
    outranks: Vec<String>,
    /// Words in the sentence that make it weak.
    pub(crate) weakened_by: Option<Regex>,
    pub(crate) examples: Examples,
}

impl Entry {
    /// Whether the entry speaks in texts of this role.
    pub(crate) fn speaks_in(&self, role: TextRole) -> bool {
        (self.only_in.is_empty() || self.only_in.contains(&role)) && !self.not_in.contains(&role)
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

/// Sentences that an entry must find and must leave alone.
#[derive(Debug)]
pub(crate) struct Examples {
    /// The role the examples are read in.
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
    pub(crate) title_fr: String,
    pub(crate) title_en: String,
    pub(crate) regex: Regex,
    pub(crate) examples: Examples,
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

/// The compiled lexicon.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) entries: Vec<Entry>,
    pub(crate) traps: Vec<Trap>,
    pub(crate) cues: Cues,
}

/// Classes of words and the list of repaired words.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) typos: Typos,
    classes: Classes,
}

impl Words {
    /// Compiles a pattern that names classes.
    pub(crate) fn compile(&self, text: &str) -> Regex {
        pattern::compile(&pattern::expand(text, &self.classes))
    }
}

/// The repaired words.
#[derive(Debug, Deserialize)]
pub(crate) struct Typos {
    pub(crate) words: Vec<String>,
    pub(crate) not: Vec<String>,
}

#[derive(Deserialize)]
struct WordsFile {
    typos: Typos,
    class: Vec<ClassData>,
}

#[derive(Deserialize)]
struct ClassData {
    name: String,
    words: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LexiconFile {
    entry: Vec<EntryData>,
    trap: Vec<TrapData>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryData {
    id: String,
    kind: String,
    strength: Strength,
    title_fr: String,
    title_en: String,
    pattern: String,
    #[serde(default)]
    only_in: Vec<TextRole>,
    #[serde(default)]
    not_in: Vec<TextRole>,
    #[serde(default)]
    outranks: Vec<String>,
    weakened_by: Option<String>,
    role: Option<TextRole>,
    hits: Vec<String>,
    misses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrapData {
    id: String,
    title_fr: String,
    title_en: String,
    pattern: String,
    hits: Vec<String>,
    misses: Vec<String>,
}

#[derive(Deserialize)]
struct CueData {
    #[serde(default)]
    reach: usize,
    patterns: Vec<String>,
}

#[derive(Deserialize)]
struct CuesFile {
    deny_before: CueData,
    deny_close: CueData,
    deny_after: CueData,
    breaks: CueData,
    except: CueData,
    no_exception: CueData,
    suppose: CueData,
    permit: CueData,
}

pub(crate) fn parse<'a, T: Deserialize<'a>>(file: &'a str) -> T {
    toml::from_str(file)
        .unwrap_or_else(|error| panic!("the lexicon is part of the program: {error}"))
}

/// Classes of words.
pub(crate) static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let file: WordsFile = parse(FILES[0]);
    let mut classes = Classes::new();
    for class in file.class {
        let alternation = pattern::class(&class.words, &classes);
        classes.insert(class.name, alternation);
    }
    Words { typos: file.typos, classes }
});

/// The lexicon.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut entries = Vec::new();
    let mut traps = Vec::new();
    for file in &FILES[1..6] {
        let file: LexiconFile = parse(file);
        entries.extend(file.entry.into_iter().map(EntryData::compile));
        traps.extend(file.trap.into_iter().map(TrapData::compile));
    }
    let cues: CuesFile = parse(FILES[6]);
    Lexicon { entries, traps, cues: cues.compile() }
});

impl EntryData {
    fn compile(self) -> Entry {
        let role = self.role.or_else(|| self.only_in.first().copied());
        Entry {
            id: format!("text.{}", self.id),
            says: Says::parse(&self.kind),
            strength: self.strength,
            title_fr: self.title_fr,
            title_en: self.title_en,
            regex: WORDS.compile(&self.pattern),
            only_in: self.only_in,
            not_in: self.not_in,
            outranks: self.outranks,
            weakened_by: self.weakened_by.map(|words| WORDS.compile(&words)),
            examples: Examples {
                role: role.unwrap_or(TextRole::Description),
                hits: self.hits,
                misses: self.misses,
            },
        }
    }
}

impl TrapData {
    fn compile(self) -> Trap {
        Trap {
            id: format!("trap.{}", self.id),
            title_fr: self.title_fr,
            title_en: self.title_en,
            regex: WORDS.compile(&self.pattern),
            examples: Examples {
                role: TextRole::ExecutionConditions,
                hits: self.hits,
                misses: self.misses,
            },
        }
    }
}

impl CueData {
    fn compile(self) -> Cue {
        Cue { regex: WORDS.compile(&format!("(?:{})", self.patterns.join("|"))), reach: self.reach }
    }
}

impl CuesFile {
    fn compile(self) -> Cues {
        Cues {
            deny_before: self.deny_before.compile(),
            deny_close: self.deny_close.compile(),
            deny_after: self.deny_after.compile(),
            breaks: self.breaks.compile(),
            except: self.except.compile(),
            no_exception: self.no_exception.compile(),
            suppose: self.suppose.compile(),
            permit: self.permit.compile(),
        }
    }
}
