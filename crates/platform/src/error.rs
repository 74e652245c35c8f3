//! What can go wrong below the edge: something the caller is told, or something of ours.

use kernel::Problem;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A room's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A refusal the caller is told, or a failure of ours with its source kept for the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What the caller is told.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The database failed.
    #[error("the database failed")]
    Db(#[source] DbErr),
    /// Anything else that is our fault.
    #[error("internal failure")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A failure of ours, in words for the log.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The problem a caller is told, if this is one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            Self::Db(_) | Self::Internal(_) => None,
        }
    }

    /// Whether a unique key refused the row.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Db(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
    }

    /// Whether running the same transaction again may well succeed: PostgreSQL's serialization failure and deadlock.
    pub(crate) fn is_transient(&self) -> bool {
        matches!(self, Self::Db(error) if sqlstate(error).is_some_and(|code| code == "40001" || code == "40P01"))
    }
}

impl From<DbErr> for Error {
    /// PostgreSQL cannot store the character NUL in a text (SQLSTATE 22021): that is for the sender to mend.
    fn from(error: DbErr) -> Self {
        if sqlstate(&error).is_some_and(|code| code == "22021") {
            return Self::Problem(Problem::refused("text_not_storable"));
        }
        Self::Db(error)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}

fn sqlstate(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(source)) | DbErr::Query(RuntimeErr::SqlxError(source))) = error else {
        return None;
    };
    source.as_database_error()?.code().map(|code| code.into_owned())
}

/// An error with all that caused it, for logs and dead letters.
pub(crate) fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}
