//! Where rates come from and how far they are trusted: the setting.

use kernel::{Currency, Percent, Problem};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, OpenApiRouter, Result, Staff, Tagged, routes};

use super::super::ops;
use super::super::setting::{self, RatesSetting};
use crate::permissions::RATES_EDIT;

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(show_rates_setting, set_rates_setting))
}

/// Where rates come from and how far they are trusted.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RatesSetting, example = json!({"fetch": true, "base": "USD", "oldest_hours": 72, "jump_percent": "25"}))]
struct SettingBody {
    /// Whether the feed is asked by itself.
    fetch: bool,
    /// What rates are asked of, ISO 4217.
    #[schema(min_length = 3, max_length = 3)]
    base: String,
    /// A rate older than so many hours converts nothing; 1 to 8,760.
    #[schema(minimum = 1, maximum = 8760)]
    oldest_hours: u32,
    /// A step further than this from the last known rate waits for a person, in percent as decimal text; to 1,000.
    #[schema(pattern = r"^[0-9]{1,4}(\.[0-9]{1,4})?$")]
    jump_percent: String,
}

impl From<RatesSetting> for SettingBody {
    fn from(setting: RatesSetting) -> Self {
        Self {
            fetch: setting.fetch,
            base: setting.base.code().to_owned(),
            oldest_hours: setting.oldest_hours,
            jump_percent: setting.jump_percent.to_string().trim_end_matches(" %").to_owned(),
        }
    }
}

impl SettingBody {
    fn read(self) -> Result<RatesSetting, Problem> {
        let refused = |pointer, code| Problem::refused("invalid_fields").field(pointer, code);
        Ok(RatesSetting {
            fetch: self.fetch,
            base: Currency::parse(&self.base).map_err(|_| refused("/base", "currency_unknown"))?,
            oldest_hours: self.oldest_hours,
            jump_percent: Percent::parse(&self.jump_percent)
                .map_err(|_| refused("/jump_percent", "rate_jump_invalid"))?,
        })
    }
}

/// Where rates come from and how far they are trusted
#[utoipa::path(get, path = "/api/v1/exchange-rates/settings", tag = "exchange-rates",
    responses((status = 200, description = "The setting", body = SettingBody)))]
async fn show_rates_setting(ctx: Staff) -> Result<Tagged<Json<SettingBody>>> {
    let setting = ctx.read(|read| ops::setting(read).scope_boxed()).await?;
    Ok(Tagged(setting.version(), Json(setting.into())))
}

/// Change where rates come from and how far they are trusted
#[utoipa::path(put, path = "/api/v1/exchange-rates/settings", tag = "exchange-rates", request_body = SettingBody,
    params(("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "Changed", body = SettingBody)))]
async fn set_rates_setting(
    ctx: Staff,
    if_match: IfMatch,
    Json(body): Json<SettingBody>,
) -> Result<Tagged<Json<SettingBody>>> {
    ctx.allow(RATES_EDIT)?;
    let wanted = body.read()?;
    let kept = ctx
        .write(|tx| setting::set(tx, wanted.clone(), move |version| if_match.holds(version)).scope_boxed())
        .await?;
    Ok(Tagged(kept.version(), Json(kept.into())))
}
