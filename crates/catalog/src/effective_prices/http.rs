//! The JSON route of effective prices.

mod views;

use axum::Extension;
use engines::pricing::Operation;
use kernel::{Currency, CustomerId, Instant, Problem, ProblemKind};
use reference::RateBooks;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{App, Json, OpenApiRouter, Query, Result, Staff, routes};

use self::views::EffectivePriceView;
use super::model::EffectiveQuestion;
use super::ops;
use crate::Books;
use crate::permissions::PRICES_READ;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(effective))
}

/// Of what, for whom, when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// The ending, as an A-label or as people write it.
    #[param(required = true, example = "com")]
    tld: Option<String>,
    /// `register`, `renew`, `transfer` or `restore`; to register it if not said.
    #[param(example = "register")]
    operation: Option<String>,
    /// For how many years: 1 to 10; 0 for a transfer or restore that adds none. One if not said.
    #[param(minimum = 0, maximum = 10, example = 3)]
    years: Option<u8>,
    /// In which currency, ISO 4217; the sales list's if not said.
    #[param(example = "USD")]
    currency: Option<String>,
    /// At which instant, RFC 3339; now if not said.
    #[param(value_type = Option<String>, format = DateTime)]
    at: Option<String>,
    /// Who buys; a stranger if not said.
    customer: Option<String>,
    /// A coupon's code.
    coupon: Option<String>,
}

impl Asked {
    fn question(self) -> Result<EffectiveQuestion, Problem> {
        let bad = |pointer: &'static str, code: &'static str| {
            Problem::new(ProblemKind::Unreadable, code).field(pointer, code)
        };
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let currency =
            given(self.currency).map(|code| Currency::parse(&code).map_err(|_| bad("/currency", "currency_unknown")));
        let at = given(self.at).map(|at| at.parse::<Instant>().map_err(|_| bad("/at", "instant_invalid")));
        let customer =
            given(self.customer).map(|id| id.parse::<CustomerId>().map_err(|_| bad("/customer", "buyer_unknown")));
        let operation = given(self.operation).map_or(Some(Operation::Register), |name| Operation::parse(&name));
        Ok(EffectiveQuestion {
            operation: operation.ok_or_else(|| bad("/operation", "no_such_operation"))?,
            tld: self.tld.unwrap_or_default(),
            years: self.years.unwrap_or(1),
            currency: currency.transpose()?,
            at: at.transpose()?,
            customer: customer.transpose()?,
            coupon: given(self.coupon),
        })
    }
}

/// What a buyer pays for one service: the list's price, converted where need be, less a discount and a coupon; with every
/// step, and with the cost and the margin for those who may see them.
#[utoipa::path(get, path = "/api/v1/prices/effective", tag = "catalog", params(Asked),
    responses((status = 200, description = "The price and its trace", body = EffectivePriceView)))]
async fn effective(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Query(asked): Query<Asked>,
) -> Result<Json<EffectivePriceView>> {
    ctx.allow(PRICES_READ)?;
    let question = asked.question()?;
    Ok(Json(
        ops::effective_price(&ctx, &books, &rates, &question).await?.into(),
    ))
}
