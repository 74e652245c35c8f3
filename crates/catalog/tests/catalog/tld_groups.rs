//! Groups of endings: kept as A-labels, changed by those who saw them, never with an ending that is none.

use axum::http::Method;
use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use crate::stage::{HOST, Stage, api, hidden, page, submit};

const PATH: &str = "/api/v1/tld-groups";

async fn add(stage: &Stage, who: &str, body: &Value) -> Answer {
    Ask::post_json(HOST, PATH, body).bearer(who).send(&stage.router).await
}

async fn change(stage: &Stage, id: &str, tag: &str, body: &Value) -> Answer {
    Ask::new(Method::PUT, HOST, &format!("{PATH}/{id}"))
        .header("content-type", "application/json")
        .header("if-match", tag)
        .body(body.to_string())
        .bearer("manager")
        .send(&stage.router)
        .await
}

#[tokio::test]
async fn a_group_is_added_changed_by_who_saw_it_and_told_of() {
    let stage = Stage::new().await;
    let added = add(
        &stage,
        "manager",
        &json!({"name": "European", "tlds": [".De", "eu", "eu"]}),
    )
    .await;
    assert_eq!(added.status.as_u16(), 201, "{}", added.text());
    let group = added.json();
    assert_eq!((&group["tlds"], &group["version"]), (&json!(["de", "eu"]), &json!(1)));
    let id = group["id"].as_str().unwrap().to_owned();
    let wider = json!({"name": "European", "tlds": ["de", "eu", "fr"]});
    assert_eq!(change(&stage, &id, "\"1\"", &wider).await.status.as_u16(), 200);
    assert_eq!(change(&stage, &id, "\"1\"", &wider).await.status.as_u16(), 412);
    let listed = api(&stage, PATH, "seller").await.json();
    assert_eq!(listed["data"][0]["tlds"], json!(["de", "eu", "fr"]));
    // Another company's manager is nobody here.
    assert_eq!(api(&stage, PATH, "stranger").await.status.as_u16(), 404);
}

#[tokio::test]
async fn an_ending_that_is_none_a_name_that_is_taken_and_who_may_not_are_refused() {
    let stage = Stage::new().await;
    let odd = add(
        &stage,
        "manager",
        &json!({"name": "Odd", "tlds": ["com", "notanending"]}),
    )
    .await;
    assert_eq!(odd.status.as_u16(), 422);
    assert!(odd.text().contains("notanending"), "{}", odd.text());
    let group = json!({"name": "Mine", "tlds": ["com"]});
    assert_eq!(add(&stage, "seller", &group).await.status.as_u16(), 403);
    assert_eq!(add(&stage, "manager", &group).await.status.as_u16(), 201);
    let again = add(&stage, "manager", &group).await;
    assert_eq!(
        (again.status.as_u16(), again.code()),
        (409, "tld_group_exists".to_owned())
    );
}

#[tokio::test]
async fn the_form_keeps_what_was_typed_and_the_page_shows_what_there_is() {
    let stage = Stage::new().await;
    let empty = page(&stage, "/console/prices/groups", "manager").await.text();
    assert!(empty.contains("No TLD groups yet"));
    let fields = [("name", "Mine"), ("tlds", "com, net\nnope.nope")];
    let refused = submit(&stage, "/console/prices/groups/new", "/console/prices/groups", &fields).await;
    assert_eq!(refused.status.as_u16(), 422);
    let text = refused.text();
    assert!(
        text.contains("nope.nope") && text.contains("is not an ending"),
        "{text}"
    );
    let fields = [("name", "Mine"), ("tlds", "com, net;みんな")];
    let saved = submit(&stage, "/console/prices/groups/new", "/console/prices/groups", &fields).await;
    assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
    let listed = page(&stage, "/console/prices/groups", "seller").await.text();
    assert!(listed.contains(".com .net .xn--q9jyb4c"), "{listed}");
    let csv = page(&stage, "/console/prices/groups.csv", "seller").await.text();
    assert!(csv.contains("Mine,net"), "{csv}");
    let id = api(&stage, PATH, "manager").await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let form = page(&stage, &format!("/console/prices/groups/{id}"), "manager")
        .await
        .text();
    assert_eq!(hidden(&form, "version"), "1");
    assert_eq!(
        page(&stage, "/console/prices/groups/new", "seller")
            .await
            .status
            .as_u16(),
        403
    );
}
