//! The storefront's setting over JSON.

use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, OpenApiRouter, Result, Staff, Tagged, routes};

use super::model::{PricesShown, StandardRate, Storefront};
use super::ops;

/// The room's JSON routes of this feature.
pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_storefront, set_storefront))
}

/// How the storefront shows prices. Sales prices are kept without tax whatever stands here.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Storefront, example = json!({"prices": "with_tax", "standard_rate": {"name": "GST", "percent": "18"}}))]
struct StorefrontBody {
    /// Whether tax is in the prices that visitors read.
    prices: PricesName,
    /// The tax where no rule says otherwise; needed for prices with tax.
    #[schema(required = true)]
    standard_rate: Option<RateBody>,
}

/// Whether tax is in the prices that visitors read.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = StorefrontPrices)]
#[serde(rename_all = "snake_case")]
enum PricesName {
    /// It is added at the checkout.
    WithoutTax,
    /// It is in them already.
    WithTax,
}

/// A tax and its rate.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = StandardRate, example = json!({"name": "GST", "percent": "18"}))]
struct RateBody {
    /// As buyers know it.
    #[schema(min_length = 1, max_length = 20)]
    name: String,
    /// From 0 to 100, as decimal text of at most four places.
    #[schema(pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
    percent: String,
}

impl From<Storefront> for StorefrontBody {
    fn from(storefront: Storefront) -> Self {
        Self {
            prices: match storefront.prices {
                PricesShown::WithoutTax => PricesName::WithoutTax,
                PricesShown::WithTax => PricesName::WithTax,
            },
            standard_rate: storefront.standard_rate.map(|rate| RateBody {
                name: rate.name,
                percent: rate.percent.to_string().trim_end_matches(" %").to_owned(),
            }),
        }
    }
}

impl StorefrontBody {
    fn read(self) -> Result<Storefront, Problem> {
        let unread = || Problem::refused("invalid_fields").field("/standard_rate/percent", "tax_percent_invalid");
        let standard_rate = match self.standard_rate {
            Some(rate) => Some(StandardRate {
                name: rate.name,
                percent: rate.percent.parse().map_err(|_| unread())?,
            }),
            None => None,
        };
        let prices = match self.prices {
            PricesName::WithoutTax => PricesShown::WithoutTax,
            PricesName::WithTax => PricesShown::WithTax,
        };
        Ok(Storefront { prices, standard_rate })
    }
}

/// How the storefront shows prices
///
/// The pages of the shop alone: price checks and price tokens hold prices without tax.
#[utoipa::path(get, path = "/api/v1/domains/storefront", tag = "domains", operation_id = "show_storefront",
    responses((status = 200, description = "The setting", body = StorefrontBody)))]
async fn show_storefront(ctx: Staff) -> Result<Tagged<Json<StorefrontBody>>> {
    let storefront = ctx.read(|read| ops::get(read).scope_boxed()).await?;
    Ok(Tagged(ops::version(&storefront), Json(storefront.into())))
}

/// Change how the storefront shows prices
#[utoipa::path(put, path = "/api/v1/domains/storefront", tag = "domains", operation_id = "set_storefront",
    request_body = StorefrontBody, responses((status = 200, description = "Changed", body = StorefrontBody)))]
async fn set_storefront(
    ctx: Staff,
    if_match: IfMatch,
    Json(body): Json<StorefrontBody>,
) -> Result<Tagged<Json<StorefrontBody>>> {
    ctx.allow(crate::permissions::STOREFRONT_EDIT)?;
    let wanted = body.read()?;
    let kept = ctx
        .write(|tx| ops::set(tx, wanted.clone(), move |version| if_match.holds(version)).scope_boxed())
        .await?;
    Ok(Tagged(ops::version(&kept), Json(kept.into())))
}
