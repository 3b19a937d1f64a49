//! The hours planner: how many hours of insertion a contract can bear.
//!
//! hours = amount excluding tax × labour share × effort ÷ hourly cost; for example
//! 1,000,000 € × 50 % × 5 % ÷ 30 € = 833 h. The effort is the part of the labour that the clause
//! asks for. What the officer does not give is taken from a table of usual values, and the answer
//! says so. Whole numbers all the way (cents and hundredths of a per cent), rounded once, at the end.

mod table;

use std::fmt;

use serde::{Serialize, Serializer};
use thiserror::Error;

use super::compliance::french;
use crate::domain::cpv::Cpv;
use crate::domain::supplier::SupplierKind;
use table::{Range, TABLE, Trade};

/// A part of a whole in hundredths of a per cent: 500 is 5 %.
pub type BasisPoints = u32;

/// The whole of a whole.
const WHOLE: BasisPoints = 10_000;

/// Hours of a full-time month, in hundredths: 35 h × 52 ÷ 12.
const FULL_TIME_MONTH: i128 = 15_167;

/// Largest amount that is planned, in cents: ten thousand million euros.
const MOST: i64 = 10_000_000_000 * 100;

/// Cheapest hour that is planned, in cents: less is a typing error.
const LEAST_COST: i64 = 500;

/// What an officer gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HoursRequest {
    /// Amount of the contract in euro cents, excluding tax.
    pub amount: i64,
    /// A trade of the table, for example `peinture`.
    pub trade: Option<String>,
    /// CPV code, for the trade where no trade is given.
    pub cpv: Option<Cpv>,
    /// Part of the amount that is labour.
    pub labour_share: Option<BasisPoints>,
    /// Part of the labour that the clause asks for.
    pub effort: Option<BasisPoints>,
    /// Cost of an hour in euro cents.
    pub hourly_cost: Option<i64>,
    /// Duration of the contract in months.
    pub duration_months: Option<u32>,
}

/// Why no plan can be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HoursError {
    /// The trade is not in the table.
    #[error("`{0}` is not a trade of the table; it knows {known}, or give the labour share", known = table::names())]
    UnknownTrade(String),
    /// Neither share nor trade is known.
    #[error("the labour share is not known: give it, or one of the trades {known}", known = table::names())]
    NoLabourShare,
    /// A value without sense.
    #[error("{name} must be {wanted}")]
    OutOfRange {
        /// Which one.
        name: &'static str,
        /// What it must be.
        wanted: &'static str,
    },
}

/// Which value of the formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParameterKind {
    /// Amount of the contract.
    Amount,
    /// Part of it that is labour.
    LabourShare,
    /// Part of the labour that the clause asks for.
    Effort,
    /// Cost of an hour.
    HourlyCost,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ParameterOrigin {
    /// The officer gave it.
    Given,
    /// The table of usual values.
    Table,
}

/// A value of the formula. Texts are French.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameter {
    /// Which.
    pub kind: ParameterKind,
    /// Its name.
    pub name: &'static str,
    /// Its value: `50 %`, `30 € HT`.
    pub value: String,
    /// Where it comes from.
    pub origin: ParameterOrigin,
    /// The same in words: `donné`, `usage … : peinture`.
    pub source: String,
    /// The usual range, where one is known: `5 % à 10 %`.
    pub usual: Option<String>,
}

/// A way to supply the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SupplyWay {
    /// What it is, in French.
    pub text: &'static str,
    /// Who supplies; nobody but the holder for direct hiring.
    pub suppliers: &'static [SupplierKind],
}

/// How hours can be supplied.
const SUPPLY_WAYS: [SupplyWay; 3] = [
    SupplyWay { text: "embauche directe par le titulaire", suppliers: &[] },
    SupplyWay {
        text: "mise à disposition de salariés en insertion",
        suppliers: &[SupplierKind::Etti, SupplierKind::Ai, SupplierKind::Geiq],
    },
    SupplyWay {
        text: "sous-traitance ou cotraitance",
        suppliers: &[SupplierKind::Ei, SupplierKind::Aci, SupplierKind::Ea],
    },
];

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HoursPlan {
    /// Hours, to the nearest whole one.
    pub hours: u32,
    /// Hours at the least usual effort and the dearest usual hour.
    pub low: u32,
    /// Hours at the greatest usual effort and the cheapest usual hour.
    pub high: u32,
    /// The formula with its numbers, in French.
    pub formula: String,
    /// Its values, each with where it comes from.
    pub parameters: Vec<Parameter>,
    /// Months of one full-time person (151.67 h).
    pub full_time_months: Tenths,
    /// Full-time people over the duration, when it is given.
    pub full_time_people: Option<Tenths>,
    /// How the hours can be supplied.
    pub supply_ways: [SupplyWay; 3],
}

/// A number to one decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenths(pub u32);

impl Tenths {
    /// It as a number.
    pub fn value(self) -> f64 {
        f64::from(self.0) / 10.0
    }
}

impl fmt::Display for Tenths {
    /// As the French write it: `5,5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.0 / 10, self.0 % 10)
    }
}

impl Serialize for Tenths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.value())
    }
}

/// Plans the hours of a contract.
///
/// # Errors
/// When a value has no sense, or the labour share is neither given nor in the table.
pub fn plan(request: &HoursRequest) -> Result<HoursPlan, HoursError> {
    check(request)?;
    let trade = trade(request)?;
    let share = request.labour_share.or(trade.map(|trade| trade.labour_share));
    let share = share.ok_or(HoursError::NoLabourShare)?;
    let (efforts, costs) = (&TABLE.effort, &TABLE.hourly_cost);
    let effort = request.effort.unwrap_or(efforts.usual);
    let cost = request.hourly_cost.unwrap_or(costs.usual);
    let of = |effort, cost| hours(request.amount, share, effort, cost);
    let total = of(effort, cost);
    let (amount, labour) = (french::euros(request.amount), percent(share));
    let formula = format!(
        "{amount} × {labour} × {} ÷ {} = {} h (arrondi à l'heure la plus proche)",
        percent(effort),
        per_hour(cost),
        french::grouped(total.into())
    );
    Ok(HoursPlan {
        hours: total,
        low: of(efforts.low, costs.high),
        high: of(efforts.high, costs.low),
        formula,
        parameters: parameters(request, trade, (share, effort, cost)),
        full_time_months: full_time(total, 1),
        full_time_people: request.duration_months.map(|months| full_time(total, months)),
        supply_ways: SUPPLY_WAYS,
    })
}

/// Full-time people that some hours take over some months.
fn full_time(hours: u32, months: u32) -> Tenths {
    Tenths(divided(i128::from(hours) * 1_000, FULL_TIME_MONTH * i128::from(months)))
}

fn check(request: &HoursRequest) -> Result<(), HoursError> {
    let is_share = |share: Option<u32>| share.is_none_or(|share| (1..=WHOLE).contains(&share));
    let share = "more than 0 and at most 100 per cent";
    for (holds, name, wanted) in [
        (
            (1..=MOST).contains(&request.amount),
            "the amount",
            "more than 0 and at most ten thousand million euros",
        ),
        (is_share(request.labour_share), "the labour share", share),
        (is_share(request.effort), "the effort", share),
        (
            request.hourly_cost.is_none_or(|cost| cost >= LEAST_COST),
            "the hourly cost",
            "5 euros or more",
        ),
        (request.duration_months != Some(0), "the duration", "1 month or more"),
    ] {
        if !holds {
            return Err(HoursError::OutOfRange { name, wanted });
        }
    }
    Ok(())
}

/// The trade that is named, else that of the CPV code.
fn trade(request: &HoursRequest) -> Result<Option<&'static Trade>, HoursError> {
    match (&request.trade, &request.cpv) {
        (Some(name), _) => {
            TABLE.find(name).map(Some).ok_or_else(|| HoursError::UnknownTrade(name.clone()))
        }
        (None, Some(cpv)) => Ok(TABLE.of_cpv(cpv)),
        (None, None) => Ok(None),
    }
}

/// The formula: cents cancel out, and both shares are in ten-thousandths.
fn hours(amount: i64, share: BasisPoints, effort: BasisPoints, cost: i64) -> u32 {
    let labour = i128::from(amount) * i128::from(share) * i128::from(effort);
    divided(labour, i128::from(cost) * i128::from(WHOLE) * i128::from(WHOLE))
}

/// To the nearest whole number, halves up. The limits of amount and cost make it fit.
fn divided(number: i128, by: i128) -> u32 {
    u32::try_from((number * 2 + by) / (by * 2)).unwrap_or(u32::MAX)
}

fn parameters(
    request: &HoursRequest,
    trade: Option<&Trade>,
    (share, effort, cost): (BasisPoints, BasisPoints, i64),
) -> Vec<Parameter> {
    use ParameterKind::{Amount, Effort, HourlyCost, LabourShare};
    let from = |is_given: bool, what: &str| {
        if is_given {
            (ParameterOrigin::Given, "donné".to_owned())
        } else {
            (ParameterOrigin::Table, format!("{}{what}", TABLE.source))
        }
    };
    let range = |range: &Range<u32>| format!("{} à {}", percent(range.low), percent(range.high));
    let costs = &TABLE.hourly_cost;
    let of_trade = trade.map(|trade| format!(" : {}", trade.name)).unwrap_or_default();
    let usual_cost = format!("{} à {}", per_hour(costs.low), per_hour(costs.high));
    let rows = [
        (Amount, "montant hors taxes", french::euros(request.amount), from(true, ""), None),
        (
            LabourShare,
            "part de main-d'œuvre",
            percent(share),
            from(request.labour_share.is_some(), &of_trade),
            None,
        ),
        (
            Effort,
            "effort d'insertion",
            percent(effort),
            from(request.effort.is_some(), ""),
            Some(range(&TABLE.effort)),
        ),
        (
            HourlyCost,
            "coût horaire",
            per_hour(cost),
            from(request.hourly_cost.is_some(), ""),
            Some(usual_cost),
        ),
    ];
    let parameter = |(kind, name, value, (origin, source), usual)| Parameter {
        kind,
        name,
        value,
        origin,
        source,
        usual,
    };
    rows.into_iter().map(parameter).collect()
}

/// `50 %`, `7,5 %`.
fn percent(share: BasisPoints) -> String {
    let fraction = format!("{:02}", share % 100);
    match fraction.trim_end_matches('0') {
        "" => format!("{} %", share / 100),
        fraction => format!("{},{fraction} %", share / 100),
    }
}

/// `30 €/h`, `27,50 €/h`.
fn per_hour(cents: i64) -> String {
    french::euros(cents).replace("€ HT", "€/h")
}

#[cfg(test)]
mod tests;
