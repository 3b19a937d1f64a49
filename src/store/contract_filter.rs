//! Which contracts are wanted, and the conditions that say so in SQL.

use chrono::NaiveDate;
use passerelle_entity::{contract, contract_party};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ColumnTrait as _, Condition};

use super::condition::{in_branches, within};
use super::contracts::ContractRole;
use crate::domain::consideration::{ConsiderationKind, Filled};
use crate::domain::contract::ContractKind;
use crate::domain::cpv::CpvPrefix;
use crate::domain::ids::OrganisationId;
use crate::domain::place::Department;

/// Which contracts are wanted. Empty lists and `None` ask for nothing; conditions add up.
#[derive(Clone, Debug, Default)]
pub struct ContractFilter {
    /// Any of these kinds.
    pub kinds: Vec<ContractKind>,
    /// A CPV code in any of these branches.
    pub cpv: Vec<CpvPrefix>,
    /// Carried out in any of these departments.
    pub departments: Vec<Department>,
    /// Any of these buyers.
    pub buyers: Vec<OrganisationId>,
    /// Any of these holders, now or before a modification.
    pub holders: Vec<OrganisationId>,
    /// In any role.
    pub organisations: Vec<OrganisationId>,
    /// Any of these social considerations.
    pub social: Vec<ConsiderationKind>,
    /// What the field of social considerations says at all.
    pub social_filled: Vec<Filled>,
    /// At least this amount, in euro cents.
    pub amount_from: Option<i64>,
    /// At most this amount, in euro cents.
    pub amount_to: Option<i64>,
    /// Whether contracts without an amount that can be believed pass the amounts.
    pub include_unknown_amounts: bool,
    /// First day of notification.
    pub notified_from: Option<NaiveDate>,
    /// Last day of notification.
    pub notified_to: Option<NaiveDate>,
    /// First day of publication.
    pub published_from: Option<NaiveDate>,
    /// Last day of publication.
    pub published_to: Option<NaiveDate>,
}

impl ContractFilter {
    /// The filter as a condition on `contract`.
    pub(crate) fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if !self.kinds.is_empty() {
            let kinds = self.kinds.iter().map(|kind| kind.as_str());
            all = all.add(contract::Column::Kind.is_in(kinds));
        }
        if !self.cpv.is_empty() {
            all = all.add(in_branches(contract::Column::Cpv, &self.cpv));
        }
        if !self.departments.is_empty() {
            let codes = self.departments.iter().map(Department::as_str);
            all = all.add(contract::Column::Department.is_in(codes));
        }
        for (organisations, role) in [
            (&self.buyers, Some(ContractRole::Buyer)),
            (&self.holders, Some(ContractRole::Holder)),
            (&self.organisations, None),
        ] {
            if !organisations.is_empty() {
                all = all.add(contract::Column::Id.in_subquery(named(organisations, role)));
            }
        }
        if !self.social.is_empty() {
            let mask = self.social.iter().fold(0, |mask, kind| mask | kind.bit());
            let kinds = Expr::col((contract::Entity, contract::Column::SocialKinds));
            all = all.add(kinds.bit_and(mask).ne(0));
        }
        if !self.social_filled.is_empty() {
            let filled = self.social_filled.iter().map(|filled| filled.as_str());
            all = all.add(contract::Column::Social.is_in(filled));
        }
        self.add_ranges(all)
    }

    fn add_ranges(&self, mut all: Condition) -> Condition {
        let amounts = (self.amount_from, self.amount_to);
        let within = within(contract::Column::AmountCents, amounts, self.include_unknown_amounts);
        all = all.add_option(within);
        for (column, from, to) in [
            (contract::Column::NotifiedOn, self.notified_from, self.notified_to),
            (contract::Column::PublishedOn, self.published_from, self.published_to),
        ] {
            if let Some(from) = from {
                all = all.add(column.gte(from));
            }
            if let Some(to) = to {
                all = all.add(column.lte(to));
            }
        }
        all
    }
}

/// The contracts that name any of these organisations.
fn named(organisations: &[OrganisationId], role: Option<ContractRole>) -> SelectStatement {
    let mut select = Query::select();
    let ids = organisations.iter().map(|organisation| organisation.uuid());
    select
        .column(contract_party::Column::ContractId)
        .from(contract_party::Entity)
        .and_where(contract_party::Column::OrganisationId.is_in(ids));
    if let Some(role) = role {
        select.and_where(contract_party::Column::Role.eq(role.as_str()));
    }
    select
}
