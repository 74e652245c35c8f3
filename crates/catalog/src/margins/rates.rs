//! Exchange rates as a report uses them: each pair looked up once, and kept to be shown.

use std::sync::Arc;

use engines::fx::{self, FxAsk, FxBook, FxRules, NoRate, Quoted};
use kernel::{Currency, Instant, Money, Percent};
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

/// A rate that a report used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// From this currency.
    pub from: Currency,
    /// To this one.
    pub to: Currency,
    /// At this rate, or why there is none.
    pub quoted: std::result::Result<Quoted, NoRate>,
}

/// An amount in another currency, or why there is none.
type Converted = std::result::Result<Money, NoRate>;

/// The rates of one report at one instant.
pub(super) struct Desk<'r> {
    rates: Rates<'r>,
    at: Instant,
    used: Vec<(Exchange, bool)>,
}

impl<'r> Desk<'r> {
    pub(super) const fn new(rates: Rates<'r>, at: Instant) -> Self {
        Self {
            rates,
            at,
            used: Vec::new(),
        }
    }

    /// A cost in another currency. The tenant's mark-up is on the rate, so that the cost is not taken for less than the
    /// bank will charge. With the rate's place among those used; none where nothing had to be converted.
    pub(super) fn cost(&mut self, cost: Money, to: Currency) -> (Converted, Option<usize>) {
        self.convert(cost, to, true)
    }

    /// An amount shown in another currency: at the rate as it is quoted, because nobody changes this money.
    pub(super) fn shown(&mut self, amount: Money, in_: Currency) -> (Converted, Option<usize>) {
        self.convert(amount, in_, false)
    }

    fn convert(&mut self, amount: Money, to: Currency, marked_up: bool) -> (Converted, Option<usize>) {
        if amount.currency == to {
            return (Ok(amount), None);
        }
        let place = self.place(amount.currency, to, marked_up);
        let converted = self.used[place].0.quoted.and_then(|quoted| quoted.convert(amount));
        (converted, Some(place))
    }

    fn place(&mut self, from: Currency, to: Currency, marked_up: bool) -> usize {
        let known = |(one, with): &(Exchange, bool)| (one.from, one.to, *with) == (from, to, marked_up);
        if let Some(place) = self.used.iter().position(known) {
            return place;
        }
        let markup = if marked_up {
            self.rates.rules.markup
        } else {
            Percent::ZERO
        };
        let rules = FxRules {
            markup,
            ..self.rates.rules
        };
        let ask = FxAsk { from, to, at: self.at };
        let quoted = fx::rate(self.rates.book, &rules, &ask);
        self.used.push((Exchange { from, to, quoted }, marked_up));
        self.used.len() - 1
    }

    pub(super) fn into_used(self) -> Vec<Exchange> {
        self.used.into_iter().map(|(exchange, _)| exchange).collect()
    }
}
