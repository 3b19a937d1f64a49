//! Which contracts are wanted, and in which order.

use async_graphql::{Enum, ID, InputObject, Result};

use super::lot_filter::{
    DateRange, MoneyRange, all, branch, buyer, cents, department, each, ordered,
};
use crate::domain::ids::OrganisationId;
use crate::domain::siret::Siret;
use crate::graphql::error::bad_argument;
use crate::graphql::types::contract::{ConsiderationKind, ContractKind, Filled};
use crate::store::contract_filter::ContractFilter;
use crate::store::contracts;

/// Which contracts are wanted. Fields add up; the values of a list are alternatives. An empty list
/// asks for nothing, like no list at all.
#[derive(InputObject, Clone, Debug, Default)]
#[graphql(name = "ContractFilter")]
pub struct ContractFilterInput {
    /// Markets or concessions.
    pub kinds: Option<Vec<ContractKind>>,
    /// CPV branches: `9091` holds `90911200`. Concessions have no CPV and never pass.
    pub cpv: Option<Vec<String>>,
    /// Departments of performance by INSEE code, for example `34`.
    pub departments: Option<Vec<String>>,
    /// Buyers by global id.
    pub buyers: Option<Vec<ID>>,
    /// Holders by global id, now or before a modification.
    pub holders: Option<Vec<ID>>,
    /// Buyers, holders or subcontractors by SIRET, for example `21340172201787`.
    pub sirets: Option<Vec<String>>,
    /// Any of these social considerations.
    pub social: Option<Vec<ConsiderationKind>>,
    /// What the field of social considerations says at all: `[STATED, NONE, UNREAD]` are those
    /// filled.
    pub social_filled: Option<Vec<Filled>>,
    /// Amount as it stands, in euros excluding tax. Amounts that cannot be believed are unknown.
    pub amount: Option<MoneyRange>,
    /// Day of notification.
    pub notified: Option<DateRange>,
    /// Last day on which data of it were published.
    pub published: Option<DateRange>,
}

impl ContractFilterInput {
    /// The filter of the store.
    ///
    /// # Errors
    /// With the first value that is not in its list or has no sense.
    pub fn check(self) -> Result<ContractFilter> {
        let amount =
            self.amount.unwrap_or(MoneyRange { from: None, to: None, include_unknown: false });
        let notified = self.notified.unwrap_or(DateRange { from: None, to: None });
        let published = self.published.unwrap_or(DateRange { from: None, to: None });
        ordered("amount", amount.from, amount.to)?;
        ordered("notified", notified.from, notified.to)?;
        ordered("published", published.from, published.to)?;
        Ok(ContractFilter {
            kinds: all(self.kinds),
            cpv: each("cpv", self.cpv, branch)?,
            departments: each("departments", self.departments, department)?,
            buyers: each("buyers", self.buyers, buyer)?,
            holders: each("holders", self.holders, buyer)?,
            organisations: each("sirets", self.sirets, siret)?,
            social: all(self.social),
            social_filled: all(self.social_filled),
            amount_from: cents("amount.from", amount.from)?,
            amount_to: cents("amount.to", amount.to)?,
            include_unknown_amounts: amount.include_unknown,
            notified_from: notified.from.map(|from| from.0),
            notified_to: notified.to.map(|to| to.0),
            published_from: published.from.map(|from| from.0),
            published_to: published.to.map(|to| to.0),
        })
    }
}

fn siret(text: &str) -> Result<Vec<OrganisationId>> {
    let siret = Siret::parse(text)
        .ok_or_else(|| bad_argument("`sirets`: each must be 14 digits with a right check digit"))?;
    Ok(vec![OrganisationId::of_siret(siret.as_str())])
}

/// Order of a list of contracts.
#[derive(Enum, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[graphql(remote = "contracts::ContractOrder")]
pub enum ContractOrder {
    /// Latest notification first.
    #[default]
    NotifiedDescending,
    /// Earliest notification first; those without a day first of all.
    NotifiedAscending,
    /// The largest amount first; unknown ones and those not believed last.
    AmountDescending,
    /// The smallest amount first; unknown ones and those not believed first.
    AmountAscending,
}
