//! The log of what changed in lots: dense positions in the order of commits.

use sea_orm::entity::prelude::*;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// 1, 2, 3 … without a gap.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// The lot.
    pub lot_id: Uuid,
    /// The notice that caused it.
    pub notice_id: Uuid,
    /// What happened.
    pub kind: String,
    /// `Vec<FieldChange>` as JSON.
    #[sea_orm(column_type = "Text")]
    pub changes: String,
    /// When it was recorded.
    pub recorded_at: DateTimeUtc,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
