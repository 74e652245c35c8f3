//! `kill -9` in the midst of a run of a price source: started again, the run goes on where it was. No part is fetched
//! twice, none is lost, and its prices are in force once.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::kill::{post, whole};
use crate::program::{Place, Running};

const SOURCE: &str = "Openprovider costs";

/// Asks again and again until there is an answer, for up to a minute and a half: on PostgreSQL the job of a dead process is
/// taken up again when its lease is over.
async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..900 {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{what}: not within 90 seconds");
}

/// Tells the source's simulator something on its control path.
async fn simulator(running: &Running, path: &str, body: &Value) {
    let url = running.card["simulators"]["openprovider"]
        .as_str()
        .expect("a simulator");
    let told = running
        .client
        .post(format!("{url}/_sim/{path}"))
        .json(body)
        .send()
        .await
        .unwrap();
    assert!(told.status().is_success(), "{path}: {}", told.status());
}

async fn start(running: &Running, source: &str) -> Value {
    let url = format!("{}/api/v1/price-sync/sources/{source}/run", running.url);
    post(&running.client, url, &running.key(), &json!({}))
        .await
        .expect("started")
}

/// The source, once the demo's own first run of it has ended.
async fn fetched_once(running: &Running) -> String {
    let health = async || -> Option<String> {
        let health = running.get("/api/v1/price-sync/health").await;
        let all = health["data"].as_array()?;
        let mine = all.iter().find(|one| one["source"]["name"] == SOURCE)?;
        let id = mine["source"]["id"].as_str()?.to_owned();
        if !mine["open_run"].is_null() {
            return None;
        }
        if mine["source"]["last_success_at"].is_null() {
            start(running, &id).await;
            return None;
        }
        Some(id)
    };
    eventually("the first run", health).await
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_it_fetches_prices_a_run_goes_on_where_it_was() {
    let place = Place::new().await;
    let mut running = place.demo().await;
    let source = fetched_once(&running).await;
    // In the first part, and known to this process's simulator alone: the one that answers after the kill has never heard
    // of it, so the price arrives only if the part was kept.
    let dearer = json!([{"tld": "academy", "operation": "register", "years": 1, "minor": 2800}]);
    simulator(&running, "prices", &dearer).await;
    simulator(
        &running,
        "faults",
        &json!({"mode": "slow", "p50_ms": 400, "p99_ms": 500}),
    )
    .await;
    let run = start(&running, &source).await["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/price-sync/runs/{run}");
    let caught = eventually("two parts", async || {
        let run = running.get(&path).await;
        (run["parts"].as_i64()? >= 2).then_some(run)
    })
    .await;
    assert_eq!(caught["state"], "running", "{caught}");
    assert!(caught["parts"].as_i64() < caught["parts_expected"].as_i64(), "{caught}");
    running.kill();

    let running = place.demo().await;
    let ended = eventually("the end of the run", async || {
        let run = running.get(&path).await;
        (run["state"] != "running").then_some(run)
    })
    .await;
    assert_eq!(ended["state"], "succeeded", "{ended}");
    assert_eq!(
        (
            &ended["counts"]["changed"],
            &ended["counts"]["added"],
            &ended["counts"]["vanished"]
        ),
        (&json!(1), &json!(0), &json!(0)),
        "{ended}"
    );
    every_part_was_fetched_once(&ended);
    its_price_is_in_force_once(&running, &source, &ended).await;
    let verified = place.run(&["verify", "audit"]);
    assert!(verified.status.success(), "{verified:?}");
}

fn every_part_was_fetched_once(run: &Value) {
    assert_eq!(run["parts"], run["parts_expected"], "{run}");
    let calls = run["calls_made"].as_array().expect("calls").iter();
    let parts: Vec<&str> = calls
        .filter(|call| call["outcome"] == "answered")
        .filter_map(|call| call["what"].as_str().filter(|what| what.starts_with("tlds ")))
        .collect();
    let apart: BTreeSet<&str> = parts.iter().copied().collect();
    assert_eq!(parts.len(), apart.len(), "fetched twice: {parts:?}");
    assert_eq!(i64::try_from(parts.len()).ok(), run["parts"].as_i64(), "{parts:?}");
}

async fn its_price_is_in_force_once(running: &Running, source: &str, run: &Value) {
    let import = run["import"].as_str().expect("an import");
    let rows = whole(running, &format!("/api/v1/catalog/imports/{import}/rows?")).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["ending"], "academy", "{rows:?}");
    let imports = whole(running, "/api/v1/catalog/imports?").await;
    let mine = imports.iter().filter(|import| import["file_name"] == SOURCE);
    let applied: Vec<&Value> = mine.filter(|import| import["state"] == "applied").collect();
    // The demo's first run and this one.
    assert_eq!(applied.len(), 2, "{applied:?}");
    let runs = whole(running, &format!("/api/v1/price-sync/runs?source={source}&")).await;
    let with_import = runs.iter().filter(|other| other["import"] == run["import"]).count();
    assert_eq!(with_import, 1, "{runs:?}");
    assert!(runs.iter().all(|other| other["state"] == "succeeded"), "{runs:?}");
}
