//! The best registrar over JSON.

use std::sync::Arc;

use axum::Extension;
use catalog::permissions::MARGINS_READ;
use engines::pricing::{Considered, HeldCost, Priced};
use kernel::{Instant, Problem, RegistrarId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Json, OpenApiRouter, Query, Result, Staff, routes};

use super::ops::{self, Answer, BestQuestion};
use crate::offers::Counter;
use crate::offers::http::{MoneyBody, currency, operation, years};

pub(crate) fn api(counter: &Arc<Counter>) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(best))
        .layer(Extension(Arc::clone(counter)))
}

/// What is to be bought, and for how long it is to be held.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BestFilter {
    /// The ending.
    #[param(example = "com", max_length = 253)]
    tld: Option<String>,
    /// What is bought now: `register`, `renew`, `transfer` or `restore`.
    #[param(default = "register", example = "register")]
    operation: Option<String>,
    /// For how many years it is bought now.
    #[param(minimum = 0, maximum = 10, default = 1)]
    years: Option<u32>,
    /// For how many years it is to be held, renewed year by year; as many as are bought when not given.
    #[param(minimum = 0, maximum = 10)]
    hold_years: Option<u32>,
    /// Whether privacy is wanted: an account without a price for it is no candidate.
    #[param(default = false)]
    privacy: Option<bool>,
    /// The currency to compare in, ISO 4217; the tenant's own when not given.
    #[param(pattern = "^[A-Z]{3}$", example = "USD")]
    currency: Option<String>,
    /// Only these accounts: ids or short names, parted by commas.
    #[param(example = "godaddy")]
    registrars: Option<String>,
}

impl BestFilter {
    fn read(self) -> Result<BestQuestion, Problem> {
        let bought = years(self.years.unwrap_or(1))?;
        let listed = |text: String| {
            text.split(',')
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect()
        };
        Ok(BestQuestion {
            tld: self.tld.unwrap_or_default(),
            operation: operation(self.operation.as_deref())?,
            years: bought,
            hold_years: match self.hold_years {
                Some(held) => years(held)?,
                None => bought,
            },
            privacy: self.privacy.unwrap_or(false),
            currency: currency(self.currency)?,
            registrars: self.registrars.map(listed),
        })
    }
}

/// The best registrar and all that were considered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BestRegistrar)]
struct BestView {
    /// The ending, as an A-label.
    tld: String,
    /// The moment the costs are of.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// The currency they are compared in.
    currency: &'static str,
    /// The version of the price book.
    book_version: i64,
    /// The account that costs least in all; null where none can be bought from.
    #[schema(value_type = Option<String>, required = true)]
    best: Option<RegistrarId>,
    /// Every candidate, the best first; those that cannot be chosen come last.
    candidates: Vec<CandidateView>,
}

/// One account, as it was considered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RegistrarCandidate)]
struct CandidateView {
    /// The account.
    #[schema(value_type = String)]
    registrar: RegistrarId,
    /// Its name.
    name: String,
    /// What holding the name costs there in all; null where it cannot be bought there.
    #[schema(required = true)]
    total: Option<MoneyBody>,
    /// What is bought now.
    #[schema(required = true)]
    now: Option<CostView>,
    /// One more year; null where none is wanted.
    #[schema(required = true)]
    another_year: Option<CostView>,
    /// How many more years.
    more_years: u8,
    /// Why it cannot be bought there.
    #[schema(required = true)]
    reason: Option<String>,
}

/// A cost with its explanation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExplainedCost)]
struct CostView {
    /// The cost, fees included.
    total: MoneyBody,
    /// Every step to it, line by line.
    explanation: String,
    /// SHA-256 of the explanation.
    fingerprint: String,
}

impl From<&Priced> for CostView {
    fn from(priced: &Priced) -> Self {
        Self {
            total: priced.amounts.total.into(),
            explanation: priced.trace.canonical(),
            fingerprint: priced.trace.fingerprint(),
        }
    }
}

impl CandidateView {
    fn new(answer: &Answer, considered: &Considered) -> Self {
        let name = answer
            .book
            .registrar(considered.registrar)
            .map(|account| account.name.clone());
        let (held, reason): (Option<&HeldCost>, _) = match &considered.cost {
            Ok(held) => (Some(held), None),
            Err(why) => (None, Some(why.to_string())),
        };
        Self {
            registrar: considered.registrar,
            name: name.unwrap_or_default(),
            total: held.map(|held| held.total.into()),
            now: held.map(|held| CostView::from(&held.now)),
            another_year: held.and_then(|held| held.another_year.as_ref()).map(CostView::from),
            more_years: held.map_or(0, |held| held.more_years),
            reason,
        }
    }
}

/// The best registrar
///
/// Compares every account that sells an ending by what a name costs there for as long as it is to be held, ICANN's fee
/// and privacy included, and shows each with its explanation.
#[utoipa::path(get, path = "/api/v1/domains/best-registrar", tag = "domains", operation_id = "best_registrar",
    params(BestFilter), responses((status = 200, description = "Every candidate, the best first", body = BestView)))]
async fn best(
    ctx: Staff,
    Extension(counter): Extension<Arc<Counter>>,
    Query(filter): Query<BestFilter>,
) -> Result<Json<BestView>> {
    ctx.allow(MARGINS_READ)?;
    let answer = ops::best(&ctx, &counter, &filter.read()?).await?;
    let candidates: Vec<CandidateView> = answer
        .considered
        .iter()
        .map(|considered| CandidateView::new(&answer, considered))
        .collect();
    let chosen = answer.considered.first().filter(|first| first.cost.is_ok());
    Ok(Json(BestView {
        best: chosen.map(|first| first.registrar),
        tld: answer.ending.clone(),
        at: answer.at,
        currency: answer.currency.code(),
        book_version: answer.book.version,
        candidates,
    }))
}
