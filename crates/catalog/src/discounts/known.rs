//! Discounts as an earlier version of the price book had them: what proves a price that was told then.

use engines::pricing::discounts::{DiscountBook, Entry};
use kernel::Instant;
use platform::{Error, Read, Result};

use super::model::Discount;
use super::store;

/// Every version of every discount and coupon of a tenant, archived ones included.
#[derive(Clone, Debug)]
pub struct KnownDiscounts {
    ever: Vec<Discount>,
}

impl KnownDiscounts {
    /// Reads them. Not for people: asks for no right.
    ///
    /// # Errors
    /// The database; a row that was altered so that it is no discount any more.
    pub async fn read(read: &Read) -> Result<Self> {
        let ever = store::ever(read).await?;
        Ok(Self { ever })
    }

    /// The discounts as version `version` of the price book had them; `known_at` is what that book called its knowledge. A
    /// version is exact where moments are not: of two transactions of one instant only one had committed.
    ///
    /// # Errors
    /// When an entry cannot be part of a book: it was altered outside the product.
    pub fn book(&self, version: i64, known_at: Instant) -> Result<DiscountBook> {
        let counts = |discount: &&Discount| discount.counts_in(version, known_at);
        // Whether they count is decided; the engine is not to decide it again by moments.
        let decided = |entry: Entry| Entry {
            superseded_at: None,
            ..entry
        };
        let entries = self.ever.iter().filter(counts).flat_map(Discount::entries).map(decided);
        DiscountBook::as_known_at(entries, known_at).map_err(Error::internal)
    }
}
