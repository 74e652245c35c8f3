//! Customers' wallets: what they paid in ahead, and what of it is set aside. A wallet is two accounts of the books, so it
//! cannot say something else than they do; the database refuses to let either go below zero.

mod events;
mod model;
mod ops;
pub(crate) mod store;

pub use events::{HoldCaptured, HoldReleased, WalletAdjusted, WalletHeld};
pub use model::{Adjustment, Against, Hold, HoldState, NewHold, Wallet};
pub use ops::{adjust, all, capture, functional, history, hold, of_customer, open_holds, release};
