//! How much a clause or a criterion asks for, and for whom.

use async_graphql::{Enum, SimpleObject};

use super::finding::Evidence;
use crate::domain::quantity;

/// What is counted.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "quantity::Measure")]
pub enum Measure {
    /// Hours of insertion over the whole contract, as far as the words tell.
    Hours,
    /// Hours of insertion in a year.
    HoursPerYear,
    /// A share of the work (hours, staff, labour costs), in percent.
    LabourShare,
    /// A share of the amount, in percent.
    AmountShare,
    /// A share in percent, the words not saying of what.
    Share,
    /// The weight of a criterion, in percent.
    Weight,
    /// The weight of a criterion, in points.
    Points,
    /// People to employ or to take on, jobs, contracts.
    Jobs,
}

/// People that an insertion clause is for.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "quantity::Public")]
pub enum Public {
    /// Unemployed for long (*demandeurs d'emploi de longue durée*).
    LongTermUnemployed,
    /// Unemployed, for however long.
    Unemployed,
    /// On a minimum income: RSA, ASS, AAH.
    MinimumIncome,
    /// Disabled workers (*RQTH*, art. L5212-13 c. trav.).
    Disabled,
    /// Young people, most often under 26.
    Young,
    /// Over 50.
    Senior,
    /// Living in a priority district (*quartier prioritaire de la ville*, QPV).
    PriorityDistrict,
    /// In a path of insertion: *PASS IAE*, PLIE, employees in insertion.
    InsertionPath,
    /// Refugees.
    Refugee,
    /// In the hands of justice, or coming out of prison.
    Justice,
    /// Of little or no qualification.
    LowSkilled,
}

/// A value that the words of a finding give.
#[derive(SimpleObject, Clone, Debug)]
pub struct Quantity {
    /// What is counted.
    pub measure: Measure,
    /// How much, in the unit of the measure, exact to two decimals.
    pub value: f64,
    /// The words that give it, with their place: `1 429 heures`.
    pub evidence: Evidence,
}

impl From<&quantity::Quantity> for Quantity {
    fn from(quantity: &quantity::Quantity) -> Self {
        let measure = quantity.measure.into();
        Self { measure, value: shown(quantity.hundredths), evidence: (&quantity.evidence).into() }
    }
}

/// Hundredths in whole units.
#[expect(clippy::cast_precision_loss, reason = "numbers of a sentence have nine digits at most")]
pub(super) fn shown(hundredths: i64) -> f64 {
    hundredths as f64 / 100.0
}
