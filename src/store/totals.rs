//! How much is stored.

use passerelle_entity::{contract, document, event, lot, notice};
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};

use super::StoreError;

/// Rows of the tables that people ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Documents as received.
    pub documents: u64,
    /// Notices.
    pub notices: u64,
    /// Lots as they stand.
    pub lots: u64,
    /// Contracts.
    pub contracts: u64,
    /// Events of the log.
    pub events: u64,
}

/// Counts everything, without a bound: a second or so for a million rows.
///
/// # Errors
/// When the database fails.
pub async fn count(conn: &impl ConnectionTrait) -> Result<Totals, StoreError> {
    Ok(Totals {
        documents: document::Entity::find().count(conn).await?,
        notices: notice::Entity::find().count(conn).await?,
        lots: lot::Entity::find().count(conn).await?,
        contracts: contract::Entity::find().count(conn).await?,
        events: event::Entity::find().count(conn).await?,
    })
}
