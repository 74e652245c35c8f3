//! One registrar account: its limits, its breaker, what it said lately, and the calls to it.
//!
//! Calls run in tasks of their own. An asker that stops waiting does not cancel a call that has gone out: the registrar
//! has counted it already, and its answer is kept for the retry that follows.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use jiff::SignedDuration;
use kernel::Instant;
use platform::TraceId;
use tokio::sync::Semaphore;
use tokio::time;
use tracing::Instrument;

use super::answers::{Answer, Answers, Flight, Landing, NoAnswer, Verdict};
use super::breaker::{Breaker, Ended, Gate, State};
use super::pace::Pace;
use crate::ports::{CallFailure, Errand, NameAnswer, NameState, Registrar};

/// Most names one call carries, whatever a registrar allows: a smaller call answers sooner and fails smaller.
const NAMES_PER_CALL: usize = 50;
/// A call that takes longer is a failure.
const CALL_LIMIT: Duration = Duration::from_secs(10);
/// A refused account is left alone this long; a person has to act first.
const DENIED_PAUSE: Duration = Duration::from_secs(60);

/// One registrar account.
pub(super) struct Desk {
    label: String,
    registrar: Arc<dyn Registrar>,
    per_call: usize,
    at_once: Semaphore,
    control: Mutex<Control>,
    answers: Answers,
    opened: time::Instant,
}

/// What decides whether a call may go out.
struct Control {
    breaker: Breaker,
    pace: Pace,
}

/// When an asker asked, on both clocks, until when it waits, and for which request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    /// The business's clock.
    pub(super) at: Instant,
    /// The runtime's.
    pub(super) started: time::Instant,
    /// The hard deadline.
    pub(super) until: time::Instant,
    /// Goes through every call made for it. Whoever joins a call finds its own request's id in its own line only.
    pub(super) trace: TraceId,
}

impl Asked {
    /// The business's time now: what it was when asked, and what has passed since.
    pub(super) fn now(&self) -> Instant {
        let passed = SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::MAX);
        self.at.plus(passed)
    }
}

/// Names of one asker that hang on one call: positions in what it gave.
pub(super) struct Waiting {
    pub(super) flight: Flight,
    pub(super) positions: Vec<usize>,
}

impl Desk {
    /// `label` names the account in metrics and logs.
    pub(super) fn new(label: String, registrar: Arc<dyn Registrar>) -> Self {
        let limits = registrar.capabilities();
        Self {
            label,
            per_call: limits.names_per_call.clamp(1, NAMES_PER_CALL),
            at_once: Semaphore::new(limits.calls_at_once.clamp(1, 64)),
            control: Mutex::new(Control {
                breaker: Breaker::default(),
                pace: Pace::new(limits.calls_per_minute),
            }),
            answers: Answers::new(),
            registrar,
            opened: time::Instant::now(),
        }
    }

    /// Whether this desk speaks for that adapter.
    pub(super) fn is_of(&self, registrar: &Arc<dyn Registrar>) -> bool {
        Arc::ptr_eq(&self.registrar, registrar)
    }

    /// An answer kept from a moment ago.
    pub(super) fn kept(&self, name: &str, now: Instant) -> Option<Answer> {
        self.answers.kept(name, now)
    }

    /// Whether asking about a name now would send it: no answer is kept, and nobody is asking.
    pub(super) fn must_send(&self, name: &str, now: Instant) -> bool {
        self.answers.kept(name, now).is_none() && !self.answers.is_under_way(name)
    }

    /// Asks about names (positions and A-labels), or joins those who are asking; what was settled meanwhile comes back
    /// at once.
    pub(super) fn ask(self: &Arc<Self>, names: &[(usize, &str)], asked: Asked) -> (Vec<(usize, Answer)>, Vec<Waiting>) {
        let wanted_until_ms = self.since_opened_ms(asked.until);
        let (plan, calls) = self.answers.plan(names, asked.now(), wanted_until_ms, self.per_call);
        let mut waiting: Vec<Waiting> = plan
            .joined
            .into_iter()
            .map(|(call, positions)| Waiting {
                flight: call.flight,
                positions,
            })
            .collect();
        for (call, positions, landing) in calls {
            waiting.push(Waiting {
                flight: call.flight,
                positions,
            });
            let desk = Arc::clone(self);
            let call = async move { desk.call(landing, &call.wanted_until_ms, asked).await };
            tokio::spawn(call.in_current_span());
        }
        (plan.settled, waiting)
    }

    /// One call from its place in the queue to its answers.
    async fn call(&self, landing: Landing, wanted_until_ms: &AtomicU64, asked: Asked) {
        let names: Vec<String> = landing.names().iter().map(ToString::to_string).collect();
        let outcome = self.call_within_limits(&names, wanted_until_ms, asked).await;
        let checked_at = asked.now();
        let mut batch: HashMap<Box<str>, Answer> = HashMap::with_capacity(names.len());
        match outcome {
            Ok(answers) => {
                batch.extend(
                    answers
                        .into_iter()
                        .map(|answer| (Box::from(answer.ascii.as_str()), read(&answer, checked_at))),
                );
                // An answer may lack names, and may hold names nobody asked for.
                batch.retain(|name, _| landing.names().contains(name));
                self.note_unsettled(&batch, asked.trace);
                fill(&mut batch, &landing, NoAnswer::Unsure, checked_at);
            }
            Err(why) => fill(&mut batch, &landing, why, checked_at),
        }
        self.answers.land(landing, batch);
    }

    /// Waits for a place, calls, and calls once more after a limit that passes in time.
    async fn call_within_limits(
        &self,
        names: &[String],
        wanted_until_ms: &AtomicU64,
        asked: Asked,
    ) -> Result<Vec<NameAnswer>, NoAnswer> {
        let mut tries = 0;
        loop {
            let _place = self.place(wanted_until_ms).await?;
            tries += 1;
            match self.call_once(names, asked).await {
                Ok(answers) => return Ok(answers),
                Err(CallFailure::Limited { .. }) if tries < 2 => {}
                Err(CallFailure::Limited { .. }) => return Err(NoAnswer::Limited),
                Err(CallFailure::Denied(_)) => return Err(NoAnswer::Denied),
                Err(CallFailure::Refused(_)) => return Err(NoAnswer::Unsure),
                Err(CallFailure::Down(_)) => return Err(NoAnswer::Down),
            }
        }
    }

    /// A place among the calls under way, once breaker and pace allow it; gives up when nobody waits any more.
    async fn place(&self, wanted_until_ms: &AtomicU64) -> Result<tokio::sync::SemaphorePermit<'_>, NoAnswer> {
        let permit = loop {
            let until = self.wanted_until(wanted_until_ms);
            if let Ok(permit) = time::timeout_at(until, self.at_once.acquire()).await {
                break permit.expect("a desk never closes its semaphore");
            }
            if self.wanted_until(wanted_until_ms) <= until {
                return Err(NoAnswer::Slow);
            }
        };
        loop {
            let now = time::Instant::now();
            let Err((at, why)) = self.admit(now) else {
                return Ok(permit);
            };
            if at > self.wanted_until(wanted_until_ms) {
                return Err(why);
            }
            time::sleep_until(at.max(now + Duration::from_millis(1))).await;
        }
    }

    /// Lets a call out, or says when to ask again and why.
    fn admit(&self, now: time::Instant) -> Result<(), (time::Instant, NoAnswer)> {
        let mut control = self.control();
        let gate = control.breaker.gate(now);
        if let Gate::Open(until) = gate {
            let why = if control.breaker.is_paused(now) {
                NoAnswer::Limited
            } else {
                NoAnswer::Down
            };
            return Err((until, why));
        }
        control.pace.take(now).map_err(|at| {
            if gate == Gate::Probe {
                control.breaker.unprobed();
            }
            (at, NoAnswer::Limited)
        })
    }

    async fn call_once(&self, names: &[String], asked: Asked) -> Result<Vec<NameAnswer>, CallFailure> {
        let began = time::Instant::now();
        let limit = SignedDuration::try_from(CALL_LIMIT).expect("ten seconds fit");
        let errand = Errand {
            deadline: asked.now().plus(limit),
            trace: asked.trace,
        };
        let call = AssertUnwindSafe(self.registrar.availability(names, errand)).catch_unwind();
        let outcome = match time::timeout(CALL_LIMIT, call).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(CallFailure::Down("the adapter panicked".to_owned())),
            Err(_) => Err(CallFailure::Down(format!(
                "no answer within {} s",
                CALL_LIMIT.as_secs()
            ))),
        };
        self.note(&outcome, names.len(), began, asked.trace);
        outcome
    }

    /// Tells breaker, metrics and log how a call ended.
    fn note(&self, outcome: &Result<Vec<NameAnswer>, CallFailure>, names: usize, began: time::Instant, trace: TraceId) {
        let now = time::Instant::now();
        let (ended, word) = match outcome {
            Ok(_) => (Ended::Answered, "answered"),
            Err(CallFailure::Limited { retry_after_seconds }) => (
                Ended::Paused(Duration::from_secs(u64::from(*retry_after_seconds))),
                "limited",
            ),
            Err(CallFailure::Denied(_)) => (Ended::Paused(DENIED_PAUSE), "denied"),
            Err(CallFailure::Refused(_)) => (Ended::Answered, "refused"),
            Err(CallFailure::Down(_)) => (Ended::Down, "down"),
        };
        let (before, after) = {
            let mut control = self.control();
            let before = control.breaker.state(now);
            control.breaker.ended(ended, now);
            (before, control.breaker.state(now))
        };
        let duration = now - began;
        let label = self.label.clone();
        metrics::counter!("entrepot_registrar_calls_total", "registrar" => label.clone(), "outcome" => word)
            .increment(1);
        metrics::histogram!("entrepot_registrar_call_seconds", "registrar" => label.clone(), "outcome" => word)
            .record(duration);
        metrics::gauge!("entrepot_registrar_breaker_state", "registrar" => label).set(match after {
            State::Closed => 0,
            State::HalfOpen => 1,
            State::Open => 2,
        });
        let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        match outcome {
            Ok(_) => {
                tracing::debug!(trace_id = %trace, registrar.account = %self.label, call.names = names, call.duration_ms = duration_ms, "a registrar answered an availability call")
            }
            Err(failure) => {
                tracing::warn!(trace_id = %trace, registrar.account = %self.label, call.names = names, call.duration_ms = duration_ms, call.outcome = word, failure = %failure, "an availability call failed")
            }
        }
        if before != State::Open && after == State::Open {
            tracing::error!(trace_id = %trace, registrar.account = %self.label, "a registrar does not answer: its circuit breaker is open");
        }
    }

    /// The registrar's words on names it has no clear answer for are for staff: they go to the log, once per call.
    fn note_unsettled(&self, batch: &HashMap<Box<str>, Answer>, trace: TraceId) {
        let unsettled = batch
            .values()
            .filter(|answer| matches!(answer.verdict, Verdict::Unknown(_)))
            .count();
        if unsettled > 0 {
            tracing::info!(trace_id = %trace, registrar.account = %self.label, call.unsettled = unsettled, "a registrar left names unsettled");
        }
    }

    fn control(&self) -> std::sync::MutexGuard<'_, Control> {
        self.control.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn since_opened_ms(&self, at: time::Instant) -> u64 {
        u64::try_from(at.saturating_duration_since(self.opened).as_millis()).unwrap_or(u64::MAX)
    }

    fn wanted_until(&self, wanted_until_ms: &AtomicU64) -> time::Instant {
        self.opened + Duration::from_millis(wanted_until_ms.load(Ordering::Relaxed))
    }
}

/// A registrar's answer in our words.
fn read(answer: &NameAnswer, checked_at: Instant) -> Answer {
    let verdict = match &answer.state {
        // What it would cost us is asked again by whoever buys; an offer holds no cost.
        NameState::Free { premium, .. } => Verdict::Free { premium: *premium },
        NameState::Taken => Verdict::Taken,
        NameState::Unsupported(_) => Verdict::Unknown(NoAnswer::Unsupported),
        NameState::Unknown(_) => Verdict::Unknown(NoAnswer::Unsure),
    };
    Answer {
        verdict,
        checked_at,
        definitive: answer.definitive,
    }
}

/// Names without an answer are unknown.
fn fill(batch: &mut HashMap<Box<str>, Answer>, landing: &Landing, why: NoAnswer, checked_at: Instant) {
    for name in landing.names() {
        batch.entry(name.clone()).or_insert(Answer {
            verdict: Verdict::Unknown(why),
            checked_at,
            definitive: false,
        });
    }
}
