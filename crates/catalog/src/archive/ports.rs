//! What the archive needs of the rooms above.

use async_trait::async_trait;
use kernel::PriceId;
use platform::{Read, Result};

/// Knows which prices something still refers to: an open price lock, a live domain, an order.
#[async_trait]
pub trait Referrers: Send + Sync {
    /// Those of these prices that are referred to. Asked in the transaction that would move them.
    ///
    /// # Errors
    /// When the database fails; nothing is moved then.
    async fn referred(&self, read: &mut Read, cells: &[PriceId]) -> Result<Vec<PriceId>>;
}
