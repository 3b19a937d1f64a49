//! `planHours`.

use async_graphql::{Object, Result};

use crate::graphql::error::bad_argument;
use crate::graphql::input::hours::PlanHoursInput;
use crate::graphql::types::hours::HoursPlan;
use crate::rules::hours;

/// The hours planner.
#[derive(Default)]
pub struct HoursQuery;

#[Object]
impl HoursQuery {
    /// How many hours of insertion a contract can bear: amount × labour share × effort ÷ hourly cost,
    /// with the usual range and where each value comes from. Nothing is stored.
    /// Example: `planHours(input: {amount: 1000000, labourShare: 50, effort: 5, hourlyCost: 30})`.
    async fn plan_hours(
        &self,
        #[graphql(desc = "The contract.")] input: PlanHoursInput,
    ) -> Result<HoursPlan> {
        let plan = hours::plan(&input.check()?);
        plan.map(HoursPlan::from).map_err(|error| bad_argument(error.to_string()))
    }
}
