//! `POST /api/v1/domains/price-checks` and the reading of its tokens.

use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

const CHECKS: &str = "/api/v1/domains/price-checks";

async fn post(stage: &Stage, path: &str, body: Value) -> Answer {
    Ask::post_json(SHOP, path, body)
        .bearer("epk_shop")
        .send(&stage.router)
        .await
}

#[tokio::test]
async fn rows_come_in_order_with_price_reason_and_token() {
    let stage = Stage::new().await;
    let body = json!({"names": ["example.com", "my name.com", "taken.com"], "years": 2, "currency": "USD"});
    let answer = post(&stage, CHECKS, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let offers = answer.json()["offers"].clone();
    assert_eq!(offers[0]["state"], "available");
    assert_eq!(offers[0]["price"]["total"], json!({"minor": 2212, "currency": "USD"}));
    assert_eq!(offers[0]["price"]["years"], 2);
    assert_eq!(offers[0]["valid_until"], "2026-11-21T09:15:00Z");
    assert_eq!(
        (&offers[1]["state"], &offers[1]["ascii"]),
        (&json!("invalid"), &Value::Null)
    );
    assert_eq!(offers[1]["reason"]["code"], "name_has_space");
    assert_eq!(
        offers[1]["reason"]["detail"],
        "A name has no spaces. Write it in one, or with hyphens."
    );
    assert_eq!(
        (&offers[2]["state"], &offers[2]["token"]),
        (&json!("taken"), &Value::Null)
    );

    let token = offers[0]["token"].clone();
    let read = post(&stage, "/api/v1/domains/price-tokens/verify", json!({ "token": token })).await;
    assert_eq!(
        (read.status.as_u16(), &read.json()["total"]),
        (200, &json!({"minor": 2212, "currency": "USD"}))
    );
    let forged = post(
        &stage,
        "/api/v1/domains/price-tokens/verify",
        json!({"token": "pt1.AAAA"}),
    )
    .await;
    assert_eq!(
        (forged.status.as_u16(), forged.code().as_str()),
        (422, "price_token_invalid")
    );
}

#[tokio::test]
async fn a_check_that_cannot_be_answered_is_refused_and_names_the_field() {
    let stage = Stage::new().await;
    let many: Vec<String> = (0..501).map(|number| format!("n{number}.com")).collect();
    let table = [
        (json!({ "names": many }), "too_many_names", "/names"),
        (json!({"names": ["a.com"], "years": 0}), "years_out_of_range", "/years"),
        (json!({"names": ["a.com"], "years": 11}), "years_out_of_range", "/years"),
        (
            json!({"names": ["a.com"], "years": 300}),
            "years_out_of_range",
            "/years",
        ),
        (
            json!({"names": ["a.com"], "currency": "usd"}),
            "currency_unknown",
            "/currency",
        ),
        (
            json!({"names": ["a.com"], "deadline_ms": 10_001}),
            "deadline_out_of_range",
            "/deadline_ms",
        ),
        (
            json!({"names": ["a.com"], "deadline_ms": 0}),
            "deadline_out_of_range",
            "/deadline_ms",
        ),
    ];
    for (body, code, pointer) in table {
        let answer = post(&stage, CHECKS, body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (422, code),
            "{}",
            answer.text()
        );
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer);
        assert!(
            !answer.json()["detail"].as_str().unwrap_or_default().contains("error-"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(
        post(&stage, CHECKS, json!({"names": []})).await.json()["offers"],
        json!([])
    );
    assert_eq!(post(&stage, CHECKS, json!({"names": "a.com"})).await.status, 422);
}

#[tokio::test]
async fn the_api_wants_to_know_who_asks() {
    let stage = Stage::new().await;
    let answer = Ask::post_json(SHOP, CHECKS, json!({"names": ["a.com"]}))
        .send(&stage.router)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.code().as_str()),
        (401, "credentials_missing")
    );
}

#[tokio::test]
async fn no_answer_to_a_buyer_speaks_of_costs_or_margins() {
    let stage = Stage::new().await;
    let answer = post(
        &stage,
        CHECKS,
        json!({"names": ["example.com", "premium.com", "unsure.com"]}),
    )
    .await;
    let text = answer.text().to_lowercase();
    for word in ["cost", "margin", "atcost", "registrar_id"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}

#[tokio::test]
async fn a_check_beyond_the_budget_is_refused_with_the_time_to_wait() {
    let stage = Stage::new().await;
    let names = |round: usize| -> Vec<String> { (0..500).map(|number| format!("r{round}n{number}.com")).collect() };
    for round in 0..2 {
        assert_eq!(post(&stage, CHECKS, json!({ "names": names(round) })).await.status, 200);
    }
    let answer = post(&stage, CHECKS, json!({ "names": names(2) })).await;
    assert_eq!(
        (
            answer.status.as_u16(),
            answer.code().as_str(),
            answer.header("retry-after")
        ),
        (429, "registrar_names_budget", "9")
    );
    assert!(
        answer.json()["detail"].as_str().unwrap().contains("9 seconds"),
        "{}",
        answer.text()
    );
    assert_eq!(
        post(&stage, CHECKS, json!({ "names": names(1) })).await.status,
        200,
        "kept names are free"
    );
}
