#![doc = include_str!("../README.md")]

pub mod archive;
pub mod discounts;
pub mod effective_prices;
pub mod exposures;
pub mod fixtures;
mod forms;
pub mod imports;
pub mod margins;
mod packed;
pub mod permissions;
pub mod price_books;
pub mod price_changes;
pub mod price_rules;
pub mod registrars;
pub mod sales_lists;
pub mod seed;
pub mod settings;
pub mod sync;
pub mod tld_groups;
pub mod tlds;
mod values;
mod views;

use std::sync::Arc;

use axum::{Extension, Router};
use reference::RateBooks;
use sync::ports::PriceSources;
use web::messages::key;
use web::ui::Icon;
use web::{App, EventInfo, Module, NavEntry, OpenApiRouter, Section};

pub use exposures::{Example, Exposure, Exposures, ProposedChange, Scope};
pub use price_books::{Book, Books, RegistrarInfo};
pub use settings::TldPricing;
pub use tlds::Tld;

/// The room's words: of the room as a whole, then of slices that bring their own.
const MESSAGES: &[(&str, &str)] = &[
    ("en-US", include_str!("../messages/en-US.ftl")),
    ("en-US", include_str!("../messages/en-US/archive.ftl")),
    ("en-US", include_str!("../messages/en-US/margin_alerts.ftl")),
    ("en-US", include_str!("../messages/en-US/margins.ftl")),
    ("en-US", include_str!("../messages/en-US/discounts.ftl")),
    ("en-US", include_str!("../messages/en-US/price_rules.ftl")),
    ("en-US", include_str!("../messages/en-US/tld_groups.ftl")),
    ("en-US", include_str!("../messages/en-US/settings.ftl")),
    ("en-US", include_str!("../messages/en-US/sync.ftl")),
    ("en-US", include_str!("../messages/en-US/price_changes.ftl")),
];

/// What the room needs of the rest.
#[derive(Clone)]
pub struct Ports {
    /// The price books in memory, shared with whoever asks for prices.
    pub books: Books,
    /// Exchange rates in memory.
    pub rates: RateBooks,
    /// The tenants' names, languages and addresses.
    pub hosts: Arc<dyn web::Hosts>,
    /// Whom mails come from; the tenant's name is shown with this address.
    pub mail_from: String,
    /// Who may refer to old prices, so that they are not archived.
    pub referrers: Arc<[Arc<dyn archive::Referrers>]>,
    /// Finds the adapters of price sources.
    pub price_sources: Arc<dyn PriceSources>,
    /// The rooms that have things which prices touch, asked before a change of prices is published.
    pub exposures: Arc<[Arc<dyn Exposures>]>,
}

/// What the room brings to the house.
pub fn module(ports: Ports) -> Module {
    let Ports {
        books,
        rates,
        hosts,
        mail_from,
        referrers,
        price_sources,
        exposures,
    } = ports;
    let asked = exposures::Asked::new(exposures, rates.clone());
    let telling = margins::alerts::Ports {
        books: books.clone(),
        rates: rates.clone(),
        hosts,
        mail_from,
    };
    let trends = margins::Trends::default();
    Module {
        api: api()
            .layer(Extension(books.clone()))
            .layer(Extension(asked.clone()))
            .layer(Extension(trends.clone()))
            .layer(Extension(rates.clone()))
            .layer(Extension(Arc::clone(&price_sources)))
            .layer(Extension(Arc::clone(&referrers))),
        jobs: [
            archive::handlers(&books, &referrers),
            sync::handlers(&books, &price_sources),
            margins::alerts::handlers(&telling),
        ]
        .concat(),
        queues: vec![archive::QUEUE_LIMITS, sync::LIMITS, margins::alerts::LIMITS],
        cron: vec![archive::SCHEDULE, sync::SCHEDULE],
        subscribers: vec![margins::alerts::subscriber()],
        mails: margins::alerts::mails(),
        pages: pages()
            .layer(Extension(books))
            .layer(Extension(asked))
            .layer(Extension(trends))
            .layer(Extension(rates))
            .layer(Extension(price_sources))
            .layer(Extension(referrers)),
        events: events(),
        migrations: MIGRATIONS.to_vec(),
        permissions: permissions::permissions(),
        messages: MESSAGES.to_vec(),
        nav: nav(),
        settings: settings::settings(),
        ..Module::new("catalog")
    }
}

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(price_books::api())
        .merge(effective_prices::api())
        .merge(discounts::api())
        .merge(imports::api())
        .merge(sales_lists::api())
        .merge(tld_groups::api())
        .merge(margins::api())
        .merge(margins::alerts::api())
        .merge(archive::api())
        .merge(settings::http::api())
        .merge(price_rules::api())
        .merge(registrars::api())
        .merge(sync::api())
        .merge(price_changes::api())
}

fn pages() -> Router<App> {
    price_books::pages()
        .merge(discounts::pages())
        .merge(imports::pages())
        .merge(sales_lists::pages())
        .merge(tld_groups::pages())
        .merge(margins::pages())
        .merge(margins::alerts::pages())
        .merge(archive::pages())
        .merge(settings::pages::pages())
        .merge(price_rules::pages())
        .merge(registrars::pages())
        .merge(sync::pages())
        .merge(price_changes::pages())
}

fn events() -> Vec<EventInfo> {
    vec![
        EventInfo::of::<imports::ImportPreviewed>(),
        EventInfo::of::<imports::PricesImported>(),
        EventInfo::of::<discounts::DiscountAdded>(),
        EventInfo::of::<discounts::DiscountChanged>(),
        EventInfo::of::<discounts::DiscountEnded>(),
        EventInfo::of::<discounts::DiscountRemoved>(),
        EventInfo::of::<discounts::CouponRedeemed>(),
        EventInfo::of::<price_changes::PricesChanged>(),
        EventInfo::of::<sales_lists::SalesListAdded>(),
        EventInfo::of::<sales_lists::SalesListChanged>(),
        EventInfo::of::<margins::alerts::MarginsAlerted>(),
        EventInfo::of::<margins::alerts::AlertAcknowledged>(),
        EventInfo::of::<margins::alerts::AlertReopened>(),
        EventInfo::of::<archive::ArchiveRequested>(),
        EventInfo::of::<archive::PricesArchived>(),
        EventInfo::of::<archive::PricesRestored>(),
        EventInfo::of::<archive::DiscountsArchived>(),
        EventInfo::of::<archive::DiscountsRestored>(),
        EventInfo::of::<tld_groups::TldGroupChanged>(),
        EventInfo::of::<price_rules::PriceRulesChanged>(),
        EventInfo::of::<registrars::RegistrarAdded>(),
        EventInfo::of::<registrars::RegistrarChanged>(),
        EventInfo::of::<registrars::RegistrarPaused>(),
        EventInfo::of::<registrars::RegistrarResumed>(),
        EventInfo::of::<sync::SourceAdded>(),
        EventInfo::of::<sync::SourceChanged>(),
        EventInfo::of::<sync::SourcePaused>(),
        EventInfo::of::<sync::SourceResumed>(),
        EventInfo::of::<sync::SourceFailing>(),
        EventInfo::of::<sync::SyncStarted>(),
        EventInfo::of::<sync::SyncFinished>(),
        EventInfo::of::<sync::SyncWaits>(),
        EventInfo::of::<sync::RunRejected>(),
        EventInfo::of::<sync::RunCancelled>(),
    ]
}

fn nav() -> Vec<NavEntry> {
    let prices = NavEntry::new(Section::Domains, key("catalog-prices"), "/console/prices", Icon::Tag);
    let registrars = NavEntry::new(
        Section::Domains,
        key("catalog-registrars"),
        "/console/registrars",
        Icon::Globe,
    );
    let margins = NavEntry::new(
        Section::Domains,
        key("catalog-margins"),
        "/console/margins",
        Icon::Wallet,
    );
    let sync = NavEntry::new(Section::Domains, key("sync-title"), "/console/sync", Icon::Refresh);
    vec![
        prices.needs(permissions::PRICES_READ).keys("g p"),
        margins.needs(permissions::MARGINS_READ).keys("g w"),
        registrars.needs(permissions::PRICES_READ).keys("g r"),
        sync.needs(permissions::PRICES_READ).keys("g y"),
        archive::nav(),
        settings::nav(),
    ]
}

/// The room's migrations, in their order.
pub const MIGRATIONS: &[platform::db::Migration] = &[
    platform::migration!("20261121_040_catalog_registrars"),
    platform::migration!("20261121_041_catalog_tlds"),
    platform::migration!("20261121_042_catalog_price_cells"),
    platform::migration!("20261121_043_catalog_imports"),
    platform::migration!("20261127_044_catalog_versions"),
    platform::migration!("20261127_045_catalog_price_changes"),
    platform::migration!("20261127_046_catalog_sync"),
    platform::migration!("20261127_047_catalog_archive"),
    platform::migration!("20261127_048_catalog_discounts"),
    platform::migration!("20261127_049_catalog_margins"),
    platform::migration!("20261127_051_catalog_price_rules"),
    platform::migration!("20261127_080_catalog_discount_archive"),
    platform::migration!("20261127_082_catalog_alert_acknowledgements"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_used_is_defined_and_templates_keep_to_the_content_security_policy() {
        let complaints = web::messages::check::room(env!("CARGO_MANIFEST_DIR"), MESSAGES);
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}
