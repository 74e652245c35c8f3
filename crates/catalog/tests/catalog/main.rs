//! The room through its operations and through the edge, on whichever database the run is for.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set should stop")]

mod archive;
mod archived_discounts;
mod book;
mod common;
mod coupons;
mod discounts;
mod imports;
mod limits;
mod margin_alerts;
mod margins;
mod price_changes;
mod price_rules;
mod real_lists;
mod registrars;
mod routes;
mod sales_lists;
mod settings;
mod stage;
mod sync;
mod sync_health;
mod tld_groups;
