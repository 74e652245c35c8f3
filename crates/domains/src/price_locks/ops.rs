//! What can be done with price locks: prepare, keep, look at, price again.
//!
//! Preparing asks registrars and reads the price book, so it stands outside the transaction that keeps the lock.

use std::collections::{BTreeMap, HashSet};

use catalog::discounts;
use catalog::permissions::PRICES_READ;
use engines::pricing::{Buyer, NotPriced, Operation, PriceAsk, Pricing};
use futures::future::try_join_all;
use kernel::{Currency, CustomerId, DiscountId, Instant, PriceId, PriceLockId, Problem, ProblemKind, SalesListId};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;

use super::coupon;
use super::model::{LockAsk, LockLine, LockName, MOST_LINES, PriceLock, Repriced};
use super::store;
use super::told;
use crate::offers::{Basis, Counter, DomainName, Offer, OfferState, PRICE_HOLDS, PriceCheck, ops as offers};
use crate::permissions::PRICES_LOCK;

/// Prices found and not yet locked.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) customer: Option<CustomerId>,
    pub(super) coupon: Option<String>,
    pub(super) lines: Vec<LockLine>,
    pub(super) sales_list: SalesListId,
    pub(super) book_version: i64,
    pub(super) rates_version: i64,
    pub(super) priced_at: Instant,
}

/// Finds what is to be locked: the price a token holds, or today's prices of names that can be bought.
///
/// # Errors
/// `invalid_fields` with what is wrong with which name, `currency_not_priced`, `customer_unknown`, or why the coupon takes
/// nothing off (`lock_coupon_unknown`, `coupon_not_for_these_names`, `coupon_saves_nothing`); `price_token_invalid`, `price_token_expired`,
/// `price_token_outdated`, what a price check refuses, `forbidden`, or the database.
pub async fn prepare(ctx: &Ctx, counter: &Counter, ask: &LockAsk) -> Result<Prepared> {
    ctx.allow(PRICES_LOCK)?;
    let coupon = ask.coupon.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let coupon = coupon.map(str::to_owned);
    match &ask.token {
        Some(token) => told::of_token(ctx, counter, ask, token, coupon).await,
        None => of_names(ctx, counter, ask, coupon).await,
    }
}

/// Locks what was prepared.
///
/// # Errors
/// `customer_unknown`, `coupon_used_up`, `coupon_used_by_customer`, `coupon_needs_customer`, `forbidden`, or the database.
pub async fn keep(tx: &mut Tx, prepared: &Prepared) -> Result<PriceLock> {
    tx.allow(PRICES_LOCK)?;
    if let Some(customer) = prepared.customer {
        known(tx, customer).await?;
    }
    if let Some(coupon) = prepared.lines.iter().find_map(coupon::taken) {
        discounts::may_be_used(tx, coupon, prepared.customer).await?;
    }
    let Prepared {
        customer,
        coupon,
        lines,
        sales_list,
        book_version,
        rates_version,
        priced_at,
    } = prepared.clone();
    let currency = lines.first().map_or(Currency::USD, |line| line.amounts.total.currency);
    let total = PriceLock::sum(currency, &lines).map_err(|_| Problem::refused("total_too_large"))?;
    let now = tx.now();
    let lock = PriceLock {
        id: tx.new_id(),
        customer,
        coupon,
        total,
        lines,
        sales_list,
        book_version,
        rates_version,
        priced_at,
        expires_at: now.plus(PRICE_HOLDS),
        created_at: now,
        created_by: tx.actor().who.to_string(),
    };
    tx.save(lock.open()).await
}

async fn known(read: &Read, customer: CustomerId) -> Result<()> {
    let known = parties::customers::ops::by_id(read, customer).await;
    known.map(|_| ()).map_err(unknown_customer)
}

/// The lock's customer as prices depend on them: with the group they are in now.
pub(super) async fn buyer(ctx: &Ctx, customer: Option<CustomerId>) -> Result<Option<Buyer>> {
    let Some(customer) = customer else {
        return Ok(None);
    };
    let group = ctx
        .read(|read| async move { parties::customers::ops::group_of(read, customer).await }.scope_boxed())
        .await
        .map_err(unknown_customer)?;
    Ok(Some(Buyer { customer, group }))
}

fn unknown_customer(error: platform::Error) -> platform::Error {
    let is_missing = error
        .problem()
        .is_some_and(|problem| problem.kind == ProblemKind::NotFound);
    if is_missing {
        field("/customer", "customer_unknown").into()
    } else {
        error
    }
}

async fn of_names(ctx: &Ctx, counter: &Counter, ask: &LockAsk, coupon: Option<String>) -> Result<Prepared> {
    match ask.names.len() {
        0 => return Err(field("/names", "no_names").into()),
        asked if asked > MOST_LINES => {
            let problem = Problem::refused("too_many_names")
                .arg("asked", asked)
                .arg("most", MOST_LINES);
            return Err(crate::offers::of_field(problem, "/names").into());
        }
        _ => {}
    }
    let offers = checked(ctx, counter, ask).await?;
    // One basis and one moment for all of them, however long the registrars took.
    let buyer = buyer(ctx, ask.customer).await?;
    let basis = counter.basis(ctx, ask.currency).await?.bought_by(buyer);
    let now = ctx.now();
    let sales_list = basis
        .book
        .sales_list
        .ok_or_else(|| field("/names/0/name", "name_not_priced"))?;
    let currency = ask.currency.unwrap_or(basis.book.currency);
    let mut problem = Problem::refused("invalid_fields");
    let mut lines = Vec::with_capacity(offers.len());
    let mut seen = HashSet::with_capacity(offers.len());
    for (position, (offer, wanted)) in offers.into_iter().zip(&ask.names).enumerate() {
        // Two lines would be paid twice for what can be delivered once.
        if let Some(name) = &offer.name
            && !seen.insert((name.clone(), wanted.operation))
        {
            problem = problem.field(format!("/names/{position}/name"), "name_twice");
            continue;
        }
        match line(&basis, offer, wanted, (currency, now), coupon.as_deref()) {
            Ok(line) => lines.push(line),
            Err(code) if code.starts_with("currency_") => return Err(field("/currency", code).into()),
            Err(code) => problem = problem.field(format!("/names/{position}/name"), code),
        }
    }
    if !problem.fields.is_empty() {
        return Err(problem.into());
    }
    if let Some(code) = &coupon {
        coupon::takes_something(&basis.pricing(), code, buyer, &lines)?;
    }
    Ok(Prepared {
        customer: ask.customer,
        coupon,
        lines,
        sales_list,
        book_version: basis.book.version,
        rates_version: basis.rates_version(),
        priced_at: now,
    })
}

/// The line of one name, or the code of why there is none.
fn line(
    basis: &Basis,
    offer: Offer,
    wanted: &LockName,
    (currency, at): (Currency, Instant),
    coupon: Option<&str>,
) -> Result<LockLine, &'static str> {
    let explain = |name: &DomainName| {
        let service = PriceAsk {
            tld: name.suffix(),
            operation: wanted.operation,
            years: wanted.years,
            currency,
            at,
        };
        basis.explain(&service, coupon).map_err(unpriced)
    };
    let known = offer.name.clone();
    match (sellable(offer), known) {
        (Ok(name), _) => {
            let explained = explain(&name)?;
            Ok(LockLine::new(name, &explained))
        }
        // What exactly is missing is worth knowing: another currency may have it.
        (Err("name_not_priced"), Some(name)) => Err(explain(&name).err().unwrap_or("name_not_priced")),
        (Err(code), _) => Err(code),
    }
}

/// The code of why there is no price: one of the currency's, or that there is none at all.
pub(super) const fn unpriced(why: NotPriced) -> &'static str {
    match why {
        NotPriced::CurrencyNotPriced => "currency_not_priced",
        NotPriced::RateMissing => "currency_rate_missing",
        NotPriced::RateStale => "currency_rate_stale",
        _ => "name_not_priced",
    }
}

/// What registrars say of the names, in their order: one check for each operation and term, all at once.
async fn checked(ctx: &Ctx, counter: &Counter, ask: &LockAsk) -> Result<Vec<Offer>> {
    let mut groups: BTreeMap<(Operation, u8), Vec<usize>> = BTreeMap::new();
    for (position, name) in ask.names.iter().enumerate() {
        groups.entry((name.operation, name.years)).or_default().push(position);
    }
    let checks = groups.into_iter().map(|((operation, years), positions)| async move {
        let names = positions.iter().map(|at| ask.names[*at].name.clone()).collect();
        let check = PriceCheck {
            operation,
            years,
            currency: ask.currency,
            ..PriceCheck::of(names)
        };
        let offers = offers::check(ctx, counter, check).await?;
        Ok::<_, platform::Error>(positions.into_iter().zip(offers))
    });
    let mut offers: Vec<(usize, Offer)> = try_join_all(checks).await?.into_iter().flatten().collect();
    offers.sort_unstable_by_key(|(position, _)| *position);
    Ok(offers.into_iter().map(|(_, offer)| offer).collect())
}

/// The name of an offer that can be bought: exactly those with a token can.
fn sellable(offer: Offer) -> Result<DomainName, &'static str> {
    match (offer.name, offer.token) {
        (Some(name), Some(_)) => Ok(name),
        (None, _) => Err("name_invalid"),
        (Some(_), None) if offer.premium => Err("name_premium"),
        (Some(_), None) => Err(match (offer.state, offer.reason.as_ref().map(|reason| reason.code)) {
            (OfferState::Taken, _) => "name_held",
            (_, Some("not_registered")) => "name_not_registered",
            (_, Some("not_ours")) => "name_not_ours",
            (_, Some("suffix_not_sold" | "name_not_sold")) => "name_not_sold_here",
            (OfferState::Available, _) => "name_not_priced",
            _ => "name_not_known_yet",
        }),
    }
}

pub(super) fn field(pointer: &'static str, code: &'static str) -> Problem {
    Problem::refused("invalid_fields").field(pointer, code)
}

/// One lock.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: PriceLockId) -> Result<PriceLock> {
    read.allow(PRICES_READ)?;
    store::by_id(read, id).await?.ok_or_else(|| Problem::not_found().into())
}

/// Locks before one, the latest first; of one customer if said.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(
    read: &Read,
    customer: Option<CustomerId>,
    before: Option<Uuid>,
    most: u64,
) -> Result<Vec<PriceLock>> {
    read.allow(PRICES_READ)?;
    store::before(read, customer, before, most).await
}

/// Today's prices for the customer of a lock, to price it again with [`PriceLock::reprice`].
///
/// # Errors
/// The database.
pub(crate) async fn today(ctx: &Ctx, counter: &Counter, lock: &PriceLock) -> Result<Basis> {
    let buyer = buyer(ctx, lock.customer).await?;
    let basis = counter.basis(ctx, Some(lock.total.currency)).await?;
    Ok(basis.bought_by(buyer))
}

/// What today's prices make of a lock: see [`PriceLock::reprice`].
///
/// # Errors
/// `name_not_priced` where a name has no price any more and the lock holds no longer.
pub fn reprice(
    pricing: &Pricing<'_>,
    buyer: Option<Buyer>,
    lock: &PriceLock,
    now: Instant,
) -> Result<Repriced, Problem> {
    lock.reprice(pricing, buyer, now)
        .map_err(|_| Problem::conflict("name_not_priced"))
}

/// Which of these recorded prices a lock or a name was made of: they must stay where they can be read. Not for people: asks
/// for no right.
///
/// # Errors
/// The database.
pub async fn referred(read: &Read, prices: &[PriceId]) -> Result<Vec<PriceId>> {
    store::referred(read, prices).await
}

/// Which of these discounts and coupons locks were made with.
///
/// # Errors
/// The database.
pub async fn referred_discounts(read: &Read, discounts: &[DiscountId]) -> Result<Vec<DiscountId>> {
    store::referred_discounts(read, discounts).await
}
