//! Procurements over all their notices.

use sea_orm::entity::prelude::*;

/// One procurement.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "procedure")]
pub struct Model {
    /// Deterministic id of its BT-04, or of its first notice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// BT-04.
    pub folder: Option<Uuid>,
    /// Title.
    pub title: Option<String>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
