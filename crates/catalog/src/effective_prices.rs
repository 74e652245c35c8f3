//! What one buyer pays for one service at one moment, with every step to it.

mod http;
mod model;
mod ops;

pub use model::{EffectivePrice, EffectiveQuestion};
pub use ops::effective_price;

pub(crate) use http::api;
