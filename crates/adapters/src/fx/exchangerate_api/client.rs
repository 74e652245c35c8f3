//! The call, and the answers that are still the newest.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderValue, header};
use jiff::SignedDuration;
use kernel::{Clock, Currency, Instant};
use reference::rates::ports::{FeedOutcome, FeedSheet, RateFeed};

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
    kept: Mutex<HashMap<Currency, Kept>>,
}

#[derive(Clone)]
struct Kept {
    sheet: FeedSheet,
    until: Instant,
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
        })
    }

    /// The same, waiting so long for a whole answer; ten seconds if not said.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn kept(&self, base: Currency, now: Instant) -> Option<FeedSheet> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = kept.get(&base)?;
        // A clock set back makes nothing newer than it is.
        let holds = now < kept.until && now >= kept.until.minus(KEPT_AT_MOST);
        holds.then(|| kept.sheet.clone())
    }

    fn keep(&self, sheet: &FeedSheet, now: Instant) {
        let kept = Kept {
            sheet: sheet.clone(),
            until: sheet.next_at.min(now.plus(KEPT_AT_MOST)),
        };
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(sheet.base, kept);
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
        let now = self.clock.now();
        if let Some(sheet) = self.kept(base, now) {
            return FeedOutcome::Quoted(sheet);
        }
        let outcome = self.ask(base).await;
        if let FeedOutcome::Quoted(sheet) = &outcome {
            self.keep(sheet, now);
        }
        outcome
    }
}
