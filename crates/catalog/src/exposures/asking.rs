//! Asking every room what a change touches: the market before and after is made here.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use engines::blast_radius::Market;
use engines::fx::FxRules;
use engines::margin::MarginRules;
use engines::pricing;
use engines::pricing::discounts::{DiscountBook, Whom};
use kernel::{Instant, PriceId};
use platform::{Ctx, Error, Read, Result};
use reference::{RateBook, RateBooks};
use scoped_futures::ScopedFutureExt;

use super::{Exposure, Exposures, Ground, ProposedChange, Scope};
use crate::imports::ListRef;
use crate::permissions::MARGINS_READ;
use crate::price_books::Book;

/// Every room that was given at wiring, and the rates in memory.
#[derive(Clone)]
pub(crate) struct Asked {
    rooms: Arc<[Arc<dyn Exposures>]>,
    rates: RateBooks,
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asked({})", self.rooms.len())
    }
}

impl Asked {
    pub(crate) const fn new(rooms: Arc<[Arc<dyn Exposures>]>, rates: RateBooks) -> Self {
        Self { rooms, rates }
    }

    /// The same for one tenant, with its rates at hand.
    pub(crate) async fn by(&self, ctx: &Ctx) -> Result<Asking> {
        let rates = self.rates.book(ctx).await?;
        let rules = ctx
            .read(|read| async move { reference::rates::rules(read).await }.scope_boxed())
            .await?;
        Ok(Asking {
            rooms: Arc::clone(&self.rooms),
            rates,
            rules,
        })
    }
}

/// One tenant's question.
#[derive(Clone)]
pub(crate) struct Asking {
    rooms: Arc<[Arc<dyn Exposures>]>,
    rates: Arc<RateBook>,
    rules: FxRules,
}

impl fmt::Debug for Asking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Asking({}, rates {})", self.rooms.len(), self.rates.version)
    }
}

/// A change of prices of one list.
pub(crate) struct PriceEdit<'c> {
    /// Whose.
    pub(crate) list: ListRef,
    /// Nothing charged before is another afterwards.
    pub(crate) from: Instant,
    /// Cells that go.
    pub(crate) superseded: &'c [PriceId],
    /// Cells that come.
    pub(crate) cells: Vec<pricing::Cell<'c>>,
    /// The endings of both.
    pub(crate) endings: BTreeSet<&'c str>,
}

impl Asking {
    /// What prices and costs are compared by at a moment.
    pub(crate) fn ground(&self, book: &Book, now: Instant) -> Ground {
        Ground::of(book, &self.rates.fx, self.rules, now)
    }

    /// What a change of prices touches; of another list than the standard one nothing, because nobody is charged by it yet.
    pub(crate) async fn prices(&self, read: &Read, book: &Book, edit: PriceEdit<'_>) -> Result<Vec<Exposure>> {
        if matches!(edit.list, ListRef::Sales(list) if book.sales_list != Some(list)) || edit.endings.is_empty() {
            return Ok(Vec::new());
        }
        let goes = |id| edit.superseded.contains(&id);
        let after = book.prices.revised(edit.endings.iter().copied(), goes, edit.cells);
        let after = after.map_err(Error::internal)?;
        let scope = Scope {
            endings: Some(edit.endings.iter().map(|ending| (*ending).to_owned()).collect()),
            whom: Whom::Everybody,
            currencies: None,
            from: edit.from,
        };
        let ground = self.ground(book, read.now());
        let (before, after) = (ground.market(book), ground.priced(book, &after));
        self.ask(read, before, after, scope, ground.low()).await
    }

    /// What other discounts touch.
    pub(crate) async fn discounts(
        &self,
        read: &Read,
        book: &Book,
        discounts: &DiscountBook,
        scope: Scope,
    ) -> Result<Vec<Exposure>> {
        let ground = self.ground(book, read.now());
        let (before, after) = (ground.market(book), ground.discounted(book, discounts));
        self.ask(read, before, after, scope, ground.low()).await
    }

    async fn ask(
        &self,
        read: &Read,
        before: Market<'_>,
        after: Market<'_>,
        scope: Scope,
        rules: MarginRules,
    ) -> Result<Vec<Exposure>> {
        let change = ProposedChange {
            before,
            after,
            scope,
            rules,
        };
        touched(&self.rooms, read, &change).await
    }
}

/// What all rooms say, as far as whoever asks may see it.
pub(crate) async fn touched(
    rooms: &[Arc<dyn Exposures>],
    read: &Read,
    change: &ProposedChange<'_>,
) -> Result<Vec<Exposure>> {
    let mut all = Vec::new();
    for room in rooms {
        all.extend(room.touched(read, change).await?);
    }
    if !read.actor().grants.allow(MARGINS_READ) {
        all = all.into_iter().map(Exposure::without_margins).collect();
    }
    Ok(all)
}
