//! The call, and the answers that need no other: those that are still the newest, refusals, and failures of a moment ago.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderValue, header};
use jiff::SignedDuration;
use kernel::{Clock, Currency, Instant};
use reference::rates::ports::{FeedOutcome, FeedRefusal, RateFeed};

use super::translate;
use crate::Unfit;
use crate::transport::{self, Call, Transport};

/// Where the service is.
pub const BASE_URL: &str = "https://v6.exchangerate-api.com";

/// A job or a person waits for this.
const PATIENCE: Duration = Duration::from_secs(10);
/// An answer names some hundred and sixty currencies in four kilobytes.
const LONGEST_ANSWER: usize = 256 * 1024;
/// What is kept is never kept longer, whatever the service says of its next.
const KEPT_AT_MOST: SignedDuration = SignedDuration::from_hours(24);
/// A refusal is not asked for again sooner: each question counts against the plan of all, and none is mended in a moment.
const REFUSAL_KEPT: SignedDuration = SignedDuration::from_mins(30);
/// Nor is a failure, and a service that is late with its next rates: of many who ask at once one does.
const FAILURE_KEPT: SignedDuration = SignedDuration::from_mins(1);

/// An account at the service.
#[derive(Clone)]
pub struct Account {
    /// `https://v6.exchangerate-api.com`, or a simulator. Without TLS only on this machine.
    pub base_url: String,
    /// The key.
    pub key: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The adapter. One serves every tenant: an answer to one is an answer to all, and counts once against the plan.
pub struct ExchangerateApi {
    account: Account,
    transport: Transport,
    patience: Duration,
    clock: Arc<dyn Clock>,
    /// By base: whoever holds a base's lock asks, and who comes second finds the answer.
    kept: Mutex<HashMap<Currency, Arc<OneAtATime>>>,
    /// What the account is refused, whatever it asks.
    refused: Mutex<Option<Kept>>,
}

type OneAtATime = tokio::sync::Mutex<Option<Kept>>;

/// An answer, and how long it needs no other.
#[derive(Clone)]
struct Kept {
    outcome: FeedOutcome,
    since: Instant,
    until: Instant,
}

impl Kept {
    fn new(outcome: FeedOutcome, now: Instant) -> Self {
        let until = match &outcome {
            FeedOutcome::Quoted(sheet) => sheet.next_at.clamp(now.plus(FAILURE_KEPT), now.plus(KEPT_AT_MOST)),
            FeedOutcome::Refused(_) => now.plus(REFUSAL_KEPT),
            FeedOutcome::Unknown(_) => now.plus(FAILURE_KEPT),
        };
        Self {
            outcome,
            since: now,
            until,
        }
    }

    /// The answer while it holds. A clock set back makes nothing newer than it is.
    fn at(&self, now: Instant) -> Option<FeedOutcome> {
        (self.since <= now && now < self.until).then(|| self.outcome.clone())
    }

    /// Whether it is the account that is refused, and not the question.
    const fn is_of_account(&self) -> bool {
        use FeedRefusal::{InactiveAccount, InvalidKey, QuotaReached};
        matches!(
            self.outcome,
            FeedOutcome::Refused(InactiveAccount | InvalidKey | QuotaReached)
        )
    }
}

impl ExchangerateApi {
    /// Checks the account's settings; makes no call.
    ///
    /// # Errors
    /// When the key would travel in the clear, or is none.
    pub fn try_new(mut account: Account, transport: Transport, clock: Arc<dyn Clock>) -> Result<Self, Unfit> {
        account.base_url.truncate(account.base_url.trim_end_matches('/').len());
        if !transport::may_carry_secrets(&account.base_url) {
            let told = format!("exchange_rates: {} is not an https address", account.base_url);
            return Err(Unfit(told));
        }
        let is_key = |key: &str| !key.is_empty() && key.len() <= 128 && key.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_key(&account.key) {
            return Err(Unfit(
                "exchange_rates: the key is 1 to 128 letters, digits and signs without spaces".to_owned(),
            ));
        }
        Ok(Self {
            account,
            transport: transport.with_body_cap(LONGEST_ANSWER),
            patience: PATIENCE,
            clock,
            kept: Mutex::default(),
            refused: Mutex::default(),
        })
    }

    /// The same, waiting so long for a whole answer; ten seconds if not said.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn refused(&self) -> MutexGuard<'_, Option<Kept>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn one_at_a_time(&self, base: Currency) -> Arc<OneAtATime> {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(base).or_default())
    }

    async fn ask(&self, base: Currency) -> FeedOutcome {
        let Account { base_url, key } = &self.account;
        let url = format!("{base_url}/v6/{}/latest/{base}", transport::encode(key));
        let call = Call::get(url).header(header::ACCEPT, HeaderValue::from_static("application/json"));
        match self.transport.send(call, self.patience).await {
            Ok(answer) => {
                tracing::debug!(feed = "exchangerate-api", %base, status = answer.status, "rates answered");
                translate::latest(&answer, base)
            }
            // The transport's words never hold an address.
            Err(error) => FeedOutcome::Unknown(error.to_string()),
        }
    }
}

#[async_trait]
impl RateFeed for ExchangerateApi {
    async fn latest(&self, base: Currency) -> FeedOutcome {
        let of_base = self.one_at_a_time(base);
        let mut kept = of_base.lock().await;
        let asked_at = self.clock.now();
        let known = |kept: &Option<Kept>| kept.as_ref().and_then(|kept| kept.at(asked_at));
        if let Some(outcome) = known(&kept).or_else(|| known(&self.refused())) {
            return outcome;
        }
        let outcome = self.ask(base).await;
        let now = self.clock.now();
        let answered = Kept::new(timely(outcome, now), now);
        if answered.is_of_account() {
            *self.refused() = Some(answered.clone());
        }
        let outcome = answered.outcome.clone();
        *kept = Some(answered);
        outcome
    }
}

/// Rates of a time to come are no answer: they are not kept as one until that time has come.
fn timely(outcome: FeedOutcome, now: Instant) -> FeedOutcome {
    match outcome {
        FeedOutcome::Quoted(sheet) if sheet.quoted_at > now => {
            FeedOutcome::Unknown(format!("it spoke of {}, which has not come", sheet.quoted_at))
        }
        outcome => outcome,
    }
}
