//! `[limits]`.

use serde::{Deserialize, Serialize};

use super::{ConfigError, positive};

/// What a request may cost.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Levels of selections in one query.
    pub depth: usize,
    /// Fields a query may yield.
    pub complexity: usize,
    /// Root fields of one operation.
    pub root_fields: usize,
    /// Largest page of a connection.
    pub page_size: usize,
    /// Largest request body, in bytes.
    pub body_bytes: usize,
    /// Longest run of one query, in seconds.
    pub timeout_seconds: u64,
    /// Open websockets.
    pub websockets: usize,
    /// Files made at once by `/export`.
    pub exports: usize,
    /// Longest making and sending of one file, in seconds.
    pub export_seconds: u64,
}

impl LimitsConfig {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        for (key, value) in [
            ("limits.depth", self.depth),
            ("limits.complexity", self.complexity),
            ("limits.root_fields", self.root_fields),
            ("limits.page_size", self.page_size),
            ("limits.body_bytes", self.body_bytes),
            ("limits.websockets", self.websockets),
            ("limits.exports", self.exports),
        ] {
            positive(key, value as u64)?;
        }
        positive("limits.timeout_seconds", self.timeout_seconds)?;
        positive("limits.export_seconds", self.export_seconds)
    }
}
