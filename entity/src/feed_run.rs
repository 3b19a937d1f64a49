//! Runs of feeds, for people: when, how much, how it ended.

use sea_orm::entity::prelude::*;

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_run")]
pub struct Model {
    /// Random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name of the feed.
    pub feed: String,
    /// First day asked for.
    pub since: Date,
    /// Last day asked for.
    pub until: Date,
    /// When it began.
    pub started_at: DateTimeUtc,
    /// When it ended, or was found dead; nothing while it runs.
    pub finished_at: Option<DateTimeUtc>,
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

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
