//! What is told before prices, imports, rules, discounts and rates are published: the live names they touch, over the API
//! and on the pages, with nothing of it kept.

use std::sync::Arc;

use catalog::sync::ports::{PriceSource, PriceSources, SourceAccount};
use domains::Holdings;
use kernel::{CustomerId, Problem};
use serde_json::{Value, json};
use testkit::{People, hidden};
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

struct NoSources;

impl PriceSources for NoSources {
    fn connect(&self, _: &SourceAccount) -> std::result::Result<Arc<dyn PriceSource>, Problem> {
        Err(Problem::refused("source_unfit"))
    }
}

/// The stage with the rooms that publish, wired as the house wires them; and Ann, who holds three names.
async fn exposed() -> (Stage, CustomerId) {
    let stage = Stage::around(|installation, books, rates| {
        let rooms: Arc<[Arc<dyn catalog::Exposures>]> = Arc::new([Arc::new(Holdings) as Arc<dyn catalog::Exposures>]);
        let feed = Arc::new(reference::rates::ports::NoFeed);
        vec![
            reference::module(reference::Ports {
                rates: rates.clone(),
                feed,
                exposures: Arc::new([catalog::exposures::of_rates(books.clone(), Arc::clone(&rooms))]),
                mint: installation.mint.clone(),
            }),
            catalog::module(catalog::Ports {
                books: books.clone(),
                rates: rates.clone(),
                hosts: Arc::new(People::of(installation)),
                mail_from: "noreply@entrepot.example".into(),
                referrers: Arc::new([]),
                price_sources: Arc::new(NoSources),
                exposures: rooms,
            }),
        ]
    })
    .await;
    let ann = stage.customer(1, "Ann").await;
    let held = ["a.com", "b.com", "c.net"].map(|name| stage.held(name, ann));
    stage.adopt(&held).await.unwrap();
    (stage, ann)
}

async fn post(stage: &Stage, who: &str, path: &str, body: Value) -> Answer {
    Ask::post_json(SHOP, path, body).bearer(who).send(&stage.router).await
}

async fn shown(stage: &Stage, path: &str, body: Value, status: u16) -> Value {
    let answer = post(stage, "epk_prices", path, body).await;
    assert_eq!(answer.status.as_u16(), status, "{path}: {}", answer.text());
    answer.json()
}

async fn standard(stage: &Stage) -> String {
    let ctx = stage.installation.system(testkit::TestInstallation::tenant(1));
    stage.books.book(&ctx).await.unwrap().sales_list.unwrap().to_string()
}

#[tokio::test]
async fn a_cost_names_the_renewals_it_sinks_to_those_who_may_see_names() {
    let (stage, _) = exposed().await;
    let account = stage.accounts[0].to_string();
    let path = "/api/v1/tlds/com/cost-prices/preview";
    let body = json!({ "registrar": account, "prices": [{ "operation": "renew", "minor": 2000 }] });
    let told = shown(&stage, path, body.clone(), 200).await;
    let renewals = &told["exposures"][0];
    assert_eq!(
        (
            &renewals["what"],
            &renewals["count"],
            &renewals["newly_negative"],
            &renewals["currency"]
        ),
        (&json!("domains-exposure-renewals"), &json!(2), &json!(2), &json!("USD"))
    );
    let names: Vec<&str> = renewals["examples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a.com", "b.com"]);
    assert!(
        renewals["examples"][0]["margin_after"]["minor"].as_i64().unwrap() < 0,
        "{renewals}"
    );
    let blind = post(&stage, "epk_no_names", path, body).await.json();
    assert_eq!(blind["exposures"][0]["count"], 2);
    assert_eq!(blind["exposures"][0]["examples"], json!([]));
}

#[tokio::test]
async fn an_import_and_a_run_of_rules_are_asked_anew_each_time_they_are_looked_at() {
    let (stage, ann) = exposed().await;
    let list = standard(&stage).await;
    let file = json!({
        "format": "prices_csv", "list": list, "file_name": "more.csv",
        "content": "tld,operation,years,kind,currency,amount\ncom,renew,1,regular,USD,20.00\nnet,renew,1,regular,USD,20.00\n",
    });
    let import = shown(&stage, "/api/v1/catalog/imports", file, 201).await;
    assert_eq!(import["exposures"][0]["count"], 3, "{import}");
    stage.adopt(&[stage.held("d.net", ann)]).await.unwrap();
    let path = format!("/api/v1/catalog/imports/{}", import["id"].as_str().unwrap());
    let look = async || {
        Ask::get(SHOP, &path)
            .bearer("epk_prices")
            .send(&stage.router)
            .await
            .json()
    };
    let again = look().await;
    assert_eq!(again["exposures"][0]["count"], 4, "{again}");
    let page = stage
        .console("prices", &path.replace("/api/v1/catalog", "/console/prices"))
        .await
        .text();
    assert!(
        page.contains("Next renewals of 4 live names") && page.contains("/console/domains?q="),
        "{page}"
    );
    shown(&stage, &format!("{path}/apply"), json!({}), 200).await;
    assert_eq!(look().await["exposures"], json!([]));

    let rule = json!({
        "name": "Half", "list": list, "operations": ["renew"], "formula": "margin", "percent": "50",
        "rounding": { "every": 100, "ending": 99, "to": "nearest" }, "minimum_margin": "12"
    });
    shown(&stage, "/api/v1/price-rules", rule, 201).await;
    let run = shown(&stage, "/api/v1/price-rules/preview", json!({ "list": list }), 201).await;
    let renewals = &run["exposures"][0];
    assert_eq!(renewals["count"], 4, "{renewals}");
    let before = renewals["margin_before"]["minor"].as_i64().unwrap();
    let after = renewals["margin_after"]["minor"].as_i64().unwrap();
    assert_ne!(before, after);
}

#[tokio::test]
async fn a_discount_touches_whom_it_is_for_and_its_page_says_so_before_it_is_published() {
    let (stage, ann) = exposed().await;
    let bob = stage.customer(1, "Bob").await;
    let mut body = json!({ "name": "Ann's", "percent": "40", "customer_id": ann.to_string(), "tlds": ["com"] });
    let told = shown(&stage, "/api/v1/discounts/preview", body.clone(), 200).await;
    let renewals = &told["exposures"][0];
    assert_eq!(
        (&renewals["count"], &renewals["newly_negative"]),
        (&json!(2), &json!(2)),
        "{renewals}"
    );
    body["preview"] = told["digest"].clone();
    shown(&stage, "/api/v1/discounts", body, 201).await;
    let bobs = json!({ "name": "Bob's", "percent": "40", "customer_id": bob.to_string() });
    let told = shown(&stage, "/api/v1/discounts/preview", bobs, 200).await;
    assert_eq!(told["exposures"], json!([]));

    let form = stage.console("prices", "/console/discounts/new").await.text();
    let csrf = hidden(&form, "csrf");
    let fields = [
        ("csrf", csrf.as_str()),
        ("name", "All"),
        ("percent", "5"),
        ("years", "all"),
        ("for_renew", "on"),
    ];
    let review = Ask::post_form(SHOP, "/console/discounts", testkit::form(fields))
        .header("cookie", &testkit::console_cookie("prices"))
        .send(&stage.router)
        .await;
    assert_eq!(review.status.as_u16(), 200, "{}", review.text());
    // Ann has more off .com already: her .net name alone is touched.
    assert!(
        review.text().contains("One live name") && review.text().contains("c.net"),
        "{}",
        review.text()
    );
}

#[tokio::test]
async fn a_rate_touches_the_names_bought_in_its_currency_and_no_others() {
    let (stage, ann) = exposed().await;
    stage.schedule_cost(1, "com,renew,1,regular,EUR,9.00,").await;
    let elsewhere = domains::portfolio::Adoption {
        registrar: stage.accounts[1],
        ..stage.held("euro.com", ann)
    };
    stage.adopt(&[elsewhere]).await.unwrap();
    let ctx = stage.installation.system(testkit::TestInstallation::tenant(1));
    stage.books.refresh(&ctx).await.unwrap();
    let sheets = "/api/v1/exchange-rates/sheets";
    shown(
        &stage,
        sheets,
        json!({ "base": "EUR", "rates": { "USD": "1.00", "INR": "90" } }),
        201,
    )
    .await;
    let dearer = json!({ "base": "EUR", "rates": { "USD": "1.50" } });
    let told = shown(&stage, &format!("{sheets}/preview"), dearer.clone(), 200).await;
    let renewals = &told["exposures"][0];
    assert_eq!(
        (&renewals["count"], &renewals["newly_negative"]),
        (&json!(1), &json!(1)),
        "{told}"
    );
    assert_eq!(renewals["examples"][0]["name"], "euro.com");
    let rupees = json!({ "base": "EUR", "rates": { "INR": "99" } });
    let told = shown(&stage, &format!("{sheets}/preview"), rupees, 200).await;
    assert_eq!(told["exposures"], json!([]), "nothing is bought or sold in rupees");
    let blind = post(&stage, "epk_rates", &format!("{sheets}/preview"), dearer).await;
    assert_eq!((blind.status.as_u16(), &blind.json()["exposures"]), (200, &json!([])));
}

#[tokio::test]
async fn a_history_of_rates_names_what_its_latest_day_touches_and_recording_it_does_that() {
    let (stage, ann) = exposed().await;
    stage.schedule_cost(1, "com,renew,1,regular,EUR,9.00,").await;
    let elsewhere = domains::portfolio::Adoption {
        registrar: stage.accounts[1],
        ..stage.held("euro.com", ann)
    };
    stage.adopt(&[elsewhere]).await.unwrap();
    let ctx = stage.installation.system(testkit::TestInstallation::tenant(1));
    stage.books.refresh(&ctx).await.unwrap();
    let days_ago = |days: i64| ctx.now().minus(jiff::SignedDuration::from_hours(24 * days));
    let known = json!({ "base": "EUR", "quoted_at": days_ago(2).to_string(), "rates": { "USD": "1.00" } });
    shown(&stage, "/api/v1/exchange-rates/sheets", known, 201).await;
    let imports = "/api/v1/exchange-rates/imports";
    let line = |days, rate: &str| format!("{},{rate}\n", &days_ago(days).to_string()[..10]);
    let past = json!({ "content": format!("Date,USD\n{}", line(9, "1.20")) });
    assert_eq!(
        shown(&stage, imports, past, 201).await["preview"]["exposures"],
        json!([])
    );
    let both = json!({ "content": format!("Date,USD\n{}{}", line(1, "1.20"), line(9, "1.20")) });
    let told = shown(&stage, imports, both, 201).await;
    let renewals = &told["preview"]["exposures"][0];
    assert_eq!(
        (&renewals["count"], &renewals["examples"][0]["name"]),
        (&json!(1), &json!("euro.com")),
        "{told}"
    );
    let lost = |side: &str| renewals[side]["minor"].as_i64().unwrap();
    assert_eq!(lost("margin_before") - lost("margin_after"), 180, "{renewals}");
    let page = format!("/console/rates/imports/{}", told["id"].as_str().unwrap());
    assert!(stage.console("prices", &page).await.text().contains("euro.com"));
    let apply = format!("{imports}/{}/apply", told["id"].as_str().unwrap());
    shown(&stage, &apply, json!({ "preview": told["preview"]["digest"] }), 200).await;
    let other = json!({ "base": "EUR", "rates": { "USD": "1.30" } });
    let told = shown(&stage, "/api/v1/exchange-rates/sheets/preview", other, 200).await;
    assert_eq!(
        told["exposures"][0]["margin_before"], renewals["margin_after"],
        "as it was shown"
    );
}
