//! How a simulated registrar misbehaves: the words of its fault script, and the chance that drives it.
//!
//! Chance is a function of (seed, call number), so one seed gives one history.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// One way to misbehave. As JSON: `{"mode": "slow", "p50_ms": 100, "p99_ms": 2000}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub enum Fault {
    /// Answers at once, as documented.
    #[default]
    None,
    /// Answers late: half within `p50_ms`, 99 in 100 within `p99_ms` (log-normal).
    Slow {
        /// The median.
        p50_ms: u32,
        /// The 99th percentile.
        p99_ms: u32,
    },
    /// Fails this share of the calls with a 5xx.
    Flaky {
        /// From 0 to 1.
        error_rate: f64,
    },
    /// Allows this many calls a minute and endpoint.
    Limited {
        /// Calls a minute.
        per_minute: u32,
    },
    /// Answers 503 to everything.
    Down,
    /// Takes the call and never answers.
    Hang,
    /// Answers 200 with something that is no answer.
    Garbage {
        /// Which.
        #[serde(default)]
        kind: Garbage,
    },
    /// Gives an error in place of an answer for this share of the names of a bulk call.
    Partial {
        /// From 0 to 1.
        share: f64,
    },
    /// Answers in form and false in content.
    Lie {
        /// Which.
        lie: Lie,
    },
}

/// What a garbled answer looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Garbage {
    /// A web page, as a broken proxy gives.
    #[default]
    Html,
    /// JSON that ends in the middle.
    Truncated,
    /// Longer than anyone should read.
    Oversized,
    /// JSON of another shape.
    Nonsense,
    /// Nothing.
    Empty,
    /// JSON nested deeper than a parser should follow.
    Deep,
}

/// What a false answer claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lie {
    /// It speaks of names nobody asked for, and calls them free.
    OtherNames,
    /// Prices in a currency the account is not billed in.
    Currency,
    /// A price below zero.
    NegativePrice,
    /// A price of nothing.
    ZeroPrice,
    /// A price beyond any reason.
    HugePrice,
    /// A price that is no whole number.
    FractionalPrice,
    /// A period of no years.
    Period,
    /// Each name twice: once free, once taken.
    Twice,
    /// Every name free, whatever the register says. No adapter can see through this one; sales have to.
    AllFree,
}

/// A fault and for how many calls it lasts; without a number until it is replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The fault.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calls: Option<u32>,
}

impl From<Fault> for Step {
    fn from(fault: Fault) -> Self {
        Self { fault, calls: None }
    }
}

/// A number that looks random and depends on its arguments alone.
pub(crate) fn draw(seed: u64, purpose: &str, subject: &str) -> u64 {
    let digest = Sha256::new()
        .chain_update(seed.to_le_bytes())
        .chain_update(purpose.as_bytes())
        .chain_update([0])
        .chain_update(subject.as_bytes())
        .finalize();
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(first)
}

/// [`draw`] as a share: at least 0, less than 1.
pub(crate) fn share(seed: u64, purpose: &str, subject: &str) -> f64 {
    // 53 bits are what an f64 holds exactly. Shares and latencies are no money.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
    let share = (draw(seed, purpose, subject) >> 11) as f64 / (1_u64 << 53) as f64;
    share
}

/// How late call number `call` is answered: log-normal through the two percentiles.
pub(crate) fn delay(seed: u64, call: u64, p50_ms: u32, p99_ms: u32) -> Duration {
    // 2.326: where the standard normal distribution has 99 % below.
    let spread = (f64::from(p99_ms.max(1)) / f64::from(p50_ms.max(1))).ln().max(0.0) / 2.326;
    let subject = call.to_string();
    // Box and Muller's transform of two even shares into one normal one.
    let (first, second) = (share(seed, "delay", &subject), share(seed, "delay-angle", &subject));
    let normal = (-2.0 * (1.0 - first).ln()).sqrt() * (std::f64::consts::TAU * second).cos();
    let ms = f64::from(p50_ms) * (spread * normal).exp();
    Duration::from_secs_f64(ms.clamp(0.0, 60_000.0) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_meet_their_percentiles_and_repeat_with_the_seed() {
        let mut delays: Vec<_> = (0..4000).map(|call| delay(7, call, 100, 2000)).collect();
        assert_eq!(delays[5], delay(7, 5, 100, 2000));
        delays.sort();
        let (median, late) = (delays[2000].as_millis(), delays[3960].as_millis());
        assert!((85..=115).contains(&median), "{median}");
        assert!((1500..=2700).contains(&late), "{late}");
    }

    #[test]
    fn a_step_reads_as_the_documentation_writes_it() {
        let step: Step =
            serde_json::from_str(r#"{"mode": "slow", "p50_ms": 100, "p99_ms": 2000, "calls": 3}"#).unwrap();
        assert_eq!(
            step,
            Step {
                fault: Fault::Slow {
                    p50_ms: 100,
                    p99_ms: 2000
                },
                calls: Some(3)
            }
        );
        let step: Step = serde_json::from_str(r#"{"mode": "garbage"}"#).unwrap();
        assert_eq!(step, Fault::Garbage { kind: Garbage::Html }.into());
    }
}
