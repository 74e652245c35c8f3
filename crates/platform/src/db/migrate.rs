//! The schema's history: every room brings its migrations, each with its way down, applied in the order of their names.
//!
//! A migration is a pair of SQL files, `YYYYMMDD_NNN_room_what.{up,down}.sql`, one text for both databases. What differs
//! is written `{uuid}`, `{json}` and `{bytes}`; `APPEND ONLY table;` has the database refuse to change or delete what the
//! table holds. Each runs in a transaction of its own together with the note that it ran,
//! so a crash leaves the schema before or after it, never between.

use sea_orm::sea_query::{Alias, Expr, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, TransactionTrait};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTraitSelf, SchemaManager};

use super::{Backend, Db, Wall};
use crate::{Error, Result};

/// One step of the schema. Made by [`crate::migration!`].
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// `YYYYMMDD_NNN_room_what`.
    pub name: &'static str,
    /// The way up.
    pub up: &'static str,
    /// The way back down.
    pub down: &'static str,
}

/// The migration with this name from the room's `migrations` folder.
#[macro_export]
macro_rules! migration {
    ($name:literal) => {
        $crate::db::Migration {
            name: $name,
            up: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".up.sql")),
            down: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/", $name, ".down.sql")),
        }
    };
}

/// Platform's own migrations.
pub(super) const OWN: &[Migration] = &[
    crate::migration!("20261121_001_platform_core"),
    crate::migration!("20261121_002_platform_work"),
    crate::migration!("20261127_003_platform_no_blobs"),
];

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.up).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.down).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

async fn run(manager: &SchemaManager<'_>, text: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements(text, connection.get_database_backend()) {
        connection.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// The statements of a migration for one database. A statement ends with a semicolon at the end of a line.
fn statements(text: &str, backend: DbBackend) -> Vec<String> {
    let (uuid, json, bytes) = match backend {
        DbBackend::Postgres => ("UUID", "TEXT", "BYTEA"),
        _ => ("BLOB", "TEXT", "BLOB"),
    };
    let code: String = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("--"))
        .map(|line| format!("{line}\n"))
        .collect();
    let code = code
        .replace("{uuid}", uuid)
        .replace("{json}", json)
        .replace("{bytes}", bytes);
    code.split(";\n")
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .map(|statement| match statement.strip_prefix("APPEND ONLY ") {
            Some(table) => append_only(table, backend),
            None => statement.to_owned(),
        })
        .collect()
}

/// Triggers under which rows are written once.
fn append_only(table: &str, backend: DbBackend) -> String {
    let trigger =
        |name: &str, when: &str, act: &str| format!("CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} {act}");
    match backend {
        DbBackend::Postgres => {
            let function = format!(
                "CREATE OR REPLACE FUNCTION {table}_is_written_once() RETURNS trigger LANGUAGE plpgsql AS $$ \
                 BEGIN RAISE EXCEPTION '{table} is written once'; END $$"
            );
            let act = format!("FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_written_once()");
            format!("{function}; {}", trigger("kept", "UPDATE OR DELETE OR TRUNCATE", &act))
        }
        _ => {
            let act = format!("BEGIN SELECT RAISE(ABORT, '{table} is written once'); END");
            let [changed, deleted] =
                [("unchanged", "UPDATE"), ("kept", "DELETE")].map(|(name, when)| trigger(name, when, &act));
            format!("{changed}; {deleted}")
        }
    }
}

/// Whether a migration has run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationStatus {
    /// Its name.
    pub name: String,
    /// Whether it has run.
    pub applied: bool,
}

/// All migrations of the product, in order.
pub struct Migrator(Vec<Migration>);

impl MigratorTraitSelf for Migrator {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        self.0
            .iter()
            .map(|migration| Box::new(*migration) as Box<dyn MigrationTrait>)
            .collect()
    }
}

#[derive(FromQueryResult)]
struct Applied {
    version: String,
}

impl Migrator {
    /// Platform's own migrations and the rooms', sorted by name.
    pub fn new(rooms: impl IntoIterator<Item = Migration>) -> Self {
        let mut all: Vec<Migration> = OWN.iter().copied().chain(rooms).collect();
        all.sort_by_key(|migration| migration.name);
        Self(all)
    }

    /// All of them, in order.
    pub fn all(&self) -> &[Migration] {
        &self.0
    }

    /// Every migration and whether it has run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn status(&self, db: &Db) -> Result<Vec<MigrationStatus>> {
        let applied = applied(db.pool()).await?;
        let status = |migration: &Migration| MigrationStatus {
            name: migration.name.to_owned(),
            applied: applied.iter().any(|name| name == migration.name),
        };
        Ok(self.0.iter().map(status).collect())
    }

    /// Migrations the database has and this program does not know: it was written by a newer one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unknown(&self, db: &Db) -> Result<Vec<String>> {
        let applied = applied(db.pool()).await?;
        Ok(applied
            .into_iter()
            .filter(|name| !self.0.iter().any(|migration| migration.name == name))
            .collect())
    }

    /// Applies what is missing.
    ///
    /// # Errors
    /// When a statement fails; that migration is undone whole.
    pub async fn up(&self, db: &Db) -> Result<()> {
        MigratorTraitSelf::up(self, db.schema_connection(), None).await?;
        db.wall_in_tenants().await
    }

    /// Undoes the last `steps` migrations.
    ///
    /// # Errors
    /// When a statement fails; that migration stays whole.
    pub async fn down(&self, db: &Db, steps: u32) -> Result<()> {
        MigratorTraitSelf::down(self, db.schema_connection(), Some(steps)).await?;
        // A table that came back on the way down needs its wall too.
        db.wall_in_tenants().await
    }
}

/// Names of the migrations the database has; none when it is new.
async fn applied(connection: &DatabaseConnection) -> Result<Vec<String>> {
    let table = Alias::new("seaql_migrations");
    let exists = match connection.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT tablename::text AS version FROM pg_tables WHERE tablename = 'seaql_migrations' AND schemaname = current_schema()"
        }
        _ => "SELECT name AS version FROM sqlite_master WHERE name = 'seaql_migrations'",
    };
    let exists = sea_orm::Statement::from_string(connection.get_database_backend(), exists);
    if Applied::find_by_statement(exists).one(connection).await?.is_none() {
        return Ok(Vec::new());
    }
    let query = Query::select()
        .expr(Expr::col(Alias::new("version")))
        .from(table)
        .order_by(Alias::new("version"), sea_orm::Order::Asc)
        .to_owned();
    let rows = Applied::find_by_statement(connection.get_database_backend().build(&query))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

impl Db {
    /// The connection schema changes run on.
    fn schema_connection(&self) -> &DatabaseConnection {
        match &self.0.backend {
            Backend::Sqlite { writer, .. } => writer.connection(),
            Backend::Postgres(pool) => pool,
        }
    }

    /// Row-level security on every table that has a `tenant_id` and lacks it, for the table's owner too. PostgreSQL only.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wall_in_tenants(&self) -> Result<()> {
        #[derive(FromQueryResult)]
        struct Table {
            table_name: String,
        }
        let Backend::Postgres(pool) = &self.0.backend else {
            return Ok(());
        };
        let transaction = pool.begin().await?;
        self.raise(&transaction, Wall::None).await?;
        let sql = "SELECT c.table_name::text AS table_name FROM information_schema.columns c \
                   JOIN pg_class t ON t.relname = c.table_name AND t.relnamespace = current_schema()::regnamespace \
                   WHERE c.column_name = 'tenant_id' AND c.table_schema = current_schema() AND NOT t.relrowsecurity AND t.relkind = 'r'";
        let tables = Table::find_by_statement(sea_orm::Statement::from_string(DbBackend::Postgres, sql))
            .all(&transaction)
            .await?;
        for Table { table_name } in tables {
            // A name from the catalogue of our own schema, quoted; nothing a caller sent.
            let quoted = format!("\"{}\"", table_name.replace('"', ""));
            for statement in [
                format!("ALTER TABLE {quoted} ENABLE ROW LEVEL SECURITY"),
                format!("ALTER TABLE {quoted} FORCE ROW LEVEL SECURITY"),
                format!(
                    "CREATE POLICY tenant_wall ON {quoted} USING (current_setting('app.operator', true) = 'on' \
                     OR tenant_id = nullif(current_setting('app.tenant', true), '')::uuid)"
                ),
            ] {
                transaction.execute_unprepared(&statement).await?;
            }
        }
        transaction.commit().await.map_err(Error::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_reads_as_statements_of_each_database() {
        let text = "-- why\nCREATE TABLE a (\n  id {uuid}\n);\nCREATE INDEX b ON a (id);\n";
        assert_eq!(
            statements(text, DbBackend::Sqlite),
            ["CREATE TABLE a (\n  id BLOB\n)", "CREATE INDEX b ON a (id)"]
        );
        assert!(statements(text, DbBackend::Postgres)[0].contains("id UUID"));
    }

    #[test]
    fn a_table_that_is_written_once_has_triggers_of_each_database() {
        let of = |backend| statements("APPEND ONLY a;\n", backend).remove(0);
        assert!(of(DbBackend::Sqlite).contains("CREATE TRIGGER a_kept BEFORE DELETE ON a BEGIN"));
        assert!(of(DbBackend::Postgres).contains("CREATE TRIGGER a_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON a "));
    }
}
