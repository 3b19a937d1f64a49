//! Contracts and the procurement, where possible the lot, they were signed for.

use sea_orm::entity::prelude::*;

/// The link of one contract.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract_link")]
pub struct Model {
    /// The contract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: Uuid,
    /// The procurement.
    pub procedure_id: Uuid,
    /// The lot, unless several fit as well.
    pub lot_id: Option<Uuid>,
    /// 0 to 100.
    pub score: i16,
    /// What speaks for it and against it, as JSON.
    pub signals: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
