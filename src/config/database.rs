//! `[database]`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ConfigError, positive};

/// Where data is kept.
#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://FILE` or `postgres://…`. May hold a password: never printed.
    pub url: String,
    /// Connections to read with.
    pub connections: u32,
    /// Longest wait for a connection or a lock, in seconds.
    pub wait_seconds: u64,
    /// Longest run of one statement on PostgreSQL, in seconds.
    pub statement_timeout_seconds: u64,
}

impl DatabaseConfig {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| self.url.starts_with(scheme)) {
            return Err(ConfigError::value(
                "database.url",
                "use sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME",
            ));
        }
        positive("database.connections", u64::from(self.connections))?;
        positive("database.wait_seconds", self.wait_seconds)?;
        positive("database.statement_timeout_seconds", self.statement_timeout_seconds)
    }

    /// The address without its password.
    pub fn shown_url(&self) -> String {
        match self.url.split_once("://").and_then(|(scheme, rest)| {
            let (user, host) = rest.rsplit_once('@')?;
            let (name, _) = user.split_once(':')?;
            Some(format!("{scheme}://{name}:***@{host}"))
        }) {
            Some(shown) => shown,
            None => self.url.clone(),
        }
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig").field("url", &self.shown_url()).finish_non_exhaustive()
    }
}
