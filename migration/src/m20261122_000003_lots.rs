//! Lots as they stand now, and what filters need of them.

use sea_orm_migration::prelude::*;

use crate::{belongs_to, bytewise, index, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [&str; 5] = ["lot_cpv", "lot_place", "lot_finding", "lot_buyer", "lot"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let lot = Table::create()
            .table("lot")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(required("procedure_id", ColumnType::Uuid))
            .col(required("notice_id", ColumnType::Uuid))
            .col(required("source", ColumnType::Text))
            .col(required("key", ColumnType::Text))
            .col(required("stage", ColumnType::Text))
            .col(optional("outcome", ColumnType::Text))
            .col(optional("outcome_on", ColumnType::Date))
            .col(required("published_on", ColumnType::Date))
            .col(optional("deadline_at", ColumnType::TimestampWithTimeZone))
            .col(required("open_until", ColumnType::TimestampWithTimeZone))
            .col(required("amount_cents", ColumnType::BigInteger))
            .col(required("open_to", ColumnType::Integer))
            .col(required("state", ColumnType::Text))
            .foreign_key(&mut belongs_to("lot", "procedure_id", "procedure"))
            .to_owned();
        manager.create_table(lot).await?;
        // One index for each order of the API, with the id that makes the order total.
        for column in ["published_on", "open_until", "amount_cents"] {
            manager.create_index(index("lot", &[column, "id"])).await?;
        }
        manager.create_index(index("lot", &["procedure_id"])).await?;
        manager.create_index(index("lot", &["notice_id"])).await?;
        let cpv = Table::create()
            .table("lot_cpv")
            .col(required("lot_id", ColumnType::Uuid))
            .col(bytewise(manager, required("code", ColumnType::Char(Some(8)))))
            .primary_key(Index::create().col("lot_id").col("code"))
            .foreign_key(&mut belongs_to("lot_cpv", "lot_id", "lot"))
            .to_owned();
        manager.create_table(cpv).await?;
        manager.create_index(index("lot_cpv", &["code", "lot_id"])).await?;
        let place = Table::create()
            .table("lot_place")
            .col(required("lot_id", ColumnType::Uuid))
            .col(required("position", ColumnType::Integer))
            .col(bytewise(manager, optional("nuts", ColumnType::Text)))
            .col(optional("department", ColumnType::Text))
            .col(optional("commune", ColumnType::Text))
            .col(optional("x", ColumnType::Double))
            .col(optional("y", ColumnType::Double))
            .col(optional("z", ColumnType::Double))
            .primary_key(Index::create().col("lot_id").col("position"))
            .foreign_key(&mut belongs_to("lot_place", "lot_id", "lot"))
            .to_owned();
        manager.create_table(place).await?;
        for column in ["department", "nuts", "commune"] {
            manager.create_index(index("lot_place", &[column, "lot_id"])).await?;
        }
        let finding = Table::create()
            .table("lot_finding")
            .col(required("lot_id", ColumnType::Uuid))
            .col(required("position", ColumnType::Integer))
            .col(required("kind", ColumnType::Text))
            .col(required("confidence", ColumnType::SmallInteger))
            .col(required("rule", ColumnType::Text))
            .col(optional("article", ColumnType::Text))
            .col(required("scope", ColumnType::Text))
            .primary_key(Index::create().col("lot_id").col("position"))
            .foreign_key(&mut belongs_to("lot_finding", "lot_id", "lot"))
            .to_owned();
        manager.create_table(finding).await?;
        manager.create_index(index("lot_finding", &["kind", "confidence", "lot_id"])).await?;
        manager.create_index(index("lot_finding", &["rule"])).await?;
        let buyer = Table::create()
            .table("lot_buyer")
            .col(required("lot_id", ColumnType::Uuid))
            .col(required("organisation_id", ColumnType::Uuid))
            .primary_key(Index::create().col("lot_id").col("organisation_id"))
            .foreign_key(&mut belongs_to("lot_buyer", "lot_id", "lot"))
            .to_owned();
        manager.create_table(buyer).await?;
        manager.create_index(index("lot_buyer", &["organisation_id", "lot_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
