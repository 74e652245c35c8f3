//! Opening the pools.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sea_orm::DatabaseConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::{Backend, Db, Inner, group_commit::GroupCommit};
use crate::{Error, Result};

/// `sqlite://path/to/file.db` or `postgres://user:password@host/database`. Prints without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The embedded database in this file.
    pub fn sqlite(file: &Path) -> Self {
        Self(format!("sqlite://{}", file.display()))
    }

    /// The file of the embedded database, if it is one.
    pub fn file(&self) -> Option<PathBuf> {
        self.0.strip_prefix("sqlite://").map(PathBuf::from)
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = ["sqlite://", "postgres://", "postgresql://"];
        if known.iter().any(|scheme| text.starts_with(scheme)) {
            return Ok(Self(text.to_owned()));
        }
        Err("a database URL starts with sqlite:// or postgres://".to_owned())
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = self.0.find("://").map(|at| at + 3).zip(self.0.rfind('@'));
        match credentials {
            Some((start, end)) if start < end => write!(f, "{}…{}", &self.0[..start], &self.0[end..]),
            _ => f.write_str(&self.0),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Readers beside the one writer of the embedded database.
const SQLITE_READERS: u32 = 4;
/// Connections to PostgreSQL per process.
const POSTGRES_CONNECTIONS: u32 = 16;

impl Db {
    /// Opens the database; creates the file of an embedded one.
    ///
    /// # Errors
    /// When it cannot be reached or its file cannot be written.
    pub async fn open(url: &DatabaseUrl) -> Result<Self> {
        let backend = match url.file() {
            Some(file) => open_sqlite(&file).await,
            None => open_postgres(&url.0).await,
        }
        .map_err(|error| Error::internal(format!("cannot open {url}: {error}")))?;
        Ok(Self(std::sync::Arc::new(Inner {
            backend,
            url: url.clone(),
        })))
    }
}

async fn open_sqlite(file: &Path) -> Result<Backend, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: a commit told "done" survives power loss, not only a crash of ours.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("cache_size", "-4096")
        // REPLACE deletes what it replaces: what is written once must not be replaced either.
        .pragma("recursive_triggers", "on")
        .statement_cache_capacity(256);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .test_before_acquire(false)
        .connect_with(options.clone())
        .await?;
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS)
        .min_connections(1)
        .test_before_acquire(false)
        .connect_with(options.read_only(true))
        .await?;
    Ok(Backend::Sqlite {
        readers: readers.into(),
        writer: GroupCommit::new(writer.into()),
    })
}

async fn open_postgres(url: &str) -> Result<Backend, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?.application_name("entrepot");
    let pool = PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(Backend::Postgres(DatabaseConnection::from(pool)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_url_never_prints_its_password() {
        let url: DatabaseUrl = "postgres://ann:secret@db/entrepot".parse().unwrap();
        assert_eq!(url.to_string(), "postgres://…@db/entrepot");
    }
}
