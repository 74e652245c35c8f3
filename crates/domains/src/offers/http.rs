//! Offers over JSON: a check of names, and what a price token holds.

use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use engines::pricing::Amounts;
use kernel::{Currency, Instant, Money, Problem, ProblemKind};
use platform::Who;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, Ctx, Json, OpenApiRouter, Result, routes};

use super::counter::Counter;
use super::model::{Offer, PriceCheck, Reason, Refusal};
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
        let currency = match self.currency {
            Some(code) => Some(Currency::parse(&code).map_err(|_| Refusal::CurrencyUnknown { code })?),
            None => None,
        };
        let patience = self
            .deadline_ms
            .map_or(PriceCheck::PATIENCE, |ms| Duration::from_millis(u64::from(ms)));
        let years = u8::try_from(self.years).map_err(|_| Refusal::YearsOutOfRange)?;
        let ask = PriceCheck {
            names: self.names,
            years,
            currency,
            patience,
        };
        ask.validate()?;
        Ok(ask)
    }
}

/// One row per name asked, in the order asked.
#[derive(Debug, Serialize, ToSchema)]
struct Offers {
    offers: Vec<OfferRow>,
}

/// Whether a name can be bought, and for how much.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "example.com", "ascii": "example.com", "state": "available", "premium": false, "reason": null,
    "price": {
        "total": {"minor": 1106, "currency": "USD"}, "first_year": {"minor": 1106, "currency": "USD"},
        "renewal": {"minor": 1106, "currency": "USD"}, "years": 1
    },
    "promotion": null, "source": "live", "checked_at": "2026-11-21T09:00:00Z", "valid_until": "2026-11-21T09:15:00Z",
    "token": "pt1.AQAAAAAAAARSVVNE"
}))]
struct OfferRow {
    /// The text asked about.
    name: String,
    /// The name in canonical form (A-labels); null when it is none.
    #[schema(required = true)]
    ascii: Option<String>,
    /// What is known of it.
    state: StateName,
    /// The registry sells it above its list price: the price is made by a person.
    premium: bool,
    /// Why it is not simply available with a price.
    #[schema(required = true)]
    reason: Option<OfferReason>,
    /// What it costs, without tax; null for names that are taken, invalid, premium or have no price.
    #[schema(required = true)]
    price: Option<OfferPrice>,
    /// The promotion in the price.
    #[schema(required = true)]
    promotion: Option<OfferPromotion>,
    /// Whether the registrar was asked just now.
    source: SourceName,
    /// When the registrar said so.
    #[schema(value_type = String, format = DateTime)]
    checked_at: Instant,
    /// Until when price and token hold.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    valid_until: Option<Instant>,
    /// Lets an order take this price and no other.
    #[schema(required = true)]
    token: Option<String>,
}

/// What is known of a name.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = OfferState)]
#[serde(rename_all = "snake_case")]
enum StateName {
    Available,
    Taken,
    Invalid,
    Unknown,
}

/// Whether the registrar was asked just now.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = OfferSource)]
#[serde(rename_all = "snake_case")]
enum SourceName {
    Live,
    Cache,
}

/// Why.
#[derive(Debug, Serialize, ToSchema)]
struct OfferReason {
    /// Stable, for programs.
    #[schema(example = "name_has_space")]
    code: &'static str,
    /// For people.
    detail: String,
}

/// An amount in minor units of a currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OfferMoney, example = json!({"minor": 1106, "currency": "USD"}))]
struct MoneyBody {
    /// Minor units by ISO 4217: cents of USD, yen of JPY.
    minor: i64,
    /// ISO 4217.
    #[schema(value_type = String)]
    currency: Currency,
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency,
        }
    }
}

/// What a name costs.
#[derive(Debug, Serialize, ToSchema)]
struct OfferPrice {
    /// For all years asked.
    total: MoneyBody,
    /// Of which for the first year; null where the term has a price of its own.
    #[schema(required = true)]
    first_year: Option<MoneyBody>,
    /// What each further year costs at today's price.
    #[schema(required = true)]
    renewal: Option<MoneyBody>,
    /// For how many years.
    years: u8,
}

impl From<Amounts> for OfferPrice {
    fn from(amounts: Amounts) -> Self {
        Self {
            total: amounts.total.into(),
            first_year: amounts.first_year.map(MoneyBody::from),
            renewal: amounts.renewal.map(MoneyBody::from),
            years: amounts.years,
        }
    }
}

/// A promotion.
#[derive(Debug, Serialize, ToSchema)]
struct OfferPromotion {
    /// The promotional price.
    price: MoneyBody,
    /// The price without it.
    #[schema(required = true)]
    instead_of: Option<MoneyBody>,
}

impl OfferRow {
    fn new(offer: Offer, words: impl Fn(&Reason) -> String) -> Self {
        let promotion = offer
            .price
            .and_then(|price| price.promotion)
            .map(|promotion| OfferPromotion {
                price: promotion.price.into(),
                instead_of: promotion.instead_of.map(MoneyBody::from),
            });
        Self {
            name: offer.asked,
            ascii: offer.name.map(|name| name.ascii().to_owned()),
            state: match offer.state {
                super::OfferState::Available => StateName::Available,
                super::OfferState::Taken => StateName::Taken,
                super::OfferState::Invalid => StateName::Invalid,
                super::OfferState::Unknown => StateName::Unknown,
            },
            premium: offer.premium,
            reason: offer.reason.map(|reason| OfferReason {
                code: reason.code,
                detail: words(&reason),
            }),
            price: offer.price.map(OfferPrice::from),
            promotion,
            source: match offer.source {
                super::Source::Live => SourceName::Live,
                super::Source::Cache => SourceName::Cache,
            },
            checked_at: offer.checked_at,
            valid_until: offer.valid_until,
            token: offer.token,
        }
    }
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
#[schema(example = json!({"token": "pt1.AQAAAAAAAARSVVNE"}))]
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
        .layer(Extension(Arc::clone(counter)))
}
