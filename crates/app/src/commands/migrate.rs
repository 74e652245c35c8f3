//! `migrate status | up | down N`

use platform::db::Migrator;

use crate::cli::{Failure, Way};
use crate::config::Config;
use crate::{serve, wiring};

pub(crate) async fn run(config: Config, way: Way) -> Result<(), Failure> {
    let platform = serve::connect(&config).await?;
    let (db, migrator) = (platform.db(), Migrator::new(wiring::migrations()));
    match way {
        Way::Status => {
            for step in migrator.status(db).await? {
                println!("{}  {}", if step.applied { "applied" } else { "missing" }, step.name);
            }
            for name in migrator.unknown(db).await? {
                println!("unknown  {name}");
            }
        }
        Way::Up => {
            serve::refuse_newer(db, &migrator).await?;
            migrator.up(db).await?;
            println!("The schema is up to date.");
        }
        Way::Down { steps } => {
            serve::refuse_newer(db, &migrator).await?;
            migrator.down(db, steps).await?;
            println!("Undone: {steps}.");
        }
    }
    Ok(())
}
