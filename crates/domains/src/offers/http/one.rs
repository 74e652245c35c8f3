//! One name, and everything known of it: whether it can be bought, for how much, and why.

use std::sync::Arc;

use axum::Extension;
use engines::pricing::Operation;
use kernel::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{Ctx, Json, Path, Query, Result};

use super::rows::{OfferRow, ProofBody};
use super::{currency, known_caller, patience, years};
use crate::offers::counter::Counter;
use crate::offers::model::{PriceCheck, of_field};
use crate::offers::{ops, words};

/// What is to be done with the name.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OfferAsk {
    /// `register`, `renew`, `transfer` or `restore`.
    #[param(default = "register", example = "register")]
    operation: Option<String>,
    /// For how many years; 0 is for transfers and restores that add none.
    #[param(minimum = 0, maximum = 10, default = 1)]
    years: Option<u32>,
    /// ISO 4217; the tenant's own when not given.
    #[param(pattern = "^[A-Z]{3}$", example = "USD")]
    currency: Option<String>,
    /// How long to wait for registrars; who has not answered by then leaves the state `unknown`.
    #[param(minimum = 1, maximum = 10_000, default = 1_500)]
    deadline_ms: Option<u32>,
}

impl OfferAsk {
    fn read(self, name: String) -> Result<PriceCheck> {
        let ask = PriceCheck {
            names: vec![name],
            operation: operation(self.operation.as_deref())?,
            years: years(self.years.unwrap_or(1)).map_err(Problem::from)?,
            currency: currency(self.currency).map_err(Problem::from)?,
            patience: patience(self.deadline_ms),
        };
        ask.validate().map_err(Problem::from)?;
        Ok(ask)
    }
}

/// The operation of this name; registering when none is named.
pub(crate) fn operation(name: Option<&str>) -> Result<Operation, Problem> {
    let Some(name) = name else {
        return Ok(Operation::Register);
    };
    Operation::parse(name).ok_or_else(|| {
        let shown: String = name.chars().take(20).collect();
        of_field(
            Problem::refused("operation_unknown").arg("operation", shown),
            "/operation",
        )
    })
}

/// A name, whether it can be bought, for how much, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NameOffer {
    /// What was asked: `register`, `renew`, `transfer` or `restore`.
    #[schema(example = "register")]
    operation: &'static str,
    #[serde(flatten)]
    row: OfferRow,
    /// Why the price is what it is; null where there is none.
    #[schema(required = true)]
    proof: Option<ProofBody>,
}

/// Availability and price of one name
///
/// The row of a price check for one name, with the proof of its price. It is always complete: when no registrar answers
/// in time the state is `unknown` and the price is the book's; a name that is free and has no price says so, has no token
/// and cannot be bought. A transfer is offered for names that are taken, a renewal or restore for names held here.
#[utoipa::path(
    get, path = "/api/v1/domains/{name}/offer", tag = "domains", operation_id = "name_offer",
    params(("name" = String, Path, description = "The name, as people write it", example = "example.com"), OfferAsk),
    responses((status = 200, description = "What is known of it", body = NameOffer))
)]
pub(super) async fn offer(
    ctx: Ctx,
    Extension(counter): Extension<Arc<Counter>>,
    Path(name): Path<String>,
    Query(ask): Query<OfferAsk>,
) -> Result<Json<NameOffer>> {
    known_caller(&ctx)?;
    let ask = ask.read(name)?;
    let operation = ask.operation.name();
    let offer = ops::check(&ctx, &counter, ask).await?.remove(0);
    let proof = offer.explained.as_deref().map(ProofBody::from);
    let row = OfferRow::new(offer, |reason| words::reason(ctx.words(), reason));
    Ok(Json(NameOffer { operation, row, proof }))
}
