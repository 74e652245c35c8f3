//! What a customer, a coupon and a currency make of prices: in offers, in locks, and in the proof of locks.

use std::sync::Arc;

use catalog::TldPricing;
use catalog::discounts::{CouponDraft, DiscountDraft};
use catalog::settings::TLD_PRICING;
use domains::offers::{Offer, PriceCheck, ops};
use domains::price_locks::verify::{Verified, verify};
use engines::pricing::discounts::Years;
use jiff::SignedDuration;
use kernel::{Currency, CustomerId, DiscountId, Money, Percent, Rate};
use platform::{Actor, Ctx, Grants, Who};
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

const LOCKS: &str = "/api/v1/domains/price-locks";

fn system(stage: &Stage) -> Ctx {
    stage.installation.system(TestInstallation::tenant(1))
}

/// A moment in which every change has been read.
fn pass(stage: &Stage) {
    stage.installation.clock.advance(SignedDuration::from_secs(2));
}

fn ten_percent(name: &str) -> DiscountDraft {
    DiscountDraft {
        name: name.into(),
        coupon: None,
        group: None,
        customer: None,
        tlds: Vec::new(),
        operations: Vec::new(),
        years: Years::All,
        percent: Some(Percent::whole(10)),
        amount: None,
        from: None,
        until: None,
    }
}

fn coupon(code: &str, stacks: bool) -> DiscountDraft {
    DiscountDraft {
        coupon: Some(CouponDraft {
            code: code.into(),
            stacks,
            max_uses: None,
            max_uses_each: None,
        }),
        ..ten_percent(code)
    }
}

async fn add(stage: &Stage, draft: DiscountDraft) -> DiscountId {
    let (books, draft) = (&stage.books, &draft);
    let added = system(stage)
        .write(|tx| async move { catalog::discounts::add(tx, books, draft).await }.scope_boxed())
        .await;
    added.unwrap().id
}

/// The dollar is worth so many euro from now on.
async fn quote(stage: &Stage, rate: &str) {
    let ctx = system(stage);
    let sheet = &reference::rates::NewSheet {
        source: reference::rates::Source::Manual,
        base: Currency::USD,
        quoted_at: ctx.now(),
        rates: vec![(Currency::EUR, Rate::parse(rate).unwrap())],
        unfit: Vec::new(),
    };
    let rates = &reference::RateBooks::new();
    ctx.write(|tx| async move { reference::rates::record(tx, rates, sheet.clone()).await }.scope_boxed())
        .await
        .unwrap();
    pass(stage);
}

async fn convert_nothing(stage: &Stage) {
    let ctx = system(stage);
    let setting = &TldPricing {
        enable_auto_currency_conversion: false,
        ..TldPricing::default()
    };
    ctx.write(|tx| {
        async move { platform::settings::change(tx, &TLD_PRICING, |_| Ok(setting.clone())).await }.scope_boxed()
    })
    .await
    .unwrap();
    stage.books.refresh(&ctx).await.unwrap();
}

async fn lock(stage: &Stage, body: Value) -> Answer {
    Ask::post_json(SHOP, LOCKS, body)
        .bearer("epk_seller")
        .send(&stage.router)
        .await
}

async fn locked(stage: &Stage, body: Value) -> Value {
    let answer = lock(stage, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn refused(stage: &Stage, body: Value) -> (u16, String, String) {
    let answer = lock(stage, body).await;
    let error = answer.json()["errors"][0].clone();
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), text("pointer"), text("code"))
}

async fn get(stage: &Stage, path: &str) -> Value {
    let answer = Ask::get(SHOP, path).bearer("epk_seller").send(&stage.router).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn verified(stage: &Stage) -> Verified {
    verify(&system(stage), |_| {}).await.unwrap()
}

/// 7.99 and twice 12.00 are 31.99; Ann has 10 % off; the coupon takes 5.00 USD off what is left; a dollar is 0.80 euro.
async fn example(stage: &Stage) -> CustomerId {
    stage
        .schedule("com,register,1,promo,USD,7.99,\ncom,renew,1,regular,USD,12.00,")
        .await;
    let ann = stage.customer(1, "Ann").await;
    let of_ann = DiscountDraft {
        customer: Some(ann),
        ..ten_percent("Ann")
    };
    add(stage, of_ann).await;
    let five = DiscountDraft {
        percent: None,
        amount: Some(Money::new(500, Currency::USD)),
        ..coupon("FIVE", true)
    };
    add(stage, five).await;
    quote(stage, "0.8").await;
    ann
}

fn three_years(ann: CustomerId, more: &Value) -> Value {
    let mut body = json!({ "names": [{ "name": "example.com", "years": 3 }], "customer": ann });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    body
}

#[tokio::test]
async fn a_lock_has_the_customers_discount_the_coupon_and_the_rate_and_every_step_of_them() {
    let stage = Stage::new().await;
    let ann = example(&stage).await;
    // 31.99 less 3.199, which is 3.20, less 5.00.
    let made = locked(&stage, three_years(ann, &json!({ "coupon": " five " }))).await;
    assert_eq!(made["total"], json!({ "minor": 2_379, "currency": "USD" }));
    let line = &made["lines"][0];
    assert_eq!(line["discounts"].as_array().map(Vec::len), Some(2));
    assert_eq!(line["rate_sheets"], json!([]));
    // 7.99 is 6.392, 12.00 is 9.60: 6.39 and twice 9.60 are 25.59; less 2.559, which is 2.56, less 4.00.
    let euro = locked(
        &stage,
        three_years(ann, &json!({ "coupon": "FIVE", "currency": "EUR" })),
    )
    .await;
    assert_eq!(euro["total"], json!({ "minor": 1_903, "currency": "EUR" }));
    let line = &euro["lines"][0];
    assert_eq!(line["rate_sheets"].as_array().map(Vec::len), Some(1));
    assert_eq!(euro["rates_version"], 1);
    let told = line["explanation"].as_str().unwrap();
    assert!(
        told.contains("rate USD EUR 0.8") && told.ends_with("total 19.03\n"),
        "{told}"
    );
    assert_eq!(
        get(&stage, &format!("{LOCKS}/{}", euro["id"].as_str().unwrap())).await["today"]["verdict"],
        "unchanged"
    );
    // A stranger has neither.
    let stranger = locked(&stage, json!({ "names": [{ "name": "example.com", "years": 3 }] })).await;
    assert_eq!(stranger["total"]["minor"], 3_199);

    // Other prices, rates and discounts come to be known, and change nothing of what was locked.
    pass(&stage);
    quote(&stage, "0.5").await;
    add(
        &stage,
        DiscountDraft {
            percent: Some(Percent::whole(50)),
            ..ten_percent("Everybody")
        },
    )
    .await;
    stage.schedule("com,renew,1,regular,USD,20.00,").await;
    let found = verified(&stage).await;
    assert_eq!((found.prices, found.difference), (3, None));
}

#[tokio::test]
async fn a_coupon_that_takes_nothing_off_is_refused_with_its_reason_and_so_is_a_currency_that_is_not_converted() {
    let stage = Stage::new().await;
    let ann = example(&stage).await;
    let ben = stage.customer(1, "Ben").await;
    add(
        &stage,
        DiscountDraft {
            customer: Some(ben),
            ..coupon("BENS", true)
        },
    )
    .await;
    add(
        &stage,
        DiscountDraft {
            tlds: vec!["net".into()],
            ..coupon("NETS", true)
        },
    )
    .await;
    add(
        &stage,
        DiscountDraft {
            percent: Some(Percent::whole(5)),
            ..coupon("SMALL", false)
        },
    )
    .await;
    pass(&stage);
    for (code, reason) in [
        ("NOSUCH", "lock_coupon_unknown"),
        ("no such\n", "lock_coupon_unknown"),
        ("BENS", "lock_coupon_unknown"),
        ("NETS", "coupon_not_for_these_names"),
        ("SMALL", "coupon_saves_nothing"),
    ] {
        let told = refused(&stage, three_years(ann, &json!({ "coupon": code }))).await;
        assert_eq!(told, (422, "/coupon".into(), reason.into()), "{code}");
    }
    let names = json!({ "coupon": "NETS", "names": [{ "name": "a.com" }, { "name": "a.net" }] });
    let made = locked(&stage, three_years(ann, &names)).await;
    assert_eq!(
        made["lines"][1]["discounts"].as_array().map(Vec::len),
        Some(2),
        "it is for one of them"
    );
    let pound = refused(&stage, three_years(ann, &json!({ "currency": "GBP" }))).await;
    assert_eq!(pound, (422, "/currency".into(), "currency_rate_missing".into()));
    convert_nothing(&stage).await;
    let euro = refused(&stage, three_years(ann, &json!({ "currency": "EUR" }))).await;
    assert_eq!(euro, (422, "/currency".into(), "currency_not_priced".into()));
    assert_eq!(verified(&stage).await.difference, None);
}

#[tokio::test]
async fn an_altered_discount_rate_or_buyer_is_found() {
    let stage = Stage::new().await;
    let ann = example(&stage).await;
    locked(
        &stage,
        three_years(ann, &json!({ "coupon": "FIVE", "currency": "EUR" })),
    )
    .await;
    assert_eq!(verified(&stage).await.difference, None);
    let sheets = "UPDATE reference_rate_sheets SET rates = ";
    let cases = [
        (
            "UPDATE catalog_discounts SET percent = 100001 WHERE percent = 100000",
            "UPDATE catalog_discounts SET percent = 100000 WHERE percent = 100001",
            "price",
        ),
        (
            "UPDATE catalog_discounts SET amount_minor = 499 WHERE code = 'FIVE'",
            "UPDATE catalog_discounts SET amount_minor = 500 WHERE code = 'FIVE'",
            "price",
        ),
        (
            "UPDATE catalog_discounts SET stacks = (1 = 0) WHERE code = 'FIVE'",
            "UPDATE catalog_discounts SET stacks = (1 = 1) WHERE code = 'FIVE'",
            "price",
        ),
        (
            "UPDATE catalog_discounts SET code = 'SIX' WHERE code = 'FIVE'",
            "UPDATE catalog_discounts SET code = 'FIVE' WHERE code = 'SIX'",
            "price",
        ),
        (
            &*format!("{sheets}replace(rates, '0.8', '0.9')"),
            &*format!("{sheets}replace(rates, '0.9', '0.8')"),
            "price",
        ),
        (
            "UPDATE reference_rate_sheets SET version = 2",
            "UPDATE reference_rate_sheets SET version = 1",
            "price",
        ),
        (
            "UPDATE domains_price_locks SET rates_version = 0",
            "UPDATE domains_price_locks SET rates_version = 1",
            "price",
        ),
        (
            "UPDATE domains_price_locks SET coupon = 'SIX'",
            "UPDATE domains_price_locks SET coupon = 'FIVE'",
            "buyer",
        ),
    ];
    let mut probe = stage.installation.database().probe().await;
    for (tampering, back, fault) in cases {
        probe.run(tampering).await;
        let found = verified(&stage).await.difference;
        let found = found.unwrap_or_else(|| panic!("{tampering} was not found"));
        assert_eq!(found.fault, fault, "{tampering}: {found:?}");
        assert_ne!(found.stored, found.computed);
        probe.run(back).await;
        assert_eq!(verified(&stage).await.difference, None, "put back after {tampering}");
    }
    probe.run("UPDATE domains_price_locks SET customer_id = NULL").await;
    assert_eq!(verified(&stage).await.difference.unwrap().fault, "buyer");
}

#[tokio::test]
async fn offers_and_endings_are_told_in_another_currency_with_the_rate_in_their_proof() {
    let stage = Stage::new().await;
    let ann = example(&stage).await;
    let offer = get(&stage, "/api/v1/domains/example.com/offer?years=3&currency=EUR").await;
    assert_eq!(offer["price"]["total"], json!({ "minor": 2_559, "currency": "EUR" }));
    assert_eq!(offer["proof"]["rates_version"], 1);
    assert_eq!(offer["proof"]["rate_sheets"].as_array().map(Vec::len), Some(1));
    let home = get(&stage, "/api/v1/domains/example.com/offer?years=3").await;
    assert_eq!(home["price"]["total"]["minor"], 3_199);
    assert_eq!(
        (&home["proof"]["rates_version"], &home["proof"]["rate_sheets"]),
        (&Value::Null, &json!([]))
    );
    let endings = get(&stage, "/api/v1/domains/prices?tld=com&years=3&currency=EUR").await;
    let register = &endings["prices"][0]["register"];
    assert_eq!(
        (&register["price"]["total"]["minor"], &register["state"]),
        (&json!(2_559), &json!("current"))
    );
    let check = json!({ "names": ["example.com"], "years": 3, "currency": "EUR" });
    let checked = Ask::post_json(SHOP, "/api/v1/domains/price-checks", check)
        .bearer("epk_seller")
        .send(&stage.router)
        .await
        .json();
    assert_eq!(checked["offers"][0]["price"]["total"]["minor"], 2_559);

    // The token holds the converted price, whatever the rate is meanwhile; a customer's discount is taken off it.
    quote(&stage, "0.9").await;
    let made = locked(&stage, json!({ "token": offer["token"] })).await;
    assert_eq!(made["total"], offer["price"]["total"]);
    assert_eq!(made["lines"][0]["fingerprint"], offer["proof"]["fingerprint"]);
    let of_ann = locked(
        &stage,
        json!({ "token": offer["token"], "customer": ann, "coupon": "FIVE" }),
    )
    .await;
    assert_eq!(of_ann["total"]["minor"], 1_903);
    let found = verified(&stage).await;
    assert_eq!((found.prices, found.difference), (2, None));

    convert_nothing(&stage).await;
    let refused = get(&stage, "/api/v1/domains/prices?tld=com&currency=EUR").await;
    assert_eq!(
        refused["prices"][0]["register"]["reason"]["code"],
        "currency_not_priced"
    );
}

#[tokio::test]
async fn a_signed_in_customer_is_told_their_own_price_and_a_visitor_the_lists() {
    let stage = Stage::new().await;
    let ctx = system(&stage);
    let user = ctx.new_id();
    let asha = ctx
        .write(|tx| {
            async move { parties::customers::ops::for_login(tx, user, "Asha", "asha@example.in").await }.scope_boxed()
        })
        .await
        .unwrap();
    let of_asha = DiscountDraft {
        customer: Some(asha.id),
        ..ten_percent("Asha")
    };
    add(&stage, of_asha).await;
    pass(&stage);
    let actor = Actor {
        who: Who::Customer(user),
        grants: Grants::These(Arc::default()),
        test_mode: false,
    };
    let scope = stage.installation.mint.scope(TestInstallation::tenant(1), actor);
    let signed_in = stage
        .installation
        .platform
        .ctx(scope, stage.installation.platform.new_trace());
    let offer = async |ctx: &Ctx| {
        let check = PriceCheck::of(vec!["example.com".into()]);
        ops::check(ctx, &stage.counter, check).await.unwrap().remove(0)
    };
    let total = |offer: &Offer| offer.price.unwrap().total.minor;
    let (own, lists) = (offer(&signed_in).await, offer(&stage.ctx).await);
    // 11.06 less 1.106.
    assert_eq!((total(&own), total(&lists)), (995, 1_106));

    // Their price is theirs: it is locked for them and for nobody else.
    let theirs = locked(&stage, json!({ "token": own.token, "customer": asha.id })).await;
    assert_eq!(theirs["total"]["minor"], 995);
    let anybodys = lock(&stage, json!({ "token": own.token })).await;
    assert_eq!(
        (anybodys.status.as_u16(), &*anybodys.code()),
        (409, "price_token_outdated")
    );
    assert_eq!(verified(&stage).await.difference, None);
}

#[tokio::test]
async fn a_coupon_that_is_used_up_is_not_promised_in_a_lock() {
    let stage = Stage::new().await;
    let ann = example(&stage).await;
    let ben = stage.customer(1, "Ben").await;
    let limits = CouponDraft {
        code: "TWICE".into(),
        stacks: true,
        max_uses: Some(2),
        max_uses_each: Some(1),
    };
    let twice = add(
        &stage,
        DiscountDraft {
            coupon: Some(limits),
            ..ten_percent("TWICE")
        },
    )
    .await;
    pass(&stage);
    let ask = |customer| three_years(customer, &json!({ "coupon": "TWICE" }));
    let redeem = async |customer: CustomerId, key: &'static str| {
        let ctx = system(&stage);
        let used = ctx
            .write(|tx| async move { catalog::discounts::redeem(tx, twice, Some(customer), key).await }.scope_boxed());
        used.await.unwrap();
    };
    let nobody = json!({ "names": [{ "name": "example.com" }], "coupon": "TWICE" });
    assert_eq!(
        refused(&stage, nobody).await,
        (422, "/coupon".into(), "coupon_needs_customer".into())
    );
    locked(&stage, ask(ann)).await;
    redeem(ann, "first").await;
    assert_eq!(
        refused(&stage, ask(ann)).await,
        (409, "/coupon".into(), "coupon_used_by_customer".into())
    );
    locked(&stage, ask(ben)).await;
    redeem(ben, "second").await;
    assert_eq!(
        refused(&stage, ask(ben)).await,
        (409, "/coupon".into(), "coupon_used_up".into())
    );
}

#[tokio::test]
async fn the_shop_shows_what_its_visitor_pays_in_the_currency_they_ask_for() {
    let stage = Stage::new().await;
    let text = async |path: &str| Ask::get(SHOP, path).send(&stage.router).await.text();
    // .com is 11.06, and nobody converts without a rate.
    assert!(!text("/prices?q=com&currency=EUR").await.contains("EUR"));
    quote(&stage, "0.5").await;
    add(&stage, ten_percent("Everybody")).await;
    stage.books.refresh(&system(&stage)).await.unwrap();
    // 11.06 less 10 %, rounded half up: 9.95; in euro 5.53, then 4.98.
    for (path, prices) in [
        ("/", &["$9.95"][..]),
        ("/prices?q=com", &["$11.06</s>", "$9.95"]),
        ("/prices?q=com&currency=EUR", &["€5.53</s>", "€4.98", "currency=EUR\""]),
        ("/prices.csv?q=com&currency=EUR", &["com,4.98,", ",EUR,"]),
        ("/search?q=free.com&sort=price", &["$11.06</s>", "$9.95", "10% off"]),
        ("/search?q=free.com&sort=price&currency=EUR", &["€5.53</s>", "€4.98"]),
        ("/search?q=free.com&sort=price&years=2", &["$22.12</s>", "$19.91"]),
    ] {
        let text = text(path).await;
        for price in prices {
            assert!(text.contains(price), "{path}: {price}: {text}");
        }
    }
    convert_nothing(&stage).await;
    let refused = text("/prices?q=com&currency=EUR").await;
    assert!(refused.contains("$9.95") && !refused.contains('€'), "{refused}");
}
