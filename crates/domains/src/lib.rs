#![doc = include_str!("../README.md")]

use std::sync::Arc;

use catalog::Books;
use web::Budget;

pub mod offers;
mod permissions;
pub mod ports;
mod storefront;

pub use offers::Counter;

/// Texts of this room, by language.
const MESSAGES: &[(&str, &str)] = &[("en-US", include_str!("../messages/en-US.ftl"))];

/// What this room needs of the outside.
pub struct Ports {
    /// Finds the adapters of registrar accounts.
    pub registrars: Arc<dyn ports::Registrars>,
    /// The price books in memory, the same that catalog's module got.
    pub books: Books,
    /// Names each tenant may have sent to registrars; see [`NAMES_BUDGET`].
    pub names_budget: Budget,
}

/// The code of a refusal for want of budget.
pub const NAMES_BUDGET: &str = "registrar_names_budget";

/// The room, ready for the house.
pub fn module(ports: Ports) -> web::Module {
    let counter = Arc::new(Counter::new(ports));
    web::Module {
        api: offers::http::api(&counter).merge(storefront::http::api()),
        pages: offers::pages::pages(&counter).merge(storefront::pages::pages(&counter)),
        permissions: permissions::permissions(),
        messages: MESSAGES.to_vec(),
        nav: storefront::nav(),
        settings: storefront::settings(),
        ..web::Module::new("domains")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_word_used_is_there_and_no_template_breaks_the_policy() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), super::MESSAGES);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
