//! When to stop calling a registrar that does not answer, and when to try again.
//!
//! Pure: the present moment comes in as an argument. Only failures to answer (connection refused, 5xx, time-outs) open
//! the breaker; a refusal of one request or a limit is an answer, and has its own pause.

use std::time::Duration;

use tokio::time::Instant;

/// Failures in a row that open the breaker.
const FAILURES_TO_OPEN: u32 = 5;
/// The first time it stays open, doubled with each failed probe.
const FIRST_REST: Duration = Duration::from_secs(10);
const LONGEST_REST: Duration = Duration::from_secs(300);
/// How long the others wait before they ask again how the probe went.
const PROBE_WAIT: Duration = Duration::from_millis(100);
/// A registrar's wish to be left alone is obeyed up to this long; beyond it we ask once more.
const LONGEST_PAUSE: Duration = Duration::from_secs(900);

/// How a call ended, as far as the breaker cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It answered.
    Answered,
    /// It asked to be left alone for so long, or refused our account: a pause, no fault of the line.
    Paused(Duration),
    /// It did not answer.
    Down,
}

/// What the breaker says to the next caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// Go on.
    Closed,
    /// Go on, alone: this call decides whether the others may follow.
    Probe,
    /// Not before then.
    Open(Instant),
}

/// Shown as a gauge: 0 closed, 1 half open, 2 open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Closed,
    HalfOpen,
    Open,
}

/// One registrar account's breaker.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    open_until: Option<Instant>,
    paused_until: Option<Instant>,
    rest: Duration,
    probing: bool,
}

impl Breaker {
    /// May a call go now? A `Probe` must be followed by [`Breaker::ended`].
    pub(super) fn gate(&mut self, now: Instant) -> Gate {
        if let Some(until) = self.paused_until.filter(|until| now < *until) {
            return Gate::Open(until);
        }
        match self.open_until {
            None => Gate::Closed,
            Some(until) if now < until => Gate::Open(until),
            Some(_) if self.probing => Gate::Open(now + PROBE_WAIT),
            Some(_) => {
                self.probing = true;
                Gate::Probe
            }
        }
    }

    /// The probe was not made after all.
    pub(super) fn unprobed(&mut self) {
        self.probing = false;
    }

    /// Takes note of how a call ended.
    pub(super) fn ended(&mut self, ended: Ended, now: Instant) {
        self.probing = false;
        match ended {
            Ended::Answered => {
                *self = Self {
                    paused_until: self.paused_until,
                    ..Self::default()
                }
            }
            Ended::Paused(wait) => self.paused_until = Some(now + wait.min(LONGEST_PAUSE)),
            Ended::Down => {
                self.failures += 1;
                let was_open = self.open_until.is_some();
                if was_open || self.failures >= FAILURES_TO_OPEN {
                    self.rest = if was_open {
                        (self.rest * 2).min(LONGEST_REST)
                    } else {
                        FIRST_REST
                    };
                    self.open_until = Some(now + self.rest);
                }
            }
        }
    }

    /// Whether it is the registrar's own wish that we wait.
    pub(super) fn is_paused(&self, now: Instant) -> bool {
        self.paused_until.is_some_and(|until| now < until)
    }

    /// For the gauge.
    pub(super) fn state(&self, now: Instant) -> State {
        match self.open_until {
            None => State::Closed,
            Some(until) if now < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(now: Instant) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES_TO_OPEN {
            assert_eq!(breaker.gate(now), Gate::Closed);
            breaker.ended(Ended::Down, now);
        }
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_one_answer_between_starts_the_count_again() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.ended(Ended::Down, now);
        }
        breaker.ended(Ended::Answered, now);
        breaker.ended(Ended::Down, now);
        assert_eq!(breaker.gate(now), Gate::Closed);
        assert_eq!(opened(now).gate(now), Gate::Open(now + FIRST_REST));
    }

    #[test]
    fn after_its_rest_one_probe_goes_alone_and_its_answer_closes_it() {
        let now = Instant::now();
        let mut breaker = opened(now);
        let later = now + FIRST_REST;
        assert_eq!(breaker.gate(later), Gate::Probe);
        assert!(
            matches!(breaker.gate(later), Gate::Open(_)),
            "the second caller waits for the probe"
        );
        breaker.ended(Ended::Answered, later);
        assert_eq!(breaker.gate(later), Gate::Closed);
        assert_eq!(breaker.state(later), State::Closed);
    }

    #[test]
    fn a_failed_probe_doubles_the_rest_up_to_five_minutes() {
        let mut now = Instant::now();
        let mut breaker = opened(now);
        let mut rests = Vec::new();
        for _ in 0..7 {
            let Gate::Open(until) = breaker.gate(now) else {
                panic!("it should be open")
            };
            rests.push((until - now).as_secs());
            now = until;
            assert_eq!(breaker.gate(now), Gate::Probe);
            breaker.ended(Ended::Down, now);
        }
        assert_eq!(rests, [10, 20, 40, 80, 160, 300, 300]);
    }

    #[test]
    fn a_limit_pauses_for_as_long_as_it_says_and_opens_nothing() {
        let now = Instant::now();
        let mut breaker = Breaker::default();
        for _ in 0..20 {
            breaker.ended(Ended::Paused(Duration::from_secs(7)), now);
        }
        assert_eq!(breaker.gate(now), Gate::Open(now + Duration::from_secs(7)));
        assert_eq!(breaker.state(now), State::Closed);
        assert_eq!(breaker.gate(now + Duration::from_secs(7)), Gate::Closed);
    }
}
