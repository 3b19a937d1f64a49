//! `[feeds]`.

use std::str::FromStr as _;

use cron::Schedule;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ConfigError, positive};

/// Which feeds are pulled, and when.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FeedsConfig {
    /// Most requests at once to one host, over all feeds.
    pub connections: usize,
    /// BOAMP.
    pub boamp: BoampConfig,
    /// TED.
    pub ted: TedConfig,
    /// DECP.
    pub decp: DecpConfig,
}

/// More requests at once are an attack on a public server.
const MOST_CONNECTIONS: usize = 16;

/// `[feeds.boamp]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BoampConfig {
    /// Whether it is pulled by itself.
    pub enabled: bool,
    /// The Opendatasoft API; empty to leave it out.
    pub api_url: String,
    /// The DILA flux; empty to leave it out.
    pub flux_url: String,
    /// When to pull.
    pub schedule: String,
    /// When to read the days of all open notices again.
    pub recheck_schedule: String,
    /// Longest delay of a pull after its time, in seconds.
    pub jitter_seconds: u64,
    /// Days read again at every pull.
    pub window_days: u64,
    /// Days read the first time.
    pub first_days: u64,
    /// Hours without a day read whole after which the feed is stale.
    pub stale_after_hours: u64,
}

/// `[feeds.ted]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TedConfig {
    /// Whether it is pulled by itself.
    pub enabled: bool,
    /// The Search API v3.
    pub api_url: String,
    /// Where notices are read, as `{site_url}/en/notice/{number}/xml`.
    pub site_url: String,
    /// Countries of the buyers, ISO 3166-1 alpha-3; none for every country.
    pub countries: Vec<String>,
    /// When to pull.
    pub schedule: String,
    /// Longest delay of a pull after its time, in seconds.
    pub jitter_seconds: u64,
    /// Days listed again at every pull.
    pub window_days: u64,
    /// Days read the first time.
    pub first_days: u64,
    /// Hours without a day read whole after which the feed is stale.
    pub stale_after_hours: u64,
}

/// `[feeds.decp]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DecpConfig {
    /// Whether it is pulled by itself.
    pub enabled: bool,
    /// The API for tables of data.gouv.fr.
    pub api_url: String,
    /// The table.
    pub resource: String,
    /// When to pull.
    pub schedule: String,
    /// Longest delay of a pull after its time, in seconds.
    pub jitter_seconds: u64,
    /// Days read again at every pull.
    pub window_days: u64,
    /// Days read the first time.
    pub first_days: u64,
    /// Hours without a day read whole after which the feed is stale.
    pub stale_after_hours: u64,
}

impl FeedsConfig {
    /// Whether a feed is pulled by itself.
    pub fn is_enabled(&self, feed: &str) -> bool {
        match feed {
            "boamp" => self.boamp.enabled,
            "ted" => self.ted.enabled,
            "decp" => self.decp.enabled,
            _ => false,
        }
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let Self { connections, boamp, ted, decp } = self;
        if !(1..=MOST_CONNECTIONS).contains(connections) {
            let reason = format!("must be between 1 and {MOST_CONNECTIONS}");
            return Err(ConfigError::value("feeds.connections", reason));
        }
        schedule("feeds.boamp.schedule", &boamp.schedule)?;
        schedule("feeds.boamp.recheck_schedule", &boamp.recheck_schedule)?;
        schedule("feeds.ted.schedule", &ted.schedule)?;
        address("feeds.boamp.api_url", &boamp.api_url)?;
        address("feeds.boamp.flux_url", &boamp.flux_url)?;
        address("feeds.ted.api_url", &ted.api_url)?;
        address("feeds.ted.site_url", &ted.site_url)?;
        schedule("feeds.decp.schedule", &decp.schedule)?;
        address("feeds.decp.api_url", &decp.api_url)?;
        if boamp.enabled && boamp.api_url.is_empty() && boamp.flux_url.is_empty() {
            let reason = "give an api_url or a flux_url, or set enabled = false";
            return Err(ConfigError::value("feeds.boamp.enabled", reason));
        }
        if boamp.window_days < 7 {
            // Records change for days after their publication: a shorter window loses edits.
            return Err(ConfigError::value("feeds.boamp.window_days", "must be at least 7"));
        }
        positive("feeds.boamp.first_days", boamp.first_days)?;
        positive("feeds.boamp.stale_after_hours", boamp.stale_after_hours)?;
        if ted.enabled && (ted.api_url.is_empty() || ted.site_url.is_empty()) {
            let reason = "give an api_url and a site_url, or set enabled = false";
            return Err(ConfigError::value("feeds.ted.enabled", reason));
        }
        for code in &ted.countries {
            if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                let reason = format!("`{code}` is not a country; three capitals as in FRA");
                return Err(ConfigError::value("feeds.ted.countries", reason));
            }
        }
        positive("feeds.ted.window_days", ted.window_days)?;
        positive("feeds.ted.first_days", ted.first_days)?;
        positive("feeds.ted.stale_after_hours", ted.stale_after_hours)?;
        if decp.enabled && (decp.api_url.is_empty() || decp.resource.is_empty()) {
            let reason = "give an api_url and a resource, or set enabled = false";
            return Err(ConfigError::value("feeds.decp.enabled", reason));
        }
        positive("feeds.decp.window_days", decp.window_days)?;
        positive("feeds.decp.first_days", decp.first_days)?;
        positive("feeds.decp.stale_after_hours", decp.stale_after_hours)
    }
}

fn schedule(key: &'static str, text: &str) -> Result<(), ConfigError> {
    match Schedule::from_str(text) {
        Ok(_) => Ok(()),
        Err(error) => {
            let example = "six fields are expected: second minute hour day month weekday";
            let reason = format!("`{text}` is not a schedule ({error}); {example}");
            Err(ConfigError::value(key, reason))
        }
    }
}

fn address(key: &'static str, text: &str) -> Result<(), ConfigError> {
    let url = Url::parse(text).ok().filter(|url| !url.cannot_be_a_base());
    if text.is_empty() || url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Ok(());
    }
    Err(ConfigError::value(key, format!("`{text}` is not an http(s) address")))
}
