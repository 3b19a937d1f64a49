//! `[database]`.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

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
        if !self.url.starts_with("sqlite:")
            && let Err(error) = Url::parse(&self.url)
        {
            let reason = format!("{error}; use postgres://USER:PASSWORD@HOST/NAME");
            return Err(ConfigError::value("database.url", reason));
        }
        positive("database.connections", u64::from(self.connections))?;
        positive("database.wait_seconds", self.wait_seconds)?;
        positive("database.statement_timeout_seconds", self.statement_timeout_seconds)
    }

    /// The address without its password, which may stand before the host or in the query.
    pub fn shown_url(&self) -> String {
        let Some((scheme, rest)) = self.url.split_once("://") else { return self.url.clone() };
        let rest = match rest.rsplit_once('@').map(|(user, host)| (user.split_once(':'), host)) {
            Some((Some((name, _)), host)) => format!("{name}:***@{host}"),
            _ => rest.to_owned(),
        };
        let Some((place, query)) = rest.split_once('?') else {
            return format!("{scheme}://{rest}");
        };
        let shown = query.split('&').map(|parameter| match parameter.split_once('=') {
            Some((name, _)) if name.eq_ignore_ascii_case("password") => "password=***",
            _ => parameter,
        });
        format!("{scheme}://{place}?{}", shown.collect::<Vec<_>>().join("&"))
    }
}

impl fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseConfig").field("url", &self.shown_url()).finish_non_exhaustive()
    }
}
