//! JSON routes of customers.

use axum::response::Response;
use kernel::{CustomerId, GroupId, Instant, UserId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{
    App, IfMatch, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes,
};

use super::model::{Customer, CustomerDraft, Details, Filter};
use super::ops;
use crate::party::PartyDraft;
use crate::record::{State, http};
use crate::seek::Page;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(one, change))
        .routes(routes!(archive))
        .routes(routes!(restore))
}

/// Whom to add, or everything about a customer anew: what is left out is emptied.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Asha Nair", "company": "Nair Textiles", "email": "asha@example.in", "phone": "+91 22 4000 1234",
    "tax_id": "27AAPFU0939F1ZV", "street": "14 Marine Drive", "city": "Mumbai", "region": "Maharashtra",
    "postal_code": "400 020", "country": "IN"
}))]
pub(crate) struct NewCustomer {
    /// The name they are known by.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The company a person buys for.
    #[schema(max_length = 120)]
    company: Option<String>,
    /// E-mail address; only one customer may have it.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Phone number: 6 to 15 digits, with a plus, spaces, brackets, hyphens.
    #[schema(max_length = 32)]
    phone: Option<String>,
    /// GSTIN, VAT number, EIN.
    #[schema(max_length = 32)]
    tax_id: Option<String>,
    /// Street and number.
    #[schema(max_length = 200)]
    street: Option<String>,
    /// City.
    #[schema(max_length = 100)]
    city: Option<String>,
    /// State or province.
    #[schema(max_length = 100)]
    region: Option<String>,
    /// Postal code.
    #[schema(max_length = 20)]
    postal_code: Option<String>,
    /// Country: two letters (ISO 3166-1).
    #[schema(max_length = 2)]
    country: Option<String>,
    /// For the staff only.
    #[schema(max_length = 2000)]
    notes: Option<String>,
    /// Their price level.
    #[schema(value_type = Option<String>, example = "grp_01934000000070008000000000000013")]
    group_id: Option<GroupId>,
}

impl From<NewCustomer> for CustomerDraft {
    fn from(new: NewCustomer) -> Self {
        let party = PartyDraft {
            name: new.name,
            email: new.email.unwrap_or_default(),
            phone: new.phone.unwrap_or_default(),
            tax_id: new.tax_id.unwrap_or_default(),
            street: new.street.unwrap_or_default(),
            city: new.city.unwrap_or_default(),
            region: new.region.unwrap_or_default(),
            postal_code: new.postal_code.unwrap_or_default(),
            country: new.country.unwrap_or_default(),
            notes: new.notes.unwrap_or_default(),
        };
        Self {
            party,
            company: new.company.unwrap_or_default(),
            group: new.group_id,
        }
    }
}

/// A customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Customer)]
pub(crate) struct CustomerView {
    /// Its id.
    #[schema(value_type = String, example = "cus_01934000000070008000000000000011")]
    id: CustomerId,
    /// The name they are known by.
    #[schema(example = "Asha Nair")]
    name: String,
    /// The company a person buys for.
    company: Option<String>,
    /// E-mail address.
    #[schema(example = "asha@example.in")]
    email: Option<String>,
    /// Phone number.
    phone: Option<String>,
    /// Tax id.
    tax_id: Option<String>,
    /// Street and number.
    street: Option<String>,
    /// City.
    city: Option<String>,
    /// State or province.
    region: Option<String>,
    /// Postal code.
    postal_code: Option<String>,
    /// Country: two letters.
    country: Option<String>,
    /// For the staff only.
    notes: Option<String>,
    /// Their price level.
    #[schema(value_type = Option<String>)]
    group_id: Option<GroupId>,
    /// The login they sign in with.
    #[schema(value_type = Option<String>)]
    user_id: Option<UserId>,
    /// Traded with or archived.
    state: State,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// Since when they are known.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When they were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
}

impl From<Customer> for CustomerView {
    fn from(customer: Customer) -> Self {
        let party = customer.details.party;
        Self {
            id: customer.id,
            name: party.name,
            company: customer.details.company,
            email: party.email,
            phone: party.phone,
            tax_id: party.tax_id,
            street: party.street,
            city: party.city,
            region: party.region,
            postal_code: party.postal_code,
            country: party.country,
            notes: party.notes,
            group_id: customer.details.group,
            user_id: customer.details.user,
            state: customer.state,
            version: customer.version,
            created_at: customer.created_at,
            updated_at: customer.updated_at,
        }
    }
}

/// Which customers.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CustomerFilter {
    /// One state; both when left out.
    state: Option<State>,
    /// One price level.
    #[param(value_type = Option<String>)]
    group_id: Option<GroupId>,
}

/// Customers, newest first; `sort` takes `name` and `created_at`, `q` looks through name, company, e-mail, phone, tax id,
/// city and country.
#[utoipa::path(get, path = "/api/v1/customers", tag = "customers", params(ListAsk, CustomerFilter),
    responses((status = 200, description = "A page of customers", body = Listed<CustomerView>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<CustomerFilter>) -> Result<Listed<CustomerView>> {
    let filter = &Filter {
        state: asked.state,
        class: asked.group_id,
        search: ask.search().map(str::to_owned),
    };
    let page = &Page::of(&ask)?;
    let rows = ctx
        .read(|read| async move { ops::list(read, filter, page).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |row| page.place(row)).map(CustomerView::from))
}

/// Add a customer. 409 `customer_exists` names who has the e-mail address already.
#[utoipa::path(post, path = "/api/v1/customers", tag = "customers", request_body = NewCustomer,
    responses((status = 201, description = "Added", body = CustomerView)))]
async fn create(ctx: Staff, once: Once<NewCustomer>) -> Result<Response> {
    http::create::<Details, _, CustomerView>(&ctx, &once).await
}

/// One customer, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/customers/{id}", tag = "customers", params(("id" = String, Path, description = "Customer")),
    responses((status = 200, description = "The customer", body = CustomerView)))]
async fn one(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Tagged<Json<CustomerView>>> {
    http::one::<Details, _>(&ctx, id).await
}

/// Everything about a customer anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/customers/{id}", tag = "customers", request_body = NewCustomer,
    params(("id" = String, Path, description = "Customer"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = CustomerView)))]
async fn change(
    ctx: Staff,
    Path(id): Path<CustomerId>,
    if_match: IfMatch,
    Json(new): Json<NewCustomer>,
) -> Result<Tagged<Json<CustomerView>>> {
    http::change::<Details, _>(&ctx, id, if_match, &new.into()).await
}

/// Archive a customer: kept, offered nowhere.
#[utoipa::path(post, path = "/api/v1/customers/{id}/archive", tag = "customers", request_body = Nothing,
    params(("id" = String, Path, description = "Customer")),
    responses((status = 200, description = "As it is now", body = CustomerView)))]
async fn archive(ctx: Staff, Path(id): Path<CustomerId>, once: Once<Nothing>) -> Result<Response> {
    http::turn::<Details, CustomerView>(&ctx, id, State::Archived, &once).await
}

/// Restore an archived customer.
#[utoipa::path(post, path = "/api/v1/customers/{id}/restore", tag = "customers", request_body = Nothing,
    params(("id" = String, Path, description = "Customer")),
    responses((status = 200, description = "As it is now", body = CustomerView)))]
async fn restore(ctx: Staff, Path(id): Path<CustomerId>, once: Once<Nothing>) -> Result<Response> {
    http::turn::<Details, CustomerView>(&ctx, id, State::Active, &once).await
}
