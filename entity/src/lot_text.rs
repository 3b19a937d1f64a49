//! Words of lots, normalised: what full-text search looks into on both databases.

use sea_orm::entity::prelude::*;

/// The words of one lot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lot_text")]
pub struct Model {
    /// Number of the row: what the FTS5 index of SQLite points at.
    #[sea_orm(primary_key)]
    pub row: i64,
    /// The lot.
    #[sea_orm(unique)]
    pub lot_id: Uuid,
    /// Stemmed words without accents, separated by spaces.
    #[sea_orm(column_type = "Text")]
    pub words: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
