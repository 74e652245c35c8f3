//! A price with why it is so, shared by every row it is the price of: names under one ending have one price.

use catalog::Book;
use engines::pricing::{self, Amounts, NotPriced, PriceAsk, Trace};
use kernel::{Instant, SalesListId};

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
pub(super) type TraceHash = [u8; 16];

impl Explained {
    /// The price of a service in a book.
    pub(crate) fn of(book: &Book, ask: &PriceAsk<'_>) -> Result<Self, NotPriced> {
        let priced = pricing::price(&book.prices, ask)?;
        Ok(Self {
            fingerprint: priced.trace.fingerprint(),
            amounts: priced.amounts,
            trace: priced.trace,
            book_version: book.version,
            sales_list: book.sales_list,
        })
    }

    /// The moment whose knowledge the book held.
    pub fn known_at(&self) -> Instant {
        self.trace.known_at()
    }

    /// What binds a token to this explanation.
    pub(super) fn hash(&self) -> TraceHash {
        let mut hash = TraceHash::default();
        hex::decode_to_slice(&self.fingerprint[..32], &mut hash).expect("a fingerprint is 64 hexadecimal digits");
        hash
    }
}
