//! What registrars said lately, and what they are being asked right now.
//!
//! Answers are kept for seconds only: a name can be bought by anybody at any moment. *Taken* keeps longer than *free*,
//! since being wrong about it costs a sale that a retry brings back, and being wrong about *free* costs a broken promise.
//! Unknown is never kept. A name that is being asked is not asked again: the second asker waits for the first's call.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures::future::{BoxFuture, FutureExt, Shared};
use jiff::SignedDuration;
use kernel::Instant;
use quick_cache::sync::Cache;
use tokio::sync::oneshot;

/// How long *taken* is believed.
const TAKEN_HOLDS: SignedDuration = SignedDuration::from_secs(60);
/// How long *free* is believed.
const FREE_HOLDS: SignedDuration = SignedDuration::from_secs(20);
/// Names kept per registrar account; the least useful go first.
const NAMES_KEPT: usize = 20_000;

/// Why a registrar's answer is no answer. Codes are public, the registrar's own words stay in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Nothing came before the deadline.
    Slow,
    /// Could not be reached, or rests after failing.
    Down,
    /// Its limits are used up for now.
    Limited,
    /// It refuses our account.
    Denied,
    /// It answered, and does not know.
    Unsure,
    /// It does not sell this ending, or never this name.
    Unsupported,
    /// No account sells the ending.
    NoRegistrar,
}

impl NoAnswer {
    /// Stable, machine-readable.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Slow => "registrar_slow",
            Self::Down | Self::Denied => "registrar_down",
            Self::Limited => "registrar_limited",
            Self::Unsure => "registrar_unsure",
            Self::Unsupported => "name_not_sold",
            Self::NoRegistrar => "no_registrar",
        }
    }
}

/// What one registrar account says of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Can be registered.
    Free { premium: bool },
    /// Registered or reserved.
    Taken,
    /// Not known.
    Unknown(NoAnswer),
}

/// A verdict and when it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) verdict: Verdict,
    pub(super) checked_at: Instant,
    /// `false` when the registrar itself answered from a cache.
    pub(super) definitive: bool,
}

impl Answer {
    fn holds(&self, now: Instant) -> bool {
        let age = now.since(self.checked_at);
        match self.verdict {
            Verdict::Free { .. } => age < FREE_HOLDS,
            Verdict::Taken => age < TAKEN_HOLDS,
            Verdict::Unknown(_) => false,
        }
    }
}

/// What one call brought, by A-label.
pub(super) type Batch = Arc<HashMap<Box<str>, Answer>>;
/// A call under way, or one that has ended: `None` when it died without an answer.
pub(super) type Flight = Shared<BoxFuture<'static, Option<Batch>>>;

/// A call that somebody waits for.
#[derive(Clone)]
pub(super) struct UnderWay {
    pub(super) flight: Flight,
    /// Until when at least one asker waits, in milliseconds since the desk opened: a call that has not gone out by
    /// then need not go.
    pub(super) wanted_until_ms: Arc<AtomicU64>,
}

/// One account's answers.
pub(super) struct Answers {
    kept: Cache<Box<str>, Answer>,
    under_way: Mutex<HashMap<Box<str>, UnderWay>>,
}

/// The end of a call that must be told its answers.
pub(super) struct Landing {
    names: Vec<Box<str>>,
    tell: oneshot::Sender<Batch>,
}

/// What is to be done about names that no kept answer settles.
#[derive(Default)]
pub(super) struct Plan {
    /// Names somebody else is asking already, by call.
    pub(super) joined: Vec<(UnderWay, Vec<usize>)>,
    /// Settled meanwhile.
    pub(super) settled: Vec<(usize, Answer)>,
}

impl Answers {
    pub(super) fn new() -> Self {
        Self {
            kept: Cache::new(NAMES_KEPT),
            under_way: Mutex::default(),
        }
    }

    /// A kept answer that still holds.
    pub(super) fn kept(&self, name: &str, now: Instant) -> Option<Answer> {
        self.kept.get(name).filter(|answer| answer.holds(now))
    }

    /// Whether somebody is asking about it right now.
    pub(super) fn is_under_way(&self, name: &str) -> bool {
        let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.contains_key(name)
    }

    /// Divides names that were not kept a moment ago into those under way and those to ask, and marks the latter as
    /// under way in calls of at most `per_call`; each such call must be landed.
    pub(super) fn plan(
        &self,
        names: &[(usize, &str)],
        now: Instant,
        wanted_until_ms: u64,
        per_call: usize,
    ) -> (Plan, Vec<(UnderWay, Vec<usize>, Landing)>) {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let mut plan = Plan::default();
        let mut to_ask: Vec<(usize, &str)> = Vec::new();
        for (position, name) in names {
            if let Some(answer) = self.kept(name, now) {
                plan.settled.push((*position, answer));
            } else if let Some(call) = under_way.get(*name) {
                call.wanted_until_ms.fetch_max(wanted_until_ms, Ordering::Relaxed);
                match plan
                    .joined
                    .iter_mut()
                    .find(|(joined, _)| joined.flight.ptr_eq(&call.flight))
                {
                    Some((_, positions)) => positions.push(*position),
                    None => plan.joined.push((call.clone(), vec![*position])),
                }
            } else {
                to_ask.push((*position, name));
            }
        }
        let mut calls = Vec::new();
        for chunk in to_ask.chunks(per_call.max(1)) {
            let (tell, told) = oneshot::channel();
            let call = UnderWay {
                flight: async move { told.await.ok() }.boxed().shared(),
                wanted_until_ms: Arc::new(AtomicU64::new(wanted_until_ms)),
            };
            let names: Vec<Box<str>> = chunk.iter().map(|(_, name)| Box::from(*name)).collect();
            for name in &names {
                under_way.insert(name.clone(), call.clone());
            }
            let positions = chunk.iter().map(|(position, _)| *position).collect();
            calls.push((call, positions, Landing { names, tell }));
        }
        (plan, calls)
    }

    /// Keeps what a call brought, and tells all who wait for it.
    pub(super) fn land(&self, landing: Landing, batch: HashMap<Box<str>, Answer>) {
        for (name, answer) in &batch {
            if !matches!(answer.verdict, Verdict::Unknown(_)) {
                self.kept.insert(name.clone(), *answer);
            }
        }
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        for name in &landing.names {
            under_way.remove(name);
        }
        drop(under_way);
        // All askers may have gone; the answers are kept for the next one.
        let _ = landing.tell.send(Arc::new(batch));
    }
}

impl Landing {
    pub(super) fn names(&self) -> &[Box<str>] {
        &self.names
    }
}
