//! Fetching: what a feed says is recorded once, what it lies about waits, and what it does not answer changes nothing.

use jiff::SignedDuration;
use kernel::Currency::{EUR, INR, JPY, USD};
use platform::cron::Cron;
use platform::jobs::Worker;
use reference::rates::ports::{FeedOutcome, FeedRefusal};
use reference::rates::{Fetched, RatesSetting, fetch};
use serde_json::json;

use crate::stage::{Stage, quoted, rate};

async fn fetched(stage: &Stage) -> Fetched {
    fetch(&stage.ctx(), stage.feed.as_ref(), &stage.books).await.unwrap()
}

/// Ticks the clockwork and runs what it started.
async fn run(stage: &Stage) {
    let module = reference::module(reference::Ports {
        rates: stage.books.clone(),
        feed: stage.feed.clone(),
        exposures: std::sync::Arc::new([]),
        mint: stage.stage.installation.mint.clone(),
    });
    let platform = &stage.stage.installation.platform;
    Cron::new(platform.clone(), module.cron.clone()).tick().await.unwrap();
    let worker = Worker::new(platform.clone(), module.jobs, &module.queues);
    while worker.run_due().await.unwrap() > 0 {}
}

async fn sheets(stage: &Stage) -> usize {
    stage.get("seller", "/sheets").await.json()["data"]
        .as_array()
        .unwrap()
        .len()
}

#[tokio::test]
async fn the_same_answer_twice_is_one_sheet_even_at_once() {
    let stage = Stage::new().await;
    stage.feed.says(quoted("2027-03-01T00:00:01Z", &[(EUR, "0.8")]));
    let (one, other) = tokio::join!(fetched(&stage), fetched(&stage));
    let recorded = [&one, &other]
        .iter()
        .filter(|fetched| matches!(fetched, Fetched::Recorded(_)))
        .count();
    assert_eq!(recorded, 1, "{one:?} {other:?}");
    assert_eq!(fetched(&stage).await, Fetched::Known);
    assert_eq!(sheets(&stage).await, 1);
}

#[tokio::test]
async fn a_lie_waits_for_a_person_who_lets_it_count() {
    let stage = Stage::new().await;
    stage
        .feed
        .says(quoted("2027-02-28T00:00:01Z", &[(EUR, "0.8"), (INR, "83.4125")]));
    fetched(&stage).await;
    stage
        .feed
        .says(quoted("2027-03-01T00:00:01Z", &[(EUR, "0.81"), (INR, "834.125")]));
    let Fetched::Recorded(sheet) = fetched(&stage).await else {
        panic!()
    };
    let convert = async || {
        let answer = stage
            .get("seller", "/convert?amount_minor=100&from=USD&to=INR")
            .await
            .json();
        answer["worth"]["minor"].clone()
    };
    assert_eq!(convert().await, json!(8341), "the last good rate stands");
    let book = stage.books.refresh(&stage.ctx()).await.unwrap();
    let waiting: Vec<_> = book
        .waiting
        .iter()
        .map(|waits| (waits.held.quote, waits.held.said.as_str()))
        .collect();
    assert_eq!(waiting, [(INR, "834.125")]);
    // Said again the next day it still waits: nobody has let it count.
    stage.forward(13);
    stage.feed.says(quoted("2027-03-02T00:00:01Z", &[(INR, "834.2")]));
    let Fetched::Recorded(again) = fetched(&stage).await else {
        panic!()
    };
    assert_eq!((again.rates.len(), again.held.len()), (0, 1));

    let accept = async |sheet: kernel::RateSheetId, quote| {
        use scoped_futures::ScopedFutureExt;
        let books = &stage.books;
        let ctx = stage.ctx();
        ctx.write(|tx| async move { reference::rates::accept(tx, books, sheet, quote).await }.scope_boxed())
            .await
    };
    assert!(accept(sheet.id, JPY).await.is_err());
    let accepted = accept(again.id, INR).await.unwrap();
    assert_eq!(
        (accepted.quoted_at, accepted.rates[&INR]),
        (again.quoted_at, rate("834.2"))
    );
    let book = stage.books.refresh(&stage.ctx()).await.unwrap();
    assert!(book.waiting.is_empty());
    assert_eq!(convert().await, json!(83_420));
}

#[tokio::test]
async fn what_cannot_be_believed_changes_nothing_and_says_why() {
    let stage = Stage::new().await;
    stage.feed.says(quoted("2027-03-01T00:00:01Z", &[(EUR, "0.8")]));
    fetched(&stage).await;
    // The next day, when the feed may be asked again.
    stage.forward(13);
    let told = |outcome: FeedOutcome| match outcome {
        FeedOutcome::Quoted(mut sheet) => {
            sheet.base = EUR;
            FeedOutcome::Quoted(sheet)
        }
        other => other,
    };
    for lie in [
        told(quoted("2027-03-01T06:00:00Z", &[(USD, "1.25")])),
        quoted("2027-03-03T00:00:00Z", &[(EUR, "0.8")]),
        quoted("2027-03-01T06:00:00Z", &[]),
        FeedOutcome::Unknown("status 503".into()),
        FeedOutcome::Refused(FeedRefusal::QuotaReached),
    ] {
        stage.feed.says(lie.clone());
        let answer = stage.post("manager", "/fetch", json!({})).await;
        assert_eq!(answer.status.as_u16(), 200);
        let answer = answer.json();
        let code = if matches!(lie, FeedOutcome::Refused(_)) {
            "feed_quota_reached"
        } else {
            "feed_unknown"
        };
        assert_eq!(
            (&answer["outcome"], &answer["sheet"]),
            (&json!(code), &json!(null)),
            "{lie:?}"
        );
        assert!(!answer["detail"].as_str().unwrap().contains('⟨'), "{answer}");
        assert_eq!(stage.get("seller", "/fetch").await.json()["outcome"], code);
        assert_eq!(sheets(&stage).await, 1);
        stage.forward(1);
    }
}

#[tokio::test]
async fn nobody_asks_the_feed_by_hand_before_it_has_something_new() {
    let stage = Stage::new().await;
    let ask = async |key: &str| {
        let ask = web::testing::Ask::post_json(testkit::NORTH, "/api/v1/exchange-rates/fetch", json!({}));
        let ask = ask.bearer("manager").header("idempotency-key", key);
        stage.stage.send(ask).await
    };
    let early = |answer: &web::testing::Answer, when: &str| {
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (409, "rates_asked_already".into())
        );
        assert!(
            answer.text().contains(&format!("again from {when} on")),
            "{}",
            answer.text()
        );
    };
    stage.feed.says(quoted("2027-03-01T00:00:01Z", &[(EUR, "0.8")]));
    let first = ask("one").await;
    assert_eq!(first.json()["outcome"], "recorded", "{}", first.text());
    // The same request again is the same answer; another one is too early, on the page as well.
    assert_eq!(ask("one").await.json(), first.json());
    let refused = ask("two").await;
    early(&refused, "2027-03-02T00:00:01Z");
    let page = stage
        .stage
        .post("manager", "/console/rates", "/console/rates/fetch", &[])
        .await;
    assert_eq!(page.status.as_u16(), 303);
    assert_eq!(stage.feed.asked(), 1);
    // Half an hour after a refusal or silence it may be asked again, whatever the job waits for.
    stage.forward(13);
    for said in [
        FeedOutcome::Refused(FeedRefusal::UnsupportedBase),
        FeedOutcome::Unknown("status 503".into()),
    ] {
        stage.feed.says(said);
        let before = stage.feed.asked();
        assert_eq!(ask(&format!("{before}")).await.status.as_u16(), 200);
        assert_eq!(ask("early").await.status.as_u16(), 409);
        stage.stage.installation.clock.advance(SignedDuration::from_mins(29));
        assert_eq!(ask("still-early").await.status.as_u16(), 409);
        assert_eq!(stage.feed.asked(), before + 1);
        stage.stage.installation.clock.advance(SignedDuration::from_mins(1));
    }
    // Changing the base is no way round it.
    stage.feed.says(quoted("2027-03-02T00:00:01Z", &[(EUR, "0.8")]));
    assert_eq!(ask("three").await.status.as_u16(), 200);
    stage
        .set(RatesSetting {
            base: INR,
            ..RatesSetting::default()
        })
        .await;
    early(&ask("four").await, "2027-03-03T00:00:01Z");
}

#[tokio::test]
async fn every_hour_each_tenant_that_wants_it_is_fetched_for_once_the_feed_has_something_new() {
    let stage = Stage::new().await;
    stage.feed.says(quoted("2027-03-01T00:00:01Z", &[(EUR, "0.8")]));
    run(&stage).await;
    assert_eq!(stage.feed.asked(), 0, "nobody has asked for it");
    stage
        .set(RatesSetting {
            fetch: true,
            ..RatesSetting::default()
        })
        .await;
    stage.forward(1);
    run(&stage).await;
    run(&stage).await;
    assert_eq!((stage.feed.asked(), sheets(&stage).await), (1, 1));
    stage.forward(1);
    run(&stage).await;
    assert_eq!(stage.feed.asked(), 1, "it has nothing newer before tomorrow");
    stage.forward(11);
    stage.feed.says(quoted("2027-03-02T00:00:01Z", &[(EUR, "0.81")]));
    run(&stage).await;
    assert_eq!((stage.feed.asked(), sheets(&stage).await), (2, 2));
    let stranger = stage
        .stage
        .send(web::testing::Ask::get(testkit::SAFFRON, "/api/v1/exchange-rates/sheets").bearer("stranger"))
        .await;
    assert_eq!(stranger.json()["data"], json!([]));
}

#[tokio::test]
async fn silence_is_asked_again_with_growing_pauses_and_a_refusal_is_not() {
    let stage = Stage::new().await;
    stage
        .set(RatesSetting {
            fetch: true,
            ..RatesSetting::default()
        })
        .await;
    stage
        .feed
        .says(FeedOutcome::Unknown("no answer within 10000 ms".into()));
    let mut asked_at = Vec::new();
    for seconds in (0..400).step_by(5) {
        run(&stage).await;
        if stage.feed.asked() as usize > asked_at.len() {
            asked_at.push(seconds);
        }
        stage.stage.installation.clock.advance(SignedDuration::from_secs(5));
    }
    // Five attempts, after 10, 20, 40 and 80 seconds, each a fifth more or less.
    let pauses: Vec<i32> = asked_at.windows(2).map(|two| two[1] - two[0]).collect();
    assert_eq!(pauses.len(), 4, "asked at {asked_at:?}");
    assert!(pauses.windows(2).all(|two| two[0] < two[1]), "asked at {asked_at:?}");
    assert!(
        (8..=15).contains(&pauses[0]) && (64..=100).contains(&pauses[3]),
        "{pauses:?}"
    );
    // The next hour's job asks anew, though a person would still have to wait.
    stage.stage.installation.clock.advance(SignedDuration::from_mins(56));
    run(&stage).await;
    assert_eq!(stage.feed.asked(), 6);
    stage.forward(20);
    run(&stage).await;
    let before = stage.feed.asked();
    stage.feed.says(FeedOutcome::Refused(FeedRefusal::InvalidKey));
    stage.forward(20);
    run(&stage).await;
    stage.forward(5);
    run(&stage).await;
    assert_eq!(stage.feed.asked(), before + 1);
    let last = stage.get("seller", "/fetch").await.json();
    assert_eq!(last["outcome"], "feed_invalid_key");
}
