//! Signing in, over the API and over the pages.

use identity::roles::BuiltIn;
use identity::users::Kind;
use serde_json::json;
use web::testing::{Answer, Ask};

use crate::support::{Browser, HOST, PASSWORD, Room};

const SIGN_IN: &str = "/api/v1/auth/sign-in";

async fn api_sign_in(room: &Room, email: &str, password: &str) -> Answer {
    Ask::post_json(HOST, SIGN_IN, json!({ "email": email, "password": password }))
        .send(&room.router)
        .await
}

#[tokio::test]
async fn the_right_password_gives_tokens_and_a_wrong_one_says_no_more_than_an_unknown_address() {
    let room = Room::new().await;
    room.owner().await;
    let right = api_sign_in(&room, "Ann@Example.com", PASSWORD).await;
    assert_eq!(right.status, 200, "{}", right.text());
    assert_eq!(right.json()["expires_in"], 900);
    let wrong = api_sign_in(&room, "ann@example.com", "not the password").await;
    let unknown = api_sign_in(&room, "nobody@example.com", "not the password").await;
    let shapeless = api_sign_in(&room, "no address", "not the password").await;
    for answer in [&wrong, &unknown, &shapeless] {
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "sign_in_wrong".into()));
    }
    let body = |answer: &Answer| {
        let mut body = answer.json();
        body["trace_id"] = "".into();
        body
    };
    assert_eq!(body(&wrong), body(&unknown));
}

#[tokio::test]
async fn an_access_token_opens_the_api_until_its_session_ends() {
    let room = Room::new().await;
    room.owner().await;
    let tokens = api_sign_in(&room, "ann@example.com", PASSWORD).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let sign_out = || Ask::post_json(HOST, "/api/v1/auth/sign-out", "{}").bearer(access);
    assert_eq!(sign_out().send(&room.router).await.status, 204);
    // The token itself is good for another quarter of an hour, its session is not.
    assert_eq!(sign_out().send(&room.router).await.code(), "credentials_wrong");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_its_second_use_ends_the_session_for_both() {
    let room = Room::new().await;
    room.owner().await;
    let first = api_sign_in(&room, "ann@example.com", PASSWORD).await.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let refresh = |token: &str| Ask::post_json(HOST, "/api/v1/auth/refresh", json!({ "refresh_token": token }));
    let second = refresh(&first).send(&room.router).await;
    assert_eq!(second.status, 200, "{}", second.text());
    let second = second.json()["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(refresh(&first).send(&room.router).await.status, 401);
    assert_eq!(
        refresh(&second).send(&room.router).await.status,
        401,
        "the thief's and the owner's tokens end together"
    );
}

#[tokio::test]
async fn a_refresh_token_used_twice_at_the_same_moment_ends_the_session_too() {
    let room = Room::new().await;
    room.owner().await;
    let first = api_sign_in(&room, "ann@example.com", PASSWORD).await.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let refresh = |token: &str| Ask::post_json(HOST, "/api/v1/auth/refresh", json!({ "refresh_token": token }));
    let (one, other) = tokio::join!(refresh(&first).send(&room.router), refresh(&first).send(&room.router));
    let won: Vec<String> = [one, other]
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.json()["refresh_token"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(won.len(), 1);
    assert_eq!(refresh(&won[0]).send(&room.router).await.status, 401);
}

#[tokio::test]
async fn at_the_installations_own_host_the_tenant_is_named_in_the_body() {
    let room = Room::new().await;
    room.owner().await;
    let ask = |body| Ask::post_json("127.0.0.1", SIGN_IN, body);
    let named = ask(json!({ "email": "ann@example.com", "password": PASSWORD, "tenant": "northwind" }))
        .send(&room.router)
        .await;
    assert_eq!(named.status, 200, "{}", named.text());
    let unnamed = ask(json!({ "email": "ann@example.com", "password": PASSWORD }))
        .send(&room.router)
        .await;
    assert_eq!(unnamed.status, 422);
    let nobody = ask(json!({ "email": "ann@example.com", "password": PASSWORD, "tenant": "nobody" }))
        .send(&room.router)
        .await;
    assert_eq!(nobody.code(), "sign_in_wrong");
}

#[tokio::test]
async fn a_stranger_who_guesses_is_slowed_down_and_the_owner_on_a_known_device_is_not() {
    let room = Room::new().await;
    room.owner().await;
    let device = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    assert_eq!(device.last.status, 303, "{}", device.last.text());
    for _ in 0..5 {
        assert_eq!(api_sign_in(&room, "ann@example.com", "wrong guess").await.status, 401);
    }
    let blocked = api_sign_in(&room, "ann@example.com", PASSWORD).await;
    assert_eq!((blocked.status.as_u16(), blocked.header("retry-after")), (429, "60"));
    let unknown_is_the_same = api_sign_in(&room, "nobody@example.com", "x").await;
    assert_eq!(unknown_is_the_same.status, 401);
    // The browser that was signed in from before still enters.
    let again = device
        .signed_out()
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    assert_eq!(again.last.status, 303, "{}", again.last.text());
    room.advance_seconds(60);
    assert_eq!(api_sign_in(&room, "ann@example.com", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_thousand_guesses_at_once_try_only_a_few() {
    let room = Room::new().await;
    room.owner().await;
    let guess = || {
        let body = json!({ "email": "ann@example.com", "password": "wrong guess" });
        let (ask, router) = (Ask::post_json(HOST, SIGN_IN, body), room.router.clone());
        async move { ask.send(&router).await.status == 401 }
    };
    let mut guesses = tokio::task::JoinSet::new();
    for _ in 0..60 {
        guesses.spawn(guess());
    }
    let at_once = guesses.join_all().await.into_iter().filter(|tried| *tried).count();
    let mut one_by_one = 0;
    for _ in 0..100 {
        one_by_one += usize::from(guess().await);
    }
    assert_eq!((at_once, one_by_one), (5, 0));
}

#[tokio::test]
async fn a_page_session_ends_when_left_alone_and_after_a_day() {
    let room = Room::new().await;
    room.owner().await;
    let mut browser = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let console = "/console/confirm";
    assert_eq!(browser.get(console).await.status, 200);
    room.advance_seconds(29 * 60);
    assert_eq!(browser.get(console).await.status, 200);
    room.advance_seconds(30 * 60);
    assert_ne!(browser.get(console).await.status, 200, "idle for half an hour");
    let mut busy = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    for _ in 0..71 {
        room.advance_seconds(20 * 60);
        assert_eq!(busy.get(console).await.status, 200);
    }
    room.advance_seconds(20 * 60);
    assert_ne!(busy.get(console).await.status, 200, "a whole day");
}

#[tokio::test]
async fn customers_and_staff_have_logins_apart() {
    let room = Room::new().await;
    room.add_user(Kind::Customer, "bob@example.com", &[]).await;
    room.add_user(Kind::Staff, "sam@example.com", &[BuiltIn::Support]).await;
    let mut customer = Browser::new(&room)
        .sign_in("/sign-in", "bob@example.com", PASSWORD)
        .await;
    assert_eq!(customer.last.header("location"), "/");
    assert_eq!(customer.get("/me/confirm").await.status, 200);
    assert_ne!(customer.get("/console/confirm").await.status, 200);
    let staff = Browser::new(&room)
        .sign_in("/console/sign-in", "sam@example.com", PASSWORD)
        .await;
    assert_eq!(staff.last.header("location"), "/console");
}

#[tokio::test]
async fn what_was_typed_stays_and_the_password_does_not() {
    let room = Room::new().await;
    let browser = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", "some wrong words")
        .await;
    assert_eq!(browser.last.status, 422);
    let page = browser.last.text();
    assert!(
        page.contains("ann@example.com") && page.contains("is not right"),
        "{page}"
    );
    assert!(!page.contains("some wrong words"));
}

#[tokio::test]
async fn signing_in_leads_to_our_own_pages_only() {
    let room = Room::new().await;
    room.owner().await;
    for (next, to) in [
        ("/console/users", "/console/users"),
        ("//evil.example", "/console"),
        ("https://evil.example", "/console"),
        ("/me/profile", "/console"),
    ] {
        let mut browser = Browser::new(&room);
        let answer = browser
            .post(
                "/console/sign-in",
                &[("email", "ann@example.com"), ("password", PASSWORD), ("next", next)],
            )
            .await;
        assert_eq!(answer.header("location"), to, "{next}");
    }
}

#[tokio::test]
async fn another_tenants_token_is_not_found_here() {
    let room = Room::new().await;
    let other = testkit::TestInstallation::tenant(2);
    room.add_tenant(other, "saffron").await;
    room.add_user_to(other, Kind::Staff, "eve@example.com", &[BuiltIn::Owner])
        .await;
    let sign_in = Ask::post_json(
        "saffron.localhost",
        SIGN_IN,
        json!({ "email": "eve@example.com", "password": PASSWORD }),
    );
    let tokens = sign_in.send(&room.router).await.json();
    let access = tokens["access_token"].as_str().unwrap();
    let here = Ask::post_json(HOST, "/api/v1/auth/sign-out", "{}")
        .bearer(access)
        .send(&room.router)
        .await;
    assert_eq!(here.status, 404);
    assert_eq!(
        api_sign_in(&room, "eve@example.com", PASSWORD).await.code(),
        "sign_in_wrong"
    );
}
