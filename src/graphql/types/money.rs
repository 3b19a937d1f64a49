//! Amounts.

use async_graphql::SimpleObject;

use super::enums::AmountDoubt;
use crate::domain::money;

/// An amount of money, excluding tax unless the field says otherwise.
#[derive(SimpleObject, Clone, Debug)]
pub struct Money {
    /// The exact amount as decimal text with two places, for example `298000.00`.
    pub amount: String,
    /// The same as a number, for charts and sums that may be a cent off.
    pub value: f64,
    /// ISO 4217 code, for example `EUR`.
    pub currency: String,
}

impl From<&money::Money> for Money {
    fn from(money: &money::Money) -> Self {
        let amount = format!("{}.{:02}", money.cents / 100, money.cents % 100);
        let value = amount.parse().unwrap_or_default();
        Self { amount, value, currency: money.currency.clone() }
    }
}

/// The value of a lot as its notice estimates it (BT-27), excluding tax.
#[derive(SimpleObject, Clone, Debug)]
pub struct EstimatedValue {
    /// The single estimated value.
    pub amount: Option<Money>,
    /// The lower bound of a range.
    pub low: Option<Money>,
    /// The upper bound of a range, or the maximum of a framework agreement (BT-271).
    pub high: Option<Money>,
    /// A published amount that was not taken, as it stands in the notice.
    pub raw: Option<String>,
    /// Why it was not taken.
    pub doubt: Option<AmountDoubt>,
}

impl From<&money::EstimatedValue> for EstimatedValue {
    fn from(value: &money::EstimatedValue) -> Self {
        let shown = |money: &Option<money::Money>| money.as_ref().map(Money::from);
        Self {
            amount: shown(&value.amount),
            low: shown(&value.low),
            high: shown(&value.high),
            raw: value.raw.clone(),
            doubt: value.doubt.map(AmountDoubt::from),
        }
    }
}
