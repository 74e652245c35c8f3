#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod accounts;
pub mod books;
pub mod exports;
mod http;
pub mod journal;
mod pages;
pub mod permissions;
pub mod reports;
pub mod verify;
pub mod wallets;

use web::{EventInfo, Module};

/// The room's words.
const MESSAGES: &[(&str, &str)] = &[
    ("en-US", include_str!("../messages/en-US/ledger.ftl")),
    ("en-US", include_str!("../messages/en-US/pages.ftl")),
];

/// The room's migrations, in their order.
pub const MIGRATIONS: &[platform::db::Migration] = &[
    platform::migration!("20261127_090_ledger_journal"),
    platform::migration!("20261127_091_ledger_wallets"),
];

/// What the room brings to the house.
pub fn module() -> Module {
    Module {
        api: http::api(),
        pages: pages::pages(),
        events: vec![
            EventInfo::of::<books::BooksOpened>(),
            EventInfo::of::<books::BooksClosed>(),
            EventInfo::of::<books::BooksReopened>(),
            EventInfo::of::<journal::TransactionPosted>(),
            EventInfo::of::<wallets::WalletAdjusted>(),
            EventInfo::of::<wallets::WalletHeld>(),
            EventInfo::of::<wallets::HoldCaptured>(),
            EventInfo::of::<wallets::HoldReleased>(),
        ],
        migrations: MIGRATIONS.to_vec(),
        permissions: permissions::permissions(),
        messages: MESSAGES.to_vec(),
        nav: pages::nav(),
        ..Module::new("ledger")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_used_is_defined_and_templates_keep_to_the_content_security_policy() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), MESSAGES);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
