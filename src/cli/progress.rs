//! Bars that show how far a long command is, at which rate, and when it will end. Nothing is shown
//! where standard error is not a terminal.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::usecases::ingest::IngestReport;
use crate::usecases::pull::Progress;

/// Bars below each other, one for each thing that goes on at once.
#[derive(Debug, Default)]
pub struct Bars(MultiProgress);

impl Bars {
    /// One more bar, which counts in a unit.
    pub fn add(&self, name: &str, unit: &str) -> Bar {
        let bar = self.0.add(ProgressBar::new(0));
        let template =
            format!("{{prefix}} {{bar:30}} {{pos}}/{{len}} {unit}, {{eta}} left, {{msg}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_prefix(name.to_owned());
        bar.enable_steady_tick(Duration::from_secs(1));
        Bar(bar)
    }
}

/// A bar.
#[derive(Clone, Debug)]
pub struct Bar(ProgressBar);

impl Bar {
    /// Sets what there is to do.
    pub fn plan(&self, length: u64) {
        self.0.set_length(length);
    }

    /// Counts one more unit as done.
    pub fn done(&self) {
        self.0.inc(1);
    }

    /// Shows what is stored so far, with its rate.
    pub fn stored(&self, stored: &IngestReport) {
        let seconds = self.0.elapsed().as_secs_f64().max(0.001);
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = stored.documents as f64 / seconds;
        let IngestReport { documents, lots, .. } = stored;
        self.0.set_message(format!("{documents} documents ({rate:.0}/s), {lots} lots"));
    }

    /// Shows a step of a pull.
    pub fn step(&self, progress: &Progress) {
        match progress {
            Progress::Planned(days) => self.plan(*days),
            Progress::Day(day) if self.0.message().is_empty() => {
                self.0.set_message(day.to_string());
            }
            Progress::Day(_) => {}
            Progress::Stored(stored) => self.stored(stored),
            Progress::DayDone => self.done(),
        }
    }

    /// Prints a line without disturbing the bar.
    pub fn beside(&self, print: impl FnOnce()) {
        self.0.suspend(print);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
