//! `[feeds]`.

use std::str::FromStr as _;

use cron::Schedule;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{ConfigError, positive};
use crate::domain::source::{APPROCH, BOAMP, DECP, TED};

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
    /// APProch.
    pub approch: ApprochConfig,
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

/// `[feeds.approch]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ApprochConfig {
    /// Whether it is pulled by itself.
    pub enabled: bool,
    /// The Opendatasoft API of the table.
    pub api_url: String,
    /// When to pull.
    pub schedule: String,
    /// Longest delay of a pull after its time, in seconds.
    pub jitter_seconds: u64,
    /// Hours without a whole reading after which the feed is stale.
    pub stale_after_hours: u64,
}

/// What the sections of all feeds say: when a feed is pulled, and how far back.
#[derive(Clone, Copy, Debug)]
pub struct PullSettings<'c> {
    /// The feed, as in `domain::source::FEEDS`.
    pub feed: &'static str,
    /// Whether it is pulled by itself.
    pub enabled: bool,
    /// When to pull.
    pub schedule: &'c str,
    /// Longest delay of a pull after its time, in seconds.
    pub jitter_seconds: u64,
    /// Which days are read; nothing for a feed that is one table.
    pub days: Option<PulledDays>,
    /// Hours without a whole reading after which the feed is stale.
    pub stale_after_hours: u64,
}

/// Which days of a feed are read.
#[derive(Clone, Copy, Debug)]
pub struct PulledDays {
    /// Days read again at every pull.
    pub window: u64,
    /// Days read the first time.
    pub first: u64,
}

impl FeedsConfig {
    /// What the sections of all feeds say. A new feed has a line here.
    pub fn all(&self) -> [PullSettings<'_>; 4] {
        let Self { boamp, ted, decp, approch, .. } = self;
        macro_rules! settings {
            ($section:ident, $info:expr, $days:expr) => {
                PullSettings {
                    feed: $info.name,
                    enabled: $section.enabled,
                    schedule: &$section.schedule,
                    jitter_seconds: $section.jitter_seconds,
                    days: $days,
                    stale_after_hours: $section.stale_after_hours,
                }
            };
        }
        let days = |window, first| Some(PulledDays { window, first });
        [
            settings!(boamp, BOAMP, days(boamp.window_days, boamp.first_days)),
            settings!(ted, TED, days(ted.window_days, ted.first_days)),
            settings!(decp, DECP, days(decp.window_days, decp.first_days)),
            settings!(approch, APPROCH, None),
        ]
    }

    /// The feeds that are pulled by themselves.
    pub fn enabled(&self) -> impl Iterator<Item = PullSettings<'_>> {
        self.all().into_iter().filter(|settings| settings.enabled)
    }

    /// Leaves out all feeds but one.
    pub fn pull_only(&mut self, feed: &str) {
        let Self { boamp, ted, decp, approch, .. } = self;
        for (info, enabled) in [
            (BOAMP, &mut boamp.enabled),
            (TED, &mut ted.enabled),
            (DECP, &mut decp.enabled),
            (APPROCH, &mut approch.enabled),
        ] {
            *enabled &= info.name == feed;
        }
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if !(1..=MOST_CONNECTIONS).contains(&self.connections) {
            let reason = format!("must be between 1 and {MOST_CONNECTIONS}");
            return Err(ConfigError::value("feeds.connections", reason));
        }
        for settings in self.all() {
            settings.validate()?;
        }
        self.boamp.validate()?;
        self.ted.validate()?;
        self.decp.validate()?;
        self.approch.validate()
    }
}

impl BoampConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        schedule("feeds.boamp.recheck_schedule", &self.recheck_schedule)?;
        address("feeds.boamp.api_url", &self.api_url)?;
        address("feeds.boamp.flux_url", &self.flux_url)?;
        if self.enabled && self.api_url.is_empty() && self.flux_url.is_empty() {
            let reason = "give an api_url or a flux_url, or set enabled = false";
            return Err(ConfigError::value("feeds.boamp.enabled", reason));
        }
        if self.window_days < 7 {
            // Records change for days after their publication: a shorter window loses edits.
            return Err(ConfigError::value("feeds.boamp.window_days", "must be at least 7"));
        }
        Ok(())
    }
}

impl TedConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        address("feeds.ted.api_url", &self.api_url)?;
        address("feeds.ted.site_url", &self.site_url)?;
        if self.enabled && (self.api_url.is_empty() || self.site_url.is_empty()) {
            let reason = "give an api_url and a site_url, or set enabled = false";
            return Err(ConfigError::value("feeds.ted.enabled", reason));
        }
        for code in &self.countries {
            if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                let reason = format!("`{code}` is not a country; three capitals as in FRA");
                return Err(ConfigError::value("feeds.ted.countries", reason));
            }
        }
        Ok(())
    }
}

impl DecpConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        address("feeds.decp.api_url", &self.api_url)?;
        if self.enabled && (self.api_url.is_empty() || self.resource.is_empty()) {
            let reason = "give an api_url and a resource, or set enabled = false";
            return Err(ConfigError::value("feeds.decp.enabled", reason));
        }
        Ok(())
    }
}

impl ApprochConfig {
    fn validate(&self) -> Result<(), ConfigError> {
        address("feeds.approch.api_url", &self.api_url)?;
        if self.enabled && self.api_url.is_empty() {
            let reason = "give an api_url, or set enabled = false";
            return Err(ConfigError::value("feeds.approch.enabled", reason));
        }
        Ok(())
    }
}

impl PullSettings<'_> {
    fn validate(&self) -> Result<(), ConfigError> {
        let key = |name: &str| format!("feeds.{}.{name}", self.feed);
        schedule(&key("schedule"), self.schedule)?;
        if let Some(days) = self.days {
            positive(&key("window_days"), days.window)?;
            positive(&key("first_days"), days.first)?;
        }
        positive(&key("stale_after_hours"), self.stale_after_hours)
    }
}

fn schedule(key: &str, text: &str) -> Result<(), ConfigError> {
    match Schedule::from_str(text) {
        Ok(_) => Ok(()),
        Err(error) => {
            let example = "six fields are expected: second minute hour day month weekday";
            let reason = format!("`{text}` is not a schedule ({error}); {example}");
            Err(ConfigError::value(key, reason))
        }
    }
}

fn address(key: &str, text: &str) -> Result<(), ConfigError> {
    let url = Url::parse(text).ok().filter(|url| !url.cannot_be_a_base());
    if text.is_empty() || url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
        return Ok(());
    }
    Err(ConfigError::value(key, format!("`{text}` is not an http(s) address")))
}
