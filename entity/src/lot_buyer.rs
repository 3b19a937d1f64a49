//! Buyers of lots, to filter by.

use sea_orm::entity::prelude::*;

/// One buyer of one lot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lot_buyer")]
pub struct Model {
    /// The lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lot_id: Uuid,
    /// The buyer.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
