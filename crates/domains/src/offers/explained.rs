//! A price with why it is so, shared by every row it is the price of: names under one ending have one price.

use catalog::Book;
use engines::pricing::{self, Amounts, EffectiveAsk, NotPriced, PriceAsk, Priced, Pricing, Rule, Trace};
use kernel::{Instant, Money};

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
    /// The version of the exchange rates; 0 where none were looked at.
    pub rates_version: i64,
}

/// The first half of a trace's fingerprint.
pub(crate) type TraceHash = [u8; 16];

impl Explained {
    /// The list's price of a service in a book, for nobody in particular: nothing taken off, nothing converted.
    pub(crate) fn of_list(book: &Book, ask: &PriceAsk<'_>) -> Result<Self, NotPriced> {
        let priced = pricing::price(&book.prices, ask)?;
        Ok(Self::new(priced, book.version, 0))
    }

    /// What somebody pays, made from these versions of the book and of the rates.
    pub(crate) fn found(
        pricing: &Pricing<'_>,
        ask: &EffectiveAsk<'_>,
        book_version: i64,
        rates_version: i64,
    ) -> Result<Self, NotPriced> {
        let priced = pricing::effective(pricing, ask)?;
        Ok(Self::new(priced, book_version, rates_version))
    }

    fn new(priced: Priced, book_version: i64, rates_version: i64) -> Self {
        Self {
            fingerprint: priced.trace.fingerprint(),
            amounts: priced.amounts,
            trace: priced.trace,
            book_version,
            rates_version,
        }
    }

    /// The moment whose knowledge the book held.
    pub fn known_at(&self) -> Instant {
        self.trace.known_at()
    }

    /// What each year costs; see [`by_year`].
    pub fn by_year(&self) -> Vec<Money> {
        by_year(&self.trace)
    }

    /// The total before discounts and coupons.
    pub(crate) fn undiscounted(&self) -> Money {
        let taken: i64 = self.trace.reductions().iter().map(|taken| taken.amount).sum();
        Money::new(self.amounts.total.minor + taken, self.amounts.total.currency)
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
