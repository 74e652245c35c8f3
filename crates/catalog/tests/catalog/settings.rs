//! How the tenant prices endings: over the API, on its page, and where nobody has chosen.

use axum::http::Method;
use catalog::TldPricing;
use catalog::settings::{TLD_PRICING, tld_pricing};
use platform::Platform;
use platform::entropy::Entropy;
use platform::secrets::{MasterKey, Secrets};
use platform::settings::Defaults;
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use crate::stage::{HOST, Stage, api, page, submit};

const API: &str = "/api/v1/settings/tld-pricing";
const PAGE: &str = "/console/settings/tld-pricing";

async fn put(stage: &Stage, key: &str, tag: &str, body: &Value) -> Answer {
    let ask = Ask::new(Method::PUT, HOST, API)
        .header("content-type", "application/json")
        .bearer(key)
        .body(body.to_string());
    let ask = if tag.is_empty() {
        ask
    } else {
        ask.header("if-match", tag)
    };
    ask.send(&stage.router).await
}

fn with(field: &str, value: Value) -> Value {
    let mut setting = serde_json::to_value(TldPricing::default()).unwrap();
    setting[field] = value;
    setting
}

#[tokio::test]
async fn the_setting_is_changed_on_top_of_what_was_seen_by_who_may_and_is_the_tenants_own() {
    let stage = Stage::new().await;
    let seen = api(&stage, API, "manager").await;
    assert_eq!(seen.json(), serde_json::to_value(TldPricing::default()).unwrap());
    assert_eq!(api(&stage, API, "seller").await.status, 403);
    let (tag, wanted) = (seen.header("etag").to_owned(), with("max_schedule_days", json!(30)));
    assert_eq!(put(&stage, "seller", &tag, &wanted).await.status, 403);
    let changed = put(&stage, "manager", &tag, &wanted).await;
    assert_eq!((changed.status.as_u16(), changed.json()), (200, wanted.clone()));
    let late = put(&stage, "manager", &tag, &with("max_schedule_days", json!(60))).await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (412, "stale"));
    assert_eq!(api(&stage, API, "manager").await.json(), wanted);
    assert_eq!(
        stage
            .test
            .system(TestInstallation::tenant(2))
            .read(|read| tld_pricing(read).scope_boxed())
            .await
            .unwrap(),
        TldPricing::default()
    );
}

#[tokio::test]
async fn what_the_setting_cannot_hold_is_refused_beside_its_field() {
    let stage = Stage::new().await;
    for (field, value, code) in [
        ("cost_pricing_retention_years", json!(0), "retention_years_invalid"),
        ("minimum_margin_percentage", json!("100"), "minimum_margin_invalid"),
        ("minimum_margin_percentage", json!("five"), "minimum_margin_invalid"),
        (
            "currency_conversion_markup",
            json!("-0.0001"),
            "conversion_markup_invalid",
        ),
        ("default_sales_currency", json!("XXX"), "currency_unknown"),
        ("max_schedule_days", json!(3651), "schedule_days_invalid"),
        ("current_price_cache_minutes", json!(0), "cache_minutes_invalid"),
        ("margin_alert_emails", json!(["a@b\r\nBcc: c"]), "alert_email_invalid"),
    ] {
        let answer = put(&stage, "manager", "", &with(field, value)).await;
        assert_eq!(answer.status, 422, "{field}");
        let error = &answer.json()["errors"][0];
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!(code), &json!(format!("/{field}")))
        );
        assert!(!error["detail"].as_str().unwrap().contains("error-"), "{error}");
    }
    assert_eq!(
        api(&stage, API, "manager").await.json(),
        serde_json::to_value(TldPricing::default()).unwrap()
    );
}

fn typed<'f>(days: &'f str, emails: &'f str) -> Vec<(&'f str, &'f str)> {
    vec![
        ("cost_pricing_retention_years", "7"),
        ("sales_pricing_retention_years", "5"),
        ("discount_history_retention_years", "5"),
        ("minimum_margin_percentage", " 7.5 %"),
        ("enable_negative_margin_alerts", "on"),
        ("margin_alert_emails", emails),
        ("max_schedule_days", days),
        ("default_sales_currency", "EUR"),
        ("currency_conversion_markup", "2"),
        ("current_price_cache_minutes", "5"),
    ]
}

#[tokio::test]
async fn the_page_explains_every_field_keeps_what_was_typed_and_shows_what_another_saved() {
    let stage = Stage::new().await;
    let shown = page(&stage, PAGE, "manager").await;
    assert_eq!(shown.status, 200);
    let shown = shown.text();
    for field in serde_json::to_value(TldPricing::default())
        .unwrap()
        .as_object()
        .unwrap()
        .keys()
    {
        assert!(
            shown.contains(&format!("name=\"{field}\"")) && shown.contains(&format!("f-{field}-h")),
            "{field}: {shown}"
        );
    }
    assert_eq!(page(&stage, PAGE, "seller").await.status, 403);

    let refused = submit(&stage, PAGE, PAGE, &typed("soon", "nobody")).await;
    assert_eq!(refused.status, 422);
    let refused = refused.text();
    assert!(
        refused.contains("value=\"soon\"") && refused.contains("nobody</textarea>"),
        "{refused}"
    );

    let emails = "pricing@example.com, admin@example.com";
    assert_eq!(submit(&stage, PAGE, PAGE, &typed("90", emails)).await.status, 303);
    let kept = api(&stage, API, "manager").await.json();
    assert_eq!(
        (&kept["max_schedule_days"], &kept["minimum_margin_percentage"]),
        (&json!(90), &json!("7.5"))
    );
    assert_eq!(
        kept["margin_alert_emails"],
        json!(["pricing@example.com", "admin@example.com"])
    );
    assert_eq!(
        (&kept["enable_low_margin_alerts"], &kept["default_sales_currency"]),
        (&json!(false), &json!("EUR"))
    );

    let outdated = [&typed("80", emails)[..], &[("version", "1")]].concat();
    let told = submit(&stage, PAGE, PAGE, &outdated).await;
    assert_eq!(told.status, 412);
    assert!(told.text().contains("Saved meanwhile: 90"), "{}", told.text());
}

#[tokio::test]
async fn the_days_that_prices_are_scheduled_ahead_bind_imports() {
    let stage = Stage::new().await;
    put(&stage, "manager", "", &with("max_schedule_days", json!(30))).await;
    let at = |day: &str| {
        json!({
            "format": "prices_csv",
            "list": stage.seeded.sales_list.id,
            "content": format!("tld,operation,years,kind,currency,amount,effective_from\ncom,register,1,regular,USD,14.00,{day}\n"),
        })
    };
    for (day, bad) in [("2026-12-21", 0), ("2026-12-22", 1)] {
        let ask = Ask::post_json(HOST, "/api/v1/catalog/imports", at(day)).bearer("manager");
        let answer = ask.send(&stage.router).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        assert_eq!(answer.json()["counts"]["bad"], bad, "{day}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_tenant_that_has_not_chosen_gets_what_the_installation_says() {
    let test = crate::common::installation().await;
    let says = TldPricing {
        max_schedule_days: 30,
        ..TldPricing::default()
    };
    let platform = Platform::with_defaults(
        test.platform.db().clone(),
        test.clock.clone(),
        Entropy::from_seed(8),
        Secrets::new(MasterKey::new(1, [7; 32]), Vec::new()),
        Defaults::default().with(&TLD_PRICING, &says).unwrap(),
    );
    let ctx = platform.ctx(test.mint.system(TestInstallation::tenant(1)), platform.new_trace());
    assert_eq!(ctx.read(|read| tld_pricing(read).scope_boxed()).await.unwrap(), says);
    let own = TldPricing::default();
    ctx.write(|tx| {
        async { platform::settings::change(tx, &TLD_PRICING, |_| Ok(TldPricing::default())).await }.scope_boxed()
    })
    .await
    .unwrap();
    assert_eq!(ctx.read(|read| tld_pricing(read).scope_boxed()).await.unwrap(), own);
}
