//! Days of feeds: which were read whole, and when. The resume point of a pull.

use sea_orm::entity::prelude::*;

/// One day of one feed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_day")]
pub struct Model {
    /// Name of the feed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub feed: String,
    /// Day of publication.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// When the day was last read whole.
    pub read_at: DateTimeUtc,
    /// Notices listed then.
    pub listed: i64,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
