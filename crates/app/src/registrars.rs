//! Finds the adapter of a registrar account: the account's kind and credentials are the tenant's, where the provider
//! answers is the installation's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use adapters::registrars::godaddy::{Account, GoDaddy};
use adapters::transport::Transport;
use async_trait::async_trait;
use catalog::registrars::{AdapterKind, Credentials, Registrar as AccountRecord};
use catalog::{Book, Books};
use domains::ports::{Registrar, Registrars};
use engines::pricing::{CostAsk, Operation, PriceAsk};
use kernel::{Clock, Currency, Money, RegistrarId};
use platform::{Ctx, Error, Result, ScopeMint};
use scoped_futures::ScopedFutureExt;

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

/// The adapters in use, one per account; another one only when what it is made of has changed, because pace, breaker and
/// kept answers of the account begin anew with it.
pub(crate) struct Connected {
    endpoints: Endpoints,
    books: Books,
    mint: ScopeMint,
    clock: Arc<dyn Clock>,
    adapters: Mutex<HashMap<RegistrarId, Kept>>,
}

#[derive(Clone)]
struct Kept {
    made_of: MadeOf,
    adapter: Arc<dyn Registrar>,
}

/// What an adapter is made of.
#[derive(Clone, PartialEq)]
struct MadeOf {
    kind: AdapterKind,
    credentials: Credentials,
    currency: Currency,
    usual_prices: Arc<HashMap<String, Money>>,
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

    fn connect(&self, made_of: &MadeOf) -> Result<Option<Arc<dyn Registrar>>> {
        match made_of.kind {
            AdapterKind::None => Ok(None),
            AdapterKind::GoDaddy => self.godaddy(made_of).map(Some),
        }
    }

    fn godaddy(&self, made_of: &MadeOf) -> Result<Arc<dyn Registrar>> {
        let Credentials { key, secret } = made_of.credentials.clone();
        let mut account = Account::new(self.endpoints.godaddy_url.clone(), key, secret, made_of.currency);
        account.capabilities.calls_per_minute = self.endpoints.godaddy_calls_per_minute;
        account.usual_prices = Arc::clone(&made_of.usual_prices);
        let adapter = GoDaddy::try_new(account, self.endpoints.transport.clone(), Arc::clone(&self.clock));
        adapter
            .map(|adapter| Arc::new(adapter) as Arc<dyn Registrar>)
            .map_err(|unfit| Error::internal(unfit.to_string()))
    }

    /// What an ordinary name of each ending costs us for a year, without promotions: the adapter tells premium names by it,
    /// and the day a promotion ends every name would be one.
    fn usual_prices(&self, record: &AccountRecord, book: &Book) -> HashMap<String, Money> {
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
            let amounts = engines::pricing::cost_bare(&book.prices, &ask).ok()?;
            let saved = amounts.promotion.and_then(|promotion| {
                let regular = promotion.instead_of?;
                regular.sub(promotion.price).ok().filter(|saved| !saved.is_negative())
            });
            saved.map_or(Some(amounts.total), |saved| amounts.total.add(saved).ok())
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
        let Some(credentials) = catalog::registrars::credentials(ctx, &record)? else {
            return Ok(None);
        };
        let book = self.books.book(ctx).await?;
        let kept = self.kept(account);
        // Prices begin and end by the clock as well as by a change, so this is made anew each time: once a minute.
        let made_of = MadeOf {
            kind: record.kind,
            credentials,
            currency: record.currency,
            usual_prices: Arc::new(self.usual_prices(&record, &book)),
        };
        let adapter = match kept.filter(|kept| kept.made_of == made_of) {
            Some(kept) => Some(kept.adapter),
            None => self.connect(&made_of)?,
        };
        if let Some(adapter) = &adapter {
            let kept = Kept {
                made_of,
                adapter: Arc::clone(adapter),
            };
            self.keep(account, kept);
        }
        Ok(adapter)
    }
}
