#![doc = include_str!("../README.md")]

pub mod fixtures;
pub mod imports;
pub mod permissions;
pub mod price_books;
pub mod registrars;
pub mod seed;
pub mod tlds;

pub use price_books::{Book, Books, RegistrarInfo};
pub use tlds::Tld;

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
