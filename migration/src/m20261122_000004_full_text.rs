//! Words of lots. The words are normalised by the program, so both databases index them as they
//! are: FTS5 on SQLite, a generated `tsvector` of the `simple` configuration on PostgreSQL.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::{belongs_to, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The index is external to the table: triggers keep it in step, whoever writes or deletes rows.
const SQLITE: [&str; 4] = [
    "CREATE VIRTUAL TABLE lot_text_index USING fts5(words, content='lot_text', content_rowid='row', tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER lot_text_inserted AFTER INSERT ON lot_text BEGIN
        INSERT INTO lot_text_index(rowid, words) VALUES (new.row, new.words);
     END",
    "CREATE TRIGGER lot_text_deleted AFTER DELETE ON lot_text BEGIN
        INSERT INTO lot_text_index(lot_text_index, rowid, words) VALUES ('delete', old.row, old.words);
     END",
    "CREATE TRIGGER lot_text_updated AFTER UPDATE ON lot_text BEGIN
        INSERT INTO lot_text_index(lot_text_index, rowid, words) VALUES ('delete', old.row, old.words);
        INSERT INTO lot_text_index(rowid, words) VALUES (new.row, new.words);
     END",
];

const POSTGRES: [&str; 2] = [
    "ALTER TABLE lot_text ADD COLUMN vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED",
    "CREATE INDEX ix_lot_text_vector ON lot_text USING gin (vector)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let text = Table::create()
            .table("lot_text")
            .col(required("row", ColumnType::BigInteger).auto_increment().primary_key())
            .col(required("lot_id", ColumnType::Uuid).unique_key())
            .col(required("words", ColumnType::Text))
            .foreign_key(&mut belongs_to("lot_text", "lot_id", "lot"))
            .to_owned();
        manager.create_table(text).await?;
        let statements: &[&str] = match manager.get_database_backend() {
            DbBackend::Sqlite => &SQLITE,
            _ => &POSTGRES,
        };
        for statement in statements {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("lot_text").to_owned()).await?;
        if manager.get_database_backend() == DbBackend::Sqlite {
            let index = Table::drop().table("lot_text_index").to_owned();
            manager.drop_table(index).await?;
        }
        Ok(())
    }
}
