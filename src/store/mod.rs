//! The only SQL of the program: one file an aggregate. Functions take a connection or a
//! transaction and return domain types.
//!
//! One code serves SQLite (embedded, the default) and PostgreSQL. Where the two differ (opening,
//! locking, full text) the difference stands in this file and in [`full_text`].

mod condition;
pub mod contract_filter;
pub mod contracts;
pub mod corrections;
pub mod documents;
pub mod error;
pub mod events;
pub mod feeds;
pub mod full_text;
pub mod hours;
pub mod jobs;
pub mod links;
pub mod lot_filter;
pub mod lots;
pub mod members;
pub mod notice_filter;
pub mod notices;
pub mod organisations;
pub mod page;
pub mod procedures;
pub mod totals;

use std::sync::Arc;
use std::time::Duration;

use passerelle_migration::Migrator;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection as _, PgConnection};
use sea_orm::{
    ActiveModelTrait, ConnectOptions, ConnectionTrait, DatabaseBackend, DatabaseConnection,
    DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect, RuntimeErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

pub use error::StoreError;

/// Rows in one INSERT: larger statements gain nothing, and SQLite takes 32,766 parameters.
pub(crate) const CHUNK: usize = 500;

/// Inserts rows of one table, in statements of a bounded size.
pub(crate) async fn insert_all<A>(conn: &impl ConnectionTrait, rows: &[A]) -> Result<(), DbErr>
where
    A: ActiveModelTrait + Send,
{
    for rows in rows.chunks(CHUNK) {
        <A::Entity as EntityTrait>::insert_many(rows.to_vec()).exec_without_returning(conn).await?;
    }
    Ok(())
}

/// Statements that the writer of SQLite keeps prepared. Batches differ in size, so theirs seldom come
/// again, and each keeps the values it was last given: a hundred of them took 100 MB.
const WRITER_STATEMENTS: usize = 8;
/// Statements that a reader of SQLite keeps prepared: what it is asked comes again.
const READER_STATEMENTS: usize = 100;

/// Number of the advisory lock of PostgreSQL under which the schema is changed: `passere` in ASCII.
const MIGRATION_LOCK: i64 = 0x70_61_73_73_65_72_65;
/// Times that a process begins to wait for its turn to write, each as long as a statement may run.
const TURNS: u32 = 4;

/// How to open the database.
#[derive(Clone)]
pub struct StoreOptions {
    /// `sqlite://path` or `postgres://…`.
    pub url: String,
    /// Most connections at once (readers, on SQLite).
    pub connections: u32,
    /// Longest wait for a connection or a lock.
    pub wait: Duration,
    /// Longest run of a statement on PostgreSQL.
    pub statement_timeout: Duration,
    /// Told of every statement: its duration and whether it failed.
    pub observer: Option<Arc<dyn Fn(Duration, bool) + Send + Sync>>,
}

impl StoreOptions {
    /// Usual options for an address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            connections: 8,
            wait: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            observer: None,
        }
    }
}

/// An open database: connections to read, and one way to write.
#[derive(Clone, Debug)]
pub struct Database {
    read: DatabaseConnection,
    write: DatabaseConnection,
}

/// A writing transaction. It holds the head of the log from its first statement, so writers come
/// one after the other and positions are dense in the order of commits.
#[derive(Debug)]
pub struct Transaction(DatabaseTransaction);

impl Transaction {
    /// Makes everything written visible at once.
    ///
    /// # Errors
    /// When the database refuses; nothing is written then.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }

    /// The connection, for the functions of the store.
    pub fn conn(&self) -> &DatabaseTransaction {
        &self.0
    }
}

impl Database {
    /// Opens the database. SQLite files are created when missing.
    ///
    /// # Errors
    /// When the address is none, or the database cannot be reached.
    pub async fn open(options: &StoreOptions) -> Result<Self, StoreError> {
        let url = options.url.as_str();
        let is_sqlite = url.starts_with("sqlite:");
        if !is_sqlite && !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(StoreError::BadUrl);
        }
        let most = if is_sqlite { 1 } else { options.connections };
        let write = Self::connect(options, most, WRITER_STATEMENTS).await?;
        let read = if is_sqlite {
            Self::connect(options, options.connections, READER_STATEMENTS).await?
        } else {
            write.clone()
        };
        Ok(Self { read, write })
    }

    /// Opens at most so many connections; on SQLite each keeps so many statements prepared.
    async fn connect(
        options: &StoreOptions,
        most: u32,
        statements: usize,
    ) -> Result<DatabaseConnection, StoreError> {
        let wait = options.wait;
        let mut connect = ConnectOptions::new(options.url.clone());
        connect
            .max_connections(most)
            .min_connections(1)
            .acquire_timeout(wait)
            .connect_timeout(wait)
            .test_before_acquire(false)
            .sqlx_logging(false)
            .map_sqlx_sqlite_opts(move |sqlite| {
                sqlite
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .foreign_keys(true)
                    .busy_timeout(wait)
                    .statement_cache_capacity(statements)
                    // 16 MB a connection: memory grows with the pool.
                    .pragma("cache_size", "-16000")
                    .pragma("temp_store", "MEMORY")
            });
        if options.url.starts_with("postgres") {
            connect.statement_timeout(options.statement_timeout);
        }
        let mut connection = match sea_orm::Database::connect(connect).await {
            Ok(connection) => connection,
            Err(error) => return Err(Self::explain(options, error).await),
        };
        if let Some(observer) = options.observer.clone() {
            connection.set_metric_callback(move |info| observer(info.elapsed, info.failed));
        }
        Ok(connection)
    }

    /// A pool says only that it has no connection in time; one try without it tells why.
    async fn explain(options: &StoreOptions, error: DbErr) -> StoreError {
        if options.url.starts_with("sqlite:") {
            let advice = "its folder must exist and be writable, and the file must be of SQLite";
            return StoreError::Connect { source: error, advice };
        }
        let tried = tokio::time::timeout(options.wait, PgConnection::connect(&options.url)).await;
        let source = match tried {
            Ok(Err(cause)) => DbErr::Conn(RuntimeErr::SqlxError(cause.into())),
            _ => error,
        };
        let advice = "is the server running, and are address, user and password right?";
        StoreError::Connect { source, advice }
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a step fails; steps before it stay.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Sqlite {
            return Ok(Migrator::up(&self.write, None).await?);
        }
        // Processes that start at once would make the same table twice.
        let transaction = self.write.begin().await?;
        transaction.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
        transaction
            .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
            .await?;
        Migrator::up(&transaction, None).await?;
        Ok(transaction.commit().await?)
    }

    /// Whether the schema is the one this program expects.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn is_current(&self) -> Result<bool, StoreError> {
        Ok(Migrator::get_pending_migrations(&self.write).await?.is_empty())
    }

    /// A connection to read.
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Begins to write. On PostgreSQL the head of the log is locked, on SQLite the whole database,
    /// from the first moment: a transaction that read first and wrote later could fold an old
    /// state of a procurement.
    ///
    /// # Errors
    /// When the lock is not had in time.
    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        for turn in 1..TURNS {
            match self.begin_once().await {
                Err(error) if error.is_transient() => {
                    tracing::warn!(turn, %error, "another process writes; waiting for its turn");
                }
                begun => return begun,
            }
        }
        self.begin_once().await
    }

    async fn begin_once(&self) -> Result<Transaction, StoreError> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: (self.backend() == DatabaseBackend::Sqlite)
                .then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.write.begin_with_options(immediate).await?;
        if self.backend() == DatabaseBackend::Postgres {
            use passerelle_entity::event_head;
            let head = event_head::Entity::find()
                .filter(sea_orm::ColumnTrait::eq(&event_head::Column::Id, 1));
            head.lock_exclusive().one(&transaction).await?;
        }
        Ok(Transaction(transaction))
    }

    /// Which database it is.
    pub fn backend(&self) -> DatabaseBackend {
        self.read.get_database_backend()
    }

    /// Closes all connections.
    ///
    /// # Errors
    /// When one does not close.
    pub async fn close(self) -> Result<(), StoreError> {
        if self.backend() == DatabaseBackend::Sqlite {
            self.read.close().await?;
        }
        Ok(self.write.close().await?)
    }

    /// A short answer from the database, for readiness.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.read.ping().await?)
    }
}
