//! Defects met while decoding the current document of a notice, or a document without notice.

use sea_orm::entity::prelude::*;

/// One defect.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decode_issue")]
pub struct Model {
    /// The document.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// Order within the document.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The notice, if there is one.
    pub notice_id: Option<Uuid>,
    /// What is wrong.
    pub kind: String,
    /// Where in the document.
    pub path: String,
    /// What was met and what was done about it.
    pub message: String,
    /// When the document was received first.
    pub seen_at: DateTimeUtc,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
