//! The books through the room's operations, on both databases.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set should stop")]

mod closing;
mod exports;
mod journal;
mod pages;
mod reports;
mod stage;
mod wallets;
