//! `passerelle export`: lots and procurements as files.

use std::fs::Permissions;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::pin::pin;

use anyhow::Context as _;
use clap::Args;
use clap::builder::PossibleValuesParser;
use futures_util::StreamExt as _;
use serde_json::{Map, Value, json};

use super::output;
use crate::app::App;
use crate::export::ExportFormat;
use crate::graphql::read_lot_filter;
use crate::usecases::export::{ExportPlan, Wanted, export};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Kind of file: a table of lots, or procurements in OCDS 1.1 as a package or one a line.
    #[arg(long, value_parser = PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::name)))]
    format: String,
    /// Where to write it; `-` is standard output. A file is there only when it is whole.
    #[arg(long, value_name = "FILE", default_value = "-")]
    out: PathBuf,
    /// The filter as one JSON document, in the words of `LotFilter` in GraphQL.
    #[arg(long, value_name = "JSON", conflicts_with = "Filter")]
    filter: Option<String>,
    /// One procurement, by its identifier in OCDS.
    #[arg(long)]
    ocid: Option<String>,
    #[command(flatten)]
    flags: Filter,
}

/// The fields of `LotFilter` in GraphQL, with the same meaning: fields add up, the values of one
/// are alternatives, and several values stand between commas.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which lots")]
struct Filter {
    /// Words that all stand in the lot or its notice.
    #[arg(long)]
    text: Option<String>,
    /// Kinds of finding, for example EXECUTION_CLAUSE,RESERVED_SIAE.
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    kinds: Vec<String>,
    /// Findings at least this sure: LOW, MEDIUM or HIGH.
    #[arg(long, value_name = "LEVEL")]
    min_confidence: Option<String>,
    /// Suppliers that may answer or supply hours, for example EI,ESAT.
    #[arg(long, value_name = "SUPPLIER", value_delimiter = ',')]
    eligible_for: Vec<String>,
    /// CPV branches, for example 9091.
    #[arg(long, value_delimiter = ',')]
    cpv: Vec<String>,
    /// Departments by INSEE code, for example 34,2A.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    departments: Vec<String>,
    /// NUTS codes, for example FRJ13.
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    nuts: Vec<String>,
    /// Communes by INSEE code or name.
    #[arg(long, value_name = "COMMUNE", value_delimiter = ',')]
    communes: Vec<String>,
    /// Centre of a circle, by commune; with --radius-km.
    #[arg(long, value_name = "COMMUNE", requires = "radius_km")]
    near: Option<String>,
    /// Radius of the circle.
    #[arg(long, value_name = "KM", requires = "near")]
    radius_km: Option<f64>,
    /// Buyers by global id of the API.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    buyers: Vec<String>,
    /// BOAMP, TED, APPROCH.
    #[arg(long, value_name = "SOURCE", value_delimiter = ',')]
    sources: Vec<String>,
    /// Estimated value at least this, in euros.
    #[arg(long, value_name = "EUROS")]
    amount_from: Option<f64>,
    /// Estimated value at most this, in euros.
    #[arg(long, value_name = "EUROS")]
    amount_to: Option<f64>,
    /// Lots without an estimated value pass the amounts too.
    #[arg(long)]
    include_unknown: bool,
    /// Deadline at or after this instant, for example 2026-11-23T00:00:00Z.
    #[arg(long, value_name = "INSTANT")]
    deadline_from: Option<String>,
    /// Deadline before or at this instant.
    #[arg(long, value_name = "INSTANT")]
    deadline_to: Option<String>,
    /// First day of publication, for example 2026-09-01.
    #[arg(long, value_name = "DATE")]
    published_from: Option<String>,
    /// Last day of publication.
    #[arg(long, value_name = "DATE")]
    published_to: Option<String>,
    /// Lots that can be answered at this instant.
    #[arg(long, value_name = "INSTANT")]
    open_at: Option<String>,
    /// Lots that can be answered now.
    #[arg(long)]
    is_open: bool,
}

impl Filter {
    /// The filter as the API takes it; what is not asked for is left out.
    fn to_json(&self) -> Value {
        let list = |values: &[String]| (!values.is_empty()).then(|| json!(values));
        let yes = |is: bool| is.then_some(Value::Bool(true));
        let circle = |near| json!({ "commune": near, "radiusKm": self.radius_km });
        object([
            ("text", self.text.as_ref().map(|text| json!(text))),
            ("kinds", list(&self.kinds)),
            ("minConfidence", self.min_confidence.as_ref().map(|level| json!(level))),
            ("eligibleFor", list(&self.eligible_for)),
            ("cpv", list(&self.cpv)),
            ("departments", list(&self.departments)),
            ("nuts", list(&self.nuts)),
            ("communes", list(&self.communes)),
            ("near", self.near.as_ref().map(circle)),
            ("buyers", list(&self.buyers)),
            ("sources", list(&self.sources)),
            (
                "amount",
                part([
                    ("from", self.amount_from.map(|euros| json!(euros))),
                    ("to", self.amount_to.map(|euros| json!(euros))),
                    ("includeUnknown", yes(self.include_unknown)),
                ]),
            ),
            ("deadline", range(self.deadline_from.as_ref(), self.deadline_to.as_ref())),
            ("published", range(self.published_from.as_ref(), self.published_to.as_ref())),
            ("openAt", self.open_at.as_ref().map(|at| json!(at))),
            ("isOpen", yes(self.is_open)),
        ])
    }
}

fn object<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(given.collect::<Map<String, Value>>())
}

/// An object, where it has anything.
fn part<const N: usize>(fields: [(&str, Option<Value>); N]) -> Option<Value> {
    let object = object(fields);
    object.as_object().is_some_and(|fields| !fields.is_empty()).then_some(object)
}

fn range(from: Option<&String>, to: Option<&String>) -> Option<Value> {
    part([("from", from.map(|from| json!(from))), ("to", to.map(|to| json!(to)))])
}

/// Runs `export`.
///
/// # Errors
/// When the filter makes no sense, the store fails, or the file cannot be written.
pub async fn run(app: &App, arguments: Arguments) -> anyhow::Result<()> {
    let out = arguments.out.clone();
    let plan = plan(app, arguments).await?;
    let pieces = export(app.ingestor.db().clone(), plan)?;
    let mut pieces = pin!(pieces);
    if out.as_os_str() == "-" {
        while let Some(piece) = pieces.next().await {
            output::write(&piece?)?;
        }
        return Ok(());
    }
    let unwritable = || format!("cannot write {}", out.display());
    // Readable like any other new file; the program's temporary files are its own.
    let like_others = Permissions::from_mode(0o666);
    let mut file = tempfile::Builder::new()
        .permissions(like_others)
        .tempfile_in(folder(&out))
        .with_context(unwritable)?;
    while let Some(piece) = pieces.next().await {
        file.write_all(&piece?).with_context(unwritable)?;
    }
    let size = file.as_file().metadata().with_context(unwritable)?.len();
    file.persist(&out).with_context(unwritable)?;
    output::print(&format!("{}: {size} bytes\n", out.display()))
}

async fn plan(app: &App, arguments: Arguments) -> anyhow::Result<ExportPlan> {
    let format = ExportFormat::ALL.into_iter().find(|format| format.name() == arguments.format);
    let format = format.context("there is no such format")?;
    let flags = || Some(arguments.flags.to_json().to_string()).filter(|flags| flags != "{}");
    let filter_text = arguments.filter.clone().or_else(flags);
    let now = app.clock.now();
    let filter = read_lot_filter(filter_text.as_deref().unwrap_or("{}"), now).await;
    let filter = filter.map_err(anyhow::Error::msg)?;
    let wanted = Wanted { format, filter, filter_text, ocid: arguments.ocid };
    Ok(ExportPlan::new(wanted, app.publication(), now)?)
}

/// The folder a file is in.
fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
