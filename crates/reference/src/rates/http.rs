//! JSON routes of exchange rates.

mod fetching;
mod imports;
mod lookups;
mod settings;
mod sheets;
mod views;

use web::{App, OpenApiRouter};

use super::model::Source;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(lookups::api())
        .merge(sheets::api())
        .merge(imports::api())
        .merge(fetching::api())
        .merge(settings::api())
}

/// A source as the API names it.
fn source_name(source: Option<Source>) -> &'static str {
    source.map_or("", Source::name)
}
