//! `passerelle corrections`: what people say of findings, for those who write the rules.

use clap::Args;
use serde_json::json;

use super::output;
use crate::app::App;
use crate::domain::correction::Correction;
use crate::domain::ids::CorrectionId;
use crate::domain::procedure::LotState;
use crate::export::labels;
use crate::store;
use crate::usecases::correct::remove;

/// Arguments of `corrections`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Most to list, the newest first.
    #[arg(long, default_value_t = 100)]
    first: u64,
    /// One JSON object a line instead of text.
    #[arg(long)]
    json: bool,
    /// Take a statement back by its id, whoever made it: it is shown and counted no more.
    #[arg(long, value_name = "ID")]
    remove: Option<uuid::Uuid>,
}

/// Runs `corrections`.
///
/// # Errors
/// When the store fails.
pub async fn run(app: &App, arguments: &Arguments) -> anyhow::Result<()> {
    if let Some(id) = arguments.remove {
        let db = app.ingestor.db();
        let removed = remove(db, CorrectionId::from_uuid(id), app.clock.now()).await?;
        anyhow::ensure!(removed, "nothing stands under this id");
        return output::print("removed\n");
    }
    let conn = app.ingestor.db().read();
    let said = store::corrections::newest(conn, arguments.first).await?;
    let lots: Vec<_> = said.iter().map(|said| said.lot).collect();
    let lots = store::lots::find(conn, &lots).await?;
    let tell = if arguments.json { told } else { text };
    output::print(&said.iter().map(|said| tell(said, lots.get(&said.lot))).collect::<String>())
}

/// The quote of the finding as it stands.
fn quote(said: &Correction, lot: Option<&LotState>) -> Option<String> {
    let mut findings = lot?.findings.iter().map(|found| &found.finding);
    let found = findings.find(|found| found.kind == said.kind)?;
    found.evidence.first().map(|evidence| evidence.quote.clone())
}

fn text(said: &Correction, lot: Option<&LotState>) -> String {
    let place = lot.map_or_else(
        || format!("lot {} (disparu)", said.lot),
        |lot| {
            let number = lot.number.as_deref().map_or(String::new(), |n| format!(", lot {n}"));
            let title = lot.title.as_deref().unwrap_or_default();
            format!("{}{number} : {title}", lot.notice_source_id)
        },
    );
    let mut text = format!(
        "{}\n  {} {} {} ({}) [{}]\n  {place}\n  {}, {} : {}\n",
        said.id,
        said.made_at.format("%Y-%m-%d %H:%M"),
        said.verdict.as_str(),
        said.kind.as_str(),
        labels::kind(said.kind),
        said.rule.as_deref().unwrap_or("sans règle"),
        said.member.name,
        said.member.organisation,
        said.reason,
    );
    for quote in [&said.quote, &quote(said, lot)].into_iter().flatten() {
        text.push_str(&format!("  « {} »\n", quote.replace('\n', " ")));
    }
    text
}

fn told(said: &Correction, lot: Option<&LotState>) -> String {
    let told = json!({
        "id": said.id,
        "madeAt": said.made_at,
        "verdict": said.verdict.as_str(),
        "kind": said.kind.as_str(),
        "rule": said.rule,
        "rulesVersion": said.rules_version,
        "reason": said.reason,
        "quote": said.quote,
        "found": quote(said, lot),
        "lot": said.lot,
        "notice": lot.map(|lot| &lot.notice_source_id),
        "number": lot.and_then(|lot| lot.number.as_ref()),
        "member": said.member.name,
        "organisation": said.member.organisation,
        "role": said.member.role.as_str(),
    });
    format!("{told}\n")
}
