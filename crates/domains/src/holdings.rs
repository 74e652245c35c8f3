//! What this room tells the price book of what it holds: which recorded prices its names and locks were made of, and what
//! a change of prices would do to them.

use async_trait::async_trait;
use catalog::archive::Referrers;
use catalog::imports::ListRef;
use catalog::{Exposure, Exposures, ProposedChange};
use engines::margin::MarginRules;
use engines::pricing::Pricing;
use engines::pricing::discounts::DiscountBook;
use kernel::PriceId;
use platform::{Read, Result};
use web::messages::key;

use crate::portfolio::reach::{Reach, reach};
use crate::price_locks;

/// Names and price locks, as the price book asks about them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Holdings;

#[async_trait]
impl Referrers for Holdings {
    async fn referred(&self, read: &mut Read, cells: &[PriceId]) -> Result<Vec<PriceId>> {
        price_locks::ops::referred(read, cells).await
    }
}

#[async_trait]
impl Exposures for Holdings {
    async fn touched(&self, read: &Read, change: &ProposedChange) -> Result<Vec<Exposure>> {
        if !is_charged(read, change.list).await? {
            return Ok(Vec::new());
        }
        let pricing = |book| Pricing {
            book,
            fx: None,
            home: change.currency,
            discounts: DiscountBook::none(),
        };
        let (before, after): (Pricing<'_>, Pricing<'_>) = (pricing(&change.before), pricing(&change.after));
        let found = reach(read, &change.ending, &before, &after, &MarginRules::default()).await?;
        Ok(exposures(&found))
    }
}

/// Whether renewals are charged by this list: the standard one, and what they cost.
async fn is_charged(read: &Read, list: ListRef) -> Result<bool> {
    match list {
        ListRef::Registrar(_) => Ok(true),
        ListRef::Sales(id) => {
            let lists = catalog::sales_lists::list(read).await?;
            Ok(lists.iter().any(|list| list.standard && list.id == id))
        }
    }
}

fn exposures(found: &Reach) -> Vec<Exposure> {
    let renewals = found.renewals.iter().map(|totals| Exposure {
        what: key("domains-exposure-renewals"),
        count: totals.touched,
        price_before: Some(totals.before.price),
        price_after: Some(totals.after.price),
        margin_before: Some(totals.before.profit),
        margin_after: Some(totals.after.profit),
    });
    // A lock holds its price against every change.
    let locks = found.locks.iter().map(|(count, total)| Exposure {
        what: key("domains-exposure-locks"),
        count: *count,
        price_before: Some(*total),
        price_after: Some(*total),
        margin_before: None,
        margin_after: None,
    });
    renewals.chain(locks).collect()
}
