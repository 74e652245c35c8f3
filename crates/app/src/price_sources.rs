//! Finds the adapter of a price source: what it is made of is the tenant's, how calls travel is the installation's.

use std::sync::Arc;

use adapters::Unfit;
use adapters::price_sources::openprovider::{self, Openprovider};
use adapters::price_sources::porkbun::Porkbun;
use adapters::price_sources::whmcs::{self, Whmcs};
use adapters::transport::Transport;
use catalog::sync::ports::{PriceSource, PriceSources, SourceAccount, unfit};
use catalog::sync::{Credentials, SourceKind};
use kernel::{Clock, Problem};

/// Makes an adapter for every run: tokens and pace live as long as the run does.
pub(crate) struct Sources {
    transport: Transport,
    clock: Arc<dyn Clock>,
}

impl Sources {
    pub(crate) fn new(transport: Transport, clock: Arc<dyn Clock>) -> Self {
        Self { transport, clock }
    }

    fn adapter(&self, account: &SourceAccount) -> Result<Arc<dyn PriceSource>, Unfit> {
        let (transport, clock) = (self.transport.clone(), Arc::clone(&self.clock));
        let (base_url, signs) = (account.endpoint.clone(), account.credentials.clone());
        let Credentials { key, secret } = signs.unwrap_or_else(|| Credentials::new("", ""));
        Ok(match account.kind {
            SourceKind::Whmcs => {
                let account = whmcs::Account {
                    base_url,
                    identifier: key,
                    secret,
                };
                Arc::new(Whmcs::try_new(account, transport, clock)?)
            }
            SourceKind::Openprovider => {
                let account = openprovider::Account {
                    base_url,
                    username: key,
                    password: secret,
                };
                Arc::new(Openprovider::try_new(account, transport, clock)?)
            }
            SourceKind::Porkbun => Arc::new(Porkbun::try_new(&base_url, transport, clock)?),
        })
    }
}

impl PriceSources for Sources {
    fn connect(&self, account: &SourceAccount) -> Result<Arc<dyn PriceSource>, Problem> {
        self.adapter(account).map_err(|why| {
            tracing::warn!(kind = account.kind.name(), %why, "a price source cannot be asked");
            unfit()
        })
    }
}
