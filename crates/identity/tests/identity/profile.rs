//! One's own login: two-step sign-in, password, sessions, picture.

use identity::totp::model;
use serde_json::json;
use web::testing::Ask;

use crate::support::{Browser, HOST, PASSWORD, Room};

/// The secret as its page shows it, read back as an authenticator app would.
fn secret_of(page: &str) -> Vec<u8> {
    let text = page.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    let mut bits = text
        .bytes()
        .map(|b| u64::from(if b.is_ascii_digit() { b - b'2' + 26 } else { b - b'A' }));
    let (mut buffer, mut held, mut bytes) = (0_u64, 0, Vec::new());
    for value in bits.by_ref() {
        (buffer, held) = (buffer << 5 | value, held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(buffer >> held & 0xff).unwrap());
        }
    }
    bytes
}

fn codes_of(page: &str) -> Vec<String> {
    page.split("<code>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn two_steps_are_set_up_asked_for_and_count_once() {
    let room = Room::new().await;
    room.owner().await;
    let mut ann = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    ann.get("/console/profile").await;
    assert_eq!(
        ann.post_here("/console/profile/two-factor", &[]).await.status,
        303,
        "{}",
        ann.last.text()
    );
    let page = ann.get("/console/profile/two-factor").await.text();
    assert!(page.contains("<svg") && page.contains("otpauth://totp/"));
    let secret = secret_of(&page);
    assert_eq!(
        ann.post_here("/console/profile/two-factor/confirm", &[("code", "000000")])
            .await
            .status,
        422
    );
    let code = model::code_at(&secret, room.now());
    let done = ann
        .post("/console/profile/two-factor/confirm", &[("code", &code)])
        .await;
    assert_eq!(done.status, 200, "{}", done.text());
    let recovery = codes_of(&done.text());
    assert_eq!(recovery.len(), 10);
    // From now on the password alone is not enough.
    let api = |code: Option<String>| {
        Ask::post_json(
            HOST,
            "/api/v1/auth/sign-in",
            json!({ "email": "ann@example.com", "password": PASSWORD, "totp": code }),
        )
    };
    assert_eq!(api(None).send(&room.router).await.code(), "totp_required");
    assert_eq!(
        api(Some(code)).send(&room.router).await.code(),
        "sign_in_wrong",
        "the code that switched it on is used up"
    );
    room.advance_seconds(30);
    let next = model::code_at(&secret, room.now());
    let mut other = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    assert!(other.last.text().contains("name=\"ticket\""), "{}", other.last.text());
    let ticket = other.hidden("ticket");
    assert_eq!(
        other
            .post_here("/console/sign-in/code", &[("ticket", &ticket), ("code", "123")])
            .await
            .status,
        422
    );
    assert_eq!(
        other
            .post_here("/console/sign-in/code", &[("ticket", &ticket), ("code", &next)])
            .await
            .status,
        303,
        "{}",
        other.last.text()
    );
    assert_eq!(api(Some(next)).send(&room.router).await.status, 401, "once");
    assert_eq!(
        api(Some(recovery[0].to_uppercase())).send(&room.router).await.status,
        200,
        "a recovery code stands for the phone"
    );
    assert_eq!(
        api(Some(recovery[0].clone())).send(&room.router).await.status,
        401,
        "once"
    );
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_every_other_session() {
    let room = Room::new().await;
    room.owner().await;
    let mut here = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let mut there = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    here.get("/console/profile").await;
    let change = [("current", "not it"), ("password", "seven blue kettles sing")];
    assert!(
        here.post_here("/console/profile/password", &change)
            .await
            .text()
            .contains("not your current password")
    );
    let change = [("current", PASSWORD), ("password", "seven blue kettles sing")];
    assert_eq!(
        here.post_here("/console/profile/password", &change).await.status,
        303,
        "{}",
        here.last.text()
    );
    assert_eq!(here.get("/console/profile").await.status, 200);
    assert_ne!(there.get("/console/profile").await.status, 200);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_or_all_others() {
    let room = Room::new().await;
    room.owner().await;
    let mut here = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let mut there = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    let token = room.access_token("ann@example.com").await;
    let listed = Ask::get(HOST, "/api/v1/sessions")
        .bearer(&token)
        .send(&room.router)
        .await
        .json();
    assert_eq!(listed["data"].as_array().unwrap().len(), 3);
    here.get("/console/profile").await;
    assert_eq!(
        here.post_here("/console/profile/sessions/others", &[]).await.status,
        303
    );
    assert_ne!(there.get("/console/profile").await.status, 200);
    assert_eq!(here.get("/console/profile").await.status, 200);
    assert_eq!(
        Ask::get(HOST, "/api/v1/sessions")
            .bearer(&token)
            .send(&room.router)
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_new_device_is_told_by_mail_and_the_first_is_not() {
    let room = Room::new().await;
    room.owner().await;
    Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    room.run_jobs().await;
    assert!(room.mailbox.0.lock().unwrap().is_empty());
    Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    room.run_jobs().await;
    let mails = room.mailbox.0.lock().unwrap();
    assert!(
        mails[0].subject.contains("New sign-in") && mails[0].text.contains("127.0.0.0/24"),
        "{}",
        mails[0].text
    );
}

#[tokio::test]
async fn a_new_address_counts_once_its_mailbox_says_so() {
    let room = Room::new().await;
    room.owner().await;
    let mut ann = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    ann.get("/console/profile").await;
    assert_eq!(
        ann.post_here("/console/profile/email", &[("email", "ann@new.example")])
            .await
            .status,
        303
    );
    room.run_jobs().await;
    assert_eq!(
        room.mailbox.0.lock().unwrap().last().unwrap().to.address,
        "ann@new.example"
    );
    room.access_token("ann@example.com").await;
    let path = room.mailed_path();
    assert_eq!(ann.post(&path, &[]).await.status, 303, "{}", ann.last.text());
    room.access_token("ann@new.example").await;
    let old = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    assert_eq!(old.last.status, 422);
}

#[tokio::test]
async fn an_address_asked_for_before_a_new_password_is_good_for_nothing_after_it() {
    let room = Room::new().await;
    room.owner().await;
    // Somebody at an unlocked screen asks for their own address; the owner notices and chooses a new password.
    let mut thief = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    thief.get("/console/profile").await;
    thief
        .post_here("/console/profile/email", &[("email", "thief@example.net")])
        .await;
    room.run_jobs().await;
    let thiefs_link = room.mailed_path();
    assert_eq!(thief.get(&thiefs_link).await.status, 200);
    let mut ann = Browser::new(&room);
    ann.post("/forgot", &[("email", "ann@example.com")]).await;
    room.run_jobs().await;
    let reset = room.mailed_path();
    assert_eq!(
        ann.post(&reset, &[("password", "seven blue kettles sing")])
            .await
            .status,
        303
    );
    assert_eq!(
        thief.post_here(&thiefs_link, &[]).await.status,
        422,
        "its page was open before"
    );
    let ann = ann
        .sign_in("/console/sign-in", "ann@example.com", "seven blue kettles sing")
        .await;
    assert_eq!(ann.last.status, 303);
}

#[tokio::test]
async fn a_refused_new_address_is_still_in_its_field() {
    let room = Room::new().await;
    room.owner().await;
    let mut ann = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    ann.get("/console/profile").await;
    let refused = ann
        .post_here("/console/profile/email", &[("email", "ann at new.example")])
        .await;
    assert!(refused.status == 422 && refused.text().contains("ann at new.example"));
}

#[tokio::test]
async fn a_password_proves_the_person_for_ten_minutes() {
    let room = Room::new().await;
    room.owner().await;
    let mut ann = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    room.advance_seconds(600);
    assert_eq!(
        ann.get("/console/api-keys/new").await.status,
        200,
        "ten minutes to the second"
    );
    room.advance_seconds(1);
    let profile = "/console/confirm?next=/console/profile";
    let keys = "/console/confirm?next=/console/api-keys/new";
    ann.get("/console/profile").await;
    for (path, fields, confirm) in [
        ("/console/profile/email", [("email", "ann@new.example")], profile),
        ("/console/profile/two-factor", [("", "")], profile),
        ("/console/profile/two-factor/codes", [("", "")], profile),
        ("/console/profile/two-factor/off", [("", "")], profile),
        ("/console/api-keys/new", [("name", "Shop")], keys),
    ] {
        ann.get("/console/profile").await;
        assert_eq!(ann.post_here(path, &fields).await.header("location"), confirm, "{path}");
    }
    assert_eq!(ann.get("/console/profile/two-factor").await.header("location"), profile);
    room.run_jobs().await;
    assert!(room.mailbox.0.lock().unwrap().is_empty());
    // Guesses at it are slowed down as those at the door are.
    ann.get(keys).await;
    for _ in 0..5 {
        assert_eq!(
            ann.post_here("/console/confirm", &[("password", "a guess")])
                .await
                .status,
            422
        );
    }
    let throttled = ann.post_here("/console/confirm", &[("password", PASSWORD)]).await;
    assert_eq!(
        (throttled.status.as_u16(), throttled.header("retry-after")),
        (429, "60")
    );
    room.advance_seconds(60);
    assert_eq!(
        ann.post_here("/console/confirm", &[("password", PASSWORD)])
            .await
            .status,
        303
    );
    assert_eq!(ann.get("/console/api-keys/new").await.status, 200);
}

#[tokio::test]
async fn nobody_ends_a_session_of_somebody_else_by_its_id() {
    let room = Room::new().await;
    room.owner().await;
    room.add_user(
        identity::users::Kind::Staff,
        "sam@example.com",
        &[identity::roles::BuiltIn::Admin],
    )
    .await;
    let owner = room.access_token("ann@example.com").await;
    let admin = room.access_token("sam@example.com").await;
    let sessions = || Ask::get(HOST, "/api/v1/sessions").bearer(&owner);
    let id = sessions().send(&room.router).await.json()["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let end = Ask::new("DELETE".parse().unwrap(), HOST, &format!("/api/v1/sessions/{id}")).bearer(&admin);
    assert_eq!(end.send(&room.router).await.status, 404);
    assert_eq!(sessions().send(&room.router).await.status, 200);
}

#[tokio::test]
async fn names_and_zones_are_kept_and_what_is_wrong_stays_typed() {
    let room = Room::new().await;
    room.owner().await;
    let mut ann = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    ann.get("/console/profile").await;
    let version = ann.hidden("version");
    let wrong = [
        ("version", version.as_str()),
        ("name", "Ann Other"),
        ("locale", "en-IN"),
        ("time_zone", "Mars/Base"),
    ];
    let refused = ann.post_here("/console/profile", &wrong).await;
    assert!(refused.status == 422 && refused.text().contains("Mars/Base") && refused.text().contains("Ann Other"));
    let right = [
        ("version", version.as_str()),
        ("name", "Ann Other"),
        ("locale", "en-IN"),
        ("time_zone", "Asia/Kolkata"),
    ];
    assert_eq!(ann.post_here("/console/profile", &right).await.status, 303);
    assert!(ann.get("/console/profile").await.text().contains("Asia/Kolkata"));
    assert_eq!(
        ann.post_here("/console/profile", &right).await.status,
        409,
        "somebody changed it meanwhile"
    );
}

#[tokio::test]
async fn a_picture_is_kept_small_and_shown_to_who_may_see_it() {
    let room = Room::new().await;
    room.owner().await;
    room.add_user(identity::users::Kind::Customer, "bob@example.com", &[])
        .await;
    let mut bob = Browser::new(&room)
        .sign_in("/sign-in", "bob@example.com", PASSWORD)
        .await;
    assert_eq!(bob.get("/me/profile").await.status, 200, "{}", bob.last.text());
    assert_eq!(
        bob.upload("/me/profile/picture", "avatar", b"<svg></svg>").await.status,
        422
    );
    assert!(bob.last.text().contains("not a picture we can read"));
    assert_eq!(
        bob.upload("/me/profile/picture", "avatar", &png()).await.status,
        303,
        "{}",
        bob.last.text()
    );
    let page = bob.get("/me/profile").await.text();
    let path = page
        .split("src=\"/me/avatars/")
        .nth(1)
        .expect("the picture is shown")
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let picture = bob.get(&format!("/me/avatars/{path}")).await;
    assert_eq!(
        (picture.status.as_u16(), picture.header("content-type")),
        (200, "image/jpeg")
    );
    let mut ann = Browser::new(&room)
        .sign_in("/console/sign-in", "ann@example.com", PASSWORD)
        .await;
    assert_eq!(ann.get(&format!("/console/avatars/{path}")).await.status, 200);
    assert_ne!(
        Browser::new(&room).get(&format!("/me/avatars/{path}")).await.status,
        200
    );
}

/// A PNG of one pixel.
fn png() -> Vec<u8> {
    let hex = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082";
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}
