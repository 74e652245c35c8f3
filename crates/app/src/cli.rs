//! The command line: `--help` says what it promises. Exit 0 done, 1 failed, 2 wrong usage.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};
use platform::telemetry;

use crate::commands;
use crate::config::{Config, LogFormat};
use crate::{demo, serve};

/// A failure, in a sentence that says what to do.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The back office of companies that sell what they buy.
#[derive(Parser)]
#[command(name = "entrepot", version, max_term_width = 100)]
struct Cli {
    /// The configuration file; without it entrepot.toml here, if there is one.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The whole product with nothing set up: seeds two companies, simulates every provider, serves.
    Demo(Demo),
    /// Serves HTTP; with --all also runs jobs and schedules in the same process.
    Serve {
        /// Jobs and schedules too.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Runs jobs.
    Work {
        /// Only these queues, separated by commas.
        #[arg(long, value_delimiter = ',')]
        queues: Vec<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Runs schedules; of several processes one leads.
    Tick {
        #[command(flatten)]
        place: Place,
    },
    /// The schema: what has run, apply what is missing, undo the last steps.
    Migrate {
        #[command(subcommand)]
        way: Way,
        #[command(flatten)]
        place: Place,
    },
    /// Checks configuration, database, providers, clock and disk, and says how to mend what it finds.
    Doctor {
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Brings in a price list; --dry-run shows every change and every bad cell and changes nothing.
    Import(commands::import::Import),
    /// Writes out a company's prices, customers, audit log or journal.
    Export(commands::export::Export),
    /// A consistent copy of the embedded database, while it runs.
    Backup {
        /// The file to write; it must not exist.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Puts a copy back; the product must not run meanwhile. What was there is kept beside it.
    Restore {
        /// The copy.
        file: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Recomputes what must add up; exit 1 and the first difference if anything does not.
    Verify {
        /// What.
        what: Verify,
        /// Only this company; all of them without it.
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Prints the API's OpenAPI document.
    Openapi,
    /// Prints the events the product tells, with samples.
    Events,
    /// Prints who may do what by default.
    Permissions,
    /// Prints every route.
    Routes,
    /// Prints the configuration in force, without secrets.
    Config {
        #[command(subcommand)]
        what: ConfigCommand,
    },
}

/// Which data a command works on.
#[derive(Args, Clone, Default)]
pub(crate) struct Place {
    /// A data folder, such as the demo's.
    #[arg(long, value_name = "DIR", global = true, conflicts_with = "database")]
    pub(crate) data: Option<PathBuf>,
    /// A database URL: sqlite://FILE or postgres://….
    #[arg(long, value_name = "URL", global = true)]
    pub(crate) database: Option<String>,
}

#[derive(Args)]
pub(crate) struct Demo {
    /// Where everything is kept.
    #[arg(long, default_value = "data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Where to answer.
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
    /// Everybody's password; without it one is made up and kept in demo.json.
    #[arg(long, value_name = "P")]
    pub(crate) password: Option<String>,
    /// Starts over: what the folder held is removed.
    #[arg(long, conflicts_with = "database")]
    pub(crate) fresh: bool,
    /// Another database than the embedded one in the folder.
    #[arg(long, value_name = "URL")]
    pub(crate) database: Option<String>,
}

#[derive(Subcommand, Clone, Copy)]
pub(crate) enum Way {
    /// Every step and whether it has run.
    Status {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Applies what is missing.
    Up,
    /// Undoes the last steps.
    Down {
        /// How many.
        steps: u32,
    },
}

#[derive(ValueEnum, Clone, Copy)]
pub(crate) enum Verify {
    /// The audit log's hash chain.
    Audit,
    /// Every stored price, from the prices as they were recorded then.
    Prices,
    /// Balances and months of the books, from their entries.
    Ledger,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Prints it.
    Print,
    /// Says whether it is right.
    Check,
}

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match carry_out(cli) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("entrepot: {}", with_sources(failure.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn with_sources(failure: &(dyn std::error::Error + 'static)) -> String {
    let sources = std::iter::successors(Some(failure), |error| error.source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn carry_out(cli: Cli) -> Result<ExitCode, Failure> {
    let config = Config::load(cli.config.as_deref())?;
    let format = match config.logs.format {
        LogFormat::Text => telemetry::LogFormat::Text,
        LogFormat::Json => telemetry::LogFormat::Json,
    };
    telemetry::log(format, &config.logs.filter);
    // Only a second provider in the same process could make this fail, and there is none.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(dispatch(cli.command, config))
}

async fn dispatch(command: Command, config: Config) -> Result<ExitCode, Failure> {
    let done = |outcome: Result<(), Failure>| outcome.map(|()| ExitCode::SUCCESS);
    match command {
        Command::Demo(demo) => done(demo::run(demo, config).await),
        Command::Serve { all, place } => done(serve::run(place.apply(config)?, serve::Roles::serve(all)).await),
        Command::Work { queues, place } => done(serve::run(place.apply(config)?, serve::Roles::work(queues)).await),
        Command::Tick { place } => done(serve::run(place.apply(config)?, serve::Roles::tick()).await),
        Command::Migrate { way, place } => done(commands::migrate::run(place.apply(config)?, way).await),
        Command::Doctor { json, place } => commands::doctor::run(place.apply(config)?, json).await,
        Command::Import(import) => commands::import::run(import, config).await,
        Command::Export(export) => done(commands::export::run(export, config).await),
        Command::Backup { file, place } => done(commands::backup::backup(place.apply(config)?, &file).await),
        Command::Restore { file, place } => done(commands::backup::restore(place.apply(config)?, &file).await),
        Command::Verify {
            what,
            tenant,
            json,
            place,
        } => {
            let (config, tenant) = (place.apply(config)?, tenant.as_deref());
            match what {
                Verify::Audit => commands::verify::audit(config, tenant, json).await,
                Verify::Prices => commands::verify::prices(config, tenant, json).await,
                Verify::Ledger => commands::verify::ledger(config, tenant, json).await,
            }
        }
        Command::Openapi => done(commands::documents::openapi().await),
        Command::Events => done(commands::documents::events().await),
        Command::Permissions => done(commands::documents::permissions().await),
        Command::Routes => done(commands::documents::routes().await),
        Command::Config {
            what: ConfigCommand::Print,
        } => done(commands::documents::config(&config)),
        Command::Config {
            what: ConfigCommand::Check,
        } => {
            config.check()?;
            println!("The configuration is right.");
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl Place {
    /// The configuration with this place in it.
    pub(crate) fn apply(&self, mut config: Config) -> Result<Config, Failure> {
        if let Some(folder) = &self.data {
            if !folder.is_dir() {
                return Err(format!(
                    "there is no folder {}; name the one the product keeps its data in",
                    folder.display()
                )
                .into());
            }
            config.data.folder.clone_from(folder);
            let url = format!("sqlite://{}", folder.join("entrepot.db").display());
            config.database.url = platform::config::SecretText::Plain(url);
        }
        if let Some(url) = &self.database {
            config.database.url = platform::config::SecretText::Plain(url.clone());
        }
        Ok(config)
    }
}
