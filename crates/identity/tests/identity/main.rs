//! identity as the world sees it: over HTTP, on a real database.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

mod accounts;
mod api_keys;
mod console;
mod hosts;
mod profile;
mod proof;
mod rights;
mod sign_in;
