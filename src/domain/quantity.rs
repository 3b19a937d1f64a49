//! How much a clause or a criterion asks for, and for whom: hours, shares, weights, people.

use serde::{Deserialize, Serialize};

use super::finding::Evidence;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Measure {
    /// Hours of insertion over the whole contract, as far as the words tell.
    Hours,
    /// Hours of insertion in a year.
    HoursPerYear,
    /// A share of the work: hours, staff, labour costs. In percent.
    LabourShare,
    /// A share of the amount. In percent.
    AmountShare,
    /// A share, without saying of what. In percent.
    Share,
    /// The weight of a criterion, in percent.
    Weight,
    /// The weight of a criterion, in points.
    Points,
    /// People to employ or to take on, jobs, contracts.
    Jobs,
}

/// A value that words give.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quantity {
    /// What is counted.
    pub measure: Measure,
    /// How much, in hundredths of an hour, a percent, a point, a person: `1429,5` hours are 142,950,
    /// and a share of 8 % is 800 basis points.
    pub hundredths: i64,
    /// The words that give it, with their place: `1 429 heures`.
    pub evidence: Evidence,
}

/// The people an insertion clause is for, as the French administration names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Public {
    /// *Demandeurs d'emploi de longue durée.*
    LongTermUnemployed,
    /// *Demandeurs d'emploi*, of any duration.
    Unemployed,
    /// *Bénéficiaires du RSA* and of other minimum incomes (ASS, AAH).
    MinimumIncome,
    /// Disabled workers (*RQTH*, art. L5212-13 c. trav.).
    Disabled,
    /// Young people, most often under 26.
    Young,
    /// People over 50.
    Senior,
    /// *Habitants des quartiers prioritaires de la ville* (QPV).
    PriorityDistrict,
    /// People in a path of insertion (*PASS IAE*, employees of SIAE, GEIQ, EPIDE, second-chance
    /// schools).
    InsertionPath,
    /// Refugees.
    Refugee,
    /// People in the hands of justice, or coming out of prison.
    Justice,
    /// People of little or no qualification.
    LowSkilled,
}

impl Public {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::LongTermUnemployed,
        Self::Unemployed,
        Self::MinimumIncome,
        Self::Disabled,
        Self::Young,
        Self::Senior,
        Self::PriorityDistrict,
        Self::InsertionPath,
        Self::Refugee,
        Self::Justice,
        Self::LowSkilled,
    ];
}
