//! identity as the world sees it: over HTTP, on a real database.

mod support;

mod accounts;
mod api_keys;
mod console;
mod hosts;
mod profile;
mod rights;
mod sign_in;
