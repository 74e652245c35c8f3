//! Exchange rates through the room's operations and at the edge.
#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set should stop")]

mod api;
mod fetching;
mod history;
mod known;
mod pages;
mod review;
mod stage;
