//! The console's own pages: the list of keys, light or dark without script, the gallery.

use super::stage::{NORTH, Stage};
use web::testing::{Answer, Ask};

const COOKIE: &str = "__Host-console=staff";

async fn page(stage: &Stage, path: &str, cookie: &str) -> Answer {
    Ask::get(NORTH, path).header("cookie", cookie).send(&stage.router).await
}

/// The token of the first form of a page.
fn token(html: &str) -> &str {
    let (_, rest) = html.split_once(r#"name="csrf" value=""#).unwrap();
    rest.split('"').next().unwrap()
}

async fn post(stage: &Stage, path: &str, fields: &str) -> Answer {
    let html = page(stage, "/console/keys", COOKIE).await.text();
    let body = format!("csrf={}&{fields}", token(&html));
    Ask::post_form(NORTH, path, body)
        .header("cookie", COOKIE)
        .header("sec-fetch-site", "same-origin")
        .send(&stage.router)
        .await
}

#[tokio::test]
async fn the_keys_are_listed_and_can_be_turned_off() {
    let stage = Stage::new().await;
    let on = page(&stage, "/console/keys", COOKIE).await.text();
    assert!(
        on.contains("Turn single letters off") && !on.contains(r#"data-keys="off""#),
        "{on}"
    );
    let answer = post(&stage, "/console/keys", "keys=off").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/console/keys")
    );
    assert_eq!(answer.cookies(), "keys=off");
    let off = page(&stage, "/console/keys", &format!("{COOKIE}; keys=off"))
        .await
        .text();
    assert!(
        off.contains("Turn single letters on") && off.contains(r#"data-keys="off""#),
        "{off}"
    );
}

#[tokio::test]
async fn light_or_dark_is_chosen_without_script_and_leads_back() {
    let stage = Stage::new().await;
    let answer = post(&stage, "/console/scheme", "scheme=dark&back=%2Fconsole%2Fkeys").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, "/console/keys")
    );
    assert_eq!(answer.cookies(), "scheme=dark");
    let dark = page(&stage, "/console/keys", &format!("{COOKIE}; scheme=dark"))
        .await
        .text();
    assert!(dark.contains(r#"data-theme="dark""#), "{dark}");
    let away = post(&stage, "/console/scheme", "scheme=dark&back=https%3A%2F%2Fevil.example").await;
    assert_eq!(away.header("location"), "/");
}

#[tokio::test]
async fn the_gallery_is_for_staff() {
    let stage = Stage::new().await;
    assert_eq!(page(&stage, "/console/components", "").await.status, 303);
    let gallery = page(&stage, "/console/components", COOKIE).await;
    assert_eq!(gallery.status, 200);
    assert!(gallery.text().contains("Component gallery"));
}
