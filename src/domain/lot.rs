//! A lot as one notice publishes it: the smallest thing one can bid for (BT-137).

use serde::{Deserialize, Serialize};

use super::coded::Coded;
use super::cpv::Cpv;
use super::deadline::TenderDeadline;
use super::money::EstimatedValue;
use super::notice::{ContractNature, NoticeText};
use super::place::Place;
use super::text::fold_key;

/// How the lot's number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NumberBasis {
    /// The form has a field for it.
    Stated,
    /// The digits of the eForms identifier (`LOT-0005`), which may skip numbers.
    Identifier,
    /// Read in the lot's own title or description (`Lot n° 2 : peinture`).
    Title,
    /// The place in the list: FNSimple lots have neither number nor title.
    Position,
}

/// Key of a lot within its procurement, the same in the call, its corrections and the award.
///
/// eForms: the identifier (`LOT-0001`, `PAR-0001`, `GLO-0001`). Elsewhere: the number without leading zeros, so `1`,
/// `01` and `Lot n°1` are one lot. The only lot of an undivided procurement has the empty key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LotKey(String);

impl LotKey {
    /// The key of an undivided procurement's only lot.
    pub fn whole() -> Self {
        Self::default()
    }

    /// The key for a number or identifier as published.
    pub fn of(number: &str) -> Self {
        let number = number.trim();
        if ["LOT-", "PAR-", "GLO-"].iter().any(|scheme| number.starts_with(scheme)) {
            return Self(number.to_owned());
        }
        let folded = fold_key(number);
        let words: Vec<&str> = folded
            .split(' ')
            .filter(|word| !matches!(*word, "" | "lot" | "lots" | "n" | "no" | "numero"))
            .map(|word| match word.trim_start_matches('0') {
                "" => "0",
                stripped => stripped,
            })
            .collect();
        Self(words.join("-"))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a call that names lots leaves it behind: the whole, or a part of a prior information
    /// notice (BT-137-Part).
    pub fn is_announced_only(&self) -> bool {
        self.is_whole() || self.0.starts_with("PAR-")
    }

    /// Whether this is the only lot of an undivided procurement.
    pub fn is_whole(&self) -> bool {
        self.0.is_empty()
    }
}

/// A group of lots that one tender may answer together (BT-330). It is no lot of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LotGroup {
    /// The source's identifier, `GLO-0001`.
    pub source_id: String,
    /// Title (BT-21).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its lots (BT-1375).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lots: Vec<LotKey>,
}

/// A lot as published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lot {
    /// Key within the procurement.
    pub key: LotKey,
    /// The source's own identifier or number, as published: `LOT-0005`, `3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// The number people use in sentences (`lot n° 5`): from the form, the title or the position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// How the number is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_basis: Option<NumberBasis>,
    /// Title (BT-21).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description (BT-24).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Works, supplies or services (BT-23).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nature: Option<ContractNature>,
    /// CPV codes, the main one (BT-262) first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpv: Vec<Cpv>,
    /// Places of performance (BT-5071 and address).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// Estimated value (BT-27), excluding tax.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_value: Option<EstimatedValue>,
    /// Deadline to answer (BT-131), when the lot has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<TenderDeadline>,
    /// Duration in months (BT-36), rounded up from days and years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_months: Option<u32>,
    /// Coded social fields of the lot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub coded: Vec<Coded>,
    /// Every text of the lot, with its path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<NoticeText>,
}

impl Lot {
    /// An empty lot with its key.
    pub fn new(key: LotKey) -> Self {
        Self {
            key,
            source_id: None,
            number: None,
            number_basis: None,
            title: None,
            description: None,
            nature: None,
            cpv: Vec::new(),
            places: Vec::new(),
            estimated_value: None,
            deadline: None,
            duration_months: None,
            coded: Vec::new(),
            texts: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lot_has_one_key_however_its_number_is_written() {
        for (number, key) in [
            ("1", "1"),
            ("01", "1"),
            ("Lot n°1", "1"),
            ("LOT N° 01", "1"),
            ("lot no 3B", "3b"),
            ("2016-52", "2016-52"),
            ("LOT-0001", "LOT-0001"),
            ("0", "0"),
        ] {
            assert_eq!(LotKey::of(number).as_str(), key, "{number}");
        }
        assert!(LotKey::of("").is_whole());
    }
}
