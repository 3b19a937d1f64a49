//! Notices that belong together although no identifier says so.

use sea_orm::entity::prelude::*;

/// One pair.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_link")]
pub struct Model {
    /// The notice that continues, repeats or announces.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_id: Uuid,
    /// The one that it continues, repeats or announces.
    #[sea_orm(primary_key, auto_increment = false)]
    pub to_id: Uuid,
    /// `REPEATS`, `CONTINUES`, `ANNOUNCES`.
    pub kind: String,
    /// 0 to 100.
    pub score: i16,
    /// Whether both are one procurement.
    pub joins: bool,
    /// What speaks for it and against it, as JSON.
    pub signals: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
