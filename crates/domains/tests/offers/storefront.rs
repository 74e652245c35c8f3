//! Prices with or without tax: the setting, and every page that shows a price.

use axum::http::Method;
use platform::audit;
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage, hidden};

const API: &str = "/api/v1/domains/storefront";
const PAGE: &str = "/console/settings/storefront";

async fn put(stage: &Stage, key: &str, if_match: Option<&str>, body: Value) -> Answer {
    let ask = Ask::new(Method::PUT, SHOP, API)
        .header("content-type", "application/json")
        .bearer(key)
        .body(body.to_string());
    let ask = match if_match {
        Some(tag) => ask.header("if-match", tag),
        None => ask,
    };
    ask.send(&stage.router).await
}

fn gst(prices: &str) -> Value {
    json!({"prices": prices, "standard_rate": {"name": "GST", "percent": "18"}})
}

async fn text(stage: &Stage, path: &str) -> String {
    Ask::get(SHOP, path).send(&stage.router).await.text()
}

#[tokio::test]
async fn every_page_shows_prices_with_tax_once_the_tenant_says_so_and_the_api_goes_on_without() {
    let stage = Stage::new().await;
    let answer = put(&stage, "epk_admin", None, gst("with_tax")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    // .com: 11.06 and 18 % of it, 1.9908. .org: 6.86 the first year, 10.72 each further one.
    for (path, prices) in [
        ("/", &["$13.05"][..]),
        ("/search?q=free.com", &["$13.05", "then $13.05 a year"]),
        ("/search?q=free.org,b.org&sort=price", &["$8.09", "then $12.65 a year"]),
        (
            "/search?q=free.org&years=2",
            &["$20.74", "$8.09 the first year, then $12.65 a year"],
        ),
        ("/prices?q=org", &["$8.09", "$12.65"]),
    ] {
        let text = text(&stage, path).await;
        for price in prices {
            assert!(text.contains(price), "{path}: {price}: {text}");
        }
        assert!(text.contains("including 18% GST"), "{path}: {text}");
        assert!(!text.contains("$11.06") && !text.contains("$6.86"), "{path}: {text}");
    }
    let csv = text(&stage, "/prices.csv?q=xyz&currency=USD").await;
    // .xyz: 1.01 and 11.82 without tax.
    assert!(
        csv.contains("xyz,1.19,13.95,") && csv.contains(",USD,including 18% GST"),
        "{csv}"
    );

    let check = Ask::post_json(SHOP, "/api/v1/domains/price-checks", json!({"names": ["free.com"]}));
    let check = check.bearer("epk_shop").send(&stage.router).await.json();
    assert_eq!(
        check["offers"][0]["price"]["total"],
        json!({"minor": 1106, "currency": "USD"})
    );
}

#[tokio::test]
async fn prices_without_tax_say_what_is_added_where_a_rate_is_set_and_no_more_where_none_is() {
    let stage = Stage::new().await;
    assert!(text(&stage, "/").await.contains("First year, then renewal, before tax"));
    put(&stage, "epk_admin", None, gst("without_tax")).await;
    for path in ["/", "/search?q=free.com", "/prices"] {
        let text = text(&stage, path).await;
        assert!(
            text.contains("$11.06") && text.contains("plus 18% GST at checkout"),
            "{path}: {text}"
        );
    }
}

#[tokio::test]
async fn the_setting_is_changed_over_the_api_on_top_of_what_was_seen_by_who_may() {
    let stage = Stage::new().await;
    let seen = Ask::get(SHOP, API).bearer("epk_shop").send(&stage.router).await;
    assert_eq!(seen.json(), json!({"prices": "without_tax", "standard_rate": null}));
    let tag = seen.header("etag").to_owned();
    assert_eq!(put(&stage, "epk_shop", Some(&tag), gst("with_tax")).await.status, 403);
    let changed = put(&stage, "epk_admin", Some(&tag), gst("with_tax")).await;
    assert_eq!((changed.status.as_u16(), changed.json()), (200, gst("with_tax")));
    let next = changed.header("etag").to_owned();
    assert_ne!(tag, next);
    let late = put(&stage, "epk_admin", Some(&tag), gst("without_tax")).await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (412, "stale"));
    assert_eq!(
        put(&stage, "epk_admin", Some(&next), gst("without_tax")).await.status,
        200
    );
    assert_eq!(Ask::get(SHOP, API).send(&stage.router).await.status, 401);
}

#[tokio::test]
async fn what_the_setting_cannot_hold_is_refused_and_names_the_field() {
    let stage = Stage::new().await;
    let rate =
        |name: &str, percent: &str| json!({"prices": "with_tax", "standard_rate": {"name": name, "percent": percent}});
    let table = [
        (
            json!({"prices": "with_tax", "standard_rate": null}),
            "standard_rate_missing",
            "/standard_rate/name",
        ),
        (rate("", "18"), "tax_name_invalid", "/standard_rate/name"),
        (rate("GST", "eighteen"), "tax_percent_invalid", "/standard_rate/percent"),
        (rate("GST", "-1"), "tax_percent_invalid", "/standard_rate/percent"),
        (rate("GST", "100.0001"), "tax_percent_invalid", "/standard_rate/percent"),
        (rate("GST", "1.00001"), "tax_percent_invalid", "/standard_rate/percent"),
    ];
    for (body, code, pointer) in table {
        let answer = put(&stage, "epk_admin", None, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}");
        let error = &answer.json()["errors"][0];
        assert_eq!(
            (&error["code"], &error["pointer"]),
            (&json!(code), &json!(pointer)),
            "{body}"
        );
        assert!(!error["detail"].as_str().unwrap().contains("error-"), "{error}");
    }
    assert_eq!(text(&stage, "/prices").await.matches("before tax").count(), 1);
}

#[tokio::test]
async fn staff_see_how_a_price_will_read_before_they_save_it() {
    let stage = Stage::new().await;
    let shown = stage.console("admin", PAGE).await.text();
    assert!(shown.contains("$11.06") && shown.contains("before tax"), "{shown}");
    let typed = [
        ("prices", "with_tax"),
        ("standard_rate/name", "GST"),
        ("standard_rate/percent", "18 %"),
    ];
    let example = stage.send_form(PAGE, &[&typed[..], &[("example", "1")]].concat()).await;
    let page = example.text();
    assert_eq!(example.status, 200, "{page}");
    assert!(page.contains("$13.05") && page.contains("including 18% GST"), "{page}");
    assert!(
        text(&stage, "/").await.contains("before tax"),
        "an example saves nothing"
    );

    assert_eq!(stage.send_form(PAGE, &typed).await.status, 303);
    assert!(text(&stage, "/").await.contains("including 18% GST"));
    let shown = stage.console("admin", PAGE).await.text();
    assert!(
        shown.contains("value=\"GST\"") && shown.contains("value=\"18\""),
        "{shown}"
    );
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_an_older_one_is_told_so_once() {
    let stage = Stage::new().await;
    let refused = stage
        .send_form(
            PAGE,
            &[
                ("prices", "with_tax"),
                ("standard_rate/name", ""),
                ("standard_rate/percent", "lots"),
            ],
        )
        .await;
    let page = refused.text();
    assert_eq!(refused.status, 422, "{page}");
    assert!(page.contains("value=\"lots\"") && page.contains("err-sum"), "{page}");
    assert!(page.contains("value=\"with_tax\" checked"), "{page}");

    let version = hidden(&stage.console("admin", PAGE).await.text(), "version");
    put(&stage, "epk_admin", None, gst("with_tax")).await;
    let told = stage
        .send_form(PAGE, &[("version", &version), ("prices", "without_tax")])
        .await;
    assert_eq!(told.status, 409, "{}", told.text());
    let version = hidden(&told.text(), "version");
    let again = stage
        .send_form(PAGE, &[("version", &version), ("prices", "without_tax")])
        .await;
    assert_eq!(again.status, 303, "{}", again.text());
}

#[tokio::test]
async fn the_page_is_for_who_may_change_the_shop() {
    let stage = Stage::new().await;
    assert_eq!(stage.console("nobody", PAGE).await.status, 403);
    assert!(
        stage
            .console("admin", PAGE)
            .await
            .text()
            .contains("href=\"/console/settings/storefront\"")
    );
}

#[tokio::test]
async fn a_change_stands_in_the_audit_log() {
    let stage = Stage::new().await;
    put(&stage, "epk_admin", None, gst("with_tax")).await;
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let newest = ctx
        .read(|read| async move { audit::list(read, &audit::Filter::default(), None, 1).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(newest[0].act, "platform.setting.changed");
}
