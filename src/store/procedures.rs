//! Procurements.

use std::collections::HashMap;

use passerelle_entity::{lot, notice, procedure};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::lot_filter::LotFilter;
use super::{CHUNK, StoreError, Transaction};
use crate::domain::ids::ProcedureId;
use crate::domain::procedure::Procedure;

/// What lists show of a procurement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcedureSummary {
    /// Its id.
    pub id: ProcedureId,
    /// BT-04.
    pub folder: Option<Uuid>,
    /// Title.
    pub title: Option<String>,
}

/// Writes procurements, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &Transaction, procedures: &[Procedure]) -> Result<(), StoreError> {
    for chunk in procedures.chunks(CHUNK) {
        let rows = chunk.iter().map(|one| procedure::ActiveModel {
            id: Set(one.id.uuid()),
            folder: Set(one.folder),
            title: Set(one.title.clone()),
        });
        let replace = OnConflict::column(procedure::Column::Id)
            .update_columns([procedure::Column::Folder, procedure::Column::Title])
            .to_owned();
        procedure::Entity::insert_many(rows)
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// Deletes those of these procurements that no notice belongs to any more.
///
/// # Errors
/// When the database fails.
pub async fn delete_empty(tx: &Transaction, ids: &[ProcedureId]) -> Result<(), StoreError> {
    let notices = Query::select()
        .expr(Expr::value(1))
        .from(notice::Entity)
        .and_where(
            Expr::col((notice::Entity, notice::Column::ProcedureId))
                .equals((procedure::Entity, procedure::Column::Id)),
        )
        .to_owned();
    for chunk in ids.chunks(CHUNK) {
        procedure::Entity::delete_many()
            .filter(procedure::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .filter(Expr::exists(notices.clone()).not())
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Procurements by id.
///
/// # Errors
/// When the database fails.
pub async fn find(
    conn: &impl ConnectionTrait,
    ids: &[ProcedureId],
) -> Result<HashMap<ProcedureId, ProcedureSummary>, StoreError> {
    let mut found = HashMap::new();
    for chunk in ids.chunks(CHUNK) {
        let rows = procedure::Entity::find()
            .filter(procedure::Column::Id.is_in(chunk.iter().map(|id| id.uuid())))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| {
            let id = ProcedureId::from_uuid(row.id);
            (id, ProcedureSummary { id, folder: row.folder, title: row.title })
        }));
    }
    Ok(found)
}

/// Procurements that have a lot that fits, in the order of their ids, after one of them.
///
/// # Errors
/// When the database fails.
pub async fn with_lots(
    conn: &impl ConnectionTrait,
    lots: &LotFilter,
    after: Option<ProcedureId>,
    limit: u64,
) -> Result<Vec<ProcedureId>, StoreError> {
    let mut select = lot::Entity::find()
        .select_only()
        .column(lot::Column::ProcedureId)
        .distinct()
        .filter(lots.condition(conn.get_database_backend()))
        .order_by_asc(lot::Column::ProcedureId)
        .limit(limit);
    if let Some(after) = after {
        select = select.filter(lot::Column::ProcedureId.gt(after.uuid()));
    }
    let ids: Vec<Uuid> = select.into_tuple().all(conn).await?;
    Ok(ids.into_iter().map(ProcedureId::from_uuid).collect())
}
