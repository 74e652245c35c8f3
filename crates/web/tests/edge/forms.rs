//! Forms: only from our own pages, and the word about what was done.

use super::stage::{NORTH, Stage};
use axum::http::Method;
use web::testing::{Answer, Ask};

const PAGE: &str = "/console/things";
const COOKIE: &str = "__Host-console=staff";

async fn token(stage: &Stage, cookie: &str) -> String {
    Ask::get(NORTH, PAGE)
        .header("cookie", cookie)
        .send(&stage.router)
        .await
        .text()
}

async fn send(stage: &Stage, cookie: &str, token: &str, header: (&str, &str)) -> Answer {
    let body = format!("csrf={token}&name=A%26B");
    Ask::post_form(NORTH, PAGE, body)
        .header("cookie", cookie)
        .header(header.0, header.1)
        .send(&stage.router)
        .await
}

const SAME: (&str, &str) = ("sec-fetch-site", "same-origin");

#[tokio::test]
async fn a_form_with_its_token_is_taken_and_says_what_was_done() {
    let stage = Stage::new().await;
    let token = token(&stage, COOKIE).await;
    let answer = send(&stage, COOKIE, &token, SAME).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/console"));
    assert!(answer.cookies().starts_with("__Host-flash="), "{}", answer.cookies());
}

#[tokio::test]
async fn a_form_without_token_with_anothers_or_from_elsewhere_is_refused() {
    let stage = Stage::new().await;
    let good = token(&stage, COOKIE).await;
    let code = |answer: Answer| (answer.status.as_u16(), answer.text().contains("<html"));
    assert_eq!(code(send(&stage, COOKIE, "", SAME).await), (403, true));
    assert_eq!(
        code(send(&stage, "__Host-console=other", &good, SAME).await),
        (403, true)
    );
    for header in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        assert_eq!(
            code(send(&stage, COOKIE, &good, header).await),
            (403, true),
            "{header:?}"
        );
    }
    assert_eq!(
        send(&stage, COOKIE, &good, ("origin", "http://northwind.localhost:8080"))
            .await
            .status,
        303
    );
}

#[tokio::test]
async fn a_new_visitor_gets_a_mark_that_the_token_is_bound_to() {
    let stage = Stage::new().await;
    let page = Ask::get(NORTH, PAGE).send(&stage.router).await;
    let cookie = page.cookies();
    assert!(cookie.starts_with("__Host-visitor="), "{cookie}");
    assert!(page.header("set-cookie").contains("HttpOnly; SameSite=Lax; Secure"));
    assert_eq!(send(&stage, &cookie, &page.text(), SAME).await.status, 303);
    assert_eq!(
        send(&stage, "__Host-visitor=else", &page.text(), SAME).await.status,
        403
    );
}

#[tokio::test]
async fn plain_http_on_another_host_gets_cookies_of_another_name() {
    let stage = Stage::new().await;
    let page = Ask::get("shop.example", PAGE).send(&stage.router).await;
    assert!(page.cookies().starts_with("visitor=") && !page.header("set-cookie").contains("Secure"));
}

#[tokio::test]
async fn a_script_may_send_the_token_in_a_header() {
    let stage = Stage::new().await;
    let token = token(&stage, COOKIE).await;
    let ask = Ask::post_form(NORTH, PAGE, "name=x")
        .header("cookie", COOKIE)
        .header("x-csrf-token", &token);
    assert_eq!(ask.send(&stage.router).await.status, 303);
}

#[tokio::test]
async fn other_bodies_and_methods_cannot_slip_by() {
    let stage = Stage::new().await;
    for (method, media_type) in [
        (Method::POST, "text/plain"),
        (Method::POST, "application/json"),
        (Method::DELETE, "text/plain"),
    ] {
        let ask = Ask::new(method, NORTH, PAGE)
            .header("cookie", COOKIE)
            .header("content-type", media_type)
            .body("name=x");
        assert_eq!(ask.send(&stage.router).await.status, 403, "{media_type}");
    }
}

fn multipart(parts: &[(&str, Option<&str>, &str)]) -> String {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.push_str(&format!(
            "--b\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"
        ));
    }
    body + "--b--\r\n"
}

async fn upload(stage: &Stage, parts: &[(&str, Option<&str>, &str)]) -> Answer {
    let ask = Ask::new(Method::POST, NORTH, "/console/upload").header("cookie", COOKIE);
    ask.header("content-type", "multipart/form-data; boundary=b")
        .header("accept", "application/json")
        .body(multipart(parts))
        .send(&stage.router)
        .await
}

#[tokio::test]
async fn an_upload_is_typed_by_content_scanned_and_named_safely() {
    let stage = Stage::new().await;
    let token = token(&stage, COOKIE).await;
    let csrf = ("csrf", None, token.as_str());
    let good = upload(
        &stage,
        &[csrf, ("note", None, "hi"), ("file", Some("../../a.csv"), "tld,price")],
    )
    .await;
    assert_eq!((good.status.as_u16(), good.text().as_str()), (200, "a.csv 9 hi"));
    let tell = |answer: Answer| (answer.status.as_u16(), answer.code());
    let sent = async |content: &str| tell(upload(&stage, &[csrf, ("file", Some("a.csv"), content)]).await);
    assert_eq!(sent("EICAR").await, (422, "upload_infected".into()));
    assert_eq!(sent("?").await, (503, "upload_not_scanned".into()));
    assert_eq!(sent("%PDF-1.7").await, (422, "upload_type".into()));
    assert_eq!(sent("").await, (422, "upload_empty".into()));
    assert_eq!(
        sent(&"x".repeat(21 * 1024 * 1024)).await,
        (413, "upload_too_large".into())
    );
}

#[tokio::test]
async fn an_upload_that_does_not_start_with_its_token_is_refused() {
    let stage = Stage::new().await;
    let token = token(&stage, COOKIE).await;
    let late = upload(&stage, &[("file", Some("a.csv"), "x"), ("csrf", None, &token)]).await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (403, "form_expired"));
    assert_eq!(
        upload(&stage, &[("csrf", None, "x"), ("file", Some("a"), "x")])
            .await
            .status,
        403
    );
}
