//! The calls: which currencies there are, then the prices in one of them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use catalog::sync::ports::{Ask, Heard, Part, PriceSource, SourceFailure};
use kernel::{Clock, Currency};

use super::translate;
use crate::Unfit;
use crate::price_sources::wire::Wire;
use crate::transport::{self, Call, Transport};

/// An API credential of a WHMCS installation.
#[derive(Clone)]
pub struct Account {
    /// Where it is installed, with or without `/includes/api.php`. Without TLS only on this machine.
    pub base_url: String,
    /// The credential's identifier.
    pub identifier: String,
    /// Its secret.
    pub secret: String,
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// The adapter.
pub struct Whmcs {
    account: Account,
    url: String,
    transport: Transport,
    clock: Arc<dyn Clock>,
}

impl Whmcs {
    /// Checks the account's settings; makes no call.
    pub fn try_new(account: Account, transport: Transport, clock: Arc<dyn Clock>) -> Result<Self, Unfit> {
        let base = account.base_url.trim_end_matches('/');
        if !transport::may_carry_secrets(base) {
            return Err(Unfit(format!("whmcs: {base} is not an https address")));
        }
        let url = if base.ends_with(".php") {
            base.to_owned()
        } else {
            format!("{base}/includes/api.php")
        };
        Ok(Self {
            account,
            url,
            transport,
            clock,
        })
    }

    fn action(&self, action: &str, further: &[(&str, &str)]) -> Call {
        let mut fields = vec![
            ("action", action),
            ("identifier", self.account.identifier.as_str()),
            ("secret", self.account.secret.as_str()),
            ("responsetype", "json"),
        ];
        fields.extend_from_slice(further);
        Call::post_form(self.url.clone(), &fields)
    }

    /// The id of a currency in this installation.
    async fn currency_id(&self, wire: &mut Wire<'_>, currency: Currency) -> Result<String, SourceFailure> {
        let call = self.action("GetCurrencies", &[]);
        wire.call("GetCurrencies", call, |answer| translate::currency_id(answer, currency))
            .await
    }
}

#[async_trait]
impl PriceSource for Whmcs {
    fn pause(&self) -> Duration {
        Duration::from_millis(500)
    }

    /// First which id the currency has, then all prices in it: the answer is whole, there are no pages.
    async fn part(&self, ask: Ask<'_>) -> Heard<Part> {
        let mut wire = Wire::new(&self.transport, self.clock.as_ref(), &ask);
        let outcome = match ask.cursor {
            None => self.currency_id(&mut wire, ask.currency).await.map(|id| Part {
                next: Some(id),
                parts: Some(2),
                ..Part::default()
            }),
            Some(id) => {
                let call = self.action("GetTLDPricing", &[("currencyid", id)]);
                wire.call("GetTLDPricing", call, translate::prices).await
            }
        };
        wire.heard(outcome)
    }

    async fn check(&self, ask: Ask<'_>) -> Heard<()> {
        let mut wire = Wire::new(&self.transport, self.clock.as_ref(), &ask);
        let outcome = self.currency_id(&mut wire, ask.currency).await.map(|_| ());
        wire.heard(outcome)
    }
}
