//! What other exchange rates touch: the margins of what is bought in another currency, and what the rooms hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use engines::blast_radius::{self, Tallies, Touched};
use engines::fx::{self, FxAsk, FxBook};
use engines::pricing::discounts::Whom;
use engines::pricing::{EffectiveAsk, Operation, PriceAsk};
use kernel::{Currency, Instant};
use platform::{Ctx, Error, Result};
use reference::rates::ports::{ProposedRates, RateExposures};
use scoped_futures::ScopedFutureExt;
use web::messages::key;

use super::asking::touched;
use super::{Example, Exposure, Exposures, Ground, ProposedChange, Scope};
use crate::permissions::{MARGINS_READ, PRICES_READ};
use crate::price_books::{Book, Books};

/// How many of the margins that fare worst are named, of each currency.
const WORST: usize = 5;
/// What is bought again and again: the operations whose margins are looked at, for one year.
const SERVICES: [Operation; 3] = [Operation::Register, Operation::Renew, Operation::Transfer];

/// Answers for this room and all it asks.
struct OfRates {
    books: Books,
    rooms: Arc<[Arc<dyn Exposures>]>,
}

/// What answers for prices when exchange rates are about to change.
pub fn of_rates(books: Books, rooms: Arc<[Arc<dyn Exposures>]>) -> Arc<dyn RateExposures> {
    Arc::new(OfRates { books, rooms })
}

#[async_trait]
impl RateExposures for OfRates {
    async fn touched(&self, ctx: &Ctx, proposed: &ProposedRates<'_>) -> Result<Vec<Exposure>> {
        // Prices and what they bring are for those who may see prices.
        if !ctx.actor().grants.allow(PRICES_READ) {
            return Ok(Vec::new());
        }
        let (book, now) = (&*self.books.book(ctx).await?, ctx.now());
        let before = Ground::of(book, proposed.before, proposed.rules, now);
        let after = Ground::of(book, proposed.after, proposed.rules, now);
        let currencies = moved(book, &before, &after, proposed, now);
        if currencies.is_empty() {
            return Ok(Vec::new());
        }
        let change = &ProposedChange {
            before: before.market(book),
            after: after.market(book),
            scope: Scope {
                endings: None,
                whom: Whom::Everybody,
                currencies: Some(currencies),
                from: now,
            },
            rules: before.low(),
        };
        let mut all = if ctx.actor().grants.allow(MARGINS_READ) {
            margins(book, change, now)?
        } else {
            Vec::new()
        };
        let rooms = &self.rooms;
        all.extend(
            ctx.read(|read| async move { touched(rooms, read, change).await }.scope_boxed())
                .await?,
        );
        Ok(all)
    }
}

/// The currencies of which an amount is worth something else afterwards, in one that we buy or sell in.
fn moved(
    book: &Book,
    before: &Ground,
    after: &Ground,
    proposed: &ProposedRates<'_>,
    now: Instant,
) -> BTreeSet<Currency> {
    let ours: BTreeSet<Currency> = book
        .registrars()
        .iter()
        .map(|registrar| registrar.currency)
        .chain([book.currency])
        .collect();
    let quoted = [proposed.before, proposed.after].map(|rates| {
        rates
            .standing(now)
            .flat_map(|quote| [quote.base, quote.quote])
            .collect::<Vec<_>>()
    });
    let known: BTreeSet<Currency> = quoted.into_iter().flatten().collect();
    let rate = |ground: &Ground, from, to| {
        let (rates, rules): (&FxBook, _) = ground.rates();
        fx::rate(rates, &rules, &FxAsk { from, to, at: now })
            .map(|quoted| quoted.applied)
            .ok()
    };
    let differs = |one: Currency, other: Currency| {
        one != other
            && (rate(before, one, other) != rate(after, one, other)
                || rate(before, other, one) != rate(after, other, one))
    };
    let pairs = ours
        .iter()
        .flat_map(|own| known.iter().map(move |other| (*own, *other)));
    pairs
        .filter(|(own, other)| differs(*own, *other))
        .flat_map(|(own, other)| [own, other])
        .collect()
}

/// Margins of the standard list's prices at every registrar that charges in another currency, by that currency.
fn margins(book: &Book, change: &ProposedChange<'_>, now: Instant) -> Result<Vec<Exposure>> {
    let mut found: BTreeMap<(Currency, Operation), Pair<'_>> = BTreeMap::new();
    let foreign = |id| {
        book.registrar(id)
            .filter(|registrar| registrar.currency != book.currency)
    };
    for tld in book.endings() {
        for registrar in book.sellers(&tld.ending).iter().filter_map(|id| foreign(*id)) {
            for operation in SERVICES {
                let exposure = blast_radius::Exposure {
                    ask: EffectiveAsk {
                        service: PriceAsk {
                            tld: &tld.ending,
                            operation,
                            years: 1,
                            currency: book.currency,
                            at: now,
                        },
                        buyer: None,
                        coupon: None,
                    },
                    registrar: Some(registrar.id),
                    with_privacy: false,
                    quantity: 1,
                };
                let touched = blast_radius::touched(&change.before, &change.after, &exposure, &change.rules);
                if touched.differs() {
                    let pair = found.entry((registrar.currency, operation)).or_default();
                    pair.tallies.add(&exposure, &touched).map_err(Error::internal)?;
                    pair.note(touched, || {
                        (&*tld.ending, format!("{} · {}", tld.shown, registrar.name))
                    });
                }
            }
        }
    }
    let pairs = found.into_iter();
    Ok(pairs
        .flat_map(|((currency, operation), pair)| pair.exposures(currency, operation))
        .collect())
}

/// Margins of one operation whose costs are in one currency.
#[derive(Default)]
struct Pair<'b> {
    tallies: Tallies,
    /// Each with its ending and what it is called.
    worst: Vec<(Touched, (&'b str, String))>,
}

impl<'b> Pair<'b> {
    fn note(&mut self, touched: Touched, name: impl FnOnce() -> (&'b str, String)) {
        let earned = |touched: &Touched| touched.after.margin.profit.map_or(i64::MAX, |profit| profit.minor);
        let at = self
            .worst
            .partition_point(|(other, _)| earned(other) <= earned(&touched));
        if at < WORST {
            self.worst.truncate(WORST - 1);
            self.worst.insert(at, (touched, name()));
        }
    }

    fn exposures(self, cost_in: Currency, operation: Operation) -> impl Iterator<Item = Exposure> {
        let examples: Vec<Example> = self
            .worst
            .into_iter()
            .map(|(touched, (ending, name))| Example {
                name,
                href: Some(format!("/console/prices/{ending}")),
                at: None,
                price_before: touched.before.price.ok(),
                price_after: touched.after.price.ok(),
                margin_before: touched.before.margin.profit,
                margin_after: touched.after.margin.profit,
            })
            .collect();
        self.tallies.into_totals().into_iter().map(move |totals| Exposure {
            pair: Some((cost_in, totals.currency)),
            price_before: Some(totals.before.price),
            price_after: Some(totals.after.price),
            margin_before: Some(totals.before.profit),
            margin_after: Some(totals.after.profit),
            newly_negative: totals.newly_negative,
            newly_low: totals.newly_low,
            newly_unpriced: totals.newly_unpriced,
            examples: examples.clone(),
            ..Exposure::counted(what(operation), totals.currency, totals.touched)
        })
    }
}

fn what(operation: Operation) -> &'static str {
    match operation {
        Operation::Register => key("catalog-exposure-registrations"),
        Operation::Renew => key("catalog-exposure-renewals"),
        Operation::Transfer => key("catalog-exposure-transfers"),
        Operation::Restore => key("catalog-exposure-restores"),
    }
}
