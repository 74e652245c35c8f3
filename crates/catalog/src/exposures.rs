//! What else a change of prices, discounts or exchange rates touches. Other rooms know: live names, price locks, open
//! quotes. They are asked before the change is published, with the market as it is and as it would be; the same question
//! serves one price, ten thousand of an import, a discount and a rate.

mod asking;
mod ground;
mod plan;
mod rates;

use std::collections::BTreeSet;

use async_trait::async_trait;
use engines::blast_radius::Market;
use engines::margin::MarginRules;
use engines::pricing::Buyer;
use engines::pricing::discounts::Whom;
use kernel::{Currency, Instant};
use platform::{Read, Result};

pub use ground::Ground;
pub use rates::of_rates;
pub use web::exposures::{Example, Exposure};

pub(crate) use asking::{Asked, Asking, PriceEdit};
pub(crate) use plan::{of_import, of_plan};

/// A change that is not yet made.
#[derive(Clone, Debug)]
pub struct ProposedChange<'a> {
    /// Prices, costs, discounts and rates as they are. Rates are those of now, whatever moment is asked for.
    pub before: Market<'a>,
    /// The same with the change made; it holds at least the endings the change is of.
    pub after: Market<'a>,
    /// What it can touch.
    pub scope: Scope,
    /// What counts as a low margin.
    pub rules: MarginRules,
}

/// What a change can touch: nothing else is another afterwards, and of what is covered not everything need be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Names under these endings, A-labels; nothing: under any.
    pub endings: Option<BTreeSet<String>>,
    /// What these buyers pay.
    pub whom: Whom,
    /// What is charged in these currencies; nothing: in any.
    pub currencies: Option<BTreeSet<Currency>>,
    /// What is charged from this instant on.
    pub from: Instant,
}

impl Scope {
    /// Whether something can be touched.
    pub fn covers(&self, ending: &str, buyer: Option<Buyer>, currency: Currency) -> bool {
        self.endings.as_ref().is_none_or(|endings| endings.contains(ending))
            && self.whom.covers(buyer)
            && self.currencies.as_ref().is_none_or(|these| these.contains(&currency))
    }
}

/// A room that has things which prices touch.
#[async_trait]
pub trait Exposures: Send + Sync {
    /// What of its own a change touches; nothing when nothing.
    ///
    /// # Errors
    /// When the database fails.
    async fn touched(&self, read: &Read, change: &ProposedChange<'_>) -> Result<Vec<Exposure>>;
}
