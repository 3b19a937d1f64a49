//! How the program is: whether the database answers, how fresh the feeds are.

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::domain::issue::IssueKind;
use crate::domain::source::FEEDS;
use crate::store::{self, Database, StoreError};

/// How one feed is.
#[derive(Debug)]
pub struct FeedHealth {
    /// Its name.
    pub name: &'static str,
    /// When it last read a day whole.
    pub last_success_at: Option<DateTime<Utc>>,
    /// Whether that is too long ago, or never.
    pub is_stale: bool,
    /// What its last run met.
    pub last_error: Option<String>,
}

/// How the program is.
#[derive(Debug)]
pub struct Health {
    /// Whether the database answers.
    pub database: Result<(), StoreError>,
    /// The feeds; none when the database does not answer or no feed is pulled.
    pub feeds: Vec<FeedHealth>,
}

/// Checks the database and the feeds that are pulled, each with the hours after which it is stale.
pub async fn check(db: &Database, clock: &dyn Clock, pulled: &[(&'static str, u64)]) -> Health {
    let mut health = Health { database: db.ping().await, feeds: Vec::new() };
    if health.database.is_err() {
        return health;
    }
    for (name, hours) in pulled {
        let hours = i64::try_from(*hours).unwrap_or(i64::MAX).min(1_000_000);
        match feed_health(db, name, clock.now() - TimeDelta::hours(hours)).await {
            Ok(feed) => health.feeds.push(feed),
            Err(error) => {
                health.database = Err(error);
                return health;
            }
        }
    }
    health
}

async fn feed_health(
    db: &Database,
    name: &'static str,
    oldest: DateTime<Utc>,
) -> Result<FeedHealth, StoreError> {
    let latest = store::feeds::latest_day(db.read(), name).await?;
    let last_run = store::feeds::runs(db.read(), name, 1).await?.pop();
    let last_success_at = latest.map(|day| day.read_at);
    Ok(FeedHealth {
        name,
        last_success_at,
        is_stale: last_success_at.is_none_or(|at| at < oldest),
        last_error: last_run.and_then(|run| run.error),
    })
}

/// Facts for metrics that only the database knows.
#[derive(Debug)]
pub struct Facts {
    /// Position of the last event.
    pub log_position: i64,
    /// When each feed last read a day whole.
    pub feed_success: Vec<(&'static str, DateTime<Utc>)>,
    /// Decode issues by kind.
    pub decode_issues: Vec<(IssueKind, u64)>,
}

/// Reads the facts.
///
/// # Errors
/// When the database fails.
pub async fn facts(db: &Database) -> Result<Facts, StoreError> {
    let mut feed_success = Vec::new();
    for feed in FEEDS {
        if let Some(day) = store::feeds::latest_day(db.read(), feed.name).await? {
            feed_success.push((feed.name, day.read_at));
        }
    }
    Ok(Facts {
        log_position: store::events::head(db.read()).await?.position,
        feed_success,
        decode_issues: store::documents::count_issues(db.read(), None).await?,
    })
}
