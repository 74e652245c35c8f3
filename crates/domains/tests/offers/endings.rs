//! `GET /api/v1/domains/prices`: prices of endings without any name.

use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

async fn prices(stage: &Stage, key: &str, query: &str) -> Answer {
    Ask::get(SHOP, &format!("/api/v1/domains/prices{query}"))
        .bearer(key)
        .send(&stage.router)
        .await
}

async fn rows(stage: &Stage, query: &str) -> Vec<Value> {
    let answer = prices(stage, "epk_admin", query).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["prices"].as_array().unwrap().clone()
}

#[tokio::test]
async fn each_ending_has_its_four_prices_with_first_year_and_renewal_side_by_side() {
    let stage = Stage::new().await;
    let rows = rows(&stage, "?tld=.org,COM&years=3").await;
    assert_eq!((&rows[0]["tld"], &rows[0]["ascii"]), (&json!(".org"), &json!("org")));
    let register = &rows[0]["register"];
    assert_eq!(register["price"]["first_year"]["minor"], 686);
    assert_eq!(register["price"]["renewal"]["minor"], 1_072);
    assert_eq!(register["price"]["total"]["minor"], 686 + 2 * 1_072);
    assert_eq!(
        (&register["state"], &register["since"]),
        (&json!("current"), &json!("2026-01-01T00:00:00Z"))
    );
    assert_eq!(register["proof"]["fingerprint"].as_str().map(str::len), Some(64));
    assert_eq!(rows[1]["renew"]["price"]["total"]["minor"], 3 * 1_106);
    assert!(rows[1]["transfer"]["price"].is_object());
    assert_eq!(rows[1]["restore"]["reason"]["code"], "operation_not_priced");
    assert_eq!(stage.first.calls() + stage.second.calls(), 0, "no registrar is asked");
}

#[tokio::test]
async fn a_price_is_past_current_or_future_by_the_cells_it_is_made_of() {
    let stage = Stage::new().await;
    stage.schedule("com,register,1,regular,USD,12.00,2027-03-01").await;
    let state = async |at: &str| rows(&stage, &format!("?tld=com&at={at}")).await[0]["register"].clone();
    let now = state("2026-11-21T09:00:00Z").await;
    assert_eq!(
        (&now["state"], &now["price"]["total"]["minor"]),
        (&json!("current"), &json!(1_106))
    );
    let later = state("2027-03-01T00:00:00Z").await;
    assert_eq!(
        (&later["state"], &later["price"]["total"]["minor"]),
        (&json!("future"), &json!(1_200))
    );
    assert_eq!(later["since"], "2027-03-01T00:00:00Z");
    stage.travel_to("2027-04-01T00:00:00Z");
    assert_eq!(state("2026-12-01T00:00:00Z").await["state"], "past");
    assert_eq!(state("2027-03-02T00:00:00Z").await["state"], "current");
    assert_eq!(
        state("1999-01-01T00:00:00Z").await["reason"]["code"],
        "no_price_in_force"
    );
}

#[tokio::test]
async fn texts_that_are_no_endings_are_rows_with_a_reason_and_none_of_them_fails_the_others() {
    let stage = Stage::new().await;
    let rows = rows(&stage, "?tld=com,nosuch,%00,-x-,gov,%E3%81%BF%E3%82%93%E3%81%AA").await;
    let codes: Vec<&Value> = rows.iter().map(|row| &row["reason"]["code"]).collect();
    assert_eq!(
        codes[..5],
        [
            &Value::Null,
            &json!("ending_unknown"),
            &json!("ending_not_a_name"),
            &json!("ending_not_a_name"),
            &json!("suffix_not_sold")
        ]
    );
    assert_eq!(rows[5]["ascii"], "xn--q9jyb4c");
    assert!(rows[1]["register"].is_null() && rows[1]["reason"]["detail"].as_str().unwrap().contains("nosuch"));
    let euro = prices(&stage, "epk_shop", "?tld=com&currency=EUR").await.json();
    assert_eq!(euro["prices"][0]["register"]["reason"]["code"], "rate_missing");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_and_the_list_is_bounded() {
    let stage = Stage::new().await;
    let many = vec!["com"; 201].join(",");
    let ten_thousand = vec!["c"; 10_000].join(",");
    for (query, status, code) in [
        (String::new(), 422, "tlds_missing"),
        ("?tld=,%20,".into(), 422, "tlds_missing"),
        (format!("?tld={many}"), 422, "too_many_tlds"),
        (format!("?tld={ten_thousand}"), 422, "too_many_tlds"),
        ("?tld=com&years=0".into(), 422, "years_out_of_range"),
        ("?tld=com&years=11".into(), 422, "years_out_of_range"),
        ("?tld=com&currency=XXQ".into(), 422, "currency_unknown"),
        ("?tld=com&at=yesterday".into(), 400, "instant_invalid"),
        ("?tld=com&at=99999-01-01T00:00:00Z".into(), 400, "instant_invalid"),
    ] {
        let answer = prices(&stage, "epk_admin", &query).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code().as_str()),
            (status, code),
            "{}",
            answer.text()
        );
    }
    let most = vec!["com"; 200].join(",");
    assert_eq!(rows(&stage, &format!("?tld={most}")).await.len(), 200);
}

#[tokio::test]
async fn a_buyer_is_told_todays_prices_and_no_others() {
    let stage = Stage::new().await;
    let answer = prices(&stage, "epk_shop", "?tld=com&at=2027-01-01T00:00:00Z").await;
    assert_eq!(answer.status, 403);
    let answer = prices(&stage, "epk_shop", "?tld=com").await;
    assert_eq!(answer.status, 200);
    let text = answer.text().to_lowercase();
    for word in ["cost", "margin", "atcost", "registrar"] {
        assert!(!text.contains(word), "{word} in {text}");
    }
}
