//! The command line.

pub mod assess;
pub mod backfill;
pub mod corrections;
pub mod demo;
pub mod evaluate;
pub mod export;
pub mod files;
pub mod hours;
pub mod ingest;
pub mod keys;
pub mod links;
pub mod output;
pub mod progress;
pub mod reassess;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};

use crate::app::{self, App};
use crate::clock::SystemClock;
use crate::config::{self, Config};
use crate::{graphql, rules, telemetry};

/// Which open public contracts the social and solidarity economy can answer, and the words that
/// prove it.
#[derive(Debug, Parser)]
#[command(name = "passerelle", version, about)]
struct Cli {
    /// Settings file; `passerelle config default` prints one with every setting.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Server and scheduled jobs.
    Serve(Listen),
    /// The same on a throw-away database, fed by the bundled sample. No network.
    Demo(Listen),
    /// Scheduled jobs only, beside servers on one PostgreSQL.
    Worker,
    /// One pull of a feed, or files.
    Ingest(ingest::Arguments),
    /// Years of feeds at once, side by side, or files; with a report at the end.
    Backfill(backfill::Arguments),
    /// Lots and procurements as files: CSV, Parquet, OCDS.
    Export(Box<export::Arguments>),
    /// Findings for files or plain text, and what the law asks of them.
    ///
    /// No database, no network.
    Assess(assess::Arguments),
    /// The rules scored against notices that people labelled.
    ///
    /// Precision and recall by kind, every difference with its words. No database, no network.
    Evaluate(evaluate::Arguments),
    /// How many hours of insertion a contract can bear.
    ///
    /// No database, no network.
    Hours(hours::Arguments),
    /// How stored documents are joined, and the doubtful links that a person should look at.
    Links(links::Arguments),
    /// What people say of findings (`correctFinding`), for those who write the rules.
    Corrections(corrections::Arguments),
    /// People who use the server under their name, and their keys.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Decode and assess again everything that is stored, and report what changed.
    Reassess(reassess::Arguments),
    /// The GraphQL schema in SDL.
    Schema,
    /// The rule book as Markdown.
    Rules,
    /// Bring the schema of the database up to date.
    Migrate,
    /// Settings.
    #[command(subcommand)]
    Config(ConfigCommand),
}

#[derive(Debug, Args)]
struct Listen {
    /// Address and port, for example 0.0.0.0:8000.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Check the settings and show the effective ones, without secrets.
    Check,
    /// Print every setting with its default.
    Default,
}

/// Runs the program. Errors go to standard error in one sentence with their causes.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn execute(cli: Cli) -> anyhow::Result<()> {
    // What needs no settings works without them.
    match &cli.command {
        Command::Schema => return output::print(&graphql::sdl()),
        Command::Rules => return output::print(&rules::book_markdown()),
        Command::Config(ConfigCommand::Default) => return output::print(config::DEFAULTS),
        Command::Assess(arguments) => return assess::run(arguments),
        Command::Evaluate(arguments) => return evaluate::run(arguments),
        Command::Hours(arguments) => return hours::run(arguments),
        _ => {}
    }
    let mut config = config::load(cli.config.as_deref())?;
    telemetry::init_logs(&config.log);
    if let Command::Config(ConfigCommand::Check) = &cli.command {
        return output::print(&config.shown());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime could not be started")?;
    runtime.block_on(async move {
        match cli.command {
            Command::Serve(listen) => {
                config.server.listen = listen.listen.unwrap_or(config.server.listen);
                serve(config).await
            }
            Command::Demo(listen) => {
                config.server.listen = listen.listen.unwrap_or(config.server.listen);
                demo::run(config).await
            }
            Command::Worker => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                app.work(app::stop_signal()).await;
                Ok(())
            }
            Command::Ingest(arguments) => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                ingest::run(&app, arguments).await
            }
            Command::Backfill(arguments) => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                backfill::run(&app, arguments).await
            }
            Command::Corrections(arguments) => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                corrections::run(&app, &arguments).await
            }
            Command::Keys(command) => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                keys::run(&app, command).await
            }
            Command::Links(arguments) => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                links::run(&app, &arguments).await
            }
            Command::Export(arguments) => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                export::run(&app, *arguments).await
            }
            Command::Reassess(arguments) => {
                let app = App::build(config, Arc::new(SystemClock)).await?;
                reassess::run(&app, &arguments).await
            }
            Command::Migrate => {
                let db = app::open_database(&config, None).await?;
                db.migrate().await?;
                output::print("The schema is up to date.\n")
            }
            Command::Schema
            | Command::Rules
            | Command::Assess(_)
            | Command::Evaluate(_)
            | Command::Hours(_)
            | Command::Config(_) => Ok(()),
        }
    })
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let listener = app::listen(config.server.listen).await?;
    let address = listener.local_addr()?;
    let app = App::build(config, Arc::new(SystemClock)).await?;
    tracing::info!("serving on http://{address}, GraphiQL on http://{address}/graphiql");
    let stop = app::stop_signal();
    let (served, ()) = tokio::join!(app.serve(listener, stop.clone()), app.work(stop));
    served
}
