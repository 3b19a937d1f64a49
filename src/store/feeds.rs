//! Feeds: their beginnings and runs, the days read whole, the validators of what was fetched.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use passerelle_entity::{feed_day, feed_resource, feed_run, feed_start};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{CHUNK, StoreError, Transaction};

/// One run of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedRun {
    /// Its id.
    pub id: Uuid,
    /// Name of the feed.
    pub feed: String,
    /// First day asked for.
    pub since: NaiveDate,
    /// Last day asked for.
    pub until: NaiveDate,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended, or was found dead.
    pub finished_at: Option<DateTime<Utc>>,
    /// Whether it was cut off: told to stop, or dead.
    pub interrupted: bool,
    /// Requests sent.
    pub requests: i64,
    /// Documents received.
    pub documents: i64,
    /// Notices new or changed.
    pub changed: i64,
    /// Days read whole.
    pub days: i64,
    /// Days that could not be read whole.
    pub failed_days: i64,
    /// The last error.
    pub error: Option<String>,
}

/// Writes a run as it stands now.
///
/// # Errors
/// When the database fails.
pub async fn write_run(tx: &Transaction, run: &FeedRun) -> Result<(), StoreError> {
    let row = feed_run::ActiveModel {
        id: Set(run.id),
        feed: Set(run.feed.clone()),
        since: Set(run.since),
        until: Set(run.until),
        started_at: Set(run.started_at),
        finished_at: Set(run.finished_at),
        interrupted: Set(run.interrupted),
        requests: Set(run.requests),
        documents: Set(run.documents),
        changed: Set(run.changed),
        days: Set(run.days),
        failed_days: Set(run.failed_days),
        error: Set(run.error.clone()),
    };
    let replace = OnConflict::column(feed_run::Column::Id)
        .update_columns([
            feed_run::Column::FinishedAt,
            feed_run::Column::Interrupted,
            feed_run::Column::Requests,
            feed_run::Column::Documents,
            feed_run::Column::Changed,
            feed_run::Column::Days,
            feed_run::Column::FailedDays,
            feed_run::Column::Error,
        ])
        .to_owned();
    feed_run::Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Closes the runs of a feed that are open: their process died. One that lives all the same, in
/// another process, opens its run again when it writes the next day.
///
/// # Errors
/// When the database fails.
pub async fn close_open_runs(
    tx: &Transaction,
    feed: &str,
    at: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let closed = feed_run::Entity::update_many()
        .col_expr(feed_run::Column::FinishedAt, Expr::value(at))
        .col_expr(feed_run::Column::Interrupted, Expr::value(true))
        .filter(feed_run::Column::Feed.eq(feed))
        .filter(feed_run::Column::FinishedAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(closed.rows_affected)
}

/// The first day that a feed owes, once it was pulled.
///
/// # Errors
/// When the database fails.
pub async fn owed_since(
    conn: &impl ConnectionTrait,
    feed: &str,
) -> Result<Option<NaiveDate>, StoreError> {
    let row = feed_start::Entity::find_by_id(feed.to_owned()).one(conn).await?;
    Ok(row.map(|row| row.since))
}

/// Writes the first day that a feed owes.
///
/// # Errors
/// When the database fails.
pub async fn write_owed_since(
    tx: &Transaction,
    feed: &str,
    since: NaiveDate,
) -> Result<(), StoreError> {
    let row = feed_start::ActiveModel { feed: Set(feed.to_owned()), since: Set(since) };
    let replace = OnConflict::column(feed_start::Column::Feed)
        .update_column(feed_start::Column::Since)
        .to_owned();
    feed_start::Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The last runs of a feed, newest first.
///
/// # Errors
/// When the database fails.
pub async fn runs(
    conn: &impl ConnectionTrait,
    feed: &str,
    limit: u64,
) -> Result<Vec<FeedRun>, StoreError> {
    let rows = feed_run::Entity::find()
        .filter(feed_run::Column::Feed.eq(feed))
        .order_by_desc(feed_run::Column::StartedAt)
        .limit(limit)
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| FeedRun {
            id: row.id,
            feed: row.feed,
            since: row.since,
            until: row.until,
            started_at: row.started_at,
            finished_at: row.finished_at,
            interrupted: row.interrupted,
            requests: row.requests,
            documents: row.documents,
            changed: row.changed,
            days: row.days,
            failed_days: row.failed_days,
            error: row.error,
        })
        .collect())
}

/// A day that was read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadDay {
    /// The day.
    pub day: NaiveDate,
    /// When it was last read whole.
    pub read_at: DateTime<Utc>,
    /// Notices listed then.
    pub listed: i64,
}

/// Days of a feed that were read whole, within bounds.
///
/// # Errors
/// When the database fails.
pub async fn days(
    conn: &impl ConnectionTrait,
    feed: &str,
    since: NaiveDate,
    until: NaiveDate,
) -> Result<Vec<ReadDay>, StoreError> {
    let rows = feed_day::Entity::find()
        .filter(feed_day::Column::Feed.eq(feed))
        .filter(feed_day::Column::Day.gte(since))
        .filter(feed_day::Column::Day.lte(until))
        .order_by_asc(feed_day::Column::Day)
        .all(conn)
        .await?;
    Ok(rows.iter().map(read_day).collect())
}

/// The day of a feed that was read whole last.
///
/// # Errors
/// When the database fails.
pub async fn latest_day(
    conn: &impl ConnectionTrait,
    feed: &str,
) -> Result<Option<ReadDay>, StoreError> {
    let row = feed_day::Entity::find()
        .filter(feed_day::Column::Feed.eq(feed))
        .order_by_desc(feed_day::Column::ReadAt)
        .one(conn)
        .await?;
    Ok(row.as_ref().map(read_day))
}

/// The newest day of a feed that was read whole.
///
/// # Errors
/// When the database fails.
pub async fn newest_day(
    conn: &impl ConnectionTrait,
    feed: &str,
) -> Result<Option<NaiveDate>, StoreError> {
    let row = feed_day::Entity::find()
        .filter(feed_day::Column::Feed.eq(feed))
        .order_by_desc(feed_day::Column::Day)
        .one(conn)
        .await?;
    Ok(row.map(|row| row.day))
}

fn read_day(row: &feed_day::Model) -> ReadDay {
    ReadDay { day: row.day, read_at: row.read_at, listed: row.listed }
}

/// Notes that a day was read whole.
///
/// # Errors
/// When the database fails.
pub async fn write_day(tx: &Transaction, feed: &str, day: ReadDay) -> Result<(), StoreError> {
    let row = feed_day::ActiveModel {
        feed: Set(feed.to_owned()),
        day: Set(day.day),
        read_at: Set(day.read_at),
        listed: Set(day.listed),
    };
    let replace = OnConflict::columns([feed_day::Column::Feed, feed_day::Column::Day])
        .update_columns([feed_day::Column::ReadAt, feed_day::Column::Listed])
        .to_owned();
    feed_day::Entity::insert(row).on_conflict(replace).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// What a server said of a resource, to ask only for what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its address.
    pub url: String,
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
    /// Digest of the document it gave.
    pub digest: String,
}

/// Resources by address.
///
/// # Errors
/// When the database fails.
pub async fn resources(
    conn: &impl ConnectionTrait,
    urls: &[String],
) -> Result<HashMap<String, Resource>, StoreError> {
    let mut found = HashMap::new();
    for chunk in urls.chunks(CHUNK) {
        let rows = feed_resource::Entity::find()
            .filter(feed_resource::Column::Url.is_in(chunk))
            .all(conn)
            .await?;
        found.extend(rows.into_iter().map(|row| {
            let feed_resource::Model { url, etag, last_modified, digest } = row;
            (url.clone(), Resource { url, etag, last_modified, digest })
        }));
    }
    Ok(found)
}

/// Writes resources, new or changed.
///
/// # Errors
/// When the database fails.
pub async fn write_resources(tx: &Transaction, resources: &[Resource]) -> Result<(), StoreError> {
    for chunk in resources.chunks(CHUNK) {
        let rows = chunk.iter().map(|resource| feed_resource::ActiveModel {
            url: Set(resource.url.clone()),
            etag: Set(resource.etag.clone()),
            last_modified: Set(resource.last_modified.clone()),
            digest: Set(resource.digest.clone()),
        });
        let replace = OnConflict::column(feed_resource::Column::Url)
            .update_columns([
                feed_resource::Column::Etag,
                feed_resource::Column::LastModified,
                feed_resource::Column::Digest,
            ])
            .to_owned();
        feed_resource::Entity::insert_many(rows)
            .on_conflict(replace)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}
