//! The limit: one token bucket for each key and endpoint, as GoDaddy counts.

use std::collections::HashMap;

use kernel::Instant;

const MICROS_A_MINUTE: i64 = 60_000_000;

/// All buckets. A bucket keeps the moment at which it will be full again, so that a changed limit needs no bookkeeping.
#[derive(Default)]
pub(super) struct Till(HashMap<(String, &'static str), i64>);

impl Till {
    /// Takes one token; the whole seconds to wait when there is none. A bucket holds a minute's worth of tokens.
    pub(super) fn take(
        &mut self,
        key: &str,
        endpoint: &'static str,
        per_minute: Option<u32>,
        now: Instant,
    ) -> Option<u64> {
        let per_minute = per_minute?;
        if per_minute == 0 {
            return Some(60);
        }
        let (now, token) = (now.micros(), MICROS_A_MINUTE / i64::from(per_minute));
        let full_at = self.0.entry((key.to_owned(), endpoint)).or_insert(now);
        let after = (*full_at).max(now) + token;
        let over = after - now - MICROS_A_MINUTE;
        if over > 0 {
            return u64::try_from(over).ok().map(|micros| micros.div_ceil(1_000_000));
        }
        *full_at = after;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_calls_pass_at_once_and_then_one_a_second() {
        let mut till = Till::default();
        let at = Instant::from_micros;
        for _ in 0..60 {
            assert_eq!(till.take("k", "bulk", Some(60), at(0)), None);
        }
        assert_eq!(till.take("k", "bulk", Some(60), at(0)), Some(1));
        assert_eq!(
            till.take("k", "single", Some(60), at(0)),
            None,
            "the other endpoint has its own"
        );
        assert_eq!(till.take("other", "bulk", Some(60), at(0)), None, "the other key too");
        assert_eq!(till.take("k", "bulk", Some(60), at(1_000_000)), None);
        assert_eq!(till.take("k", "bulk", Some(60), at(1_000_000)), Some(1));
        assert_eq!(
            till.take("k", "bulk", None, at(1_000_000)),
            None,
            "without a limit nobody waits"
        );
    }
}
