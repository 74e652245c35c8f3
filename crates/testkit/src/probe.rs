//! A look at a database from outside the product: what tests compare before and after, across tenants and tables.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use kernel::{Id, TenantId};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

/// A connection of its own, beside the product's.
pub enum Probe {
    /// The embedded database.
    Sqlite(SqliteConnection),
    /// PostgreSQL, seeing every tenant.
    Postgres(PgConnection),
}

impl Probe {
    /// Opens `sqlite://FILE` or `postgres://…`.
    pub async fn open(url: &str) -> Self {
        if url.starts_with("sqlite:") {
            return Self::Sqlite(
                SqliteConnection::connect(url)
                    .await
                    .expect("open the embedded database"),
            );
        }
        let mut connection = PgConnection::connect(url).await.expect("connect to the test database");
        connection
            .execute("SET app.operator = 'on'")
            .await
            .expect("see every tenant");
        Self::Postgres(connection)
    }

    /// Runs a statement.
    pub async fn run(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => drop(connection.execute(sql).await.expect("run a statement")),
            Self::Postgres(connection) => drop(connection.execute(sql).await.expect("run a statement")),
        }
    }

    /// Why the database refuses a statement.
    pub async fn refusal(&mut self, sql: &str) -> String {
        let sql = AssertSqlSafe(sql.to_owned());
        let outcome = match self {
            Self::Sqlite(connection) => connection.execute(sql).await.map(drop),
            Self::Postgres(connection) => connection.execute(sql).await.map(drop),
        };
        outcome.expect_err("the database should refuse this").to_string()
    }

    /// The first column of every row, which must be text.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(connection) => {
                let rows = connection.fetch_all(sql).await.expect("ask");
                rows.iter().map(|row| row.get(0)).collect()
            }
            Self::Postgres(connection) => {
                let rows = connection.fetch_all(sql).await.expect("ask");
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }

    /// Every table of the product.
    pub async fn tables(&mut self) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            }
            Self::Postgres(_) => {
                "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
            }
        };
        self.texts(sql).await
    }

    /// The names of a table's columns.
    pub async fn columns(&mut self, table: &str) -> Vec<String> {
        let sql = match self {
            Self::Sqlite(_) => format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"),
            Self::Postgres(_) => format!(
                "SELECT column_name::text FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY ordinal_position"
            ),
        };
        self.texts(&sql).await
    }

    /// A fingerprint of everything each table holds of a tenant.
    pub async fn rows_of(&mut self, tenant: TenantId) -> BTreeMap<String, (usize, u64)> {
        let mut all = BTreeMap::new();
        for table in self.tables().await {
            let columns = self.columns(&table).await;
            if !columns.iter().any(|column| column == "tenant_id") {
                continue;
            }
            let sql = match self {
                Self::Sqlite(_) => {
                    let quoted: Vec<_> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                    let tenant = tenant.uuid().simple();
                    format!(
                        "SELECT {} FROM \"{table}\" WHERE tenant_id = x'{tenant}' ORDER BY 1",
                        quoted.join(" || ',' || ")
                    )
                }
                Self::Postgres(_) => {
                    format!(
                        "SELECT t::text FROM \"{table}\" t WHERE tenant_id = '{}' ORDER BY 1",
                        tenant.uuid()
                    )
                }
            };
            let rows = self.texts(&sql).await;
            let mut hasher = DefaultHasher::new();
            rows.hash(&mut hasher);
            all.insert(table, (rows.len(), hasher.finish()));
        }
        all
    }
}
