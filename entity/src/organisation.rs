//! Organisations, named as in the latest notice that names them.

use sea_orm::entity::prelude::*;

/// One organisation.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// Deterministic id of its SIRET, or of its name and postal code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// Name folded for search: lower case, no accents.
    pub folded_name: String,
    /// SIRET, when valid.
    pub siret: Option<String>,
    /// Department of its address.
    pub department: Option<String>,
    /// Legal type of a buyer (BT-11).
    pub legal_type: Option<String>,
    /// Whether it bought in some notice.
    pub is_buyer: bool,
    /// Whether it won in some notice.
    pub is_supplier: bool,
    /// Address as JSON.
    #[sea_orm(column_type = "Text")]
    pub place: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
