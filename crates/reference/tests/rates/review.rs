//! What a history touches is shown before it is recorded, and it does exactly that.

use std::collections::BTreeSet;
use std::time::Duration;

use kernel::Currency::{EUR, INR, JPY, USD};
use reference::rates::RatesSetting;
use reference::rates::imports::{NewRateImport, keep, prepare};
use scoped_futures::ScopedFutureExt;
use serde_json::json;
use tokio::time::Instant;

use crate::history::{apply, looked_at_again, preview};
use crate::stage::Stage;

#[tokio::test]
async fn only_the_latest_new_day_can_be_in_force_and_what_it_touches_is_told_with_names() {
    let stage = Stage::new().await;
    let known = [(USD, "1.08"), (JPY, "160")];
    stage.says(EUR, "2027-02-26T12:00:00Z", &known).await;
    stage.says(EUR, "2027-02-27T12:00:00Z", &[(INR, "104")]).await;
    let file = "Date,USD,JPY,INR\n2027-02-26,1.1,160,99\n2027-02-25,1.2,150,98\n";
    let shown = preview(&stage, file).await;
    let told = &shown["preview"];
    let steps: Vec<_> = told["rates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            ["quote", "before", "after", "change_percent", "after_quoted_at"].map(|name| step[name].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        steps,
        [
            ["JPY", "160", "160", "0.0000", "2027-02-26T15:00:00Z"],
            ["USD", "1.08", "1.1", "1.8519", "2027-02-26T15:00:00Z"],
        ]
    );
    assert_eq!(
        stage.name.told(),
        [BTreeSet::from([EUR, JPY, USD])],
        "of the rupee a newer rate stands"
    );
    let exposure = &told["exposures"][0];
    assert_eq!(
        (&exposure["price_before"]["minor"], &exposure["price_after"]["minor"]),
        (&json!(1080), &json!(1100))
    );
    assert_eq!(exposure["examples"][0]["name"], "leafandlark.com");
    assert_eq!(apply(&stage, &shown).await.status.as_u16(), 200);
    let worth = stage
        .get("seller", "/convert?amount_minor=1000&from=EUR&to=USD")
        .await
        .json();
    assert_eq!(
        worth["worth"]["minor"], exposure["price_after"]["minor"],
        "exactly what was shown"
    );
}

#[tokio::test]
async fn a_history_of_days_past_touches_nothing_and_nobody_is_asked() {
    let stage = Stage::new().await;
    stage.says(EUR, "2027-02-27T12:00:00Z", &[(USD, "1.08")]).await;
    let shown = preview(&stage, "Date,USD\n2027-02-26,1.1\n2027-02-25,1.2\n").await;
    assert_eq!(
        (
            &shown["added"],
            &shown["preview"]["rates"],
            &shown["preview"]["exposures"]
        ),
        (&json!(2), &json!([]), &json!([]))
    );
    assert!(stage.name.told().is_empty());
    let page = format!("/console/rates/imports/{}", shown["id"].as_str().unwrap());
    let text = stage.stage.page("manager", &page).await.text();
    assert!(
        text.contains("None changes") && text.contains("Nothing: no live name"),
        "{text}"
    );
    assert_eq!(apply(&stage, &shown).await.json()["added"], 2);
}

#[tokio::test]
async fn a_currency_given_up_long_ago_comes_into_force_nowhere_and_one_given_up_lately_as_too_old() {
    let stage = Stage::new().await;
    let shown = preview(
        &stage,
        "Date,USD,JPY,INR\n2027-02-26,1.1,,\n2026-06-01,1.1,160,\n2015-06-01,1.1,,70\n",
    )
    .await;
    let rates = shown["preview"]["rates"].as_array().unwrap();
    let told: Vec<_> = rates
        .iter()
        .map(|step| (step["quote"].as_str().unwrap(), step["after_stale"].as_bool().unwrap()))
        .collect();
    assert_eq!(told, [("JPY", true), ("USD", false)]);
    assert_eq!(apply(&stage, &shown).await.json()["added"], 3);
    let standing = stage.get("seller", "?base=EUR").await.json();
    let standing: Vec<_> = standing["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rate| rate["quote"].as_str().unwrap())
        .collect();
    assert_eq!(standing, ["JPY", "USD"]);
}

#[tokio::test]
async fn it_is_recorded_as_it_was_looked_at_or_refused_and_can_be_looked_at_again() {
    let stage = Stage::new().await;
    let shown = preview(&stage, "Date,USD\n2027-02-26,1.1\n").await;
    let place = format!("/imports/{}/apply", shown["id"].as_str().unwrap());
    for (body, status, code) in [
        (json!({}), 422, "invalid_fields"),
        (json!({ "preview": "" }), 409, "rates_preview_outdated"),
        (json!({ "preview": "0".repeat(64) }), 409, "rates_preview_outdated"),
        (json!({ "preview": "0".repeat(65) }), 409, "rates_preview_outdated"),
    ] {
        let refused = stage.post("manager", &place, body).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code().as_str()),
            (status, code),
            "{}",
            refused.text()
        );
    }
    // Rates age sooner: what was shown to be in force no longer would be.
    stage
        .set(RatesSetting {
            oldest_hours: 24,
            ..RatesSetting::default()
        })
        .await;
    assert_eq!(apply(&stage, &shown).await.code(), "rates_preview_outdated");
    let shown = looked_at_again(&stage, &shown).await;
    assert_eq!(
        (
            &shown["preview"]["rates"][0]["after_stale"],
            &shown["preview"]["exposures"]
        ),
        (&json!(true), &json!([]))
    );
    stage.says(EUR, "2027-02-28T12:00:00Z", &[(USD, "1.09")]).await;
    assert_eq!(apply(&stage, &shown).await.code(), "rates_preview_outdated");
    assert_eq!(
        stage.get("seller", "/sheets").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let shown = looked_at_again(&stage, &shown).await;
    assert_eq!(shown["preview"]["rates"], json!([]));
    assert_eq!(apply(&stage, &shown).await.json()["state"], "applied");
    let done = looked_at_again(&stage, &shown).await;
    assert_eq!((&done["state"], &done["preview"]), (&json!("applied"), &json!(null)));
}

#[tokio::test]
async fn the_page_shows_what_waits_and_what_is_new_before_what_is_known() {
    let stage = Stage::new().await;
    let lines = |rate: &str, days: std::ops::RangeInclusive<u32>| -> String {
        days.map(|day| format!("2027-01-{day:02},{rate}\n")).collect()
    };
    let known = format!("Date,USD\n{}", lines("1.1", 3..=31));
    let shown = preview(&stage, &known).await;
    assert_eq!(apply(&stage, &shown).await.status.as_u16(), 200);
    let shown = preview(&stage, &format!("{known}2027-01-01,1.1\n2027-01-02,11\n")).await;
    let page = format!("/console/rates/imports/{}", shown["id"].as_str().unwrap());
    let text = stage.stage.page("manager", &page).await.text();
    let place = |day: &str| text.find(&format!("{day} Jan 2027")).unwrap();
    assert!(place("2") < place("1") && place("1") < place("31"), "{text}");
}

/// The bank's whole history: 9,000 working days of 30 currencies.
#[tokio::test]
async fn the_banks_whole_history_is_looked_at_quickly_and_asks_once_of_the_rates_in_force() {
    let stage = Stage::new().await;
    let file = whole_history();
    let new = &NewRateImport {
        file_name: String::new(),
        content: file.into_bytes(),
    };
    let ctx = stage.ctx();
    let kept = &ctx
        .read(|read| async move { prepare(read, new).await }.scope_boxed())
        .await
        .unwrap();
    let import = ctx
        .write(|tx| async move { keep(tx, kept).await }.scope_boxed())
        .await
        .unwrap();
    let began = Instant::now();
    let shown = stage.get("manager", &format!("/imports/{}", import.id)).await.json();
    let looked = began.elapsed();
    assert_eq!(
        (
            shown["added"].as_i64(),
            shown["preview"]["rates"].as_array().unwrap().len()
        ),
        (Some(9_000), 30)
    );
    assert_eq!(stage.name.told().len(), 1, "asked once, of the rates in force");
    let applied = apply(&stage, &shown).await;
    assert_eq!(applied.json()["added"], 9_000, "{}", applied.text());
    // The same again, with every day known.
    let began = Instant::now();
    let again = ctx
        .read(|read| async move { prepare(read, new).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!((again.import().counts.added, again.import().counts.known), (0, 9_000));
    let compared = began.elapsed();
    // An unoptimized build on a busy machine: many times what it takes.
    assert!(
        looked.max(compared) < Duration::from_secs(15),
        "{looked:?} {compared:?}"
    );
}

fn whole_history() -> String {
    let currencies: Vec<_> = kernel::Currency::all()
        .filter(|currency| *currency != EUR)
        .take(30)
        .collect();
    let heads: Vec<_> = currencies.iter().map(|currency| currency.code()).collect();
    let mut file = format!("Date,{}\n", heads.join(","));
    let mut day = jiff::civil::date(2027, 2, 26);
    for number in 0..9_000 {
        file.push_str(&day.to_string());
        for place in 0..currencies.len() {
            file.push_str(&format!(",{}.{:04}", place + 1, 1_000 + (number * 7 + place) % 90));
        }
        file.push('\n');
        day = day.yesterday().unwrap();
    }
    file
}
