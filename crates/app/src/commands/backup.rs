//! `backup FILE` and `restore FILE` of the embedded database.

use std::path::{Path, PathBuf};

use platform::db::{DatabaseUrl, Db, Migrator};

use crate::cli::Failure;
use crate::config::Config;
use crate::{serve, wiring};

/// Writes a consistent copy while the product runs.
pub(crate) async fn backup(config: Config, file: &Path) -> Result<(), Failure> {
    let url: DatabaseUrl = config.database.url.reveal()?.parse()?;
    let db = Db::open(&url).await?;
    db.backup(file).await?;
    println!(
        "Copied to {}. Keep a copy of the master key (secrets.key) elsewhere: without it sealed values stay sealed.",
        file.display()
    );
    Ok(())
}

/// Puts a copy back; what was there is kept beside it.
pub(crate) async fn restore(config: Config, file: &Path) -> Result<(), Failure> {
    let url: DatabaseUrl = config.database.url.reveal()?.parse()?;
    let Some(target) = url.file() else {
        return Err("a PostgreSQL database is restored with pg_restore or psql".into());
    };
    if !file.is_file() {
        return Err(format!("there is no file {}", file.display()).into());
    }
    fits(file).await?;
    if is_in_use(&target) {
        return Err("the product is running on this database; stop it first".into());
    }
    let kept = set_aside(&target)?;
    let unfinished = with_ending(&target, ".unfinished");
    std::fs::copy(file, &unfinished)?;
    std::fs::File::open(&unfinished)?.sync_all()?;
    std::fs::rename(&unfinished, &target)?;
    println!("Restored from {}.", file.display());
    if let Some(kept) = kept {
        println!("What was there is now {}.", kept.display());
    }
    Ok(())
}

/// Whether the copy is a database this program can use.
async fn fits(file: &Path) -> Result<(), Failure> {
    let db = Db::open(&DatabaseUrl::sqlite(file)).await?;
    let migrator = Migrator::new(wiring::migrations());
    serve::refuse_newer(&db, &migrator).await?;
    let status = migrator.status(&db).await?;
    db.close().await;
    if status.iter().any(|step| step.applied) {
        Ok(())
    } else {
        Err(format!("{} is no copy of ours", file.display()).into())
    }
}

/// An open database keeps a write-ahead log beside it, which the last one to close it removes.
fn is_in_use(target: &Path) -> bool {
    with_ending(target, "-wal").metadata().is_ok_and(|log| log.len() > 0)
}

fn set_aside(target: &Path) -> Result<Option<PathBuf>, Failure> {
    if !target.exists() {
        return Ok(None);
    }
    let free = (1..)
        .map(|number| with_ending(target, &format!(".before-restore-{number}")))
        .find(|name| !name.exists());
    let kept = free.ok_or("no free name beside the database")?;
    std::fs::rename(target, &kept)?;
    for ending in ["-wal", "-shm"] {
        // Empty by now: nobody has the database open.
        drop(std::fs::remove_file(with_ending(target, ending)));
    }
    Ok(Some(kept))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
