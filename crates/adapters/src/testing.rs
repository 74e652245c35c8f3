//! Things every adapter's tests need.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::SignedDuration;
use kernel::{Clock, Instant};

/// A clock moved by hand.
#[derive(Debug, Default)]
pub(crate) struct HandClock(AtomicI64);

impl HandClock {
    pub(crate) fn at(text: &str) -> Self {
        Self(AtomicI64::new(text.parse::<Instant>().unwrap().micros()))
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.0
            .fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::SeqCst))
    }
}
