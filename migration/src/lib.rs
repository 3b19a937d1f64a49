//! Schema steps of Passerelle, the same for SQLite and PostgreSQL: one dated step a file.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

mod m20261122_000001_documents;
mod m20261122_000002_notices;
mod m20261122_000003_lots;
mod m20261122_000004_full_text;
mod m20261122_000005_events;
mod m20261122_000006_feeds;
mod m20261122_000007_feed_starts;
mod m20261122_000008_document_fed_at;
mod m20261122_000009_contracts;
mod m20261122_000010_links;
mod m20261122_000011_coverage;
mod m20261122_000012_lexemes;
mod m20261122_000013_corrections;
mod m20261122_000014_hours;

/// All steps, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_documents::Migration),
            Box::new(m20261122_000002_notices::Migration),
            Box::new(m20261122_000003_lots::Migration),
            Box::new(m20261122_000004_full_text::Migration),
            Box::new(m20261122_000005_events::Migration),
            Box::new(m20261122_000006_feeds::Migration),
            Box::new(m20261122_000007_feed_starts::Migration),
            Box::new(m20261122_000008_document_fed_at::Migration),
            Box::new(m20261122_000009_contracts::Migration),
            Box::new(m20261122_000010_links::Migration),
            Box::new(m20261122_000011_coverage::Migration),
            Box::new(m20261122_000012_lexemes::Migration),
            Box::new(m20261122_000013_corrections::Migration),
            Box::new(m20261122_000014_hours::Migration),
        ]
    }
}

/// A column that must have a value.
fn required(name: &'static str, kind: ColumnType) -> ColumnDef {
    let mut column = ColumnDef::new_with_type(name, kind);
    column.not_null();
    column
}

/// A column that may be empty.
fn optional(name: &'static str, kind: ColumnType) -> ColumnDef {
    let mut column = ColumnDef::new_with_type(name, kind);
    column.null();
    column
}

/// A text column that is compared byte by byte on both databases: PostgreSQL would use the locale
/// of the database, so lists would come in another order and prefixes would miss their index.
fn bytewise(manager: &SchemaManager<'_>, mut column: ColumnDef) -> ColumnDef {
    if manager.get_database_backend() == DbBackend::Postgres {
        column.extra(r#"COLLATE "C""#);
    }
    column
}

/// A reference whose rows go with the row they belong to.
fn belongs_to(
    table: &'static str,
    column: &'static str,
    owner: &'static str,
) -> ForeignKeyCreateStatement {
    let key = if owner == "document" { "digest" } else { "id" };
    let mut reference = ForeignKey::create();
    reference
        .name(format!("fk_{table}_{column}"))
        .from(table, column)
        .to(owner, key)
        .on_delete(ForeignKeyAction::Cascade);
    reference
}

/// An index over some columns, named after them.
fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("ix_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}
