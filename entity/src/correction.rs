//! What people say of findings.

use sea_orm::entity::prelude::*;

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "correction")]
pub struct Model {
    /// Identifier.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The lot; it may be gone.
    pub lot_id: Uuid,
    /// The kind of finding spoken of.
    pub kind: String,
    /// `RIGHT`, `WRONG` or `MISSING`.
    pub verdict: String,
    /// Why.
    pub reason: String,
    /// Words of the notice or of its documents that the person points to.
    pub quote: Option<String>,
    /// The rule that had made the finding.
    pub rule: Option<String>,
    /// Edition of the rules at that time.
    pub rules_version: String,
    /// Who says it.
    pub member_id: Uuid,
    /// When it was said.
    pub made_at: DateTimeUtc,
    /// Since when the same person says something else.
    pub replaced_at: Option<DateTimeUtc>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
