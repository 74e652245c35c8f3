//! A price with why it is so, shared by every row it is the price of: names under one ending have one price.

use catalog::Book;
use engines::pricing::{self, Amounts, NotPriced, PriceAsk, PriceBook, Rule, Trace};
use kernel::{Instant, Money, SalesListId};

/// A price, its trace, and what it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    /// The amounts, without tax.
    pub amounts: Amounts,
    /// Every step to them.
    pub trace: Trace,
    /// SHA-256 of the trace's canonical text, as 64 hexadecimal digits.
    pub fingerprint: String,
    /// The version of the price book.
    pub book_version: i64,
    /// The sales list that was the standard one.
    pub sales_list: Option<SalesListId>,
}

/// The first half of a trace's fingerprint.
pub(crate) type TraceHash = [u8; 16];

impl Explained {
    /// The price of a service in a book.
    pub(crate) fn of(book: &Book, ask: &PriceAsk<'_>) -> Result<Self, NotPriced> {
        Self::found(&book.prices, ask, book.version, book.sales_list)
    }

    /// The price of a service among prices of one version of the book.
    pub(crate) fn found(
        prices: &PriceBook,
        ask: &PriceAsk<'_>,
        book_version: i64,
        sales_list: Option<SalesListId>,
    ) -> Result<Self, NotPriced> {
        let priced = pricing::price(prices, ask)?;
        Ok(Self {
            fingerprint: priced.trace.fingerprint(),
            amounts: priced.amounts,
            trace: priced.trace,
            book_version,
            sales_list,
        })
    }

    /// The moment whose knowledge the book held.
    pub fn known_at(&self) -> Instant {
        self.trace.known_at()
    }

    /// What each year costs; see [`by_year`].
    pub fn by_year(&self) -> Vec<Money> {
        by_year(&self.trace)
    }

    /// What binds a token to this explanation.
    pub(crate) fn hash(&self) -> TraceHash {
        let mut hash = TraceHash::default();
        hex::decode_to_slice(&self.fingerprint[..32], &mut hash).expect("a fingerprint is 64 hexadecimal digits");
        hash
    }
}

/// What each year costs, where a price is made year by year: 7.99, 12.00, 12.00. Empty where the term has a price of its
/// own. Fees that add no year, and what is taken off the whole, are in the total alone.
pub(crate) fn by_year(trace: &Trace) -> Vec<Money> {
    let currency = trace.total().currency;
    let yearly = |rule| {
        matches!(
            rule,
            Rule::PromotionalFirstYear | Rule::FirstYear | Rule::RegularYear | Rule::RenewalYears
        )
    };
    let steps = trace.steps().iter().filter(|step| yearly(step.rule));
    steps
        .flat_map(|step| std::iter::repeat_n(Money::new(step.unit, currency), step.times.into()))
        .collect()
}
