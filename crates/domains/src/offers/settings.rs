//! What a tenant chooses about its shop.

use platform::settings::{self, Setting};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use web::messages::key;
use web::{Ctx, Result, SettingInfo};

/// How the sales prices of the shop are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum StorefrontPrices {
    /// Tax is added at the checkout.
    #[default]
    WithoutTax,
    /// Tax is in them already.
    WithTax,
}

const STOREFRONT_PRICES: Setting<StorefrontPrices> = Setting {
    key: "domains.storefront_prices",
    default: StorefrontPrices::default,
};

/// The settings of this room.
pub(crate) fn infos() -> Vec<SettingInfo> {
    vec![SettingInfo {
        key: STOREFRONT_PRICES.key,
        default_json: "\"without_tax\"",
    }]
}

/// The line beside prices that says what they are: before tax, or with it.
pub(super) async fn price_note(ctx: &Ctx) -> Result<String> {
    let meant = ctx
        .read(|read| async move { settings::get(read, &STOREFRONT_PRICES).await }.scope_boxed())
        .await?;
    Ok(ctx.t(match meant {
        StorefrontPrices::WithoutTax => key("domains-price-note"),
        StorefrontPrices::WithTax => key("domains-price-note-with-tax"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_told_is_the_default_taken() {
        let info = infos().remove(0);
        assert_eq!(
            serde_json::to_string(&StorefrontPrices::default()).unwrap(),
            info.default_json
        );
    }
}
