//! The lexicon: phrases, traps and cues, read from the data files beside this one.
//!
//! A phrase is added by an entry in `lexicon/*.toml`, without code, and its examples are run as
//! tests. An entry has:
//!
//! - `pattern`, in the language of [`pattern`]; `near`, words that must also stand within `within`
//!   characters of it, in any order, one of each; `outside`, words inside which it says nothing;
//!   `unless`, words that make the sentence one about something else;
//! - `kind`, or `RESERVED` when the words around say to whom; `strength`: `strong`, `fair`, `weak`;
//!   `weakened_by`, words of the sentence that make it weak;
//! - `only_in` and `not_in`, the parts of a notice it speaks in;
//! - `outranks`, kinds and entries whose overlapping words it takes; `yields`, to any stronger
//!   statement of its sentence; `needs_article` and `names_before`, for reservations;
//! - `hits` and `misses`, sentences it finds and near ones it leaves alone, read as a text of
//!   `role`.

use std::sync::LazyLock;

use regex::bytes::Regex;
use serde::Deserialize;

use super::entry::{Cue, Cues, Entry, Examples, Says, Strength, Trap};
use super::pattern::{self, Classes};
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
    pub(crate) elided: Vec<String>,
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
    #[serde(default = "first")]
    version: u32,
    kind: String,
    strength: Strength,
    title_fr: String,
    title_en: String,
    pattern: String,
    #[serde(default)]
    near: Vec<String>,
    #[serde(default)]
    within: usize,
    outside: Option<String>,
    unless: Option<String>,
    #[serde(default)]
    only_in: Vec<TextRole>,
    #[serde(default)]
    not_in: Vec<TextRole>,
    #[serde(default)]
    outranks: Vec<String>,
    #[serde(default)]
    yields: bool,
    #[serde(default)]
    needs_article: bool,
    #[serde(default)]
    names_before: bool,
    weakened_by: Option<String>,
    role: Option<TextRole>,
    hits: Vec<String>,
    misses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrapData {
    id: String,
    #[serde(default = "first")]
    version: u32,
    title_fr: String,
    title_en: String,
    pattern: String,
    #[serde(default)]
    only_in: Vec<TextRole>,
    hits: Vec<String>,
    misses: Vec<String>,
}

/// The version of an entry that gives none.
const fn first() -> u32 {
    1
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
            version: self.version,
            says: Says::parse(&self.kind),
            strength: self.strength,
            title_fr: self.title_fr,
            title_en: self.title_en,
            regex: WORDS.compile(&self.pattern),
            near: self.near.iter().map(|words| WORDS.compile(words)).collect(),
            within: self.within,
            outside: self.outside.map(|words| WORDS.compile(&words)),
            unless: self.unless.map(|words| WORDS.compile(&words)),
            only_in: self.only_in,
            not_in: self.not_in,
            outranks: self.outranks,
            yields: self.yields,
            needs_article: self.needs_article,
            names_before: self.names_before,
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
            version: self.version,
            title_fr: self.title_fr,
            title_en: self.title_en,
            regex: WORDS.compile(&self.pattern),
            examples: Examples {
                role: self.only_in.first().copied().unwrap_or(TextRole::ExecutionConditions),
                hits: self.hits,
                misses: self.misses,
            },
            only_in: self.only_in,
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
