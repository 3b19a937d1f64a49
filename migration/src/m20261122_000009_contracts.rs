//! Signed contracts, who stands in them, and which documents tell of them.

use sea_orm_migration::prelude::*;

use crate::{belongs_to, bytewise, index, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let contract = Table::create()
            .table("contract")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(bytewise(manager, required("uid", ColumnType::Text)))
            .col(required("kind", ColumnType::Text))
            .col(required("notified_on", ColumnType::Date))
            .col(required("published_on", ColumnType::Date))
            .col(required("amount_cents", ColumnType::BigInteger))
            .col(bytewise(manager, optional("cpv", ColumnType::Char(Some(8)))))
            .col(optional("department", ColumnType::Text))
            .col(required("social", ColumnType::Text))
            .col(required("social_kinds", ColumnType::Integer))
            .col(required("state", ColumnType::Text))
            .to_owned();
        manager.create_table(contract).await?;
        for column in ["notified_on", "published_on", "amount_cents", "cpv", "department"] {
            manager.create_index(index("contract", &[column, "id"])).await?;
        }
        manager.create_index(index("contract", &["uid"])).await?;
        manager.create_index(index("contract", &["social", "notified_on"])).await?;
        let party = Table::create()
            .table("contract_party")
            .col(required("contract_id", ColumnType::Uuid))
            .col(required("role", ColumnType::Text))
            .col(required("organisation_id", ColumnType::Uuid))
            .primary_key(Index::create().col("contract_id").col("role").col("organisation_id"))
            .foreign_key(&mut belongs_to("contract_party", "contract_id", "contract"))
            .to_owned();
        manager.create_table(party).await?;
        let by_organisation = index("contract_party", &["organisation_id", "role", "contract_id"]);
        manager.create_index(by_organisation).await?;
        let column = optional("contract_id", ColumnType::Uuid);
        manager.alter_table(Table::alter().table("document").add_column(column).to_owned()).await?;
        manager.create_index(index("document", &["contract_id"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_contract =
            Index::drop().name("ix_document_contract_id").table("document").to_owned();
        manager.drop_index(by_contract).await?;
        let table = Table::alter().table("document").drop_column("contract_id").to_owned();
        manager.alter_table(table).await?;
        for table in ["contract_party", "contract"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
