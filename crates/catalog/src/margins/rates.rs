//! A tenant's exchange rates, as its reports use them.

use std::sync::Arc;

use engines::fx::{FxBook, FxRules};
use kernel::Percent;
use platform::{Ctx, Result};
use reference::{RateBook, RateBooks};
use scoped_futures::ScopedFutureExt;

/// What a report converts at.
#[derive(Clone, Copy, Debug)]
pub struct Rates<'r> {
    /// Every rate the tenant knows.
    pub book: &'r FxBook,
    /// How old a rate may be, and what is added to the rate of a cost.
    pub rules: FxRules,
}

/// A tenant's rates at hand.
#[derive(Clone, Debug)]
pub struct Held {
    book: Arc<RateBook>,
    rules: FxRules,
}

impl Held {
    /// Rates that are at hand already; what `rules` add to one is the caller's to choose.
    pub const fn new(book: Arc<RateBook>, rules: FxRules) -> Self {
        Self { book, rules }
    }

    /// The tenant's; `markup` is its mark-up on conversions.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(ctx: &Ctx, rates: &RateBooks, markup: Percent) -> Result<Self> {
        let book = rates.book(ctx).await?;
        let rules = ctx
            .read(|read| async move { reference::rates::rules(read).await }.scope_boxed())
            .await?;
        Ok(Self {
            book,
            rules: FxRules { markup, ..rules },
        })
    }

    /// What to convert at.
    pub fn rates(&self) -> Rates<'_> {
        Rates {
            book: &self.book.fx,
            rules: self.rules,
        }
    }

    /// Moves with every rate.
    pub fn version(&self) -> i64 {
        self.book.version
    }
}
