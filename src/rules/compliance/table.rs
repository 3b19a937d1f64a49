//! The dated table: since when each rule is asked, thresholds and amounts, read from `law.toml`.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::french;
use crate::domain::codes::SOCIAL_SERVICES;
use crate::domain::compliance::BuyerKind;
use crate::domain::cpv::Cpv;
use crate::rules::lexicon::parse;

/// What is bought, as the thresholds tell purchases apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Object {
    /// Works.
    Works,
    /// Supplies, and services that are not social ones.
    GoodsAndServices,
    /// Social and other specific services.
    SocialServices,
    /// A concession, of works or of services.
    Concession,
}

impl Object {
    /// Its French name, as answers show it.
    pub(crate) const fn in_words(self) -> &'static str {
        match self {
            Self::Works => "travaux",
            Self::GoodsAndServices => "fournitures et services",
            Self::SocialServices => "services sociaux et autres services spécifiques",
            Self::Concession => "concessions",
        }
    }
}

/// Amounts other than the European thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AmountId {
    /// A lot of works below it may be a small one.
    SmallLotOfWorks,
    /// A lot of supplies or services below it may be a small one.
    SmallLotOfGoodsAndServices,
    /// Yearly spend above which a scheme is due.
    Scheme,
    /// Need from which essential data are published.
    EssentialData,
}

/// Since when a rule is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Law {
    rule: String,
    /// First day of a consultation that it governs.
    pub(crate) from: NaiveDate,
    /// From this day to `from` the sources differ.
    pub(crate) unsure_from: Option<NaiveDate>,
    /// Whether nothing of the kind was asked before.
    #[serde(default, rename = "new")]
    pub(crate) is_new: bool,
}

/// Whether a row holds on a day; an unknown day is taken as today.
fn holds(from: NaiveDate, until: Option<NaiveDate>, on: Option<NaiveDate>) -> bool {
    match on {
        Some(day) => from <= day && until.is_none_or(|until| day <= until),
        None => until.is_none(),
    }
}

/// A European threshold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Threshold {
    pub(crate) object: Object,
    buyers: Vec<BuyerKind>,
    euros: i64,
    from: NaiveDate,
    until: Option<NaiveDate>,
    /// Whether no source confirmed it.
    #[serde(default, rename = "unverified")]
    pub(crate) is_unverified: bool,
}

impl Threshold {
    /// In euro cents, excluding tax.
    pub(crate) const fn cents(&self) -> i64 {
        self.euros * 100
    }
}

/// Another amount.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Amount {
    id: AmountId,
    euros: i64,
    from: NaiveDate,
    until: Option<NaiveDate>,
    /// Whether no source confirmed it, or its first day.
    #[serde(default, rename = "unverified")]
    is_unverified: bool,
}

impl Amount {
    /// In euro cents, excluding tax.
    pub(crate) const fn cents(&self) -> i64 {
        self.euros * 100
    }

    /// In French, its doubt included.
    pub(crate) fn in_words(&self) -> String {
        let doubt = if self.is_unverified { " (à vérifier)" } else { "" };
        format!("{}{doubt}", french::euros(self.cents()))
    }
}

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Table {
    social_branches: Vec<String>,
    #[serde(rename = "law")]
    laws: Vec<Law>,
    #[serde(rename = "threshold")]
    thresholds: Vec<Threshold>,
    #[serde(rename = "amount")]
    amounts: Vec<Amount>,
}

/// The table as it was read.
pub(crate) static TABLE: LazyLock<Table> = LazyLock::new(|| parse(include_str!("law.toml")));

impl Table {
    /// Since when a rule is asked.
    pub(crate) fn law(&self, rule: &str) -> Option<&Law> {
        self.laws.iter().find(|law| law.rule == rule)
    }

    /// The threshold of a buyer and a purchase on a day; nothing where no row holds.
    pub(crate) fn threshold(
        &self,
        buyer: BuyerKind,
        object: Object,
        on: NaiveDate,
    ) -> Option<&Threshold> {
        let of = |row: &&Threshold| row.object == object && row.buyers.contains(&buyer);
        self.thresholds.iter().filter(of).find(|row| holds(row.from, row.until, Some(on)))
    }

    /// An amount on a day, today when it is not known; nothing where no row holds.
    pub(crate) fn amount(&self, id: AmountId, on: Option<NaiveDate>) -> Option<&Amount> {
        self.amounts.iter().find(|row| row.id == id && holds(row.from, row.until, on))
    }

    /// Whether a CPV code is a social service: nothing where it is in a branch that holds some.
    pub(crate) fn is_social(&self, cpv: &Cpv) -> Option<bool> {
        if SOCIAL_SERVICES.find(cpv.as_str()).is_some() {
            return Some(true);
        }
        let unsure = self.social_branches.iter().any(|branch| cpv.as_str().starts_with(branch));
        (!unsure).then_some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn thresholds_hold_from_their_first_day_to_their_last() {
        use BuyerKind::{Entity, OtherAuthority, State};
        let euros = |buyer, object, on: &str| {
            TABLE.threshold(buyer, object, day(on)).map(|row| row.cents() / 100)
        };
        for (buyer, object, expected) in [
            (State, Object::GoodsAndServices, 140_000),
            (OtherAuthority, Object::GoodsAndServices, 216_000),
            (Entity, Object::GoodsAndServices, 432_000),
            (OtherAuthority, Object::SocialServices, 750_000),
            (State, Object::Works, 5_404_000),
            (Entity, Object::Concession, 5_404_000),
        ] {
            assert_eq!(euros(buyer, object, "2025-12-31"), None);
            assert_eq!(euros(buyer, object, "2026-01-01"), Some(expected));
            assert_eq!(euros(buyer, object, "2027-12-31"), Some(expected));
            assert_eq!(euros(buyer, object, "2028-01-01"), None);
        }
    }

    #[test]
    fn amounts_hold_and_an_unknown_day_is_today() {
        let euros = |on: Option<&str>| {
            TABLE.amount(AmountId::Scheme, on.map(day)).map(|row| row.cents() / 100)
        };
        assert_eq!(euros(Some("2022-12-31")), None);
        assert_eq!(euros(Some("2023-01-01")), Some(50_000_000));
        assert_eq!(euros(None), Some(50_000_000));
    }

    #[test]
    fn a_service_is_social_or_not_or_it_is_not_known() {
        for (code, expected) in [
            ("85312110", Some(true)),
            ("90911200", Some(false)),
            ("45442100", Some(false)),
            ("55524000", None),
            ("80530000", None),
        ] {
            assert_eq!(TABLE.is_social(&Cpv::parse(code).expect("a code")), expected, "{code}");
        }
    }
}
