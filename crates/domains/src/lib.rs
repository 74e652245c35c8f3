#![doc = include_str!("../README.md")]

use std::sync::Arc;

use catalog::Books;
use reference::RateBooks;
use web::messages::key;
use web::ui::Icon;
use web::{Budget, EventInfo, NavEntry, Section};

mod best_registrar;
mod holdings;
pub mod offers;
mod permissions;
pub mod portfolio;
pub mod ports;
pub mod price_locks;
mod storefront;

pub use holdings::Holdings;
pub use offers::Counter;

/// Texts of this room, by language.
const MESSAGES: &[(&str, &str)] = &[("en-US", include_str!("../messages/en-US.ftl"))];

/// What this room needs of the outside.
pub struct Ports {
    /// Finds the adapters of registrar accounts.
    pub registrars: Arc<dyn ports::Registrars>,
    /// The price books in memory, the same that catalog's module got.
    pub books: Books,
    /// Exchange rates in memory.
    pub rates: RateBooks,
    /// Names each tenant may have sent to registrars; see [`NAMES_BUDGET`].
    pub names_budget: Budget,
}

/// The code of a refusal for want of budget.
pub const NAMES_BUDGET: &str = "registrar_names_budget";

/// The room, ready for the house.
pub fn module(ports: Ports) -> web::Module {
    let counter = Arc::new(Counter::new(ports));
    web::Module {
        api: offers::http::api(&counter)
            .merge(best_registrar::http::api(&counter))
            .merge(price_locks::http::api(&counter))
            .merge(portfolio::http::api())
            .merge(storefront::http::api()),
        pages: offers::pages::pages(&counter)
            .merge(portfolio::pages::pages(&counter))
            .merge(storefront::pages::pages(&counter)),
        events: vec![
            EventInfo::of::<price_locks::PriceLocked>(),
            EventInfo::of::<portfolio::NamesAdopted>(),
        ],
        migrations: MIGRATIONS.to_vec(),
        permissions: permissions::permissions(),
        messages: MESSAGES.to_vec(),
        nav: nav(),
        settings: storefront::settings(),
        ..web::Module::new("domains")
    }
}

/// The room's migrations, in their order.
pub const MIGRATIONS: &[platform::db::Migration] = &[
    platform::migration!("20261127_060_domains_price_locks"),
    platform::migration!("20261127_061_domains_names"),
    platform::migration!("20261127_062_domains_lock_rates"),
    platform::migration!("20261127_075_domains_open_locks"),
    platform::migration!("20261127_081_domains_discount_uses"),
];

fn nav() -> Vec<NavEntry> {
    let names = NavEntry::new(
        Section::Domains,
        key("domains-names"),
        portfolio::pages::PATH,
        Icon::Globe,
    );
    let mut entries = vec![names.needs(permissions::NAMES_READ).keys("g d")];
    entries.extend(storefront::nav());
    entries
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_word_used_is_there_and_no_template_breaks_the_policy() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), super::MESSAGES);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
