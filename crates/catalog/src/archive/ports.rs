//! What the archive needs of the rooms above.

use async_trait::async_trait;
use kernel::{DiscountId, PriceId};
use platform::{Read, Result};

/// Knows which prices and discounts something still refers to: an open price lock, a live domain, an order. Asked in the
/// transaction that would move them.
#[async_trait]
pub trait Referrers: Send + Sync {
    /// Those of these prices that are referred to.
    ///
    /// # Errors
    /// When the database fails; nothing is moved then.
    async fn referred(&self, read: &mut Read, cells: &[PriceId]) -> Result<Vec<PriceId>>;

    /// Those of these discounts and coupons that are referred to.
    ///
    /// # Errors
    /// When the database fails; nothing is moved then.
    async fn referred_discounts(&self, read: &mut Read, discounts: &[DiscountId]) -> Result<Vec<DiscountId>>;
}
