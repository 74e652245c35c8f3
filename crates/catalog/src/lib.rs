#![doc = include_str!("../README.md")]

pub mod fixtures;
pub mod imports;
pub mod permissions;
pub mod price_books;
pub mod registrars;
pub mod seed;
pub mod tlds;
mod views;

use axum::Extension;
use web::messages::key;
use web::ui::Icon;
use web::{EventInfo, Module, NavEntry, OpenApiRouter, Section};

pub use price_books::{Book, Books, RegistrarInfo};
pub use tlds::Tld;

/// The room's words.
const EN_US: &str = include_str!("../messages/en-US.ftl");

/// What the room brings to the house. `books` is shared with whoever asks for prices.
pub fn module(books: Books) -> Module {
    let api = OpenApiRouter::new()
        .merge(price_books::api())
        .merge(imports::api())
        .merge(registrars::api());
    let pages = price_books::pages().merge(imports::pages()).merge(registrars::pages());
    Module {
        api: api.layer(Extension(books.clone())),
        pages: pages.layer(Extension(books)),
        events: vec![
            EventInfo::of::<imports::ImportPreviewed>(),
            EventInfo::of::<imports::PricesImported>(),
            EventInfo::of::<price_books::SalesListAdded>(),
            EventInfo::of::<registrars::RegistrarAdded>(),
            EventInfo::of::<registrars::RegistrarPaused>(),
            EventInfo::of::<registrars::RegistrarResumed>(),
        ],
        migrations: MIGRATIONS.to_vec(),
        permissions: permissions::permissions(),
        messages: vec![("en-US", EN_US)],
        nav: nav(),
        ..Module::new("catalog")
    }
}

fn nav() -> Vec<NavEntry> {
    let prices = NavEntry::new(Section::Domains, key("catalog-prices"), "/console/prices", Icon::Tag);
    let registrars = NavEntry::new(
        Section::Domains,
        key("catalog-registrars"),
        "/console/registrars",
        Icon::Globe,
    );
    vec![
        prices.needs(permissions::PRICES_READ).keys("g p"),
        registrars.needs(permissions::PRICES_READ).keys("g r"),
    ]
}

/// A short name: lower-case letters, digits and hyphens, 1 to 40 of them.
fn slug(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (!text.is_empty() && text.len() <= 40 && text.bytes().all(plain)).then(|| text.to_owned())
}

/// One line of text, trimmed: 1 to 120 characters, none of them a control character.
fn line(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= 120 && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// The room's migrations, in their order.
pub const MIGRATIONS: &[platform::db::Migration] = &[
    platform::migration!("20261121_040_catalog_registrars"),
    platform::migration!("20261121_041_catalog_tlds"),
    platform::migration!("20261121_042_catalog_price_cells"),
    platform::migration!("20261121_043_catalog_imports"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_used_is_defined_and_templates_keep_to_the_content_security_policy() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), &[("en-US", EN_US)]);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
