//! Which notices and organisations are wanted.

use async_graphql::{Enum, ID, InputObject, Result};

use super::lot_filter::{DateRange, all, buyer, department, each};
use crate::domain::organisation::PartyRole;
use crate::domain::siret::Siret;
use crate::graphql::error::bad_argument;
use crate::graphql::types::enums::{Family, FormType, Source};
use crate::store::notice_filter::NoticeFilter;
use crate::store::organisations::OrganisationFilter;

/// Which notices are wanted. Fields add up; the values of a list are alternatives.
#[derive(InputObject, Clone, Debug, Default)]
#[graphql(name = "NoticeFilter")]
pub struct NoticeFilterInput {
    /// Sources.
    pub sources: Option<Vec<Source>>,
    /// What the document does.
    pub form_types: Option<Vec<FormType>>,
    /// BOAMP families.
    pub families: Option<Vec<Family>>,
    /// Buyers by global id.
    pub buyers: Option<Vec<ID>>,
    /// Day of publication.
    pub published: Option<DateRange>,
    /// Only notices that their source no longer lists (`true`), or only those it does (`false`).
    pub is_missing: Option<bool>,
    /// Only notices that were decoded with issues (`true`), or only those without (`false`).
    pub has_issues: Option<bool>,
}

impl NoticeFilterInput {
    /// The filter of the store.
    ///
    /// # Errors
    /// When an id is not one, or a range is turned round.
    pub fn check(self) -> Result<NoticeFilter> {
        let published = self.published.unwrap_or(DateRange { from: None, to: None });
        if published.from.zip(published.to).is_some_and(|(from, to)| from > to) {
            return Err(bad_argument("`published`: `from` is after `to`; exchange them"));
        }
        Ok(NoticeFilter {
            sources: all(self.sources),
            form_types: all(self.form_types),
            families: all(self.families),
            buyers: each("buyers", self.buyers, buyer)?,
            published_from: published.from.map(|from| from.0),
            published_to: published.to.map(|to| to.0),
            is_missing: self.is_missing,
            has_issues: self.has_issues,
        })
    }
}

/// The part an organisation played.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "PartyRole")]
pub enum OrganisationRole {
    /// It bought.
    Buyer,
    /// It won.
    Supplier,
}

/// Which organisations are wanted. Fields add up.
#[derive(InputObject, Clone, Debug, Default)]
#[graphql(name = "OrganisationFilter")]
pub struct OrganisationFilterInput {
    /// Parts of words that all stand in the name, for example `montpellier metropole`.
    pub name: Option<String>,
    /// SIRET, 14 digits.
    pub siret: Option<String>,
    /// Departments by INSEE code.
    pub departments: Option<Vec<String>>,
    /// Only buyers, or only suppliers.
    pub role: Option<OrganisationRole>,
}

impl OrganisationFilterInput {
    /// The filter of the store.
    ///
    /// # Errors
    /// When the SIRET is not one or a department is unknown.
    pub fn check(self) -> Result<OrganisationFilter> {
        let siret = self.siret.map(|text| {
            Siret::parse(&text)
                .ok_or_else(|| bad_argument("`siret` must be 14 digits with a right check digit"))
        });
        let departments = each("departments", self.departments, department)?;
        Ok(OrganisationFilter {
            name: self.name,
            siret: siret.transpose()?,
            departments,
            role: self.role.map(Into::into),
        })
    }
}
