//! How many hours of insertion a contract can bear.

use async_graphql::{ComplexObject, Context, Enum, Result, SimpleObject};

use super::comparable_hours::ComparableHours;
use super::enums::SupplierKind;
use crate::graphql::input::lot_filter::LotFilterInput;
use crate::rules::hours;

/// A value of the formula.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "hours::ParameterKind")]
pub enum HoursParameterKind {
    /// Amount of the contract, excluding tax.
    Amount,
    /// Part of the amount that is labour.
    LabourShare,
    /// Part of the labour that the clause asks for.
    Effort,
    /// Cost of an hour.
    HourlyCost,
}

/// Where a value comes from.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "hours::ParameterOrigin")]
pub enum HoursParameterOrigin {
    /// It was given.
    Given,
    /// The table of usual values.
    Table,
}

/// A value of the formula, in French.
#[derive(SimpleObject, Clone, Debug)]
pub struct HoursParameter {
    /// Which.
    pub kind: HoursParameterKind,
    /// Its name.
    pub name: String,
    /// Its value, for example `50 %`.
    pub value: String,
    /// Where it comes from.
    pub origin: HoursParameterOrigin,
    /// The same in words, with the trade.
    pub source: String,
    /// The usual range, where one is known, for example `5 % à 10 %`.
    pub usual: Option<String>,
}

impl From<hours::Parameter> for HoursParameter {
    fn from(parameter: hours::Parameter) -> Self {
        Self {
            kind: parameter.kind.into(),
            name: parameter.name.to_owned(),
            value: parameter.value,
            origin: parameter.origin.into(),
            source: parameter.source,
            usual: parameter.usual,
        }
    }
}

/// A way to supply the hours.
#[derive(SimpleObject, Clone, Debug)]
pub struct SupplyWay {
    /// What it is, in French.
    pub text: String,
    /// Who supplies; nobody but the holder for direct hiring.
    pub suppliers: Vec<SupplierKind>,
}

impl From<hours::SupplyWay> for SupplyWay {
    fn from(way: hours::SupplyWay) -> Self {
        let suppliers = way.suppliers.iter().map(|kind| (*kind).into());
        Self { text: way.text.to_owned(), suppliers: suppliers.collect() }
    }
}

/// A plan of hours: amount × labour share × effort ÷ hourly cost.
#[derive(SimpleObject, Clone, Debug)]
#[graphql(complex)]
pub struct HoursPlan {
    /// Hours, to the nearest whole one, halves up.
    pub hours: i32,
    /// Hours at the least usual effort (5 %) and the dearest usual hour (30 €).
    pub low: i32,
    /// Hours at the greatest usual effort (10 %) and the cheapest usual hour (25 €).
    pub high: i32,
    /// The formula with its numbers, in French.
    pub formula: String,
    /// Its values, each with where it comes from.
    pub parameters: Vec<HoursParameter>,
    /// The same in months of one full-time person (151.67 h), to a tenth.
    pub full_time_months: f64,
    /// The same in full-time people over the duration, to a tenth, when it is given.
    pub full_time_people: Option<f64>,
    /// How the hours can be supplied.
    pub supply_ways: Vec<SupplyWay>,
}

#[ComplexObject]
impl HoursPlan {
    /// The hours that comparable lots ask for, as they were published. Example, in the cleaning of
    /// Hérault: `comparable(filter: {cpv: ["9091"], departments: ["34"]}) { perLot { median } }`.
    #[graphql(complexity = "200 + child_complexity")]
    async fn comparable(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Lots to compare with.")] filter: LotFilterInput,
    ) -> Result<ComparableHours> {
        ComparableHours::load(ctx, filter).await
    }
}

impl From<hours::HoursPlan> for HoursPlan {
    fn from(plan: hours::HoursPlan) -> Self {
        // The planner keeps amounts within what fits.
        let whole = |hours: u32| i32::try_from(hours).unwrap_or(i32::MAX);
        Self {
            hours: whole(plan.hours),
            low: whole(plan.low),
            high: whole(plan.high),
            formula: plan.formula,
            parameters: plan.parameters.into_iter().map(HoursParameter::from).collect(),
            full_time_months: plan.full_time_months.value(),
            full_time_people: plan.full_time_people.map(hours::Tenths::value),
            supply_ways: plan.supply_ways.into_iter().map(SupplyWay::from).collect(),
        }
    }
}
