//! The routes: looking up, recording, and who may what.

use kernel::Currency::{EUR, INR, JPY, USD};
use reference::rates::RatesSetting;
use serde_json::json;
use testkit::SAFFRON;
use web::testing::Ask;

use crate::stage::Stage;

#[tokio::test]
async fn a_rate_entered_by_hand_counts_at_once_every_way_round() {
    let stage = Stage::new().await;
    let body = json!({ "base": "USD", "quoted_at": "2027-03-01T00:00:00Z", "rates": { "EUR": "0.8", "INR": "83.4125", "JPY": "151.37", "KWD": "0.3075" } });
    let recorded = stage.post("manager", "/sheets", body).await;
    assert_eq!(recorded.status.as_u16(), 201, "{}", recorded.text());
    let converted = async |ask: &str| {
        let answer = stage.get("seller", &format!("/convert?{ask}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let answer = answer.json();
        (
            answer["worth"]["minor"].clone(),
            answer["kind"].clone(),
            answer["rate"].clone(),
        )
    };
    assert_eq!(
        converted("amount_minor=999&from=USD&to=JPY").await,
        (json!(1512), json!("direct"), json!("151.37"))
    );
    assert_eq!(
        converted("amount_minor=800&from=EUR&to=USD").await,
        (json!(1000), json!("inverse"), json!("1.25"))
    );
    assert_eq!(
        converted("amount_minor=10000&from=EUR&to=INR").await,
        (json!(1_042_656), json!("cross"), json!("104.265625"))
    );
    assert_eq!(
        converted("amount_minor=999&from=USD&to=KWD").await,
        (json!(3072), json!("direct"), json!("0.3075"))
    );
    assert_eq!(
        converted("amount_minor=5&from=USD&to=USD").await,
        (json!(5), json!("same"), json!("1"))
    );
    let answer = stage
        .get("seller", "/convert?amount_minor=10000&from=EUR&to=INR")
        .await
        .json();
    assert_eq!(answer["legs"].as_array().unwrap().len(), 2);
    assert_eq!(answer["legs"][0]["sheet"], recorded.json()["id"]);
    assert_eq!(answer["legs"][0]["source"], "manual");
    assert_eq!((&answer["stale"], &answer["version"]), (&json!(false), &json!(1)));
}

#[tokio::test]
async fn what_stands_is_listed_in_any_currency_and_says_when_it_is_too_old() {
    let stage = Stage::new().await;
    stage
        .says(USD, "2027-02-26T12:00:00Z", &[(EUR, "0.8"), (INR, "83")])
        .await;
    stage.says(EUR, "2027-03-01T06:00:00Z", &[(USD, "1.26")]).await;
    let listed = async |ask: &str| {
        let answer = stage.get("seller", ask).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        let rows = answer.json()["data"].as_array().unwrap().clone();
        let row = |row: &serde_json::Value| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            format!("{} {} {} {}", text("quote"), text("rate"), text("kind"), row["stale"])
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(
        listed("").await,
        ["EUR 0.793650793651 inverse false", "INR 83 direct false"]
    );
    assert_eq!(
        listed("?base=INR").await,
        ["EUR 0.009562057755 cross false", "USD 0.012048192771 inverse false"]
    );
    assert_eq!(
        listed("?at=2027-02-27T00:00:00Z&base=EUR").await,
        ["INR 103.75 cross false", "USD 1.25 inverse false"]
    );
    assert_eq!(listed("?at=2027-02-26T11:59:59Z").await, [] as [&str; 0]);
    stage.forward(1);
    assert_eq!(listed("").await[1], "INR 83 direct true");
    let stale = stage
        .get("seller", "/convert?amount_minor=100&from=USD&to=INR")
        .await
        .json();
    assert_eq!(
        (&stale["stale"], &stale["worth"]["minor"]),
        (&json!(true), &json!(8300))
    );
}

#[tokio::test]
async fn a_pairs_course_is_told_step_by_step() {
    let stage = Stage::new().await;
    stage
        .says(USD, "2027-02-01T00:00:00Z", &[(EUR, "0.8"), (INR, "83")])
        .await;
    stage.says(USD, "2027-02-10T00:00:00Z", &[(JPY, "150")]).await;
    stage.says(USD, "2027-02-20T00:00:00Z", &[(INR, "84")]).await;
    let course = async |ask: &str| {
        let answer = stage.get("seller", &format!("/history?{ask}")).await.json();
        let rows = answer["data"].as_array().unwrap().clone();
        rows.iter()
            .map(|row| row["rate"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(course("base=EUR&quote=INR").await, ["103.75", "105"]);
    assert_eq!(
        course("base=EUR&quote=INR&until=2027-02-15T00:00:00Z").await,
        ["103.75"]
    );
    assert_eq!(course("base=EUR&quote=KWD").await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_course_is_of_a_whole_year_whenever_it_ends_and_of_no_more() {
    let stage = Stage::new().await;
    // What stood when the year of 15 August 2026 began, one change early in that year, one late, and one after it.
    for (since, rate) in [
        ("2025-07-20T00:00:00Z", "80"),
        ("2025-09-01T00:00:00Z", "81"),
        ("2026-08-01T00:00:00Z", "82"),
        ("2026-12-01T00:00:00Z", "83"),
    ] {
        stage.says(USD, since, &[(INR, rate)]).await;
    }
    let course = async |until: &str| {
        let answer = stage
            .get("seller", &format!("/history?base=USD&quote=INR&until={until}"))
            .await
            .json();
        let rows = answer["data"].as_array().unwrap().clone();
        let row = |row: &serde_json::Value| {
            let text = |name: &str| row[name].as_str().unwrap().to_owned();
            format!("{} {}", text("at"), text("rate"))
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(
        course("2026-08-15T00:00:00Z").await,
        [
            "2025-08-15T00:00:00Z 80",
            "2025-09-01T00:00:00Z 81",
            "2026-08-01T00:00:00Z 82"
        ]
    );
    assert_eq!(
        course("2027-03-01T12:00:00Z").await,
        ["2026-08-01T00:00:00Z 82", "2026-12-01T00:00:00Z 83"],
        "what was said half a year before it began is beyond what a year leans on"
    );
    assert_eq!(course("2025-07-01T00:00:00Z").await, [] as [&str; 0]);
}

#[tokio::test]
async fn so_many_sheets_are_recorded_by_hand_a_day_and_no_more() {
    use scoped_futures::ScopedFutureExt;
    let stage = Stage::new().await;
    let new = &reference::rates::NewSheet {
        source: reference::rates::Source::Manual,
        base: USD,
        quoted_at: crate::stage::at("2027-03-01T00:00:00Z"),
        rates: vec![(EUR, crate::stage::rate("0.8"))],
        unfit: Vec::new(),
    };
    let books = &stage.books;
    let ctx = stage.ctx();
    // A hundred at a time: no transaction lasts as long as five hundred take on a busy machine.
    for _ in 0..5 {
        ctx.write(|tx| {
            async move {
                for _ in 0..100 {
                    reference::rates::record(tx, books, new.clone()).await?;
                }
                Ok(())
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    }
    let body = json!({ "base": "USD", "rates": { "EUR": "0.8" } });
    let refused = stage.post("manager", "/sheets", body.clone()).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (429, "rate_sheets_too_many".into())
    );
    let form = "/console/rates/new";
    let fields = [("base", "EUR"), ("quote", "USD"), ("rate", "1.0845"), ("date", "")];
    let review = stage.stage.post("manager", form, form, &fields).await.text();
    let digest = testkit::hidden(&review, "publish");
    let agreed = [&fields[..], &[("publish", digest.as_str())]].concat();
    let page = stage.stage.post("manager", form, form, &agreed).await.text();
    assert!(
        page.contains("500 sheets") && page.contains("value=\"1.0845\""),
        "{page}"
    );
    stage.forward(25);
    assert_eq!(stage.post("manager", "/sheets", body).await.status.as_u16(), 201);
}

#[tokio::test]
async fn what_cannot_be_read_or_must_not_be_is_told_beside_its_field() {
    let stage = Stage::new().await;
    let refused = async |body: serde_json::Value| {
        let answer = stage.post("manager", "/sheets", body).await;
        assert_eq!(answer.status.as_u16(), 422, "{}", answer.text());
        let answer = answer.json();
        let errors = answer["errors"].as_array().unwrap().clone();
        let mut told: Vec<_> = errors
            .iter()
            .map(|error| {
                format!(
                    "{} {}",
                    error["pointer"].as_str().unwrap(),
                    error["code"].as_str().unwrap()
                )
            })
            .collect();
        told.sort();
        told
    };
    assert_eq!(
        refused(json!({ "base": "ZZZ", "quoted_at": "soon", "rates": { "EUR": "0", "a/b": "1", "INR": "83,4" } }))
            .await,
        [
            "/base currency_unknown",
            "/quoted_at rate_time_invalid",
            "/rates/EUR rate_invalid",
            "/rates/INR rate_invalid",
            "/rates/a~1b currency_unknown"
        ]
    );
    assert_eq!(
        refused(json!({ "base": "USD", "rates": {} })).await,
        ["/rates rates_empty"]
    );
    assert_eq!(
        refused(json!({ "base": "USD", "rates": { "USD": "1" } })).await,
        ["/rates rate_of_base"]
    );
    assert_eq!(
        refused(json!({ "base": "USD", "quoted_at": "2027-03-01T12:00:01Z", "rates": { "EUR": "0.8" } })).await,
        ["/quoted_at rates_in_the_future"]
    );
    for (path, code) in [
        ("/convert?amount_minor=1&from=USD&to=KWD", "rate_missing"),
        ("/convert?amount_minor=1&from=USD&to=usd", "currency_unknown"),
        ("/convert?amount_minor=1&from=USD&to=USD&at=noon", "rate_time_invalid"),
        ("?base=XXX", "currency_unknown"),
        ("/history?base=USD", "currency_unknown"),
    ] {
        let answer = stage.get("seller", path).await;
        assert!(answer.status.is_client_error(), "{path}: {}", answer.text());
        assert_eq!(answer.code(), code, "{path}");
    }
}

#[tokio::test]
async fn a_sheet_posted_twice_under_one_key_is_one_sheet() {
    let stage = Stage::new().await;
    let body = json!({ "base": "USD", "rates": { "EUR": "0.8" } });
    let post = async || {
        let ask = Ask::post_json(testkit::NORTH, "/api/v1/exchange-rates/sheets", body.clone());
        stage
            .stage
            .send(ask.bearer("manager").header("idempotency-key", "once"))
            .await
    };
    let (first, second) = (post().await, post().await);
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert_eq!(
        stage.get("seller", "/sheets").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn who_may_see_rates_may_not_change_them_and_another_tenant_sees_none() {
    let stage = Stage::new().await;
    let sheet = stage.says(USD, "2027-03-01T00:00:00Z", &[(EUR, "0.8")]).await;
    let body = json!({ "base": "USD", "rates": { "EUR": "0.9" } });
    for (answer, status) in [
        (stage.post("seller", "/sheets", body.clone()).await, 403),
        (stage.post("seller", "/fetch", json!({})).await, 403),
        (
            stage
                .post("seller", "/imports", json!({ "content": "Date,USD\n2027-02-26,1.1\n" }))
                .await,
            403,
        ),
        (
            stage
                .post(
                    "seller",
                    "/imports/imp_01934000000070008000000000000022/apply",
                    json!({ "preview": "" }),
                )
                .await,
            403,
        ),
        (
            stage
                .put(
                    "seller",
                    "/settings",
                    json!({ "fetch": true, "base": "USD", "oldest_hours": 1, "jump_percent": "1" }),
                )
                .await,
            403,
        ),
        (stage.get("nobody", "").await, 403),
        (
            stage.get("nobody", "/convert?amount_minor=1&from=USD&to=EUR").await,
            403,
        ),
        (stage.get("seller", &format!("/sheets/{}", sheet.id)).await, 200),
    ] {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    }
    assert_eq!(stage.feed.asked(), 0);
    let stranger = async |path: &str| {
        let ask = Ask::get(SAFFRON, &format!("/api/v1/exchange-rates{path}")).bearer("stranger");
        stage.stage.send(ask).await
    };
    assert_eq!(stranger(&format!("/sheets/{}", sheet.id)).await.status.as_u16(), 404);
    assert_eq!(stranger("").await.json()["data"], json!([]));
    assert_eq!(stranger("/sheets").await.json()["data"], json!([]));
    assert_eq!(
        stranger("/convert?amount_minor=1&from=USD&to=EUR").await.code(),
        "rate_missing"
    );
}

#[tokio::test]
async fn the_setting_is_checked_and_nobody_overwrites_what_they_have_not_seen() {
    let stage = Stage::new().await;
    let shown = stage.get("seller", "/settings").await;
    assert_eq!(
        shown.json(),
        json!({ "fetch": false, "base": "USD", "oldest_hours": 72, "jump_percent": "25" })
    );
    let wanted = json!({ "fetch": true, "base": "EUR", "oldest_hours": 24, "jump_percent": "12.5" });
    let changed = stage.put("manager", "/settings", wanted.clone()).await;
    assert_eq!((changed.status.as_u16(), changed.json()), (200, wanted.clone()));
    let ask = Ask::new(
        axum::http::Method::PUT,
        testkit::NORTH,
        "/api/v1/exchange-rates/settings",
    )
    .bearer("manager")
    .header("content-type", "application/json")
    .header("if-match", shown.header("etag"));
    assert_eq!(
        stage.stage.send(ask.body(wanted.to_string())).await.status.as_u16(),
        412
    );
    for (field, value) in [
        ("oldest_hours", json!(0)),
        ("oldest_hours", json!(8761)),
        ("jump_percent", json!("0")),
        ("jump_percent", json!("1000.1")),
        ("base", json!("ZZZ")),
    ] {
        let mut bad = wanted.clone();
        bad[field] = value;
        let refused = stage.put("manager", "/settings", bad).await;
        assert_eq!(refused.status.as_u16(), 422, "{field}: {}", refused.text());
        assert_eq!(refused.json()["errors"][0]["pointer"], format!("/{field}"));
    }
}

#[tokio::test]
async fn a_preview_tells_what_counts_then_and_recording_does_exactly_that_or_refuses() {
    let stage = Stage::new().await;
    let body = |rate: &str| json!({ "base": "EUR", "rates": { "USD": rate } });
    let shown = stage.post("manager", "/sheets/preview", body("1.08")).await;
    assert_eq!(shown.status.as_u16(), 200, "{}", shown.text());
    let shown = shown.json();
    assert_eq!(shown["rates"][0]["before"], json!(null));
    assert!(
        shown["rates"][0]["after"].as_str().unwrap().starts_with("1.08"),
        "{shown}"
    );
    assert_eq!(shown["exposures"][0]["examples"][0]["name"], "leafandlark.com");
    assert_eq!(
        shown["exposures"][0]["price_after"],
        json!({ "minor": 1080, "currency": "USD" })
    );
    let refused = stage.post("seller", "/sheets/preview", body("1.08")).await;
    assert_eq!(refused.status.as_u16(), 403);
    let with = |rate: &str, shown: &serde_json::Value| {
        let mut body = body(rate);
        body["preview"] = shown["digest"].clone();
        body
    };
    // Another rate than was looked at, and the same after somebody else's.
    let other = stage.post("manager", "/sheets", with("1.09", &shown)).await;
    assert_eq!(other.status.as_u16(), 409, "{}", other.text());
    assert_eq!(
        stage.post("manager", "/sheets", body("1.07")).await.status.as_u16(),
        201
    );
    let outdated = stage.post("manager", "/sheets", with("1.08", &shown)).await;
    assert_eq!(outdated.status.as_u16(), 409, "{}", outdated.text());
    assert!(
        outdated.text().contains("rates_preview_outdated"),
        "{}",
        outdated.text()
    );
    let shown = stage.post("manager", "/sheets/preview", body("1.08")).await.json();
    stage
        .set(RatesSetting {
            oldest_hours: 24,
            ..RatesSetting::default()
        })
        .await;
    let outdated = stage.post("manager", "/sheets", with("1.08", &shown)).await;
    assert_eq!(outdated.code(), "rates_preview_outdated", "others are too old now");
    let shown = stage.post("manager", "/sheets/preview", body("1.08")).await.json();
    assert!(
        shown["rates"][0]["before"].as_str().unwrap().starts_with("1.07"),
        "{shown}"
    );
    let recorded = stage.post("manager", "/sheets", with("1.08", &shown)).await;
    assert_eq!(recorded.status.as_u16(), 201, "{}", recorded.text());
}
