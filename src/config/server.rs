//! `[server]`.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

use super::ConfigError;

/// How the server listens.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port.
    pub listen: SocketAddr,
    /// Whether to serve GraphiQL and to answer introspection.
    pub graphiql: bool,
}

impl ServerConfig {
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "every section has one")]
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        Ok(())
    }
}
