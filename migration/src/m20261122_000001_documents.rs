//! Documents as received, their bytes, and what was wrong with them.

use sea_orm_migration::prelude::*;

use crate::{belongs_to, index, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let document = Table::create()
            .table("document")
            .col(required("digest", ColumnType::Char(Some(64))).primary_key())
            .col(required("format", ColumnType::Text))
            .col(required("origin", ColumnType::Text))
            .col(required("size", ColumnType::BigInteger))
            .col(optional("notice_id", ColumnType::Uuid))
            .col(required("first_seen_at", ColumnType::TimestampWithTimeZone))
            .col(required("last_seen_at", ColumnType::TimestampWithTimeZone))
            .to_owned();
        manager.create_table(document).await?;
        manager.create_index(index("document", &["notice_id", "last_seen_at"])).await?;
        let body = Table::create()
            .table("document_body")
            .col(required("digest", ColumnType::Char(Some(64))).primary_key())
            .col(required("body", ColumnType::Blob))
            .foreign_key(&mut belongs_to("document_body", "digest", "document"))
            .to_owned();
        manager.create_table(body).await?;
        let issue = Table::create()
            .table("decode_issue")
            .col(required("digest", ColumnType::Char(Some(64))))
            .col(required("position", ColumnType::Integer))
            .col(optional("notice_id", ColumnType::Uuid))
            .col(required("kind", ColumnType::Text))
            .col(required("path", ColumnType::Text))
            .col(required("message", ColumnType::Text))
            .col(required("seen_at", ColumnType::TimestampWithTimeZone))
            .primary_key(Index::create().col("digest").col("position"))
            .foreign_key(&mut belongs_to("decode_issue", "digest", "document"))
            .to_owned();
        manager.create_table(issue).await?;
        manager.create_index(index("decode_issue", &["notice_id"])).await?;
        manager.create_index(index("decode_issue", &["kind"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["decode_issue", "document_body", "document"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
