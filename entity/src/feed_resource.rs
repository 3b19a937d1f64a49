//! Validators of fetched resources, for conditional requests.

use sea_orm::entity::prelude::*;

/// One resource.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_resource")]
pub struct Model {
    /// Its address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub url: String,
    /// `ETag` as received.
    pub etag: Option<String>,
    /// `Last-Modified` as received.
    pub last_modified: Option<String>,
    /// Digest of the document it gave.
    pub digest: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
