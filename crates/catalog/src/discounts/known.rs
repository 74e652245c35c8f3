//! Discounts as they were known at an earlier moment: what proves a price that was told then.

use engines::pricing::discounts::{DiscountBook, Entry};
use kernel::Instant;
use platform::{Error, Read, Result};

use super::model::Discount;
use super::store;

/// Every version of every discount and coupon of a tenant.
#[derive(Clone, Debug)]
pub struct KnownDiscounts {
    entries: Vec<Entry>,
}

impl KnownDiscounts {
    /// Reads them. Not for people: asks for no right.
    ///
    /// # Errors
    /// The database; a row that was altered so that it is no discount any more.
    pub async fn read(read: &Read) -> Result<Self> {
        let ever = store::ever(read).await?;
        Ok(Self {
            entries: ever.iter().flat_map(Discount::entries).collect(),
        })
    }

    /// What was known at a moment: a price book's `known_at` gives the discounts of that book.
    ///
    /// # Errors
    /// When an entry cannot be part of a book: it was altered outside the product.
    pub fn book(&self, known_at: Instant) -> Result<DiscountBook> {
        DiscountBook::as_known_at(self.entries.iter().cloned(), known_at).map_err(Error::internal)
    }
}
