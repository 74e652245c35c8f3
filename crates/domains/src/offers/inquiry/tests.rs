//! How an inquiry keeps its promises, on the runtime's paused clock: nothing here waits in real time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use kernel::{Id, Instant, Problem, RegistrarId, TenantId};
use platform::TraceId;
use platform::clock::ManualClock;
use tokio::time;

use super::{Inquiry, Outcome, Route};
use crate::offers::answers::{NoAnswer, Verdict};
use crate::offers::desk::{Asked, Desk};
use crate::offers::purse::Purse;
use crate::ports::{CallFailure, Capabilities, Errand, NameAnswer, NameState, Registrar};

/// The request that asks.
const TRACE: TraceId = TraceId::from_bytes([7; 16]);

/// How a registrar double behaves for its nth call.
type Behaviour = Box<dyn Fn(usize, &[String]) -> (Duration, Result<Vec<NameAnswer>, CallFailure>) + Send + Sync>;

struct Double {
    limits: Capabilities,
    behaviour: Behaviour,
    calls: AtomicUsize,
    at_once: AtomicUsize,
    most_at_once: AtomicUsize,
    asked: Mutex<Vec<String>>,
    traces: Mutex<Vec<TraceId>>,
}

impl Double {
    fn new(
        behaviour: impl Fn(usize, &[String]) -> (Duration, Result<Vec<NameAnswer>, CallFailure>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Self::limited(
            Capabilities {
                names_per_call: 50,
                calls_at_once: 4,
                calls_per_minute: 1_000,
            },
            behaviour,
        )
    }

    fn limited(
        limits: Capabilities,
        behaviour: impl Fn(usize, &[String]) -> (Duration, Result<Vec<NameAnswer>, CallFailure>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            limits,
            behaviour: Box::new(behaviour),
            calls: AtomicUsize::new(0),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            asked: Mutex::default(),
            traces: Mutex::default(),
        })
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Registrar for Double {
    fn capabilities(&self) -> Capabilities {
        self.limits.clone()
    }

    async fn availability(&self, names: &[String], errand: Errand) -> Result<Vec<NameAnswer>, CallFailure> {
        let nth = self.calls.fetch_add(1, Ordering::SeqCst);
        self.asked.lock().unwrap().extend(names.iter().cloned());
        self.traces.lock().unwrap().push(errand.trace);
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let (delay, outcome) = (self.behaviour)(nth, names);
        time::sleep(delay).await;
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        outcome
    }
}

fn free(name: &str) -> NameAnswer {
    let state = NameState::Free {
        cost: None,
        period_years: Some(1),
        premium: false,
    };
    NameAnswer {
        ascii: name.to_owned(),
        state,
        definitive: true,
    }
}

fn taken(name: &str) -> NameAnswer {
    NameAnswer {
        ascii: name.to_owned(),
        state: NameState::Taken,
        definitive: true,
    }
}

fn all_free(names: &[String]) -> Vec<NameAnswer> {
    names.iter().map(|name| free(name)).collect()
}

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn route(number: u128, double: &Arc<Double>) -> Route {
    let registrar = RegistrarId::from_uuid(uuid::Uuid::from_u128(number));
    Route {
        registrar,
        desk: Arc::new(Desk::new(
            format!("r{number}"),
            Arc::clone(double) as Arc<dyn Registrar>,
        )),
    }
}

/// A purse with so many names in it, and no more coming.
fn purse(names: u32) -> Purse {
    let clock = Arc::new(ManualClock::at(Instant::EPOCH));
    let budget = web::Budget::new(clock, crate::NAMES_BUDGET, 1, names);
    Purse::of(&budget, TenantId::from_uuid(uuid::Uuid::from_u128(1)))
}

async fn ask(names: &[&str], routes: &[Route], deadline: Duration) -> Vec<(Outcome, Duration)> {
    ask_with(&purse(10_000), names, routes, deadline).await.unwrap()
}

async fn ask_with(
    purse: &Purse,
    names: &[&str],
    routes: &[Route],
    deadline: Duration,
) -> Result<Vec<(Outcome, Duration)>, Problem> {
    let routes: Arc<[Route]> = routes.into();
    let started = time::Instant::now();
    let asked = Asked {
        at: Instant::from_micros(0),
        started,
        until: started + deadline,
        trace: TRACE,
    };
    let names_and_routes = names.iter().map(|name| (Box::from(*name), Arc::clone(&routes)));
    let mut inquiry = Inquiry::begin(names_and_routes, asked, purse.clone())?;
    let mut outcomes = vec![None; names.len()];
    while let Some(landed) = inquiry.next().await {
        for (position, outcome) in landed {
            assert!(
                outcomes[position].replace((outcome, started.elapsed())).is_none(),
                "{position} was answered twice"
            );
        }
    }
    Ok(outcomes
        .into_iter()
        .map(|outcome| outcome.expect("every question is answered"))
        .collect())
}

fn unknown(why: NoAnswer) -> Verdict {
    Verdict::Unknown(why)
}

#[tokio::test(start_paused = true)]
async fn every_call_carries_the_request_it_is_made_for_the_second_registrars_and_a_repeated_one_too() {
    let down = Double::new(|_, _| (ms(5), Err(CallFailure::Down("refused".into()))));
    let limited = Double::new(|nth, names| match nth {
        0 => (ms(5), Err(CallFailure::Limited { retry_after_seconds: 0 })),
        _ => (ms(5), Ok(all_free(names))),
    });
    ask(&["a.com", "b.com"], &[route(1, &down), route(2, &limited)], ms(1_500)).await;
    assert_eq!((down.calls(), limited.calls()), (1, 2));
    let traces = |double: &Double| double.traces.lock().unwrap().clone();
    assert_eq!([traces(&down), traces(&limited)].concat(), [TRACE; 3]);
}

/// What was logged meanwhile.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn every_log_line_about_a_call_names_the_request_it_was_made_for() {
    // The calls run in tasks of this very thread, so its subscriber hears them.
    let written = Log::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(move || writer.clone())
        .finish();
    let _heard = tracing::subscriber::set_default(subscriber);
    let down = Double::new(|_, _| (ms(5), Err(CallFailure::Down("refused".into()))));
    let unsure = Double::new(|_, _| (ms(5), Ok(Vec::new())));
    let well = Double::new(|_, names| (ms(5), Ok(all_free(names))));
    ask(
        &["a.com"],
        &[route(1, &down), route(2, &unsure), route(3, &well)],
        ms(1_500),
    )
    .await;
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let about_calls: Vec<&str> = text.lines().filter(|line| line.contains("registrar.account")).collect();
    assert!(about_calls.len() >= 3, "{text}");
    for line in about_calls {
        assert!(line.contains(&TRACE.to_string()), "{line}");
    }
}

#[tokio::test(start_paused = true)]
async fn five_hundred_names_go_in_calls_of_fifty_no_more_at_once_than_allowed() {
    let double = Double::new(|_, names| (ms(100), Ok(all_free(names))));
    let names: Vec<String> = (0..500).map(|number| format!("n{number}.com")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let outcomes = ask(&names, &[route(1, &double)], ms(1_500)).await;
    assert!(
        outcomes
            .iter()
            .all(|(outcome, _)| matches!(outcome.verdict, Verdict::Free { .. }))
    );
    assert_eq!((double.calls(), double.most_at_once.load(Ordering::SeqCst)), (10, 4));
    let last = outcomes.iter().map(|(_, after)| *after).max().unwrap();
    assert_eq!(last, ms(300), "ten calls, four at once, are three rounds");
}

#[tokio::test(start_paused = true)]
async fn what_has_not_answered_by_the_deadline_is_unknown_and_the_rest_is_answered() {
    let double = Double::limited(
        Capabilities {
            names_per_call: 1,
            calls_at_once: 8,
            calls_per_minute: 100,
        },
        |_, names| {
            (
                if names[0] == "slow.com" { ms(3_000) } else { ms(50) },
                Ok(vec![taken(&names[0])]),
            )
        },
    );
    let routes = [route(1, &double)];
    let outcomes = ask(&["quick.com", "slow.com", "other.com"], &routes, ms(1_500)).await;
    let verdicts: Vec<Verdict> = outcomes.iter().map(|(outcome, _)| outcome.verdict).collect();
    assert_eq!(verdicts, [Verdict::Taken, unknown(NoAnswer::Slow), Verdict::Taken]);
    assert_eq!(outcomes[1].1, ms(1_500));

    // The late answer was kept: asking again a little later costs no call.
    time::sleep(ms(2_000)).await;
    let again = ask(&["slow.com"], &routes, ms(1_500)).await;
    assert_eq!(
        (again[0].0.verdict, again[0].0.live, double.calls()),
        (Verdict::Taken, false, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_an_answer_lacks_is_unknown_and_a_name_nobody_asked_for_is_ignored() {
    let double = Double::new(|_, _| (ms(1), Ok(vec![free("a.com"), free("stranger.com")])));
    let routes = [route(1, &double)];
    let outcomes = ask(&["a.com", "b.com"], &routes, ms(100)).await;
    assert!(matches!(outcomes[0].0.verdict, Verdict::Free { .. }));
    assert_eq!(outcomes[1].0.verdict, unknown(NoAnswer::Unsure));
    assert!(routes[0].desk.kept("stranger.com", Instant::from_micros(0)).is_none());
}

#[tokio::test(start_paused = true)]
async fn when_the_first_registrar_is_down_the_second_answers_at_once() {
    let down = Double::new(|_, _| (ms(10), Err(CallFailure::Down("503".to_owned()))));
    let up = Double::new(|_, names| (ms(20), Ok(all_free(names))));
    let outcomes = ask(&["a.com", "b.com"], &[route(1, &down), route(2, &up)], ms(1_500)).await;
    assert!(
        outcomes
            .iter()
            .all(|(outcome, after)| matches!(outcome.verdict, Verdict::Free { .. }) && *after == ms(30))
    );
}

#[tokio::test(start_paused = true)]
async fn when_the_first_registrar_is_slow_the_second_is_asked_beside_it() {
    let slow = Double::new(|_, names| (ms(5_000), Ok(all_free(names))));
    let up = Double::new(|_, names| (ms(20), Ok(vec![taken(&names[0])])));
    let outcomes = ask(&["a.com"], &[route(1, &slow), route(2, &up)], ms(1_500)).await;
    assert_eq!((outcomes[0].0.verdict, outcomes[0].1), (Verdict::Taken, ms(620)));
}

#[tokio::test(start_paused = true)]
async fn a_registrar_that_never_answers_is_left_alone_after_five_failures_and_probed_later() {
    let double = Double::new(|nth, names| {
        if nth < 5 {
            (ms(1), Err(CallFailure::Down("refused".to_owned())))
        } else {
            (ms(1), Ok(all_free(names)))
        }
    });
    let routes = [route(1, &double)];
    for _ in 0..8 {
        assert_eq!(
            ask(&["a.com"], &routes, ms(500)).await[0].0.verdict,
            unknown(NoAnswer::Down)
        );
    }
    assert_eq!(double.calls(), 5, "the breaker is open: no call goes out");
    time::sleep(Duration::from_secs(10)).await;
    assert!(matches!(
        ask(&["a.com"], &routes, ms(500)).await[0].0.verdict,
        Verdict::Free { .. }
    ));
}

#[tokio::test(start_paused = true)]
async fn a_limit_is_obeyed_for_as_long_as_the_registrar_says_and_the_call_made_again_when_time_allows() {
    let double = Double::new(|nth, names| {
        (
            ms(1),
            if nth == 0 {
                Err(CallFailure::Limited { retry_after_seconds: 2 })
            } else {
                Ok(all_free(names))
            },
        )
    });
    let routes = [route(1, &double)];
    let outcomes = ask(&["a.com"], &routes, ms(1_000)).await;
    assert_eq!((outcomes[0].0.verdict, double.calls()), (unknown(NoAnswer::Limited), 1));
    let outcomes = ask(&["a.com"], &routes, ms(6_000)).await;
    assert!(matches!(outcomes[0].0.verdict, Verdict::Free { .. }));
    assert_eq!(double.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn two_who_ask_for_one_name_at_once_cost_one_call() {
    let double = Double::new(|_, names| (ms(100), Ok(all_free(names))));
    let routes = [route(1, &double)];
    let (first, second) = tokio::join!(
        ask(&["a.com", "b.com"], &routes, ms(500)),
        ask(&["b.com", "c.com"], &routes, ms(500))
    );
    assert!(
        first
            .iter()
            .chain(&second)
            .all(|(outcome, _)| matches!(outcome.verdict, Verdict::Free { .. }))
    );
    let mut asked = double.asked.lock().unwrap().clone();
    asked.sort();
    assert_eq!(asked, ["a.com", "b.com", "c.com"]);
}

#[tokio::test(start_paused = true)]
async fn an_asker_who_leaves_does_not_lose_the_answer_for_others() {
    let double = Double::new(|_, names| (ms(300), Ok(all_free(names))));
    let routes = [route(1, &double)];
    let routes_ref = &routes;
    let leaves = time::timeout(ms(100), ask(&["a.com"], routes_ref, ms(500)));
    let stays = ask(&["a.com"], routes_ref, ms(500));
    let (left, stayed) = tokio::join!(leaves, stays);
    assert!(left.is_err());
    assert!(matches!(stayed[0].0.verdict, Verdict::Free { .. }));
    assert_eq!(double.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_beyond_the_minutes_allowance_wait_and_are_dropped_when_nobody_waits_any_more() {
    let limits = Capabilities {
        names_per_call: 1,
        calls_at_once: 4,
        calls_per_minute: 2,
    };
    let double = Double::limited(limits, |_, names| (ms(10), Ok(all_free(names))));
    let outcomes = ask(&["a.com", "b.com", "c.com"], &[route(1, &double)], ms(1_500)).await;
    let unanswered = outcomes
        .iter()
        .filter(|(outcome, _)| outcome.verdict == unknown(NoAnswer::Limited))
        .count();
    assert_eq!((unanswered, double.calls()), (1, 2));
    time::sleep(Duration::from_secs(120)).await;
    assert_eq!(double.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_adapter_that_panics_is_down_and_harms_nobody_else() {
    let double = Double::new(|_, _| panic!("a bug"));
    let up = Double::new(|_, names| (ms(1), Ok(all_free(names))));
    let outcomes = ask(&["a.com"], &[route(1, &double), route(2, &up)], ms(500)).await;
    assert!(matches!(outcomes[0].0.verdict, Verdict::Free { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_free_name_is_believed_for_twenty_seconds_and_a_taken_one_for_sixty() {
    let double = Double::new(|_, names| {
        (
            ms(1),
            Ok(names
                .iter()
                .map(|name| if name == "free.com" { free(name) } else { taken(name) })
                .collect()),
        )
    });
    let routes = [route(1, &double)];
    ask(&["free.com", "taken.com"], &routes, ms(500)).await;
    let desk = &routes[0].desk;
    let kept = |second: i64| {
        ["free.com", "taken.com"].map(|name| desk.kept(name, Instant::from_micros(second * 1_000_000)).is_some())
    };
    assert_eq!(
        [kept(19), kept(21), kept(59), kept(61)],
        [[true, true], [false, true], [false, true], [false, false]]
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_no_account_sells_is_unknown_at_once() {
    let outcomes = ask(&["a.com"], &[], ms(500)).await;
    assert_eq!(
        (outcomes[0].0.verdict, outcomes[0].1),
        (unknown(NoAnswer::NoRegistrar), ms(0))
    );
}

#[tokio::test(start_paused = true)]
async fn a_check_that_cannot_be_paid_for_is_refused_whole_and_kept_answers_cost_nothing() {
    let double = Double::new(|_, names| (ms(1), Ok(all_free(names))));
    let (routes, purse) = ([route(1, &double)], purse(2));
    ask_with(&purse, &["a.com", "b.com"], &routes, ms(500)).await.unwrap();
    for _ in 0..5 {
        ask_with(&purse, &["a.com", "b.com"], &routes, ms(500)).await.unwrap();
    }
    let refused = ask_with(&purse, &["a.com", "c.com"], &routes, ms(500))
        .await
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.retry_after_seconds),
        (crate::NAMES_BUDGET, Some(1))
    );
    assert_eq!(*double.asked.lock().unwrap(), ["a.com", "b.com"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_question_is_paid_for_too_and_not_asked_when_it_cannot_be() {
    let down = || Double::new(|_, _| (ms(1), Err(CallFailure::Down("503".to_owned()))));
    let second = Double::new(|_, names| (ms(1), Ok(all_free(names))));
    let enough = ask_with(&purse(2), &["a.com"], &[route(1, &down()), route(2, &second)], ms(500)).await;
    assert!(matches!(enough.unwrap()[0].0.verdict, Verdict::Free { .. }));
    let routes = [route(1, &down()), route(2, &second)];
    let too_little = ask_with(&purse(1), &["b.com"], &routes, ms(500)).await.unwrap();
    assert_eq!(
        (too_little[0].0.verdict, second.calls()),
        (unknown(NoAnswer::Limited), 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_refused_as_such_opens_no_breaker_and_the_second_registrar_is_asked() {
    let picky = Double::new(|_, _| (ms(1), Err(CallFailure::Refused("answered 400".to_owned()))));
    let up = Double::new(|_, names| (ms(1), Ok(all_free(names))));
    let (picky_route, up_route) = (route(1, &picky), route(2, &up));
    for n in 0..8 {
        let name = format!("n{n}.com");
        let outcomes = ask(&[name.as_str()], &[picky_route.clone(), up_route.clone()], ms(500)).await;
        assert!(matches!(outcomes[0].0.verdict, Verdict::Free { .. }));
    }
    assert_eq!(picky.calls(), 8, "its breaker stays closed");
    assert_eq!(
        ask(&["z.com"], &[picky_route], ms(500)).await[0].0.verdict,
        unknown(NoAnswer::Unsure)
    );
}
