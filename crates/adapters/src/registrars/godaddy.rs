//! GoDaddy's Domains API v1: availability, single and in bulk.
//!
//! What its documents say and this adapter leans on: `Authorization: sso-key KEY:SECRET`; 60 calls a minute and
//! endpoint, then 429 with `retryAfterSec`; at most 500 names in a bulk call; 203 when only part of them was answered;
//! prices in millionths of the currency; `definitive: false` for an answer out of its cache.
//! v1 has no mark for premium names: see [`client::Account::usual_prices`].

pub mod client;
pub mod micros;
pub mod simulator;
mod translate;

pub use client::{Account, CheckType, GoDaddy};
