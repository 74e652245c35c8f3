//! How many calls an account may make: so many at once, and so many in any sixty seconds.
//!
//! A sliding window, not a bucket: a bucket that starts full lets twice the limit through in its first minute, and
//! registrars punish that. One process keeps to the limit by itself; how several processes share one account's limit is
//! platform's matter.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(60);

/// When the calls of the last minute went out.
#[derive(Debug)]
pub(super) struct Pace {
    per_minute: usize,
    recent: VecDeque<Instant>,
}

impl Pace {
    /// At least one call a minute, whatever the capabilities say.
    pub(super) fn new(per_minute: u32) -> Self {
        Self {
            per_minute: usize::try_from(per_minute).unwrap_or(usize::MAX).max(1),
            recent: VecDeque::new(),
        }
    }

    /// Takes a place if there is one; else says when the next is free.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        while self.recent.front().is_some_and(|at| *at + WINDOW <= now) {
            self.recent.pop_front();
        }
        if self.recent.len() < self.per_minute {
            self.recent.push_back(now);
            return Ok(());
        }
        Err(*self.recent.front().expect("the window is full, so not empty") + WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_sixty_seconds_see_more_calls_than_allowed() {
        let start = Instant::now();
        let mut pace = Pace::new(3);
        let mut went = Vec::new();
        for second in 0..200 {
            let now = start + Duration::from_secs(second);
            if pace.take(now).is_ok() {
                went.push(second);
            }
        }
        assert_eq!(went, [0, 1, 2, 60, 61, 62, 120, 121, 122, 180, 181, 182]);
    }

    #[test]
    fn a_full_window_says_when_the_next_place_is_free() {
        let start = Instant::now();
        let mut pace = Pace::new(1);
        assert_eq!(pace.take(start), Ok(()));
        assert_eq!(pace.take(start + Duration::from_secs(5)), Err(start + WINDOW));
    }
}
