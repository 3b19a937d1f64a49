//! PostgreSQL: the words of lots become a vector as they are, and what the program has compressed is
//! not compressed once more.
//!
//! The program has normalised the words already. Reading them again as a text in the `simple`
//! configuration gave the same lexemes at twice the cost of an insert; their positions are asked for
//! by nobody.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The column is made anew with its index; rows keep their words.
fn vector(of_words: &str) -> [String; 3] {
    [
        "ALTER TABLE lot_text DROP COLUMN vector".to_owned(),
        format!(
            "ALTER TABLE lot_text ADD COLUMN vector tsvector GENERATED ALWAYS AS ({of_words}) STORED"
        ),
        "CREATE INDEX ix_lot_text_vector ON lot_text USING gin (vector)".to_owned(),
    ]
}

fn storage(kind: &str) -> [String; 2] {
    ["document_body", "notice_body"]
        .map(|table| format!("ALTER TABLE {table} ALTER COLUMN body SET STORAGE {kind}"))
}

async fn run(
    manager: &SchemaManager<'_>,
    statements: impl IntoIterator<Item = String>,
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    for statement in statements {
        manager.get_connection().execute_unprepared(&statement).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let vector = vector("array_to_tsvector(string_to_array(words, ' '))");
        run(manager, vector.into_iter().chain(storage("EXTERNAL"))).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let vector = vector("to_tsvector('simple', words)");
        run(manager, vector.into_iter().chain(storage("EXTENDED"))).await
    }
}
