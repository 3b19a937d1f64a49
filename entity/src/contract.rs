//! Signed contracts. `state` is the whole truth; the other columns and `contract_party` are what
//! filters and orders need of it.

use sea_orm::entity::prelude::*;

/// One contract.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contract")]
pub struct Model {
    /// Deterministic id of the buyer and the buyer's own identifier of the contract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// SIRET of the buyer and identifier, written together.
    pub uid: String,
    /// `MARKET`, `CONCESSION`.
    pub kind: String,
    /// Day of notification or signature; 1970-01-01 when unknown.
    pub notified_on: Date,
    /// Last day on which something of it was published; 1970-01-01 when unknown.
    pub published_on: Date,
    /// Amount as it stands in euro cents; -1 when unknown or not believed.
    pub amount_cents: i64,
    /// CPV code, eight digits.
    pub cpv: Option<String>,
    /// Department of performance, INSEE code.
    pub department: Option<String>,
    /// Social considerations: `NOT_FILLED`, `NONE`, `STATED`, `UNREAD`.
    pub social: String,
    /// Kinds of social consideration, as bits.
    pub social_kinds: i32,
    /// Which fields are filled, as bits.
    pub filled: i32,
    /// `Contract` as JSON.
    #[sea_orm(column_type = "Text")]
    pub state: String,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
