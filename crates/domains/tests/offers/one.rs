//! `GET /api/v1/domains/{name}/offer`: one name, complete whatever fails.

use std::time::Duration;

use domains::ports::CallFailure;
use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

async fn offer(stage: &Stage, name: &str, query: &str) -> Answer {
    Ask::get(SHOP, &format!("/api/v1/domains/{name}/offer{query}"))
        .bearer("epk_shop")
        .send(&stage.router)
        .await
}

async fn row(stage: &Stage, name: &str, query: &str) -> Value {
    let answer = offer(stage, name, query).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_free_name_comes_with_price_token_and_the_proof_of_its_price() {
    let stage = Stage::new().await;
    let row = row(&stage, "Example.org", "?years=3").await;
    assert_eq!(
        (&row["state"], &row["ascii"]),
        (&json!("available"), &json!("example.org"))
    );
    assert_eq!(
        row["price"]["total"],
        json!({"minor": 686 + 2 * 1_072, "currency": "USD"})
    );
    let proof = &row["proof"];
    assert_eq!(proof["fingerprint"].as_str().map(str::len), Some(64));
    assert_eq!(
        proof["prices"].as_array().map(Vec::len),
        Some(2),
        "the first year and the renewals: {proof}"
    );
    assert!(proof["book_version"].as_i64() > Some(0));
    let body = json!({ "token": row["token"] });
    let held = Ask::post_json(SHOP, "/api/v1/domains/price-tokens/verify", body)
        .bearer("epk_shop")
        .send(&stage.router)
        .await
        .json();
    assert_eq!(
        (&held["operation"], &held["total"]),
        (&json!("register"), &row["price"]["total"])
    );
}

#[tokio::test]
async fn when_every_registrar_fails_the_price_is_the_books_and_the_state_is_not_known_yet() {
    let stage = Stage::new().await;
    for double in [&stage.first, &stage.second] {
        double.behave(|_| (Duration::ZERO, Err(CallFailure::Down("refused".into()))));
    }
    let row = row(&stage, "example.com", "?deadline_ms=300").await;
    assert_eq!(
        (&row["state"], &row["reason"]["code"], &row["token"]),
        (&json!("unknown"), &json!("registrar_down"), &Value::Null)
    );
    assert_eq!(row["price"]["total"]["minor"], 1_106);
    assert!(row["proof"].is_object() && row["checked_at"].is_string());
}

#[tokio::test]
async fn a_name_that_is_free_and_not_priced_says_so_and_cannot_be_bought() {
    let stage = Stage::new().await;
    let row = row(&stage, "example.com", "?currency=EUR").await;
    assert_eq!(
        [
            &row["state"],
            &row["reason"]["code"],
            &row["price"],
            &row["token"],
            &row["proof"]
        ],
        [
            &json!("available"),
            &json!("not_priced"),
            &Value::Null,
            &Value::Null,
            &Value::Null
        ]
    );
    assert!(row["reason"]["detail"].as_str().unwrap().len() > 10);
}

#[tokio::test]
async fn a_transfer_is_offered_for_a_taken_name_and_a_renewal_for_ours_alone() {
    let stage = Stage::new().await;
    let transfer = row(&stage, "taken.com", "?operation=transfer").await;
    assert_eq!(transfer["state"], "taken");
    assert!(transfer["token"].is_string() && transfer["price"]["total"]["minor"].as_i64() > Some(0));
    let free = row(&stage, "example.com", "?operation=transfer").await;
    assert_eq!(
        (&free["reason"]["code"], &free["token"]),
        (&json!("not_registered"), &Value::Null)
    );
    let calls = stage.first.calls();
    for operation in ["renew", "restore"] {
        let row = row(&stage, "taken.com", &format!("?operation={operation}")).await;
        assert_eq!(
            (&row["reason"]["code"], &row["token"]),
            (&json!("not_ours"), &Value::Null)
        );
    }
    assert_eq!(
        stage.first.calls(),
        calls,
        "no registrar is asked about what is not ours"
    );
}

#[tokio::test]
async fn premium_invalid_and_unsold_names_are_told_apart() {
    let stage = Stage::new().await;
    let premium = row(&stage, "premium.com", "").await;
    assert_eq!((&premium["premium"], &premium["token"]), (&json!(true), &Value::Null));
    assert_eq!(row(&stage, "tea.gov", "").await["reason"]["code"], "suffix_not_sold");
    let long = "x".repeat(3_000);
    let odd = [
        "%00",
        "%0d%0a.com",
        "a%2fb.com",
        "%E2%80%AE.com",
        "..",
        "%20",
        "'%20OR%201=1--.com",
        "%F0%9F%98%80.com",
        &long,
    ];
    for name in odd {
        let answer = offer(&stage, name, "").await;
        let invalid = answer.status == 200 && answer.json()["state"] == "invalid";
        assert!(
            invalid || answer.status == 404 || answer.status == 400,
            "{name}: {} {}",
            answer.status,
            answer.text()
        );
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_by_field() {
    let stage = Stage::new().await;
    for (query, status, code) in [
        ("?years=0", 422, "years_out_of_range"),
        ("?years=11", 422, "years_out_of_range"),
        ("?years=300", 422, "years_out_of_range"),
        ("?years=11&operation=transfer", 422, "years_out_of_range"),
        ("?years=-1", 400, "invalid_fields"),
        ("?operation=steal", 422, "operation_unknown"),
        ("?currency=usd", 422, "currency_unknown"),
        ("?deadline_ms=0", 422, "deadline_out_of_range"),
        ("?deadline_ms=10001", 422, "deadline_out_of_range"),
    ] {
        let answer = offer(&stage, "example.com", query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{query}: {}",
            answer.text()
        );
    }
    assert_eq!(
        row(&stage, "taken.com", "?years=0&operation=transfer").await["state"],
        "taken"
    );
    let unknown = Ask::get(SHOP, "/api/v1/domains/example.com/offer")
        .send(&stage.router)
        .await;
    assert_eq!(unknown.status, 401);
}
