//! JSON routes of price locks.

mod views;

use std::sync::Arc;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{CustomerId, Id, PriceLockId, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Json, ListAsk, Listed, Once, OpenApiRouter, Path, Query, Result, Staff, routes};

use self::views::{LockDetail, LockView};
use super::model::{LockAsk, LockName, Repriced};
use super::ops;
use crate::offers::Counter;
use crate::offers::http::{currency, operation, years};

pub(crate) fn api(counter: &Arc<Counter>) -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one))
        .layer(Extension(Arc::clone(counter)))
}

/// What is to be locked: names at today's prices, or the one name of a price token at the price it holds.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPriceLock, example = json!({"names": [{"name": "example.com", "operation": "register", "years": 3}], "currency": "USD"}))]
struct NewLockBody {
    /// Names, each with what is to be done.
    #[serde(default)]
    #[schema(max_items = 100)]
    names: Vec<LockNameBody>,
    /// ISO 4217; the tenant's own when not given.
    #[serde(default)]
    #[schema(pattern = "^[A-Z]{3}$")]
    currency: Option<String>,
    /// For whom.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "cus_01934000000070008000000000000011")]
    customer: Option<CustomerId>,
    /// A coupon's code.
    #[serde(default)]
    #[schema(max_length = 60)]
    coupon: Option<String>,
    /// As a price check gave it.
    #[serde(default)]
    token: Option<String>,
}

/// A name and what is to be done with it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceLockName)]
struct LockNameBody {
    /// The name, as people write it.
    #[schema(example = "example.com")]
    name: String,
    /// `register`, `renew`, `transfer` or `restore`.
    #[serde(default)]
    #[schema(default = "register")]
    operation: Option<String>,
    /// For how many years.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10, default = 1)]
    years: Option<u32>,
}

/// Longest code of a coupon.
const LONGEST_COUPON: usize = 60;

impl NewLockBody {
    fn read(self) -> Result<LockAsk, Problem> {
        if self
            .coupon
            .as_ref()
            .is_some_and(|code| code.chars().count() > LONGEST_COUPON)
        {
            return Err(Problem::refused("invalid_fields").field("/coupon", "coupon_too_long"));
        }
        let read = |name: LockNameBody| {
            Ok(LockName {
                operation: operation(name.operation.as_deref())?,
                years: years(name.years.unwrap_or(1))?,
                name: name.name,
            })
        };
        Ok(LockAsk {
            names: self.names.into_iter().map(read).collect::<Result<_, Problem>>()?,
            currency: currency(self.currency)?,
            customer: self.customer,
            coupon: self.coupon,
            token: self.token,
        })
    }
}

/// Which locks.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LockFilter {
    /// Of one customer.
    #[param(value_type = Option<String>)]
    customer: Option<CustomerId>,
}

/// Price locks, the latest first.
#[utoipa::path(get, path = "/api/v1/domains/price-locks", tag = "domains", params(ListAsk, LockFilter),
    responses((status = 200, description = "Price locks", body = Listed<LockView>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(filter): Query<LockFilter>) -> Result<Listed<LockView>> {
    let (before, most) = (ask.after::<Uuid>()?, ask.fetch());
    let rows = ctx
        .read(|read| async move { ops::list(read, filter.customer, before, most).await }.scope_boxed())
        .await?;
    let now = ctx.now();
    Ok(Listed::page(rows, &ask, |lock| lock.id.uuid()).map(|lock| LockView::new(&lock, now)))
}

/// Lock prices
///
/// Holds the exact total for 15 minutes, whatever happens to prices meanwhile. A name that cannot be bought (taken,
/// premium, not priced, not known yet) is refused by field, and nothing is locked. The customer's discounts and the coupon are
/// taken off, and a currency the list has not is converted where the company converts. A coupon that takes nothing off is
/// refused. A token's price is the one it was given
/// for, also when prices have changed since.
#[utoipa::path(post, path = "/api/v1/domains/price-locks", tag = "domains", operation_id = "lock_prices",
    request_body = NewLockBody, responses((status = 201, description = "Locked", body = LockDetail)))]
async fn create(ctx: Staff, Extension(counter): Extension<Arc<Counter>>, once: Once<NewLockBody>) -> Result<Response> {
    // A repeated request has its answer, whatever registrars would say now.
    if let Some(answer) = once.answered(&ctx).await? {
        return Ok(answer);
    }
    let ask = once.value.clone().read()?;
    // Registrars are asked before the transaction that keeps the result.
    let prepared = &ops::prepare(&ctx, &counter, &ask).await?;
    let now = ctx.now();
    once.write(&ctx, StatusCode::CREATED, |tx, _| {
        async move {
            let lock = ops::keep(tx, prepared).await?;
            let today = Repriced::Unchanged { total: lock.total };
            Ok(LockDetail::new(&lock, Some(today), now))
        }
        .scope_boxed()
    })
    .await
}

/// One price lock, and what today's prices make of it.
#[utoipa::path(get, path = "/api/v1/domains/price-locks/{id}", tag = "domains", params(("id" = String, Path, description = "The lock")),
    responses((status = 200, description = "The lock", body = LockDetail)))]
async fn one(
    ctx: Staff,
    Extension(counter): Extension<Arc<Counter>>,
    Path(id): Path<PriceLockId>,
) -> Result<Json<LockDetail>> {
    let lock = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    let today = ops::today(&ctx, &counter, &lock).await?;
    let now = ctx.now();
    let repriced = lock.reprice(&today.pricing(), today.buyer, now).ok();
    Ok(Json(LockDetail::new(&lock, repriced, now)))
}
