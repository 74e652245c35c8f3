//! What prices and costs are compared by: a tenant's rates of one moment, and how it converts.

use engines::blast_radius::Market;
use engines::fx::{FxBook, FxRules};
use engines::margin::MarginRules;
use engines::pricing::discounts::DiscountBook;
use engines::pricing::{PriceBook, Pricing};
use kernel::Instant;
use platform::{Ctx, Result};
use reference::RateBooks;

use crate::margins::{Held, Rates};
use crate::price_books::Book;

/// Longer than any name is held: rates that were chosen already are never too old.
const HOWEVER_OLD: u32 = 24 * 365 * 100;

/// Rates that stay what they are, for asking what is charged in a year, and how the tenant converts.
#[derive(Clone, Debug)]
pub struct Ground {
    fx: FxBook,
    rules: FxRules,
    converts_sales: bool,
    low: MarginRules,
}

impl Ground {
    /// The tenant's rates as they stand at an instant; as they are now for one to come.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn at(ctx: &Ctx, rates: &RateBooks, book: &Book, at: Instant) -> Result<Self> {
        let held = Held::of(ctx, rates, book.settings.currency_conversion_markup).await?;
        let Rates { book: fx, rules } = held.rates();
        Ok(Self::of(book, fx, rules, at.min(ctx.now())))
    }

    pub(crate) fn of(book: &Book, fx: &FxBook, rules: FxRules, now: Instant) -> Self {
        Self {
            fx: fx.held_at(now, rules.oldest_hours),
            rules: FxRules {
                markup: book.settings.currency_conversion_markup,
                oldest_hours: HOWEVER_OLD,
            },
            converts_sales: book.settings.enable_auto_currency_conversion,
            low: book.margin_rules(),
        }
    }

    /// What amounts are converted at.
    pub(crate) const fn rates(&self) -> (&FxBook, FxRules) {
        (&self.fx, self.rules)
    }

    pub(crate) const fn low(&self) -> MarginRules {
        self.low
    }

    /// The market as the book has it.
    pub(crate) fn market<'m>(&'m self, book: &'m Book) -> Market<'m> {
        self.of_both(book, &book.prices, &book.discounts)
    }

    pub(super) fn priced<'m>(&'m self, book: &'m Book, prices: &'m PriceBook) -> Market<'m> {
        self.of_both(book, prices, &book.discounts)
    }

    pub(super) fn discounted<'m>(&'m self, book: &'m Book, discounts: &'m DiscountBook) -> Market<'m> {
        self.of_both(book, &book.prices, discounts)
    }

    fn of_both<'m>(&'m self, book: &'m Book, prices: &'m PriceBook, discounts: &'m DiscountBook) -> Market<'m> {
        let converts = (&self.fx, self.rules);
        Market {
            sales: Pricing {
                book: prices,
                fx: self.converts_sales.then_some(converts),
                home: book.currency,
                discounts,
            },
            costs: Some(converts),
        }
    }
}
