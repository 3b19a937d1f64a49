//! The current time and waiting: the only place that asks the machine for either.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, SubsecRound, Utc};
use futures_util::future::BoxFuture;

/// Tells the time and waits. Rooms below take it as a parameter, so that tests never sleep and the
/// demonstration runs on the day its sample was written for.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present instant, in whole microseconds, because PostgreSQL keeps no more.
    fn now(&self) -> DateTime<Utc>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()>;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock that started at another instant and runs on from there.
#[derive(Clone, Copy, Debug)]
pub struct ShiftedClock {
    shift: chrono::TimeDelta,
}

impl ShiftedClock {
    /// A clock that shows `start` now.
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        Self { shift: start - SystemClock.now() }
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.shift
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move { SystemClock.sleep(duration).await })
    }
}
