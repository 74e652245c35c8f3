//! JSON routes of the portfolio.

use kernel::{CustomerId, DomainId, Instant, RegistrarId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Json, ListAsk, Listed, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes};

use super::model::{Domain, Filter, Order, State};
use super::ops;
use crate::offers::http::MoneyBody;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(one))
}

/// Which names.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DomainFilter {
    /// Under this ending, as an A-label.
    #[param(example = "com")]
    pub(super) ending: Option<String>,
    /// Of this customer.
    #[param(value_type = Option<String>)]
    pub(super) customer: Option<CustomerId>,
    /// At this registrar account.
    #[param(value_type = Option<String>)]
    pub(super) registrar: Option<RegistrarId>,
    /// In this state.
    pub(super) state: Option<State>,
}

impl DomainFilter {
    pub(super) fn with(self, ask: &ListAsk) -> Filter {
        Filter {
            ending: self
                .ending
                .map(|ending| ending.trim_start_matches('.').to_ascii_lowercase()),
            customer: self.customer,
            registrar: self.registrar,
            state: self.state,
            search: ask.search().map(str::to_lowercase),
        }
    }
}

/// What names may be sorted by.
pub(super) const SORTS: [&str; 2] = ["expires_at", "name"];

/// The order an address asks for: what expires next first, if not said.
pub(super) fn order(ask: &ListAsk) -> Result<Order> {
    let sort = ask.sort(&SORTS)?;
    Ok(Order {
        by_name: sort.is_some_and(|sort| sort.key == "name"),
        descending: sort.is_some_and(|sort| sort.descending),
        after: ask.after()?,
        most: ask.fetch(),
    })
}

/// A domain name of the tenant's.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Domain)]
struct DomainView {
    /// Its id.
    #[schema(value_type = String, example = "dom_01934000000070008000000000000041")]
    id: DomainId,
    /// The name as people read it.
    #[schema(example = "münchen.de")]
    name: String,
    /// In canonical form.
    #[schema(example = "xn--mnchen-3ya.de")]
    ascii: String,
    /// Its ending, as an A-label.
    #[schema(example = "de")]
    ending: String,
    /// Whose it is.
    #[schema(value_type = String)]
    customer: CustomerId,
    /// The registrar account it is held at.
    #[schema(value_type = String)]
    registrar: RegistrarId,
    /// Whether it is in use.
    state: State,
    /// The registry sells it above its list price.
    premium: bool,
    /// Whether it is renewed without being asked for.
    auto_renew: bool,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    registered_at: Instant,
    /// Until when it is paid at the registry.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Instant,
    /// What each year was sold for; empty where that is not known.
    by_year: Vec<MoneyBody>,
    /// Also the `ETag`; raised with every change.
    version: i64,
}

impl From<Domain> for DomainView {
    fn from(domain: Domain) -> Self {
        Self {
            id: domain.id,
            name: domain.name.unicode().into_owned(),
            ascii: domain.name.ascii().to_owned(),
            ending: domain.name.suffix().to_owned(),
            customer: domain.customer,
            registrar: domain.registrar,
            state: domain.state,
            premium: domain.premium,
            auto_renew: domain.auto_renew,
            registered_at: domain.registered_at,
            expires_at: domain.expires_at,
            by_year: domain.by_year.into_iter().map(MoneyBody::from).collect(),
            version: domain.version,
        }
    }
}

/// Domain names held for customers, what expires next first; `sort` takes `expires_at` and `name`, `q` looks through names.
#[utoipa::path(get, path = "/api/v1/domains", tag = "domains", params(ListAsk, DomainFilter),
    responses((status = 200, description = "Domain names", body = Listed<DomainView>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(filter): Query<DomainFilter>) -> Result<Listed<DomainView>> {
    let (filter, order) = (&filter.with(&ask), &order(&ask)?);
    let rows = ctx
        .read(|read| async move { ops::list(read, filter, order).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |domain| order.place(domain)).map(DomainView::from))
}

/// One domain name, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/domains/{id}", tag = "domains", params(("id" = String, Path, description = "The domain")),
    responses((status = 200, description = "The domain", body = DomainView)))]
async fn one(ctx: Staff, Path(id): Path<DomainId>) -> Result<Tagged<Json<DomainView>>> {
    let domain = ctx
        .read(|read| async move { ops::by_id(read, id).await }.scope_boxed())
        .await?;
    Ok(Tagged(domain.version, Json(domain.into())))
}
