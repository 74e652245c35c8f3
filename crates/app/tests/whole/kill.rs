//! `kill -9` in the midst of imports and jobs: what was acknowledged is there once, nothing is lost, nothing done twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::house::price_file;
use crate::program::{Place, Running};

/// What the client was told is done.
#[derive(Default)]
struct Acknowledged {
    /// Applied imports and the price each set, in minor units.
    imports: Vec<(String, i64)>,
    invited: Vec<String>,
}

/// Posts; `None` when the program is gone.
pub(crate) async fn post(client: &Client, url: String, key: &str, body: &Value) -> Option<Value> {
    let (status, answer) = answered(client, &url, key, body).await?;
    assert!(status.is_success(), "POST {url}: {status} {answer}");
    Some(answer)
}

/// Posts until the limit of calls lets it through; `None` when the program is gone.
async fn answered(client: &Client, url: &str, key: &str, body: &Value) -> Option<(StatusCode, Value)> {
    loop {
        let answer = client.post(url).bearer_auth(key).json(body).send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        if status != StatusCode::TOO_MANY_REQUESTS {
            return Some((status, serde_json::from_str(&text).ok()?));
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

/// Imports one price after another until the program is gone.
async fn import_prices(client: Client, url: String, key: String, list: String, first: i64) -> Vec<(String, i64)> {
    let mut applied = Vec::new();
    for number in first.. {
        let minor = number * 100;
        let content = price_file(&["com", "net", "org", "io", "app", "dev"], &format!("{number}.00"));
        let body =
            json!({ "format": "prices_csv", "list": list, "file_name": format!("{number}.csv"), "content": content });
        let Some(import) = post(&client, format!("{url}/api/v1/catalog/imports"), &key, &body).await else {
            break;
        };
        let id = import["id"].as_str().expect("an id").to_owned();
        let apply = format!("{url}/api/v1/catalog/imports/{id}/apply");
        let Some((status, import)) = answered(&client, &apply, &key, &json!({})).await else {
            break;
        };
        if status == StatusCode::CONFLICT {
            // A price source was quicker to change the book: what was refused must not be there.
            assert_eq!(import["code"], "import_book_changed", "{import}");
            continue;
        }
        assert_eq!(import["state"], "applied", "{import}");
        applied.push((id, minor));
    }
    applied
}

/// Invites one person after another, each of whom gets a mail, until the program is gone.
async fn invite_people(client: Client, url: String, key: String, role: String, round: usize) -> Vec<String> {
    let mut invited = Vec::new();
    for number in 0.. {
        let email = format!("guest-{round}-{number}@northwind.example");
        let body = json!({ "name": "Guest", "email": email, "roles": [role] });
        if post(&client, format!("{url}/api/v1/users"), &key, &body)
            .await
            .is_none()
        {
            break;
        }
        invited.push(email);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    invited
}

/// Works until killed after so long.
async fn work_and_kill(running: &mut Running, told: &mut Acknowledged, round: usize, after: Duration) {
    let list = running.get("/api/v1/catalog/sales-lists").await["data"][0]["id"]
        .as_str()
        .expect("a list")
        .to_owned();
    let roles = running.get("/api/v1/roles").await;
    let role = roles["data"]
        .as_array()
        .expect("roles")
        .iter()
        .find(|role| role["name"] == "Support")
        .unwrap_or(&roles["data"][0]);
    let role = role["id"].as_str().expect("an id").to_owned();
    let first = 10 + i64::try_from(round).expect("small") * 1_000;
    let (client, url, key) = (running.client.clone(), running.url.clone(), running.key());
    let imports = tokio::spawn(import_prices(client.clone(), url.clone(), key.clone(), list, first));
    let people = tokio::spawn(invite_people(client, url, key, role, round));
    tokio::time::sleep(after).await;
    running.kill();
    told.imports.extend(imports.await.unwrap());
    told.invited.extend(people.await.unwrap());
}

/// Everything of a list.
pub(crate) async fn whole(running: &Running, path: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), String::new());
    loop {
        let page = running.get(&format!("{path}limit=200{after}")).await;
        rows.extend(page["data"].as_array().expect("rows").iter().cloned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return rows,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_imports_and_jobs_it_starts_again_with_nothing_lost_or_done_twice() {
    let place = Place::new().await;
    let (mut told, mut key) = (Acknowledged::default(), String::new());
    for (round, millis) in [1_500, 2_300].into_iter().enumerate() {
        let mut running = place.demo().await;
        assert!(key.is_empty() || key == running.key(), "the same key as before");
        key = running.key();
        work_and_kill(&mut running, &mut told, round, Duration::from_millis(millis)).await;
    }
    assert!(
        told.imports.len() >= 2 && told.invited.len() >= 2,
        "{} {}",
        told.imports.len(),
        told.invited.len()
    );

    let mut running = place.demo().await;
    imports_are_there_once(&running, &told).await;
    mail_went_out_once(&place, &running, &told).await;
    let verified = place.run(&["verify", "audit"]);
    assert!(verified.status.success(), "{verified:?}");
    running.stop();
    let verified = place.run(&["verify", "audit"]);
    assert!(verified.status.success(), "{verified:?}");
}

async fn imports_are_there_once(running: &Running, told: &Acknowledged) {
    let imports = whole(running, "/api/v1/catalog/imports?").await;
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    // Those of the demo's seed and of its price sources have names, not numbers.
    let is_numbered = |name: &Value| {
        name.as_str()
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_digit()))
    };
    let numbered = imports
        .iter()
        .filter(|import| import["state"] == "applied" && is_numbered(&import["file_name"]));
    for import in numbered {
        *by_id.entry(import["id"].as_str().expect("an id")).or_default() += 1;
    }
    for (id, _) in &told.imports {
        assert_eq!(by_id.get(id.as_str()), Some(&1), "import {id} was acknowledged");
    }
    // Each kill may have caught one that was done and not yet told.
    let untold = by_id.len() - told.imports.len();
    assert!(untold <= 2, "{untold} imports applied beyond those told");
    let last = told.imports.last().expect("an import").1;
    let price = running.get("/api/v1/catalog/prices/com").await.to_string();
    let holds = |minor: i64| price.contains(&format!("\"minor\":{minor}"));
    assert!(holds(last) || holds(last + 100), "after {last}: {price}");
}

async fn mail_went_out_once(place: &Place, running: &Running, told: &Acknowledged) {
    // A job whose worker was killed goes back when its lease of half a minute is over.
    let mut open = String::new();
    for _ in 0..120 {
        let waiting = running.get("/api/v1/jobs?state=waiting").await;
        let taken = running.get("/api/v1/jobs?state=running").await;
        open = format!("{} {}", waiting["data"], taken["data"]);
        if open == "[] []" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(open, "[] []", "work under way");
    let jobs = whole(running, "/api/v1/jobs?").await;
    let undone: Vec<_> = jobs.iter().filter(|job| job["state"] != "done").collect();
    assert!(undone.is_empty(), "{undone:?}");
    let letters = place.letters();
    for email in &told.invited {
        let ids: BTreeSet<_> = letters
            .iter()
            .filter(|(_, to)| to.contains(email.as_str()))
            .map(|(id, _)| id)
            .collect();
        assert_eq!(ids.len(), 1, "{email} was invited once: {ids:?}");
    }
    let users = whole(running, "/api/v1/users?").await;
    let emails: BTreeSet<_> = users.iter().filter_map(|user| user["email"].as_str()).collect();
    assert_eq!(emails.len(), users.len());
    assert!(told.invited.iter().all(|email| emails.contains(email.as_str())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_made_while_it_runs_puts_everything_back_as_it_was() {
    let place = Place::new().await;
    if place.database.is_some() {
        let refused = place.run(&["backup", "copy.db"]);
        assert_eq!(refused.status.code(), Some(1));
        assert!(
            String::from_utf8_lossy(&refused.stderr).contains("pg_dump"),
            "{refused:?}"
        );
        return;
    }
    let mut running = place.demo().await;
    let add = async |running: &Running, name: &str| {
        let url = format!("{}/api/v1/customers", running.url);
        post(&running.client, url, &running.key(), &json!({ "name": name }))
            .await
            .expect("added");
    };
    add(&running, "Before the copy").await;
    let copied = place.run(&["backup", "copy.db"]);
    assert!(copied.status.success(), "{copied:?}");
    add(&running, "After the copy").await;
    let busy = place.run(&["restore", "copy.db"]);
    assert_eq!(busy.status.code(), Some(1), "{busy:?}");
    running.stop();
    let restored = place.run(&["restore", "copy.db"]);
    assert!(restored.status.success(), "{restored:?}");
    let running = place.demo().await;
    let customers = running.get("/api/v1/customers?limit=200").await.to_string();
    assert!(customers.contains("Before the copy") && !customers.contains("After the copy"));
    let verified = place.run(&["verify", "audit"]);
    assert!(verified.status.success(), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_lets_jobs_finish_and_none_loses_an_attempt() {
    let place = Place::new().await;
    let mut running = place.demo().await;
    let roles = running.get("/api/v1/roles").await;
    let role = roles["data"][0]["id"].as_str().expect("an id").to_owned();
    let people: Vec<_> = (0..50)
        .map(|number| {
            let body = json!({ "name": "Guest", "email": format!("g{number}@northwind.example"), "roles": [role] });
            let (client, url, key) = (
                running.client.clone(),
                format!("{}/api/v1/users", running.url),
                running.key(),
            );
            tokio::spawn(async move { post(&client, url, &key, &body).await.expect("invited") })
        })
        .collect();
    for person in people {
        person.await.unwrap();
    }
    running.stop();
    let mut running = place.demo().await;
    let mut open = Vec::new();
    for _ in 0..100 {
        open = whole(&running, "/api/v1/jobs?").await;
        open.retain(|job| job["state"] != "done");
        if open.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    assert!(open.is_empty(), "{open:?}");
    let jobs = whole(&running, "/api/v1/jobs?").await;
    assert!(jobs.len() >= 100, "{}", jobs.len());
    assert!(jobs.iter().all(|job| job["attempt"] == 1), "{jobs:?}");
    running.stop();
}
