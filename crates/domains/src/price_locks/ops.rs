//! What can be done with price locks: prepare, keep, look at, price again.
//!
//! Preparing asks registrars and reads the price book, so it stands outside the transaction that keeps the lock.

use std::collections::BTreeMap;

use catalog::permissions::PRICES_READ;
use catalog::price_books::EndingCells;
use engines::pricing::{Operation, PriceAsk, PriceBook};
use futures::future::try_join_all;
use kernel::{CustomerId, Instant, PriceId, PriceLockId, Problem, ProblemKind, SalesListId};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;

use super::model::{LockAsk, LockLine, LockName, MOST_LINES, PriceLock, Repriced};
use super::store;
use crate::offers::{Counter, Explained, Offer, OfferState, PRICE_HOLDS, PriceCheck, PriceToken, ops as offers};
use crate::permissions::PRICES_LOCK;

/// Prices found and not yet locked.
#[derive(Clone, Debug)]
pub struct Prepared {
    customer: Option<CustomerId>,
    coupon: Option<String>,
    lines: Vec<LockLine>,
    sales_list: SalesListId,
    book_version: i64,
    priced_at: Instant,
}

/// Finds what is to be locked: the price a token holds, or today's prices of names that can be bought.
///
/// # Errors
/// `invalid_fields` with what is wrong with which name, `price_token_invalid`, `price_token_expired`,
/// `price_token_outdated`, what a price check refuses, `forbidden`, or the database.
pub async fn prepare(ctx: &Ctx, counter: &Counter, ask: &LockAsk) -> Result<Prepared> {
    ctx.allow(PRICES_LOCK)?;
    let coupon = ask.coupon.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let coupon = coupon.map(str::to_owned);
    match &ask.token {
        Some(token) => of_token(ctx, counter, ask, token, coupon).await,
        None => of_names(ctx, counter, ask, coupon).await,
    }
}

/// Locks what was prepared.
///
/// # Errors
/// `customer_unknown`, `forbidden`, or the database.
pub async fn keep(tx: &mut Tx, prepared: &Prepared) -> Result<PriceLock> {
    tx.allow(PRICES_LOCK)?;
    if let Some(customer) = prepared.customer {
        known(tx, customer).await?;
    }
    let Prepared {
        customer,
        coupon,
        lines,
        sales_list,
        book_version,
        priced_at,
    } = prepared.clone();
    let currency = lines
        .first()
        .map_or(kernel::Currency::USD, |line| line.amounts.total.currency);
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
        priced_at,
        expires_at: now.plus(PRICE_HOLDS),
        created_at: now,
        created_by: tx.actor().who.to_string(),
    };
    tx.save(lock.open()).await
}

async fn known(read: &Read, customer: CustomerId) -> Result<()> {
    match parties::customers::ops::by_id(read, customer).await {
        Ok(_) => Ok(()),
        Err(error)
            if error
                .problem()
                .is_some_and(|problem| problem.kind == ProblemKind::NotFound) =>
        {
            Err(field("/customer", "customer_unknown").into())
        }
        Err(error) => Err(error),
    }
}

/// The names of a token are free by its word: it is given for nothing else, and for minutes.
async fn of_token(
    ctx: &Ctx,
    counter: &Counter,
    ask: &LockAsk,
    token: &str,
    coupon: Option<String>,
) -> Result<Prepared> {
    let held = offers::price_of_token(ctx, counter, token).map_err(Problem::from)?;
    if !ask.names.iter().all(|name| is_of(name, &held)) || ask.names.len() > 1 {
        return Err(field("/names", "price_token_of_another_name").into());
    }
    if ask.currency.is_some_and(|currency| currency != held.total.currency) {
        return Err(field("/currency", "price_token_of_another_name").into());
    }
    let book = counter.book(ctx).await?;
    let sales_list = book.sales_list.ok_or_else(outdated)?;
    let suffix = held.name.suffix();
    let cells = ctx
        .read(|read| async move { EndingCells::read(read, suffix).await }.scope_boxed())
        .await?;
    // The very price that was told, found again as it was known then.
    let then = cells.book(sales_list, held.book_version, held.known_at)?;
    let service = PriceAsk {
        tld: suffix,
        operation: held.operation,
        years: held.years,
        currency: held.total.currency,
        at: held.at,
    };
    let explained = Explained::found(&then, &service, held.book_version, Some(sales_list)).map_err(|_| outdated())?;
    if explained.hash() != held.trace || explained.amounts.total != held.total {
        return Err(outdated().into());
    }
    Ok(Prepared {
        customer: ask.customer,
        coupon,
        lines: vec![LockLine::new(held.name.clone(), &explained)],
        sales_list,
        book_version: held.book_version,
        priced_at: held.at,
    })
}

fn is_of(name: &LockName, held: &PriceToken) -> bool {
    let same_name = crate::offers::DomainName::parse(&name.name).is_ok_and(|name| name == held.name);
    same_name && (name.operation, name.years) == (held.operation, held.years)
}

fn outdated() -> Problem {
    let problem = Problem::conflict("price_token_outdated");
    crate::offers::of_field(problem, "/token")
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
    // One book and one moment for all of them, however long the registrars took.
    let (book, now) = (counter.book(ctx).await?, ctx.now());
    let sales_list = book
        .sales_list
        .ok_or_else(|| field("/names/0/name", "name_not_priced"))?;
    let mut problem = Problem::refused("invalid_fields");
    let mut lines = Vec::with_capacity(offers.len());
    for (position, (offer, wanted)) in offers.into_iter().zip(&ask.names).enumerate() {
        let line = sellable(offer).and_then(|name| {
            let service = PriceAsk {
                tld: name.suffix(),
                operation: wanted.operation,
                years: wanted.years,
                currency: ask.currency.unwrap_or(book.currency),
                at: now,
            };
            let explained = Explained::of(&book, &service).map_err(|_| "name_not_priced")?;
            Ok(LockLine::new(name, &explained))
        });
        match line {
            Ok(line) => lines.push(line),
            Err(code) => problem = problem.field(format!("/names/{position}/name"), code),
        }
    }
    if !problem.fields.is_empty() {
        return Err(problem.into());
    }
    Ok(Prepared {
        customer: ask.customer,
        coupon,
        lines,
        sales_list,
        book_version: book.version,
        priced_at: now,
    })
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
fn sellable(offer: Offer) -> Result<crate::offers::DomainName, &'static str> {
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

fn field(pointer: &'static str, code: &'static str) -> Problem {
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

/// What today's prices make of a lock: see [`PriceLock::reprice`].
///
/// # Errors
/// `not_priced` where a name has no price any more and the lock holds no longer.
pub fn reprice(book: &PriceBook, lock: &PriceLock, now: Instant) -> Result<Repriced, Problem> {
    lock.reprice(book, now)
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
