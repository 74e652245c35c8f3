//! What this room needs of price sources. Adapters implement it; nothing here may be called inside a transaction.
//!
//! A source is fetched in parts, one call or a few each, so that a run which is cut off goes on where it was. What a
//! source says is a claim: an adapter only translates, and everything is judged afterwards, in one place, for all sources.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kernel::{Currency, Instant, Problem};
use serde::{Deserialize, Serialize};

use super::kind::{Credentials, SourceKind};
use crate::imports::Reason;
use crate::price_books::{Kind, Operation};

/// One price as a source states it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The ending as the source writes it.
    pub tld: String,
    /// What is priced.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// Regular, promotional, or a fee.
    pub kind: Kind,
    /// The currency the source names, as it names it.
    pub currency: String,
    /// The amount as the source writes it: decimal text, never through a float.
    pub amount: String,
}

/// Something of an answer that is no price of ours, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The ending it stands at, as the source writes it.
    pub tld: String,
    /// Where in the answer.
    pub field: String,
    /// What stands there.
    pub value: String,
    /// Why it is no price.
    pub reason: Reason,
}

/// A part of what a source offers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Prices stated.
    pub claims: Vec<Claim>,
    /// What was left aside.
    pub notes: Vec<Note>,
    /// Where the next part begins, in the adapter's own words; nothing after the last.
    pub next: Option<String>,
    /// How many parts there are in all, as far as the source tells.
    pub parts: Option<u32>,
}

/// Why a part could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceFailure {
    /// The source asks us to slow down; seconds to wait.
    #[error("the source asks to wait {retry_after_seconds} s")]
    Limited {
        /// Seconds to wait.
        retry_after_seconds: u32,
    },
    /// It refused our credentials, our address or the question: asking again is no use until a person acts.
    #[error("the source refused: {0}")]
    Refused(String),
    /// Could not be reached, answered 5xx, or something that is no answer.
    #[error("the source failed: {0}")]
    Failed(String),
}

/// One call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallMade {
    /// What was asked, for people: `GetTLDPricing`. Never an address or a credential.
    pub what: String,
    /// When it went out.
    pub at: Instant,
    /// How long until the answer was whole, or there was none.
    pub took: Duration,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// How long the answer was, in bytes.
    pub bytes: u64,
    /// How it ended.
    pub outcome: CallOutcome,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncCallOutcome)]
#[serde(rename_all = "snake_case")]
pub enum CallOutcome {
    /// With an answer that could be read.
    Answered,
    /// With the wish to be left alone for a while.
    Limited,
    /// With a refusal.
    Refused,
    /// Without an answer, or with one that is none.
    Failed,
}

impl CallOutcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Answered, Self::Limited, Self::Refused, Self::Failed];

    /// As stored, sent and measured.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Limited => "limited",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// What came of asking, and every call that took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard<T> {
    /// What was asked for, or why not.
    pub outcome: Result<T, SourceFailure>,
    /// The calls made.
    pub calls: Vec<CallMade>,
}

/// A question to a source.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The currency wanted, where the source has prices in several.
    pub currency: Currency,
    /// Where the part begins, as the part before said; nothing for the first.
    pub cursor: Option<&'a str>,
    /// Longest wait for one answer.
    pub within: Duration,
    /// Joins the source's log with ours.
    pub correlation: &'a str,
}

/// One account at a source. Cheap to clone behind `Arc`.
#[async_trait]
pub trait PriceSource: Send + Sync {
    /// Shortest pause between two parts: sources are shared with others.
    fn pause(&self) -> Duration;
    /// Fetches one part.
    async fn part(&self, ask: Ask<'_>) -> Heard<Part>;
    /// Makes the cheapest call that proves address and credentials.
    async fn check(&self, ask: Ask<'_>) -> Heard<()>;
}

/// What an adapter is made of.
#[derive(Clone, Debug)]
pub struct SourceAccount {
    /// Whose protocol.
    pub kind: SourceKind,
    /// Where it answers.
    pub endpoint: String,
    /// What it signs with.
    pub credentials: Option<Credentials>,
}

/// The refusal of settings with which nothing can be asked.
pub fn unfit() -> Problem {
    Problem::refused("source_unfit")
}

/// Finds the adapter of a source.
pub trait PriceSources: Send + Sync {
    /// The adapter, without a call.
    ///
    /// # Errors
    /// [`unfit`] when nothing can be asked with these settings.
    fn connect(&self, account: &SourceAccount) -> Result<Arc<dyn PriceSource>, Problem>;
}
