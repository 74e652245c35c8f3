//! What was so, and what we knew: two questions with two answers.

use engines::fx::FxBook;
use kernel::Currency::{INR, USD};
use kernel::{Instant, Money};
use reference::rates::{convert, of_version, rules};
use scoped_futures::ScopedFutureExt;

use crate::stage::{Stage, at};

async fn worth(stage: &Stage, book: &FxBook, moment: Instant) -> i64 {
    let rules = stage
        .ctx()
        .read(|read| async move { rules(read).await }.scope_boxed())
        .await
        .unwrap();
    convert(book, &rules, Money::new(100, USD), INR, moment)
        .unwrap()
        .0
        .worth
        .minor
}

#[tokio::test]
async fn a_correction_counts_from_when_it_was_recorded_and_what_was_charged_before_can_be_proved() {
    let stage = Stage::new().await;
    let moment = at("2027-03-01T06:00:00Z");
    stage.says(USD, "2027-03-01T00:00:00Z", &[(INR, "80")]).await;
    let version = stage.books.book(&stage.ctx()).await.unwrap().version;
    stage.forward(2);
    stage.says(USD, "2027-03-01T00:00:00Z", &[(INR, "83.4125")]).await;

    let of = async |version| {
        stage
            .ctx()
            .read(|read| async move { of_version(read, moment, version).await }.scope_boxed())
            .await
            .unwrap()
    };
    assert!(
        of(version - 1).await.is_empty(),
        "before the first sheet nothing was known"
    );
    assert_eq!(worth(&stage, &of(version).await, moment).await, 8_000);
    assert_eq!(worth(&stage, &of(version + 1).await, moment).await, 8_341);
    let book = stage.books.refresh(&stage.ctx()).await.unwrap();
    assert_eq!((book.version, book.known_at), (version + 1, stage.ctx().now()));
    assert_eq!(worth(&stage, &book.fx, moment).await, 8_341);
}

#[tokio::test]
async fn another_process_sees_a_new_rate_within_a_second() {
    let stage = Stage::new().await;
    let elsewhere = reference::RateBooks::new();
    stage.says(USD, "2027-03-01T00:00:00Z", &[(INR, "80")]).await;
    assert_eq!(elsewhere.book(&stage.ctx()).await.unwrap().version, 1);
    stage.says(USD, "2027-03-01T01:00:00Z", &[(INR, "81")]).await;
    assert_eq!(
        stage.books.book(&stage.ctx()).await.unwrap().version,
        2,
        "this process at once"
    );
    stage
        .stage
        .installation
        .clock
        .advance(jiff::SignedDuration::from_millis(1_001));
    assert_eq!(elsewhere.book(&stage.ctx()).await.unwrap().version, 2);
}
