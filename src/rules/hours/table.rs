//! The usual values of the hours planner, read from `table.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::BasisPoints;
use crate::domain::cpv::Cpv;
use crate::domain::text::fold_key;
use crate::rules::lexicon::parse;

/// A usual value with its range.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range<T> {
    pub(super) usual: T,
    pub(super) low: T,
    pub(super) high: T,
}

/// A trade and the part of its price that is labour.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Trade {
    /// Its French name.
    pub(super) name: String,
    cpv: Vec<String>,
    pub(super) labour_share: BasisPoints,
}

/// The table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    /// Where its values come from, in French.
    pub(super) source: String,
    pub(super) effort: Range<BasisPoints>,
    /// In euro cents.
    pub(super) hourly_cost: Range<i64>,
    #[serde(rename = "trade")]
    trades: Vec<Trade>,
}

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| parse(include_str!("table.toml")));

impl Table {
    /// A trade by name; accents and case do not matter.
    pub(super) fn find(&self, name: &str) -> Option<&Trade> {
        let name = fold_key(name);
        self.trades.iter().find(|trade| fold_key(&trade.name) == name)
    }

    /// The trade of the longest branch that holds a code.
    pub(super) fn of_cpv(&self, cpv: &Cpv) -> Option<&Trade> {
        let branches = |trade: &Trade| {
            let held = trade.cpv.iter().filter(|branch| cpv.as_str().starts_with(branch.as_str()));
            held.map(String::len).max()
        };
        let trades = self.trades.iter().filter_map(|trade| Some((branches(trade)?, trade)));
        trades.max_by_key(|(length, _)| *length).map(|(_, trade)| trade)
    }
}

/// The names of its trades, for messages.
pub(super) fn names() -> String {
    TABLE.trades.iter().map(|trade| trade.name.as_str()).collect::<Vec<_>>().join(", ")
}
