//! Prices of endings without any name.

use std::sync::Arc;

use axum::Extension;
use catalog::permissions::PRICES_READ;
use engines::pricing::NotPriced;
use kernel::{Instant, Problem, ProblemKind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::messages::Words;
use web::{Ctx, Json, Query, Result};

use super::rows::{OfferPrice, OfferPromotion, OfferReason, ProofBody};
use super::{currency, known_caller, years};
use crate::offers::counter::Counter;
use crate::offers::endings::{self, EndingPrice, EndingPrices, EndingsAsk, Standing};
use crate::offers::model::Reason;
use crate::offers::words;

/// Which prices.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EndingFilter {
    /// Endings, parted by commas: at most 200.
    #[param(example = "com,net,co.uk")]
    tld: Option<String>,
    /// For how many years.
    #[param(minimum = 1, maximum = 10, default = 1)]
    years: Option<u32>,
    /// ISO 4217; the tenant's own when not given.
    #[param(pattern = "^[A-Z]{3}$", example = "USD")]
    currency: Option<String>,
    /// In force at which instant, RFC 3339; now when not given. Only for those who may see the price book.
    #[param(value_type = Option<String>, format = DateTime, example = "2027-01-01T00:00:00Z")]
    at: Option<String>,
}

/// One row per ending asked, in the order asked.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndingOffers {
    /// In force at this moment.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    prices: Vec<EndingRow>,
}

/// What an ending costs.
#[derive(Debug, Serialize, ToSchema)]
struct EndingRow {
    /// The text asked about.
    tld: String,
    /// The ending as an A-label; null when it is none.
    #[schema(required = true)]
    ascii: Option<String>,
    /// Why there are no prices.
    #[schema(required = true)]
    reason: Option<OfferReason>,
    /// To register a name; null without any price.
    #[schema(required = true)]
    register: Option<OperationRow>,
    /// To renew one.
    #[schema(required = true)]
    renew: Option<OperationRow>,
    /// To bring one here.
    #[schema(required = true)]
    transfer: Option<OperationRow>,
    /// To take one back from redemption.
    #[schema(required = true)]
    restore: Option<OperationRow>,
}

/// The price of an operation.
#[derive(Debug, Serialize, ToSchema)]
struct OperationRow {
    /// What it costs, without tax; null without a price.
    #[schema(required = true)]
    price: Option<OfferPrice>,
    /// The promotion in the price.
    #[schema(required = true)]
    promotion: Option<OfferPromotion>,
    /// Where the price stands now: `past`, `current` or `future`.
    #[schema(required = true, example = "current")]
    state: Option<&'static str>,
    /// Since when it is so.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    since: Option<Instant>,
    /// Why there is none.
    #[schema(required = true)]
    reason: Option<OfferReason>,
    /// Why it is what it is.
    #[schema(required = true)]
    proof: Option<ProofBody>,
}

/// Prices of endings
///
/// What registering, renewing, transferring and restoring costs, without naming a domain: the first year and the renewal
/// side by side, a promotion, and whether the price is past, current or future. An ending that is none, or is not sold,
/// is a row with its reason. In a currency the list has not, prices are converted where the company converts; a signed-in
/// customer's discounts are taken off the totals.
#[utoipa::path(
    get, path = "/api/v1/domains/prices", tag = "domains", operation_id = "ending_prices", params(EndingFilter),
    responses((status = 200, description = "One row per ending asked", body = EndingOffers))
)]
pub(super) async fn prices(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Query(filter): Query<EndingFilter>,
) -> Result<Json<EndingOffers>> {
    known_caller(&ctx)?;
    let now = ctx.now();
    let at = match filter.at.as_deref() {
        // What is scheduled, and what was, is not for buyers.
        Some(text) => {
            ctx.allow(PRICES_READ)?;
            instant(text)?
        }
        None => now,
    };
    let asked = endings::listed(filter.tld.as_deref().unwrap_or_default())?;
    let currency = currency(filter.currency).map_err(Problem::from)?;
    let basis = counter.basis_at(&ctx, currency, at).await?;
    let ask = EndingsAsk {
        years: years(filter.years.unwrap_or(1)).map_err(Problem::from)?,
        currency: currency.unwrap_or(basis.book.currency),
        at,
        now,
    };
    let rows = endings::prices(&basis, &asked, &ask).map_err(Problem::from)?;
    let prices = rows.into_iter().map(|row| EndingRow::new(ctx.words(), row)).collect();
    Ok(Json(EndingOffers { at, prices }))
}

fn instant(text: &str) -> Result<Instant, Problem> {
    let unread = |_| Problem::new(ProblemKind::Unreadable, "instant_invalid").field("/at", "instant_invalid");
    text.parse().map_err(unread)
}

impl EndingRow {
    fn new(w: &Words, row: EndingPrices) -> Self {
        let mut operations = row.operations.into_values().map(|price| OperationRow::new(w, price));
        let [register, renew, transfer, restore] = std::array::from_fn(|_| operations.next());
        Self {
            tld: row.asked,
            ascii: row.ending,
            reason: row.reason.map(|reason| told(w, &reason)),
            register,
            renew,
            transfer,
            restore,
        }
    }
}

impl OperationRow {
    fn new(w: &Words, price: Result<EndingPrice, NotPriced>) -> Self {
        match price {
            Ok(price) => {
                let amounts = price.explained.amounts;
                Self {
                    price: Some(amounts.into()),
                    promotion: amounts.promotion.map(OfferPromotion::from),
                    state: Some(match price.standing {
                        Standing::Past => "past",
                        Standing::Current => "current",
                        Standing::Future => "future",
                    }),
                    since: Some(price.since),
                    reason: None,
                    proof: Some(ProofBody::from(&price.explained)),
                }
            }
            Err(why) => Self {
                price: None,
                promotion: None,
                state: None,
                since: None,
                reason: Some(told(w, &Reason::of(why.code()))),
                proof: None,
            },
        }
    }
}

fn told(w: &Words, reason: &Reason) -> OfferReason {
    OfferReason {
        code: reason.code,
        detail: words::reason(w, reason),
    }
}
