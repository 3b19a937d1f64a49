//! Findings of lots, to filter and count by.

use sea_orm::entity::prelude::*;

/// One finding of one lot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lot_finding")]
pub struct Model {
    /// The lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lot_id: Uuid,
    /// Order within the lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// What was found.
    pub kind: String,
    /// 0 low, 1 medium, 2 high.
    pub confidence: i16,
    /// Rule of the rule book.
    pub rule: String,
    /// Article of law.
    pub article: Option<String>,
    /// `LOT` or `NOTICE`.
    pub scope: String,
    /// Hours of insertion that it asks of this lot, in hundredths.
    pub hours: Option<i64>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
