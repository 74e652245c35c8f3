//! The simulator held against the documents, by plain HTTP and without the adapter.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderValue, header};
use serde_json::{Value, json};

use super::{Config, Simulator};
use crate::loopback::{self, Served};
use crate::testing::HandClock;
use crate::transport::{Answer, Call, Transport};

async fn served() -> (Simulator, Served) {
    let simulator = Simulator::new(
        Config::new(7, "key", "s3cret"),
        Arc::new(HandClock::at("2026-11-21T09:00:00Z")),
    );
    let served = loopback::serve_on_any_port(simulator.router()).await.unwrap();
    (simulator, served)
}

async fn send(call: Call) -> (Answer, Value) {
    let call = call.header(header::AUTHORIZATION, HeaderValue::from_static("sso-key key:s3cret"));
    let answer = Transport::loopback()
        .unwrap()
        .send(call, Duration::from_secs(5))
        .await
        .unwrap();
    let body = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    (answer, body)
}

async fn post(base: &str, body: &str) -> (Answer, Value) {
    send(Call::post_json(
        format!("{base}/v1/domains/available"),
        body.as_bytes().to_vec(),
    ))
    .await
}

#[tokio::test]
async fn a_body_that_is_no_list_of_names_is_an_invalid_body() {
    let (_simulator, served) = served().await;
    for (body, code, path) in [
        (r#"{"domains": ["a.com"]}"#, "UNEXPECTED_TYPE", "domains"),
        (r#"["a.com", 7]"#, "UNEXPECTED_TYPE", "domains[1]"),
        ("not json", "INVALID_JSON", "domains"),
    ] {
        let (answer, said) = post(&served.url(), body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(
            (&said["code"], &said["fields"][0]["code"], &said["fields"][0]["path"]),
            (&json!("INVALID_BODY"), &json!(code), &json!(path))
        );
    }
}

#[tokio::test]
async fn more_names_or_more_bytes_than_allowed_are_refused() {
    let (_simulator, served) = served().await;
    let names: Vec<_> = (0..501).map(|n| format!("shop{n}.com")).collect();
    assert_eq!(post(&served.url(), &json!(names).to_string()).await.0.status, 400);
    assert_eq!(
        post(&served.url(), &json!(names[..500]).to_string()).await.0.status,
        200
    );
    assert_eq!(post(&served.url(), &"x".repeat(300_000)).await.0.status, 413);
}

#[tokio::test]
async fn a_partial_answer_is_a_203_with_an_error_for_each_name_not_answered() {
    let (_simulator, served) = served().await;
    let (answer, said) = post(&served.url(), r#"["google.com", "shop.nosuchending"]"#).await;
    assert_eq!(answer.status, 203);
    assert_eq!(
        said["domains"],
        json!([{ "domain": "google.com", "available": false, "definitive": said["domains"][0]["definitive"] }])
    );
    let error = json!({
        "code": "UNSUPPORTED_TLD", "domain": "shop.nosuchending", "message": "Invalid tld error", "path": "domains[1]", "status": 422,
    });
    assert_eq!(said["errors"], json!([error]));
}

#[tokio::test]
async fn a_single_question_needs_a_name() {
    let (_simulator, served) = served().await;
    assert_eq!(
        send(Call::get(format!("{}/v1/domains/available", served.url())))
            .await
            .0
            .status,
        422
    );
}

#[tokio::test]
async fn the_limit_is_told_in_the_body_and_the_header() {
    let (_simulator, served) = served().await;
    for _ in 0..60 {
        assert_eq!(post(&served.url(), "[]").await.0.status, 200);
    }
    let (answer, said) = post(&served.url(), "[]").await;
    assert_eq!((answer.status, &said["retryAfterSec"]), (429, &json!(1)));
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
}

#[tokio::test]
async fn the_fault_script_is_set_and_the_calls_are_read_over_http() {
    let (simulator, served) = served().await;
    let control = format!("{}/_sim/faults", served.url());
    let script = r#"[{"mode": "down", "calls": 1}, {"mode": "partial", "share": 1.0, "calls": 1}]"#;
    assert_eq!(send(Call::post_json(&control, script.into())).await.0.status, 204);
    assert_eq!(send(Call::get(&control)).await.1.as_array().unwrap().len(), 2);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(post(&served.url(), r#"["google.com"]"#).await.0.status);
    }
    assert_eq!(statuses, [503, 203, 200]);
    let (_, calls) = send(Call::get(format!("{}/_sim/calls", served.url()))).await;
    assert_eq!(
        (
            calls[1]["status"].as_u64(),
            calls[1]["names"].as_u64(),
            calls[1]["endpoint"].as_str()
        ),
        (Some(203), Some(1), Some("bulk"))
    );
    assert_eq!(
        send(Call::post_json(
            &control,
            br#"{"mode": "limited", "per_minute": 0}"#.to_vec()
        ))
        .await
        .0
        .status,
        204
    );
    assert_eq!(post(&served.url(), "[]").await.0.status, 429);
    assert_eq!(simulator.calls().len(), 4);
    assert_eq!(
        send(Call::post_json(&control, br#"{"mode": "unheard of"}"#.to_vec()))
            .await
            .0
            .status,
        422
    );
}
