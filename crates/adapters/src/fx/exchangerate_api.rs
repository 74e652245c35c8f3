//! exchangerate-api.com, version 6: what one unit of a currency is worth in all others, renewed once a day.
//!
//! What its documents say and this adapter leans on: `GET /v6/KEY/latest/BASE`; `result` tells success from error, and
//! `error-type` the errors; `time_next_update_unix` says until when an answer is the newest. The key is part of the
//! address, so no address is ever logged.

pub mod client;
pub mod simulator;
mod translate;

pub use client::{Account, BASE_URL, ExchangerateApi};
