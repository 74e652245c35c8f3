//! What is sent: JSON, paths, queries, and everything that is wrong with them.

use super::stage::{NORTH, Stage};
use axum::http::Method;
use web::testing::{Answer, Ask};

const PATH: &str = "/api/v1/things";

async fn post(stage: &Stage, json: &str) -> Answer {
    Ask::post_json(NORTH, PATH, json)
        .bearer("epk_north")
        .send(&stage.router)
        .await
}

#[tokio::test]
async fn every_bad_body_is_a_problem_with_a_code_and_a_sentence() {
    let stage = Stage::new().await;
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(1_100_000));
    let deep = "[".repeat(40);
    let many = format!("[{}]", vec!["1"; 1_001].join(","));
    for (body, status, code) in [
        ("{", 400, "json_syntax"),
        ("", 400, "json_syntax"),
        ("{\"years\":1}", 422, "invalid_fields"),
        ("{\"name\":\"x\",\"tenant_id\":\"y\"}", 422, "invalid_fields"),
        ("{\"name\":\"x\",\"years\":-1}", 422, "invalid_fields"),
        (deep.as_str(), 400, "json_too_deep"),
        (many.as_str(), 422, "too_many_items"),
        (long.as_str(), 413, "body_too_large"),
    ] {
        let answer = post(&stage, body).await;
        let told = answer.json();
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{}",
            &body[..body.len().min(60)]
        );
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(told["status"], status);
        assert_eq!(told["trace_id"], answer.header("trace-id"));
        let detail = told["detail"].as_str().unwrap();
        assert!(!detail.is_empty() && !detail.contains('⟨'), "{detail}");
    }
    assert_eq!(stage.app.messages().missing(), Vec::<String>::new());
}

#[tokio::test]
async fn a_field_problem_names_its_pointer() {
    let stage = Stage::new().await;
    let told = post(&stage, "{\"name\":\"x\",\"years\":900}").await.json();
    assert_eq!(told["errors"][0]["pointer"], "/years");
    assert_eq!(told["errors"][0]["code"], "field_invalid");
}

#[tokio::test]
async fn another_media_type_is_415() {
    let stage = Stage::new().await;
    let ask = Ask::new(Method::POST, NORTH, PATH)
        .bearer("epk_north")
        .header("content-type", "text/plain")
        .body("{}");
    let answer = ask.send(&stage.router).await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (415, "media_type"));
}

#[tokio::test]
async fn a_path_that_is_no_id_is_not_found_like_an_id_of_nothing() {
    let stage = Stage::new().await;
    for id in ["1", "ten_00000000000000000000000000000001", "%00", "..%2f"] {
        let answer = Ask::get(NORTH, &format!("{PATH}/{id}"))
            .bearer("epk_north")
            .send(&stage.router)
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (404, "not_found"),
            "{id}"
        );
    }
}

#[tokio::test]
async fn a_bad_query_is_400() {
    let stage = Stage::new().await;
    for query in ["limit=0", "limit=x", "after=!!", "limit=999"] {
        let answer = Ask::get(NORTH, &format!("{PATH}?{query}"))
            .bearer("epk_north")
            .send(&stage.router)
            .await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    let stage = Stage::new().await;
    let lost = Ask::get(NORTH, "/api/v1/nothing").send(&stage.router).await;
    assert_eq!((lost.status.as_u16(), lost.code().as_str()), (404, "not_found"));
    for method in [Method::DELETE, Method::TRACE] {
        let answer = Ask::new(method.clone(), NORTH, PATH)
            .bearer("epk_north")
            .send(&stage.router)
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (405, "method_not_allowed"),
            "{method}"
        );
        assert!(
            answer.header("allow").contains("GET"),
            "{method} {}",
            answer.header("allow")
        );
    }
}

#[tokio::test]
async fn a_missing_right_within_ones_own_tenant_is_403() {
    let stage = Stage::new().await;
    let answer = post(&stage, "{\"name\":\"forbidden\"}").await;
    assert_eq!((answer.status.as_u16(), answer.code().as_str()), (403, "forbidden"));
}
