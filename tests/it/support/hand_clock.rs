//! A clock that stands still until a test moves it: whoever waits is woken when its time has come.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use passerelle::clock::Clock;
use tokio::sync::watch;

#[derive(Debug)]
pub struct HandClock(watch::Sender<DateTime<Utc>>);

impl HandClock {
    pub fn at(text: &str) -> Self {
        Self(watch::Sender::new(text.parse().expect("an instant")))
    }

    pub fn advance(&self, by: TimeDelta) {
        self.0.send_modify(|now| *now += by);
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.borrow()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'_, ()> {
        let until = self.now() + TimeDelta::from_std(duration).expect("a short wait");
        let mut time = self.0.subscribe();
        Box::pin(async move {
            let _ = time.wait_for(|now| *now >= until).await;
        })
    }
}
