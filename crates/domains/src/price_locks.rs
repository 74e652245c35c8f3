//! Price locks: prices held for a customer until an instant, with the exact total and every step to it.
//!
//! A lock is made of a price token, or of names asked about now; it is written once and never changed. While it holds, a
//! rise reaches nobody; afterwards a rise asks again, and a fall charges less at any time. What is premium, taken or not
//! known is never locked: nothing is bought past the registry's own price or on a guess.

mod coupon;
mod entity;
mod events;
pub(crate) mod http;
mod model;
pub mod ops;
pub(crate) mod store;
mod told;
pub mod verify;

pub use events::PriceLocked;
pub use model::{LockAsk, LockLine, LockName, MOST_LINES, PriceLock, Repriced};
