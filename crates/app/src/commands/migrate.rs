//! `migrate status | up | down N`

use platform::db::{Db, Migrator};
use serde::Serialize;

use crate::cli::{Failure, Way};
use crate::config::Config;
use crate::database::Upgrade;
use crate::{database, wiring};

/// A step of the schema; `unknown` ones were made by a newer program.
#[derive(Serialize)]
struct Step<'a> {
    name: &'a str,
    state: &'static str,
}

pub(crate) async fn run(config: Config, way: Way) -> Result<(), Failure> {
    let platform = match way {
        Way::Up => database::connect(&config).await?,
        Way::Status { .. } | Way::Down { .. } => database::existing(&config).await?,
    };
    let (db, migrator) = (platform.db(), Migrator::new(wiring::migrations()));
    match way {
        Way::Status { json } => status(db, &migrator, json).await?,
        Way::Up => {
            database::bring_up_to_date(&config, &platform, Upgrade::Any).await?;
            println!("The schema is up to date.");
        }
        Way::Down { steps } => {
            database::refuse_newer(db, &migrator).await?;
            migrator.down(db, steps).await?;
            println!("Undone: {steps}.");
        }
    }
    Ok(())
}

async fn status(db: &Db, migrator: &Migrator, json: bool) -> Result<(), Failure> {
    let known = migrator.status(db).await?;
    let known = known.iter().map(|step| Step {
        name: &step.name,
        state: if step.applied { "applied" } else { "missing" },
    });
    let unknown = migrator.unknown(db).await?;
    let unknown = unknown.iter().map(|name| Step { name, state: "unknown" });
    let steps: Vec<_> = known.chain(unknown).collect();
    if json {
        println!("{}", serde_json::to_string_pretty(&steps)?);
        return Ok(());
    }
    for Step { name, state } in steps {
        println!("{state}  {name}");
    }
    Ok(())
}
