//! Finds the adapter of a registrar account: the account's kind and credentials are the tenant's, where the provider
//! answers is the installation's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use adapters::registrars::godaddy::{Account, GoDaddy};
use adapters::transport::Transport;
use async_trait::async_trait;
use catalog::Books;
use catalog::registrars::Registrar as AccountRecord;
use domains::ports::{Registrar, Registrars};
use engines::pricing::{CostAsk, Operation, PriceAsk};
use kernel::{Clock, Money, RegistrarId};
use platform::{Ctx, Error, Result, ScopeMint};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};

/// What GoDaddy's adapter needs in secret; sealed in the account's row as JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct GoDaddyCredentials {
    pub(crate) key: String,
    pub(crate) secret: String,
}

/// Where the providers answer, and how often we may ask.
#[derive(Clone)]
pub struct Endpoints {
    /// GoDaddy.
    pub godaddy_url: String,
    /// GoDaddy's availability calls a minute.
    pub godaddy_calls_per_minute: u32,
    /// How calls travel.
    pub transport: Transport,
}

/// The adapters in use, one per account; another one only when the account or the price book has changed.
pub(crate) struct Connected {
    endpoints: Endpoints,
    books: Books,
    mint: ScopeMint,
    clock: Arc<dyn Clock>,
    adapters: Mutex<HashMap<RegistrarId, Kept>>,
}

#[derive(Clone)]
struct Kept {
    /// Book version and credentials the adapter was made with.
    made_of: (i64, Option<Vec<u8>>),
    adapter: Arc<dyn Registrar>,
}

impl Connected {
    pub(crate) fn new(endpoints: Endpoints, books: Books, mint: ScopeMint, clock: Arc<dyn Clock>) -> Self {
        Self {
            endpoints,
            books,
            mint,
            clock,
            adapters: Mutex::default(),
        }
    }

    fn kept(&self, account: RegistrarId) -> Option<Kept> {
        self.adapters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&account)
            .cloned()
    }

    fn keep(&self, account: RegistrarId, kept: Kept) {
        self.adapters
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account, kept);
    }

    fn connect(
        &self,
        record: &AccountRecord,
        credentials: &[u8],
        book: &catalog::price_books::Book,
    ) -> Result<Arc<dyn Registrar>> {
        let GoDaddyCredentials { key, secret } = serde_json::from_slice(credentials)?;
        let mut account = Account::new(self.endpoints.godaddy_url.clone(), key, secret, record.currency);
        account.capabilities.calls_per_minute = self.endpoints.godaddy_calls_per_minute;
        account.usual_prices = Arc::new(self.usual_prices(record, book));
        let adapter = GoDaddy::try_new(account, self.endpoints.transport.clone(), Arc::clone(&self.clock));
        adapter
            .map(|adapter| Arc::new(adapter) as Arc<dyn Registrar>)
            .map_err(|unfit| Error::internal(unfit.to_string()))
    }

    /// What an ordinary name of each ending costs us for a year: the adapter tells premium names by it.
    fn usual_prices(&self, record: &AccountRecord, book: &catalog::price_books::Book) -> HashMap<String, Money> {
        let cost = |ending: &str| {
            let service = PriceAsk {
                tld: ending,
                operation: Operation::Register,
                years: 1,
                currency: record.currency,
                at: self.clock.now(),
            };
            let ask = CostAsk {
                registrar: record.id,
                service,
                with_privacy: false,
            };
            engines::pricing::cost_bare(&book.prices, &ask)
                .ok()
                .map(|amounts| amounts.total)
        };
        book.endings()
            .filter_map(|tld| Some((tld.ending.to_string(), cost(&tld.ending)?)))
            .collect()
    }
}

#[async_trait]
impl Registrars for Connected {
    async fn registrar(&self, ctx: &Ctx, account: RegistrarId) -> Result<Option<Arc<dyn Registrar>>> {
        // Whoever asks for a price may not read accounts: the product looks them up for him.
        let ctx = &ctx.platform().ctx(self.mint.system(ctx.tenant()), ctx.trace_id());
        let record = ctx
            .read(|read| async move { catalog::registrars::by_id(read, account).await }.scope_boxed())
            .await?;
        let credentials = catalog::registrars::credentials(ctx, &record)?;
        let book = self.books.book(ctx).await?;
        let made_of = (book.version, credentials);
        if let Some(kept) = self.kept(account).filter(|kept| kept.made_of == made_of) {
            return Ok(Some(kept.adapter));
        }
        let (_, Some(credentials)) = &made_of else {
            return Ok(None);
        };
        if record.kind != "godaddy" {
            return Ok(None);
        }
        let adapter = self.connect(&record, credentials, &book)?;
        self.keep(
            account,
            Kept {
                made_of,
                adapter: Arc::clone(&adapter),
            },
        );
        Ok(Some(adapter))
    }
}
