//! How the tenant prices endings: how long prices are kept, what margin is too low and who is told, how far ahead prices
//! may be scheduled, and whether prices are converted between currencies. One setting of the tenant's; where it has chosen
//! nothing, section `[tld_pricing]` of the installation's configuration holds.

pub(crate) mod http;
mod model;
mod ops;
pub(crate) mod pages;

pub use model::TldPricing;
pub use ops::{TLD_PRICING, tld_pricing};

use web::messages::key;
use web::ui::Icon;
use web::{NavEntry, Section, SettingInfo};

use crate::permissions::SETTINGS_EDIT;

/// The setting, for the list of all of them.
pub(crate) fn settings() -> Vec<SettingInfo> {
    vec![SettingInfo {
        key: TLD_PRICING.key,
        default_json: model::DEFAULT_JSON,
    }]
}

/// Its place in the console.
pub(crate) fn nav() -> NavEntry {
    NavEntry::new(Section::Settings, key("catalog-tld-pricing"), pages::PATH, Icon::Tag)
        .needs(SETTINGS_EDIT)
        .about(key("catalog-tld-pricing-about"))
}
