//! Lots as they stand now. `state` is the whole truth; the other columns and the `lot_*` tables
//! are what filters and orders need of it.

use sea_orm::entity::prelude::*;

/// One lot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lot")]
pub struct Model {
    /// Deterministic id of procurement and lot key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The procurement.
    pub procedure_id: Uuid,
    /// The notice that holds now.
    pub notice_id: Uuid,
    /// Source of that notice.
    pub source: String,
    /// Key within the procurement.
    pub key: String,
    /// `PLANNED`, `CALLED`, `CONCLUDED`.
    pub stage: String,
    /// `AWARDED`, `UNSUCCESSFUL`, `CANCELLED`.
    pub outcome: Option<String>,
    /// Publication day of the result.
    pub outcome_on: Option<Date>,
    /// Publication day; 1970-01-01 when unknown.
    pub published_on: Date,
    /// The deadline, when an instant is known.
    pub deadline_at: Option<DateTimeUtc>,
    /// Until when it can be answered; 9999-12-31 when nothing is known.
    pub open_until: DateTimeUtc,
    /// Estimated value in euro cents; -1 when unknown, so that every lot has its place in lists.
    pub amount_cents: i64,
    /// Kinds of supplier the law does not bar, as bits.
    pub open_to: i32,
    /// Which fields are filled, as bits.
    pub filled: i32,
    /// `LotState` as JSON.
    #[sea_orm(column_type = "Text")]
    pub state: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
