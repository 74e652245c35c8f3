//! A WHMCS installation's API: `GetTLDPricing` in one currency.
//!
//! What its documents say and this adapter leans on: a `POST` of a form to `/includes/api.php` with `action`, `identifier`,
//! `secret` and `responsetype=json`; `result` is `success` or `error` with a `message`; prices are strings, by years that
//! are strings too; endings stand without a dot; only endings with a price appear. The currency is named by an id, which
//! `GetCurrencies` tells. PHP writes an empty map as `[]`. A price of -1 is a term that is not offered. Grace and redemption
//! fees come on top of a renewal and are left out, with a note.

mod client;
pub mod simulator;
mod translate;

pub use client::{Account, Whmcs};
