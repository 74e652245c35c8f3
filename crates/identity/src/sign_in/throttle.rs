//! How guessing is slowed down, pure: five tries a minute for an account, then twice as long each time up to fifteen
//! minutes; a hundred failures an hour from one network. A device the owner has signed in from before has a counter of
//! its own, so strangers who hammer on an account never lock its owner out.

use jiff::SignedDuration;
use kernel::Instant;

/// What the tries are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// One account (or one device of its owner).
    Account,
    /// One network prefix.
    Network,
}

impl Counter {
    fn free_failures(self) -> i64 {
        match self {
            Self::Account => 5,
            Self::Network => 100,
        }
    }

    fn window(self) -> SignedDuration {
        match self {
            Self::Account => SignedDuration::from_mins(1),
            Self::Network => SignedDuration::from_hours(1),
        }
    }

    /// How long the counter remembers after the last failure.
    fn memory(self) -> SignedDuration {
        match self {
            Self::Account => SignedDuration::from_hours(24),
            Self::Network => SignedDuration::from_hours(1),
        }
    }
}

const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// Failures of one counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// Failures in the present window.
    pub recent: i64,
    /// When that window began.
    pub window_started_at: Instant,
    /// How many times in a row the limit was hit.
    pub strikes: i64,
    /// Nothing is tried before this.
    pub blocked_until: Option<Instant>,
    /// The last failure.
    pub last_at: Instant,
}

impl Failures {
    /// None so far.
    pub fn none(now: Instant) -> Self {
        Self {
            recent: 0,
            window_started_at: now,
            strikes: 0,
            blocked_until: None,
            last_at: now,
        }
    }

    /// Seconds to wait before the next try; none when it may be made now.
    pub fn wait_seconds(&self, now: Instant) -> Option<u32> {
        let until = self.blocked_until.filter(|until| now < *until)?;
        let micros = until.since(now).as_micros();
        u32::try_from((micros + 999_999) / 1_000_000).ok()
    }

    /// One more failure.
    #[must_use]
    pub fn failed(self, counter: Counter, now: Instant) -> Self {
        let forgotten = now.since(self.last_at) >= counter.memory();
        let known = if forgotten { Self::none(now) } else { self };
        let in_window = now.since(known.window_started_at) < counter.window();
        let (recent, window_started_at) = if in_window {
            (known.recent + 1, known.window_started_at)
        } else {
            (1, now)
        };
        // After the first strike every further failure is one: the back-off grows with each wrong try.
        if recent < counter.free_failures() && known.strikes == 0 {
            return Self {
                recent,
                window_started_at,
                last_at: now,
                blocked_until: None,
                ..known
            };
        }
        let strikes = known.strikes + 1;
        Self {
            recent,
            window_started_at,
            strikes,
            blocked_until: Some(now.plus(back_off(strikes))),
            last_at: now,
        }
    }
}

/// 1, 2, 4, 8, 15, 15 … minutes.
fn back_off(strikes: i64) -> SignedDuration {
    let doublings = u32::try_from(strikes - 1).unwrap_or(0).min(10);
    SignedDuration::from_mins(1 << doublings).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: i64) -> Instant {
        Instant::from_micros(n * 1_000_000)
    }

    /// Tries a wrong password whenever allowed, each second, and tells at which seconds.
    fn tries(counter: Counter, seconds: i64) -> Vec<i64> {
        let mut failures = Failures::none(second(0));
        let mut made = Vec::new();
        for at in 0..seconds {
            if failures.wait_seconds(second(at)).is_none() {
                made.push(at);
                failures = failures.failed(counter, second(at));
            }
        }
        made
    }

    #[test]
    fn an_account_takes_five_tries_then_waits_twice_as_long_each_time() {
        let minutes = [1, 2, 4, 8, 15, 15];
        let mut expected = vec![0, 1, 2, 3, 4];
        for minute in minutes {
            expected.push(expected[expected.len() - 1] + minute * 60);
        }
        assert_eq!(tries(Counter::Account, 3_000)[..expected.len()], expected);
    }

    #[test]
    fn a_thousand_tries_take_more_than_ten_days() {
        assert!(tries(Counter::Account, 86_400).len() < 105);
    }

    #[test]
    fn a_network_has_a_hundred_failures_an_hour() {
        assert_eq!(tries(Counter::Network, 101).len(), 100);
    }

    #[test]
    fn slow_mistakes_never_block() {
        let mut failures = Failures::none(second(0));
        for minute in 0..50 {
            assert_eq!(failures.wait_seconds(second(minute * 61)), None);
            failures = failures.failed(Counter::Account, second(minute * 61));
        }
    }

    #[test]
    fn a_day_later_everything_is_forgotten() {
        let blocked = (0..9).fold(Failures::none(second(0)), |f, _| f.failed(Counter::Account, second(0)));
        assert!(blocked.wait_seconds(second(1)).is_some());
        let later = second(86_400);
        assert_eq!(blocked.failed(Counter::Account, later).wait_seconds(later), None);
    }

    #[test]
    fn the_wait_is_told_in_whole_seconds_rounded_up() {
        let failures = Failures {
            blocked_until: Some(Instant::from_micros(1_000_001)),
            ..Failures::none(second(0))
        };
        assert_eq!(failures.wait_seconds(second(0)), Some(2));
    }
}
