//! The setting over JSON.

use axum::Extension;
use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, OpenApiRouter, Result, Staff, Tagged, routes};

use super::model::TldPricing;
use super::ops;
use crate::Books;
use crate::permissions::SETTINGS_EDIT;
use crate::values::Faults;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_tld_pricing, set_tld_pricing))
}

/// How the company prices endings.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TldPricing)]
struct TldPricingBody {
    /// Years for which costs no longer in force stay in the price book, before they move to the archive.
    #[schema(minimum = 1, maximum = 100, example = 7)]
    cost_pricing_retention_years: u16,
    /// The same for sales prices.
    #[schema(minimum = 1, maximum = 100, example = 5)]
    sales_pricing_retention_years: u16,
    /// The same for discounts.
    #[schema(minimum = 1, maximum = 100, example = 5)]
    discount_history_retention_years: u16,
    /// A margin below this share of the price is low: 0 to below 100 as decimal text of at most four places.
    #[schema(pattern = r"^[0-9]{1,2}(\.[0-9]{1,4})?$", example = "5")]
    minimum_margin_percentage: String,
    /// Whether somebody is told of a price below its cost.
    #[schema(example = true)]
    enable_negative_margin_alerts: bool,
    /// Whether somebody is told of a low margin.
    #[schema(example = true)]
    enable_low_margin_alerts: bool,
    /// Who is told: at most 20 addresses.
    #[schema(max_items = 20, example = json!(["pricing@example.com"]))]
    margin_alert_emails: Vec<String>,
    /// Whether prices not yet in force may be edited and taken back.
    #[schema(example = true)]
    allow_editing_future_prices: bool,
    /// Days that a price may be scheduled ahead.
    #[schema(minimum = 1, maximum = 3650, example = 365)]
    max_schedule_days: u16,
    /// ISO 4217 code of the currency of asks and lists that name none.
    #[schema(min_length = 3, max_length = 3, example = "USD")]
    default_sales_currency: String,
    /// Whether an ask for another currency than the list's is answered by converting; when not, it is refused. Margins are
    /// always computed in one currency.
    #[schema(example = true)]
    enable_auto_currency_conversion: bool,
    /// What converting a sales price adds to it: 0 to 100 percent as decimal text of at most four places.
    #[schema(pattern = r"^[0-9]{1,3}(\.[0-9]{1,4})?$", example = "0")]
    currency_conversion_markup: String,
    /// Minutes after which prices in memory are read anew though nothing said they changed.
    #[schema(minimum = 1, maximum = 1440, example = 60)]
    current_price_cache_minutes: u16,
}

impl From<TldPricing> for TldPricingBody {
    fn from(setting: TldPricing) -> Self {
        let percent = |percent: kernel::Percent| percent.to_string().trim_end_matches(" %").to_owned();
        Self {
            cost_pricing_retention_years: setting.cost_pricing_retention_years,
            sales_pricing_retention_years: setting.sales_pricing_retention_years,
            discount_history_retention_years: setting.discount_history_retention_years,
            minimum_margin_percentage: percent(setting.minimum_margin_percentage),
            enable_negative_margin_alerts: setting.enable_negative_margin_alerts,
            enable_low_margin_alerts: setting.enable_low_margin_alerts,
            margin_alert_emails: setting.margin_alert_emails,
            allow_editing_future_prices: setting.allow_editing_future_prices,
            max_schedule_days: setting.max_schedule_days,
            default_sales_currency: setting.default_sales_currency.code().to_owned(),
            enable_auto_currency_conversion: setting.enable_auto_currency_conversion,
            currency_conversion_markup: percent(setting.currency_conversion_markup),
            current_price_cache_minutes: setting.current_price_cache_minutes,
        }
    }
}

impl TldPricingBody {
    fn read(self) -> Result<TldPricing, Problem> {
        let mut faults = Faults::default();
        let margin = faults.need(
            "/minimum_margin_percentage",
            "minimum_margin_invalid",
            self.minimum_margin_percentage.parse().ok(),
        );
        let markup = faults.need(
            "/currency_conversion_markup",
            "conversion_markup_invalid",
            self.currency_conversion_markup.parse().ok(),
        );
        let currency = kernel::Currency::parse(self.default_sales_currency.trim());
        if currency.is_err() {
            faults.note("/default_sales_currency", "currency_unknown");
        }
        faults.done()?;
        Ok(TldPricing {
            cost_pricing_retention_years: self.cost_pricing_retention_years,
            sales_pricing_retention_years: self.sales_pricing_retention_years,
            discount_history_retention_years: self.discount_history_retention_years,
            minimum_margin_percentage: margin,
            enable_negative_margin_alerts: self.enable_negative_margin_alerts,
            enable_low_margin_alerts: self.enable_low_margin_alerts,
            margin_alert_emails: self.margin_alert_emails,
            allow_editing_future_prices: self.allow_editing_future_prices,
            max_schedule_days: self.max_schedule_days,
            default_sales_currency: currency.expect("the fault was refused above"),
            enable_auto_currency_conversion: self.enable_auto_currency_conversion,
            currency_conversion_markup: markup,
            current_price_cache_minutes: self.current_price_cache_minutes,
        })
    }
}

/// How the company prices endings
#[utoipa::path(get, path = "/api/v1/settings/tld-pricing", tag = "catalog", operation_id = "show_tld_pricing",
    responses((status = 200, description = "The setting, with its version as `ETag`", body = TldPricingBody)))]
async fn show_tld_pricing(ctx: Staff) -> Result<Tagged<Json<TldPricingBody>>> {
    let setting = ctx.read(|read| ops::seen(read).scope_boxed()).await?;
    Ok(Tagged(ops::version(&setting), Json(setting.into())))
}

/// Change how the company prices endings
///
/// The whole setting. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/settings/tld-pricing", tag = "catalog", operation_id = "set_tld_pricing",
    request_body = TldPricingBody, responses((status = 200, description = "Changed", body = TldPricingBody)))]
async fn set_tld_pricing(
    ctx: Staff,
    Extension(books): Extension<Books>,
    if_match: IfMatch,
    Json(body): Json<TldPricingBody>,
) -> Result<Tagged<Json<TldPricingBody>>> {
    ctx.allow(SETTINGS_EDIT)?;
    let (books, wanted) = (&books, body.read()?);
    let kept = ctx
        .write(|tx| {
            let wanted = wanted.clone();
            ops::set(tx, books, wanted, move |version| if_match.holds(version)).scope_boxed()
        })
        .await?;
    Ok(Tagged(ops::version(&kept), Json(kept.into())))
}
