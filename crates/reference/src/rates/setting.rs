//! Where a tenant's rates come from and how far they are trusted: one setting, changed in the console and over the API.

use kernel::{Currency, Percent, Problem, ProblemKind};
use platform::settings::{self, Setting};
use platform::{Read, Result, Tx};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::permissions::RATES_EDIT;

/// A year: nobody prices with an older rate.
const OLDEST_HOURS_MOST: u32 = 8_760;
/// Beyond ten times, what was said is no step of a market.
const JUMP_MOST: Percent = Percent::whole(1_000);

/// A tenant's choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatesSetting {
    /// Whether the feed is asked by itself.
    pub fetch: bool,
    /// What rates are asked of, and shown in: one unit of this.
    pub base: Currency,
    /// A rate older than so many hours converts nothing.
    pub oldest_hours: u32,
    /// A step further than this from the last known rate waits for a person.
    pub jump_percent: Percent,
}

impl Default for RatesSetting {
    fn default() -> Self {
        Self {
            fetch: false,
            base: Currency::USD,
            // Carries a source that rests at weekends.
            oldest_hours: 72,
            jump_percent: Percent::whole(25),
        }
    }
}

/// The setting.
pub(crate) const RATES: Setting<RatesSetting> = Setting {
    key: "reference.rates",
    default: RatesSetting::default,
};

impl RatesSetting {
    /// This setting, if it can be kept.
    fn checked(self) -> Result<Self, Problem> {
        let mut problem = Problem::refused("invalid_fields");
        if !(1..=OLDEST_HOURS_MOST).contains(&self.oldest_hours) {
            problem = problem.field("/oldest_hours", "rate_age_invalid");
        }
        if self.jump_percent <= Percent::ZERO || self.jump_percent > JUMP_MOST {
            problem = problem.field("/jump_percent", "rate_jump_invalid");
        }
        if problem.fields.is_empty() {
            Ok(self)
        } else {
            Err(problem)
        }
    }

    /// The same for the same choice, whoever made it and when.
    pub(super) fn version(&self) -> i64 {
        let json = serde_json::to_vec(self).expect("a setting is plain values");
        let hash = Sha256::digest(&json);
        let first = hash.first_chunk().expect("a SHA-256 has 32 bytes");
        // Without its sign: a tag no caller can name must not be one of ours.
        i64::from_be_bytes(*first) & i64::MAX
    }
}

/// The tenant's choice.
///
/// # Errors
/// When the database fails.
pub async fn get(read: &Read) -> Result<RatesSetting> {
    settings::get(read, &RATES).await
}

/// Changes it. `expected` judges the version the change is based on.
///
/// # Errors
/// `forbidden`, `invalid_fields`, `stale`, or the database.
pub async fn set(
    tx: &mut Tx,
    setting: RatesSetting,
    expected: impl FnOnce(i64) -> Result<(), Problem> + Send,
) -> Result<RatesSetting> {
    tx.allow(RATES_EDIT)?;
    let setting = setting.checked()?;
    let decide = |before: &RatesSetting| expected(before.version()).map(|()| setting);
    settings::change(tx, &RATES, decide).await
}

/// What a page's hidden version says against the present one.
pub(super) fn based_on(shown: &str) -> impl FnOnce(i64) -> Result<(), Problem> + use<> {
    let shown = shown.parse::<i64>().ok();
    move |version| match shown {
        Some(shown) if shown != version => Err(Problem::new(ProblemKind::Stale, "stale")),
        _ => Ok(()),
    }
}
