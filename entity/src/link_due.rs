//! Buyers whose documents must be compared again.

use sea_orm::entity::prelude::*;

/// One buyer.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_due")]
pub struct Model {
    /// `siren:` and nine digits, or `name:`, department, colon and folded name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub buyer: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
