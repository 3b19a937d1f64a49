//! `[log]`.

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::ConfigError;

/// What is logged.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// Level, or filter by module.
    pub filter: String,
    /// For people or for machines.
    pub format: LogFormat,
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl LogConfig {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        EnvFilter::try_new(&self.filter).map(|_| ()).map_err(|error| {
            let levels = "use error, warn, info, debug or trace";
            ConfigError::value("log.filter", format!("`{}`: {error}; {levels}", self.filter))
        })
    }
}
