//! The operation: order, duplicates, states, prices, deadlines.

use std::time::Duration;

use domains::offers::{MOST_NAMES, Offer, OfferState, PriceCheck, Source, ops};
use domains::ports::CallFailure;
use jiff::SignedDuration;
use kernel::Currency;
use proptest::prelude::*;

use super::stage::{NAMES_BURST, Stage, answer};

fn names(names: &[&str]) -> PriceCheck {
    PriceCheck::of(names.iter().map(ToString::to_string).collect())
}

fn codes(offers: &[Offer]) -> Vec<(&str, Option<&str>)> {
    offers
        .iter()
        .map(|offer| (offer.state.name(), offer.reason.as_ref().map(|reason| reason.code)))
        .collect()
}

#[tokio::test]
async fn one_row_per_name_asked_in_order_duplicates_too_and_each_name_asked_once() {
    let stage = Stage::new().await;
    let asked = [
        "B.com",
        "my name.com",
        "a.com",
        "b.com",
        "taken.com",
        "https://www.a.com/",
        "x.nosuchending",
        "tea.bd",
    ];
    let offers = ops::check(&stage.ctx, &stage.counter, names(&asked)).await.unwrap();
    let told: Vec<&str> = offers.iter().map(|offer| offer.asked.as_str()).collect();
    assert_eq!(told, asked);
    let ascii: Vec<Option<&str>> = offers
        .iter()
        .map(|offer| offer.name.as_ref().map(|name| name.ascii()))
        .collect();
    assert_eq!(
        ascii[..6],
        [
            Some("b.com"),
            None,
            Some("a.com"),
            Some("b.com"),
            Some("taken.com"),
            Some("a.com")
        ]
    );
    assert_eq!(
        codes(&offers)[..7],
        [
            ("available", None),
            ("invalid", Some("name_has_space")),
            ("available", None),
            ("available", None),
            ("taken", None),
            ("available", None),
            ("invalid", Some("suffix_unknown")),
        ]
    );
    assert_eq!(
        stage.first.calls(),
        1,
        "three distinct names of one ending are one call"
    );
}

#[tokio::test]
async fn a_free_name_has_the_lists_price_for_its_years_and_a_token_that_holds_fifteen_minutes() {
    let stage = Stage::new().await;
    let ask = PriceCheck {
        years: 3,
        ..names(&["example.org"])
    };
    let offer = ops::check(&stage.ctx, &stage.counter, ask).await.unwrap().remove(0);
    let price = offer.price.unwrap();
    // The retail list: 6.86 the first year, 10.72 each further one.
    assert_eq!(
        (price.total.minor, price.total.currency, price.years),
        (686 + 2 * 1_072, Currency::USD, 3)
    );
    let token = offer.token.unwrap();
    let held = ops::price_of_token(&stage.ctx, &stage.counter, &token).unwrap();
    assert_eq!(
        (held.name.ascii(), held.total, held.years),
        ("example.org", price.total, 3)
    );
    assert_eq!(offer.valid_until, Some(held.valid_until));
    stage.installation.clock.advance(SignedDuration::from_mins(15));
    assert!(ops::price_of_token(&stage.ctx, &stage.counter, &token).is_err());
}

#[tokio::test]
async fn premium_unpriced_and_unsold_names_are_told_apart_and_carry_no_token() {
    let stage = Stage::new().await;
    let ask = PriceCheck {
        currency: Some(Currency::EUR),
        ..names(&["free.com", "premium.com", "tea.gov"])
    };
    let offers = ops::check(&stage.ctx, &stage.counter, ask).await.unwrap();
    assert_eq!(
        codes(&offers),
        [
            ("available", Some("not_priced")),
            ("available", Some("premium_price_on_request")),
            ("unknown", Some("suffix_not_sold")),
        ]
    );
    assert!(offers[1].premium);
    assert!(
        offers
            .iter()
            .all(|offer| offer.token.is_none() && offer.price.is_none() && offer.valid_until.is_none())
    );
}

#[tokio::test]
async fn an_unknown_name_is_never_shown_as_free_but_its_price_is_known() {
    let stage = Stage::new().await;
    let offer = ops::check(&stage.ctx, &stage.counter, names(&["unsure.com"]))
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (offer.state, offer.reason.unwrap().code),
        (OfferState::Unknown, "registrar_unsure")
    );
    assert!(offer.price.is_some() && offer.token.is_none());
}

#[tokio::test]
async fn at_the_deadline_what_is_known_is_answered_and_the_rest_is_unknown() {
    let stage = Stage::new().await;
    // The book is in memory from here on, so that the runtime's clock can stand still.
    ops::check(&stage.ctx, &stage.counter, names(&["warm.com"]))
        .await
        .unwrap();
    tokio::time::pause();
    stage.second.behave(|_| (Duration::from_secs(60), Ok(Vec::new())));
    let mut asked: Vec<String> = (0..60).map(|number| format!("name{number}.com")).collect();
    asked.push("slow.com".into());
    let started = tokio::time::Instant::now();
    let offers = ops::check(&stage.ctx, &stage.counter, PriceCheck::of(asked))
        .await
        .unwrap();
    assert!(
        started.elapsed() < Duration::from_millis(1_700),
        "{:?}",
        started.elapsed()
    );
    let free = offers
        .iter()
        .filter(|offer| offer.state == OfferState::Available)
        .count();
    assert_eq!(
        (free, offers.len()),
        (50, 61),
        "the second call carries the slow name and ten others"
    );
    assert_eq!(codes(&offers)[60], ("unknown", Some("registrar_slow")));
}

#[tokio::test]
async fn when_the_cheapest_registrar_is_down_the_other_one_answers() {
    let stage = Stage::new().await;
    stage
        .first
        .behave(|_| (Duration::ZERO, Err(CallFailure::Down("refused".into()))));
    let offers = ops::check(&stage.ctx, &stage.counter, names(&["a.com", "taken.com"]))
        .await
        .unwrap();
    assert_eq!(codes(&offers), [("available", None), ("taken", None)]);
    assert_eq!((stage.first.calls(), stage.second.calls()), (1, 1));
}

#[tokio::test]
async fn a_second_check_within_seconds_asks_nobody_and_says_so() {
    let stage = Stage::new().await;
    let first = ops::check(&stage.ctx, &stage.counter, names(&["a.com"])).await.unwrap();
    let second = ops::check(&stage.ctx, &stage.counter, names(&["A.com"])).await.unwrap();
    assert_eq!(
        (first[0].source, second[0].source, stage.first.calls()),
        (Source::Live, Source::Cache, 1)
    );
    assert_eq!(first[0].price, second[0].price);
    stage.installation.clock.advance(SignedDuration::from_secs(30));
    ops::check(&stage.ctx, &stage.counter, names(&["a.com"])).await.unwrap();
    assert_eq!(stage.first.calls(), 2);
}

#[tokio::test]
async fn five_hundred_names_are_answered_and_one_more_is_refused() {
    let stage = Stage::new().await;
    let many = |count: usize| PriceCheck::of((0..count).map(|number| format!("n{number}.com")).collect());
    let offers = ops::check(&stage.ctx, &stage.counter, many(MOST_NAMES)).await.unwrap();
    assert!(offers.iter().all(|offer| offer.state == OfferState::Available));
    assert_eq!(stage.first.calls(), 10);
    let refused = ops::check(&stage.ctx, &stage.counter, many(MOST_NAMES + 1))
        .await
        .unwrap_err();
    assert_eq!(refused.problem().map(|problem| problem.code), Some("too_many_names"));
}

#[tokio::test]
async fn a_tenant_uses_up_its_own_budget_of_names_and_nobody_elses_and_kept_names_are_free() {
    let stage = Stage::new().await;
    let many = |from: usize, count: usize| {
        PriceCheck::of((from..from + count).map(|number| format!("n{number}.com")).collect())
    };
    for half in [0, 500] {
        ops::check(&stage.ctx, &stage.counter, many(half, NAMES_BURST / 2))
            .await
            .unwrap();
    }
    let sent = stage.first.calls();
    let refused = ops::check(&stage.ctx, &stage.counter, names(&["one-more.com"]))
        .await
        .unwrap_err();
    let problem = refused.problem().unwrap();
    assert_eq!(
        (problem.code, problem.retry_after_seconds),
        ("registrar_names_budget", Some(1))
    );
    // What was answered a moment ago is still answered, and asks nobody; so is what needs no registrar.
    let kept = ops::check(&stage.ctx, &stage.counter, many(900, 100)).await.unwrap();
    assert!(
        kept.iter()
            .all(|offer| offer.source == Source::Cache && offer.token.is_some())
    );
    assert!(
        ops::check(&stage.ctx, &stage.counter, names(&["no name"]))
            .await
            .is_ok()
    );
    assert_eq!(stage.first.calls(), sent);

    let neighbour = stage.neighbour().await;
    let theirs = ops::check(&neighbour, &stage.counter, many(0, 100)).await.unwrap();
    assert!(theirs.iter().all(|offer| offer.state == OfferState::Available));

    stage.installation.clock.advance(SignedDuration::from_secs(1));
    assert!(ops::check(&stage.ctx, &stage.counter, many(2_000, 60)).await.is_ok());
    assert!(ops::check(&stage.ctx, &stage.counter, many(3_000, 1)).await.is_err());
}

#[test]
fn whatever_is_asked_each_text_gets_its_own_row_in_order() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stage = runtime.block_on(Stage::new());
    stage
        .first
        .behave(|names| (Duration::ZERO, Ok(names.iter().map(|name| answer(name)).collect())));
    let text = prop_oneof![
        "[a-z]{1,8}\\.(com|org|co\\.uk|nosuch)",
        "(taken|unsure|premium)[0-9]\\.com",
        any::<String>(),
    ];
    proptest!(ProptestConfig::with_cases(64), |(texts in prop::collection::vec(text, 0..20))| {
        // Time for the budget to fill again.
        stage.installation.clock.advance(SignedDuration::from_secs(1));
        let offers = runtime.block_on(ops::check(&stage.ctx, &stage.counter, PriceCheck::of(texts.clone()))).unwrap();
        let asked: Vec<&String> = offers.iter().map(|offer| &offer.asked).collect();
        prop_assert_eq!(asked, texts.iter().collect::<Vec<_>>());
        for offer in &offers {
            prop_assert_eq!(offer.name.is_none(), offer.state == OfferState::Invalid);
            prop_assert_eq!(offer.token.is_some(), offer.state == OfferState::Available && offer.price.is_some());
            prop_assert!(offer.state != OfferState::Unknown || offer.reason.is_some());
        }
    });
}
