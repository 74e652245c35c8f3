//! What prices are made from, all of it in memory: the price book with its discounts, exchange rates where the tenant lets
//! prices be converted, and who buys.
//!
//! Book and rates are snapshots that readers share. How old a rate may be, and which customer a login is, are kept for a
//! minute, so that asking for a price reads nothing from the database.

use std::sync::Arc;
use std::time::Duration;

use catalog::margins::Held;
use catalog::{Book, Books};
use engines::fx::{self, FxAsk, FxRules};
use engines::pricing::{self, Bare, Buyer, EffectiveAsk, NotPriced, PriceAsk, Pricing};
use kernel::{Currency, Instant, TenantId, UserId};
use platform::{Ctx, Result, Who};
use quick_cache::sync::Cache;
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use tokio::time;

use super::explained::Explained;

/// How long rules and buyers are believed.
const BELIEVED: Duration = Duration::from_secs(60);
/// Tenants whose rules, and logins whose customers, are kept at most.
const KEPT: usize = 10_000;

/// Prices, discounts and rates of one version each, and who asks.
#[derive(Clone, Debug)]
pub(crate) struct Basis {
    /// Prices and discounts.
    pub(crate) book: Arc<Book>,
    /// Rates, where something may have to be converted and the tenant allows it.
    rates: Option<Held>,
    /// Who buys; nothing: a stranger, who has what everybody has.
    pub(crate) buyer: Option<Buyer>,
}

impl Basis {
    /// As the engine takes it.
    pub(crate) fn pricing(&self) -> Pricing<'_> {
        match &self.rates {
            Some(rates) => self.book.pricing(rates.rates()),
            None => Pricing {
                book: &self.book.prices,
                fx: None,
                home: self.book.currency,
                discounts: &self.book.discounts,
            },
        }
    }

    /// The same for another buyer.
    pub(crate) fn bought_by(self, buyer: Option<Buyer>) -> Self {
        Self { buyer, ..self }
    }

    /// The version of the rates; 0 where none were looked at.
    pub(crate) fn rates_version(&self) -> i64 {
        self.rates.as_ref().map_or(0, Held::version)
    }

    /// What the buyer pays for a service, and why.
    pub(crate) fn explain(&self, service: &PriceAsk<'_>, coupon: Option<&str>) -> Result<Explained, NotPriced> {
        let ask = EffectiveAsk {
            service: *service,
            buyer: self.buyer,
            coupon,
        };
        Explained::found(&self.pricing(), &ask, self.book.version, self.rates_version())
    }

    /// What the buyer pays for a service, without a reason: for pages that tell hundreds of prices.
    pub(crate) fn bare(&self, service: &PriceAsk<'_>) -> Result<Bare, NotPriced> {
        let ask = EffectiveAsk {
            service: *service,
            buyer: self.buyer,
            coupon: None,
        };
        pricing::effective_bare(&self.pricing(), &ask)
    }

    /// Whether the standard list's prices can be told in a currency it may not have.
    pub(crate) fn converts_to(&self, currency: Currency, at: Instant) -> bool {
        let ask = FxAsk {
            from: self.book.currency,
            to: currency,
            at,
        };
        self.pricing()
            .fx
            .is_some_and(|(rates, rules)| fx::rate(rates, &rules, &ask).is_ok())
    }
}

/// Where bases come from. One per process.
pub(super) struct Shelf {
    pub(super) books: Books,
    pub(super) rates: RateBooks,
    rules: Cache<TenantId, (FxRules, time::Instant)>,
    buyers: Cache<(TenantId, UserId), (Option<Buyer>, time::Instant)>,
}

impl Shelf {
    pub(super) fn new(books: Books, rates: RateBooks) -> Self {
        Self {
            books,
            rates,
            rules: Cache::new(KEPT),
            buyers: Cache::new(KEPT),
        }
    }

    /// What a price in this currency is made from, for whoever asks. Rates are looked at where the standard list is in
    /// another currency or a discount may be; a buyer matters only where there are discounts.
    pub(super) async fn basis(&self, ctx: &Ctx, currency: Option<Currency>) -> Result<Basis> {
        let book = self.books.book(ctx).await?;
        let has_discounts = !book.discounts.is_empty();
        let is_foreign = currency.is_some_and(|currency| currency != book.currency);
        let converts = book.settings.enable_auto_currency_conversion && (is_foreign || has_discounts);
        let rates = match converts {
            true => Some(Held::new(self.rates.book(ctx).await?, self.rules(ctx).await?)),
            false => None,
        };
        let buyer = match ctx.actor().who {
            Who::Customer(user) if has_discounts => self.buyer(ctx, user).await?,
            _ => None,
        };
        Ok(Basis { book, rates, buyer })
    }

    /// The same for an instant: where the prices at hand no longer hold all that was in force then, those of the archive
    /// are read as well.
    pub(super) async fn basis_at(&self, ctx: &Ctx, currency: Option<Currency>, at: Instant) -> Result<Basis> {
        let basis = self.basis(ctx, currency).await?;
        let book = catalog::archive::book_at(ctx, &self.books, at).await?;
        Ok(Basis { book, ..basis })
    }

    /// How old a rate may be; the mark-up is the book's to add.
    pub(super) async fn rules(&self, ctx: &Ctx) -> Result<FxRules> {
        if let Some((rules, since)) = self.rules.get(&ctx.tenant())
            && since.elapsed() < BELIEVED
        {
            return Ok(rules);
        }
        let rules = ctx
            .read(|read| async move { reference::rates::rules(read).await }.scope_boxed())
            .await?;
        self.rules.insert(ctx.tenant(), (rules, time::Instant::now()));
        Ok(rules)
    }

    async fn buyer(&self, ctx: &Ctx, user: UserId) -> Result<Option<Buyer>> {
        let key = (ctx.tenant(), user);
        if let Some((buyer, since)) = self.buyers.get(&key)
            && since.elapsed() < BELIEVED
        {
            return Ok(buyer);
        }
        let customer = ctx
            .read(|read| async move { parties::customers::ops::of_actor(read).await }.scope_boxed())
            .await?;
        let buyer = customer.map(|customer| Buyer {
            customer: customer.id,
            group: customer.details.group,
        });
        self.buyers.insert(key, (buyer, time::Instant::now()));
        Ok(buyer)
    }
}
