//! Feeds: their runs, the days read, the validators of what was fetched, and the ticks of jobs.

use sea_orm_migration::prelude::*;

use crate::{index, optional, required};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let run = Table::create()
            .table("feed_run")
            .col(required("id", ColumnType::Uuid).primary_key())
            .col(required("feed", ColumnType::Text))
            .col(required("since", ColumnType::Date))
            .col(required("until", ColumnType::Date))
            .col(required("started_at", ColumnType::TimestampWithTimeZone))
            .col(optional("finished_at", ColumnType::TimestampWithTimeZone))
            .col(required("requests", ColumnType::BigInteger))
            .col(required("documents", ColumnType::BigInteger))
            .col(required("changed", ColumnType::BigInteger))
            .col(required("days", ColumnType::BigInteger))
            .col(required("failed_days", ColumnType::BigInteger))
            .col(optional("error", ColumnType::Text))
            .to_owned();
        manager.create_table(run).await?;
        manager.create_index(index("feed_run", &["feed", "started_at"])).await?;
        let day = Table::create()
            .table("feed_day")
            .col(required("feed", ColumnType::Text))
            .col(required("day", ColumnType::Date))
            .col(required("read_at", ColumnType::TimestampWithTimeZone))
            .col(required("listed", ColumnType::BigInteger))
            .primary_key(Index::create().col("feed").col("day"))
            .to_owned();
        manager.create_table(day).await?;
        let resource = Table::create()
            .table("feed_resource")
            .col(required("url", ColumnType::Text).primary_key())
            .col(optional("etag", ColumnType::Text))
            .col(optional("last_modified", ColumnType::Text))
            .col(required("digest", ColumnType::Char(Some(64))))
            .to_owned();
        manager.create_table(resource).await?;
        let tick = Table::create()
            .table("job_tick")
            .col(required("job", ColumnType::Text).primary_key())
            .col(required("last_tick", ColumnType::TimestampWithTimeZone))
            .to_owned();
        manager.create_table(tick).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["job_tick", "feed_resource", "feed_day", "feed_run"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
