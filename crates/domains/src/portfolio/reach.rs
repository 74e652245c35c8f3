//! What a change of an ending's prices reaches: the next renewal of every live name under it, its price, cost and margin
//! before and after, and the price locks that hold against it.
//!
//! A name's next renewal is charged when it expires, or now where it has expired. Names that expire at one instant at one
//! account are one question; premium names are left out, because their renewals have no list price.

use engines::blast_radius::{BlastRadius, Exposure, Totals, Touched, blast_radius};
use engines::margin::MarginRules;
use engines::pricing::{EffectiveAsk, Operation, PriceAsk, Pricing};
use kernel::{Instant, Money};
use platform::{Error, Read, Result};

use super::store::{self, DueTogether};
use crate::price_locks;

/// How many of the names that fare worst are named.
const WORST: usize = 5;

/// What a change reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Live names whose next renewal has another price, cost or margin, by currency; those that have not are in no sum.
    pub renewals: Vec<Totals>,
    /// The names that fare worst by margin after the change, the worst first.
    pub worst: Vec<Fared>,
    /// Open price locks under the ending, by currency: how many prices, and their sum, which stays.
    pub locks: Vec<(u64, Money)>,
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

/// What a change of one ending's prices reaches. `before` and `after` hold the ending's costs and sales prices.
///
/// # Errors
/// The database; a sum that cannot be held.
pub async fn reach(
    read: &Read,
    ending: &str,
    before: &Pricing<'_>,
    after: &Pricing<'_>,
    rules: &MarginRules,
) -> Result<Reach> {
    let now = read.now();
    let due = store::due_together(read, ending).await?;
    let all: Vec<Exposure<'_>> = due.iter().map(|due| exposure(ending, due, now)).collect();
    let BlastRadius { touched, .. } = blast_radius(before, after, &all, rules).map_err(Error::internal)?;
    let mut differing: Vec<(usize, Touched)> = touched
        .into_iter()
        .enumerate()
        .filter(|(_, touched)| touched.differs())
        .collect();
    let exposures: Vec<Exposure<'_>> = differing.iter().map(|(at, _)| all[*at]).collect();
    let renewals = blast_radius(before, after, &exposures, rules)
        .map_err(Error::internal)?
        .totals;
    differing.sort_by_key(|(at, touched)| (after_margin(touched), *at));
    Ok(Reach {
        renewals,
        worst: worst(read, ending, &due, &differing, now).await?,
        locks: price_locks::store::open_under(read, ending).await?,
    })
}

fn exposure<'a>(ending: &'a str, due: &DueTogether, now: Instant) -> Exposure<'a> {
    Exposure {
        ask: EffectiveAsk {
            service: PriceAsk {
                tld: ending,
                operation: Operation::Renew,
                years: 1,
                currency: due.currency,
                at: due.expires_at.max(now),
            },
            buyer: None,
            coupon: None,
        },
        registrar: Some(due.registrar),
        with_privacy: false,
        quantity: due.names,
    }
}

/// What is left after the change, in minor units; a renewal without a price fares worse than any with one.
fn after_margin(touched: &Touched) -> i64 {
    touched.after.margin.profit.map_or(i64::MIN, |profit| profit.minor)
}

async fn worst(
    read: &Read,
    ending: &str,
    due: &[DueTogether],
    differing: &[(usize, Touched)],
    now: Instant,
) -> Result<Vec<Fared>> {
    let mut worst = Vec::new();
    for (at, touched) in differing {
        let due = &due[*at];
        for name in store::names_of(read, ending, due, WORST - worst.len()).await? {
            worst.push(Fared {
                name,
                renewed_at: due.expires_at.max(now),
                touched: *touched,
            });
        }
        if worst.len() >= WORST {
            break;
        }
    }
    Ok(worst)
}
