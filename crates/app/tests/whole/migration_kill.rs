//! `kill -9` of the real program while it changes the schema, copies the database and puts a copy back.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use entrepot::wiring;
use platform::db::{Db, Migrator};
use testkit::{Probe, TestDatabase};

use crate::program::Place;
use crate::upgrade::{Schema, schema};

/// Rounds of a test, each killed a little later.
const ROUNDS: u32 = 16;

/// Runs a command and kills it after so long; whether it came to its end before, which must be a good one.
fn killed_after(place: &Place, arguments: &[&str], time: Duration) -> bool {
    let mut command = place.command(arguments);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("start the program");
    std::thread::sleep(time);
    let ended = child.try_wait().expect("look at the program");
    child.kill().expect("kill -9");
    child.wait().expect("wait for the program");
    if let Some(status) = ended {
        assert!(status.success(), "{arguments:?}: {status}");
    }
    ended.is_some()
}

/// How long a command takes to its good end.
fn time_of(place: &Place, arguments: &[&str]) -> Duration {
    let began = tokio::time::Instant::now();
    let output = place.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    began.elapsed()
}

/// The moments to kill at: most within a full run's time, and the last so late that it has ended on the busiest machine.
fn moments(whole: Duration) -> impl Iterator<Item = Duration> {
    let within = (1..ROUNDS).map(move |round| whole * round / (ROUNDS - 3));
    within.chain([whole * 5 + Duration::from_secs(2)])
}

/// The schema after none, one, two … of the steps.
async fn schemas(migrator: &Migrator) -> Vec<Schema> {
    let database = TestDatabase::new(&wiring::migrations()).await;
    let mut probe = database.probe().await;
    let mut schemas = vec![schema(&mut probe).await];
    for _ in migrator.all() {
        migrator.down(&database.db, 1).await.expect("a step down");
        schemas.push(schema(&mut probe).await);
    }
    schemas.reverse();
    schemas
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_a_migration_the_schema_is_that_of_a_whole_number_of_steps() {
    let migrator = Migrator::new(wiring::migrations());
    let all = u32::try_from(migrator.all().len()).expect("few");
    let schemas = schemas(&migrator).await;
    let place = Place::new().await;
    let embedded = format!("sqlite://{}", place.path().join("entrepot.db").display());
    let url = place.database.as_ref().map_or(embedded, TestDatabase::url);
    let down = async || {
        let db = Db::open(&url.parse().expect("a URL")).await.expect("open");
        migrator.down(&db, all).await.expect("all steps down");
        db.close().await;
    };
    // The shortest of some: one that had to wait for other tests would put most moments after the end.
    let mut whole = time_of(&place, &["migrate", "up"]);
    for _ in 0..3 {
        down().await;
        whole = whole.min(time_of(&place, &["migrate", "up"]));
    }
    let (mut cut_short, mut ended) = (0, 0);
    for moment in moments(whole) {
        down().await;
        let came_to_its_end = killed_after(&place, &["migrate", "up"], moment);
        if place.database.is_some() {
            // Until the server has noticed that its client is gone.
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
        let mut probe = Probe::open(&url).await;
        let steps = probe.texts("SELECT version FROM seaql_migrations").await.len();
        assert_eq!(
            schema(&mut probe).await,
            schemas[steps],
            "after {moment:?} and {steps} steps"
        );
        if came_to_its_end {
            assert_eq!(steps, migrator.all().len());
            ended += 1;
        } else {
            cut_short += 1;
        }
        drop(probe);
        // It goes on from there, by itself where the database is embedded.
        time_of(&place, &["migrate", "up"]);
        let mut probe = Probe::open(&url).await;
        assert_eq!(
            schema(&mut probe).await,
            schemas[migrator.all().len()],
            "after {moment:?}"
        );
    }
    assert!(cut_short >= 3 && ended >= 1, "{cut_short} cut short, {ended} ended");
}

/// Names of customers in a database file, which must be whole.
async fn customers(file: &Path) -> Vec<String> {
    let mut probe = Probe::open(&format!("sqlite://{}", file.display())).await;
    assert_eq!(
        probe.texts("PRAGMA integrity_check").await,
        ["ok"],
        "{}",
        file.display()
    );
    probe.texts("SELECT name FROM customers ORDER BY name").await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_a_backup_there_is_no_copy_or_a_whole_one_and_the_data_is_untouched() {
    let place = Place::new().await;
    if place.database.is_some() {
        return; // PostgreSQL is copied by its own tools; kill.rs sees that we say so.
    }
    let mut running = place.demo().await;
    let live = place.path().join("entrepot.db");
    let expected = customers(&live).await;
    assert!(expected.len() > 5);
    let whole = time_of(&place, &["backup", "first.db"]);
    assert_eq!(customers(&place.path().join("first.db")).await, expected);
    let (mut absent, mut complete) = (0, 0);
    for (round, moment) in moments(whole).enumerate() {
        let name = format!("copy-{round}.db");
        killed_after(&place, &["backup", &name], moment);
        let copy = place.path().join(&name);
        if copy.exists() {
            assert_eq!(customers(&copy).await, expected, "after {moment:?}");
            complete += 1;
        } else {
            absent += 1;
            // Whatever was left behind is in nobody's way.
            time_of(&place, &["backup", &name]);
        }
    }
    assert!(absent >= 1 && complete >= 1, "{absent} absent, {complete} complete");
    assert_eq!(customers(&live).await, expected);
    running.get("/api/v1/customers").await;
    running.stop();
    assert!(place.run(&["verify", "audit"]).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_copy_is_put_back_the_database_is_the_old_or_the_restored_one() {
    let place = Place::new().await;
    if place.database.is_some() {
        return; // As above.
    }
    let mut running = place.demo().await;
    time_of(&place, &["backup", "copy.db"]);
    let live = place.path().join("entrepot.db");
    let restored = customers(&live).await;
    let url = format!("{}/api/v1/customers", running.url);
    let body = serde_json::json!({ "name": "After the copy" });
    let ask = running.client.post(url).bearer_auth(running.key()).json(&body);
    assert!(ask.send().await.unwrap().status().is_success());
    // Killed, not stopped: what was written last is in the write-ahead log alone.
    running.kill();
    let old_file = place.path().join("old.db");
    time_of(&place, &["backup", "old.db"]);
    let old = customers(&old_file).await;
    assert_eq!(old.len(), restored.len() + 1);
    let whole = {
        let took = time_of(&place, &["restore", "copy.db"]);
        assert_eq!(customers(&live).await, restored);
        assert_eq!(customers(&place.path().join("entrepot.db.before-restore")).await, old);
        took
    };
    let (mut before, mut after) = (0, 0);
    for moment in moments(whole) {
        for ending in ["", "-wal", "-shm"] {
            drop(std::fs::remove_file(place.path().join(format!("entrepot.db{ending}"))));
        }
        std::fs::copy(&old_file, &live).unwrap();
        killed_after(&place, &["restore", "copy.db"], moment);
        let now = customers(&live).await;
        assert!(now == old || now == restored, "after {moment:?}: {now:?}");
        if now == old { before += 1 } else { after += 1 }
    }
    assert!(before >= 1 && after >= 1, "{before} old, {after} restored");
    place.demo().await.stop();
}
