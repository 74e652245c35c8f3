//! Who may do what, and how soon a change of it counts.

use identity::roles::BuiltIn;
use identity::users::Kind;
use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use crate::support::{HOST, Room};

async fn put(room: &Room, token: &str, path: &str, body: Value) -> Answer {
    Ask::new("PUT".parse().unwrap(), HOST, path)
        .header("content-type", "application/json")
        .body(body.to_string())
        .bearer(token)
        .send(&room.router)
        .await
}

#[tokio::test]
async fn a_role_taken_away_counts_from_the_next_request_on() {
    let room = Room::new().await;
    room.owner().await;
    let sam = room.add_user(Kind::Staff, "sam@example.com", &[BuiltIn::Admin]).await;
    let (owner, admin) = (
        room.access_token("ann@example.com").await,
        room.access_token("sam@example.com").await,
    );
    let users = || Ask::get(HOST, "/api/v1/users").bearer(&admin);
    assert_eq!(users().send(&room.router).await.status, 200);
    let finance = room.role_id(BuiltIn::Finance).await;
    let answer = put(
        &room,
        &owner,
        &format!("/api/v1/users/{}/roles", sam.id),
        json!({ "roles": [finance] }),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(users().send(&room.router).await.status, 403);
}

#[tokio::test]
async fn a_disabled_login_is_out_at_once_and_back_when_enabled() {
    let room = Room::new().await;
    room.owner().await;
    let sam = room.add_user(Kind::Staff, "sam@example.com", &[BuiltIn::Support]).await;
    let (owner, support) = (
        room.access_token("ann@example.com").await,
        room.access_token("sam@example.com").await,
    );
    let me = || Ask::get(HOST, "/api/v1/me").bearer(&support);
    assert_eq!(me().send(&room.router).await.json()["email"], "sam@example.com");
    let act = |what: &str| Ask::post_json(HOST, &format!("/api/v1/users/{}/{what}", sam.id), "{}").bearer(&owner);
    assert_eq!(act("disable").send(&room.router).await.json()["state"], "disabled");
    assert_eq!(me().send(&room.router).await.status, 401);
    assert_eq!(act("disable").send(&room.router).await.code(), "user_already_disabled");
    assert_eq!(act("enable").send(&room.router).await.json()["state"], "active");
    room.access_token("sam@example.com").await;
}

#[tokio::test]
async fn nobody_gives_what_they_do_not_have_and_the_last_owner_stays() {
    let room = Room::new().await;
    let ann = room.owner().await;
    let sam = room.add_user(Kind::Staff, "sam@example.com", &[BuiltIn::Admin]).await;
    let (owner, admin) = (
        room.access_token("ann@example.com").await,
        room.access_token("sam@example.com").await,
    );
    let owner_role = room.role_id(BuiltIn::Owner).await;
    let support_role = room.role_id(BuiltIn::Support).await;
    let roles = |id: kernel::UserId| format!("/api/v1/users/{id}/roles");
    assert_eq!(
        put(&room, &admin, &roles(sam.id), json!({ "roles": [owner_role] }))
            .await
            .status,
        403
    );
    assert_eq!(
        put(&room, &admin, &roles(ann.id), json!({ "roles": [support_role] }))
            .await
            .status,
        403
    );
    assert_eq!(
        put(&room, &owner, &roles(ann.id), json!({ "roles": [support_role] }))
            .await
            .code(),
        "last_owner"
    );
    let disable = |id: kernel::UserId, token: &str| {
        Ask::post_json(HOST, &format!("/api/v1/users/{id}/disable"), "{}").bearer(token)
    };
    assert_eq!(disable(ann.id, &admin).send(&room.router).await.status, 403);
    assert_eq!(disable(ann.id, &owner).send(&room.router).await.code(), "not_oneself");
    assert_eq!(
        put(&room, &owner, &roles(sam.id), json!({ "roles": [] })).await.status,
        422
    );
}

#[tokio::test]
async fn a_role_of_ones_own_is_made_changed_and_removed() {
    let room = Room::new().await;
    room.owner().await;
    let sam = room.add_user(Kind::Staff, "sam@example.com", &[BuiltIn::Support]).await;
    let owner = room.access_token("ann@example.com").await;
    let role = json!({ "name": "Night desk", "permissions": ["identity.users.read", "identity.users.manage"] });
    let made = Ask::post_json(HOST, "/api/v1/roles", &role)
        .bearer(&owner)
        .header("idempotency-key", "k1")
        .send(&room.router)
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let again = Ask::post_json(HOST, "/api/v1/roles", &role)
        .bearer(&owner)
        .header("idempotency-key", "k1")
        .send(&room.router)
        .await;
    assert_eq!(again.json(), made.json(), "the same key makes one role");
    assert_eq!(
        Ask::post_json(HOST, "/api/v1/roles", &role)
            .bearer(&owner)
            .send(&room.router)
            .await
            .status,
        422,
        "the name is taken"
    );
    let id = made.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/roles/{id}");
    put(
        &room,
        &owner,
        &format!("/api/v1/users/{}/roles", sam.id),
        json!({ "roles": [id] }),
    )
    .await;
    let token = room.access_token("sam@example.com").await;
    let send_again = || Ask::post_json(HOST, &format!("/api/v1/users/{}/send-again", sam.id), "{}").bearer(&token);
    assert_eq!(
        send_again().send(&room.router).await.status,
        409,
        "permitted, though there is nothing to send"
    );
    let less = json!({ "name": "Night desk", "permissions": ["identity.users.read"] });
    let answer = put(&room, &owner, &path, less.clone()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
    assert_eq!(send_again().send(&room.router).await.status, 403);
    let stale = Ask::new("PUT".parse().unwrap(), HOST, &path)
        .header("content-type", "application/json")
        .header("if-match", "\"1\"")
        .body(less.to_string())
        .bearer(&owner);
    assert_eq!(stale.send(&room.router).await.status, 412);
    let remove = || Ask::new("DELETE".parse().unwrap(), HOST, &path).bearer(&owner);
    assert_eq!(remove().send(&room.router).await.code(), "role_in_use");
    let support = room.role_id(BuiltIn::Support).await;
    put(
        &room,
        &owner,
        &format!("/api/v1/users/{}/roles", sam.id),
        json!({ "roles": [support] }),
    )
    .await;
    assert_eq!(remove().send(&room.router).await.status, 204);
    let built_in = put(&room, &owner, &format!("/api/v1/roles/{support}"), less).await;
    assert_eq!(built_in.code(), "role_built_in");
}

#[tokio::test]
async fn every_route_of_ours_is_closed_to_strangers_customers_and_other_tenants() {
    let room = Room::new().await;
    let ann = room.owner().await;
    let other = testkit::TestInstallation::tenant(2);
    room.add_tenant(other, "saffron").await;
    room.add_user_to(other, Kind::Staff, "eve@example.com", &[BuiltIn::Owner])
        .await;
    room.add_user(Kind::Customer, "bob@example.com", &[]).await;
    let stranger = room.access_token_at("saffron.localhost", "eve@example.com").await;
    let customer = room.access_token("bob@example.com").await;
    let paths = [
        "/api/v1/users".to_owned(),
        format!("/api/v1/users/{}", ann.id),
        "/api/v1/roles".to_owned(),
        "/api/v1/permissions".to_owned(),
        "/api/v1/api-keys".to_owned(),
        "/api/v1/tenant".to_owned(),
        "/api/v1/tenant/domains".to_owned(),
    ];
    for path in &paths {
        assert_eq!(Ask::get(HOST, path).send(&room.router).await.status, 401, "{path}");
        assert_eq!(
            Ask::get(HOST, path).bearer(&stranger).send(&room.router).await.status,
            404,
            "{path}"
        );
        assert_eq!(
            Ask::get(HOST, path).bearer(&customer).send(&room.router).await.status,
            403,
            "{path}"
        );
    }
    // Another tenant's person is not there, even for an owner at their own host.
    let theirs = Ask::get("saffron.localhost", &format!("/api/v1/users/{}", ann.id))
        .bearer(&stranger)
        .send(&room.router)
        .await;
    assert_eq!(theirs.status, 404);
}
