//! The calls: one name by `GET`, several by `POST`, each within the caller's deadline.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderValue, header};
use domains::ports::{CallFailure, Capabilities, Errand, NameAnswer, NameState, Registrar};
use kernel::{Clock, Currency, Money};

use super::translate::{self, Rules};
use crate::Unfit;
use crate::transport::{self, Call, Transport};

/// Whether GoDaddy may answer from its cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CheckType {
    /// It may: quick, and some answers are not definitive.
    #[default]
    Fast,
    /// It asks the registry.
    Full,
}

impl CheckType {
    fn word(self) -> &'static str {
        match self {
            Self::Fast => "FAST",
            Self::Full => "FULL",
        }
    }
}

/// One account at GoDaddy.
#[derive(Clone)]
pub struct Account {
    /// `https://api.godaddy.com`, `https://api.ote-godaddy.com`, or a simulator. Without TLS only on this machine.
    pub base_url: String,
    /// The key's name.
    pub key: String,
    /// The key's secret.
    pub secret: String,
    /// Whether cached answers will do.
    pub check: CheckType,
    /// What the account is billed in; a price in anything else is not believed.
    pub currency: Currency,
    /// How much it may be asked at once and per minute.
    pub capabilities: Capabilities,
    /// What an ordinary name costs a year, by ending without a dot. v1 does not mark premium names, so a name that
    /// costs more than half as much again as its ending usually does is marked by us. Endings not listed: no mark.
    pub usual_prices: Arc<HashMap<String, Money>>,
}

impl Account {
    /// An account with GoDaddy's own limits, billed in `currency`, with no price list.
    pub fn new(
        base_url: impl Into<String>,
        key: impl Into<String>,
        secret: impl Into<String>,
        currency: Currency,
    ) -> Self {
        Self {
            base_url: base_url.into(),
            key: key.into(),
            secret: secret.into(),
            check: CheckType::Fast,
            currency,
            // The specification allows 500 names. Fifty keep one slow call from holding up a whole search.
            capabilities: Capabilities {
                names_per_call: 50,
                calls_at_once: 4,
                calls_per_minute: 60,
            },
            usual_prices: Arc::default(),
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("base_url", &self.base_url)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The adapter.
pub struct GoDaddy {
    account: Account,
    authorization: HeaderValue,
    transport: Transport,
    clock: Arc<dyn Clock>,
}

impl GoDaddy {
    /// Checks the account's settings; makes no call.
    pub fn try_new(mut account: Account, transport: Transport, clock: Arc<dyn Clock>) -> Result<Self, Unfit> {
        account.base_url.truncate(account.base_url.trim_end_matches('/').len());
        if !transport::may_carry_secrets(&account.base_url) {
            return Err(Unfit(format!("godaddy: {} is not an https address", account.base_url)));
        }
        if account.capabilities.names_per_call == 0 || account.capabilities.names_per_call > 500 {
            return Err(Unfit("godaddy: names_per_call must be from 1 to 500".to_owned()));
        }
        let mut authorization = HeaderValue::from_str(&format!("sso-key {}:{}", account.key, account.secret))
            .map_err(|_| Unfit("godaddy: the key or its secret holds characters no header can carry".to_owned()))?;
        authorization.set_sensitive(true);
        Ok(Self {
            account,
            authorization,
            transport,
            clock,
        })
    }

    fn call(&self, names: &[String]) -> Call {
        let url = format!(
            "{}/v1/domains/available?checkType={}",
            self.account.base_url,
            self.account.check.word()
        );
        let call = match names {
            [name] => Call::get(format!("{url}&domain={}", transport::encode(name))),
            _ => Call::post_json(url, serde_json::json!(names).to_string().into_bytes()),
        };
        call.header(header::AUTHORIZATION, self.authorization.clone())
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
    }

    async fn ask(&self, names: &[String], within: Duration) -> Result<Vec<NameAnswer>, CallFailure> {
        let answer = self.transport.send(self.call(names), within).await;
        let answer = answer.map_err(|error| CallFailure::Down(error.to_string()))?;
        tracing::debug!(
            registrar = "godaddy",
            names = names.len(),
            status = answer.status,
            "availability answered"
        );
        let rules = Rules {
            currency: self.account.currency,
            usual_prices: &self.account.usual_prices,
        };
        match names {
            [name] => translate::single(name, &answer, &rules),
            _ => translate::bulk(names, &answer, &rules),
        }
    }
}

#[async_trait]
impl Registrar for GoDaddy {
    fn capabilities(&self) -> Capabilities {
        self.account.capabilities.clone()
    }

    async fn availability(&self, names: &[String], errand: Errand) -> Result<Vec<NameAnswer>, CallFailure> {
        let (asked, beyond) = names.split_at(names.len().min(self.account.capabilities.names_per_call));
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let Ok(within) = Duration::try_from(errand.deadline.since(self.clock.now())) else {
            return Err(CallFailure::Down("the deadline had passed before the call".to_owned()));
        };
        let mut answers = transport::with_correlation(errand.trace.to_string(), self.ask(asked, within)).await?;
        answers.extend(beyond.iter().map(|name| NameAnswer {
            ascii: name.clone(),
            state: NameState::Unknown("not asked: more names than one call carries".to_owned()),
            definitive: false,
        }));
        Ok(answers)
    }
}
