//! Procurements, notices, and the organisations they name.

use sea_orm_migration::prelude::*;

use crate::{belongs_to, bytewise, index, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let procedure = Table::create()
            .table("procedure")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(optional("folder", ColumnType::Uuid))
            .col(optional("title", ColumnType::Text))
            .to_owned();
        manager.create_table(procedure).await?;
        let notice = Table::create()
            .table("notice")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(required("source", ColumnType::Text))
            .col(required("source_id", ColumnType::Text))
            .col(required("digest", ColumnType::Char(Some(64))))
            .col(required("content_hash", ColumnType::Char(Some(64))))
            .col(required("procedure_id", ColumnType::Uuid))
            .col(optional("folder", ColumnType::Uuid))
            .col(optional("parent_id", ColumnType::Uuid))
            .col(required("form_type", ColumnType::Text))
            .col(optional("notice_type", ColumnType::Text))
            .col(optional("family", ColumnType::Text))
            .col(required("published_on", ColumnType::Date))
            .col(optional("title", ColumnType::Text))
            .col(optional("nature", ColumnType::Text))
            .col(optional("url", ColumnType::Text))
            .col(optional("documents_url", ColumnType::Text))
            .col(optional("missing_since", ColumnType::Date))
            .foreign_key(&mut belongs_to("notice", "procedure_id", "procedure"))
            .to_owned();
        manager.create_table(notice).await?;
        manager.create_index(index("notice", &["source", "source_id"]).unique().to_owned()).await?;
        manager.create_index(index("notice", &["published_on", "id"])).await?;
        for column in ["procedure_id", "folder", "parent_id"] {
            manager.create_index(index("notice", &[column])).await?;
        }
        let body = Table::create()
            .table("notice_body")
            .col(required("notice_id", ColumnType::Uuid).primary_key())
            .col(required("body", ColumnType::Blob))
            .foreign_key(&mut belongs_to("notice_body", "notice_id", "notice"))
            .to_owned();
        manager.create_table(body).await?;
        let organisation = Table::create()
            .table("organisation")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(required("name", ColumnType::Text))
            .col(bytewise(manager, required("folded_name", ColumnType::Text)))
            .col(optional("siret", ColumnType::Text))
            .col(optional("department", ColumnType::Text))
            .col(optional("legal_type", ColumnType::Text))
            .col(required("is_buyer", ColumnType::Boolean))
            .col(required("is_supplier", ColumnType::Boolean))
            .col(required("place", ColumnType::Text))
            .to_owned();
        manager.create_table(organisation).await?;
        manager.create_index(index("organisation", &["folded_name", "id"])).await?;
        manager.create_index(index("organisation", &["siret"])).await?;
        let party = Table::create()
            .table("notice_party")
            .col(required("notice_id", ColumnType::Uuid))
            .col(required("position", ColumnType::Integer))
            .col(required("role", ColumnType::Text))
            .col(required("organisation_id", ColumnType::Uuid))
            .col(required("published_on", ColumnType::Date))
            .col(optional("legal_type", ColumnType::Text))
            .col(required("party", ColumnType::Text))
            .primary_key(Index::create().col("notice_id").col("position"))
            .foreign_key(&mut belongs_to("notice_party", "notice_id", "notice"))
            .to_owned();
        manager.create_table(party).await?;
        // Organisations are computed from their latest rows: of any kind, by role, with a legal type.
        let connection = manager.get_connection();
        for index in [
            "CREATE INDEX ix_notice_party_latest ON notice_party (organisation_id, published_on, notice_id)",
            "CREATE INDEX ix_notice_party_role ON notice_party (organisation_id, role, published_on, notice_id)",
            "CREATE INDEX ix_notice_party_legal_type ON notice_party (organisation_id, published_on, notice_id) WHERE legal_type IS NOT NULL",
        ] {
            connection.execute_unprepared(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["notice_party", "organisation", "notice_body", "notice", "procedure"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
