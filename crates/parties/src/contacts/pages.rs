//! Contacts in the console, under the customer or supplier they work at.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::{ContactId, CustomerId, Problem, SupplierId};
use scoped_futures::ScopedFutureExt;
use serde::de::DeserializeOwned;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Field, FormErrors, Html, th};
use web::{App, Fields, Form, Path, Result, Staff};

use super::model::{Contact, ContactDraft, Owner};
use super::ops;
use crate::party::pages as party;
use crate::permissions::{CUSTOMERS_EDIT, SUPPLIERS_EDIT};
use crate::values;
use crate::views::{self, EditPage, Filled, Row, Typed};
use crate::{customers, suppliers};

pub(crate) fn pages() -> Router<App> {
    pages_at::<CustomerId>("/console/customers").merge(pages_at::<SupplierId>("/console/suppliers"))
}

/// The pages below those of customers or suppliers, which have ids of kind `I`.
fn pages_at<I: Into<Owner> + DeserializeOwned + Send + 'static>(base: &str) -> Router<App> {
    let at = |rest: &str| format!("{base}/{{id}}/contacts{rest}");
    Router::new()
        .route(&at(""), get(list::<I>).post(add::<I>))
        .route(&at("/{contact}"), get(edit::<I>).post(save::<I>))
        .route(&at("/{contact}/remove"), post(remove::<I>))
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

fn path(owner: Owner) -> String {
    let base = match owner {
        Owner::Customer(id) => party::path::<customers::Details>(id),
        Owner::Supplier(id) => party::path::<suppliers::Details>(id),
    };
    format!("{base}/contacts")
}

/// Title, crumbs and the head of the page about whom they work at.
async fn head(ctx: &Staff, owner: Owner) -> Result<(Head, Html)> {
    match owner {
        Owner::Customer(id) => party::head_of::<customers::Details>(ctx, id, "contacts").await,
        Owner::Supplier(id) => party::head_of::<suppliers::Details>(ctx, id, "contacts").await,
    }
}

fn may_edit(ctx: &Staff, owner: Owner) -> bool {
    ctx.may(match owner {
        Owner::Customer(_) => CUSTOMERS_EDIT,
        Owner::Supplier(_) => SUPPLIERS_EDIT,
    })
}

async fn list<I: Into<Owner>>(ctx: Staff, Path(id): Path<I>) -> Result<Response> {
    list_page(&ctx, id.into(), Filled::with(ctx.words(), Vec::new()), false).await
}

async fn list_page(ctx: &Staff, owner: Owner, filled: Filled<'_>, refused: bool) -> Result<Response> {
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
            ui::Icon::People,
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

async fn add<I: Into<Owner>>(ctx: Staff, Path(id): Path<I>, form: Form<Typed>) -> Result<Response> {
    let (owner, ctx, raw) = (id.into(), &ctx, &form.raw);
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
            let filled = Filled::again(ctx.words(), raw, &problem, Vec::new());
            Ok(views::refused(list_page(ctx, owner, filled, true).await?, &problem))
        }
    }
}

async fn edit<I: Into<Owner>>(ctx: Staff, Path((owner, id)): Path<(I, ContactId)>) -> Result<Response> {
    let contact = load(&ctx, owner.into(), id).await?;
    let filled = Filled::with(ctx.words(), stored(&contact));
    edit_page(&ctx, filled, &contact, None).await
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
        hidden: Some(("version", contact.version.to_string())),
        blocks: vec![(w.t("parties-contact"), fields(&filled))],
        submit: w.t("parties-save"),
        cancel: path(contact.owner),
        errors: filled.errors,
    };
    ctx.console(&title.refused_if(problem.is_some()), &page).await
}

async fn save<I: Into<Owner>>(
    ctx: Staff,
    Path((owner, id)): Path<(I, ContactId)>,
    form: Form<Typed>,
) -> Result<Response> {
    let (owner, ctx, raw) = (owner.into(), &ctx, &form.raw);
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
            let filled = Filled::again(ctx.words(), raw, &problem, stored(&contact));
            Ok(views::refused(
                edit_page(ctx, filled, &contact, Some(&problem)).await?,
                &problem,
            ))
        }
    }
}

async fn remove<I: Into<Owner>>(ctx: Staff, Path((owner, id)): Path<(I, ContactId)>) -> Result<Response> {
    let owner = owner.into();
    ctx.write(|tx| async move { ops::remove(tx, owner, id).await }.scope_boxed())
        .await?;
    Ok(views::done(path(owner), ctx.t("parties-contact-removed"), None))
}
