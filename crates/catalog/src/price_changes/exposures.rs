//! What else a change of prices touches. Other rooms know: live names, price locks, open quotes. They are asked before the
//! change is published.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use engines::pricing::PriceBook;
use kernel::{Currency, Instant, Money};
use platform::{Read, Result};

use super::model::Step;
use crate::imports::ListRef;

/// A change that is not yet made.
#[derive(Clone, Debug)]
pub struct ProposedChange {
    /// Whose prices.
    pub list: ListRef,
    /// Of which ending, as an A-label.
    pub ending: String,
    /// In which currency.
    pub currency: Currency,
    /// From when.
    pub effective_from: Instant,
    /// Until when its promotional prices hold, where that is said.
    pub until: Option<Instant>,
    /// Its prices with those they follow.
    pub steps: Vec<Step>,
    /// The ending's costs, and the sales prices of the list in question (of the standard one where costs change), as they
    /// are.
    pub before: PriceBook,
    /// The same with the change made.
    pub after: PriceBook,
}

/// How many things of one sort a change touches, and what it does to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What they are: key of a message with `n`, such as `domains-exposure-live`.
    pub what: &'static str,
    /// How many.
    pub count: u64,
    /// What they bring until the change, all together.
    pub price_before: Option<Money>,
    /// What they bring once it is in force.
    pub price_after: Option<Money>,
    /// What is earned on them until the change.
    pub margin_before: Option<Money>,
    /// What is earned on them once it is in force.
    pub margin_after: Option<Money>,
}

/// A room that has things which prices touch.
#[async_trait]
pub trait Exposures: Send + Sync {
    /// What of its own a change touches; nothing when nothing.
    ///
    /// # Errors
    /// When the database fails.
    async fn touched(&self, read: &Read, change: &ProposedChange) -> Result<Vec<Exposure>>;
}

/// Every room that was given at wiring.
#[derive(Clone, Default)]
pub(crate) struct Asked(pub(crate) Arc<[Arc<dyn Exposures>]>);

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asked({})", self.0.len())
    }
}

impl Asked {
    /// What all of them say.
    pub(crate) async fn touched(&self, read: &Read, change: &ProposedChange) -> Result<Vec<Exposure>> {
        let mut all = Vec::new();
        for room in self.0.iter() {
            all.extend(room.touched(read, change).await?);
        }
        Ok(all)
    }
}
