//! Organisations as notices name them.

use sea_orm::entity::prelude::*;

/// One organisation in one notice.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_party")]
pub struct Model {
    /// The notice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub notice_id: Uuid,
    /// Order within the notice.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// `BUYER` or `SUPPLIER`.
    pub role: String,
    /// The organisation it is.
    pub organisation_id: Uuid,
    /// Publication day of the notice, to find the latest name.
    pub published_on: Date,
    /// What kind of buyer it is in law, where the notice says so.
    pub legal_type: Option<String>,
    /// `Party` as JSON.
    #[sea_orm(column_type = "Text")]
    pub party: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
