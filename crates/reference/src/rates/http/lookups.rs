//! Looking rates up: what stands, how a pair came there, what an amount is worth.

use axum::Extension;
use engines::fx::Quoted;
use kernel::{Currency, Instant, Money, Rate};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Json, Listed, OpenApiRouter, Query, Result, Staff, routes};

use super::super::books::RateBooks;
use super::super::ops;
use super::views::{Kind, LegView, MoneyView, RateView, currency, instant, legs};

pub(super) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_exchange_rates))
        .routes(routes!(exchange_rate_history))
        .routes(routes!(convert_money))
}

/// Which rates.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct StandingAsk {
    /// At which moment, RFC 3339; now if not said.
    #[param(example = "2027-03-01T12:00:00Z", max_length = 40)]
    at: Option<String>,
    /// What one unit of is wanted; the setting's base if not said.
    #[param(example = "USD", max_length = 3)]
    base: Option<String>,
}

/// What stands: one currency in every other that is known
///
/// Rates that nobody quoted are the inverse of the opposite quote, or a cross through a third currency; the quotes they
/// were made of stand beside them. One that is too old is marked `stale`, and nothing is sold at it.
#[utoipa::path(get, path = "/api/v1/exchange-rates", tag = "exchange-rates", params(StandingAsk),
    responses((status = 200, description = "Standing rates, by currency", body = Listed<RateView>)))]
async fn list_exchange_rates(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Query(ask): Query<StandingAsk>,
) -> Result<Listed<RateView>> {
    let at = instant("/at", ask.at.as_deref(), ctx.now())?;
    let setting = ctx.read(|read| ops::setting(read).scope_boxed()).await?;
    let base = match ask.base.as_deref().filter(|code| !code.is_empty()) {
        Some(code) => currency("/base", code)?,
        None => setting.base,
    };
    let book = ops::book_for(&ctx, &books, at).await?;
    let standing = ops::standing(&book, &ops::rules_of(&setting), base, at);
    Ok(Listed::whole(
        standing.iter().map(|found| RateView::of(&book, found)).collect(),
    ))
}

/// Which pair.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryAsk {
    /// One unit of this.
    #[param(example = "USD", min_length = 3, max_length = 3)]
    base: Option<String>,
    /// In this.
    #[param(example = "INR", min_length = 3, max_length = 3)]
    quote: Option<String>,
    /// The year that ends at this moment, RFC 3339; now if not said.
    #[param(example = "2027-03-01T12:00:00Z", max_length = 40)]
    until: Option<String>,
}

/// What a pair was worth from a moment on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PastRate)]
struct PastRateView {
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// One unit was worth so much, as decimal text.
    #[schema(value_type = String, example = "89.2718")]
    rate: Rate,
    /// How it came about.
    kind: Kind,
}

/// The course of a pair over the year up to a moment, the earliest first
///
/// It begins with what the pair was worth when the year began, where that is known.
#[utoipa::path(get, path = "/api/v1/exchange-rates/history", tag = "exchange-rates", params(HistoryAsk),
    responses((status = 200, description = "The pair's course", body = Listed<PastRateView>)))]
async fn exchange_rate_history(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Query(ask): Query<HistoryAsk>,
) -> Result<Listed<PastRateView>> {
    ctx.allow(crate::permissions::RATES_READ)?;
    let until = instant("/until", ask.until.as_deref(), ctx.now())?;
    let base = currency("/base", ask.base.as_deref().unwrap_or_default())?;
    let quote = currency("/quote", ask.quote.as_deref().unwrap_or_default())?;
    let book = ops::book_of_year(&ctx, &books, until).await?;
    let view = |(at, quoted): (Instant, Quoted)| PastRateView {
        at,
        rate: quoted.rate,
        kind: Kind::of(&quoted),
    };
    let course = ops::course(&book, base, quote, until);
    Ok(Listed::whole(course.into_iter().map(view).collect()))
}

/// What to convert.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConvertAsk {
    /// The amount in minor units of `from`: cents of USD, yen of JPY, fils of KWD.
    #[param(example = 999)]
    amount_minor: Option<i64>,
    /// The currency it is in.
    #[param(example = "USD", min_length = 3, max_length = 3)]
    from: Option<String>,
    /// The currency it is wanted in.
    #[param(example = "JPY", min_length = 3, max_length = 3)]
    to: Option<String>,
    /// At which moment, RFC 3339; now if not said.
    #[param(example = "2027-03-01T12:00:00Z", max_length = 40)]
    at: Option<String>,
}

/// An amount in another currency, and how it came about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversion)]
struct ConversionView {
    /// What was given.
    given: MoneyView,
    /// What it is worth, rounded once, half to even, to the currency's minor unit.
    worth: MoneyView,
    /// What one unit is worth, as decimal text.
    #[schema(value_type = String, example = "156.07")]
    rate: Rate,
    /// How the rate came about.
    kind: Kind,
    /// The quotes it was made of.
    legs: Vec<LegView>,
    /// When the older of them was quoted.
    #[schema(value_type = Option<String>, format = DateTime)]
    quoted_at: Option<Instant>,
    /// Older than the setting allows: nothing is sold at it.
    stale: bool,
    /// The version of the tenant's rates it was looked up in.
    version: i64,
}

/// What an amount is worth in another currency
///
/// Without a mark-up. A rate that is too old converts here, and is marked `stale`; nothing is sold at it. A pair nobody
/// quoted, directly or through a third currency, is `rate_missing` (422).
#[utoipa::path(get, path = "/api/v1/exchange-rates/convert", tag = "exchange-rates", params(ConvertAsk),
    responses((status = 200, description = "The amount, with its rate", body = ConversionView)))]
async fn convert_money(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Query(ask): Query<ConvertAsk>,
) -> Result<Json<ConversionView>> {
    ctx.allow(crate::permissions::RATES_READ)?;
    let at = instant("/at", ask.at.as_deref(), ctx.now())?;
    let from = currency("/from", ask.from.as_deref().unwrap_or_default())?;
    let to: Currency = currency("/to", ask.to.as_deref().unwrap_or_default())?;
    let given = Money::new(ask.amount_minor.unwrap_or_default(), from);
    let rules = ctx.read(|read| ops::rules(read).scope_boxed()).await?;
    let book = ops::book_for(&ctx, &books, at).await?;
    let (conversion, stale) = ops::convert(&book.fx, &rules, given, to, at)?;
    let quoted = conversion.at_rate;
    Ok(Json(ConversionView {
        given: conversion.given.into(),
        worth: conversion.worth.into(),
        rate: quoted.rate,
        kind: Kind::of(&quoted),
        legs: legs(&book, &quoted),
        quoted_at: quoted.quoted_at(),
        stale,
        version: book.version,
    }))
}
