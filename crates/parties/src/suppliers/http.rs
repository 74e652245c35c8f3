//! JSON routes of suppliers.

use axum::response::Response;
use kernel::{Instant, SupplierId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{
    App, IfMatch, Json, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, Staff, Tagged, routes,
};

use super::model::{Details, Filter, Kind, Supplier, SupplierDraft};
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

/// Whom to add, or everything about a supplier anew: what is left out is emptied.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Lake Palace Udaipur", "kind": "accommodation", "website": "https://lakepalace.example",
    "email": "reservations@lakepalace.example", "phone": "+91 294 242 8800", "tax_id": "08AABCL1234M1Z5",
    "street": "Pichola", "city": "Udaipur", "region": "Rajasthan", "postal_code": "313 001", "country": "IN"
}))]
pub(crate) struct NewSupplier {
    /// The name they are known by.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// What they sell; `other` when left out.
    #[serde(default)]
    kind: Kind,
    /// Their website.
    #[schema(max_length = 200)]
    website: Option<String>,
    /// E-mail address.
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
}

impl From<NewSupplier> for SupplierDraft {
    fn from(new: NewSupplier) -> Self {
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
            kind: new.kind,
            website: new.website.unwrap_or_default(),
        }
    }
}

/// A supplier.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Supplier)]
pub(crate) struct SupplierView {
    /// Its id.
    #[schema(value_type = String, example = "sup_01934000000070008000000000000014")]
    id: SupplierId,
    /// The name they are known by.
    #[schema(example = "Lake Palace Udaipur")]
    name: String,
    /// What they sell.
    kind: Kind,
    /// Their website.
    website: Option<String>,
    /// E-mail address.
    #[schema(example = "reservations@lakepalace.example")]
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

impl From<Supplier> for SupplierView {
    fn from(supplier: Supplier) -> Self {
        let party = supplier.details.party;
        Self {
            id: supplier.id,
            name: party.name,
            kind: supplier.details.kind,
            website: supplier.details.website,
            email: party.email,
            phone: party.phone,
            tax_id: party.tax_id,
            street: party.street,
            city: party.city,
            region: party.region,
            postal_code: party.postal_code,
            country: party.country,
            notes: party.notes,
            state: supplier.state,
            version: supplier.version,
            created_at: supplier.created_at,
            updated_at: supplier.updated_at,
        }
    }
}

/// Which suppliers.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SupplierFilter {
    /// One state; both when left out.
    state: Option<State>,
    /// One kind.
    kind: Option<Kind>,
}

/// Suppliers, newest first; `sort` takes `name` and `created_at`, `q` looks through name, website, e-mail, phone, tax id,
/// city and country.
#[utoipa::path(get, path = "/api/v1/suppliers", tag = "suppliers", params(ListAsk, SupplierFilter),
    responses((status = 200, description = "A page of suppliers", body = Listed<SupplierView>)))]
async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<SupplierFilter>) -> Result<Listed<SupplierView>> {
    let filter = &Filter {
        state: asked.state,
        class: asked.kind,
        search: ask.search().map(str::to_owned),
    };
    let page = &Page::of(&ask)?;
    let rows = ctx
        .read(|read| async move { ops::list(read, filter, page).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |row| page.place(row)).map(SupplierView::from))
}

/// Add a supplier.
#[utoipa::path(post, path = "/api/v1/suppliers", tag = "suppliers", request_body = NewSupplier,
    responses((status = 201, description = "Added", body = SupplierView)))]
async fn create(ctx: Staff, once: Once<NewSupplier>) -> Result<Response> {
    http::create::<Details, _, SupplierView>(&ctx, &once).await
}

/// One supplier, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/suppliers/{id}", tag = "suppliers", params(("id" = String, Path, description = "Supplier")),
    responses((status = 200, description = "The supplier", body = SupplierView)))]
async fn one(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Tagged<Json<SupplierView>>> {
    http::one::<Details, _>(&ctx, id).await
}

/// Everything about a supplier anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/suppliers/{id}", tag = "suppliers", request_body = NewSupplier,
    params(("id" = String, Path, description = "Supplier"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = SupplierView)))]
async fn change(
    ctx: Staff,
    Path(id): Path<SupplierId>,
    if_match: IfMatch,
    Json(new): Json<NewSupplier>,
) -> Result<Tagged<Json<SupplierView>>> {
    http::change::<Details, _>(&ctx, id, if_match, &new.into()).await
}

/// Archive a supplier: kept, offered nowhere.
#[utoipa::path(post, path = "/api/v1/suppliers/{id}/archive", tag = "suppliers", request_body = Nothing,
    params(("id" = String, Path, description = "Supplier")),
    responses((status = 200, description = "As it is now", body = SupplierView)))]
async fn archive(ctx: Staff, Path(id): Path<SupplierId>, once: Once<Nothing>) -> Result<Response> {
    http::turn::<Details, SupplierView>(&ctx, id, State::Archived, &once).await
}

/// Restore an archived supplier.
#[utoipa::path(post, path = "/api/v1/suppliers/{id}/restore", tag = "suppliers", request_body = Nothing,
    params(("id" = String, Path, description = "Supplier")),
    responses((status = 200, description = "As it is now", body = SupplierView)))]
async fn restore(ctx: Staff, Path(id): Path<SupplierId>, once: Once<Nothing>) -> Result<Response> {
    http::turn::<Details, SupplierView>(&ctx, id, State::Active, &once).await
}
