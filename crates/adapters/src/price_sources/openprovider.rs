//! Openprovider's REST API: `GET /tlds` with prices, page by page, after a login.
//!
//! What its documents say and this adapter leans on: `POST /auth/login` gives a token that further calls carry as a
//! bearer; answers are `{code, desc, data}` and code 0 is success; every price comes in the product's currency and in the
//! reseller's, and the reseller's is what we are billed. `reseller_price` is the registration with personal discounts or a
//! promotion; with `promotion_details` the regular price is the `non_promo_price` there, and the promotion is a price of its
//! own while it lasts. A restore's price includes the renewal.

mod client;
pub mod simulator;
mod translate;

pub use client::{Account, Openprovider};
