//! What can go wrong with the store.

use sea_orm::{DbErr, RuntimeErr};
use serde::de::DeserializeOwned;
use thiserror::Error;
use uuid::Uuid;

/// An error of the store.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The address of the database is not one.
    #[error("use sqlite://FILE or postgres://USER@HOST/NAME")]
    BadUrl,
    /// The database cannot be reached or opened.
    #[error("{source}; {advice}")]
    Connect {
        /// The driver's error.
        source: DbErr,
        /// What to look at.
        advice: &'static str,
    },
    /// A statement failed.
    #[error("the database refused a statement: {0}")]
    Statement(#[from] DbErr),
    /// A row holds what this version cannot read.
    #[error("{table} {id} cannot be read: {reason}; `passerelle reassess` rebuilds it")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// Reads what a row holds as JSON.
pub(super) fn from_json<T: DeserializeOwned>(
    table: &'static str,
    id: Uuid,
    json: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(json).map_err(|error| StoreError::corrupt(table, &id, &error))
}

impl StoreError {
    pub(super) fn corrupt(
        table: &'static str,
        id: &impl ToString,
        reason: &(impl ToString + ?Sized),
    ) -> Self {
        Self::Corrupt { table, id: id.to_string(), reason: reason.to_string() }
    }

    /// Whether the same call may succeed a little later: the database was busy or went away.
    pub fn is_transient(&self) -> bool {
        let error = match self {
            Self::Connect { .. } => return true,
            Self::Statement(error) => error,
            Self::BadUrl | Self::Corrupt { .. } => return false,
        };
        match error {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => {
                let code = match error.as_ref() {
                    sea_orm::sqlx::Error::Database(error) => error.code(),
                    sea_orm::sqlx::Error::Io(_) => return true,
                    _ => None,
                };
                // SQLite: busy, locked. PostgreSQL: serialization failure, deadlock, shutdown, a
                // lock that was not had in time.
                let transient =
                    ["5", "6", "517", "40001", "40P01", "55P03", "57014", "57P01", "57P03"];
                code.is_some_and(|code| transient.contains(&code.as_ref()))
            }
            _ => false,
        }
    }
}
