//! Published documents, decoded: what lists and loaders read. The whole notice with its findings
//! stands in [`notice_body`](super::notice_body).

use sea_orm::entity::prelude::*;

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice")]
pub struct Model {
    /// Deterministic id of source and source identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// `BOAMP`, `TED`, `DECP`.
    pub source: String,
    /// The source's identifier.
    pub source_id: String,
    /// The document that holds.
    pub digest: String,
    /// Hash of the decoded notice and its findings.
    pub content_hash: String,
    /// The procurement it belongs to.
    pub procedure_id: Uuid,
    /// BT-04.
    pub folder: Option<Uuid>,
    /// The notice it continues, stored or not.
    pub parent_id: Option<Uuid>,
    /// What the document does.
    pub form_type: String,
    /// The source's own name of the form.
    pub notice_type: Option<String>,
    /// BOAMP family.
    pub family: Option<String>,
    /// Day of publication; 1970-01-01 when unknown, so that every notice has its place in lists.
    pub published_on: Date,
    /// Title.
    pub title: Option<String>,
    /// Works, supplies or services.
    pub nature: Option<String>,
    /// Page on the publisher's site.
    pub url: Option<String>,
    /// Where the documents of the consultation are.
    pub documents_url: Option<String>,
    /// First day on which the source no longer listed it.
    pub missing_since: Option<Date>,
}

/// None: rows are joined by the store's own statements.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
