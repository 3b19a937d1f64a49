//! Which lots are wanted, and the conditions that say so in SQL.

use chrono::{DateTime, NaiveDate, Utc};
use passerelle_entity::{lot, lot_buyer, lot_cpv, lot_finding, lot_place, lot_text};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, DatabaseBackend};

use super::condition::{in_branches, within};
use super::full_text::TextQuery;
use crate::domain::cpv::CpvPrefix;
use crate::domain::deadline::paris_day;
use crate::domain::finding::{Confidence, FindingKind};
use crate::domain::ids::{LotId, NoticeId, OrganisationId, ProcedureId};
use crate::domain::place::{Department, Nuts, Point};
use crate::domain::source::Source;
use crate::domain::supplier::SupplierKind;

/// A circle on the map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Its centre.
    pub centre: Point,
    /// Its radius in kilometres.
    pub radius_km: f64,
}

/// Which lots are wanted. Empty lists and `None` ask for nothing; conditions add up.
#[derive(Clone, Debug, Default)]
pub struct LotFilter {
    /// Words that all stand in the lot.
    pub text: Option<TextQuery>,
    /// A finding of any of these kinds.
    pub kinds: Vec<FindingKind>,
    /// A finding at least this sure (of the kinds asked for, or of any).
    pub min_confidence: Option<Confidence>,
    /// Any of these suppliers may answer or supply hours, or it is not known that they may not.
    pub eligible_for: Vec<SupplierKind>,
    /// A CPV code in any of these branches.
    pub cpv: Vec<CpvPrefix>,
    /// A place in any of these departments.
    pub departments: Vec<Department>,
    /// A place in any of these NUTS regions.
    pub nuts: Vec<Nuts>,
    /// A place in any of these communes (INSEE codes).
    pub communes: Vec<String>,
    /// A place within this circle.
    pub near: Option<Near>,
    /// Any of these buyers.
    pub buyers: Vec<OrganisationId>,
    /// Any of these sources.
    pub sources: Vec<Source>,
    /// At least this estimated value, in euro cents.
    pub amount_from: Option<i64>,
    /// At most this estimated value, in euro cents.
    pub amount_to: Option<i64>,
    /// Whether lots without an estimated value pass the amounts.
    pub include_unknown_amounts: bool,
    /// A deadline at or after this instant.
    pub deadline_from: Option<DateTime<Utc>>,
    /// A deadline before or at this instant.
    pub deadline_to: Option<DateTime<Utc>>,
    /// First day of publication.
    pub published_from: Option<NaiveDate>,
    /// Last day of publication.
    pub published_to: Option<NaiveDate>,
    /// Can be answered at this instant.
    pub open_at: Option<DateTime<Utc>>,
    /// Of these procurements.
    pub procedures: Vec<ProcedureId>,
    /// Held by any of these notices.
    pub notices: Vec<NoticeId>,
    /// Among these lots.
    pub ids: Vec<LotId>,
}

/// Mean radius of the earth in kilometres.
const EARTH_KM: f64 = 6_371.0;

/// The unit vector of a point.
pub(crate) fn unit_vector(point: Point) -> (f64, f64, f64) {
    let (latitude, longitude) = (point.latitude.to_radians(), point.longitude.to_radians());
    (latitude.cos() * longitude.cos(), latitude.cos() * longitude.sin(), latitude.sin())
}

impl LotFilter {
    /// The filter as a condition on `lot`.
    pub(crate) fn condition(&self, backend: DatabaseBackend) -> Condition {
        let mut all = Condition::all();
        if let Some(text) = &self.text {
            all = all.add(lot::Column::Id.in_subquery(matching(text, backend)));
        }
        if let Some(findings) = self.findings() {
            all = all.add(lot::Column::Id.in_subquery(findings));
        }
        if !self.eligible_for.is_empty() {
            let mask = self.eligible_for.iter().fold(0, |mask, kind| mask | kind.bit());
            all = all.add(Expr::col((lot::Entity, lot::Column::OpenTo)).bit_and(mask).ne(0));
        }
        if !self.cpv.is_empty() {
            all = all.add(lot::Column::Id.in_subquery(self.in_branches()));
        }
        for places in self.places() {
            let located = Query::select()
                .column(lot_place::Column::LotId)
                .from(lot_place::Entity)
                .cond_where(places)
                .to_owned();
            all = all.add(lot::Column::Id.in_subquery(located));
        }
        if !self.buyers.is_empty() {
            let bought = Query::select()
                .column(lot_buyer::Column::LotId)
                .from(lot_buyer::Entity)
                .and_where(
                    lot_buyer::Column::OrganisationId
                        .is_in(self.buyers.iter().map(|buyer| buyer.uuid())),
                )
                .to_owned();
            all = all.add(lot::Column::Id.in_subquery(bought));
        }
        self.add_own_columns(all)
    }

    /// Conditions on columns of `lot` itself.
    fn add_own_columns(&self, mut all: Condition) -> Condition {
        if !self.sources.is_empty() {
            let sources = self.sources.iter().map(|source| source.as_str());
            all = all.add(lot::Column::Source.is_in(sources));
        }
        let amounts = (self.amount_from, self.amount_to);
        let within = within(lot::Column::AmountCents, amounts, self.include_unknown_amounts);
        all = all.add_option(within);
        if let Some(from) = self.deadline_from {
            all = all.add(lot::Column::DeadlineAt.gte(from));
        }
        if let Some(to) = self.deadline_to {
            all = all.add(lot::Column::DeadlineAt.lte(to));
        }
        if let Some(from) = self.published_from {
            all = all.add(lot::Column::PublishedOn.gte(from));
        }
        if let Some(to) = self.published_to {
            all = all.add(lot::Column::PublishedOn.lte(to));
        }
        if let Some(at) = self.open_at {
            let day = paris_day(at);
            all = all
                .add(lot::Column::Stage.eq("CALLED"))
                .add(lot::Column::PublishedOn.lte(day))
                .add(lot::Column::OpenUntil.gt(at))
                .add(
                    Condition::any()
                        .add(lot::Column::Outcome.is_null())
                        .add(lot::Column::OutcomeOn.gt(day)),
                );
        }
        if !self.procedures.is_empty() {
            let ids = self.procedures.iter().map(|id| id.uuid());
            all = all.add(lot::Column::ProcedureId.is_in(ids));
        }
        if !self.notices.is_empty() {
            all = all.add(lot::Column::NoticeId.is_in(self.notices.iter().map(|id| id.uuid())));
        }
        if !self.ids.is_empty() {
            all = all.add(lot::Column::Id.is_in(self.ids.iter().map(|id| id.uuid())));
        }
        all
    }

    fn findings(&self) -> Option<SelectStatement> {
        if self.kinds.is_empty() && self.min_confidence.is_none() {
            return None;
        }
        let mut select = Query::select();
        select.column(lot_finding::Column::LotId).from(lot_finding::Entity);
        if !self.kinds.is_empty() {
            let kinds = self.kinds.iter().map(|kind| kind.as_str());
            select.and_where(lot_finding::Column::Kind.is_in(kinds));
        }
        if let Some(least) = self.min_confidence {
            select.and_where(lot_finding::Column::Confidence.gte(least as i16));
        }
        Some(select)
    }

    fn in_branches(&self) -> SelectStatement {
        let branches = in_branches(lot_cpv::Column::Code, &self.cpv);
        Query::select()
            .column(lot_cpv::Column::LotId)
            .from(lot_cpv::Entity)
            .cond_where(branches)
            .to_owned()
    }

    /// One condition for each way to name a place: they add up.
    fn places(&self) -> Vec<Condition> {
        let mut conditions = Vec::new();
        if !self.departments.is_empty() {
            let codes = self.departments.iter().map(Department::as_str);
            conditions.push(Condition::all().add(lot_place::Column::Department.is_in(codes)));
        }
        if !self.nuts.is_empty() {
            conditions.push(self.nuts.iter().fold(Condition::any(), |any, nuts| {
                any.add(lot_place::Column::Nuts.starts_with(nuts.as_str()))
            }));
        }
        if !self.communes.is_empty() {
            let codes = self.communes.iter().map(String::as_str);
            conditions.push(Condition::all().add(lot_place::Column::Commune.is_in(codes)));
        }
        if let Some(near) = self.near {
            let (x, y, z) = unit_vector(near.centre);
            let column = |column: lot_place::Column| Expr::col((lot_place::Entity, column));
            let product = column(lot_place::Column::X)
                .mul(x)
                .add(column(lot_place::Column::Y).mul(y))
                .add(column(lot_place::Column::Z).mul(z));
            conditions.push(Condition::all().add(product.gte((near.radius_km / EARTH_KM).cos())));
        }
        conditions
    }
}

/// The lots whose words match.
fn matching(text: &TextQuery, backend: DatabaseBackend) -> SelectStatement {
    let mut select = Query::select();
    select.column(lot_text::Column::LotId).from(lot_text::Entity);
    match backend {
        DatabaseBackend::Sqlite => select.and_where(Expr::cust_with_values(
            "row IN (SELECT rowid FROM lot_text_index WHERE lot_text_index MATCH ?)",
            [text.for_sqlite()],
        )),
        _ => select.and_where(Expr::cust_with_values(
            "vector @@ to_tsquery('simple', $1)",
            [text.for_postgres()],
        )),
    };
    select
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unit_vectors_measure_distances() {
        let montpellier = Point { latitude: 43.611, longitude: 3.877 };
        let nimes = Point { latitude: 43.837, longitude: 4.360 };
        let (a, b) = (unit_vector(montpellier), unit_vector(nimes));
        let angle = (a.0 * b.0 + a.1 * b.1 + a.2 * b.2).acos();
        assert!((angle * EARTH_KM - montpellier.distance_km(nimes)).abs() < 0.01);
    }
}
