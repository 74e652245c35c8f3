//! API keys: made once, never more than their maker, gone when revoked.

use identity::roles::BuiltIn;
use identity::users::Kind;
use serde_json::json;
use web::testing::Ask;

use crate::support::{HOST, Room};

async fn make(room: &Room, token: &str, permissions: &[&str]) -> web::testing::Answer {
    let body = json!({ "name": "Web shop", "mode": "live", "permissions": permissions });
    Ask::post_json(HOST, "/api/v1/api-keys", body)
        .bearer(token)
        .send(&room.router)
        .await
}

#[tokio::test]
async fn a_key_opens_what_it_is_for_until_it_is_revoked() {
    let room = Room::new().await;
    room.owner().await;
    let owner = room.access_token("ann@example.com").await;
    let made = make(&room, &owner, &["identity.users.read"]).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("epk_live_"));
    let users = |host: &str| Ask::get(host, "/api/v1/users").bearer(&secret);
    assert_eq!(users(HOST).send(&room.router).await.status, 200);
    assert_eq!(
        users("127.0.0.1").send(&room.router).await.status,
        200,
        "at the own host the key names the tenant"
    );
    assert_eq!(
        Ask::get(HOST, "/api/v1/tenant/domains")
            .bearer(&secret)
            .send(&room.router)
            .await
            .status,
        403
    );
    let id = made.json()["key"]["id"].as_str().unwrap().to_owned();
    let shown = Ask::get(HOST, &format!("/api/v1/api-keys/{id}"))
        .bearer(&owner)
        .send(&room.router)
        .await
        .json();
    assert_eq!(shown["last_used_at"], "2026-11-21T09:00:00Z");
    assert!(!shown.to_string().contains(&secret));
    let revoke = Ask::post_json(HOST, &format!("/api/v1/api-keys/{id}/revoke"), "{}")
        .bearer(&owner)
        .send(&room.router)
        .await;
    assert_eq!(revoke.status, 200, "{}", revoke.text());
    assert_eq!(users(HOST).send(&room.router).await.status, 401);
}

#[tokio::test]
async fn a_key_never_may_more_than_its_maker_at_that_moment() {
    let room = Room::new().await;
    room.owner().await;
    let sam = room.add_user(Kind::Staff, "sam@example.com", &[BuiltIn::Admin]).await;
    let admin = room.access_token("sam@example.com").await;
    assert_eq!(make(&room, &admin, &["identity.owners.manage"]).await.status, 403);
    assert_eq!(make(&room, &admin, &["no.such.thing"]).await.status, 422);
    assert_eq!(make(&room, &admin, &[]).await.status, 422);
    let secret = make(&room, &admin, &["identity.users.read"]).await.json()["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let users = || Ask::get(HOST, "/api/v1/users").bearer(&secret);
    assert_eq!(users().send(&room.router).await.status, 200);
    let owner = room.access_token("ann@example.com").await;
    let finance = room.role_id(BuiltIn::Finance).await;
    let path = format!("/api/v1/users/{}/roles", sam.id);
    let demote = Ask::new("PUT".parse().unwrap(), HOST, &path)
        .header("content-type", "application/json")
        .body(json!({ "roles": [finance] }).to_string());
    assert_eq!(demote.bearer(&owner).send(&room.router).await.status, 200);
    assert_eq!(users().send(&room.router).await.status, 403);
    Ask::post_json(HOST, &format!("/api/v1/users/{}/disable", sam.id), "{}")
        .bearer(&owner)
        .send(&room.router)
        .await;
    assert_eq!(users().send(&room.router).await.status, 401);
}

#[tokio::test]
async fn a_key_makes_no_keys_and_an_old_sign_in_makes_none_either() {
    let room = Room::new().await;
    room.owner().await;
    let owner = room.access_token("ann@example.com").await;
    let secret = make(&room, &owner, &["identity.api_keys.manage"]).await.json()["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        make(&room, &secret, &["identity.api_keys.manage"]).await.code(),
        "step_up_required"
    );
    room.advance_seconds(601);
    assert_eq!(
        make(&room, &owner, &["identity.users.read"]).await.code(),
        "step_up_required"
    );
}

#[tokio::test]
async fn a_key_acts_in_business_and_not_on_its_makers_login() {
    let room = Room::new().await;
    room.owner().await;
    let owner = room.access_token("ann@example.com").await;
    let secret = make(&room, &owner, &["identity.users.read"]).await.json()["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let ask = |method: &str, path: &str| Ask::new(method.parse().unwrap(), HOST, path).bearer(&secret);
    assert_eq!(ask("GET", "/api/v1/me").send(&room.router).await.status, 200);
    assert_eq!(ask("GET", "/api/v1/sessions").send(&room.router).await.status, 403);
    let rename = ask("PUT", "/api/v1/me")
        .header("content-type", "application/json")
        .body(r#"{"name":"Mallory"}"#);
    assert_eq!(rename.send(&room.router).await.code(), "people_only");
    let sessions = Ask::get(HOST, "/api/v1/sessions")
        .bearer(&owner)
        .send(&room.router)
        .await
        .json();
    let session = sessions["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(
        ask("DELETE", &format!("/api/v1/sessions/{session}"))
            .send(&room.router)
            .await
            .status,
        404
    );
}
