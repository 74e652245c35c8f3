//! Price sources: adapters of the port `catalog::sync::ports::PriceSource`, each beside its simulator.
//!
//! An adapter translates and judges nothing: amounts stay the text they were sent as, endings as they were written. Whether
//! a price can be believed is decided in `catalog`, for all sources alike.

pub mod openprovider;
pub mod porkbun;
pub mod simulated;
pub mod whmcs;

mod members;
mod wire;

#[cfg(test)]
mod contract;
