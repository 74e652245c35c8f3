//! Instants, periods and the clock port.
//!
//! An instant is a whole number of microseconds since 1970-01-01T00:00:00Z: the finest step both databases keep alike.
//! Business dates are `jiff::civil::Date` with the tenant's time zone named beside them.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize, de};

/// A moment in UTC, to the microsecond. RFC 3339 on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From microseconds since the epoch, as the databases keep it.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// From a `jiff` timestamp, cut to the microsecond.
    pub fn from_timestamp(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }

    /// As a `jiff` timestamp, for calendar arithmetic. Instants beyond `jiff`'s years (-9999 to 9999) are clamped.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }

    /// This instant moved by `duration`, saturating.
    pub fn plus(self, duration: SignedDuration) -> Self {
        let micros =
            i64::try_from(duration.as_micros()).unwrap_or(if duration.is_negative() { i64::MIN } else { i64::MAX });
        Self(self.0.saturating_add(micros))
    }

    /// This instant moved back by `duration`, saturating.
    pub fn minus(self, duration: SignedDuration) -> Self {
        self.plus(-duration)
    }

    /// How long after `earlier` this is; negative when before it.
    pub fn since(self, earlier: Self) -> SignedDuration {
        SignedDuration::from_micros(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.timestamp(), f)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::from_timestamp)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// Where the time comes from. The system's clock in `serve`, a hand-moved one in tests and in `simulate`.
pub trait Clock: Send + Sync + 'static {
    /// The present moment.
    fn now(&self) -> Instant;
}

/// A half-open stretch of time: `from` is in it, `until` is not; without `until` it never ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first instant in the period.
    pub from: Instant,
    /// The first instant after it.
    pub until: Option<Instant>,
}

impl Period {
    /// Whether `at` lies in the period.
    pub fn contains(&self, at: Instant) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_reads_back_what_it_writes() {
        let text = "2026-11-21T03:34:00.000001Z";
        assert_eq!(text.parse::<Instant>().unwrap().to_string(), text);
    }

    #[test]
    fn a_period_holds_its_start_and_not_its_end() {
        let period = Period {
            from: Instant::from_micros(1),
            until: Some(Instant::from_micros(3)),
        };
        let held: Vec<bool> = (0..4).map(|at| period.contains(Instant::from_micros(at))).collect();
        assert_eq!(held, [false, true, true, false]);
    }
}
