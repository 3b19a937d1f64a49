//! How far the log reaches, as a hint: subscribers are woken by it and read the log themselves, so
//! a hint that is lost or late costs time, never an event.

use tokio::sync::watch;

/// The position of the last event this process knows of.
#[derive(Clone, Debug)]
pub struct Horizon(watch::Sender<i64>);

impl Default for Horizon {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Horizon {
    /// Announces that the log reaches at least this far.
    pub fn announce(&self, position: i64) {
        self.0.send_if_modified(|known| {
            let is_further = position > *known;
            *known = position.max(*known);
            is_further
        });
    }

    /// A receiver that is woken whenever the horizon moves.
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.0.subscribe()
    }
}
