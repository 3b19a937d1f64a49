//! `[export]`.

use serde::{Deserialize, Serialize};
use url::Url;

use super::ConfigError;

/// What files say of who publishes them.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExportConfig {
    /// Prefix of the identifiers of procurements in OCDS.
    pub ocid_prefix: String,
    /// Name of the publisher.
    pub publisher: String,
    /// Address of the licence of the data.
    pub license: Url,
    /// Address under which others reach this server.
    pub public_url: Url,
}

impl ExportConfig {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let rest = self.ocid_prefix.strip_prefix("ocds-").unwrap_or_default();
        if rest.is_empty() || !rest.bytes().all(is_sign) {
            let reason = "write the prefix that was given to you, for example ocds-abc123";
            return Err(ConfigError::value("export.ocid_prefix", reason));
        }
        if self.publisher.trim().is_empty() {
            return Err(ConfigError::value("export.publisher", "say who publishes the files"));
        }
        let is_base = matches!(self.public_url.scheme(), "http" | "https")
            && self.public_url.query().is_none()
            && self.public_url.fragment().is_none();
        if !is_base {
            let reason = "use the address of the server, for example https://lots.example.fr";
            return Err(ConfigError::value("export.public_url", reason));
        }
        Ok(())
    }
}
