//! Social and environmental considerations of a contract, as DECP tells them
//! (`considerationsSociales`, `considerationsEnvironnementales`; arrêté du 22 décembre 2022).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::text::fold_key;

/// Whether a field of considerations is filled, and what it says at all. *Not filled* and *none*
/// are different answers: a share of contracts with a clause is counted over those filled.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Filled {
    /// Nothing is said: the field is absent, empty, or holds a filler such as `CDL` or `NC`.
    #[default]
    NotFilled,
    /// There is none: `Pas de considération sociale`, `Sans objet`.
    None,
    /// There are some: see [`Considerations::kinds`].
    Stated,
    /// Something is said that nobody listed; it is kept raw.
    Unread,
}

impl Filled {
    /// The name used in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotFilled => "NOT_FILLED",
            Self::None => "NONE",
            Self::Stated => "STATED",
            Self::Unread => "UNREAD",
        }
    }
}

/// What a consideration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConsiderationKind {
    /// A condition of execution (`Clause sociale`, `Clause environnementale`; L2112-2 CCP).
    Clause,
    /// An award criterion (`Critère social`, `Critère environnemental`; R2152-7 CCP).
    Criterion,
    /// A reserved contract (`Marché réservé`, `Concession réservée`; L2113-12 to L2113-16 CCP).
    Reserved,
}

impl ConsiderationKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Clause, Self::Criterion, Self::Reserved];

    /// Its bit in the column filters go by.
    pub const fn bit(self) -> i32 {
        match self {
            Self::Clause => 1,
            Self::Criterion => 2,
            Self::Reserved => 4,
        }
    }
}

/// One field of considerations, read and as published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Considerations {
    /// Whether it is filled.
    pub filled: Filled,
    /// What is stated, each once.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub kinds: BTreeSet<ConsiderationKind>,
    /// The values as published, joined by `, `.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
}

impl Considerations {
    /// Reads the values of a field, whether the layout has them as a list or as one text joined by
    /// commas in any order. A *none* beside a consideration says nothing: the consideration holds.
    pub fn read<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let given = values.into_iter().map(str::trim).filter(|value| !is_filler(value));
        let given: Vec<&str> = given.collect();
        if given.is_empty() {
            return Self::default();
        }
        let mut kinds = BTreeSet::new();
        let (mut says_none, mut is_unread) = (false, false);
        let parts = given.iter().flat_map(|value| value.split([',', ';', '|']));
        for part in parts.map(fold_key).filter(|part| !part.is_empty()) {
            if says_there_is_none(&part) {
                says_none = true;
                continue;
            }
            let before = kinds.len();
            for (word, kind) in [
                ("clause", ConsiderationKind::Clause),
                ("critere", ConsiderationKind::Criterion),
                ("reserve", ConsiderationKind::Reserved),
            ] {
                if part.split(' ').any(|found| found.starts_with(word)) {
                    kinds.insert(kind);
                }
            }
            is_unread |= kinds.len() == before && !is_known(&part);
        }
        let filled = match () {
            () if !kinds.is_empty() => Filled::Stated,
            () if is_unread => Filled::Unread,
            () if says_none => Filled::None,
            () => Filled::NotFilled,
        };
        Self { filled, kinds, raw: Some(given.join(", ")) }
    }

    /// The kinds as bits.
    pub fn bits(&self) -> i32 {
        self.kinds.iter().fold(0, |bits, kind| bits | kind.bit())
    }
}

/// Values that platforms fill in where a field has none.
pub fn is_filler(text: &str) -> bool {
    let text = text.trim();
    ["", "CDL", "NC", "N/A", "nan", "null", "None", "-"]
        .iter()
        .any(|filler| text.eq_ignore_ascii_case(filler))
}

fn says_there_is_none(part: &str) -> bool {
    ["pas de ", "sans ", "aucun"].iter().any(|start| part.starts_with(start))
        || ["non", "neant", "false"].contains(&part)
}

fn is_known(part: &str) -> bool {
    part.split(' ').any(|word| ["clause", "critere", "reserve"].iter().any(|w| word.starts_with(w)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_filled_none_and_stated_are_three_things() {
        use ConsiderationKind::{Clause, Criterion, Reserved};
        for (values, filled, kinds) in [
            (&[][..], Filled::NotFilled, &[][..]),
            (&["", "CDL", "nan"], Filled::NotFilled, &[]),
            (&["Pas de considération sociale"], Filled::None, &[]),
            (&["Sans objet"], Filled::None, &[]),
            (&["Non"], Filled::None, &[]),
            (&["Clause sociale"], Filled::Stated, &[Clause]),
            (&["Critère social", "Clause sociale"], Filled::Stated, &[Clause, Criterion]),
            (&["Critère social, Clause sociale"], Filled::Stated, &[Clause, Criterion]),
            (&["CRITERE SOCIAL,MARCHE RESERVE"], Filled::Stated, &[Criterion, Reserved]),
            (&["Concession réservée"], Filled::Stated, &[Reserved]),
            (&["Clause sociale, Clause sociale"], Filled::Stated, &[Clause]),
            (&["Pas de considération sociale", "Clause sociale"], Filled::Stated, &[Clause]),
            (&["Pas de clause sociale"], Filled::None, &[]),
            (&["Oui"], Filled::Unread, &[]),
        ] {
            let read = Considerations::read(values.iter().copied());
            assert_eq!(read.filled, filled, "{values:?}");
            let expected: BTreeSet<_> = kinds.iter().copied().collect();
            assert_eq!(read.kinds, expected, "{values:?}");
            assert_eq!(read.raw.is_none(), filled == Filled::NotFilled, "{values:?}");
        }
    }
}
