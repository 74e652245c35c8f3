//! What exchange rates need of the outside: a feed of today's, and rooms that say what other rates would touch.

use std::collections::BTreeSet;

use async_trait::async_trait;
use engines::fx::{FxBook, FxRules};
use kernel::{Currency, Instant, Rate};
use platform::{Ctx, Result};
use web::exposures::Exposure;

/// A source that says what currencies are worth now. One feed serves every tenant: rates are nobody's secret.
#[async_trait]
pub trait RateFeed: Send + Sync {
    /// What one unit of `base` is worth in every currency the source knows, as it last said. It may answer from memory as
    /// long as the source has nothing newer.
    async fn latest(&self, base: Currency) -> FeedOutcome;
}

/// Rates that are about to be recorded.
#[derive(Clone, Debug)]
pub struct ProposedRates<'a> {
    /// Every rate that is known.
    pub before: &'a FxBook,
    /// The same with those that are said.
    pub after: &'a FxBook,
    /// How old a rate may be, without a mark-up: that is for whoever converts to decide.
    pub rules: FxRules,
    /// The currencies something is said of.
    pub said: BTreeSet<Currency>,
}

/// A room that converts with rates, and is asked what others would touch before they are recorded.
#[async_trait]
pub trait RateExposures: Send + Sync {
    /// What other rates touch, as far as whoever asks may see it; nothing when nothing.
    ///
    /// # Errors
    /// When the database fails.
    async fn touched(&self, ctx: &Ctx, proposed: &ProposedRates<'_>) -> Result<Vec<Exposure>>;
}

/// How a question to a feed ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FeedOutcome {
    /// It said this.
    Quoted(FeedSheet),
    /// It understood and refuses; asking again soon changes nothing.
    Refused(FeedRefusal),
    /// No answer, or none that can be believed; why, for people.
    Unknown(String),
}

/// What a feed said at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedSheet {
    /// One unit of this.
    pub base: Currency,
    /// Since when it says so.
    pub quoted_at: Instant,
    /// Is worth so much of each of these.
    pub rates: Vec<(Currency, Rate)>,
    /// What it said of currencies and was no rate: zero, below zero, no number.
    pub unfit: Vec<(Currency, String)>,
    /// When it will have something newer.
    pub next_at: Instant,
}

/// Why a feed refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedRefusal {
    /// The installation names no feed.
    NotConfigured,
    /// The feed does not know the base currency.
    UnsupportedBase,
    /// It could not read the question.
    Malformed,
    /// The key is not one of its own.
    InvalidKey,
    /// The account is not active, usually because its address was never confirmed.
    InactiveAccount,
    /// All questions of the plan are used up.
    QuotaReached,
    /// The plan does not include this question.
    PlanUpgradeRequired,
    /// It has no data for the question.
    NoData,
    /// It gave a reason we do not know.
    Other,
}

impl FeedRefusal {
    /// Stable, machine-readable.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotConfigured => "feed_not_configured",
            Self::UnsupportedBase => "feed_unsupported_base",
            Self::Malformed => "feed_malformed_request",
            Self::InvalidKey => "feed_invalid_key",
            Self::InactiveAccount => "feed_inactive_account",
            Self::QuotaReached => "feed_quota_reached",
            Self::PlanUpgradeRequired => "feed_plan_upgrade_required",
            Self::NoData => "feed_no_data",
            Self::Other => "feed_refused",
        }
    }
}

/// Stands in where the installation names no feed.
#[derive(Clone, Copy, Debug)]
pub struct NoFeed;

#[async_trait]
impl RateFeed for NoFeed {
    async fn latest(&self, _base: Currency) -> FeedOutcome {
        FeedOutcome::Refused(FeedRefusal::NotConfigured)
    }
}
