//! Places of lots, to filter by. The point is a unit vector: a lot is within a radius when the
//! dot product with the centre is at least the cosine of the angle.

use sea_orm::entity::prelude::*;

/// One place of one lot.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "lot_place")]
pub struct Model {
    /// The lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub lot_id: Uuid,
    /// Order within the lot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// NUTS code.
    pub nuts: Option<String>,
    /// INSEE code of the department.
    pub department: Option<String>,
    /// INSEE code of the commune.
    pub commune: Option<String>,
    /// Unit vector of the commune's point.
    pub x: Option<f64>,
    /// Unit vector of the commune's point.
    pub y: Option<f64>,
    /// Unit vector of the commune's point.
    pub z: Option<f64>,
}

/// None.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
