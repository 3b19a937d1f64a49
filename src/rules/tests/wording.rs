//! Several hundred hand-written sentences: what they say, and of which lots.

use std::collections::{BTreeMap, BTreeSet};

use super::{notice, say};
use crate::domain::notice::TextRole;
use crate::rules::assess;

const LOTS: usize = 6;

/// One line of a file of sentences.
pub(super) struct Sentence {
    pub(super) role: TextRole,
    kinds: BTreeSet<&'static str>,
    lots: &'static str,
    pub(super) text: &'static str,
}

fn sentences(file: &'static str) -> impl Iterator<Item = Sentence> {
    file.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut cells = line.splitn(4, '\t');
        let mut cell = || cells.next().unwrap_or_else(|| panic!("`{line}` lacks a cell"));
        let role = format!("role = \"{}\"", cell());
        let table: BTreeMap<String, TextRole> =
            toml::from_str(&role).unwrap_or_else(|error| panic!("{role}: {error}"));
        let kinds = cell().split(',').filter(|kind| *kind != "-").collect();
        Sentence { role: table["role"], kinds, lots: cell(), text: cell() }
    })
}

/// The sentences of both files.
pub(super) fn all() -> impl Iterator<Item = Sentence> {
    sentences(include_str!("wording.tsv")).chain(sentences(include_str!("held_out.tsv")))
}

impl Sentence {
    /// What is found, where it is not what the line says.
    fn misread(&self) -> Option<String> {
        let Self { role, kinds, lots, text } = self;
        let found = assess(&say(notice(LOTS), *role, text));
        let mut places: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for finding in &found.findings {
            places.entry(finding.kind.as_str()).or_default().insert("-".to_owned());
        }
        for (position, lot) in found.lots.iter().enumerate() {
            for finding in &lot.findings {
                let place = (position + 1).to_string();
                places.entry(finding.kind.as_str()).or_default().insert(place);
            }
        }
        let expected: BTreeSet<String> = match *lots {
            "*" => (1..=LOTS).map(|lot| lot.to_string()).collect(),
            lots => lots.split(',').map(str::to_owned).collect(),
        };
        let same_kinds = places.keys().copied().collect::<BTreeSet<_>>() == *kinds;
        let same_lots = *lots == "?" || places.values().all(|places| *places == expected);
        let right = same_kinds && same_lots;
        (!right).then(|| format!("{role:?} « {text} »: {places:?}"))
    }
}

#[test]
fn sentences_are_read_as_written() {
    let wrong: Vec<String> =
        sentences(include_str!("wording.tsv")).filter_map(|one| one.misread()).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn sentences_held_out_are_read_as_well_as_before() {
    let wrong: Vec<String> =
        sentences(include_str!("held_out.tsv")).filter_map(|one| one.misread()).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
