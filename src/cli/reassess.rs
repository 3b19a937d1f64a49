//! `passerelle reassess`: today's decoders and rules over everything that is stored.

use super::output;
use crate::app::App;
use crate::usecases::reassess::reassess;

/// Runs `reassess`.
///
/// # Errors
/// When the store fails.
pub async fn run(app: &App) -> anyhow::Result<()> {
    let report = reassess(&app.ingestor).await?;
    let mut text = format!(
        "{} documents read again: {} notices changed, {} lots changed, {} events\n",
        report.ingested.documents,
        report.ingested.changed,
        report.ingested.lots,
        report.ingested.events,
    );
    for (kind, before, after) in &report.by_kind {
        if before != after {
            text.push_str(&format!("  {}: {before} lots before, {after} after\n", kind.as_str()));
        }
    }
    output::print(&text)
}
