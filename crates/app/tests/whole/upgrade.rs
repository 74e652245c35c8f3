//! Databases of other versions: an older one is copied and brought up to date, a newer one refused; every step goes back.

use entrepot::wiring;
use platform::db::{Db, Migrator};
use testkit::{Probe, TestDatabase};

use crate::program::Place;

/// Every table with its columns.
pub(crate) type Schema = Vec<(String, Vec<String>)>;

/// The schema as the database tells it.
pub(crate) async fn schema(probe: &mut Probe) -> Schema {
    let mut tables = Vec::new();
    for table in probe.tables().await {
        let mut columns = probe.columns(&table).await;
        // A column that a way down brings back stands last: the order means nothing.
        columns.sort();
        tables.push((table, columns));
    }
    tables
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_goes_down_to_nothing_and_up_again() {
    let database = TestDatabase::new(&wiring::migrations()).await;
    let migrator = Migrator::new(wiring::migrations());
    let mut probe = database.probe().await;
    let before = schema(&mut probe).await;
    assert!(before.len() > 25, "{before:?}");
    let steps = u32::try_from(migrator.all().len()).expect("few");
    for _ in 0..steps {
        migrator.down(&database.db, 1).await.expect("a step down");
    }
    let left: Vec<_> = schema(&mut probe).await.into_iter().map(|(table, _)| table).collect();
    assert_eq!(left, ["seaql_migrations"]);
    migrator.up(&database.db).await.expect("all steps up");
    assert_eq!(schema(&mut probe).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_is_copied_and_brought_up_to_date() {
    let place = Place::new().await;
    let migrator = Migrator::new(wiring::migrations());
    if let Some(database) = &place.database {
        migrator.down(&database.db, 2).await.expect("an older one");
        let refused = place.run(&["serve"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&refused.stderr).contains("entrepot migrate up"),
            "{refused:?}"
        );
        let upgraded = place.run(&["migrate", "up"]);
        assert!(upgraded.status.success(), "{upgraded:?}");
        let status = migrator.status(&database.db).await.expect("the status");
        assert!(status.iter().all(|step| step.applied));
        return;
    }
    let url = format!("sqlite://{}", place.path().join("entrepot.db").display());
    let db = Db::open(&url.parse().expect("a URL")).await.expect("a new database");
    migrator.up(&db).await.expect("migrate");
    migrator.down(&db, 2).await.expect("an older one");
    let older = migrator
        .status(&db)
        .await
        .expect("the status")
        .iter()
        .filter(|step| step.applied)
        .count();
    db.close().await;

    let mut running = place.demo().await;
    running.stop();
    let files = std::fs::read_dir(place.path()).expect("the folder");
    let copies: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.display().to_string().contains("before-upgrade"))
        .collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    let mut copy = Probe::open(&format!("sqlite://{}", copies[0].display())).await;
    assert_eq!(copy.texts("SELECT version FROM seaql_migrations").await.len(), older);
    let mut now = Probe::open(&url).await;
    assert_eq!(now.texts("SELECT version FROM seaql_migrations").await.len(), older + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_a_newer_version_is_refused_in_a_sentence() {
    let place = Place::new().await;
    let made = place.run(&["migrate", "up"]);
    assert!(made.status.success(), "{made:?}");
    let embedded = format!("sqlite://{}", place.path().join("entrepot.db").display());
    let url = place.database.as_ref().map_or(embedded, TestDatabase::url);
    let mut probe = Probe::open(&url).await;
    probe
        .run("INSERT INTO seaql_migrations (version, applied_at) VALUES ('29990101_001_future_things', 0)")
        .await;
    drop(probe);
    for command in [&["serve"][..], &["demo", "--listen", "127.0.0.1:0"]] {
        let refused = place.run(command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}: {refused:?}");
        let told = String::from_utf8_lossy(&refused.stderr);
        assert!(
            told.contains("newer version") && told.contains("29990101_001_future_things"),
            "{told}"
        );
    }
}
