//! What the process keeps between two checks: a desk per registrar account, the price books, the seal of tokens.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use catalog::Book;
use engines::fx::FxRules;
use engines::pricing::{CostAsk, Operation, PriceAsk, cost_bare};
use kernel::{Currency, Instant, RegistrarId, TenantId};
use platform::Ctx;
use reference::RateBooks;
use tokio::time;
use web::Budget;

use super::basis::{Basis, Shelf};
use super::desk::Desk;
use super::inquiry::Route;
use super::purse::Purse;
use super::token::TokenSeal;
use crate::Ports;
use crate::ports::Registrars;

/// How long an account's adapter is used before it is asked for again: new credentials are in use within this time.
const ADAPTER_HOLDS: Duration = Duration::from_secs(60);

/// The counter at which names are asked about. One per process; shared behind `Arc`.
pub struct Counter {
    shelf: Shelf,
    registrars: Arc<dyn Registrars>,
    budget: Budget,
    desks: RwLock<HashMap<(TenantId, RegistrarId), Opened>>,
    seal: OnceLock<Arc<TokenSeal>>,
}

/// A desk, or the knowledge that there is none, and since when.
#[derive(Clone)]
struct Opened {
    desk: Option<Arc<Desk>>,
    at: time::Instant,
}

impl Counter {
    /// With the price books of catalog, the registrars' adapters, and what each tenant may ask of them.
    pub fn new(ports: Ports) -> Self {
        Self {
            shelf: Shelf::new(ports.books, ports.rates),
            registrars: ports.registrars,
            budget: ports.names_budget,
            desks: RwLock::default(),
            seal: OnceLock::new(),
        }
    }

    /// The tenant's prices in force.
    pub(crate) async fn book(&self, ctx: &Ctx) -> platform::Result<Arc<Book>> {
        self.shelf.books.book(ctx).await
    }

    /// Exchange rates in memory.
    pub(crate) const fn rates(&self) -> &RateBooks {
        &self.shelf.rates
    }

    /// What prices in a currency are made from, for whoever asks; the standard list's own where none is said.
    pub(crate) async fn basis(&self, ctx: &Ctx, currency: Option<Currency>) -> platform::Result<Basis> {
        self.shelf.basis(ctx, currency).await
    }

    /// What prices of an instant are made from.
    pub(crate) async fn basis_at(&self, ctx: &Ctx, currency: Option<Currency>, at: Instant) -> platform::Result<Basis> {
        self.shelf.basis_at(ctx, currency, at).await
    }

    /// How old a rate may be that a price is converted at, without a mark-up.
    pub(crate) async fn fx_rules(&self, ctx: &Ctx) -> platform::Result<FxRules> {
        self.shelf.rules(ctx).await
    }

    /// What the tenant may still ask of registrars.
    pub(super) fn purse(&self, ctx: &Ctx) -> Purse {
        Purse::of(&self.budget, ctx.tenant())
    }

    /// Makes and reads price tokens.
    pub(super) fn seal(&self, ctx: &Ctx) -> &Arc<TokenSeal> {
        self.seal
            .get_or_init(|| Arc::new(TokenSeal::new(&ctx.secrets().derive("domains.price-token"))))
    }

    /// Whom to ask about names under an ending: the accounts that sell it, the cheapest for us first.
    pub(super) async fn routes(&self, ctx: &Ctx, book: &Book, ending: &str, at: Instant) -> Arc<[Route]> {
        let sellers = book.sellers(ending);
        let mut routes: Vec<Route> = Vec::with_capacity(sellers.len());
        for registrar in cheapest_first(book, sellers, ending, at) {
            if let Some(desk) = self.desk(ctx, book, registrar).await {
                routes.push(Route { registrar, desk });
            }
        }
        routes.into()
    }

    async fn desk(&self, ctx: &Ctx, book: &Book, registrar: RegistrarId) -> Option<Arc<Desk>> {
        let key = (ctx.tenant(), registrar);
        let opened = self
            .desks
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key)
            .cloned();
        match opened {
            Some(opened) if opened.at.elapsed() < ADAPTER_HOLDS => opened.desk,
            older => {
                let desk = self
                    .open(ctx, book, registrar, older.and_then(|older| older.desk))
                    .await;
                let opened = Opened {
                    desk: desk.clone(),
                    at: time::Instant::now(),
                };
                self.desks
                    .write()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(key, opened);
                desk
            }
        }
    }

    /// The desk of an account's adapter as it is now; the older one while the adapter is the same, since breaker, pace
    /// and answers belong to it.
    async fn open(
        &self,
        ctx: &Ctx,
        book: &Book,
        registrar: RegistrarId,
        older: Option<Arc<Desk>>,
    ) -> Option<Arc<Desk>> {
        match self.registrars.registrar(ctx, registrar).await {
            Ok(Some(adapter)) => match older {
                Some(desk) if desk.is_of(&adapter) => Some(desk),
                _ => {
                    let label = book
                        .registrar(registrar)
                        .map_or_else(|| registrar.to_string(), |info| info.slug.clone());
                    Some(Arc::new(Desk::new(label, adapter)))
                }
            },
            Ok(None) => None,
            Err(error) => {
                tracing::error!(registrar.id = %registrar, error = %error, "the adapter of a registrar account could not be opened");
                older
            }
        }
    }
}

/// Sellers by what a year would cost us, those without a cost in the same currency last; else in their own order.
fn cheapest_first(book: &Book, sellers: &[RegistrarId], ending: &str, at: Instant) -> Vec<RegistrarId> {
    let mut sellers = sellers.to_vec();
    if sellers.len() > 1 {
        let cost_minor = |registrar: &RegistrarId, currency: Currency| {
            let service = PriceAsk {
                tld: ending,
                operation: Operation::Register,
                years: 1,
                currency,
                at,
            };
            let ask = CostAsk {
                registrar: *registrar,
                service,
                with_privacy: false,
            };
            cost_bare(&book.prices, &ask).map_or(i64::MAX, |amounts| amounts.total.minor)
        };
        // Costs in different currencies are not compared here: exchange rates belong to checkout, which buys.
        let currency = book.registrar(sellers[0]).map_or(book.currency, |info| info.currency);
        sellers.sort_by_cached_key(|registrar| cost_minor(registrar, currency));
    }
    sellers
}
