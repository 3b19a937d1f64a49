//! Settings: commented defaults in the binary, then a file, then the environment. Unknown keys
//! are refused, and every error says which key and what to write instead.

pub mod database;
pub mod export;
pub mod feeds;
pub mod limits;
pub mod log;
pub mod server;

use std::path::Path;

use figment::Figment;
use figment::providers::{Env, Format as _, Toml};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use database::DatabaseConfig;
pub use export::ExportConfig;
pub use feeds::{ApprochConfig, BoampConfig, DecpConfig, FeedsConfig, PulledDays, TedConfig};
pub use limits::LimitsConfig;
pub use log::{LogConfig, LogFormat};
pub use server::ServerConfig;

/// The defaults, with a comment on each.
pub const DEFAULTS: &str = include_str!("default.toml");

/// All settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where data is kept.
    pub database: DatabaseConfig,
    /// How the server listens.
    pub server: ServerConfig,
    /// What a request may cost.
    pub limits: LimitsConfig,
    /// What files say of who publishes them.
    pub export: ExportConfig,
    /// Which feeds are pulled, and when.
    pub feeds: FeedsConfig,
    /// What is logged.
    pub log: LogConfig,
}

/// Why settings cannot be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A key is unknown or has a value of the wrong type.
    #[error("{0}")]
    Key(String),
    /// A value has the right type and no sense.
    #[error("{key}: {reason}")]
    Value {
        /// The key, for example `feeds.boamp.schedule`.
        key: String,
        /// What is wrong and what to write instead.
        reason: String,
    },
}

impl ConfigError {
    fn value(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Value { key: key.into(), reason: reason.into() }
    }
}

/// Reads and checks all settings.
///
/// # Errors
/// When the file cannot be read, a key is unknown, or a value makes no sense.
pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
    let mut figment = Figment::from(Toml::string(DEFAULTS));
    if let Some(path) = file {
        let unreadable = |reason: String| ConfigError::File {
            path: path.display().to_string(),
            reason: reason.trim().to_owned(),
        };
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))?;
        toml::from_str::<toml::Table>(&text).map_err(|error| unreadable(error.to_string()))?;
        figment = figment.merge(Toml::string(&text));
    }
    refuse_misspelt_variables()?;
    let config: Config = figment
        .merge(Env::prefixed("PASSERELLE__").split("__"))
        .extract()
        .map_err(|error| ConfigError::Key(explain(&error)))?;
    config.validate()?;
    Ok(config)
}

impl Config {
    /// Checks every section.
    ///
    /// # Errors
    /// With the first value that makes no sense.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.database.validate()?;
        self.server.validate()?;
        self.limits.validate()?;
        self.export.validate()?;
        self.feeds.validate()?;
        self.log.validate()
    }

    /// The effective settings as TOML, without secrets.
    pub fn shown(&self) -> String {
        let mut shown = self.clone();
        shown.database.url = self.database.shown_url();
        toml::to_string_pretty(&shown).unwrap_or_default()
    }
}

/// An error of figment as one sentence with the key it is about.
fn explain(error: &figment::Error) -> String {
    let mut sentences = Vec::new();
    for error in error.clone() {
        let key = error.path.join(".");
        let sentence = match &error.kind {
            figment::error::Kind::UnknownField(field, known) => {
                let key = match key.strip_suffix(field.as_str()) {
                    Some(before) if before.is_empty() || before.ends_with('.') => key,
                    _ if key.is_empty() => field.clone(),
                    _ => format!("{key}.{field}"),
                };
                format!("unknown key `{key}`; known here: {}", known.join(", "))
            }
            kind => format!("`{key}`: {kind}"),
        };
        sentences.push(sentence);
    }
    sentences.join("; ")
}

/// A variable with one underscore where two belong would be overlooked in silence.
fn refuse_misspelt_variables() -> Result<(), ConfigError> {
    let sections = ["DATABASE_", "SERVER_", "LIMITS_", "EXPORT_", "FEEDS_", "LOG_"];
    let mut names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let is_misspelt = |name: &String| {
        let rest = name.strip_prefix("PASSERELLE_").filter(|rest| !rest.starts_with('_'));
        rest.is_some_and(|rest| sections.iter().any(|section| rest.starts_with(section)))
    };
    match names.find(is_misspelt) {
        None => Ok(()),
        Some(name) => Err(ConfigError::Key(format!(
            "unknown variable {name}; write PASSERELLE__SECTION__KEY with two underscores, for example PASSERELLE__DATABASE__URL"
        ))),
    }
}

/// Settings that two sections share.
pub(crate) fn positive(key: &str, value: u64) -> Result<(), ConfigError> {
    if value == 0 { Err(ConfigError::value(key, "must be at least 1")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::{FEEDS, Reading};

    fn with(text: &str) -> Result<Config, String> {
        let config: Config = Figment::from(Toml::string(DEFAULTS))
            .merge(Toml::string(text))
            .extract()
            .map_err(|error| explain(&error))?;
        config.validate().map_err(|error| error.to_string())?;
        Ok(config)
    }

    #[test]
    fn the_defaults_are_valid() {
        let config = with("").expect("valid defaults");
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8000");
    }

    #[test]
    fn errors_name_the_key_and_say_what_to_do() {
        for (text, expected) in [
            ("[server]\nlisen = \"x\"", "unknown key `server.lisen`; known here: listen"),
            ("[server]\nlisten = \"8000\"", "server.listen"),
            ("[database]\nurl = \"mysql://x\"", "database.url: use sqlite://"),
            ("[feeds]\nconnections = 0", "feeds.connections"),
            ("[feeds.boamp]\nschedule = \"every day\"", "feeds.boamp.schedule"),
            ("[feeds.boamp]\napi_url = \"boamp\"", "feeds.boamp.api_url"),
            ("[feeds.ted]\ncountries = [\"France\"]", "feeds.ted.countries"),
            ("[feeds.ted]\nenabled = true\nsite_url = \"\"", "feeds.ted.enabled"),
            ("[feeds.decp]\nenabled = true\nresource = \"\"", "feeds.decp.enabled"),
            ("[feeds.decp]\nfirst_days = 0", "feeds.decp.first_days: must be at least 1"),
            ("[feeds.boamp]\nwindow_days = 6", "feeds.boamp.window_days: must be at least 7"),
            ("[feeds.approch]\nschedule = \"daily\"", "feeds.approch.schedule: `daily`"),
            ("[feeds.approch]\nwindow_days = 7", "unknown key `feeds.approch.window_days`"),
            ("[feeds.approch]\nenabled = true\napi_url = \"\"", "feeds.approch.enabled"),
            ("[limits]\npage_size = 0", "limits.page_size: must be at least 1"),
            ("[limits]\nexports = 0", "limits.exports: must be at least 1"),
            ("[export]\nocid_prefix = \"abc123\"", "export.ocid_prefix: write the prefix"),
            ("[export]\npublic_url = \"lots.example.fr\"", "export.public_url"),
            ("[export]\npublic_url = \"https://x/?a\"", "export.public_url: use the address"),
            ("[log]\nformat = \"xml\"", "log.format"),
            ("[lgo]\nfilter = \"info\"", "unknown key `lgo`"),
        ] {
            let error = with(text).expect_err("an error");
            assert!(error.contains(expected), "{text}: {error}");
        }
    }

    #[test]
    fn every_feed_has_a_section_and_days_unless_it_is_a_table() {
        let mut config = with("").expect("valid defaults");
        let named = config.feeds.all().map(|settings| (settings.feed, settings.days.is_some()));
        assert_eq!(named, FEEDS.map(|feed| (feed.name, feed.reading == Reading::Day)));
        config = with("[feeds.decp]\nenabled = false").expect("valid settings");
        let names =
            |config: &Config| -> Vec<_> { config.feeds.enabled().map(|s| s.feed).collect() };
        assert_eq!(names(&config), ["boamp", "ted", "approch"]);
        config.feeds.pull_only("boamp");
        assert_eq!(names(&config), ["boamp"]);
    }

    #[test]
    fn passwords_are_not_shown() {
        let config = with("[database]\nurl = \"postgres://u:s3cret@h/d\"").expect("valid");
        assert!(!config.shown().contains("s3cret"));
        assert!(!format!("{config:?}").contains("s3cret"));
    }
}
