//! Mail: the adapter that hands messages to an SMTP server, and a mailbox that is one, for demos and tests.

mod compose;
pub mod mailbox;
pub mod smtp;

#[cfg(test)]
mod contract;

pub use mailbox::Mailbox;
pub use smtp::{Security, Settings, Smtp};
