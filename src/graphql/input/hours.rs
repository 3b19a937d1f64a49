//! A contract whose hours of insertion are planned.

use async_graphql::{InputObject, Result};

use super::assess::cpv;
use super::lot_filter::cents;
use crate::graphql::error::bad_argument;
use crate::rules::hours::{BasisPoints, HoursRequest};

/// A contract and what is known of its labour. What is not given is taken from a table of usual
/// values, and the answer says so.
#[derive(InputObject, Clone, Debug)]
pub struct PlanHoursInput {
    /// Amount in euros, excluding tax. Example: `amount: 1000000`.
    pub amount: f64,
    /// A trade of the table, which gives the labour share: `peinture`, `maçonnerie`,
    /// `charpente métallique`.
    pub trade: Option<String>,
    /// CPV code, eight digits, for the trade where none is named.
    pub cpv: Option<String>,
    /// Part of the amount that is labour, in per cent. Example: `labourShare: 50`.
    pub labour_share: Option<f64>,
    /// Part of the labour that the clause asks for, in per cent, usually 5 to 10; 5 by default.
    pub effort: Option<f64>,
    /// Cost of an hour in euros, usually 25 to 30; 30 by default.
    pub hourly_cost: Option<f64>,
    /// Duration of the contract in months, for the number of people.
    pub duration_months: Option<u32>,
}

impl PlanHoursInput {
    /// The request.
    ///
    /// # Errors
    /// With the first value that is not a number of its kind.
    pub fn check(self) -> Result<HoursRequest> {
        Ok(HoursRequest {
            amount: cents("amount", Some(self.amount))?.unwrap_or_default(),
            trade: self.trade,
            cpv: self.cpv.map(|code| cpv(&code)).transpose()?,
            labour_share: share("labourShare", self.labour_share)?,
            effort: share("effort", self.effort)?,
            hourly_cost: cents("hourlyCost", self.hourly_cost)?,
            duration_months: self.duration_months,
        })
    }
}

/// A share given in per cent, to a hundredth of one.
fn share(name: &str, per_cent: Option<f64>) -> Result<Option<BasisPoints>> {
    let Some(per_cent) = per_cent else { return Ok(None) };
    if !(0.0..=100.0).contains(&per_cent) {
        return Err(bad_argument(format!("`{name}` must be a share in per cent, from 0 to 100")));
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked to fit"
    )]
    Ok(Some((per_cent * 100.0).round() as BasisPoints))
}
