//! `backup FILE` and `restore FILE` of the embedded database.

use std::path::{Path, PathBuf};

use platform::db::{DatabaseUrl, Db, Migrator};

use crate::cli::Failure;
use crate::config::Config;
use crate::database::{self, free_name, with_ending};
use crate::wiring;

/// Writes a consistent copy while the product runs.
pub(crate) async fn backup(config: Config, file: &Path) -> Result<(), Failure> {
    database::must_exist(&config)?;
    let url: DatabaseUrl = config.database.url.reveal()?.parse()?;
    let db = Db::open(&url).await?;
    db.backup(file).await?;
    println!(
        "Copied to {}. Keep a copy of the master key (secrets.key) elsewhere: without it sealed values stay sealed.",
        file.display()
    );
    Ok(())
}

/// Puts a copy back; what was there is kept beside it. The database is the old one or the restored one at every moment.
pub(crate) async fn restore(config: Config, file: &Path) -> Result<(), Failure> {
    let url: DatabaseUrl = config.database.url.reveal()?.parse()?;
    let Some(target) = url.file() else {
        return Err("a PostgreSQL database is restored with pg_restore or psql".into());
    };
    if !file.is_file() {
        return Err(format!("there is no file {}", file.display()).into());
    }
    let _hold = database::hold_alone(&config)?;
    let unfinished = with_ending(&target, ".unfinished");
    std::fs::copy(file, &unfinished)?;
    if let Err(unfit) = fits(&unfinished).await {
        std::fs::remove_file(&unfinished)?;
        return Err(format!("{} cannot be restored: {unfit}", file.display()).into());
    }
    std::fs::File::open(&unfinished)?.sync_all()?;
    let kept = keep(&target).await?;
    std::fs::rename(&unfinished, &target)?;
    println!("Restored from {}.", file.display());
    if let Some(kept) = kept {
        println!("What was there is now {}.", kept.display());
    }
    Ok(())
}

/// Whether the copy is whole and a database this program can use.
async fn fits(file: &Path) -> Result<(), Failure> {
    let db = Db::open(&DatabaseUrl::sqlite(file)).await?;
    let outcome = is_ours(&db).await;
    db.close().await;
    outcome
}

async fn is_ours(db: &Db) -> Result<(), Failure> {
    db.check().await?;
    let migrator = Migrator::new(wiring::migrations());
    database::refuse_newer(db, &migrator).await?;
    if migrator.status(db).await?.iter().any(|step| step.applied) {
        Ok(())
    } else {
        Err("it is no copy of this program's database".into())
    }
}

/// Gives the database a second name, so that the first can be given to the copy in one step; what the second is.
async fn keep(target: &Path) -> Result<Option<PathBuf>, Failure> {
    if !target.exists() {
        return Ok(None);
    }
    // Opening and closing takes in the write-ahead log that a killed program left behind.
    if let Ok(db) = Db::open(&DatabaseUrl::sqlite(target)).await {
        db.close().await;
    }
    let kept = free_name(&with_ending(target, ".before-restore"));
    let log = with_ending(target, "-wal");
    if !log.exists() && std::fs::hard_link(target, &kept).is_ok() {
        return Ok(Some(kept));
    }
    // A damaged database keeps its log; some file systems know no second names.
    std::fs::rename(target, &kept)?;
    for ending in ["-wal", "-shm"] {
        let beside = with_ending(target, ending);
        if beside.exists() {
            std::fs::rename(&beside, with_ending(&kept, ending))?;
        }
    }
    Ok(Some(kept))
}
