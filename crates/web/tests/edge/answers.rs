//! What every answer carries, and special answers: CSV, documents, probes, panics.

use super::stage::{LOOKED, NORTH, Stage, WRITTEN};
use std::sync::atomic::Ordering;
use tower::ServiceExt;
use web::testing::Ask;

const LIST: &str = "/api/v1/things";

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let stage = Stage::new().await;
    for path in [
        "/",
        "/console",
        "/nothing",
        LIST,
        "/api/v1/boom",
        "/healthz",
        "/api/openapi.json",
    ] {
        let answer = Ask::get(NORTH, path).send(&stage.router).await;
        for name in [
            "x-content-type-options",
            "referrer-policy",
            "cross-origin-opener-policy",
            "trace-id",
            "cache-control",
        ] {
            assert!(!answer.header(name).is_empty(), "{path} lacks {name}");
        }
        let csp = answer.header("content-security-policy");
        assert!(
            csp.starts_with("default-src 'none'; script-src 'self';") && !csp.contains("unsafe"),
            "{path}: {csp}"
        );
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
    }
}

#[tokio::test]
async fn https_adds_hsts_when_a_trusted_proxy_says_so() {
    let stage = Stage::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let ask = Ask::get("inner", "/")
        .header("x-forwarded-host", NORTH)
        .header("x-forwarded-proto", "https");
    assert_eq!(
        ask.send(&stage.router).await.header("strict-transport-security"),
        "max-age=63072000"
    );
}

#[tokio::test]
async fn authenticated_answers_are_stored_nowhere() {
    let stage = Stage::new().await;
    assert_eq!(
        Ask::get(NORTH, LIST)
            .bearer("epk_north")
            .send(&stage.router)
            .await
            .header("cache-control"),
        "no-store"
    );
    let console = Ask::get(NORTH, "/console").header("cookie", "__Host-console=staff");
    assert_eq!(console.send(&stage.router).await.header("cache-control"), "no-store");
    assert_eq!(
        Ask::get(NORTH, "/").send(&stage.router).await.header("cache-control"),
        "private, no-cache"
    );
}

#[tokio::test]
async fn a_callers_trace_goes_on_in_ours() {
    let stage = Stage::new().await;
    let ask =
        Ask::get(NORTH, "/nothing").header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    assert_eq!(
        ask.send(&stage.router).await.header("trace-id"),
        "4bf92f3577b34da6a3ce929d0e0e4736"
    );
}

#[tokio::test]
async fn a_panic_is_a_500_that_tells_nothing() {
    let stage = Stage::new().await;
    let answer = Ask::get(NORTH, "/api/v1/boom").send(&stage.router).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (500, "internal"));
    assert!(!answer.text().contains("42"));
}

#[tokio::test]
async fn an_error_on_a_page_is_a_page_and_json_for_a_script() {
    let stage = Stage::new().await;
    let page = Ask::get(NORTH, "/nothing")
        .header("accept", "text/html")
        .send(&stage.router)
        .await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (404, "text/html; charset=utf-8")
    );
    let script = Ask::get(NORTH, "/nothing")
        .header("accept", "application/json")
        .send(&stage.router)
        .await;
    assert_eq!(script.code(), "not_found");
}

#[tokio::test]
async fn a_list_is_also_a_table_with_the_next_page_in_a_link() {
    let stage = Stage::new().await;
    let ask = Ask::get(NORTH, "/api/v1/things?limit=2&x=1")
        .bearer("epk_north")
        .header("accept", "text/csv");
    let answer = ask.send(&stage.router).await;
    assert_eq!(answer.text(), "name,years\r\nalpha,1\r\n\"'=beta\",1\r\n");
    assert_eq!(
        answer.header("link"),
        "</api/v1/things?limit=2&x=1&after=MQ>; rel=\"next\""
    );
    let next = Ask::get(NORTH, "/api/v1/things?after=MQ")
        .bearer("epk_north")
        .send(&stage.router)
        .await;
    assert_eq!(next.json()["data"][0]["name"], "gamma");
    assert!(next.json()["next"].is_null());
}

#[tokio::test]
async fn the_document_names_credentials_problems_and_idempotency() {
    let stage = Stage::new().await;
    let document = Ask::get("localhost", "/api/openapi.json")
        .send(&stage.router)
        .await
        .json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let operations = &document["paths"]["/api/v1/things"];
    assert_eq!(operations["get"]["security"][0]["bearer"], serde_json::json!([]));
    assert_eq!(
        operations["post"]["responses"]["4XX"]["$ref"],
        "#/components/responses/Problem"
    );
    assert_eq!(
        operations["post"]["parameters"][0]["$ref"],
        "#/components/parameters/IdempotencyKey"
    );
    assert!(
        operations["get"]["responses"]["200"]["content"]["text/csv"].is_object(),
        "{operations}"
    );
    assert!(document["paths"]["/api/v1/boom"]["get"]["security"].is_null());
    assert!(document["paths"]["/api/v1/looks"]["post"]["parameters"].is_null());
    assert!(document["components"]["schemas"]["Problem"].is_object());
}

#[tokio::test]
async fn the_documents_reader_is_the_one_page_with_a_looser_policy() {
    let stage = Stage::new().await;
    let answer = Ask::get("localhost", "/api/docs/").send(&stage.router).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-security-policy")
            .contains("style-src 'self' 'unsafe-inline'")
    );
    assert!(!answer.header("content-security-policy").contains("script-src 'self' '"));
    assert!(
        Ask::get("localhost", "/api/docs/swagger-initializer.js")
            .send(&stage.router)
            .await
            .text()
            .contains("/api/openapi.json")
    );
}

#[tokio::test]
async fn probes_answer_at_any_host() {
    let stage = Stage::new().await;
    assert_eq!(Ask::get("10.0.0.1", "/healthz").send(&stage.router).await.status, 200);
    let ready = Ask::get("whatever", "/readyz").send(&stage.router).await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()["checks"]["database"].as_str()),
        (200, Some("ok"))
    );
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_stop_a_write_but_stops_a_look() {
    let stage = Stage::new().await;
    for path in ["/api/v1/slow", "/api/v1/looks"] {
        let request = axum::http::Request::post(path)
            .header("host", NORTH)
            .body(axum::body::Body::empty())
            .unwrap();
        let asked = stage.router.clone().oneshot(request);
        let answer = tokio::time::timeout(std::time::Duration::from_millis(5), asked).await;
        assert!(answer.is_err(), "{path}");
    }
    assert!(!WRITTEN.load(Ordering::SeqCst));
    web::drain(&stage.app).await;
    assert!(WRITTEN.load(Ordering::SeqCst));
    // The write took longer than the look would have.
    assert!(!LOOKED.load(Ordering::SeqCst));
}

#[tokio::test]
async fn live_events_are_a_stream_that_text_cannot_break() {
    let stage = Stage::new().await;
    let answer = Ask::get(NORTH, "/live").send(&stage.router).await;
    assert_eq!(answer.header("content-type"), "text/event-stream");
    assert_eq!(
        answer.text(),
        "event: row\ndata: <p>a\ndata: b</p>\n\nevent: end\ndata: {}\nid: 7\n\n"
    );
}
