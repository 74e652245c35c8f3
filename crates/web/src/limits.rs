//! Rate limits: token buckets on our own clock, so that tests and `simulate` move time by hand.
//!
//! Every request takes one from its caller's bucket; work that costs others (names sent to a registrar, mails) takes as
//! many as it costs from a [`Budget`] of its tenant. Buckets live in the process: with `n` processes a caller gets up to
//! `n` times as much, which is fine for protection; what providers demand is kept in the database, by jobs.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as GovernorClock;
use governor::middleware::StateInformationMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use kernel::{Clock, Problem, ProblemKind, TenantId};
use platform::Who;

use crate::config::{LimitConfig, Pace};

/// After so many checks, buckets that are full again are forgotten.
const SWEEP_EVERY: u32 = 16_384;

const ONE_A_MINUTE: Pace = Pace {
    per_minute: 1,
    burst: 1,
};

/// Our clock, as governor reads it.
#[derive(Clone)]
struct EdgeClock(Arc<dyn Clock>);

impl GovernorClock for EdgeClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::from(u64::try_from(self.0.now().micros()).unwrap_or(0).saturating_mul(1_000))
    }
}

type Limiter<K> = RateLimiter<K, DashMapStateStore<K>, EdgeClock, StateInformationMiddleware>;

/// What the `RateLimit` headers of an answer say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate {
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
    pub(crate) reset_seconds: u32,
}

/// A bucket per key.
struct Buckets<K: Hash + Eq + Clone> {
    limiter: Limiter<K>,
    clock: EdgeClock,
    pace: Pace,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(pace: Pace, clock: Arc<dyn Clock>) -> Self {
        let clock = EdgeClock(clock);
        let limiter = Limiter::new(quota(pace), DashMapStateStore::default(), clock.clone());
        Self {
            limiter,
            clock,
            pace,
            checks: AtomicU32::new(0),
        }
    }

    /// Takes `amount`; on refusal the seconds until there is enough, or `None` when there never will be.
    fn take(&self, key: &K, amount: NonZeroU32) -> Result<Rate, Option<u32>> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key_n(key, amount) {
            Ok(Ok(state)) => Ok(self.rate(state.remaining_burst_capacity())),
            Ok(Err(refusal)) => Err(Some(seconds_up(refusal.wait_time_from(self.clock.now())))),
            Err(_beyond_burst) => Err(None),
        }
    }

    fn rate(&self, remaining: u32) -> Rate {
        let missing = u64::from(self.pace.burst.saturating_sub(remaining));
        let reset = (missing * 60).div_ceil(u64::from(self.pace.per_minute.max(1)));
        Rate {
            limit: self.pace.burst,
            remaining,
            reset_seconds: u32::try_from(reset).unwrap_or(u32::MAX),
        }
    }
}

fn quota(pace: Pace) -> Quota {
    let burst = NonZeroU32::new(pace.burst).unwrap_or(NonZeroU32::MIN);
    let per_token = Duration::from_mins(1) / pace.per_minute.max(1);
    Quota::with_period(per_token)
        .unwrap_or_else(|| Quota::per_minute(NonZeroU32::MIN))
        .allow_burst(burst)
}

fn seconds_up(wait: Duration) -> u32 {
    u32::try_from(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
        .unwrap_or(u32::MAX)
        .max(1)
}

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counted {
    /// An API key or a user.
    Caller(uuid::Uuid),
    /// Whoever asks from this address prefix at this tenant.
    Visitor(uuid::Uuid, u64),
    /// Wrong credentials from this address prefix.
    Wrong(u64),
}

/// The edge's buckets. Cheap to clone.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    clock: Arc<dyn Clock>,
    callers: Buckets<Counted>,
    visitors: Buckets<Counted>,
    wrong: Buckets<Counted>,
    /// Refusals noted in the audit log, by who was refused what.
    denials: Buckets<(Who, String)>,
    /// Buckets of callers with a pace of their own, by that pace.
    special: arc_swap::ArcSwap<Vec<(u32, Arc<Buckets<Counted>>)>>,
}

impl Limits {
    pub(crate) fn new(config: &LimitConfig, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            callers: Buckets::new(config.caller, clock.clone()),
            visitors: Buckets::new(config.visitor, clock.clone()),
            wrong: Buckets::new(config.wrong_credentials, clock.clone()),
            denials: Buckets::new(ONE_A_MINUTE, clock.clone()),
            special: arc_swap::ArcSwap::default(),
            clock,
        }))
    }

    /// One request of a caller; `per_minute` where the caller has a pace of its own.
    pub(crate) fn request(&self, who: Counted, per_minute: Option<u32>) -> Result<Rate, Problem> {
        let taken = match (who, per_minute) {
            (Counted::Caller(_), Some(per_minute)) => self.special(per_minute).take(&who, NonZeroU32::MIN),
            (Counted::Caller(_), None) => self.0.callers.take(&who, NonZeroU32::MIN),
            (Counted::Visitor(..), _) => self.0.visitors.take(&who, NonZeroU32::MIN),
            (Counted::Wrong(_), _) => self.0.wrong.take(&who, NonZeroU32::MIN),
        };
        taken.map_err(|wait| too_many("rate_limited", wait))
    }

    /// Whether a refusal is to be noted: the first of this kind within a minute.
    pub(crate) fn denial(&self, who: Who, subject: &str) -> bool {
        self.0.denials.take(&(who, subject.to_owned()), NonZeroU32::MIN).is_ok()
    }

    fn special(&self, per_minute: u32) -> Arc<Buckets<Counted>> {
        let find = |all: &[(u32, Arc<Buckets<Counted>>)]| {
            all.iter().find(|(pace, _)| *pace == per_minute).map(|(_, b)| b.clone())
        };
        if let Some(buckets) = find(&self.0.special.load()) {
            return buckets;
        }
        let pace = Pace {
            per_minute,
            burst: (per_minute / 6).max(1),
        };
        let new = Arc::new(Buckets::new(pace, self.0.clock.clone()));
        self.0.special.rcu(|all| {
            let mut all = Vec::clone(all);
            if find(&all).is_none() {
                all.push((per_minute, new.clone()));
            }
            all
        });
        find(&self.0.special.load()).unwrap_or(new)
    }

    /// A budget of one kind of costly work, with a bucket for each tenant.
    pub fn budget(&self, code: &'static str, per_second: u32, burst: u32) -> Budget {
        Budget::new(self.0.clock.clone(), code, per_second, burst)
    }
}

/// How much costly work each tenant may cause: names sent to a registrar, mails to strangers. Cheap to clone.
#[derive(Clone)]
pub struct Budget {
    code: &'static str,
    burst: u32,
    buckets: Arc<Buckets<TenantId>>,
}

impl Budget {
    /// `per_second` on average, `burst` at once; refusals carry `code`.
    pub fn new(clock: Arc<dyn Clock>, code: &'static str, per_second: u32, burst: u32) -> Self {
        let pace = Pace {
            per_minute: per_second.saturating_mul(60),
            burst,
        };
        Self {
            code,
            burst,
            buckets: Arc::new(Buckets::new(pace, clock)),
        }
    }

    /// Takes `amount` for a tenant. Nothing is taken when it is refused.
    ///
    /// # Errors
    /// 429 with the seconds after which it would be granted.
    pub fn take(&self, tenant: TenantId, amount: usize) -> Result<(), Problem> {
        let Some(amount) = NonZeroU32::new(u32::try_from(amount).unwrap_or(u32::MAX)) else {
            return Ok(());
        };
        self.buckets
            .take(&tenant, amount)
            .map(drop)
            .map_err(|wait| too_many(self.code, wait).arg("burst", self.burst))
    }
}

fn too_many(code: &'static str, wait_seconds: Option<u32>) -> Problem {
    let problem = Problem::new(ProblemKind::TooMany, code);
    match wait_seconds {
        Some(seconds) => problem.arg("seconds", seconds).retry_after(seconds),
        None => problem.arg("seconds", 60).retry_after(60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::HandClock;
    use kernel::Id;
    use uuid::Uuid;

    fn limits(clock: &Arc<HandClock>) -> Limits {
        let config = LimitConfig {
            caller: Pace {
                per_minute: 60,
                burst: 3,
            },
            ..LimitConfig::default()
        };
        Limits::new(&config, clock.clone())
    }

    #[test]
    fn a_caller_gets_its_burst_then_waits_for_the_refill() {
        let clock = HandClock::at("2027-01-01T00:00:00Z");
        let limits = limits(&clock);
        let who = Counted::Caller(Uuid::from_u128(1));
        let left: Vec<u32> = (0..3).map(|_| limits.request(who, None).unwrap().remaining).collect();
        assert_eq!(left, [2, 1, 0]);
        assert_eq!(limits.request(who, None).unwrap_err().retry_after_seconds, Some(1));
        assert!(limits.request(Counted::Caller(Uuid::from_u128(2)), None).is_ok());
        clock.advance_seconds(1);
        assert!(limits.request(who, None).is_ok());
    }

    #[test]
    fn a_key_with_its_own_pace_has_its_own_bucket() {
        let clock = HandClock::at("2027-01-01T00:00:00Z");
        let limits = limits(&clock);
        let who = Counted::Caller(Uuid::from_u128(1));
        assert_eq!((0..20).filter(|_| limits.request(who, Some(60)).is_ok()).count(), 10);
    }

    #[test]
    fn a_budget_grants_its_burst_refuses_more_and_takes_nothing_when_it_refuses() {
        let clock = HandClock::at("2027-01-01T00:00:00Z");
        let budget = Budget::new(clock.clone(), "registrar_names_budget", 60, 1_000);
        let tenant = TenantId::from_uuid(Uuid::from_u128(7));
        assert_eq!(budget.take(tenant, 900), Ok(()));
        assert_eq!(budget.take(tenant, 160).unwrap_err().retry_after_seconds, Some(1));
        assert_eq!(budget.take(tenant, 100), Ok(()));
        clock.advance_seconds(10);
        assert_eq!(budget.take(tenant, 600), Ok(()));
        assert!(budget.take(tenant, 5_000).is_err());
        assert_eq!(budget.take(tenant, 0), Ok(()));
    }
}
