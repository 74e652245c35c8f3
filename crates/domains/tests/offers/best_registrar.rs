//! `GET /api/v1/domains/best-registrar`: the cheapest account for as long as a name is to be held.

use kernel::{Id as _, RegistrarId};
use serde_json::{Value, json};
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

async fn ask(stage: &Stage, key: &str, query: &str) -> Answer {
    let path = format!("/api/v1/domains/best-registrar{query}");
    Ask::get(SHOP, &path).bearer(key).send(&stage.router).await
}

async fn best(stage: &Stage, query: &str) -> Value {
    let answer = ask(stage, "epk_buyer", query).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

/// The second account is cheap the first year and dear afterwards, with privacy; the first has none.
async fn prices(stage: &Stage) {
    stage.schedule_cost(1, "com,register,1,regular,USD,5.00,\ncom,renew,1,regular,USD,14.00,\ncom,register,1,privacy,USD,1.00,\ncom,renew,1,privacy,USD,1.00,").await;
}

#[tokio::test]
async fn who_is_cheapest_depends_on_how_long_the_name_is_held_and_equals_the_sum_of_its_years() {
    let stage = Stage::new().await;
    prices(&stage).await;
    let [first, second] = stage.accounts.map(|id| json!(id.to_string()));
    let mut turned = 0;
    let mut before = None;
    for hold in 1..=10_i64 {
        let answer = best(&stage, &format!("?tld=.COM&hold_years={hold}")).await;
        let candidates = answer["candidates"].as_array().unwrap();
        let total = |id: &Value| {
            let of = candidates.iter().find(|one| one["registrar"] == *id).unwrap();
            let (now, more) = (&of["now"]["total"]["minor"], &of["another_year"]["total"]["minor"]);
            let sum = now.as_i64().unwrap() + more.as_i64().unwrap_or_default() * (hold - 1);
            assert_eq!(of["total"]["minor"].as_i64(), Some(sum));
            assert!(of["now"]["explanation"].as_str().unwrap().starts_with("price/1 cost"));
            sum
        };
        assert_eq!(total(&second), 500 + 1_400 * (hold - 1));
        let cheapest = if total(&first) <= total(&second) {
            &first
        } else {
            &second
        };
        assert_eq!(answer["best"], *cheapest, "{hold} years");
        turned += i32::from(before.as_ref().is_some_and(|before| before != cheapest));
        before = Some(cheapest.clone());
    }
    assert_eq!(turned, 1, "one is better for a short time, the other for a long one");
}

#[tokio::test]
async fn constraints_narrow_the_candidates_and_each_that_fails_says_why() {
    let stage = Stage::new().await;
    prices(&stage).await;
    let private = best(&stage, "?tld=com&hold_years=5&privacy=true").await;
    assert_eq!(private["best"], json!(stage.accounts[1].to_string()));
    assert_eq!(private["candidates"][0]["total"]["minor"], 600 + 4 * 1_500);
    assert!(private["candidates"][1]["reason"].as_str().unwrap().contains("privacy"));
    let only = best(&stage, "?tld=com&hold_years=1&registrars=atcost").await;
    assert_eq!(
        (&only["best"], only["candidates"].as_array().map(Vec::len)),
        (&json!(stage.accounts[0].to_string()), Some(1))
    );
    let nobody = best(&stage, "?tld=com&currency=JPY").await;
    assert_eq!(nobody["best"], Value::Null);
    assert!(nobody["candidates"][0]["reason"].is_string());
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_and_costs_are_for_who_may_see_margins() {
    let stage = Stage::new().await;
    let nobody = RegistrarId::from_uuid(uuid::Uuid::from_u128(7));
    let many = vec!["atcost"; 51].join(",");
    for (query, code) in [
        ("".to_owned(), "tld_not_dealt_in"),
        ("?tld=%00".into(), "tld_not_dealt_in"),
        ("?tld=nosuch".into(), "tld_not_dealt_in"),
        ("?tld=com&years=0".into(), "years_out_of_range"),
        ("?tld=com&years=11".into(), "years_out_of_range"),
        ("?tld=com&hold_years=11".into(), "years_out_of_range"),
        ("?tld=com&operation=steal".into(), "operation_unknown"),
        (format!("?tld=com&registrars={nobody}"), "domain_registrar_unknown"),
        (format!("?tld=com&registrars={many}"), "domain_registrar_unknown"),
    ] {
        let answer = ask(&stage, "epk_buyer", &query).await;
        assert_eq!(answer.status, 422, "{query}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["code"], code, "{query}");
    }
    for key in ["epk_shop", "epk_seller"] {
        assert_eq!(ask(&stage, key, "?tld=com").await.status, 403, "{key}");
    }
    let neighbour = Ask::get(
        "saffron.localhost:8080",
        "/api/v1/domains/best-registrar?tld=com&registrars=atcost",
    )
    .bearer("epk_neighbour")
    .send(&stage.router)
    .await;
    assert_eq!(
        neighbour.status,
        422,
        "another tenant's account is none: {}",
        neighbour.text()
    );
}
