//! A migrated database for one test, gone when the test is.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use platform::db::{Db, Migration, Migrator};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Where the PostgreSQL of the test run is, when it runs on one.
const POSTGRES: &str = "ENTREPOT_TEST_POSTGRES";

/// Tells the databases of one test process apart.
static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);

/// A database of one test.
pub struct TestDatabase {
    /// The open database.
    pub db: Db,
    keep: Keep,
}

enum Keep {
    Folder(tempfile::TempDir),
    Database { server: String, name: String },
}

impl TestDatabase {
    /// A new database with platform's and these migrations applied.
    pub async fn new(migrations: &[Migration]) -> Self {
        match std::env::var(POSTGRES) {
            Ok(server) => Self::cloned(server, migrations).await,
            Err(_) => Self::file(migrations).await,
        }
    }

    /// Whether this run is on PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self.keep, Keep::Database { .. })
    }

    async fn file(migrations: &[Migration]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = platform::db::DatabaseUrl::sqlite(&folder.path().join("test.db"));
        let db = Db::open(&url).await.expect("open the test database");
        Migrator::new(migrations.iter().copied())
            .up(&db)
            .await
            .expect("migrate the test database");
        Self {
            db,
            keep: Keep::Folder(folder),
        }
    }

    async fn cloned(server: String, migrations: &[Migration]) -> Self {
        let template = template(&server, migrations).await;
        let name = format!(
            "test_{}_{}",
            std::process::id(),
            NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
        );
        let mut connection = PgConnection::connect(&server)
            .await
            .expect("connect to the test server");
        // Cloning waits for other connections to the template to end; there are none once it is migrated.
        let clone = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"");
        connection
            .execute(AssertSqlSafe(clone))
            .await
            .expect("clone the template database");
        let db = open(&server, &name).await;
        Self {
            db,
            keep: Keep::Database { server, name },
        }
    }

    /// The database's URL.
    pub fn url(&self) -> String {
        match &self.keep {
            Keep::Folder(folder) => format!("sqlite://{}", folder.path().join("test.db").display()),
            Keep::Database { server, name } => {
                let (base, _) = server.rsplit_once('/').expect("the URL ends with /database");
                format!("{base}/{name}")
            }
        }
    }

    /// A look at it from outside the product.
    pub async fn probe(&self) -> crate::Probe {
        crate::Probe::open(&self.url()).await
    }

    /// The folder of an embedded database.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.keep {
            Keep::Folder(folder) => Some(folder.path()),
            Keep::Database { .. } => None,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Keep::Database { server, name } = &self.keep else {
            return;
        };
        let (server, name) = (server.clone(), name.clone());
        // The test's own runtime may be about to end: a thread with a runtime of its own drops the database.
        let gone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&server).await?;
                connection
                    .execute(AssertSqlSafe(format!("DROP DATABASE \"{name}\" WITH (FORCE)")))
                    .await
            })
        });
        drop(gone.join());
    }
}

async fn open(server: &str, name: &str) -> Db {
    let (base, _) = server.rsplit_once('/').expect("the URL ends with /database");
    let url = format!("{base}/{name}").parse().expect("a database URL");
    Db::open(&url).await.expect("open the test database")
}

/// The migrated template for this set of migrations, made by whichever test comes first.
async fn template(server: &str, migrations: &[Migration]) -> String {
    let mut hasher = DefaultHasher::new();
    for migration in Migrator::new(migrations.iter().copied()).all() {
        (migration.name, migration.up).hash(&mut hasher);
    }
    let name = format!("template_{:016x}", hasher.finish());
    let mut connection = PgConnection::connect(server).await.expect("connect to the test server");
    // One builder at a time, across test processes; the lock ends with the connection.
    connection
        .execute("SELECT pg_advisory_lock(823477002)")
        .await
        .expect("lock");
    let ready = format!("SELECT 1 FROM pg_database WHERE datname = '{name}'");
    if connection
        .fetch_optional(AssertSqlSafe(ready))
        .await
        .expect("look for the template")
        .is_none()
    {
        let making = format!("{name}_making");
        connection
            .execute(AssertSqlSafe(format!("DROP DATABASE IF EXISTS \"{making}\"")))
            .await
            .expect("clear");
        connection
            .execute(AssertSqlSafe(format!("CREATE DATABASE \"{making}\"")))
            .await
            .expect("create the template");
        let db = open(server, &making).await;
        Migrator::new(migrations.iter().copied())
            .up(&db)
            .await
            .expect("migrate the template");
        db.close().await;
        let rename = format!("ALTER DATABASE \"{making}\" RENAME TO \"{name}\"");
        connection
            .execute(AssertSqlSafe(rename))
            .await
            .expect("name the template");
    }
    name
}
