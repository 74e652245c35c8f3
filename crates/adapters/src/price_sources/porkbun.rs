//! Porkbun's price list: `GET /pricing/get`, public, in US dollars, whole in one answer.
//!
//! Amounts are strings with thousands' commas; entries with a `specialType` are Handshake names, not of ICANN's root, and
//! are left out with a note; coupons are no list prices and are not read. A transfer may cost nothing.

mod client;
pub mod simulator;
mod translate;

pub use client::Porkbun;
