//! Documents as received: what they are and when they were seen. The bytes stand in
//! [`document_body`](super::document_body), so that seeing a document again writes little.

use sea_orm::entity::prelude::*;

/// One document.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "document")]
pub struct Model {
    /// SHA-256 of the bytes, hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// Shape, for the decoder.
    pub format: String,
    /// Address or path it came from first.
    pub origin: String,
    /// Number of bytes before compression.
    pub size: i64,
    /// The notice it holds; nothing when it could not be decoded.
    pub notice_id: Option<Uuid>,
    /// The contract it tells of; nothing for a notice.
    pub contract_id: Option<Uuid>,
    /// When it was received first.
    pub first_seen_at: DateTimeUtc,
    /// When it was received last, or said to be as before.
    pub last_seen_at: DateTimeUtc,
    /// When a feed gave it last: of two documents of a notice the later one holds. Nothing for a
    /// file given by hand, which holds only where no feed gave the notice.
    pub fed_at: Option<DateTimeUtc>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
