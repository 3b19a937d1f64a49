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
    /// BOAMP.
    pub boamp: BoampConfig,
}

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

impl FeedsConfig {
    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let boamp = &self.boamp;
        for (key, text) in [
            ("feeds.boamp.schedule", &boamp.schedule),
            ("feeds.boamp.recheck_schedule", &boamp.recheck_schedule),
        ] {
            Schedule::from_str(text).map_err(|error| {
                let example = "six fields are expected: second minute hour day month weekday";
                ConfigError::value(key, format!("`{text}` is not a schedule ({error}); {example}"))
            })?;
        }
        for (key, text) in
            [("feeds.boamp.api_url", &boamp.api_url), ("feeds.boamp.flux_url", &boamp.flux_url)]
        {
            if !text.is_empty() {
                let url = Url::parse(text).ok().filter(|url| !url.cannot_be_a_base());
                if url.is_none_or(|url| !matches!(url.scheme(), "http" | "https")) {
                    let reason = format!("`{text}` is not an http(s) address");
                    return Err(ConfigError::value(key, reason));
                }
            }
        }
        if boamp.enabled && boamp.api_url.is_empty() && boamp.flux_url.is_empty() {
            let reason = "give an api_url or a flux_url, or set enabled = false";
            return Err(ConfigError::value("feeds.boamp.enabled", reason));
        }
        if boamp.window_days < 7 {
            // Records change for days after their publication: a shorter window loses edits.
            return Err(ConfigError::value("feeds.boamp.window_days", "must be at least 7"));
        }
        positive("feeds.boamp.first_days", boamp.first_days)?;
        positive("feeds.boamp.stale_after_hours", boamp.stale_after_hours)
    }
}
