//! Price locks: the exact total, held; and the proof that nobody touched it.

use catalog::archive::Referrers as _;
use domains::Holdings;
use domains::portfolio::Adoption;
use domains::price_locks::verify::{Verified, verify};
use domains::price_locks::{PriceLock, Repriced, ops};
use engines::pricing::Pricing;
use jiff::SignedDuration;
use kernel::{Currency, Money, PriceId};
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};
use testkit::TestInstallation;
use web::testing::{Answer, Ask};

use super::stage::{SHOP, Stage};

const LOCKS: &str = "/api/v1/domains/price-locks";

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

async fn shown(stage: &Stage, id: &Value) -> Value {
    let path = format!("{LOCKS}/{}", id.as_str().unwrap());
    Ask::get(SHOP, &path)
        .bearer("epk_seller")
        .send(&stage.router)
        .await
        .json()
}

async fn verified(stage: &Stage) -> Verified {
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    verify(&ctx, |_| {}).await.unwrap()
}

/// 7.99 the first year, 12.00 each further one: the example of the rule.
async fn example(stage: &Stage) {
    stage
        .schedule("com,register,1,promo,USD,7.99,\ncom,renew,1,regular,USD,12.00,")
        .await;
}

fn usd(minor: i64) -> Value {
    json!({ "minor": minor, "currency": "USD" })
}

#[tokio::test]
async fn three_years_at_7_99_and_twice_12_00_are_locked_at_31_99_and_a_later_price_leaves_them_alone() {
    let stage = Stage::new().await;
    example(&stage).await;
    let ann = stage.customer(1, "Ann").await;
    let body = json!({ "names": [{ "name": "Example.com", "years": 3 }], "currency": "USD", "customer": ann });
    let made = locked(&stage, body).await;
    assert_eq!(made["total"], usd(3_199));
    assert_eq!(made["lines"][0]["by_year"], json!([usd(799), usd(1_200), usd(1_200)]));
    assert_eq!(
        (&made["holds"], &made["expires_at"]),
        (&json!(true), &json!("2026-11-21T09:15:00Z"))
    );
    let told = made["lines"][0]["explanation"].as_str().unwrap();
    assert!(
        told.contains("promotional_first_year 7.99") && told.ends_with("total 31.99\n"),
        "{told}"
    );

    stage
        .schedule("com,register,1,promo,USD,9.99,\ncom,renew,1,regular,USD,15.00,")
        .await;
    let later = shown(&stage, &made["id"]).await;
    assert_eq!((&later["total"], &later["lines"]), (&made["total"], &made["lines"]));
    assert_eq!(
        later["today"],
        json!({ "verdict": "unchanged", "total": usd(3_199) }),
        "it holds against the rise"
    );
    stage.travel_to("2026-11-21T09:15:00Z");
    let over = shown(&stage, &made["id"]).await;
    assert_eq!(
        (&over["holds"], &over["today"]),
        (&json!(false), &json!({ "verdict": "rise", "total": usd(3_999) }))
    );
    let found = verified(&stage).await;
    assert_eq!((found.prices, found.books, found.difference), (1, 1, None));
}

#[tokio::test]
async fn a_rise_asks_again_once_the_lock_is_over_and_a_fall_charges_less_at_any_time() {
    let stage = Stage::new().await;
    example(&stage).await;
    let made = locked(&stage, json!({ "names": [{ "name": "a.com", "years": 3 }] })).await;
    let id = made["id"].as_str().unwrap().parse().unwrap();
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let kept: PriceLock = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await
        .unwrap();
    let (from, now) = (kept.total, kept.created_at);
    let total = |minor| Money::new(minor, Currency::USD);
    assert_eq!(
        kept.against(total(3_199), kept.expires_at),
        Repriced::Unchanged { total: from }
    );
    assert_eq!(kept.against(total(3_200), now), Repriced::Unchanged { total: from });
    assert_eq!(
        kept.against(total(3_200), kept.expires_at),
        Repriced::Rise { from, to: total(3_200) }
    );
    for at in [now, kept.expires_at] {
        assert_eq!(
            kept.against(total(3_198), at),
            Repriced::Fall { from, to: total(3_198) }
        );
    }
    assert_eq!(kept.against(total(3_200), kept.expires_at).chargeable(), None);
    assert_eq!(kept.against(total(3_198), now).chargeable(), Some(total(3_198)));

    stage.travel_to("2026-11-21T09:01:00Z");
    stage.schedule("com,renew,1,regular,USD,11.00,").await;
    assert_eq!(
        shown(&stage, &made["id"]).await["today"],
        json!({ "verdict": "fall", "total": usd(2_999) })
    );
    let book = stage.books.refresh(&ctx).await.unwrap();
    let pricing = Pricing {
        book: &book.prices,
        fx: None,
        home: book.currency,
        discounts: &book.discounts,
    };
    assert_eq!(
        kept.reprice(&pricing, None, now),
        Ok(Repriced::Unchanged { total: from }),
        "at the moment it was made"
    );
}

#[tokio::test]
async fn a_token_locks_the_price_it_was_given_for_although_prices_have_changed_since() {
    let stage = Stage::new().await;
    example(&stage).await;
    let path = "/api/v1/domains/example.com/offer?years=3";
    let offer = Ask::get(SHOP, path).bearer("epk_shop").send(&stage.router).await.json();
    stage.travel_to("2026-11-21T09:10:00Z");
    stage
        .schedule("com,register,1,promo,USD,9.99,\ncom,renew,1,regular,USD,15.00,")
        .await;
    let made = locked(&stage, json!({ "token": offer["token"] })).await;
    assert_eq!(made["total"], usd(3_199));
    assert_eq!(
        made["lines"][0]["fingerprint"], offer["proof"]["fingerprint"],
        "the very price that was told"
    );
    assert_eq!(made["expires_at"], "2026-11-21T09:25:00Z");
    assert_eq!(verified(&stage).await.difference, None);

    for (body, code) in [
        (
            json!({ "token": offer["token"], "names": [{ "name": "other.com", "years": 3 }] }),
            "price_token_of_another_name",
        ),
        (
            json!({ "token": offer["token"], "names": [{ "name": "example.com", "years": 2 }] }),
            "price_token_of_another_name",
        ),
        (
            json!({ "token": offer["token"], "currency": "EUR" }),
            "price_token_of_another_name",
        ),
    ] {
        let refused = lock(&stage, body).await;
        assert_eq!(refused.json()["errors"][0]["code"], code, "{}", refused.text());
    }
    assert_eq!(
        lock(&stage, json!({ "token": "pt3.AAAA" })).await.code(),
        "price_token_invalid"
    );
    stage.travel_to("2026-11-21T09:15:00Z");
    assert_eq!(
        lock(&stage, json!({ "token": offer["token"] })).await.code(),
        "price_token_expired"
    );
}

#[tokio::test]
async fn names_that_cannot_be_bought_are_refused_each_with_its_reason_and_nothing_is_locked() {
    let stage = Stage::new().await;
    let ann = stage.customer(1, "Ann").await;
    let gold = Adoption {
        premium: true,
        ..stage.held("gold.com", ann)
    };
    stage.adopt(&[gold]).await.unwrap();
    let bad = [
        ("taken.com", "register", "name_held"),
        ("premium.com", "register", "name_premium"),
        ("unsure.com", "register", "name_not_known_yet"),
        ("no name", "register", "name_invalid"),
        ("tea.gov", "register", "name_not_sold_here"),
        ("free.com", "transfer", "name_not_registered"),
        ("free.com", "renew", "name_not_ours"),
        ("gold.com", "renew", "name_premium"),
        ("taken.com", "restore", "name_not_ours"),
    ];
    let mut names: Vec<Value> = bad
        .iter()
        .map(|(name, operation, _)| json!({ "name": name, "operation": operation }))
        .collect();
    names.push(json!({ "name": "fine.com" }));
    let refused = lock(&stage, json!({ "names": names })).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code().as_str()),
        (422, "invalid_fields")
    );
    let told: Vec<(String, String)> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (
                error["pointer"].as_str().unwrap().into(),
                error["code"].as_str().unwrap().into(),
            )
        })
        .collect();
    let expected: Vec<(String, String)> = (0..)
        .zip(bad)
        .map(|(at, (_, _, code))| (format!("/names/{at}/name"), code.to_owned()))
        .collect();
    assert_eq!(told, expected);
    for (body, code) in [
        (
            json!({ "names": [{ "name": "fine.com" }], "currency": "EUR" }),
            "currency_rate_missing",
        ),
        (json!({ "names": [] }), "no_names"),
        (json!({}), "no_names"),
        (
            json!({ "names": [{ "name": "fine.com", "years": 11 }] }),
            "years_out_of_range",
        ),
        (
            json!({ "names": [{ "name": "fine.com", "years": 0 }] }),
            "years_out_of_range",
        ),
        (
            json!({ "names": [{ "name": "fine.com", "operation": "steal" }] }),
            "operation_unknown",
        ),
        (
            json!({ "names": [{ "name": "fine.com" }], "coupon": "x".repeat(61) }),
            "coupon_too_long",
        ),
        (
            json!({ "names": [{ "name": "fine.com" }], "customer": "cus_00000000000000000000000000000000" }),
            "customer_unknown",
        ),
        (
            json!({ "names": vec![json!({ "name": "fine.com" }); 101] }),
            "too_many_names",
        ),
    ] {
        let answer = lock(&stage, body).await;
        let field = answer.json()["errors"][0]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(
            (answer.status.as_u16(), field.as_str()),
            (422, code),
            "{}",
            answer.text()
        );
    }
    let listed = Ask::get(SHOP, LOCKS)
        .bearer("epk_seller")
        .send(&stage.router)
        .await
        .json();
    assert_eq!(listed["data"], json!([]));
}

#[tokio::test]
async fn a_lock_of_several_names_is_the_sum_of_its_lines_and_is_made_once_under_one_key() {
    let stage = Stage::new().await;
    example(&stage).await;
    let ann = stage.customer(1, "Ann").await;
    stage.adopt(&[stage.held("taken.com", ann)]).await.unwrap();
    let body = json!({ "customer": ann, "names": [
        { "name": "one.com", "years": 2 }, { "name": "two.org" }, { "name": "taken.com", "operation": "renew", "years": 2 },
        { "name": "taken.net", "operation": "transfer" },
    ] });
    let post = async || {
        Ask::post_json(SHOP, LOCKS, body.clone())
            .bearer("epk_seller")
            .header("idempotency-key", "quote-1")
            .send(&stage.router)
            .await
            .json()
    };
    let (first, second) = (post().await, post().await);
    assert_eq!(first["id"], second["id"]);
    // Kept answers of registrars are stale by then; whoever repeats a request has the first one's answer all the same.
    stage.travel_to("2026-11-21T09:10:00Z");
    let asked = (stage.first.calls(), stage.second.calls());
    assert_eq!(post().await["id"], first["id"]);
    assert_eq!(
        (stage.first.calls(), stage.second.calls()),
        asked,
        "nobody is asked again"
    );
    let lines = first["lines"].as_array().unwrap();
    let sum: i64 = lines.iter().map(|line| line["total"]["minor"].as_i64().unwrap()).sum();
    assert_eq!((lines.len(), first["total"]["minor"].as_i64()), (4, Some(sum)));
    assert_eq!(lines[2]["total"], usd(2_400));
    let of_ann = Ask::get(SHOP, &format!("{LOCKS}?customer={ann}"))
        .bearer("epk_seller")
        .send(&stage.router)
        .await
        .json();
    assert_eq!(of_ann["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        verified(&stage).await,
        Verified {
            prices: 4,
            books: 3,
            difference: None
        }
    );
}

#[tokio::test]
async fn locks_are_their_tenants_alone_and_need_the_right() {
    let stage = Stage::new().await;
    stage.neighbour().await;
    let made = locked(&stage, json!({ "names": [{ "name": "a.com" }] })).await;
    let path = format!("{LOCKS}/{}", made["id"].as_str().unwrap());
    let stranger = async |path: &str| {
        Ask::get("saffron.localhost:8080", path)
            .bearer("epk_stranger")
            .send(&stage.router)
            .await
    };
    assert_eq!(stranger(&path).await.status, 404);
    assert_eq!(stranger(LOCKS).await.json()["data"], json!([]));
    let zoe = stage.customer(2, "Zoe").await;
    let foreign = lock(&stage, json!({ "names": [{ "name": "a.com" }], "customer": zoe })).await;
    assert_eq!(foreign.json()["errors"][0]["code"], "customer_unknown");
    for key in ["epk_shop", "epk_admin"] {
        let body = json!({ "names": [{ "name": "a.com" }] });
        assert_eq!(
            Ask::post_json(SHOP, LOCKS, body)
                .bearer(key)
                .send(&stage.router)
                .await
                .status,
            403,
            "{key}"
        );
    }
    assert_eq!(
        Ask::get(SHOP, LOCKS)
            .bearer("epk_shop")
            .send(&stage.router)
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn whatever_is_altered_in_the_database_is_found_with_the_first_difference() {
    let stage = Stage::new().await;
    example(&stage).await;
    locked(
        &stage,
        json!({ "names": [{ "name": "a.com", "years": 3 }, { "name": "b.org" }] }),
    )
    .await;
    // A later version of the book, and a lock of it.
    stage.schedule("com,renew,1,regular,USD,13.00,").await;
    locked(&stage, json!({ "names": [{ "name": "c.com", "years": 2 }] })).await;
    assert_eq!(
        verified(&stage).await,
        Verified {
            prices: 3,
            books: 3,
            difference: None
        }
    );
    let line = |set: &str, name: &str| format!("UPDATE domains_price_lock_lines SET {set} WHERE name = '{name}'");
    let cases = [
        (line("total_minor = 3198", "a.com"), "total"),
        (line("amounts = replace(amounts, '3199', '3198')", "a.com"), "total"),
        (line("by_year = '[799,1200,1201]'", "a.com"), "years"),
        (line("years = 2", "a.com"), "service"),
        (line("name = 'a.net'", "a.com"), "ending"),
        (line("canonical = replace(canonical, '12.00', '11.00')", "a.com"), "explanation"),
        (line("fingerprint = replace(fingerprint, 'a', 'b')", "a.com"), "fingerprint"),
        (line("trace = replace(trace, '1200', '1100')", "a.com"), "years"),
        (line("trace = '{'", "a.com"), "trace"),
        ("UPDATE domains_price_locks SET total_minor = total_minor + 1".to_owned(), "total"),
        ("DELETE FROM domains_price_lock_lines WHERE name = 'c.com'".to_owned(), "total"),
        ("UPDATE domains_price_locks SET book_version = 1".to_owned(), "price"),
        ("UPDATE catalog_price_cells SET amount_minor = 1201 WHERE ending = 'com' AND operation = 'renew' AND amount_minor = 1200".to_owned(), "price"),
        ("UPDATE catalog_price_cells SET superseded_version = 1 WHERE ending = 'com' AND kind = 'promo'".to_owned(), "price"),
        ("DELETE FROM catalog_price_cells WHERE ending = 'org' AND side = 'sale' AND operation = 'register'".to_owned(), "price"),
        ("UPDATE catalog_price_cells SET years = 7 WHERE ending = 'com' AND kind = 'promo'".to_owned(), "price"),
    ];
    let mut probe = stage.installation.database().probe().await;
    for table in ["domains_price_lock_lines", "domains_price_locks", "catalog_price_cells"] {
        probe
            .run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}"))
            .await;
    }
    for (tampering, fault) in cases {
        probe.run(&tampering).await;
        let found = verified(&stage).await.difference;
        let found = found.unwrap_or_else(|| panic!("{tampering} was not found"));
        assert_eq!(found.fault, fault, "{tampering}: {found:?}");
        assert_ne!(found.stored, found.computed);
        probe.run("DELETE FROM domains_price_lock_lines").await;
        probe.run("DELETE FROM domains_price_locks").await;
        probe.run("DELETE FROM catalog_price_cells").await;
        for table in ["domains_price_locks", "domains_price_lock_lines", "catalog_price_cells"] {
            probe
                .run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}"))
                .await;
        }
        assert_eq!(verified(&stage).await.difference, None, "put back after {tampering}");
    }
}

#[tokio::test]
async fn the_prices_a_lock_or_a_name_was_made_of_are_told_to_who_would_move_them() {
    let stage = Stage::new().await;
    example(&stage).await;
    let made = locked(&stage, json!({ "names": [{ "name": "a.com", "years": 3 }] })).await;
    let ann = stage.customer(1, "Ann").await;
    stage.adopt(&[stage.held("b.org", ann)]).await.unwrap();
    let used: Vec<PriceId> = serde_json::from_value(made["lines"][0]["prices"].clone()).unwrap();
    assert_eq!(used.len(), 2);
    let ctx = stage.installation.system(TestInstallation::tenant(1));
    let mut probe = stage.installation.database().probe().await;
    let by_names = probe
        .texts("SELECT CAST(COUNT(*) AS TEXT) FROM domains_price_uses")
        .await;
    assert_eq!(by_names, ["3"], "two of the lock, one of the name");
    let asked: Vec<PriceId> = used.iter().copied().chain([PriceId::NONE, ctx.new_id()]).collect();
    let asked = &asked;
    let mut referred = ctx
        .read(|read| async move { Holdings.referred(read, asked).await }.scope_boxed())
        .await
        .unwrap();
    referred.sort_unstable();
    let mut expected = used;
    expected.sort_unstable();
    assert_eq!(referred, expected);
    // A lock that holds no longer keeps nothing at hand.
    stage.installation.clock.advance(SignedDuration::from_mins(16));
    let later = ctx
        .read(|read| async move { Holdings.referred(read, asked).await }.scope_boxed())
        .await
        .unwrap();
    assert!(later.is_empty(), "{later:?}");
    stage.installation.clock.advance(SignedDuration::from_mins(-16));
    let stranger = stage.installation.system(TestInstallation::tenant(2));
    let theirs = stranger
        .read(|read| async move { Holdings.referred(read, asked).await }.scope_boxed())
        .await;
    assert_eq!(theirs.unwrap(), []);
}

#[tokio::test]
async fn a_price_that_went_to_the_archive_still_proves_what_was_made_of_it() {
    let stage = Stage::new().await;
    example(&stage).await;
    locked(&stage, json!({ "names": [{ "name": "a.com", "years": 3 }] })).await;
    let columns = "tenant_id, id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, note, \
                   import_id, recorded_at, recorded_by, since_version, superseded_at, superseded_by, superseded_version";
    let mut probe = stage.installation.database().probe().await;
    let moved = format!(
        "INSERT INTO catalog_price_archive ({columns}, ceased_at, archived_at, archived_by, archive_run) \
         SELECT {columns}, 0, 0, 'system', id FROM catalog_price_cells WHERE ending = 'com'"
    );
    probe.run(&moved).await;
    probe.run("DELETE FROM catalog_price_cells WHERE ending = 'com'").await;
    assert_eq!(
        verified(&stage).await,
        Verified {
            prices: 1,
            books: 1,
            difference: None
        }
    );
    probe
        .run("UPDATE catalog_price_archive SET amount_minor = 1 WHERE amount_minor = 1200")
        .await;
    assert_eq!(verified(&stage).await.difference.unwrap().fault, "price");
}

#[tokio::test]
async fn one_name_is_locked_once_for_one_thing() {
    let stage = Stage::new().await;
    example(&stage).await;
    let twice = json!({ "names": [{ "name": "a.com" }, { "name": "b.com" }, { "name": "A.com." }] });
    let answer = lock(&stage, twice).await;
    let error = &answer.json()["errors"][0];
    assert_eq!(
        (answer.status.as_u16(), &error["pointer"], &error["code"]),
        (422, &json!("/names/2/name"), &json!("name_twice"))
    );
}
