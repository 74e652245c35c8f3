//! What this room tells the price book of what it holds: which recorded prices its names and locks were made of, and what
//! a change of prices would do to them.

use async_trait::async_trait;
use catalog::archive::Referrers;
use catalog::{Example, Exposure, Exposures, ProposedChange};
use kernel::{DiscountId, PriceId};
use platform::{Read, Result};
use web::messages::key;

use crate::offers::to_unicode;
use crate::permissions::NAMES_READ;
use crate::portfolio;
use crate::portfolio::reach::{Fared, Renewals, reach};
use crate::price_locks;

/// Names and price locks, as the price book asks about them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holdings;

#[async_trait]
impl Referrers for Holdings {
    async fn referred(&self, read: &mut Read, cells: &[PriceId]) -> Result<Vec<PriceId>> {
        price_locks::ops::referred(read, cells).await
    }

    async fn referred_discounts(&self, read: &mut Read, discounts: &[DiscountId]) -> Result<Vec<DiscountId>> {
        price_locks::ops::referred_discounts(read, discounts).await
    }
}

#[async_trait]
impl Exposures for Holdings {
    async fn touched(&self, read: &Read, change: &ProposedChange<'_>) -> Result<Vec<Exposure>> {
        let found = reach(read, change).await?;
        let names = read.actor().grants.allow(NAMES_READ);
        let renewals = found.renewals.iter().map(|reached| renewals(reached, names));
        // A lock holds its price against every change.
        let locks = found.locks.iter().map(|(count, total)| Exposure {
            price_before: Some(*total),
            price_after: Some(*total),
            ..Exposure::counted(key("domains-exposure-locks"), total.currency, *count)
        });
        Ok(renewals.chain(locks).collect())
    }
}

/// Renewals of one currency; by name for those who may see names.
fn renewals(reached: &Renewals, names: bool) -> Exposure {
    let totals = &reached.totals;
    let examples = reached.worst.iter().filter(|_| names).map(example);
    Exposure {
        price_before: Some(totals.before.price),
        price_after: Some(totals.after.price),
        margin_before: Some(totals.before.profit),
        margin_after: Some(totals.after.profit),
        newly_negative: totals.newly_negative,
        newly_low: totals.newly_low,
        newly_unpriced: totals.newly_unpriced,
        examples: examples.collect(),
        ..Exposure::counted(key("domains-exposure-renewals"), totals.currency, totals.touched)
    }
}

fn example(fared: &Fared) -> Example {
    let (before, after) = (&fared.touched.before, &fared.touched.after);
    Example {
        name: to_unicode(&fared.name).into_owned(),
        href: Some(portfolio::pages::found_by(&fared.name)),
        at: Some(fared.renewed_at),
        price_before: before.price.ok(),
        price_after: after.price.ok(),
        margin_before: before.margin.profit,
        margin_after: after.margin.profit,
    }
}
