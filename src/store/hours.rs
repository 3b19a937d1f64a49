//! Hours of insertion that lots ask for, as their clauses say.

use passerelle_entity::{lot, lot_finding};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::StoreError;
use super::lot_filter::LotFilter;
use crate::domain::finding::FindingKind;

/// The hours a lot asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedHours {
    /// Hours over the whole contract, in hundredths.
    pub hundredths: i64,
    /// Estimated value of the lot excluding tax, in euro cents.
    pub amount_cents: Option<i64>,
}

/// The hours that the lots of a filter ask for, of the newest lots first, and at most so many. A
/// clause of the whole procurement counts for none of its lots: nobody knows how it is shared.
///
/// # Errors
/// When the database fails.
pub async fn stated(
    conn: &impl ConnectionTrait,
    filter: &LotFilter,
    most: u64,
) -> Result<Vec<StatedHours>, StoreError> {
    let findings = lot::Entity::belongs_to(lot_finding::Entity)
        .from(lot::Column::Id)
        .to(lot_finding::Column::LotId)
        .into();
    let hours = Expr::col((lot_finding::Entity, lot_finding::Column::Hours));
    let rows: Vec<(i64, i64)> = lot::Entity::find()
        .select_only()
        .column_as(hours, "hours")
        .column(lot::Column::AmountCents)
        .join(JoinType::InnerJoin, findings)
        .filter(filter.condition(conn.get_database_backend()))
        .filter(lot_finding::Column::Kind.eq(FindingKind::ExecutionClause.as_str()))
        .filter(lot_finding::Column::Hours.is_not_null())
        .order_by_desc(lot::Column::PublishedOn)
        .order_by_asc(lot::Column::Id)
        .limit(most)
        .into_tuple()
        .all(conn)
        .await?;
    let stated = |(hundredths, cents): (i64, i64)| StatedHours {
        hundredths,
        amount_cents: Some(cents).filter(|cents| *cents > 0),
    };
    Ok(rows.into_iter().map(stated).collect())
}
