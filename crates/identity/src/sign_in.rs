//! Signing in: proving who one is with a password and, where switched on, a code; slowly for those who guess.

pub(crate) mod device;
pub(crate) mod http;
pub mod ops;
pub(crate) mod pages;
pub(crate) mod store;
pub mod throttle;
