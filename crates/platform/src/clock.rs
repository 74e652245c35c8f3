//! Clocks: the system's, and one moved by hand in tests and in `simulate`.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use kernel::{Clock, Instant};

/// The system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the port through which everybody else gets the time"
    )]
    fn now(&self) -> Instant {
        Instant::from_timestamp(jiff::Timestamp::now())
    }
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn at(now: Instant) -> Self {
        Self(AtomicI64::new(now.micros()))
    }

    /// Moves it by `by`; back, too.
    pub fn advance(&self, by: SignedDuration) {
        self.travel_to(self.now().plus(by));
    }

    /// Moves it to `to`.
    pub fn travel_to(&self, to: Instant) {
        self.0.store(to.micros(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}
