//! A consistent copy of the embedded database while it runs.

use std::path::{Path, PathBuf};

use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, Statement};

use super::{Backend, Db};
use crate::{Error, Result};

impl Db {
    /// Looks the whole embedded database through for damage: torn pages, flipped bytes, broken indexes.
    ///
    /// # Errors
    /// The first damage found.
    pub async fn check(&self) -> Result<()> {
        #[derive(FromQueryResult)]
        struct Line {
            quick_check: String,
        }
        let Backend::Sqlite { readers, .. } = &self.0.backend else {
            return Ok(());
        };
        let ask = Statement::from_string(DbBackend::Sqlite, "PRAGMA quick_check(1)");
        match Line::find_by_statement(ask).one(readers).await? {
            Some(line) if line.quick_check != "ok" => Err(Error::internal(format!(
                "the database is damaged: {}",
                line.quick_check
            ))),
            _ => Ok(()),
        }
    }

    /// Writes a consistent copy to `target`, which must not exist yet. The copy appears under its name only once it is
    /// complete.
    ///
    /// # Errors
    /// On PostgreSQL, which has tools of its own for this; when the file exists or the disk fails.
    pub async fn backup(&self, target: &Path) -> Result<()> {
        let Backend::Sqlite { readers, .. } = &self.0.backend else {
            return Err(Error::internal(
                "a PostgreSQL database is backed up with pg_dump or pg_basebackup",
            ));
        };
        if target.exists() {
            return Err(Error::internal(format!(
                "{} exists already; name another file",
                target.display()
            )));
        }
        let unfinished = unfinished(target);
        // What a backup that was killed left behind is nobody's copy.
        drop(std::fs::remove_file(&unfinished));
        let name = unfinished.display().to_string();
        readers
            .execute_raw(Statement::from_sql_and_values(
                DbBackend::Sqlite,
                "VACUUM INTO $1",
                [name.into()],
            ))
            .await?;
        let sync_and_name = || {
            std::fs::File::open(&unfinished)?.sync_all()?;
            std::fs::rename(&unfinished, target)
        };
        sync_and_name().map_err(Error::internal)
    }
}

fn unfinished(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}
