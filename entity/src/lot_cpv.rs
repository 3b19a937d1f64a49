//! CPV codes of lots, to filter by.

use sea_orm::entity::prelude::*;

/// One code of one lot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lot_cpv")]
pub struct Model {
    /// The lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lot_id: Uuid,
    /// Eight digits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
