//! Ticks of scheduled jobs: replicas agree on who runs a tick by one conditional update.

use chrono::{DateTime, Utc};
use passerelle_entity::job_tick;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::{StoreError, Transaction};

/// Takes a tick of a job. Of all processes that try, one gets `true`.
///
/// # Errors
/// When the database fails.
pub async fn take_tick(
    tx: &Transaction,
    job: &str,
    tick: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let first = job_tick::ActiveModel {
        job: Set(job.to_owned()),
        last_tick: Set(DateTime::<Utc>::UNIX_EPOCH),
    };
    job_tick::Entity::insert(first)
        .on_conflict(OnConflict::column(job_tick::Column::Job).do_nothing().to_owned())
        .exec_without_returning(tx.conn())
        .await?;
    let taken = job_tick::Entity::update_many()
        .col_expr(job_tick::Column::LastTick, Expr::value(tick))
        .filter(job_tick::Column::Job.eq(job))
        .filter(job_tick::Column::LastTick.lt(tick))
        .exec(tx.conn())
        .await?;
    Ok(taken.rows_affected == 1)
}
