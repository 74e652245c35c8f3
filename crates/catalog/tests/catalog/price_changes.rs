//! Changes of prices over the API: scheduled, looked at, edited, cancelled, refused.

use axum::http::Method;
use jiff::SignedDuration;
use kernel::{Currency, Rate};
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use crate::stage::{HOST, Stage, api, hidden, page, submit};

const SALES: &str = "/api/v1/tlds/com/sales-prices";
const COSTS: &str = "/api/v1/tlds/com/cost-prices";
const MARCH: &str = "2027-03-01T00:00:00Z";

async fn send(stage: &Stage, method: Method, path: &str, who: &str, tag: &str, body: Value) -> Answer {
    let ask = Ask::new(method, HOST, path).bearer(who);
    let ask = if tag.is_empty() {
        ask
    } else {
        ask.header("if-match", tag)
    };
    let ask = if body.is_null() {
        ask
    } else {
        ask.header("content-type", "application/json").body(body.to_string())
    };
    ask.send(&stage.router).await
}

async fn post(stage: &Stage, path: &str, body: Value) -> Answer {
    send(stage, Method::POST, path, "manager", "", body).await
}

async fn put(stage: &Stage, path: &str, tag: &str, body: Value) -> Answer {
    send(stage, Method::PUT, path, "manager", tag, body).await
}

/// All three operations at one price.
fn all_at(minor: i64, from: &str) -> Value {
    let price = |operation| json!({"operation": operation, "minor": minor});
    json!({
        "effective_from": from,
        "prices": [price("register"), price("renew"), price("transfer")],
    })
}

fn future_of(path: &str, change: &Value) -> String {
    format!("{path}/{}/future", change["id"].as_str().unwrap())
}

async fn registers_at(stage: &Stage, query: &str) -> Value {
    let answer = api(stage, &format!("{SALES}/at?{query}"), "seller").await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let charges = answer.json()["charges"].as_array().unwrap().clone();
    let register = charges
        .iter()
        .find(|charge| charge["operation"] == "register" && charge["years"] == 1);
    register.map_or(Value::Null, |charge| charge["total"]["minor"].clone())
}

/// The example of the implementation guide: .com is to cost 14.00 from 1 March, is changed to 13.50 before that day, and
/// stays as it is once the day has come.
#[tokio::test]
async fn com_scheduled_at_14_becomes_13_50_before_march_and_is_locked_from_march_on() {
    let stage = Stage::new().await;
    let now = registers_at(&stage, "").await;
    let scheduled = post(&stage, SALES, all_at(1400, MARCH)).await;
    assert_eq!(scheduled.status, 201, "{}", scheduled.text());
    let change = scheduled.json();
    assert_eq!(
        (&change["state"], change["prices"].as_array().unwrap().len()),
        (&json!("future"), 3)
    );
    stage.test.clock.advance(SignedDuration::from_hours(24));
    let edited = put(&stage, &future_of(SALES, &change), "", all_at(1350, MARCH)).await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    assert_eq!(edited.json()["id"], change["id"]);
    assert_eq!(edited.json()["created_at"], change["created_at"]);
    assert_ne!(edited.json()["changed_at"], change["changed_at"]);

    assert_eq!(registers_at(&stage, "instant=2027-02-28T23:59:59Z").await, now);
    assert_eq!(registers_at(&stage, &format!("instant={MARCH}")).await, 1350);
    // As we knew it on the day it was scheduled, March would have cost 14.00.
    assert_eq!(
        registers_at(&stage, &format!("instant={MARCH}&known_at=2026-11-21T12:00:00Z")).await,
        1400
    );

    stage.test.clock.travel_to(MARCH.parse().unwrap());
    let late = put(
        &stage,
        &future_of(SALES, &change),
        "",
        all_at(1300, "2027-04-01T00:00:00Z"),
    )
    .await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (409, "price_begun"));
    let late = send(
        &stage,
        Method::DELETE,
        &future_of(SALES, &change),
        "manager",
        "",
        Value::Null,
    )
    .await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (409, "price_begun"));
    let past = post(&stage, SALES, all_at(1300, "2027-02-01T00:00:00Z")).await;
    assert_eq!((past.status.as_u16(), past.code().as_str()), (422, "price_in_the_past"));
    assert_eq!(registers_at(&stage, "").await, 1350);
    let one = api(&stage, &format!("{SALES}/{}", change["id"].as_str().unwrap()), "seller")
        .await
        .json();
    assert_eq!(one["state"], "current");
}

#[tokio::test]
async fn of_two_editors_one_wins_and_the_other_is_told() {
    let stage = Stage::new().await;
    let change = post(&stage, SALES, all_at(1400, MARCH)).await.json();
    let seen = api(
        &stage,
        &format!("{SALES}/{}", change["id"].as_str().unwrap()),
        "manager",
    )
    .await;
    let tag = seen.header("etag").to_owned();
    let path = future_of(SALES, &change);
    let (one, other) = tokio::join!(
        put(&stage, &path, &tag, all_at(1350, MARCH)),
        put(&stage, &path, &tag, all_at(1360, MARCH))
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", one.text(), other.text());
    let won = if one.status == 200 { 1350 } else { 1360 };
    assert_eq!(registers_at(&stage, &format!("instant={MARCH}")).await, won);
    let cancel = send(&stage, Method::DELETE, &path, "manager", &tag, Value::Null).await;
    assert_eq!(cancel.status, 412);
}

#[tokio::test]
async fn a_cancelled_change_never_holds_and_stays_in_the_history() {
    let stage = Stage::new().await;
    let now = registers_at(&stage, "").await;
    let change = post(&stage, SALES, all_at(1400, MARCH)).await.json();
    stage.test.clock.advance(SignedDuration::from_hours(1));
    let gone = send(
        &stage,
        Method::DELETE,
        &future_of(SALES, &change),
        "manager",
        "",
        Value::Null,
    )
    .await;
    assert_eq!(gone.status, 204, "{}", gone.text());
    assert_eq!(registers_at(&stage, &format!("instant={MARCH}")).await, now);
    let list = api(&stage, SALES, "seller").await.json();
    let kept = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|kept| kept["id"] == change["id"])
        .unwrap()
        .clone();
    assert_eq!(
        (&kept["state"], &kept["prices"][0]["price"]["minor"]),
        (&json!("cancelled"), &json!(1400))
    );
    let again = send(
        &stage,
        Method::DELETE,
        &future_of(SALES, &change),
        "manager",
        "",
        Value::Null,
    )
    .await;
    assert_eq!(
        (again.status.as_u16(), again.code().as_str()),
        (409, "change_cancelled")
    );
}

#[tokio::test]
async fn a_promotion_holds_until_its_end_and_what_was_imported_can_be_edited_too() {
    let stage = Stage::new().await;
    let promotion = json!({
        "effective_from": "2026-12-01T00:00:00Z", "until": "2026-12-24T00:00:00Z", "promotion": "Advent", "note": "Agreed",
        "prices": [{"operation": "register", "kind": "promo", "minor": 1050}],
    });
    let now = registers_at(&stage, "").await;
    let made = post(&stage, SALES, promotion.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!(
        (&made["promotion"], &made["until"]),
        (&json!("Advent"), &json!("2026-12-24T00:00:00Z"))
    );
    for (at, minor) in [
        ("2026-11-30T23:59:59Z", &now),
        ("2026-12-23T23:59:59Z", &json!(1050)),
        ("2026-12-24T00:00:00Z", &now),
    ] {
        assert_eq!(registers_at(&stage, &format!("instant={at}")).await, *minor, "{at}");
    }
    let clash = post(&stage, SALES, promotion).await;
    assert_eq!(
        (clash.status.as_u16(), clash.code().as_str()),
        (409, "promotion_overlaps")
    );
    assert!(
        clash.text().contains("2026-12-01") && clash.text().contains("2026-12-24"),
        "{}",
        clash.text()
    );

    let imported = json!({"format": "prices_csv", "list": stage.seeded.sales_list.id,
        "content": format!("tld,operation,years,kind,currency,amount,effective_from\ncom,register,1,regular,USD,15.00,{MARCH}\n")});
    let import = post(&stage, "/api/v1/catalog/imports", imported).await.json();
    let applied = post(
        &stage,
        &format!("/api/v1/catalog/imports/{}/apply", import["id"].as_str().unwrap()),
        json!({}),
    )
    .await;
    assert_eq!(applied.status, 200, "{}", applied.text());
    let list = api(&stage, SALES, "manager").await.json();
    let change = list["data"].as_array().unwrap()[0].clone();
    assert_eq!(
        (&change["effective_from"], &change["state"]),
        (&json!(MARCH), &json!("future"))
    );
    let edited = put(&stage, &future_of(SALES, &change), "", all_at(1450, MARCH)).await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    assert_eq!(registers_at(&stage, &format!("instant={MARCH}")).await, 1450);
}

#[tokio::test]
async fn a_preview_says_what_it_does_and_publishing_does_exactly_that_or_refuses() {
    let stage = Stage::new().await;
    let mut body = all_at(900, MARCH);
    let preview = post(&stage, &format!("{SALES}/preview"), body.clone()).await;
    assert_eq!(preview.status, 200, "{}", preview.text());
    let shown = preview.json();
    assert_eq!(shown["prices"][0]["after"]["minor"], 900);
    assert_eq!(shown["below_cost"], true);
    let margin = &shown["margins"][0];
    assert_eq!(margin["after"]["class"], "negative");
    assert!(margin["before"]["on_price"].is_string(), "{margin}");

    body["preview"] = shown["digest"].clone();
    let blocked = post(&stage, SALES, body.clone()).await;
    assert_eq!(
        (blocked.status.as_u16(), blocked.code().as_str()),
        (422, "below_cost_reason_missing")
    );
    body["below_cost_reason"] = json!("A loss leader until summer");
    post(&stage, SALES, all_at(1500, "2027-02-01T00:00:00Z")).await;
    let outdated = post(&stage, SALES, body.clone()).await;
    assert_eq!(
        (outdated.status.as_u16(), outdated.code().as_str()),
        (409, "preview_outdated")
    );
    let shown = post(&stage, &format!("{SALES}/preview"), all_at(900, MARCH))
        .await
        .json();
    assert_eq!(shown["prices"][0]["before"]["minor"], 1500);
    body["preview"] = shown["digest"].clone();
    assert_eq!(post(&stage, SALES, body).await.status, 201);
}

#[tokio::test]
async fn a_price_in_dollars_is_held_against_a_cost_in_euro_and_without_a_rate_it_says_that_it_cannot() {
    let stage = Stage::new().await;
    let list = stage.seeded.registrar.id.to_string();
    let cost = json!({"list": list, "currency": "EUR", "prices": [{"operation": "register", "minor": 2_000}]});
    let made = post(&stage, "/api/v1/tlds/berlin/cost-prices", cost).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let sales = "/api/v1/tlds/berlin/sales-prices";
    let sale = json!({"effective_from": MARCH, "prices": [{"operation": "register", "minor": 2_400}]});
    let told = async || {
        let told = post(&stage, &format!("{sales}/preview"), sale.clone()).await;
        assert_eq!(told.status, 200, "{}", told.text());
        let told = told.json();
        (told["below_cost"].clone(), told["cost_uncompared"].clone())
    };
    assert_eq!(told().await, (json!(false), json!(true)));
    // A dollar is worth 0.80 euro: the cost is 25.00 dollars.
    quote(&stage).await;
    stage.test.clock.advance(SignedDuration::from_secs(2));
    assert_eq!(told().await, (json!(true), json!(false)));
    let blocked = post(&stage, sales, sale.clone()).await;
    assert_eq!(
        (blocked.status.as_u16(), blocked.code().as_str()),
        (422, "below_cost_reason_missing")
    );
}

/// The dollar is worth 0.80 euro from now on.
async fn quote(stage: &Stage) {
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let rates = &reference::RateBooks::new();
    let sheet = &reference::rates::NewSheet {
        source: reference::rates::Source::Manual,
        base: Currency::USD,
        quoted_at: ctx.now(),
        rates: vec![(Currency::EUR, Rate::parse("0.8").unwrap())],
        unfit: Vec::new(),
    };
    ctx.write(|tx| async move { reference::rates::record(tx, rates, sheet.clone()).await }.scope_boxed())
        .await
        .unwrap();
}

#[tokio::test]
async fn costs_are_for_who_may_see_them_and_their_amounts_are_in_the_audit_log_alone() {
    let stage = Stage::new().await;
    let list = stage.seeded.registrar.id.to_string();
    let change = json!({"list": list, "effective_from": MARCH, "prices": [{"operation": "register", "minor": 987}]});
    for (method, path) in [(Method::GET, COSTS), (Method::POST, COSTS)] {
        let body = if method == Method::POST {
            change.clone()
        } else {
            Value::Null
        };
        assert_eq!(send(&stage, method, path, "seller", "", body).await.status, 403);
    }
    let made = post(&stage, COSTS, change).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let facts = stage
        .test
        .database()
        .probe()
        .await
        .texts("SELECT payload FROM event WHERE name = 'catalog.prices.changed'")
        .await;
    assert_eq!(facts.len(), 1);
    assert!(!facts[0].contains("987"), "{facts:?}");
    let audit = stage
        .test
        .database()
        .probe()
        .await
        .texts("SELECT detail FROM audit WHERE act = 'catalog.prices.changed'")
        .await;
    assert!(audit[0].contains("987"), "{audit:?}");
    assert_eq!(
        send(&stage, Method::GET, COSTS, "stranger", "", Value::Null)
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn scheduled_prices_stay_where_the_settings_say_so_and_every_bad_field_is_named() {
    let stage = Stage::new().await;
    let change = post(&stage, SALES, all_at(1400, MARCH)).await.json();
    let mut settings = api(&stage, "/api/v1/settings/tld-pricing", "manager").await.json();
    settings["allow_editing_future_prices"] = json!(false);
    put(&stage, "/api/v1/settings/tld-pricing", "", settings).await;
    let locked = put(&stage, &future_of(SALES, &change), "", all_at(1350, MARCH)).await;
    assert_eq!(
        (locked.status.as_u16(), locked.code().as_str()),
        (409, "future_prices_locked")
    );
    let price = |kind: &str, years: u8, minor: i64| json!({"operation": "register", "kind": kind, "years": years, "minor": minor});
    for (prices, code) in [
        (json!([]), "prices_missing"),
        (json!([price("regular", 11, 1)]), "price_term"),
        (json!([price("regular", 1, 0)]), "price_zero"),
        (json!([price("regular", 1, -1)]), "price_out_of_range"),
        (json!([price("icann_fee", 1, 18)]), "price_fee_on_sales"),
        (json!([price("regular", 1, 1), price("regular", 1, 2)]), "price_twice"),
        (json!([price("yearly", 1, 1)]), "choice_unknown"),
    ] {
        let answer = post(&stage, SALES, json!({"effective_from": MARCH, "prices": prices})).await;
        assert_eq!(answer.status, 422, "{code}: {}", answer.text());
        assert_eq!(answer.json()["errors"][0]["code"], code);
        assert!(!answer.text().contains("error-"), "{}", answer.text());
    }
}

/// The same example on the pages, by a person with a browser that runs no script.
#[tokio::test]
async fn com_is_scheduled_reviewed_edited_and_locked_on_the_pages_too() {
    let stage = Stage::new().await;
    let form = "/console/tlds/com/prices/new";
    let typed = |price: &'static str| {
        [
            ("effective_from", "2027-03-01"),
            ("register-1-regular", price),
            ("renew-1-regular", price),
            ("transfer-1-regular", price),
        ]
    };
    let refused = submit(
        &stage,
        form,
        form,
        &[("effective_from", "2027-03-01"), ("register-1-regular", "fourteen")],
    )
    .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("value=\"fourteen\"") && refused.text().contains("value=\"2027-03-01\""));
    let past = submit(
        &stage,
        form,
        form,
        &[("effective_from", "2026-03-01"), ("register-1-regular", "14.00")],
    )
    .await;
    assert_eq!(past.status, 422);
    assert!(past.text().contains("past prices are locked"), "{}", past.text());

    let review = submit(&stage, form, form, &typed("14.00")).await;
    assert_eq!(review.status, 200, "{}", review.text());
    let review = review.text();
    assert!(review.contains("<ins>$14</ins>"), "{review}");
    assert_eq!(
        registers_at(&stage, &format!("instant={MARCH}")).await,
        registers_at(&stage, "").await,
        "not yet"
    );
    let digest = value_of(&review, "name=\"publish\" value=\"");
    let publish = [&typed("14.00")[..], &[("publish", digest.as_str())]].concat();
    let published = submit(&stage, form, form, &publish).await;
    assert_eq!(published.status, 303, "{}", published.text());
    assert_eq!(registers_at(&stage, &format!("instant={MARCH}")).await, 1400);

    let shown = page(&stage, "/console/prices/com", "manager").await.text();
    let edit = format!(
        "/console/tlds/com/prices/pch_{}",
        value_of(&shown, "href=\"/console/tlds/com/prices/pch_")
    );
    let filled = page(&stage, &edit, "manager").await.text();
    assert!(
        filled.contains("value=\"14.00\"") && filled.contains("value=\"2027-03-01\""),
        "{filled}"
    );
    let version = hidden(&filled, "version");
    let review = submit(
        &stage,
        &edit,
        &edit,
        &[&typed("13.50")[..], &[("version", version.as_str())]].concat(),
    )
    .await
    .text();
    let digest = value_of(&review, "name=\"publish\" value=\"");
    let publish = [
        &typed("13.50")[..],
        &[("version", version.as_str()), ("publish", digest.as_str())],
    ]
    .concat();
    assert_eq!(submit(&stage, &edit, &edit, &publish).await.status, 303);
    assert_eq!(registers_at(&stage, &format!("instant={MARCH}")).await, 1350);
    // Whoever comes with the version of before is told.
    assert_ne!(submit(&stage, &edit, &edit, &publish).await.status, 303);

    stage.test.clock.travel_to(MARCH.parse().unwrap());
    assert_eq!(page(&stage, &edit, "manager").await.status, 409);
    let cancel = submit(&stage, "/console/prices/com", &format!("{edit}/cancel"), &[]).await;
    assert_eq!(cancel.status, 303);
    assert_eq!(registers_at(&stage, "").await, 1350);
    for path in [form, &edit] {
        assert_eq!(page(&stage, path, "seller").await.status, 403);
    }
}

#[tokio::test]
async fn the_page_asks_for_a_reason_below_cost_and_shows_anew_what_has_moved() {
    let stage = Stage::new().await;
    let form = "/console/tlds/com/prices/new";
    let typed = [("effective_from", "2027-03-01"), ("register-1-regular", "9.00")];
    let review = submit(&stage, form, form, &typed).await.text();
    assert!(review.contains("name=\"below_cost_reason\""), "{review}");
    let digest = value_of(&review, "name=\"publish\" value=\"");
    let publish = [&typed[..], &[("publish", digest.as_str())]].concat();
    let asked = submit(&stage, form, form, &publish).await;
    assert_eq!(asked.status, 422);
    post(&stage, SALES, all_at(1500, "2027-02-01T00:00:00Z")).await;
    let reasoned = [&publish[..], &[("below_cost_reason", "Until summer")]].concat();
    let moved = submit(&stage, form, form, &reasoned).await;
    assert_eq!(moved.status, 409);
    let moved = moved.text();
    assert!(
        moved.contains("<del>$15</del>") && moved.contains("value=\"Until summer\""),
        "{moved}"
    );
    let digest = value_of(&moved, "name=\"publish\" value=\"");
    let again = [
        &typed[..],
        &[("publish", digest.as_str()), ("below_cost_reason", "Until summer")],
    ]
    .concat();
    assert_eq!(submit(&stage, form, form, &again).await.status, 303);
}

/// What follows a mark in a page, up to the next quotation mark.
fn value_of(page: &str, mark: &str) -> String {
    let (_, rest) = page.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}
