//! `passerelle evaluate`: the rules against labels that people set, by kind, with every difference
//! and its words.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use chrono::DateTime;
use clap::Args;
use serde::Serialize;

use super::files::files;
use super::output;
use crate::domain::notice::Notice;
use crate::feeds::recognise;
use crate::rules;
use crate::rules::evaluate::{
    Difference, Fault, Labelled, Part, Score, Sort, Statement, Tallies, Tally, name,
};

/// Arguments of `evaluate`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Labels, one JSON object a line: `id`, and `labels` of `lot`, `kind`, `evidence`, `note`.
    #[arg(long, value_name = "FILE")]
    gold: PathBuf,
    /// Folder of the notices.
    #[arg(long, value_name = "DIR")]
    notices: PathBuf,
    /// Only one of N parts of equal size, by a digest of the notice's name: 2/5 is the second of
    /// five.
    #[arg(long, value_name = "K/N")]
    part: Option<Part>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// What was scored, and what could not be.
#[derive(Default)]
struct Evaluation {
    score: Score,
    /// Lines of labels whose notice is not in the folder.
    without_notice: Vec<String>,
    /// Notices without a line: nobody says what is to be found in them.
    without_line: Vec<String>,
}

/// Runs `evaluate`.
///
/// # Errors
/// When a file cannot be read, or a line of labels is not one.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let lines = gold(&arguments.gold)?;
    let notices = notices(&arguments.notices)?;
    let is_in = |id: &str| arguments.part.is_none_or(|part| part.holds(id));
    let mut evaluation = Evaluation::default();
    let mut seen = BTreeSet::new();
    for line in lines.iter().filter(|line| is_in(&line.id)) {
        let id = name(&line.id);
        match notices.get(&id) {
            Some(notice) => {
                evaluation.score.add(&line.labels, notice, &rules::assess(notice));
            }
            None => evaluation.without_notice.push(line.id.clone()),
        }
        seen.insert(id);
    }
    let unseen = notices.keys().filter(|id| is_in(id) && !seen.contains(*id));
    evaluation.without_line = unseen.cloned().collect();
    anyhow::ensure!(
        evaluation.score.notices > 0,
        "no notice of {} has a line in {}",
        arguments.notices.display(),
        arguments.gold.display()
    );
    output::print(&if arguments.json { json(&evaluation)? } else { text(&evaluation) })
}

fn gold(path: &Path) -> anyhow::Result<Vec<Labelled>> {
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(at, line)| {
        serde_json::from_str(line)
            .with_context(|| format!("{}, line {}: not labels", path.display(), at + 1))
    });
    read.collect()
}

/// The notices of a folder by the name that labels use.
fn notices(folder: &Path) -> anyhow::Result<BTreeMap<String, Notice>> {
    let mut notices = BTreeMap::new();
    for path in files(&[folder.to_owned()])? {
        let bytes =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let documents = recognise::split(&bytes, &path.display().to_string(), DateTime::UNIX_EPOCH);
        let read = documents.iter().filter_map(|document| recognise::decode(document).notice);
        notices.extend(read.map(|notice| (name(&notice.source_id), notice)));
    }
    Ok(notices)
}

/// A class, or the total, in figures.
#[derive(Serialize)]
struct Row {
    kind: &'static str,
    notice: Figures,
    lot: Figures,
}

#[derive(Serialize)]
struct Figures {
    right: u32,
    extra: u32,
    missed: u32,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
}

impl From<Tally> for Figures {
    fn from(tally: Tally) -> Self {
        let Tally { right, extra, missed } = tally;
        let (precision, recall, f1) = (tally.precision(), tally.recall(), tally.f1());
        Self { right, extra, missed, precision, recall, f1 }
    }
}

fn row(kind: &'static str, tallies: Tallies) -> Row {
    Row { kind, notice: tallies.notice.into(), lot: tallies.lot.into() }
}

/// The rows of the table: the classes of the total, the total, the classes apart.
fn rows(score: &Score) -> Vec<Row> {
    let of = |apart| {
        let kinds = score.kinds.iter().filter(move |(kind, _)| kind.is_apart() == apart);
        kinds.map(|(kind, tallies)| row(kind.as_str(), *tallies))
    };
    of(false).chain([row("TOTAL", score.total())]).chain(of(true)).collect()
}

fn json(evaluation: &Evaluation) -> anyhow::Result<String> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Shown<'a> {
        notices: u32,
        kinds: Vec<Row>,
        differences: &'a [Difference],
        without_notice: &'a [String],
        without_line: &'a [String],
    }
    let shown = Shown {
        notices: evaluation.score.notices,
        kinds: rows(&evaluation.score),
        differences: &evaluation.score.differences,
        without_notice: &evaluation.without_notice,
        without_line: &evaluation.without_line,
    };
    Ok(serde_json::to_string(&shown)? + "\n")
}

fn text(evaluation: &Evaluation) -> String {
    let score = &evaluation.score;
    let mut text = format!("{} notices scored\n", score.notices);
    for (what, names) in [
        ("labels without a notice", &evaluation.without_notice),
        ("notices without labels, not scored", &evaluation.without_line),
    ] {
        if !names.is_empty() {
            text.push_str(&format!("{} {what}: {}\n", names.len(), names.join(", ")));
        }
    }
    let heading = "right extra missed  prec. recall    F1";
    text.push_str(&format!("\n{:14}{:39}by lot\n{:14}{heading} {heading}\n", "", "by notice", ""));
    for Row { kind, notice, lot } in rows(score) {
        text.push_str(&format!("{kind:14}{} {}\n", figures(&notice), figures(&lot)));
    }
    let apart: Vec<&str> =
        score.kinds.keys().filter(|kind| kind.is_apart()).map(|kind| kind.as_str()).collect();
    if !apart.is_empty() {
        text.push_str(&format!("{} scored apart\n", apart.join(" and ")));
    }
    for difference in &score.differences {
        text.push_str(&told(difference));
    }
    text
}

fn figures(figures: &Figures) -> String {
    let Figures { right, extra, missed, .. } = figures;
    let shown = |share: Option<f64>| share.map_or("–".to_owned(), |share| format!("{share:.3}"));
    let (precision, recall) = (shown(figures.precision), shown(figures.recall));
    let f1 = shown(figures.f1);
    format!("{right:>5} {extra:>5} {missed:>6} {precision:>6} {recall:>6} {f1:>5}")
}

fn told(difference: &Difference) -> String {
    let Difference { notice, kind, fault, expected, found } = difference;
    let fault = match fault {
        Fault::Missed => "missed",
        Fault::Extra => "found without a label",
        Fault::OtherLots => "found on other lots",
    };
    let mut told = format!("\n{notice} {} {fault}\n", Sort::as_str(*kind));
    for (side, statement) in [("expected", expected), ("found", found)] {
        let Some(Statement { lots, texts }) = statement else { continue };
        let lots = lots
            .as_ref()
            .map_or("all".to_owned(), |lots| lots.iter().cloned().collect::<Vec<_>>().join(", "));
        told.push_str(&format!("  {side}, lots: {lots}\n"));
        for words in texts {
            told.push_str(&format!("    « {} »\n", words.replace('\n', " ")));
        }
    }
    told
}
