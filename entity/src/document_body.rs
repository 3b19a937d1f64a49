//! Bytes of documents, compressed, by digest: kept so that a better decoder can be run again.

use sea_orm::entity::prelude::*;

/// The bytes of one document.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document_body")]
pub struct Model {
    /// SHA-256 of the bytes, hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// The bytes, compressed with zstd.
    pub body: Vec<u8>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
