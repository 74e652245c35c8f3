//! Contacts in the console, under the customer or supplier they work at.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::{ContactId, CustomerId, Problem, SupplierId};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Field, FormErrors, Html, th};
use web::{App, Fields, Form, Path, Result, Staff};

use super::model::{Contact, ContactDraft, Owner};
use super::ops;
use crate::permissions::{CUSTOMERS_EDIT, SUPPLIERS_EDIT};
use crate::values;
use crate::views::{self, EditPage, Filled, Row, Typed};
use crate::{customers, suppliers};

const NAMES: [&str; 4] = ["name", "role", "email", "phone"];

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(
            "/console/customers/{id}/contacts",
            get(list_of_customer).post(add_to_customer),
        )
        .route(
            "/console/customers/{id}/contacts/{contact}",
            get(edit_of_customer).post(save_of_customer),
        )
        .route(
            "/console/customers/{id}/contacts/{contact}/remove",
            post(remove_from_customer),
        )
        .route(
            "/console/suppliers/{id}/contacts",
            get(list_of_supplier).post(add_to_supplier),
        )
        .route(
            "/console/suppliers/{id}/contacts/{contact}",
            get(edit_of_supplier).post(save_of_supplier),
        )
        .route(
            "/console/suppliers/{id}/contacts/{contact}/remove",
            post(remove_from_supplier),
        )
}

async fn list_of_customer(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Response> {
    list(&ctx, Owner::Customer(id), Filled::with(ctx.words(), Vec::new()), false).await
}

async fn list_of_supplier(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Response> {
    list(&ctx, Owner::Supplier(id), Filled::with(ctx.words(), Vec::new()), false).await
}

async fn add_to_customer(ctx: Staff, Path(id): Path<CustomerId>, form: Form<Typed>) -> Result<Response> {
    add(&ctx, Owner::Customer(id), &form.raw).await
}

async fn add_to_supplier(ctx: Staff, Path(id): Path<SupplierId>, form: Form<Typed>) -> Result<Response> {
    add(&ctx, Owner::Supplier(id), &form.raw).await
}

async fn edit_of_customer(ctx: Staff, Path((id, contact)): Path<(CustomerId, ContactId)>) -> Result<Response> {
    edit(&ctx, Owner::Customer(id), contact).await
}

async fn edit_of_supplier(ctx: Staff, Path((id, contact)): Path<(SupplierId, ContactId)>) -> Result<Response> {
    edit(&ctx, Owner::Supplier(id), contact).await
}

async fn save_of_customer(
    ctx: Staff,
    Path((id, contact)): Path<(CustomerId, ContactId)>,
    form: Form<Typed>,
) -> Result<Response> {
    save(&ctx, Owner::Customer(id), contact, &form.raw).await
}

async fn save_of_supplier(
    ctx: Staff,
    Path((id, contact)): Path<(SupplierId, ContactId)>,
    form: Form<Typed>,
) -> Result<Response> {
    save(&ctx, Owner::Supplier(id), contact, &form.raw).await
}

async fn remove_from_customer(ctx: Staff, Path((id, contact)): Path<(CustomerId, ContactId)>) -> Result<Response> {
    remove(&ctx, Owner::Customer(id), contact).await
}

async fn remove_from_supplier(ctx: Staff, Path((id, contact)): Path<(SupplierId, ContactId)>) -> Result<Response> {
    remove(&ctx, Owner::Supplier(id), contact).await
}

/// People at one customer or supplier.
#[derive(Template)]
#[template(path = "pages/contacts.html")]
struct ContactsPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    head: Html,
    heads: Vec<Html>,
    rows: Vec<Row>,
    empty: ui::Empty,
    may_edit: bool,
    action: String,
    csrf: String,
    fields: Vec<Field>,
}

fn base(owner: Owner) -> String {
    match owner {
        Owner::Customer(id) => customers::pages::path(id),
        Owner::Supplier(id) => suppliers::pages::path(id),
    }
}

fn path(owner: Owner) -> String {
    format!("{}/contacts", base(owner))
}

/// Title, crumbs and the head of the page about whom they work at.
async fn head(ctx: &Staff, owner: Owner) -> Result<(Head, Html)> {
    Ok(match owner {
        Owner::Customer(id) => {
            let shown = ctx
                .read(|read| async move { customers::pages::shown(read, id).await }.scope_boxed())
                .await?;
            let title = customers::pages::title(ctx, &shown.customer.details.party.name);
            (title, customers::pages::head(ctx, &shown, "contacts"))
        }
        Owner::Supplier(id) => {
            let shown = ctx
                .read(|read| async move { suppliers::pages::shown(read, id).await }.scope_boxed())
                .await?;
            let title = suppliers::pages::title(ctx, &shown.supplier.details.party.name);
            (title, suppliers::pages::head(ctx, &shown, "contacts"))
        }
    })
}

fn may_edit(ctx: &Staff, owner: Owner) -> bool {
    ctx.may(match owner {
        Owner::Customer(_) => CUSTOMERS_EDIT,
        Owner::Supplier(_) => SUPPLIERS_EDIT,
    })
}

async fn list(ctx: &Staff, owner: Owner, filled: Filled<'_>, refused: bool) -> Result<Response> {
    let (title, head) = head(ctx, owner).await?;
    let contacts = ctx
        .read(|read| async move { ops::list(read, owner).await }.scope_boxed())
        .await?;
    let w = ctx.words();
    let page = ContactsPage {
        w,
        head,
        heads: vec![
            th(w.t("parties-name")),
            th(w.t("parties-email")),
            th(w.t("parties-phone")),
        ],
        rows: contacts.iter().map(|contact| row(w, contact)).collect(),
        empty: ui::Empty::new(
            views::PEOPLE,
            w.t("parties-no-contacts"),
            w.t("parties-no-contacts-text"),
        ),
        may_edit: may_edit(ctx, owner),
        action: path(owner),
        csrf: ctx.csrf(),
        fields: fields(&filled),
        errors: filled.errors,
    };
    ctx.console(&title.refused_if(refused), &page).await
}

fn row(w: &Words, contact: &Contact) -> Row {
    Row {
        href: format!("{}/{}", path(contact.owner), contact.id),
        name: contact.name.clone(),
        sub: contact.role.clone().unwrap_or_default(),
        cells: vec![
            (w.t("parties-email"), views::mail_link(contact.email.as_deref())),
            (w.t("parties-phone"), views::text_or_dash(contact.phone.as_deref())),
        ],
    }
}

fn fields(filled: &Filled<'_>) -> Vec<Field> {
    let mut fields = vec![
        filled.name(),
        filled.line("role", filled.w.t("parties-role"), values::MAX_ROLE),
    ];
    fields.extend(filled.reach());
    fields
}

fn draft(raw: &Fields) -> ContactDraft {
    let text = |name: &str| raw.get(name).to_owned();
    ContactDraft {
        name: text("name"),
        role: text("role"),
        email: text("email"),
        phone: text("phone"),
    }
}

fn stored(contact: &Contact) -> Vec<(&'static str, String)> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    vec![
        ("name", contact.name.clone()),
        ("role", text(&contact.role)),
        ("email", text(&contact.email)),
        ("phone", text(&contact.phone)),
    ]
}

async fn add(ctx: &Staff, owner: Owner, raw: &Fields) -> Result<Response> {
    let draft = &draft(raw);
    let saved = ctx
        .write(|tx| async move { ops::add(tx, owner, draft).await }.scope_boxed())
        .await;
    match saved {
        Ok(contact) => {
            let text = ctx.words().t1("parties-added-named", "name", &contact.name);
            Ok(views::done(path(owner), text, None))
        }
        Err(error) => {
            let problem = views::told(error)?;
            let filled = Filled::again(ctx.words(), &NAMES, raw, &problem, Vec::new());
            Ok(views::refused(list(ctx, owner, filled, true).await?, &problem))
        }
    }
}

async fn edit(ctx: &Staff, owner: Owner, id: ContactId) -> Result<Response> {
    let contact = load(ctx, owner, id).await?;
    let filled = Filled::with(ctx.words(), stored(&contact));
    edit_page(ctx, filled, &contact, None).await
}

async fn load(ctx: &Staff, owner: Owner, id: ContactId) -> Result<Contact> {
    Ok(ctx
        .read(|read| async move { ops::by_id(read, owner, id).await }.scope_boxed())
        .await?)
}

async fn edit_page(ctx: &Staff, filled: Filled<'_>, contact: &Contact, problem: Option<&Problem>) -> Result<Response> {
    let (title, _) = head(ctx, contact.owner).await?;
    let (w, own) = (ctx.words(), format!("{}/{}", path(contact.owner), contact.id));
    let page = EditPage {
        w,
        heading: w.t1("parties-edit-named", "name", &contact.name),
        lede: String::new(),
        notice: problem.and_then(|problem| views::stale_notice(w, problem)),
        remove: Some((format!("{own}/remove"), w.t("parties-contact-remove"))),
        action: own,
        csrf: ctx.csrf(),
        hidden: vec![("version", contact.version.to_string())],
        blocks: vec![(w.t("parties-contact"), fields(&filled))],
        submit: w.t("parties-save"),
        cancel: path(contact.owner),
        errors: filled.errors,
    };
    ctx.console(&title.refused_if(problem.is_some()), &page).await
}

async fn save(ctx: &Staff, owner: Owner, id: ContactId, raw: &Fields) -> Result<Response> {
    let (draft, version) = (&draft(raw), views::typed_version(raw));
    let saved = ctx
        .write(|tx| async move { ops::change(tx, owner, id, version, draft).await }.scope_boxed())
        .await;
    match saved {
        Ok(contact) => {
            let text = ctx.words().t1("parties-saved-named", "name", &contact.name);
            Ok(views::done(path(owner), text, None))
        }
        Err(error) => {
            let problem = views::told(error)?;
            let contact = load(ctx, owner, id).await?;
            let filled = Filled::again(ctx.words(), &NAMES, raw, &problem, stored(&contact));
            Ok(views::refused(
                edit_page(ctx, filled, &contact, Some(&problem)).await?,
                &problem,
            ))
        }
    }
}

async fn remove(ctx: &Staff, owner: Owner, id: ContactId) -> Result<Response> {
    ctx.write(|tx| async move { ops::remove(tx, owner, id).await }.scope_boxed())
        .await?;
    Ok(views::done(path(owner), ctx.t("parties-contact-removed"), None))
}
