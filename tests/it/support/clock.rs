//! A clock that tests move by hand. Waiting moves it, unless it is frozen; nothing ever sleeps.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use passerelle::clock::Clock;

#[derive(Debug)]
pub struct TestClock {
    now: Mutex<DateTime<Utc>>,
    slept: Mutex<Vec<Duration>>,
    is_frozen: bool,
}

impl TestClock {
    pub fn at(text: &str) -> Self {
        let now = Mutex::new(text.parse().expect("an instant"));
        Self { now, slept: Mutex::default(), is_frozen: false }
    }

    /// A clock that waiting does not move: two runs with different waits have the same times.
    pub fn frozen_at(text: &str) -> Self {
        Self { is_frozen: true, ..Self::at(text) }
    }

    pub fn advance(&self, by: TimeDelta) {
        *self.now.lock().expect("the clock") += by;
    }

    /// The waits that were asked for.
    pub fn slept(&self) -> Vec<Duration> {
        self.slept.lock().expect("the clock").clone()
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.now.lock().expect("the clock")
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.slept.lock().expect("the clock").push(duration);
            if !self.is_frozen {
                self.advance(TimeDelta::from_std(duration).expect("a short wait"));
            }
            tokio::task::yield_now().await;
        })
    }
}
