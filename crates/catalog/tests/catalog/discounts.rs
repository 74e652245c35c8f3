//! Discounts and coupons over time, and what they make of prices: through the operations, the API and the console.

use axum::http::Method;
use jiff::SignedDuration;
use kernel::{Currency, Rate};
use parties::PartyDraft;
use parties::customers::CustomerDraft;
use parties::groups::GroupDraft;
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use crate::stage::{HOST, Stage, api, hidden, page, submit};

/// Where the company says how it prices.
const SETTINGS: &str = "/api/v1/settings/tld-pricing";

async fn post(stage: &Stage, path: &str, who: &str, body: &Value) -> Answer {
    Ask::post_json(HOST, path, body).bearer(who).send(&stage.router).await
}

async fn put(stage: &Stage, path: &str, etag: &str, body: &Value) -> Answer {
    Ask::new(Method::PUT, HOST, path)
        .header("content-type", "application/json")
        .header("if-match", etag)
        .body(body.to_string())
        .bearer("manager")
        .send(&stage.router)
        .await
}

async fn delete(stage: &Stage, path: &str) -> Answer {
    Ask::new(Method::DELETE, HOST, path)
        .bearer("manager")
        .send(&stage.router)
        .await
}

fn id(answer: &Answer) -> String {
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// A group, and a customer in it.
async fn wholesale(stage: &Stage) -> (String, String) {
    let ctx = stage.test.system(TestInstallation::tenant(1));
    let (group, customer) = ctx
        .write(|tx| {
            async move {
                let group = GroupDraft {
                    name: "Wholesale".into(),
                    note: String::new(),
                };
                let group = parties::groups::ops::add(tx, &group).await?;
                let draft = CustomerDraft {
                    party: PartyDraft {
                        name: "Asha Nair".into(),
                        email: "asha@example.in".into(),
                        ..PartyDraft::default()
                    },
                    group: Some(group.id),
                    ..CustomerDraft::default()
                };
                Ok((group.id, parties::customers::ops::add(tx, &draft).await?.id))
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    (group.to_string(), customer.to_string())
}

/// What .com costs a buyer, after a moment in which every change has been read.
async fn com(stage: &Stage, ask: &str) -> Value {
    stage.test.clock.advance(SignedDuration::from_secs(2));
    let path = format!("/api/v1/prices/effective?tld=com&operation=register{ask}");
    let answer = api(stage, &path, "manager").await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn a_groups_discount_makes_its_customers_price_and_says_so_in_the_trace() {
    let stage = Stage::new().await;
    let (group, customer) = wholesale(&stage).await;
    let ten = json!({"name": "Wholesale 10", "group_id": group, "percent": "10", "tlds": [".COM", "net"], "operations": ["register"]});
    let ten = id(&post(&stage, "/api/v1/discounts", "manager", &ten).await);
    let half =
        json!({"name": "Spring", "code": "spring-27", "stacks": true, "amount": {"minor": 100, "currency": "USD"}});
    let half = id(&post(&stage, "/api/v1/coupons", "manager", &half).await);

    let stranger = com(&stage, "").await;
    assert_eq!(stranger["total"], json!({"minor": 1106, "currency": "USD"}));
    assert!(stranger["trace"]["text"].as_str().unwrap().starts_with("price/1 "));
    // 10 % of 11.06 is 1.106; of the 9.95 left the coupon takes 1.00.
    let priced = com(&stage, &format!("&customer={customer}&coupon=Spring-27")).await;
    assert_eq!(
        (&priced["total"]["minor"], &priced["undiscounted"]["minor"]),
        (&json!(895), &json!(1106))
    );
    let taken: Vec<_> = priced["trace"]["reductions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|taken| {
            (
                taken["id"].as_str().unwrap(),
                taken["name"].as_str().unwrap(),
                taken["taken"]["minor"].as_i64(),
            )
        })
        .collect();
    assert_eq!(
        taken,
        [(&*ten, "Wholesale 10", Some(111)), (&*half, "Spring", Some(100))]
    );
    assert!(priced["trace"]["text"].as_str().unwrap().starts_with("price/2 "));
    // Three years: every year is part of the purchase.
    let three = com(&stage, &format!("&years=3&customer={customer}")).await;
    let whole = three["undiscounted"]["minor"].as_i64().unwrap();
    let off = three["trace"]["reductions"][0]["taken"]["minor"].as_i64().unwrap();
    assert_eq!(three["total"]["minor"].as_i64().unwrap() + off, whole);
    assert_eq!(off, (whole + 5) / 10);

    // Who may see margins sees the cost too; who may not does not.
    assert_eq!(priced["earned"]["cost"]["currency"], "USD");
    let path = format!("/api/v1/prices/effective?tld=com&operation=register&customer={customer}");
    let seller = api(&stage, &path, "seller").await.json();
    assert_eq!(
        (seller["total"]["minor"].as_i64(), seller.get("earned")),
        (Some(995), None)
    );
    for (path, status, code) in [
        (
            "/api/v1/prices/effective?tld=com&operation=register&currency=EUR",
            422,
            "price_rate_missing",
        ),
        (
            "/api/v1/prices/effective?tld=com&operation=burn",
            400,
            "no_such_operation",
        ),
        (
            "/api/v1/prices/effective?tld=nosuchending&operation=register",
            422,
            "ending_unknown",
        ),
        (
            "/api/v1/prices/effective?tld=com&operation=register&customer=cus_00000000000000000000000000000009",
            404,
            "not_found",
        ),
    ] {
        let answer = api(&stage, path, "manager").await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code.to_owned()),
            "{path}"
        );
    }
    let nobody = api(&stage, "/api/v1/prices/effective?tld=com&operation=register", "nobody").await;
    assert_eq!(nobody.status.as_u16(), 403);
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
async fn a_price_in_another_currency_is_converted_with_its_rate_or_refused_with_its_reason() {
    let stage = Stage::new().await;
    let (group, customer) = wholesale(&stage).await;
    let ten = json!({"name": "Wholesale 10", "group_id": group, "percent": "10"});
    id(&post(&stage, "/api/v1/discounts", "manager", &ten).await);
    let in_euro = format!("&currency=EUR&customer={customer}");
    let path = format!("/api/v1/prices/effective?tld=com&operation=register{in_euro}");
    let reason = async |stage: &Stage| {
        let answer = api(stage, &path, "manager").await;
        (answer.status.as_u16(), answer.code())
    };
    let (status, code) = reason(&stage).await;
    assert_eq!((status, &*code), (422, "price_rate_missing"));
    quote(&stage).await;
    // 11.06 is 8.848, 8.85; 10 % of it is 0.885, half to even 0.88.
    let priced = com(&stage, &in_euro).await;
    assert_eq!(
        (&priced["total"], &priced["undiscounted"]["minor"]),
        (&json!({"minor": 797, "currency": "EUR"}), &json!(885))
    );
    assert_eq!(priced["trace"]["rate"]["applied"], "0.8");
    assert_eq!(
        priced["trace"]["steps"][0]["listed"],
        json!({"minor": 1106, "currency": "USD"})
    );
    assert_eq!(priced["earned"]["cost"]["currency"], "EUR");
    // Four days later the rate is too old.
    stage.test.clock.advance(SignedDuration::from_hours(96));
    let (status, code) = reason(&stage).await;
    assert_eq!((status, &*code), (422, "price_rate_stale"));
    // Where the company does not convert, it refuses, whatever rates there are.
    quote(&stage).await;
    let settings = api(&stage, SETTINGS, "manager").await;
    let mut off = settings.json();
    off["enable_auto_currency_conversion"] = json!(false);
    let saved = put(&stage, SETTINGS, settings.header("etag"), &off).await;
    assert_eq!(saved.status.as_u16(), 200, "{}", saved.text());
    stage.test.clock.advance(SignedDuration::from_secs(2));
    let (status, code) = reason(&stage).await;
    assert_eq!((status, &*code), (422, "price_currency_not_priced"));
}

#[tokio::test]
async fn what_has_not_begun_can_be_edited_and_taken_back_and_what_has_only_ended() {
    let stage = Stage::new().await;
    let now = stage.test.platform.now();
    let tomorrow = now.plus(SignedDuration::from_hours(24)).to_string();
    let body = |percent: &str| json!({"name": "May", "percent": percent, "effective_from": tomorrow});
    let may = id(&post(&stage, "/api/v1/discounts", "manager", &body("10")).await);
    let path = format!("/api/v1/discounts/{may}");
    assert_eq!(com(&stage, "").await["total"]["minor"], json!(1106));
    assert_eq!(
        com(&stage, &format!("&at={tomorrow}")).await["total"]["minor"],
        json!(995)
    );

    let edited = put(&stage, &path, "\"1\"", &body("20")).await;
    assert_eq!(
        (edited.status.as_u16(), edited.header("etag")),
        (200, "\"2\""),
        "{}",
        edited.text()
    );
    let stale = put(&stage, &path, "\"1\"", &body("30")).await;
    assert_eq!((stale.status.as_u16(), stale.code()), (412, "stale".to_owned()));
    assert_eq!(
        com(&stage, &format!("&at={tomorrow}")).await["total"]["minor"],
        json!(885)
    );

    stage.test.clock.advance(SignedDuration::from_hours(25));
    let begun = put(&stage, &path, "\"2\"", &json!({"name": "May", "percent": "30"})).await;
    assert_eq!(
        (begun.status.as_u16(), begun.code()),
        (409, "discount_begun".to_owned()),
        "{}",
        begun.text()
    );
    assert_eq!(delete(&stage, &path).await.code(), "discount_begun");
    assert_eq!(com(&stage, "").await["total"]["minor"], json!(885));
    let ended = post(&stage, &format!("{path}/end"), "manager", &json!({})).await;
    assert_eq!(ended.status.as_u16(), 200, "{}", ended.text());
    assert_eq!(com(&stage, "").await["total"]["minor"], json!(1106));
    // The day it was in force still answers as it did.
    assert_eq!(
        com(&stage, &format!("&at={tomorrow}")).await["total"]["minor"],
        json!(885)
    );
    assert_eq!(
        post(&stage, &format!("{path}/end"), "manager", &json!({})).await.code(),
        "discount_over"
    );
    let history = api(&stage, &path, "seller").await.json();
    let versions: Vec<_> = history["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| {
            (
                version["version"].as_i64().unwrap(),
                version["percent"].as_str().unwrap(),
                version["standing"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(versions[0], (3, "20.0000", "past"));
    assert_eq!((versions[1].0, versions[2].1), (2, "10.0000"));

    let june = stage
        .test
        .platform
        .now()
        .plus(SignedDuration::from_hours(48))
        .to_string();
    let june = json!({"name": "June", "percent": "10", "effective_from": june});
    let june = id(&post(&stage, "/api/v1/discounts", "manager", &june).await);
    assert_eq!(
        delete(&stage, &format!("/api/v1/discounts/{june}"))
            .await
            .status
            .as_u16(),
        204
    );
    assert_eq!(
        api(&stage, &format!("/api/v1/discounts/{june}"), "manager")
            .await
            .status
            .as_u16(),
        404
    );
    let scheduled = api(&stage, "/api/v1/discounts?standing=scheduled", "manager")
        .await
        .json();
    assert_eq!(scheduled["data"], json!([]));
}

#[tokio::test]
async fn all_that_is_wrong_with_a_discount_is_told_at_once_and_nobody_else_sees_it() {
    let stage = Stage::new().await;
    let wrong = json!({"name": "", "code": "x", "percent": "101", "tlds": ["nosuchending"], "max_uses": 0, "effective_from": "2001-01-01T00:00:00Z", "effective_until": "2000-01-01T00:00:00Z"});
    let refused = post(&stage, "/api/v1/coupons", "manager", &wrong).await;
    let mut pointers: Vec<String> = refused.json()["errors"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", refused.text()))
        .iter()
        .map(|field| field["pointer"].as_str().unwrap().to_owned())
        .collect();
    pointers.sort();
    assert_eq!(
        pointers,
        [
            "/code",
            "/effective_from",
            "/effective_until",
            "/max_uses",
            "/name",
            "/percent",
            "/tlds"
        ]
    );
    let good = json!({"name": "Spring", "code": "Spring", "percent": "5"});
    let added = post(&stage, "/api/v1/coupons", "manager", &good).await;
    assert_eq!(added.json()["code"], "SPRING");
    let path = format!("/api/v1/coupons/{}", id(&added));
    assert_eq!(
        post(&stage, "/api/v1/coupons", "manager", &good).await.code(),
        "coupon_exists"
    );
    assert_eq!(
        post(&stage, "/api/v1/coupons", "seller", &good).await.status.as_u16(),
        403
    );
    assert_eq!(api(&stage, &path, "seller").await.status.as_u16(), 200);
    assert_eq!(api(&stage, &path, "nobody").await.status.as_u16(), 403);
    let as_discount = api(&stage, &path.replace("coupons", "discounts"), "manager").await;
    assert_eq!(as_discount.status.as_u16(), 404);
    let stranger = Ask::get("saffron.localhost:8080", &path)
        .bearer("stranger")
        .send(&stage.router)
        .await;
    assert_eq!(stranger.status.as_u16(), 404, "{}", stranger.text());
    for group in ["grp_00000000000000000000000000000009", "no id"] {
        let body = json!({"name": "x", "percent": "5", "group_id": group});
        let status = post(&stage, "/api/v1/discounts", "manager", &body)
            .await
            .status
            .as_u16();
        assert!(matches!(status, 400 | 422), "{group}: {status}");
    }
}

#[tokio::test]
async fn the_console_adds_shows_and_ends_them_and_computes_a_price_with_and_without() {
    let stage = Stage::new().await;
    wholesale(&stage).await;
    let empty = page(&stage, "/console/discounts", "manager").await.text();
    assert!(empty.contains("No discounts yet") && empty.contains("/console/discounts/new"));
    let fields = [
        ("name", "Asha's own"),
        ("percent", "12.5"),
        ("currency", "USD"),
        ("years", "first"),
        ("for_register", "on"),
        ("customer_id", "asha@example.in"),
    ];
    let added = agree(&stage, "/console/discounts/new", "/console/discounts", &fields).await;
    assert_eq!(added.status.as_u16(), 303, "{}", added.text());
    let one = added.header("location").to_owned();
    let shown = page(&stage, &one, "manager").await.text();
    assert!(
        shown.contains("12.5%") && shown.contains("Asha Nair") && shown.contains("End now"),
        "{shown}"
    );
    assert!(!page(&stage, &one, "seller").await.text().contains("End now"));

    let wrong = [
        ("name", "Late"),
        ("percent", "many"),
        ("for_renew", "on"),
        ("effective_from", "soon"),
    ];
    let refused = submit(&stage, "/console/discounts/new", "/console/discounts", &wrong).await;
    let text = refused.text();
    assert_eq!(refused.status.as_u16(), 422);
    assert!(
        text.contains("value=\"many\"") && text.contains("Write a percentage above 0"),
        "{text}"
    );

    let coupon = [
        ("name", "Spring"),
        ("code", "spring"),
        ("amount", "2.00"),
        ("currency", "USD"),
        ("years", "all"),
        ("for_register", "on"),
        ("stacks", "on"),
    ];
    // A coupon touches nobody before somebody enters it: there is nothing to review.
    let (form, action) = ("/console/discounts/new?kind=coupon", "/console/discounts?kind=coupon");
    assert!(!page(&stage, form, "manager").await.text().contains("Review"));
    let added = submit(&stage, form, action, &coupon).await;
    assert_eq!(added.status.as_u16(), 303, "{}", added.text());
    let coupon = added.header("location").to_owned();
    stage.test.clock.advance(SignedDuration::from_secs(2));
    let preview = "/console/discounts/preview?tld=com&operation=register&years=1&currency=USD&customer=asha%40example.in&coupon=spring";
    let text = page(&stage, preview, "manager").await.text();
    // 12.5 % of 11.06 is 1.3825: 1.38. Then 2.00 off 9.68.
    for shown in [
        "$11.06",
        "$3.38",
        "$7.68",
        "Discount Asha",
        "Coupon spring counts",
        "price/2 sales register com",
    ] {
        assert!(text.contains(shown), "{shown} in {text}");
    }
    let none = page(
        &stage,
        "/console/discounts/preview?tld=com&operation=register&years=1&currency=EUR",
        "manager",
    )
    .await;
    assert!(
        none.text().contains("There is no exchange rate to this currency."),
        "{}",
        none.text()
    );

    let list = page(&stage, "/console/discounts", "manager").await.text();
    assert!(
        list.contains("SPRING") && list.contains("Used 0 times") && list.contains("In force"),
        "{list}"
    );
    let csv = page(&stage, "/console/discounts.csv?view=current", "manager")
        .await
        .text();
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let ended = agree(&stage, &one, &format!("{one}/end"), &[("version", "1")]).await;
    assert_eq!(ended.status.as_u16(), 303, "{}", ended.text());
    assert!(page(&stage, &one, "manager").await.text().contains("Past"));
    // Ending one is asked about all the same, without a word of what it touches.
    let end = format!("{coupon}/end");
    let asked = submit(&stage, &coupon, &end, &[("version", "1")]).await;
    assert_eq!(asked.status.as_u16(), 200);
    let text = asked.text();
    assert!(text.contains("SPRING") && !text.contains("What it touches"), "{text}");
    let stale = submit(&stage, &coupon, &end, &[("version", "7"), ("publish", "1")]).await;
    assert_eq!(stale.status.as_u16(), 412, "{}", stale.text());
    let ended = agree(&stage, &coupon, &end, &[("version", "1")]).await;
    assert_eq!(ended.status.as_u16(), 303, "{}", ended.text());
    assert!(page(&stage, &coupon, "manager").await.text().contains("Past"));
    let past = page(&stage, "/console/discounts?view=past", "seller").await.text();
    assert!(
        past.contains("One customer") && !past.contains("Asha Nair"),
        "names are for those who may see customers"
    );
    assert_eq!(page(&stage, "/console/discounts", "nobody").await.status.as_u16(), 403);
}

#[tokio::test]
async fn a_discount_that_has_not_begun_is_edited_in_the_console_and_taken_back() {
    let stage = Stage::new().await;
    let fields = [
        ("name", "Later"),
        ("percent", "10"),
        ("years", "all"),
        ("for_register", "on"),
        ("effective_from", "2027-05-01"),
    ];
    let day = stage
        .test
        .platform
        .now()
        .plus(SignedDuration::from_hours(240))
        .to_string();
    let day = &day[..10];
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| {
            if *name == "effective_from" {
                (*name, day)
            } else {
                (*name, *value)
            }
        })
        .collect();
    let added = agree(&stage, "/console/discounts/new", "/console/discounts", &fields).await;
    assert_eq!(added.status.as_u16(), 303, "{}", added.text());
    let one = added.header("location").to_owned();
    let form = page(&stage, &one, "manager").await.text();
    assert!(
        form.contains(&format!("value=\"{day}\"")) && form.contains("Take back"),
        "{form}"
    );
    let mut edited = fields.clone();
    edited[1].1 = "15";
    edited.push(("version", "1"));
    let saved = agree(&stage, &one, &one, &edited).await;
    assert_eq!(saved.status.as_u16(), 303, "{}", saved.text());
    edited[1].1 = "25";
    let stale = submit(&stage, &one, &one, &edited).await;
    assert_eq!(stale.status.as_u16(), 412);
    assert!(
        stale.text().contains("value=\"25\"") && stale.text().contains("Saved meanwhile: 15"),
        "{}",
        stale.text()
    );
    let removed = agree(&stage, &one, &format!("{one}/remove"), &[]).await;
    assert_eq!(
        (removed.status.as_u16(), removed.header("location")),
        (303, "/console/discounts")
    );
    assert_eq!(page(&stage, &one, "manager").await.status.as_u16(), 404);
}

#[tokio::test]
async fn what_begins_later_is_judged_by_when_it_begins_and_ending_never_prolongs() {
    let stage = Stage::new().await;
    let now = stage.test.platform.now();
    let day = |days: i64| now.plus(SignedDuration::from_hours(24 * days)).to_string();
    let later = json!({"name": "Later", "percent": "10", "effective_from": day(10)});
    let later = id(&post(&stage, "/api/v1/discounts", "manager", &later).await);
    // Nothing is said of its beginning, which stays on the tenth day.
    let before = json!({"name": "Later", "percent": "10", "effective_until": day(5)});
    let refused = put(&stage, &format!("/api/v1/discounts/{later}"), "\"1\"", &before).await;
    assert_eq!(refused.status.as_u16(), 422, "{}", refused.text());
    assert!(
        refused.text().contains("discount_ends_before_it_begins"),
        "{}",
        refused.text()
    );

    let running = json!({"name": "Running", "percent": "10", "effective_until": day(5)});
    let running = id(&post(&stage, "/api/v1/discounts", "manager", &running).await);
    stage.test.clock.advance(SignedDuration::from_hours(1));
    let end = format!("/api/v1/discounts/{running}/end");
    let prolonged = post(&stage, &end, "manager", &json!({"at": day(6)})).await;
    assert!(prolonged.text().contains("ends_before"), "{}", prolonged.text());
    let shortened = post(&stage, &end, "manager", &json!({"at": day(4)})).await;
    assert_eq!(shortened.status.as_u16(), 200, "{}", shortened.text());
}

#[tokio::test]
async fn who_may_not_see_customers_keeps_the_group_a_discount_is_for_and_today_is_now() {
    let stage = Stage::new().await;
    let (group, _) = wholesale(&stage).await;
    let tomorrow = stage
        .test
        .platform
        .now()
        .plus(SignedDuration::from_hours(24))
        .to_string();
    let may = json!({"name": "May", "percent": "10", "group_id": group, "effective_from": tomorrow});
    let may = id(&post(&stage, "/api/v1/discounts", "manager", &may).await);
    let at = format!("/console/discounts/{may}");
    let form = page(&stage, &at, "pricer").await.text();
    assert!(form.contains(&format!("<option value=\"{group}\" selected>")), "{form}");
    // Brought forward to today it begins now, not when it was to begin.
    let today = stage.test.platform.now().to_string()[..10].to_owned();
    let fields = [
        ("version", "1"),
        ("name", "May"),
        ("percent", "10"),
        ("currency", "USD"),
        ("years", "all"),
        ("group_id", group.as_str()),
        ("for_register", "on"),
        ("effective_from", today.as_str()),
    ];
    let saved = agree(&stage, &at, &at, &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let shown = api(&stage, &format!("/api/v1/discounts/{may}"), "manager").await.json();
    assert_eq!(shown["versions"][0]["standing"], "current");
    assert_eq!(shown["versions"][0]["group_id"], json!(group));
}

/// Sends a form, and then exactly what its review showed.
async fn agree(stage: &Stage, form: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let review = submit(stage, form, action, fields).await;
    assert_eq!(review.status.as_u16(), 200, "{}", review.text());
    let digest = hidden(&review.text(), "publish");
    let agreed = [fields, &[("publish", digest.as_str())]].concat();
    submit(stage, form, action, &agreed).await
}

#[tokio::test]
async fn what_was_looked_at_is_done_or_nothing_is() {
    let stage = Stage::new().await;
    let mut body = json!({ "name": "Ten", "percent": "10", "operations": ["renew"] });
    let shown = post(&stage, "/api/v1/discounts/preview", "manager", &body).await;
    assert_eq!(shown.status.as_u16(), 200, "{}", shown.text());
    let shown = shown.json();
    assert_eq!(shown["exposures"], json!([]), "no name is held");
    for who in ["seller", "nobody"] {
        let refused = post(&stage, "/api/v1/discounts/preview", who, &body).await;
        assert_eq!(refused.status.as_u16(), 403, "{who}");
    }
    body["preview"] = shown["digest"].clone();
    // Another discount makes the book another one.
    let other = json!({ "name": "Nine", "percent": "9", "operations": ["renew"] });
    id(&post(&stage, "/api/v1/discounts", "manager", &other).await);
    let outdated = post(&stage, "/api/v1/discounts", "manager", &body).await;
    assert_eq!(
        (outdated.status.as_u16(), outdated.code().as_str()),
        (409, "preview_outdated")
    );
    let again = json!({ "name": "Ten", "percent": "10", "operations": ["renew"] });
    let shown = post(&stage, "/api/v1/discounts/preview", "manager", &again)
        .await
        .json();
    body["preview"] = shown["digest"].clone();
    // What was looked at, and nothing else.
    let mut more = body.clone();
    more["percent"] = json!("11");
    let refused = post(&stage, "/api/v1/discounts", "manager", &more).await;
    assert_eq!(refused.status.as_u16(), 409, "{}", refused.text());
    let ten = id(&post(&stage, "/api/v1/discounts", "manager", &body).await);

    stage.test.clock.advance(SignedDuration::from_secs(2));
    let path = format!("/api/v1/discounts/{ten}/end");
    let shown = post(&stage, &format!("{path}/preview"), "manager", &json!({})).await;
    assert_eq!(shown.status.as_u16(), 200, "{}", shown.text());
    let shown = shown.json();
    let ended = post(&stage, &path, "manager", &json!({ "preview": shown["digest"] })).await;
    assert_eq!(ended.status.as_u16(), 200, "{}", ended.text());
    let over = post(&stage, &format!("{path}/preview"), "manager", &json!({})).await;
    assert_eq!((over.status.as_u16(), over.code().as_str()), (409, "discount_over"));
}

#[tokio::test]
async fn a_discount_is_taken_back_as_it_was_looked_at_or_not_at_all() {
    let stage = Stage::new().await;
    let tomorrow = stage.test.platform.now().plus(SignedDuration::from_hours(24));
    let later = json!({ "name": "Later", "percent": "10", "effective_from": tomorrow.to_string() });
    let path = format!(
        "/api/v1/discounts/{}",
        id(&post(&stage, "/api/v1/discounts", "manager", &later).await)
    );
    let look = async || {
        let shown = post(&stage, &format!("{path}/remove/preview"), "manager", &json!({})).await;
        assert_eq!(shown.status.as_u16(), 200, "{}", shown.text());
        shown.json()["digest"].as_str().unwrap().to_owned()
    };
    let remove = async |digest: &str| {
        Ask::new(Method::DELETE, HOST, &format!("{path}?preview={digest}"))
            .bearer("manager")
            .send(&stage.router)
            .await
    };
    let digest = look().await;
    let other = json!({ "name": "Nine", "percent": "9", "operations": ["renew"] });
    id(&post(&stage, "/api/v1/discounts", "manager", &other).await);
    let outdated = remove(&digest).await;
    assert_eq!(
        (outdated.status.as_u16(), outdated.code().as_str()),
        (409, "preview_outdated")
    );
    for who in ["seller", "nobody"] {
        let refused = post(&stage, &format!("{path}/remove/preview"), who, &json!({})).await;
        assert_eq!(refused.status.as_u16(), 403, "{who}");
    }
    assert_eq!(remove(&look().await).await.status.as_u16(), 204);
    assert_eq!(api(&stage, &path, "manager").await.status.as_u16(), 404);
}

#[tokio::test]
async fn the_page_shows_anew_what_has_moved_and_goes_back_with_what_was_typed() {
    let stage = Stage::new().await;
    let fields = [
        ("name", "Ten"),
        ("percent", "10"),
        ("years", "all"),
        ("for_renew", "on"),
    ];
    let (form, action) = ("/console/discounts/new", "/console/discounts");
    let review = submit(&stage, form, action, &fields).await.text();
    assert!(
        review.contains("What it touches") && review.contains("no live name"),
        "{review}"
    );
    let back = [&fields[..], &[("back", "1")]].concat();
    let back = submit(&stage, form, action, &back).await.text();
    assert!(back.contains("value=\"Ten\"") && back.contains("Review"), "{back}");
    let other = json!({ "name": "Nine", "percent": "9", "operations": ["renew"] });
    id(&post(&stage, "/api/v1/discounts", "manager", &other).await);
    let digest = hidden(&review, "publish");
    let agreed = [&fields[..], &[("publish", digest.as_str())]].concat();
    let moved = submit(&stage, form, action, &agreed).await;
    assert_eq!(moved.status.as_u16(), 409);
    let digest = hidden(&moved.text(), "publish");
    let agreed = [&fields[..], &[("publish", digest.as_str())]].concat();
    assert_eq!(submit(&stage, form, action, &agreed).await.status.as_u16(), 303);
}
