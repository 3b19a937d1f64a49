//! Documents: when a feed gave them last, which decides the one that holds.

use sea_orm_migration::prelude::*;

use crate::optional;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let fed_at = optional("fed_at", ColumnType::TimestampWithTimeZone);
        manager.alter_table(Table::alter().table("document").add_column(fed_at).to_owned()).await?;
        // What came from an address was given by a feed; its last sight is the best that is known.
        let fill = Query::update()
            .table("document")
            .value("fed_at", Expr::col("last_seen_at"))
            .and_where(Expr::col("origin").like("http%"))
            .to_owned();
        manager.execute(fill).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.alter_table(Table::alter().table("document").drop_column("fed_at").to_owned()).await
    }
}
