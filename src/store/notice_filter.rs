//! Which notices are wanted, as SQL.

use chrono::NaiveDate;
use passerelle_entity::{decode_issue, notice, notice_party};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait as _, Condition};

use super::notices::name;
use crate::domain::ids::OrganisationId;
use crate::domain::notice::{Family, FormType};
use crate::domain::source::Source;

/// Which notices are wanted. Empty lists and `None` ask for nothing.
#[derive(Clone, Debug, Default)]
pub struct NoticeFilter {
    /// Any of these sources.
    pub sources: Vec<Source>,
    /// Any of these forms.
    pub form_types: Vec<FormType>,
    /// Any of these families.
    pub families: Vec<Family>,
    /// Any of these buyers.
    pub buyers: Vec<OrganisationId>,
    /// First day of publication.
    pub published_from: Option<NaiveDate>,
    /// Last day of publication.
    pub published_to: Option<NaiveDate>,
    /// Only notices the source no longer lists, or only those it does.
    pub is_missing: Option<bool>,
    /// Only notices that were read with issues, or only those without.
    pub has_issues: Option<bool>,
}

impl NoticeFilter {
    pub(crate) fn condition(&self) -> Condition {
        let mut all = Condition::all();
        if !self.sources.is_empty() {
            let sources = self.sources.iter().map(|source| source.as_str());
            all = all.add(notice::Column::Source.is_in(sources));
        }
        if !self.form_types.is_empty() {
            all = all.add(
                notice::Column::FormType.is_in(self.form_types.iter().map(|&form| name(form))),
            );
        }
        if !self.families.is_empty() {
            let families = self.families.iter().map(|family| family.as_str());
            all = all.add(notice::Column::Family.is_in(families));
        }
        if !self.buyers.is_empty() {
            let named = Query::select()
                .column(notice_party::Column::NoticeId)
                .from(notice_party::Entity)
                .and_where(
                    notice_party::Column::OrganisationId
                        .is_in(self.buyers.iter().map(|buyer| buyer.uuid())),
                )
                .and_where(notice_party::Column::Role.eq("BUYER"))
                .to_owned();
            all = all.add(notice::Column::Id.in_subquery(named));
        }
        if let Some(day) = self.published_from {
            all = all.add(notice::Column::PublishedOn.gte(day));
        }
        if let Some(day) = self.published_to {
            all = all.add(notice::Column::PublishedOn.lte(day));
        }
        if let Some(is_missing) = self.is_missing {
            let missing = notice::Column::MissingSince;
            all = all.add(if is_missing { missing.is_not_null() } else { missing.is_null() });
        }
        if let Some(has_issues) = self.has_issues {
            let defective = Query::select()
                .expr(Expr::value(1))
                .from(decode_issue::Entity)
                .and_where(
                    Expr::col((decode_issue::Entity, decode_issue::Column::NoticeId))
                        .equals((notice::Entity, notice::Column::Id)),
                )
                .to_owned();
            let exists = Expr::exists(defective);
            all = all.add(if has_issues { exists } else { exists.not() });
        }
        all
    }
}
