#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

pub mod permissions;
pub mod rates;

use std::sync::Arc;

use axum::Extension;
use platform::ScopeMint;
use web::{EventInfo, Module, SettingInfo};

pub use rates::{RateBook, RateBooks};

/// The room's words.
const MESSAGES: &[(&str, &str)] = &[("en-US", include_str!("../messages/en-US/rates.ftl"))];

/// The room's migrations, in their order.
pub const MIGRATIONS: &[platform::db::Migration] = &[platform::migration!("20261127_050_reference_rate_sheets")];

/// What this room needs of the outside.
#[derive(Clone)]
pub struct Ports {
    /// The rates in memory, shared with whoever converts.
    pub rates: RateBooks,
    /// Says what currencies are worth today.
    pub feed: Arc<dyn rates::ports::RateFeed>,
    /// The rooms that say what other rates would touch.
    pub exposures: Arc<[Arc<dyn rates::ports::RateExposures>]>,
    /// Makes the contexts in which each tenant's rates are fetched.
    pub mint: ScopeMint,
}

/// What the room brings to the house.
pub fn module(ports: Ports) -> Module {
    let Ports {
        rates,
        feed,
        exposures,
        mint,
    } = ports;
    let asked = rates::Asked(exposures);
    Module {
        api: rates::api()
            .layer(Extension(rates.clone()))
            .layer(Extension(asked.clone()))
            .layer(Extension(Arc::clone(&feed))),
        pages: rates::pages()
            .layer(Extension(rates.clone()))
            .layer(Extension(asked))
            .layer(Extension(Arc::clone(&feed))),
        nav: rates::nav(),
        jobs: rates::handlers(&feed, &rates, &mint),
        queues: rates::queues(),
        cron: rates::cron(),
        events: vec![
            EventInfo::of::<rates::RatesRecorded>(),
            EventInfo::of::<rates::RatesImported>(),
            EventInfo::of::<rates::RateImportPreviewed>(),
        ],
        migrations: MIGRATIONS.to_vec(),
        permissions: permissions::permissions(),
        messages: MESSAGES.to_vec(),
        settings: vec![SettingInfo {
            key: rates::setting::RATES.key,
            default_json: r#"{"fetch":false,"base":"USD","oldest_hours":72,"jump_percent":"25"}"#,
        }],
        ..Module::new("reference")
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

    #[test]
    fn the_default_told_is_the_default_taken() {
        let taken = serde_json::to_string(&(rates::setting::RATES.default)()).unwrap();
        let told = r#"{"fetch":false,"base":"USD","oldest_hours":72,"jump_percent":"25"}"#;
        assert_eq!(taken, told);
    }
}
