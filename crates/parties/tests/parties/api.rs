//! The JSON API.

use serde_json::json;
use testkit::{NORTH, SAFFRON};
use web::testing::Ask;

use crate::support::stage;

const CUSTOMERS: &str = "/api/v1/customers";

fn post(path: &str, body: serde_json::Value) -> Ask {
    Ask::post_json(NORTH, path, body).bearer("staff")
}

fn put(path: &str, body: serde_json::Value) -> Ask {
    let ask = Ask::new(axum::http::Method::PUT, NORTH, path).header("content-type", "application/json");
    ask.bearer("staff").body(body.to_string())
}

fn get(path: &str) -> Ask {
    Ask::get(NORTH, path).bearer("staff")
}

#[tokio::test]
async fn a_customer_is_added_once_read_with_its_version_and_changed_by_it() {
    let stage = stage().await;
    let asha = json!({ "name": "Asha Nair", "email": "asha@example.in", "country": "in" });
    let add = || post(CUSTOMERS, asha.clone()).header("idempotency-key", "first");
    let made = stage.send(add()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.json()["country"], "IN");
    let replayed = stage.send(add()).await;
    assert_eq!(
        (replayed.status.as_u16(), replayed.json()["id"].clone()),
        (201, made.json()["id"].clone())
    );
    let path = format!("{CUSTOMERS}/{}", made.json()["id"].as_str().unwrap());
    let seen = stage.send(get(&path)).await;
    assert_eq!((seen.status.as_u16(), seen.header("etag")), (200, "\"1\""));
    let menon = json!({ "name": "Asha Menon" });
    let changed = stage.send(put(&path, menon.clone()).header("if-match", "\"1\"")).await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""));
    assert_eq!(changed.json()["email"], json!(null), "what is left out is emptied");
    let stale = stage.send(put(&path, menon).header("if-match", "\"1\"")).await;
    assert_eq!((stale.status.as_u16(), stale.code()), (412, "stale".into()));
    let archived = stage.send(post(&format!("{path}/archive"), json!({}))).await;
    assert_eq!(archived.json()["state"], "archived", "{}", archived.text());
    let again = stage.send(post(&format!("{path}/archive"), json!({}))).await;
    assert_eq!((again.status.as_u16(), again.code()), (409, "customer_archived".into()));
    assert_eq!(
        stage.send(post(&format!("{path}/restore"), json!({}))).await.status,
        200
    );
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_with_pointers_and_stable_codes() {
    let stage = stage().await;
    let body = json!({ "name": " ", "email": "nobody", "phone": "call me", "country": "XX", "tax_id": "??", "postal_code": "_" });
    let answer = stage.send(post(CUSTOMERS, body)).await;
    assert_eq!(answer.status, 422);
    let errors = answer.json()["errors"].as_array().unwrap().clone();
    let told: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("/name", "required"),
            ("/email", "email_invalid"),
            ("/phone", "phone_invalid"),
            ("/tax_id", "tax_id_invalid"),
            ("/postal_code", "postal_code_invalid"),
            ("/country", "country_unknown"),
        ]
    );
    let unknown = stage.send(post(CUSTOMERS, json!({ "name": "x", "wallet": 7 }))).await;
    assert_eq!(unknown.json()["errors"][0]["code"], "field_unknown");
}

#[tokio::test]
async fn a_second_customer_with_the_address_is_refused_and_the_first_one_named() {
    let stage = stage().await;
    let asha = json!({ "name": "Asha Nair", "email": "asha@example.in" });
    let first = stage.send(post(CUSTOMERS, asha.clone())).await.json();
    let second = stage.send(post(CUSTOMERS, asha)).await;
    assert_eq!((second.status.as_u16(), second.code()), (409, "customer_exists".into()));
    let detail = second.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains(first["id"].as_str().unwrap()), "{detail}");
}

#[tokio::test]
async fn a_list_is_read_page_by_page_in_any_order_and_as_csv() {
    let stage = stage().await;
    for name in ["Chandra", "ábel", "Bala", "Dev", "Esha"] {
        assert_eq!(stage.send(post(CUSTOMERS, json!({ "name": name }))).await.status, 201);
    }
    for (sort, expected) in [
        ("name", ["ábel", "Bala", "Chandra", "Dev", "Esha"]),
        ("-name", ["Esha", "Dev", "Chandra", "Bala", "ábel"]),
        ("created_at", ["Chandra", "ábel", "Bala", "Dev", "Esha"]),
        ("-created_at", ["Esha", "Dev", "Bala", "ábel", "Chandra"]),
    ] {
        let (mut names, mut after) = (Vec::new(), String::new());
        loop {
            let page = stage
                .send(get(&format!("{CUSTOMERS}?limit=2&sort={sort}&after={after}")))
                .await
                .json();
            names.extend(
                page["data"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|row| row["name"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => next.clone_into(&mut after),
                None => break,
            }
        }
        assert_eq!(names, expected, "{sort}");
    }
    let page = stage.send(get(&format!("{CUSTOMERS}?limit=2&sort=name"))).await.json();
    let other_order = format!("{CUSTOMERS}?sort=-name&after={}", page["next"].as_str().unwrap());
    assert_eq!(stage.send(get(&other_order)).await.code(), "cursor_invalid");
    let csv = stage
        .send(get(&format!("{CUSTOMERS}?q=abel")).header("accept", "text/csv"))
        .await;
    assert!(
        csv.text().starts_with("id,name,") && csv.text().contains("ábel"),
        "{}",
        csv.text()
    );
}

#[tokio::test]
async fn suppliers_groups_and_contacts_are_reached_the_same_way() {
    let stage = stage().await;
    let palace = json!({ "name": "Lake Palace", "kind": "accommodation", "website": "lakepalace.example" });
    let supplier = stage.send(post("/api/v1/suppliers", palace)).await;
    assert_eq!(
        (supplier.status.as_u16(), &supplier.json()["kind"]),
        (201, &json!("accommodation"))
    );
    let at = format!("/api/v1/suppliers/{}/contacts", supplier.json()["id"].as_str().unwrap());
    let contact = stage
        .send(post(&at, json!({ "name": "Ravi", "email": "ravi@lakepalace.example" })))
        .await;
    assert_eq!(contact.status, 201, "{}", contact.text());
    let one = format!("{at}/{}", contact.json()["id"].as_str().unwrap());
    let changed = stage
        .send(put(&one, json!({ "name": "Ravi Mehta" })).header("if-match", "\"1\""))
        .await;
    assert_eq!(changed.json()["name"], "Ravi Mehta", "{}", changed.text());
    assert_eq!(stage.send(get(&at)).await.json()["data"].as_array().unwrap().len(), 1);
    let gone = Ask::new(axum::http::Method::DELETE, NORTH, &one).bearer("staff");
    assert_eq!(stage.send(gone).await.status, 204);
    assert_eq!(stage.send(get(&one)).await.status, 404);
    let group = stage
        .send(post("/api/v1/customer-groups", json!({ "name": "Wholesale" })))
        .await;
    assert_eq!(group.status, 201, "{}", group.text());
    let listed = stage.send(get("/api/v1/customer-groups")).await.json();
    assert_eq!(listed["data"][0]["name"], "Wholesale");
    let filtered = stage.send(get("/api/v1/suppliers?kind=guide")).await.json();
    assert_eq!(filtered["data"], json!([]));
}

#[tokio::test]
async fn another_tenants_key_finds_nothing_and_a_role_without_the_right_is_refused() {
    let stage = stage().await;
    let made = stage.send(post(CUSTOMERS, json!({ "name": "Asha" }))).await.json();
    let path = format!("{CUSTOMERS}/{}", made["id"].as_str().unwrap());
    let theirs = Ask::get(SAFFRON, &path).bearer("stranger");
    assert_eq!(stage.send(theirs).await.status, 404);
    assert_eq!(stage.send(Ask::get(NORTH, &path).bearer("stranger")).await.status, 404);
    assert_eq!(stage.send(Ask::get(NORTH, &path).bearer("nobody")).await.status, 403);
    assert_eq!(stage.send(Ask::get(NORTH, &path)).await.status, 401);
    let reader = Ask::post_json(NORTH, CUSTOMERS, json!({ "name": "x" })).bearer("reader");
    assert_eq!(stage.send(reader).await.status, 403);
}
