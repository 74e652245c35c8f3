//! The calls: login once, then page by page; once more when the token has run out.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use axum::http::{HeaderValue, header};
use catalog::sync::ports::{Ask, Heard, Part, PriceSource, SourceFailure};
use kernel::Clock;
use serde_json::json;

use super::translate;
use crate::Unfit;
use crate::price_sources::wire::Wire;
use crate::transport::{self, Call, Transport};

/// TLDs of one page: the API's own maximum is higher, and its answers grow slow with it.
pub(super) const PAGE: u32 = 100;

/// A user of the API.
#[derive(Clone)]
pub struct Account {
    /// `https://api.openprovider.eu/v1beta`, or a simulator. Without TLS only on this machine.
    pub base_url: String,
    /// The user's name.
    pub username: String,
    /// The user's password.
    pub password: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The adapter.
pub struct Openprovider {
    account: Account,
    token: Mutex<Option<HeaderValue>>,
    transport: Transport,
    clock: Arc<dyn Clock>,
}

impl Openprovider {
    /// Checks the account's settings; makes no call.
    pub fn try_new(mut account: Account, transport: Transport, clock: Arc<dyn Clock>) -> Result<Self, Unfit> {
        account.base_url.truncate(account.base_url.trim_end_matches('/').len());
        if !transport::may_carry_secrets(&account.base_url) {
            return Err(Unfit(format!(
                "openprovider: {} is not an https address",
                account.base_url
            )));
        }
        Ok(Self {
            account,
            token: Mutex::default(),
            transport,
            clock,
        })
    }

    fn kept(&self) -> Option<HeaderValue> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, token: Option<HeaderValue>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    async fn login(&self, wire: &mut Wire<'_>) -> Result<HeaderValue, SourceFailure> {
        let Account {
            base_url,
            username,
            password,
        } = &self.account;
        let body = json!({"username": username, "password": password, "ip": "0.0.0.0"});
        let call = Call::post_json(format!("{base_url}/auth/login"), body.to_string().into_bytes());
        let token = wire.call("auth/login", call, translate::token).await?;
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}"))
            .map_err(|_| SourceFailure::Failed("the token is none a header can carry".to_owned()))?;
        bearer.set_sensitive(true);
        self.keep(Some(bearer.clone()));
        Ok(bearer)
    }

    async fn page(&self, wire: &mut Wire<'_>, offset: u32) -> Result<Part, SourceFailure> {
        let known = self.kept();
        let bearer = match &known {
            Some(bearer) => bearer.clone(),
            None => self.login(wire).await?,
        };
        match self.tlds(wire, bearer, offset).await {
            // A token we had already may have run out; one that is new has not.
            Err(SourceFailure::Refused(_)) if known.is_some() => {
                self.keep(None);
                let bearer = self.login(wire).await?;
                self.tlds(wire, bearer, offset).await
            }
            outcome => outcome,
        }
    }

    async fn tlds(&self, wire: &mut Wire<'_>, bearer: HeaderValue, offset: u32) -> Result<Part, SourceFailure> {
        let url = format!(
            "{}/tlds?limit={PAGE}&offset={offset}&order_by=name&order=asc&status=ACT&with_price=true",
            self.account.base_url
        );
        let call = Call::get(url).header(header::AUTHORIZATION, bearer);
        let now = self.clock.now();
        let what = format!("tlds {offset}");
        wire.call(&what, call, |answer| translate::page(answer, offset, now))
            .await
    }
}

#[async_trait]
impl PriceSource for Openprovider {
    fn pause(&self) -> Duration {
        Duration::from_millis(250)
    }

    async fn part(&self, ask: Ask<'_>) -> Heard<Part> {
        let mut wire = Wire::new(&self.transport, self.clock.as_ref(), &ask);
        let outcome = match ask.cursor.unwrap_or("0").parse() {
            Ok(offset) => self.page(&mut wire, offset).await,
            Err(_) => Err(SourceFailure::Failed("the cursor is none of ours".to_owned())),
        };
        wire.heard(outcome)
    }

    async fn check(&self, ask: Ask<'_>) -> Heard<()> {
        let mut wire = Wire::new(&self.transport, self.clock.as_ref(), &ask);
        let outcome = self.login(&mut wire).await.map(|_| ());
        wire.heard(outcome)
    }
}
