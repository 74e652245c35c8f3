//! JSON routes of margins.

pub(super) mod views;

use axum::Extension;
use engines::margin::{MarginClass, Service};
use reference::RateBooks;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{App, Json, ListAsk, Listed, OpenApiRouter, Query, Result, Staff, routes};

use self::views::{MarginView, SummaryView};
use super::ask::{Asked, Choice, Wanted, place};
use super::rates::Held;
use super::report::{MarginReport, MarginRow};
use super::trend::Trends;
use crate::archive;
use crate::permissions::MARGINS_READ;
use crate::price_books::Books;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(margins))
        .routes(routes!(negative))
        .routes(routes!(low))
        .routes(routes!(summary))
}

/// Margins of every ending, registrar and service, the worst first. What is left of the price is told as a share of the
/// price and of the cost. A cost in another currency is converted at the rate of the instant; where there is none that may
/// be used the row is `not_comparable` and says why.
#[utoipa::path(get, path = "/api/v1/margins", tag = "catalog", params(ListAsk, Asked),
    responses((status = 200, description = "Margins", body = Listed<MarginView>)))]
async fn margins(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    ask: ListAsk,
    Query(asked): Query<Asked>,
) -> Result<Listed<MarginView>> {
    page(&ctx, (&books, &rates), &ask, asked).await
}

/// What is sold below cost, the worst first.
#[utoipa::path(get, path = "/api/v1/margins/negative", tag = "catalog", params(ListAsk, Narrowed),
    responses((status = 200, description = "Negative margins", body = Listed<MarginView>)))]
async fn negative(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    ask: ListAsk,
    Query(narrowed): Query<Narrowed>,
) -> Result<Listed<MarginView>> {
    page(&ctx, (&books, &rates), &ask, narrowed.of_class(MarginClass::Negative)).await
}

/// What earns something, but less than the limit, the worst first.
#[utoipa::path(get, path = "/api/v1/margins/low", tag = "catalog", params(ListAsk, Narrowed),
    responses((status = 200, description = "Low margins", body = Listed<MarginView>)))]
async fn low(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    ask: ListAsk,
    Query(narrowed): Query<Narrowed>,
) -> Result<Listed<MarginView>> {
    page(&ctx, (&books, &rates), &ask, narrowed.of_class(MarginClass::Low)).await
}

/// Which margins of the class the address names.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct Narrowed {
    /// One ending, as an A-label or as people write it.
    #[param(example = "com")]
    tld: Option<String>,
    /// One registrar account's id.
    #[param(example = "reg_0193400000007000800000000000000a")]
    registrar: Option<String>,
    /// `register_first_year`, `register_regular`, `renew`, `transfer` or `restore`.
    #[param(example = "renew")]
    operation: Option<String>,
    /// The currency amounts are told in, ISO 4217; the standard list's if not said.
    #[param(example = "USD")]
    currency: Option<String>,
    /// Under which margin on price, in percent, a margin is low; the tenant's minimum if not said.
    #[param(example = "5")]
    below: Option<String>,
    /// At which instant, RFC 3339; now if not said.
    #[param(value_type = Option<String>, example = "2027-01-01T00:00:00Z", format = DateTime)]
    at: Option<String>,
}

impl Narrowed {
    fn of_class(self, class: MarginClass) -> Asked {
        let Self {
            tld,
            registrar,
            operation,
            currency,
            below,
            at,
        } = self;
        Asked {
            tld,
            registrar,
            operation,
            class: Some(class.name().to_owned()),
            currency,
            below,
            at,
        }
    }
}

async fn page(
    ctx: &Staff,
    (books, rates): (&Books, &RateBooks),
    ask: &ListAsk,
    asked: Asked,
) -> Result<Listed<MarginView>> {
    ctx.allow(MARGINS_READ)?;
    let book = books.book(ctx).await?;
    let wanted = asked.read(Choice::of(&book), ask.search(), ctx.now())?;
    // The cursor is the place of the last row shown: a price that changes in between neither repeats nor hides others.
    let after = ask.after::<((u8, i64), String, Option<kernel::RegistrarId>, Service)>()?;
    let book = archive::book_at(ctx, books, wanted.question.at).await?;
    let held = Held::of(ctx, rates, book.settings.currency_conversion_markup).await?;
    let report = wanted.report(&book, held.rates());
    let behind = |row: &&MarginRow<'_>| {
        let after = after
            .as_ref()
            .map(|(rank, ending, registrar, service)| (*rank, ending.as_str(), *registrar, *service));
        after.is_none_or(|after| place(row) > after)
    };
    let most = usize::try_from(ask.fetch()).unwrap_or(usize::MAX);
    let rows: Vec<_> = wanted.rows(&report).into_iter().filter(behind).take(most).collect();
    Ok(Listed::page(rows, ask, |row| place(row)).map(|row| MarginView::of(&report, row)))
}

/// How many margins stand how, by service and by registrar, and how they stood in the last twelve weeks.
#[utoipa::path(get, path = "/api/v1/margins/summary", tag = "catalog", params(Asked),
    responses((status = 200, description = "Counts", body = SummaryView)))]
async fn summary(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Extension(trends): Extension<Trends>,
    Query(asked): Query<Asked>,
) -> Result<Json<SummaryView>> {
    ctx.allow(MARGINS_READ)?;
    let book = books.book(&ctx).await?;
    let wanted: Wanted = asked.read(Choice::of(&book), None, ctx.now())?;
    let book = archive::book_at(&ctx, &books, wanted.question.at).await?;
    let held = Held::of(&ctx, &rates, book.settings.currency_conversion_markup).await?;
    let report: MarginReport<'_> = wanted.report(&book, held.rates());
    let trend = trends.of(ctx.tenant(), &book, &held, wanted.question);
    Ok(Json(SummaryView::of(&report, &wanted, &trend)))
}
