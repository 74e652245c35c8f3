//! How the shop shows its prices: without tax, or with it. The sales prices of the lists are always without; what is
//! sealed in a price token and what the API answers is too. One setting of the tenant's, changed in the console and over
//! the API.

pub(crate) mod http;
mod model;
pub(crate) mod ops;
pub(crate) mod pages;

pub(crate) use model::Storefront;

use scoped_futures::ScopedFutureExt;
use web::messages::key;
use web::ui::Icon;
use web::{Ctx, NavEntry, Result, Section, SettingInfo};

use crate::permissions::STOREFRONT_EDIT;

/// The setting, for the list of all of them.
pub(crate) fn settings() -> Vec<SettingInfo> {
    vec![SettingInfo {
        key: ops::STOREFRONT.key,
        default_json: r#"{"prices":"without_tax","standard_rate":null}"#,
    }]
}

/// Its place in the console.
pub(crate) fn nav() -> Vec<NavEntry> {
    let entry = NavEntry::new(Section::Settings, key("domains-storefront"), pages::PATH, Icon::Cart);
    vec![entry.needs(STOREFRONT_EDIT).about(key("domains-storefront-about"))]
}

/// How the shop of the request shows its prices.
pub(crate) async fn of(ctx: &Ctx) -> Result<Storefront> {
    Ok(ctx.read(|read| ops::get(read).scope_boxed()).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_told_is_the_default_taken() {
        let taken = serde_json::to_string(&(ops::STOREFRONT.default)()).unwrap();
        assert_eq!(taken, settings()[0].default_json);
    }
}
