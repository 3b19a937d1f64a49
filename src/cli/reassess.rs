//! `passerelle reassess`: today's decoders and rules over everything that is stored.

use clap::Args;
use serde_json::json;

use super::output;
use crate::app::App;
use crate::domain::finding_change::{Became, FindingChange};
use crate::usecases::reassess::{ReassessPlan, ReassessReport, reassess};

/// Arguments of `reassess`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Tell what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Most differences shown of each kind and sense.
    #[arg(long, default_value_t = 5, value_name = "N")]
    examples: usize,
    /// The report as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs `reassess`.
///
/// # Errors
/// When the store fails.
pub async fn run(app: &App, arguments: &Arguments) -> anyhow::Result<()> {
    let plan = ReassessPlan { is_trial: arguments.dry_run, examples: arguments.examples };
    let report = reassess(&app.ingestor, plan).await?;
    let told = if arguments.json { told(&report, plan) } else { text(&report, plan) };
    output::print(&told)
}

fn text(report: &ReassessReport, plan: ReassessPlan) -> String {
    let ingested = &report.ingested;
    let mut text = format!(
        "{} documents read again: {} notices changed, {} lots changed, {} events{}\n",
        ingested.documents,
        ingested.changed,
        ingested.lots,
        ingested.events,
        if plan.is_trial { "; a trial, nothing was written" } else { "" },
    );
    for (kind, before, after) in &report.by_kind {
        let counts = Became::ALL.map(|became| report.findings.count(*kind, became));
        if before == after && counts == [0; 3] {
            continue;
        }
        let [gained, lost, reweighed] = counts;
        text.push_str(&format!(
            "  {}: {before} lots before, {after} after; {gained} gained, {lost} lost, {reweighed} of another confidence\n",
            kind.as_str(),
        ));
        for became in Became::ALL {
            let examples = report.findings.examples.get(&(*kind, became));
            for FindingChange { notice, number, rule, quote, .. } in examples.into_iter().flatten()
            {
                let sign = match became {
                    Became::Gained => '+',
                    Became::Lost => '-',
                    Became::Reweighed => '~',
                };
                let lot = number.as_ref().map_or(String::new(), |number| format!(" lot {number}"));
                let quote = quote.replace('\n', " ");
                text.push_str(&format!("    {sign} {notice}{lot} « {quote} » [{rule}]\n"));
            }
        }
    }
    text
}

fn told(report: &ReassessReport, plan: ReassessPlan) -> String {
    let ingested = &report.ingested;
    let of_kind = |(kind, before, after): &(_, u64, u64)| {
        json!({
            "kind": kind,
            "before": before,
            "after": after,
            "gained": report.findings.count(*kind, Became::Gained),
            "lost": report.findings.count(*kind, Became::Lost),
            "reweighed": report.findings.count(*kind, Became::Reweighed),
        })
    };
    let example = |change: &FindingChange| {
        json!({
            "lot": change.lot,
            "notice": change.notice,
            "number": change.number,
            "kind": change.kind,
            "became": Became::of(change.before, change.after).map(Became::as_str),
            "rule": change.rule,
            "quote": change.quote,
        })
    };
    let examples = report.findings.examples.values().flatten();
    let told = json!({
        "isTrial": plan.is_trial,
        "documents": ingested.documents,
        "notices": ingested.changed,
        "lots": ingested.lots,
        "events": ingested.events,
        "byKind": report.by_kind.iter().map(of_kind).collect::<Vec<_>>(),
        "examples": examples.map(example).collect::<Vec<_>>(),
    });
    format!("{told}\n")
}
