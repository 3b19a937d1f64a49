//! Whole decoded notices with their findings: folded into lots, and assessed again by new rules.

use sea_orm::entity::prelude::*;

/// One notice, whole.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_body")]
pub struct Model {
    /// The notice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub notice_id: Uuid,
    /// `AssessedNotice` as JSON, compressed with zstd.
    pub body: Vec<u8>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
