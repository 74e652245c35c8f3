//! Offers over JSON: checks of many names and of one, prices of endings, and what a price token holds.

mod endings;
mod one;
mod rows;

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use engines::pricing::Operation;
use kernel::{Currency, Instant, Problem, ProblemKind};
use platform::Who;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, Ctx, Json, OpenApiRouter, Result, routes};

pub(crate) use self::one::operation;
pub(crate) use self::rows::MoneyBody;
use self::rows::OfferRow;
use super::counter::Counter;
use super::model::{PriceCheck, Reason, Refusal};
use super::{ops, words};

/// Names to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"names": ["example.com", "münchen.de", "my name.com"], "years": 1, "currency": "USD"}))]
struct PriceCheckBody {
    /// Names as people write them: any case, any script, a pasted address too. Duplicates are answered each.
    #[schema(max_items = 500)]
    names: Vec<String>,
    /// For how many years.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 10, default = 1)]
    years: u32,
    /// ISO 4217; the tenant's own when not given.
    #[serde(default)]
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// How long to wait for registrars; what has not answered by then is `unknown`.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 10_000, default = 1_500)]
    deadline_ms: Option<u32>,
}

const fn one() -> u32 {
    1
}

impl PriceCheckBody {
    fn ask(self) -> Result<PriceCheck, Refusal> {
        let ask = PriceCheck {
            names: self.names,
            operation: Operation::Register,
            years: years(self.years)?,
            currency: currency(self.currency)?,
            patience: patience(self.deadline_ms),
        };
        ask.validate()?;
        Ok(ask)
    }
}

pub(crate) fn years(asked: u32) -> Result<u8, Refusal> {
    u8::try_from(asked).map_err(|_| Refusal::YearsOutOfRange)
}

pub(crate) fn currency(asked: Option<String>) -> Result<Option<Currency>, Refusal> {
    match asked {
        Some(code) => Currency::parse(&code)
            .map(Some)
            .map_err(|_| Refusal::CurrencyUnknown { code }),
        None => Ok(None),
    }
}

fn patience(deadline_ms: Option<u32>) -> Duration {
    deadline_ms.map_or(PriceCheck::PATIENCE, |ms| Duration::from_millis(u64::from(ms)))
}

/// One row per name asked, in the order asked.
#[derive(Debug, Serialize, ToSchema)]
struct Offers {
    offers: Vec<OfferRow>,
}

/// Check names and prices
///
/// Answers one row per name, in the order asked, within the deadline. A bad name is a row of state `invalid`; a name no
/// registrar could answer for in time is `unknown`, never `available`. Prices hold for 15 minutes with their token. They
/// are net prices, without tax, also where the storefront shows prices with tax (`GET /api/v1/domains/storefront`).
///
/// Each tenant may have so many names a second sent to registrars; a check beyond that is refused whole with 429
/// `registrar_names_budget` and `Retry-After`. Names answered a moment ago are answered from memory and cost nothing.
#[utoipa::path(
    post, path = "/api/v1/domains/price-checks", tag = "domains", operation_id = "check_prices",
    request_body = PriceCheckBody, responses((status = 200, description = "One row per name asked", body = Offers)),
    extensions(("x-read-only" = json!(true)))
)]
async fn check_prices(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Json(body): Json<PriceCheckBody>,
) -> Result<Json<Offers>> {
    known_caller(&ctx)?;
    let ask = body.ask().map_err(Problem::from)?;
    let offers = ops::check(&ctx, &counter, ask).await?;
    let sentence = |reason: &Reason| words::reason(ctx.words(), reason);
    Ok(Json(Offers {
        offers: offers.into_iter().map(|offer| OfferRow::new(offer, sentence)).collect(),
    }))
}

/// A price token to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "pt3.AQAAAAAAAARSVVNE"}))]
struct TokenBody {
    /// As a price check gave it.
    token: String,
}

/// The price a token holds.
#[derive(Debug, Serialize, ToSchema)]
struct TokenPrice {
    /// For people to read.
    name: String,
    /// In canonical form.
    ascii: String,
    /// For what: `register`, `renew`, `transfer` or `restore`.
    #[schema(example = "register")]
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// The total that was answered, without tax.
    total: MoneyBody,
    /// Until when it holds.
    #[schema(value_type = String, format = DateTime)]
    valid_until: Instant,
}

/// Read a price token
///
/// Says which price a token holds. A token that was changed, is another tenant's or whose time is over is refused.
#[utoipa::path(
    post, path = "/api/v1/domains/price-tokens/verify", tag = "domains", operation_id = "verify_price_token",
    request_body = TokenBody, responses((status = 200, description = "The price it holds", body = TokenPrice)),
    extensions(("x-read-only" = json!(true)))
)]
async fn verify_token(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Json(body): Json<TokenBody>,
) -> Result<Json<TokenPrice>> {
    known_caller(&ctx)?;
    let price = ops::price_of_token(&ctx, &counter, &body.token).map_err(Problem::from)?;
    Ok(Json(TokenPrice {
        name: price.name.unicode().into_owned(),
        ascii: price.name.ascii().to_owned(),
        operation: price.operation.name(),
        years: price.years,
        total: price.total.into(),
        valid_until: price.valid_until,
    }))
}

/// Programs name themselves; visitors have the pages.
fn known_caller(ctx: &Ctx) -> Result<()> {
    if matches!(ctx.caller().who(), Who::Visitor) {
        return Err(Problem::new(ProblemKind::Unauthenticated, "credentials_missing").into());
    }
    Ok(())
}

/// The room's JSON routes.
pub(crate) fn api(counter: &Arc<Counter>) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(check_prices))
        .routes(routes!(verify_token))
        .routes(routes!(one::offer))
        .routes(routes!(endings::prices))
        .layer(Extension(Arc::clone(counter)))
}
