//! What a change of prices, discounts or rates reaches: the next renewal of every live name it can touch, its price, cost
//! and margin before and after, and the price locks that hold against it.
//!
//! A name's next renewal is charged when it expires, or now where it has expired, in the currency it was sold in, less what
//! its customer has off on that day. Premium names are left out, because their renewals have no list price. Names are read
//! a few thousand at a time, so that a portfolio of any size takes the same memory.

use std::collections::{BTreeMap, HashMap};

use catalog::{ProposedChange, Scope};
use engines::blast_radius::{Exposure, Tallies, Totals, Touched, touched};
use engines::pricing::{Buyer, EffectiveAsk, Operation, PriceAsk};
use kernel::{Currency, CustomerId, GroupId, Instant, Money};
use platform::{Error, Read, Result};
use uuid::Uuid;

use super::store::{self, LiveName};
use crate::price_locks;
use crate::price_locks::store::OpenLocks;

/// How many of the names that fare worst are named, in each currency.
const WORST: usize = 5;
/// How many names are read at a time.
const AT_ONCE: usize = 5_000;

/// What a change reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Live names whose next renewal has another price, cost or margin, by currency.
    pub renewals: Vec<Renewals>,
    /// Open price locks the change could have touched, by currency: how many prices, and their sum, which stays.
    pub locks: Vec<(u64, Money)>,
}

/// Renewals of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewals {
    /// Their sums; those of whom nothing is different are in none.
    pub totals: Totals,
    /// The names that fare worst after the change, the worst first: without a price any more, then by what is earned.
    pub worst: Vec<Fared>,
}

/// How one name fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fared {
    /// The name, as an A-label.
    pub name: String,
    /// When it is renewed next.
    pub renewed_at: Instant,
    /// Its renewal before and after.
    pub touched: Touched,
}

/// What a change reaches.
///
/// # Errors
/// The database; a sum that cannot be held.
pub async fn reach(read: &Read, change: &ProposedChange<'_>) -> Result<Reach> {
    let groups = groups(read, change).await?;
    let mut found = Found::default();
    let mut after = Uuid::nil();
    loop {
        let names = store::live(read, &change.scope, after, AT_ONCE).await?;
        for name in &names {
            found.take(name, change, &groups, read.now())?;
        }
        match names.last() {
            Some(last) if names.len() == AT_ONCE => after = last.id,
            _ => break,
        }
    }
    let open = price_locks::store::open(read).await?;
    Ok(Reach {
        renewals: found.renewals(),
        locks: locks(&open, &change.scope, &groups)?,
    })
}

/// Who is in which group: asked only where there are discounts that could be a group's.
async fn groups(read: &Read, change: &ProposedChange<'_>) -> Result<HashMap<CustomerId, GroupId>> {
    let discounts = [change.before, change.after].map(|market| market.sales.discounts);
    if discounts.iter().all(|book| book.is_empty()) {
        return Ok(HashMap::new());
    }
    parties::customers::ops::groups(read).await
}

fn buyer(customer: CustomerId, groups: &HashMap<CustomerId, GroupId>) -> Buyer {
    Buyer {
        customer,
        group: groups.get(&customer).copied(),
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    tallies: Tallies,
    worst: BTreeMap<Currency, Vec<Fared>>,
}

impl Found {
    fn take(
        &mut self,
        name: &LiveName,
        change: &ProposedChange<'_>,
        groups: &HashMap<CustomerId, GroupId>,
        now: Instant,
    ) -> Result<()> {
        let buyer = buyer(name.customer, groups);
        let renewed_at = name.expires_at.max(now);
        if renewed_at < change.scope.from || !change.scope.covers(&name.ending, Some(buyer), name.currency) {
            return Ok(());
        }
        let exposure = Exposure {
            ask: EffectiveAsk {
                service: PriceAsk {
                    tld: &name.ending,
                    operation: Operation::Renew,
                    years: 1,
                    currency: name.currency,
                    at: renewed_at,
                },
                buyer: Some(buyer),
                coupon: None,
            },
            registrar: Some(name.registrar),
            with_privacy: false,
            quantity: 1,
        };
        let touched = touched(&change.before, &change.after, &exposure, &change.rules);
        if touched.differs() {
            self.tallies.add(&exposure, &touched).map_err(Error::internal)?;
            let fared = || Fared {
                name: name.name.clone(),
                renewed_at,
                touched,
            };
            note(
                self.worst.entry(name.currency).or_default(),
                place(&touched, &name.name),
                fared,
            );
        }
        Ok(())
    }

    fn renewals(mut self) -> Vec<Renewals> {
        let totals = self.tallies.into_totals().into_iter();
        totals
            .map(|totals| Renewals {
                worst: self.worst.remove(&totals.currency).unwrap_or_default(),
                totals,
            })
            .collect()
    }
}

/// How badly a name fares, the worst first. What is earned where no cost is known is unknown, not bad.
fn place<'n>(touched: &Touched, name: &'n str) -> (u8, i64, &'n str) {
    match (touched.after.price, touched.after.margin.profit) {
        (Err(_), _) => (0, 0, name),
        (_, Some(profit)) => (1, profit.minor, name),
        (_, None) => (2, 0, name),
    }
}

/// Puts a name among the worst, where it is one of them.
fn note(worst: &mut Vec<Fared>, own: (u8, i64, &str), fared: impl FnOnce() -> Fared) {
    let at = worst.partition_point(|other| place(&other.touched, &other.name) <= own);
    if at < WORST {
        worst.truncate(WORST - 1);
        worst.insert(at, fared());
    }
}

/// Locks by currency.
fn locks(open: &[OpenLocks], scope: &Scope, groups: &HashMap<CustomerId, GroupId>) -> Result<Vec<(u64, Money)>> {
    let mut by_currency: BTreeMap<Currency, (u64, Money)> = BTreeMap::new();
    for locks in open {
        let buyer = locks.customer.map(|customer| buyer(customer, groups));
        let currency = locks.total.currency;
        if scope.covers(&locks.ending, buyer, currency) {
            let (count, total) = by_currency.entry(currency).or_insert((0, Money::zero(currency)));
            *count += locks.prices;
            *total = total.add(locks.total).map_err(Error::internal)?;
        }
    }
    Ok(by_currency.into_values().collect())
}
