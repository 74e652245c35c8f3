//! What a feed of exchange rates must do, over loopback TCP.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use kernel::{Currency, Rate};
use reference::rates::ports::{FeedOutcome, FeedRefusal, FeedSheet, RateFeed};

use super::exchangerate_api::simulator::{Fault, Simulator};
use super::exchangerate_api::{Account, ExchangerateApi};
use crate::loopback::{self, Served};
use crate::testing::HandClock;
use crate::transport::Transport;

struct Pair {
    feed: ExchangerateApi,
    simulator: Simulator,
    clock: Arc<HandClock>,
    served: Served,
}

impl Pair {
    async fn with(key: &str) -> Self {
        let clock = Arc::new(HandClock::at("2027-03-01T09:30:00Z"));
        let simulator = Simulator::new("k3y", clock.clone());
        let served = loopback::serve_on_any_port(simulator.router()).await.unwrap();
        let account = Account {
            base_url: served.url(),
            key: key.to_owned(),
        };
        let feed = ExchangerateApi::try_new(account, Transport::loopback().unwrap(), clock.clone()).unwrap();
        Self {
            feed,
            simulator,
            clock,
            served,
        }
    }

    async fn new() -> Self {
        Self::with("k3y").await
    }

    async fn quoted(&self, base: Currency) -> FeedSheet {
        match self.feed.latest(base).await {
            FeedOutcome::Quoted(sheet) => sheet,
            other => panic!("{other:?}"),
        }
    }
}

fn rate(sheet: &FeedSheet, of: Currency) -> Rate {
    let found = sheet.rates.iter().find(|(quote, _)| *quote == of);
    found.unwrap_or_else(|| panic!("no {of}")).1
}

#[tokio::test]
async fn todays_rates_come_with_their_day_and_without_what_is_no_currency() {
    let pair = Pair::new().await;
    let sheet = pair.quoted(Currency::USD).await;
    assert_eq!(sheet.base, Currency::USD);
    assert_eq!(sheet.quoted_at.to_string(), "2027-03-01T00:00:00Z");
    assert_eq!(sheet.next_at.to_string(), "2027-03-02T00:00:01Z");
    assert_eq!((sheet.rates.len(), &sheet.unfit[..]), (11, &[][..]));
    assert_eq!(rate(&sheet, Currency::AED).to_string(), "3.6725");
    let of_yen = pair.quoted(Currency::JPY).await;
    let there = i128::from(rate(&sheet, Currency::JPY).scaled()) * i128::from(rate(&of_yen, Currency::USD).scaled());
    let one = i128::from(Rate::ONE.scaled()) * i128::from(Rate::ONE.scaled());
    assert!((there - one).abs() < one / 10_000, "there and back is one: {there}");
}

#[tokio::test]
async fn an_answer_is_asked_for_once_until_the_next_is_due_and_a_failure_is_asked_again() {
    let pair = Pair::new().await;
    let first = pair.quoted(Currency::USD).await;
    pair.clock.advance(SignedDuration::from_hours(14));
    assert_eq!(pair.quoted(Currency::USD).await, first);
    assert_eq!(pair.simulator.calls(), 1);
    assert_eq!(pair.quoted(Currency::EUR).await.base, Currency::EUR);
    assert_eq!(pair.simulator.calls(), 2, "another base is another question");
    pair.clock.advance(SignedDuration::from_mins(31));
    assert!(pair.quoted(Currency::USD).await.quoted_at > first.quoted_at);
    assert_eq!(pair.simulator.calls(), 3);
    pair.clock.advance(SignedDuration::from_hours(25));
    pair.simulator.set_fault(Fault::Down);
    let failed = pair.feed.latest(Currency::USD).await;
    assert!(matches!(failed, FeedOutcome::Unknown(_)));
    pair.simulator.set_fault(Fault::None);
    assert_eq!(
        pair.feed.latest(Currency::USD).await,
        failed,
        "a moment later it is the same"
    );
    assert_eq!(pair.simulator.calls(), 4);
    pair.clock.advance(SignedDuration::from_mins(1));
    pair.quoted(Currency::USD).await;
    assert_eq!(pair.simulator.calls(), 5);
}

#[tokio::test]
async fn many_who_ask_at_once_are_one_question() {
    let pair = Pair::new().await;
    for (fault, calls) in [(Fault::Slow { ms: 50 }, 1), (Fault::Down, 2), (Fault::QuotaReached, 3)] {
        pair.simulator.set_fault(fault);
        let ask = || pair.feed.latest(Currency::USD);
        let (one, two, three) = tokio::join!(ask(), ask(), ask());
        assert!(one == two && two == three, "{one:?} {two:?} {three:?}");
        assert_eq!(pair.simulator.calls(), calls, "{fault:?}");
        pair.clock.advance(SignedDuration::from_hours(24));
    }
}

#[tokio::test]
async fn what_the_account_is_refused_is_not_asked_of_every_base() {
    let pair = Pair::new().await;
    pair.simulator.set_fault(Fault::QuotaReached);
    for base in [Currency::USD, Currency::EUR, Currency::JPY, Currency::USD] {
        assert_eq!(
            pair.feed.latest(base).await,
            FeedOutcome::Refused(FeedRefusal::QuotaReached)
        );
    }
    assert_eq!(pair.simulator.calls(), 1);
    pair.simulator.set_fault(Fault::None);
    pair.clock.advance(SignedDuration::from_mins(30));
    pair.quoted(Currency::EUR).await;
    // A base it does not know is a matter of that base.
    for _ in 0..2 {
        let unsupported = FeedOutcome::Refused(FeedRefusal::UnsupportedBase);
        assert_eq!(pair.feed.latest(Currency::ZMW).await, unsupported);
    }
    pair.quoted(Currency::JPY).await;
    assert_eq!(pair.simulator.calls(), 4);
}

#[tokio::test]
async fn rates_of_tomorrow_are_no_answer_and_are_not_kept_as_one() {
    let pair = Pair::new().await;
    pair.simulator.set_fault(Fault::Tomorrow);
    let early = pair.feed.latest(Currency::USD).await;
    assert!(matches!(early, FeedOutcome::Unknown(_)), "{early:?}");
    pair.simulator.set_fault(Fault::None);
    pair.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(
        pair.quoted(Currency::USD).await.quoted_at.to_string(),
        "2027-03-01T00:00:00Z"
    );
    assert_eq!(pair.simulator.calls(), 2);
}

#[tokio::test]
async fn a_refusal_is_told_apart_from_silence() {
    let refused = async |pair: &Pair, base| match pair.feed.latest(base).await {
        FeedOutcome::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        refused(&Pair::with("guess").await, Currency::USD).await,
        FeedRefusal::InvalidKey
    );
    let pair = Pair::new().await;
    let later = || pair.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(refused(&pair, Currency::ZMW).await, FeedRefusal::UnsupportedBase);
    pair.simulator.set_fault(Fault::InactiveAccount);
    assert_eq!(refused(&pair, Currency::USD).await, FeedRefusal::InactiveAccount);
    later();
    pair.simulator.set_fault(Fault::QuotaReached);
    assert_eq!(refused(&pair, Currency::USD).await, FeedRefusal::QuotaReached);
    later();
    pair.simulator.set_fault(Fault::None);
    pair.simulator.set_quota(1);
    pair.quoted(Currency::USD).await;
    assert_eq!(refused(&pair, Currency::EUR).await, FeedRefusal::QuotaReached);
    pair.quoted(Currency::USD).await;
}

#[tokio::test]
async fn a_question_the_service_cannot_read_is_told_to_be_malformed() {
    let pair = Pair::new().await;
    // An address of another version, as an operator may mistake it.
    let account = Account {
        base_url: format!("{}/v4", pair.served.url()),
        key: "k3y".to_owned(),
    };
    let mistaken = ExchangerateApi::try_new(account, Transport::loopback().unwrap(), pair.clock.clone()).unwrap();
    assert_eq!(
        mistaken.latest(Currency::USD).await,
        FeedOutcome::Refused(FeedRefusal::Malformed)
    );
    assert_eq!(pair.simulator.calls(), 1);
}

#[tokio::test]
async fn what_cannot_be_believed_is_unknown_and_never_a_rate() {
    for fault in [Fault::Down, Fault::Html, Fault::Truncated, Fault::WrongBase] {
        let pair = Pair::new().await;
        pair.simulator.set_fault(fault);
        for base in [Currency::USD, Currency::EUR] {
            let outcome = pair.feed.latest(base).await;
            assert!(matches!(outcome, FeedOutcome::Unknown(_)), "{fault:?}: {outcome:?}");
        }
    }
    let Pair { feed, served, .. } = Pair::new().await;
    drop(served);
    let FeedOutcome::Unknown(why) = feed.latest(Currency::USD).await else {
        panic!()
    };
    assert!(!why.contains("k3y"), "the key is part of the address: {why}");
}

#[tokio::test]
async fn a_currency_worth_nothing_is_set_apart_and_a_tenfold_one_is_for_others_to_see() {
    let pair = Pair::new().await;
    let honest = rate(&pair.quoted(Currency::USD).await, Currency::INR);
    let lying = Pair::new().await;
    lying.simulator.set_fault(Fault::Zero);
    let sheet = lying.quoted(Currency::USD).await;
    assert_eq!(sheet.unfit, [(Currency::INR, "0".to_owned())]);
    assert_eq!(sheet.rates.len(), 10);
    lying.simulator.set_fault(Fault::Tenfold);
    lying.clock.advance(SignedDuration::from_hours(24));
    let tenfold = rate(&lying.quoted(Currency::USD).await, Currency::INR);
    assert!(tenfold.scaled() / honest.scaled() >= 9);
}

#[tokio::test]
async fn a_feed_that_hangs_is_given_up_and_a_slow_one_is_waited_for() {
    let pair = Pair::new().await;
    pair.simulator.set_fault(Fault::Slow { ms: 100 });
    pair.quoted(Currency::USD).await;
    let Pair {
        feed,
        simulator,
        served: _served,
        ..
    } = Pair::new().await;
    simulator.set_fault(Fault::Hang);
    let hasty = feed.with_patience(Duration::from_millis(100));
    assert!(matches!(hasty.latest(Currency::USD).await, FeedOutcome::Unknown(_)));
}

#[test]
fn the_key_travels_over_tls_only_and_is_never_printed() {
    let made = |base_url: &str, key: &str| {
        let account = Account {
            base_url: base_url.to_owned(),
            key: key.to_owned(),
        };
        assert!(!format!("{account:?}").contains("s3cret"));
        let clock = Arc::new(HandClock::at("2027-03-01T09:30:00Z"));
        ExchangerateApi::try_new(account, Transport::loopback().unwrap(), clock).is_ok()
    };
    assert!(made("https://v6.exchangerate-api.com/", "s3cret"));
    assert!(!made("http://v6.exchangerate-api.com", "s3cret"));
    for key in ["", "s3cret key", "s3cret\n"] {
        assert!(!made("https://v6.exchangerate-api.com", key), "{key:?}");
    }
}
