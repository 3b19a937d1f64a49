//! The head of the log. Its one row is locked by every writing transaction, which makes the
//! positions dense and their order the order of commits.

use sea_orm::entity::prelude::*;

/// The head.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Position of the last event.
    pub position: i64,
    /// Identity of this log: a rebuilt or restored one has another.
    pub epoch: Uuid,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
