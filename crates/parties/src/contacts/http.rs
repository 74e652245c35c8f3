//! JSON routes of contacts, under customers and under suppliers.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{ContactId, CustomerId, Instant, SupplierId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{App, IfMatch, Json, Listed, Once, OpenApiRouter, Path, Result, Staff, Tagged, routes};

use super::model::{Contact, ContactDraft, Owner};
use super::ops;

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_of_customer, add_to_customer))
        .routes(routes!(one_of_customer, change_of_customer, remove_from_customer))
        .routes(routes!(list_of_supplier, add_to_supplier))
        .routes(routes!(one_of_supplier, change_of_supplier, remove_from_supplier))
}

/// A person to add, or everything about one anew: what is left out is emptied.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Ravi Mehta", "role": "Reservations", "email": "ravi@lakepalace.example", "phone": "+91 294 242 8801" }))]
struct NewContact {
    /// Their name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// What they do there.
    #[schema(max_length = 80)]
    role: Option<String>,
    /// E-mail address.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// Phone number.
    #[schema(max_length = 32)]
    phone: Option<String>,
}

impl From<NewContact> for ContactDraft {
    fn from(new: NewContact) -> Self {
        Self {
            name: new.name,
            role: new.role.unwrap_or_default(),
            email: new.email.unwrap_or_default(),
            phone: new.phone.unwrap_or_default(),
        }
    }
}

/// A person at a customer or supplier.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Contact)]
struct ContactView {
    /// Its id.
    #[schema(value_type = String, example = "con_01934000000070008000000000000015")]
    id: ContactId,
    /// Their name.
    #[schema(example = "Ravi Mehta")]
    name: String,
    /// What they do there.
    role: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Phone number.
    phone: Option<String>,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// Since when they are known.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// When they were last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Instant,
}

impl From<Contact> for ContactView {
    fn from(contact: Contact) -> Self {
        let Contact {
            id,
            name,
            role,
            email,
            phone,
            version,
            created_at,
            updated_at,
            ..
        } = contact;
        Self {
            id,
            name,
            role,
            email,
            phone,
            version,
            created_at,
            updated_at,
        }
    }
}

async fn list(ctx: &Staff, owner: Owner) -> Result<Listed<ContactView>> {
    let contacts = ctx
        .read(|read| async move { ops::list(read, owner).await }.scope_boxed())
        .await?;
    Ok(Listed::whole(contacts).map(ContactView::from))
}

async fn add(ctx: &Staff, owner: Owner, once: Once<NewContact>) -> Result<Response> {
    once.write(ctx, StatusCode::CREATED, move |tx, new| {
        async move { Ok(ContactView::from(ops::add(tx, owner, &new.into()).await?)) }.scope_boxed()
    })
    .await
}

async fn one(ctx: &Staff, owner: Owner, id: ContactId) -> Result<Tagged<Json<ContactView>>> {
    let contact = ctx
        .read(|read| async move { ops::by_id(read, owner, id).await }.scope_boxed())
        .await?;
    Ok(Tagged(contact.version, Json(contact.into())))
}

async fn change(
    ctx: &Staff,
    owner: Owner,
    id: ContactId,
    if_match: IfMatch,
    new: NewContact,
) -> Result<Tagged<Json<ContactView>>> {
    let draft = &ContactDraft::from(new);
    let contact = ctx
        .write(|tx| {
            async move {
                if_match.holds(ops::by_id(tx, owner, id).await?.version)?;
                ops::change(tx, owner, id, None, draft).await
            }
            .scope_boxed()
        })
        .await?;
    Ok(Tagged(contact.version, Json(contact.into())))
}

async fn remove(ctx: &Staff, owner: Owner, id: ContactId) -> Result<Response> {
    ctx.write(|tx| async move { ops::remove(tx, owner, id).await }.scope_boxed())
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Contacts of a customer (at most 100).
#[utoipa::path(get, path = "/api/v1/customers/{id}/contacts", tag = "customers", params(("id" = String, Path, description = "Customer")),
    responses((status = 200, description = "All contacts", body = Listed<ContactView>)))]
async fn list_of_customer(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Listed<ContactView>> {
    list(&ctx, Owner::Customer(id)).await
}

/// Add a contact to a customer.
#[utoipa::path(post, path = "/api/v1/customers/{id}/contacts", tag = "customers", params(("id" = String, Path, description = "Customer")), request_body = NewContact,
    responses((status = 201, description = "Added", body = ContactView)))]
async fn add_to_customer(ctx: Staff, Path(id): Path<CustomerId>, once: Once<NewContact>) -> Result<Response> {
    add(&ctx, Owner::Customer(id), once).await
}

/// One contact of a customer, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/customers/{id}/contacts/{contact}", tag = "customers", params(("id" = String, Path, description = "Customer"), ("contact" = String, Path, description = "Contact")),
    responses((status = 200, description = "The contact", body = ContactView)))]
async fn one_of_customer(
    ctx: Staff,
    Path((id, contact)): Path<(CustomerId, ContactId)>,
) -> Result<Tagged<Json<ContactView>>> {
    one(&ctx, Owner::Customer(id), contact).await
}

/// Everything about a contact of a customer anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/customers/{id}/contacts/{contact}", tag = "customers", request_body = NewContact,
    params(("id" = String, Path, description = "Customer"), ("contact" = String, Path, description = "Contact"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = ContactView)))]
async fn change_of_customer(
    ctx: Staff,
    Path((id, contact)): Path<(CustomerId, ContactId)>,
    if_match: IfMatch,
    Json(new): Json<NewContact>,
) -> Result<Tagged<Json<ContactView>>> {
    change(&ctx, Owner::Customer(id), contact, if_match, new).await
}

/// Remove a contact of a customer for good.
#[utoipa::path(delete, path = "/api/v1/customers/{id}/contacts/{contact}", tag = "customers", params(("id" = String, Path, description = "Customer"), ("contact" = String, Path, description = "Contact")),
    responses((status = 204, description = "Removed")))]
async fn remove_from_customer(ctx: Staff, Path((id, contact)): Path<(CustomerId, ContactId)>) -> Result<Response> {
    remove(&ctx, Owner::Customer(id), contact).await
}

/// Contacts of a supplier (at most 100).
#[utoipa::path(get, path = "/api/v1/suppliers/{id}/contacts", tag = "suppliers", params(("id" = String, Path, description = "Supplier")),
    responses((status = 200, description = "All contacts", body = Listed<ContactView>)))]
async fn list_of_supplier(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Listed<ContactView>> {
    list(&ctx, Owner::Supplier(id)).await
}

/// Add a contact to a supplier.
#[utoipa::path(post, path = "/api/v1/suppliers/{id}/contacts", tag = "suppliers", params(("id" = String, Path, description = "Supplier")), request_body = NewContact,
    responses((status = 201, description = "Added", body = ContactView)))]
async fn add_to_supplier(ctx: Staff, Path(id): Path<SupplierId>, once: Once<NewContact>) -> Result<Response> {
    add(&ctx, Owner::Supplier(id), once).await
}

/// One contact of a supplier, with its version as `ETag`.
#[utoipa::path(get, path = "/api/v1/suppliers/{id}/contacts/{contact}", tag = "suppliers", params(("id" = String, Path, description = "Supplier"), ("contact" = String, Path, description = "Contact")),
    responses((status = 200, description = "The contact", body = ContactView)))]
async fn one_of_supplier(
    ctx: Staff,
    Path((id, contact)): Path<(SupplierId, ContactId)>,
) -> Result<Tagged<Json<ContactView>>> {
    one(&ctx, Owner::Supplier(id), contact).await
}

/// Everything about a contact of a supplier anew. `If-Match` refuses (412) when somebody was quicker.
#[utoipa::path(put, path = "/api/v1/suppliers/{id}/contacts/{contact}", tag = "suppliers", request_body = NewContact,
    params(("id" = String, Path, description = "Supplier"), ("contact" = String, Path, description = "Contact"), ("If-Match" = Option<String>, Header, description = "The `ETag` the change is based on")),
    responses((status = 200, description = "As it is now", body = ContactView)))]
async fn change_of_supplier(
    ctx: Staff,
    Path((id, contact)): Path<(SupplierId, ContactId)>,
    if_match: IfMatch,
    Json(new): Json<NewContact>,
) -> Result<Tagged<Json<ContactView>>> {
    change(&ctx, Owner::Supplier(id), contact, if_match, new).await
}

/// Remove a contact of a supplier for good.
#[utoipa::path(delete, path = "/api/v1/suppliers/{id}/contacts/{contact}", tag = "suppliers", params(("id" = String, Path, description = "Supplier"), ("contact" = String, Path, description = "Contact")),
    responses((status = 204, description = "Removed")))]
async fn remove_from_supplier(ctx: Staff, Path((id, contact)): Path<(SupplierId, ContactId)>) -> Result<Response> {
    remove(&ctx, Owner::Supplier(id), contact).await
}
