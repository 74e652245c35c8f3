//! Importing a history: shown first, recorded whole or not at all, once.

use kernel::Currency::{EUR, JPY, USD};
use kernel::Money;
use reference::rates::{convert, of_version, rules};
use scoped_futures::ScopedFutureExt;
use serde_json::{Value, json};

use crate::stage::{Stage, at};

const FILE: &str =
    "Date,USD,JPY,CYP,\n2027-02-26,1.0831,161.07,N/A,\n2027-02-25,1.0802,160.9,N/A,\n2027-02-24,1.08,160.2,N/A,\n";

pub(crate) async fn preview(stage: &Stage, content: &str) -> Value {
    let answer = stage
        .post(
            "manager",
            "/imports",
            json!({ "file_name": "eurofxref-hist.csv", "content": content }),
        )
        .await;
    assert_eq!(answer.status.as_u16(), 201, "{}", answer.text());
    answer.json()
}

/// Applies exactly what was shown.
pub(crate) async fn apply(stage: &Stage, shown: &Value) -> web::testing::Answer {
    let id = shown["id"].as_str().unwrap();
    let digest = shown["preview"]["digest"].as_str().unwrap_or_default();
    let body = json!({ "preview": digest });
    stage.post("manager", &format!("/imports/{id}/apply"), body).await
}

/// The import as it is by now.
pub(crate) async fn looked_at_again(stage: &Stage, shown: &Value) -> Value {
    let id = shown["id"].as_str().unwrap();
    stage.get("manager", &format!("/imports/{id}")).await.json()
}

pub(crate) fn counts(import: &Value) -> [i64; 4] {
    ["added", "known", "held", "bad"].map(|name| import[name].as_i64().unwrap())
}

#[tokio::test]
async fn a_history_is_shown_before_it_is_recorded_and_known_days_are_left_as_they_are() {
    let stage = Stage::new().await;
    let shown = preview(&stage, FILE).await;
    assert_eq!((counts(&shown), &shown["state"]), ([3, 0, 0, 0], &json!("previewed")));
    assert_eq!(
        stage.get("seller", "/sheets").await.json()["data"],
        json!([]),
        "a dry run records nothing"
    );
    let applied = apply(&stage, &shown).await;
    assert_eq!(
        (applied.status.as_u16(), &applied.json()["state"]),
        (200, &json!("applied")),
        "{}",
        applied.text()
    );
    assert_eq!(
        apply(&stage, &shown).await.json()["state"],
        "applied",
        "again answers with what was done"
    );
    let sheets = stage.get("seller", "/sheets").await.json();
    assert_eq!(sheets["data"].as_array().unwrap().len(), 3);
    assert_eq!(
        stage
            .get("seller", "/convert?amount_minor=100&from=EUR&to=USD")
            .await
            .json()["rate"],
        "1.0831"
    );

    let longer = FILE.replace("2027-02-24,1.08,", "2027-02-24,9.99,") + "2027-02-23,1.079,159,N/A,\n";
    let shown = preview(&stage, &longer).await;
    assert_eq!(counts(&shown), [1, 3, 0, 0]);
    assert_eq!(apply(&stage, &shown).await.json()["added"], 1);
    assert_eq!(
        stage
            .get(
                "seller",
                "/convert?amount_minor=100&from=EUR&to=USD&at=2027-02-24T20:00:00Z"
            )
            .await
            .json()["rate"],
        "1.08"
    );
}

#[tokio::test]
async fn a_file_with_one_bad_line_records_nothing_and_names_it() {
    let stage = Stage::new().await;
    let shown = preview(&stage, &FILE.replace("1.0802", "-1")).await;
    assert_eq!((counts(&shown), &shown["state"]), ([3, 0, 0, 1], &json!("refused")));
    assert_eq!(
        shown["findings"],
        json!([{ "line": 3, "column": "USD", "value": "-1", "code": "rate_invalid",
        "detail": "Write a number above zero such as 1.0845, with at most twelve digits behind the point." }])
    );
    let refused = apply(&stage, &shown).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (409, "rate_import_bad".into())
    );
    assert_eq!(stage.get("seller", "/sheets").await.json()["data"], json!([]));
    let html = stage
        .post("manager", "/imports", json!({ "content": "<html>Back soon</html>" }))
        .await;
    assert_eq!((html.status.as_u16(), html.code()), (422, "ecb_unreadable".into()));
}

#[tokio::test]
async fn a_figure_far_from_what_is_known_waits_and_the_known_rate_stands() {
    let stage = Stage::new().await;
    stage.says(EUR, "2027-02-25T10:00:00Z", &[(USD, "1.083")]).await;
    let shown = preview(&stage, "Date,USD\n2027-02-25,10.82\n2027-02-26,10.831\n").await;
    assert_eq!(counts(&shown), [2, 0, 2, 0]);
    let id = shown["id"].as_str().unwrap();
    let page = stage
        .stage
        .page("manager", &format!("/console/rates/imports/{id}"))
        .await;
    assert!(
        page.text().contains("far from the last rate known before it"),
        "{}",
        page.text()
    );
    assert_eq!(apply(&stage, &shown).await.json()["held"], 2);
    let standing = stage.get("seller", "/convert?amount_minor=100&from=EUR&to=USD").await;
    assert_eq!(standing.json()["rate"], "1.083");
}

#[tokio::test]
async fn what_has_become_known_since_a_file_was_looked_at_is_looked_at_before_it_is_recorded() {
    let stage = Stage::new().await;
    let shown = preview(&stage, "Date,USD\n2027-02-26,10.831\n").await;
    assert_eq!(counts(&shown), [1, 0, 0, 0]);
    stage.says(EUR, "2027-02-25T10:00:00Z", &[(USD, "1.083")]).await;
    let refused = apply(&stage, &shown).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (409, "rates_preview_outdated".into())
    );
    let shown = looked_at_again(&stage, &shown).await;
    assert_eq!(counts(&shown), [1, 0, 1, 0]);
    assert_eq!(counts(&apply(&stage, &shown).await.json()), [1, 0, 1, 0]);
}

#[tokio::test]
async fn of_two_files_that_share_days_one_is_recorded_and_the_other_after_another_look_each_day_once() {
    let stage = Stage::new().await;
    let line = |day: u32| format!("2027-02-{day:02},1.08{day:02}\n");
    let file = |days: std::ops::Range<u32>| format!("Date,USD\n{}", days.map(line).collect::<String>());
    for round in 0..3 {
        let (from, until) = (1 + round * 6, 7 + round * 6);
        let shown = [
            preview(&stage, &file(from..until - 1)).await,
            preview(&stage, &file(from + 1..until)).await,
        ];
        let (one, other) = tokio::join!(apply(&stage, &shown[0]), apply(&stage, &shown[1]));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        let late = usize::from(one.status.as_u16() == 200);
        let again = looked_at_again(&stage, &shown[late]).await;
        assert_eq!(counts(&again)[..2], [1, 4]);
        assert_eq!(apply(&stage, &again).await.json()["added"], 1);
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", one.text(), other.text());
    }
    let sheets = stage.get("seller", "/sheets?limit=100").await.json();
    assert_eq!(sheets["data"].as_array().unwrap().len(), 18);
}

#[tokio::test]
async fn so_many_files_are_read_a_day_and_no_more() {
    let stage = Stage::new().await;
    for _ in 0..20 {
        preview(&stage, FILE).await;
    }
    let body = json!({ "content": FILE });
    let refused = stage.post("manager", "/imports", body.clone()).await;
    assert_eq!(
        (refused.status.as_u16(), refused.code()),
        (429, "rate_imports_too_many".into())
    );
    assert!(
        refused.json()["detail"].as_str().unwrap().starts_with("20 files"),
        "{}",
        refused.text()
    );
    stage.forward(25);
    assert_eq!(stage.post("manager", "/imports", body).await.status.as_u16(), 201);
}

#[tokio::test]
async fn two_who_apply_at_once_record_it_once() {
    let stage = Stage::new().await;
    let shown = preview(&stage, FILE).await;
    let (one, other) = tokio::join!(apply(&stage, &shown), apply(&stage, &shown));
    for answer in [&one, &other] {
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        assert_eq!(answer.json()["state"], "applied");
    }
    assert_eq!(
        stage.get("seller", "/sheets").await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        stage
            .get("seller", "/convert?amount_minor=1&from=EUR&to=USD")
            .await
            .json()["version"],
        1
    );
}

#[tokio::test]
async fn a_history_of_twenty_years_is_recorded_in_one_go() {
    let stage = Stage::new().await;
    let mut file = String::from("Date,USD,JPY\n");
    let mut day = jiff::civil::date(2027, 2, 26);
    for number in 0..5_200 {
        file.push_str(&format!("{day},1.{:04},16{}.5\n", 1000 + number % 90, number % 10));
        day = day.yesterday().unwrap();
    }
    let new = &reference::rates::imports::NewRateImport {
        file_name: String::new(),
        content: file.into_bytes(),
    };
    let (books, ctx) = (&stage.books, stage.ctx());
    let import = ctx
        .write(|tx| async move { reference::rates::imports::import_now(tx, books, new).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(
        (import.counts.added, import.counts.bad, import.file_name.as_str()),
        (5_200, 0, "eurofxref-hist.csv")
    );
    // A day the book in memory does not reach is looked up all the same.
    let old = stage
        .get(
            "seller",
            "/convert?amount_minor=100&from=EUR&to=JPY&at=2015-06-01T00:00:00Z",
        )
        .await;
    assert_eq!(
        (old.status.as_u16(), &old.json()["stale"]),
        (200, &json!(false)),
        "{}",
        old.text()
    );
    let book = stage.books.book(&ctx).await.unwrap();
    assert!(book.instants().len() <= 400, "{}", book.instants().len());

    let (fx, rules) = ctx
        .read(|read| {
            async move {
                let moment = at("2015-06-01T00:00:00Z");
                Ok((of_version(read, moment, i64::MAX).await?, rules(read).await?))
            }
            .scope_boxed()
        })
        .await
        .unwrap();
    let (conversion, _) = convert(&fx, &rules, Money::new(100, EUR), JPY, at("2015-06-01T00:00:00Z")).unwrap();
    assert_eq!(json!(conversion.worth.minor), old.json()["worth"]["minor"]);
}
