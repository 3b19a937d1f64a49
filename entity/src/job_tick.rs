//! Last tick of each scheduled job: replicas agree on who runs it by updating this row.

use sea_orm::entity::prelude::*;

/// One job.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_tick")]
pub struct Model {
    /// Name of the job.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job: String,
    /// The last scheduled instant that was taken.
    pub last_tick: DateTimeUtc,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
