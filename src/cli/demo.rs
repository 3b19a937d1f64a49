//! `passerelle demo`: the whole program on a throw-away database, fed by the bundled sample through
//! the same fetch, decode, flag and store path that BOAMP takes. No network.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, Utc};
use rust_embed::RustEmbed;
use tempfile::TempDir;

use super::output;
use crate::app::{self, App, new_id};
use crate::clock::{Clock, ShiftedClock};
use crate::config::Config;
use crate::http::replay::{Replay, ReplayRecord, serve};
use crate::jobs::plan;
use crate::store;
use crate::store::lot_filter::LotFilter;
use crate::usecases::pull::{PullPlan, pull};

#[derive(RustEmbed)]
#[folder = "sample/boamp/"]
struct Sample;

/// The instant the sample was written for: Monday 23 November 2026, half past nine in Paris.
fn sample_instant() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_422_600, 0).unwrap_or_default()
}

/// The bundled notices as the API would send them. In the files `gestion` and `donnees` stand
/// open, to be readable; the API sends them as JSON inside a string.
///
/// # Errors
/// When a bundled file is not a record: a defect of the program.
pub fn sample() -> anyhow::Result<Replay> {
    let mut records = Vec::new();
    for name in Sample::iter() {
        let file = Sample::get(&name).with_context(|| format!("the sample has no {name}"))?;
        let mut record: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(&file.data).with_context(|| format!("sample {name}"))?;
        for nested in ["gestion", "donnees"] {
            if let Some(value) = record.get_mut(nested) {
                *value = serde_json::Value::String(value.to_string());
            }
        }
        let text = |field: &str| record.get(field).and_then(|value| value.as_str());
        let idweb =
            text("idweb").with_context(|| format!("sample {name} has no idweb"))?.to_owned();
        let day: NaiveDate = text("dateparution")
            .and_then(|day| day.parse().ok())
            .with_context(|| format!("sample {name} has no dateparution"))?;
        records.push(ReplayRecord { idweb, day, json: serde_json::to_string(&record)? });
    }
    Ok(Replay(records))
}

/// Runs the demonstration.
///
/// # Errors
/// When the port is taken, or something that should not fails.
pub async fn run(mut config: Config) -> anyhow::Result<()> {
    let began = Instant::now();
    let listener = app::listen(config.server.listen).await?;
    let address = listener.local_addr()?;
    let folder = TempDir::new().context("no temporary folder could be made")?;
    let replay = sample()?;
    let days: BTreeSet<NaiveDate> = replay.0.iter().map(|record| record.day).collect();
    let replayed = serve(replay).await.context("no free port for the replay of BOAMP")?;
    config.database.url = format!("sqlite://{}", folder.path().join("demo.db").display());
    config.feeds.boamp.api_url = replayed;
    config.feeds.boamp.flux_url = String::new();
    config.feeds.pull_only("boamp");
    let clock: Arc<dyn Clock> = Arc::new(ShiftedClock::starting_at(sample_instant()));
    let app = App::build(config, clock).await?;
    let plan =
        PullPlan { days: Some(days.into_iter().collect()), ..plan(&app.config.feeds, "boamp") };
    let feed = app.feed("boamp")?;
    let report = pull(&app.ingestor, feed.as_ref(), &plan, new_id(), &|_| {}).await?;
    anyhow::ensure!(report.failed.is_empty(), "the sample could not be read: {:?}", report.failed);
    let lots = store::lots::count(app.ingestor.db().read(), &LotFilter::default()).await?;
    let documents = report.ingested.documents;
    output::print(&greeting(&format!("http://{address}"), documents, lots.value, began))?;
    app.serve(listener, app::stop_signal()).await
}

/// Three questions to try, one for each kind of user.
pub const QUESTIONS: [(&str, &str); 3] = [
    (
        "Un acheteur : les lots comparables au mien, avec une clause d'insertion.",
        r#"{ lots(filter: {cpv: ["9091"], departments: ["34"], kinds: [EXECUTION_CLAUSE]}) { nodes { title findings { kind article { article } evidence { quote } } } } }"#,
    ),
    (
        "Une entreprise d'insertion : les lots ouverts près de Montpellier auxquels je peux répondre.",
        r#"{ lots(filter: {isOpen: true, eligibleFor: [EI], cpv: ["9091", "7731"], near: {commune: "Montpellier", radiusKm: 40}}) { nodes { title deadline { at } findings { kind evidence { quote } } } } }"#,
    ),
    (
        "Un tableau de bord : combien de lots réservés, combien avec une clause.",
        "{ tous: lots { totalCount } clauses: lots(filter: {kinds: [EXECUTION_CLAUSE]}) { totalCount } reserves: lots(filter: {kinds: [RESERVED_SIAE, RESERVED_EA_ESAT]}) { totalCount } }",
    ),
];

fn greeting(url: &str, documents: u64, lots: u64, began: Instant) -> String {
    let seconds = began.elapsed().as_secs_f64();
    let mut text = format!(
        "\
Passerelle, démonstration : {documents} avis inventés, {lots} lots, lus en {seconds:.1} s.
La démonstration se passe le lundi 23 novembre 2026. Base jetable : rien ne reste après Ctrl-C.

  GraphiQL  {url}/graphiql   (six exemples y sont ouverts)
  Accueil   {url}/

Trois questions à essayer, à coller dans GraphiQL :
"
    );
    for (title, query) in QUESTIONS {
        text.push_str(&format!("\n  {title}\n    {query}\n"));
    }
    let body = serde_json::json!({ "query": QUESTIONS[2].1 });
    text.push_str(&format!(
        "\nOu depuis un autre terminal :\n    curl -s {url}/graphql -H 'content-type: application/json' -d '{body}'\n"
    ));
    text
}
