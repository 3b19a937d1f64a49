//! The log of what changed in lots.

use chrono::{DateTime, Utc};
use passerelle_entity::{event, event_head};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{CHUNK, StoreError, Transaction};
use crate::domain::event::{LotEvent, LotEventKind, NewLotEvent};
use crate::domain::ids::{LotId, NoticeId};

/// The head of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Position of the last event; 0 when there is none.
    pub position: i64,
    /// Identity of this log: cursors of another one are refused.
    pub epoch: Uuid,
}

/// The head of the log.
///
/// # Errors
/// When the database fails.
pub async fn head(conn: &impl ConnectionTrait) -> Result<Head, StoreError> {
    let row = event_head::Entity::find_by_id(1).one(conn).await?;
    let row = row.ok_or_else(|| StoreError::corrupt("event_head", &1, "the row is missing"))?;
    Ok(Head { position: row.position, epoch: row.epoch })
}

/// Appends events in order and returns the new head's position. The transaction holds the head,
/// so no other one can take a position before this one commits.
///
/// # Errors
/// When the database fails.
pub async fn append(
    tx: &Transaction,
    events: &[NewLotEvent],
    recorded_at: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut position = head(tx.conn()).await?.position;
    if events.is_empty() {
        return Ok(position);
    }
    for chunk in events.chunks(CHUNK) {
        let rows: Vec<event::ActiveModel> = chunk
            .iter()
            .map(|new| {
                position += 1;
                event::ActiveModel {
                    position: Set(position),
                    lot_id: Set(new.lot.uuid()),
                    notice_id: Set(new.notice.uuid()),
                    kind: Set(new.kind.as_str().to_owned()),
                    changes: Set(serde_json::to_string(&new.changes).unwrap_or_default()),
                    recorded_at: Set(recorded_at),
                }
            })
            .collect();
        event::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    }
    event_head::Entity::update_many()
        .col_expr(event_head::Column::Position, Expr::value(position))
        .filter(event_head::Column::Id.eq(1))
        .exec(tx.conn())
        .await?;
    Ok(position)
}

/// Events after a position, in order.
///
/// # Errors
/// When the database fails.
pub async fn after(
    conn: &impl ConnectionTrait,
    position: i64,
    limit: u64,
) -> Result<Vec<LotEvent>, StoreError> {
    let rows = event::Entity::find()
        .filter(event::Column::Position.gt(position))
        .order_by_asc(event::Column::Position)
        .limit(limit)
        .all(conn)
        .await?;
    Ok(rows.iter().filter_map(read).collect())
}

fn read(row: &event::Model) -> Option<LotEvent> {
    Some(LotEvent {
        position: row.position,
        recorded_at: row.recorded_at,
        event: NewLotEvent {
            lot: LotId::from_uuid(row.lot_id),
            notice: NoticeId::from_uuid(row.notice_id),
            kind: LotEventKind::parse(&row.kind)?,
            changes: serde_json::from_str(&row.changes).unwrap_or_default(),
        },
    })
}
