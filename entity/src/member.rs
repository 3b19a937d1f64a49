//! People who use the program under their name.

use sea_orm::entity::prelude::*;

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "member")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name of the person.
    pub name: String,
    /// `OFFICER`, `COMPANY` or `FACILITATOR`.
    pub role: String,
    /// Name of the organisation.
    pub organisation: String,
    /// SIRET of the organisation.
    pub siret: Option<String>,
    /// When the person was entered.
    pub created_at: DateTimeUtc,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
