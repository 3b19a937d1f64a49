//! `passerelle links`: how documents are joined, and the doubtful links for a person.

use std::collections::BTreeSet;

use clap::Args;
use serde_json::json;

use super::output;
use crate::app::App;
use crate::domain::ids::{ContractId, LotId, NoticeId, ProcedureId};
use crate::domain::linkage::Signal;
use crate::domain::notice::NoticeSummary;
use crate::store::links::{DoubtfulLink, LinkCounts};
use crate::store::{self, Database, StoreError};
use crate::usecases::link::link_due;

/// Arguments of `links`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Most doubtful links to list, the nearest to sure first.
    #[arg(long, default_value_t = 50)]
    first: u64,
    /// One JSON object a doubtful link instead of text.
    #[arg(long)]
    json: bool,
}

/// Runs `links`.
///
/// # Errors
/// When the store fails.
pub async fn run(app: &App, arguments: &Arguments) -> anyhow::Result<()> {
    link_due(&app.ingestor).await?;
    let db = app.ingestor.db();
    let doubtful = store::links::doubtful(db.read(), arguments.first).await?;
    let mut text = String::new();
    if !arguments.json {
        text.push_str(&counted(&store::links::counts(db.read()).await?));
    }
    for link in &doubtful {
        let told = Told::of(db, link).await?;
        text.push_str(&if arguments.json { told.json() } else { told.text() });
    }
    output::print(&text)
}

/// The counts, one line each.
pub fn counted(counts: &LinkCounts) -> String {
    let LinkCounts { folder, reference, repeats, continues, announces, contracts, doubtful } =
        counts;
    let mut text = String::new();
    for (what, count) in [
        ("notices joined by BT-04", folder),
        ("notices that name the one they continue", reference),
        ("notices joined to the same one in another source, by evidence", repeats),
        ("notices joined to their call, by evidence", continues),
        ("calls with their plan, by evidence", announces),
        ("contracts joined to their procurement, by evidence", contracts),
        ("doubtful links", doubtful),
    ] {
        text.push_str(&format!("{count:>8}  {what}\n"));
    }
    text
}

/// A doubtful link in words.
struct Told {
    kind: &'static str,
    score: u8,
    from: String,
    to: String,
    signals: Vec<Signal>,
}

impl Told {
    async fn of(db: &Database, link: &DoubtfulLink) -> Result<Self, StoreError> {
        match link {
            DoubtfulLink::Notices(link) => Ok(Self {
                kind: link.kind.as_str(),
                score: link.score,
                from: notice(db, link.from).await?,
                to: notice(db, link.to).await?,
                signals: link.signals.clone(),
            }),
            DoubtfulLink::Contract(link) => Ok(Self {
                kind: "CONTRACT",
                score: link.score,
                from: contract(db, link.contract).await?,
                to: lot(db, link.procedure, link.lot).await?,
                signals: link.signals.clone(),
            }),
        }
    }

    fn text(&self) -> String {
        let signals = self.signals.iter().map(|signal| {
            format!("{} {:+} ({})", signal.kind.as_str(), signal.points, signal.detail)
        });
        let signals = signals.collect::<Vec<_>>().join(", ");
        format!("\n{} {}\n  {}\n  {}\n  {signals}\n", self.kind, self.score, self.from, self.to)
    }

    fn json(&self) -> String {
        let told = json!({
            "kind": self.kind,
            "score": self.score,
            "from": self.from,
            "to": self.to,
            "signals": self.signals,
        });
        format!("{told}\n")
    }
}

fn described(parts: [Option<String>; 4]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn day(day: Option<chrono::NaiveDate>) -> Option<String> {
    day.map(|day| day.to_string())
}

async fn notice(db: &Database, id: NoticeId) -> Result<String, StoreError> {
    let found = store::notices::summaries(db.read(), &[id]).await?;
    let told = found.get(&id).map(|notice: &NoticeSummary| {
        let name = format!("{} {}", notice.source.as_str(), notice.source_id);
        described([Some(name), day(notice.published_on), notice.title.clone(), None])
    });
    Ok(told.unwrap_or_else(|| id.to_string()))
}

async fn contract(db: &Database, id: ContractId) -> Result<String, StoreError> {
    let found = store::contracts::find(db.read(), &[id]).await?;
    let told = found.get(&id).map(|contract| {
        let terms = &contract.current;
        let amount = terms.amount.as_ref().map(|amount| amount.raw.clone());
        let name = format!("DECP {}", contract.uid());
        let object = contract.particulars.object.clone();
        described([Some(name), day(terms.notified_on), object, amount])
    });
    Ok(told.unwrap_or_else(|| id.to_string()))
}

async fn lot(
    db: &Database,
    procedure: ProcedureId,
    lot: Option<LotId>,
) -> Result<String, StoreError> {
    let lots = store::lots::of_procedures(db.read(), &[procedure]).await?;
    let notices: BTreeSet<&str> = lots.iter().map(|lot| lot.notice_source_id.as_str()).collect();
    let notices = notices.into_iter().collect::<Vec<_>>().join(", ");
    if let Some(lot) = lot.and_then(|id| lots.iter().find(|lot| lot.id == id)) {
        let number = lot.number.as_deref().unwrap_or("without number");
        let name = format!("lot {number} of {notices}");
        return Ok(described([Some(name), day(lot.published_on), lot.title.clone(), None]));
    }
    let found = store::procedures::find(db.read(), &[procedure]).await?;
    let title = found.get(&procedure).and_then(|found| found.title.clone());
    Ok(described([Some(format!("some lot of {notices}")), None, title, None]))
}
