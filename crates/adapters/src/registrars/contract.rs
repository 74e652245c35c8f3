//! What every registrar adapter must do with its simulator, through the port alone. A provider joins by implementing
//! [`Pair`] and listing itself in the `contract!` lines at the end: once over loopback TCP, once in memory.

use std::collections::HashSet;
use std::sync::Arc;

use domains::ports::{CallFailure, Errand, NameAnswer, NameState, Registrar};
use jiff::SignedDuration;
use kernel::{Clock as _, Money};
use platform::TraceId;

use super::faults::{Fault, Garbage, Lie, Step};
use super::godaddy::simulator::{Config, Key, Simulator};
use super::godaddy::{Account, GoDaddy};
use crate::loopback::{self, Served};
use crate::testing::HandClock;
use crate::transport::Transport;

/// The request that these calls are made for.
const TRACE: TraceId = TraceId::from_bytes([9; 16]);

/// An adapter and the simulator it talks to.
struct Pair {
    registrar: Arc<dyn Registrar>,
    simulator: Simulator,
    clock: Arc<HandClock>,
    _served: Option<Served>,
}

/// Which key the adapter holds.
#[derive(Clone, Copy, PartialEq)]
enum Holding {
    Right,
    WrongSecret,
    BelowThreshold,
}

#[derive(Clone, Copy)]
enum Wire {
    Loopback,
    Memory,
}

async fn godaddy(wire: Wire, holding: Holding) -> Pair {
    let clock = Arc::new(HandClock::at("2026-11-21T09:00:00Z"));
    let mut config = Config::new(7, "key", "s3cret");
    config.keys.push(Key {
        key: "small".to_owned(),
        secret: "s3cret".to_owned(),
        allowed: false,
    });
    let simulator = Simulator::new(config, clock.clone());
    let (transport, base, served) = match wire {
        Wire::Loopback => {
            let served = loopback::serve_on_any_port(simulator.router()).await.unwrap();
            let base = served.url();
            (Transport::loopback().unwrap(), base, Some(served))
        }
        Wire::Memory => (
            Transport::memory(simulator.router()),
            "https://simulated".to_owned(),
            None,
        ),
    };
    let (key, secret) = match holding {
        Holding::Right => ("key", "s3cret"),
        Holding::WrongSecret => ("key", "guess"),
        Holding::BelowThreshold => ("small", "s3cret"),
    };
    let usd = "USD".parse().unwrap();
    let mut account = Account::new(base, key, secret, usd);
    account.usual_prices = Arc::new([("com".to_owned(), Money::new(959, usd))].into());
    let registrar = Arc::new(GoDaddy::try_new(account, transport, clock.clone()).unwrap());
    Pair {
        registrar,
        simulator,
        clock,
        _served: served,
    }
}

impl Pair {
    async fn ask(&self, names: &[String]) -> Result<Vec<NameAnswer>, CallFailure> {
        self.ask_within(names, 20_000).await
    }

    async fn ask_within(&self, names: &[String], ms: i64) -> Result<Vec<NameAnswer>, CallFailure> {
        let deadline = self.clock.now().plus(SignedDuration::from_millis(ms));
        let errand = Errand { deadline, trace: TRACE };
        self.registrar.availability(names, errand).await
    }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|&name| name.to_owned()).collect()
}

/// Enough names that some are free, some taken and one or two premium.
fn mixed() -> Vec<String> {
    (0..40).map(|n| format!("shop{n}.com")).collect()
}

fn is_unknown(answer: &NameAnswer) -> bool {
    matches!(answer.state, NameState::Unknown(_))
}

fn is_free(answer: &NameAnswer) -> bool {
    matches!(answer.state, NameState::Free { .. })
}

async fn it_tells_taken_free_and_unsupported_apart(pair: Pair) {
    let asked = names(&["google.com", "a-name-nobody-thought-of.com", "shop.nosuchending"]);
    let answers = pair.ask(&asked).await.unwrap();
    assert_eq!(
        answers.iter().map(|answer| &answer.ascii).collect::<Vec<_>>(),
        asked.iter().collect::<Vec<_>>()
    );
    assert_eq!(answers[0].state, NameState::Taken);
    let cost = Some(Money::new(959, "USD".parse().unwrap()));
    assert_eq!(
        answers[1].state,
        NameState::Free {
            cost,
            period_years: Some(1),
            premium: false
        }
    );
    assert!(
        matches!(&answers[2].state, NameState::Unsupported(words) if words.contains("UNSUPPORTED_TLD")),
        "{answers:?}"
    );
}

async fn one_name_is_answered_as_it_is_among_many(pair: Pair) {
    let asked = names(&[
        "google.com",
        "a-name-nobody-thought-of.com",
        "shop.nosuchending",
        "nic.com",
        "-shop.com",
    ]);
    let together = pair.ask(&asked).await.unwrap();
    for (name, expected) in asked.iter().zip(together) {
        assert_eq!(pair.ask(std::slice::from_ref(name)).await.unwrap(), [expected]);
    }
}

async fn a_reserved_name_is_taken(pair: Pair) {
    assert_eq!(pair.ask(&names(&["nic.com"])).await.unwrap()[0].state, NameState::Taken);
}

async fn a_dear_name_is_marked_premium_and_carries_its_price(pair: Pair) {
    let answers = pair.ask(&mixed()).await.unwrap();
    let premium = |answer: &NameAnswer| match &answer.state {
        NameState::Free {
            cost: Some(cost),
            premium,
            ..
        } => {
            assert_eq!(*premium, cost.minor > 959 * 3 / 2, "{answer:?}");
            *premium
        }
        _ => false,
    };
    assert!(answers.iter().any(premium), "{answers:?}");
}

async fn an_answer_out_of_a_cache_says_so(pair: Pair) {
    let definitive: HashSet<bool> = pair
        .ask(&mixed())
        .await
        .unwrap()
        .iter()
        .map(|answer| answer.definitive)
        .collect();
    assert_eq!(definitive.len(), 2);
}

async fn asking_again_changes_nothing(pair: Pair) {
    assert_eq!(pair.ask(&mixed()).await, pair.ask(&mixed()).await);
}

async fn names_are_compared_without_regard_to_case(pair: Pair) {
    let answers = pair.ask(&names(&["Google.COM", "EXAMPLE.org"])).await.unwrap();
    assert!(
        answers.iter().all(|answer| answer.state == NameState::Taken),
        "{answers:?}"
    );
    assert_eq!(answers[0].ascii, "Google.COM");
}

async fn no_names_make_no_call(pair: Pair) {
    assert_eq!(pair.ask(&[]).await, Ok(vec![]));
    assert!(pair.simulator.calls().is_empty());
}

async fn names_beyond_one_call_are_unknown(pair: Pair) {
    let most = pair.registrar.capabilities().names_per_call;
    let asked: Vec<_> = (0..=most).map(|n| format!("a-rather-long-name-{n}.com")).collect();
    let answers = pair.ask(&asked).await.unwrap();
    assert_eq!(answers.len(), most + 1);
    assert!(is_unknown(&answers[most]) && !is_unknown(&answers[most - 1]));
    assert_eq!(pair.simulator.calls().len(), 1);
}

async fn the_correlation_id_reaches_the_provider(pair: Pair) {
    pair.ask(&names(&["a.com"])).await.unwrap();
    pair.ask(&names(&["b.com", "c.com"])).await.unwrap();
    let sent = pair.simulator.calls();
    assert!(
        sent.len() == 2
            && sent
                .iter()
                .all(|call| call.request_id.as_deref() == Some(&*TRACE.to_string()))
    );
}

async fn one_call_too_many_in_a_minute_is_limited_and_time_heals_it(pair: Pair) {
    pair.simulator.set_fault(Fault::Limited { per_minute: 2 });
    let asked = names(&["a.com", "b.com"]);
    assert!(pair.ask(&asked).await.is_ok() && pair.ask(&asked).await.is_ok());
    assert_eq!(
        pair.ask(&asked).await,
        Err(CallFailure::Limited {
            retry_after_seconds: 30
        })
    );
    pair.clock.advance(SignedDuration::from_secs(30));
    assert!(pair.ask(&asked).await.is_ok());
}

async fn its_own_limit_holds_without_any_fault(pair: Pair) {
    let asked = names(&["a.com", "b.com"]);
    for _ in 0..pair.registrar.capabilities().calls_per_minute {
        pair.ask(&asked).await.unwrap();
    }
    assert!(matches!(pair.ask(&asked).await, Err(CallFailure::Limited { .. })));
}

async fn a_provider_that_is_down_is_down_for_single_and_bulk(pair: Pair) {
    pair.simulator.set_fault(Fault::Down);
    for asked in [names(&["a.com"]), mixed()] {
        assert!(matches!(pair.ask(&asked).await, Err(CallFailure::Down(_))));
    }
}

async fn it_is_back_after_the_script_ends(pair: Pair) {
    pair.simulator.set_script([Step {
        fault: Fault::Down,
        calls: Some(1),
    }]);
    assert!(pair.ask(&mixed()).await.is_err());
    assert!(pair.ask(&mixed()).await.is_ok());
}

async fn a_flaky_provider_fails_some_calls_and_falsifies_none(pair: Pair) {
    let truth = pair.ask(&mixed()).await.unwrap();
    pair.simulator.set_fault(Fault::Flaky { error_rate: 0.5 });
    let (mut good, mut bad) = (0, 0);
    for _ in 0..30 {
        match pair.ask(&mixed()).await {
            Ok(answers) => {
                assert_eq!(answers, truth);
                good += 1;
            }
            Err(CallFailure::Down(_)) => bad += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(good > 5 && bad > 5, "{good} good, {bad} bad");
}

async fn a_slow_provider_is_waited_for_within_the_deadline(pair: Pair) {
    pair.simulator.set_fault(Fault::Slow { p50_ms: 5, p99_ms: 20 });
    assert_eq!(pair.ask(&mixed()).await.unwrap().len(), 40);
}

async fn a_silent_provider_is_left_at_the_deadline(pair: Pair) {
    pair.simulator.set_fault(Fault::Hang);
    for asked in [names(&["a.com"]), mixed()] {
        let outcome = pair.ask_within(&asked, 60).await;
        assert!(
            matches!(&outcome, Err(CallFailure::Down(words)) if words.contains("60 ms")),
            "{outcome:?}"
        );
    }
}

async fn a_deadline_that_has_passed_makes_no_call(pair: Pair) {
    assert!(matches!(pair.ask_within(&mixed(), -1).await, Err(CallFailure::Down(_))));
    assert!(pair.simulator.calls().is_empty());
}

async fn garbage_makes_no_name_free(pair: Pair) {
    use Garbage::{Deep, Empty, Html, Nonsense, Oversized, Truncated};
    for kind in [Html, Truncated, Oversized, Nonsense, Empty, Deep] {
        pair.simulator.set_fault(Fault::Garbage { kind });
        for asked in [names(&["shop.com"]), mixed()] {
            assert!(matches!(pair.ask(&asked).await, Err(CallFailure::Down(_))), "{kind:?}");
        }
    }
}

async fn a_partial_answer_keeps_what_was_answered(pair: Pair) {
    let truth = pair.ask(&mixed()).await.unwrap();
    pair.simulator.set_fault(Fault::Partial { share: 0.3 });
    let answers = pair.ask(&mixed()).await.unwrap();
    let lost = answers.iter().filter(|answer| is_unknown(answer)).count();
    assert!((3..25).contains(&lost), "{lost} of 40 lost");
    for (answer, truth) in answers.iter().zip(&truth).filter(|(answer, _)| !is_unknown(answer)) {
        assert_eq!(answer, truth);
    }
}

async fn an_impossible_claim_is_unknown_and_never_free(pair: Pair) {
    use Lie::{Currency, FractionalPrice, HugePrice, NegativePrice, OtherNames, Period, Twice, ZeroPrice};
    let truth = pair.ask(&mixed()).await.unwrap();
    for lie in [
        OtherNames,
        Currency,
        NegativePrice,
        ZeroPrice,
        HugePrice,
        FractionalPrice,
        Period,
        Twice,
    ] {
        pair.simulator.set_fault(Fault::Lie { lie });
        let answers = pair.ask(&mixed()).await.unwrap();
        assert_eq!(answers.len(), 40, "{lie:?}");
        assert!(!answers.iter().any(is_free), "{lie:?}");
        for (answer, _) in answers.iter().zip(&truth).filter(|(_, truth)| is_free(truth)) {
            assert!(is_unknown(answer) && !answer.definitive, "{lie:?}: {answer:?}");
        }
    }
}

async fn an_answer_about_another_name_is_unknown(pair: Pair) {
    pair.simulator.set_fault(Fault::Lie { lie: Lie::OtherNames });
    assert!(is_unknown(&pair.ask(&names(&["google.com"])).await.unwrap()[0]));
}

async fn a_wrong_secret_is_denied(pair: Pair) {
    let outcome = pair.ask(&mixed()).await;
    assert!(
        matches!(&outcome, Err(CallFailure::Denied(words)) if words.contains("UNABLE_TO_AUTHENTICATE")),
        "{outcome:?}"
    );
}

async fn an_account_below_the_threshold_is_denied(pair: Pair) {
    let outcome = pair.ask(&names(&["a.com"])).await;
    assert!(
        matches!(&outcome, Err(CallFailure::Denied(words)) if words.contains("ACCESS_DENIED")),
        "{outcome:?}"
    );
}

/// One module of tests for each wire: the same suite, one line a test.
macro_rules! contract {
    ($pair:ident: $($test:ident $(with $holding:ident)?),+ $(,)?) => {
        mod over_tcp { $(contract!(@test $pair Loopback $test $($holding)?);)+ }
        mod in_memory { $(contract!(@test $pair Memory $test $($holding)?);)+ }
    };
    (@test $pair:ident $wire:ident $test:ident) => { contract!(@test $pair $wire $test Right); };
    (@test $pair:ident $wire:ident $test:ident $holding:ident) => {
        #[tokio::test]
        async fn $test() {
            super::$test(super::$pair(super::Wire::$wire, super::Holding::$holding).await).await;
        }
    };
}

contract!(godaddy:
    it_tells_taken_free_and_unsupported_apart,
    one_name_is_answered_as_it_is_among_many,
    a_reserved_name_is_taken,
    a_dear_name_is_marked_premium_and_carries_its_price,
    an_answer_out_of_a_cache_says_so,
    asking_again_changes_nothing,
    names_are_compared_without_regard_to_case,
    no_names_make_no_call,
    names_beyond_one_call_are_unknown,
    the_correlation_id_reaches_the_provider,
    one_call_too_many_in_a_minute_is_limited_and_time_heals_it,
    its_own_limit_holds_without_any_fault,
    a_provider_that_is_down_is_down_for_single_and_bulk,
    it_is_back_after_the_script_ends,
    a_flaky_provider_fails_some_calls_and_falsifies_none,
    a_slow_provider_is_waited_for_within_the_deadline,
    a_silent_provider_is_left_at_the_deadline,
    a_deadline_that_has_passed_makes_no_call,
    garbage_makes_no_name_free,
    a_partial_answer_keeps_what_was_answered,
    an_impossible_claim_is_unknown_and_never_free,
    an_answer_about_another_name_is_unknown,
    a_wrong_secret_is_denied with WrongSecret,
    an_account_below_the_threshold_is_denied with BelowThreshold,
);
