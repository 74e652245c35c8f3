//! The only room that speaks to the outside: registrars, mail servers, CAPTCHA services, virus scanners, feeds
//! of exchange rates.
//!
//! Every adapter fills a port of the room that needs it and lives beside a simulator of its provider, an axum router
//! (or a small SMTP server) that speaks the provider's documented protocol and can be told to misbehave. One contract
//! suite per port runs against every pair. Adapters never know whether they talk to a simulator: they are given a
//! [`transport::Transport`] and a base address, nothing else.
//!
//! Deliberately absent: operations, SQL, and any rule of a trade.
#![deny(missing_docs)]

pub mod antivirus;
pub mod captcha;
pub mod dns;
pub mod fx;
pub mod loopback;
pub mod mail;
pub mod price_sources;
pub mod registrars;
pub mod transport;

#[cfg(test)]
mod testing;

/// Settings no adapter can work with; the words are for the person who wrote them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub String);
