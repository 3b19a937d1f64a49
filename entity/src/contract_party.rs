//! Buyers, holders and subcontractors of contracts, to filter by.

use sea_orm::entity::prelude::*;

/// One organisation in one contract in one role.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_party")]
pub struct Model {
    /// The contract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: Uuid,
    /// `BUYER`, `HOLDER`, `SUBCONTRACTOR`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: String,
    /// The organisation it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub organisation_id: Uuid,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
