//! Both databases behind one face: pools, transactions, tenant-filtered queries, migrations.
//!
//! This module alone knows which database runs. SQLite: one writing connection with group commit and a pool of readers.
//! PostgreSQL: one pool, each closure its own transaction, row-level security switched to the scope's tenant.

mod backup;
mod bulk;
mod group_commit;
mod migrate;
mod open;
mod read;
mod select;
mod sequencer;
mod sql;
mod write;

use std::sync::Arc;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, FromQueryResult, IsolationLevel, Statement,
    TransactionTrait,
};

pub use bulk::{Among, Bulk};
pub use migrate::{Migration, MigrationStatus, Migrator};
pub use open::DatabaseUrl;
pub use read::{Query, Read};
pub use select::{Owned, Select};
pub use sql::{Across, Everyone, Sql, Tenant};
pub use write::{Execution, Stored, Tx, Writer};

pub(crate) use sequencer::AuditRow;

use crate::Result;
use group_commit::GroupCommit;
use sequencer::Rest;

/// The database, cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    backend: Backend,
    url: DatabaseUrl,
}

enum Backend {
    Sqlite {
        readers: DatabaseConnection,
        writer: Arc<GroupCommit>,
    },
    Postgres(DatabaseConnection),
}

/// Whose rows a transaction may see: one tenant's, or (platform's own work and operators) all.
#[derive(Clone, Copy)]
pub(crate) enum Wall {
    Tenant(kernel::TenantId),
    None,
}

impl Db {
    /// Where the database is, without secrets.
    pub fn url(&self) -> &DatabaseUrl {
        &self.0.url
    }

    /// Whether this is the embedded database.
    pub fn is_embedded(&self) -> bool {
        matches!(self.0.backend, Backend::Sqlite { .. })
    }

    pub(crate) fn kind(&self) -> DbBackend {
        match self.0.backend {
            Backend::Sqlite { .. } => DbBackend::Sqlite,
            Backend::Postgres(_) => DbBackend::Postgres,
        }
    }

    /// Closes all connections; what comes later fails.
    pub async fn close(&self) {
        let pools = match &self.0.backend {
            Backend::Sqlite { readers, writer } => [Some(readers), Some(writer.connection())],
            Backend::Postgres(pool) => [Some(pool), None],
        };
        for pool in pools.into_iter().flatten() {
            drop(pool.close_by_ref().await);
        }
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn ping(&self) -> Result<()> {
        self.pool().execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    fn pool(&self) -> &DatabaseConnection {
        match &self.0.backend {
            Backend::Sqlite { readers, .. } => readers,
            Backend::Postgres(pool) => pool,
        }
    }

    /// A read transaction: one consistent snapshot.
    pub(crate) async fn begin_read(&self, wall: Wall) -> Result<DatabaseTransaction> {
        // PostgreSQL would give each statement a snapshot of its own. SQLite's transactions are what is asked for anyway.
        let isolation = match self.0.backend {
            Backend::Postgres(_) => Some(IsolationLevel::RepeatableRead),
            Backend::Sqlite { .. } => None,
        };
        let transaction = self.pool().begin_with_config(isolation, None).await?;
        self.raise(&transaction, wall).await?;
        Ok(transaction)
    }

    /// A write transaction and the way to end it.
    pub(crate) async fn begin_write(&self, wall: Wall) -> Result<Writing<'_>> {
        match &self.0.backend {
            Backend::Sqlite { writer, .. } => {
                let (turn, transaction) = writer.turn().await?;
                Ok(Writing {
                    transaction,
                    ending: Ending::Group(turn),
                })
            }
            Backend::Postgres(pool) => {
                let transaction = pool.begin().await?;
                self.raise(&transaction, wall).await?;
                Ok(Writing {
                    transaction,
                    ending: Ending::Alone,
                })
            }
        }
    }

    /// All rows of a question across tenants.
    pub(crate) async fn across<T: FromQueryResult>(&self, query: Across) -> Result<Vec<T>> {
        let transaction = self.begin_read(Wall::None).await?;
        let statement = Statement::from_sql_and_values(self.kind(), query.text, query.values);
        let rows = T::find_by_statement(statement).all(&transaction).await;
        transaction.rollback().await?;
        Ok(rows?)
    }

    /// Numbers events and audit entries on PostgreSQL, where writers leave that to whichever process leads. The embedded
    /// database numbers at each commit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn number_saved_rows(&self) -> Result<()> {
        let Backend::Postgres(pool) = &self.0.backend else {
            return Ok(());
        };
        loop {
            let transaction = pool.begin().await?;
            self.raise(&transaction, Wall::None).await?;
            let rest = sequencer::number_as_leader(&transaction).await?;
            transaction.commit().await?;
            if rest == Rest::None {
                return Ok(());
            }
        }
    }

    /// Puts up row-level security for this transaction. SQLite has none; there the types are the only wall.
    async fn raise(&self, transaction: &DatabaseTransaction, wall: Wall) -> Result<()> {
        if let Backend::Postgres(_) = self.0.backend {
            let (name, value) = match wall {
                Wall::Tenant(tenant) => ("app.tenant", kernel::Id::uuid(tenant).to_string()),
                Wall::None => ("app.operator", "on".to_owned()),
            };
            let sql = "SELECT set_config($1, $2, true)";
            transaction
                .execute_raw(Statement::from_sql_and_values(
                    DbBackend::Postgres,
                    sql,
                    [name.into(), value.into()],
                ))
                .await?;
        }
        Ok(())
    }
}

/// A write transaction under way.
pub(crate) struct Writing<'d> {
    pub(crate) transaction: DatabaseTransaction,
    pub(crate) ending: Ending<'d>,
}

/// How a write transaction ends.
pub(crate) enum Ending<'d> {
    Group(group_commit::Turn<'d>),
    Alone,
}

impl Ending<'_> {
    /// Makes the work durable when it succeeded, takes it back when not.
    pub(crate) async fn finish<T>(self, transaction: DatabaseTransaction, outcome: Result<T>) -> Result<T> {
        match (self, outcome) {
            (Self::Group(turn), Ok(value)) => turn.keep(transaction).await.map(|()| value),
            (Self::Group(turn), Err(error)) => turn.undo(transaction).await.and(Err(error)),
            (Self::Alone, Ok(value)) => Ok(transaction.commit().await.map(|()| value)?),
            (Self::Alone, Err(error)) => {
                transaction.rollback().await?;
                Err(error)
            }
        }
    }
}
