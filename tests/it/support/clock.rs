//! A clock that tests move by hand. Waiting moves it, so that no test sleeps.

use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use passerelle::clock::Clock;

#[derive(Debug)]
pub struct TestClock(Mutex<DateTime<Utc>>);

impl TestClock {
    pub fn at(text: &str) -> Self {
        Self(Mutex::new(text.parse().expect("an instant")))
    }

    pub fn advance(&self, by: TimeDelta) {
        *self.0.lock().expect("the clock") += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().expect("the clock")
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            self.advance(TimeDelta::from_std(duration).expect("a short wait"));
            tokio::task::yield_now().await;
        })
    }
}
