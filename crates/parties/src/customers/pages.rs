//! Customers in the console: the list, one customer, the form.

mod form;
mod list;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::CustomerId;
use platform::Read;
use scoped_futures::ScopedFutureExt;
use web::page::Head;
use web::ui::{self, Html};
use web::{App, Path, Result, Staff};

use super::model::Customer;
use super::ops;
use crate::contacts::{self, Owner};
use crate::groups::{self, Group};
use crate::party::State;
use crate::permissions::CUSTOMERS_EDIT;
use crate::views::{self, ActivityPage, OverviewPage, PartyHead};

pub(crate) use list::tabs;

pub(crate) const PATH: &str = "/console/customers";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/customers", get(list::show).post(form::add))
        .route("/console/customers.csv", get(list::csv))
        .route("/console/customers/new", get(form::new))
        .route("/console/customers/{id}", get(overview).post(form::save))
        .route("/console/customers/{id}/edit", get(form::edit))
        .route("/console/customers/{id}/activity", get(activity))
        .route("/console/customers/{id}/archive", post(archive))
        .route("/console/customers/{id}/restore", post(restore))
}

/// A customer with what their pages show beside them.
pub(crate) struct Shown {
    pub(crate) customer: Customer,
    pub(crate) group: Option<Group>,
    pub(crate) contacts: u64,
}

pub(crate) async fn shown(read: &Read, id: CustomerId) -> platform::Result<Shown> {
    let customer = ops::by_id(read, id).await?;
    let group = match customer.details.group {
        Some(group) => groups::store::by_id(read, group).await?,
        None => None,
    };
    let contacts = contacts::store::count(read, Owner::Customer(id)).await?;
    Ok(Shown {
        customer,
        group,
        contacts,
    })
}

pub(crate) fn path(id: CustomerId) -> String {
    format!("{PATH}/{id}")
}

/// The head above the pages about one customer.
pub(crate) fn head(ctx: &Staff, shown: &Shown, current: &str) -> Html {
    let (w, customer) = (ctx.words(), &shown.customer);
    let base = path(customer.id);
    let (verb, toggle_label) = match customer.state {
        State::Active => ("archive", w.t("parties-archive")),
        State::Archived => ("restore", w.t("parties-restore")),
    };
    Html::of(&PartyHead {
        w,
        name: customer.details.party.name.clone(),
        sub: customer.details.company.clone().unwrap_or_default(),
        badge: views::state_badge(w, customer.state),
        tabs: views::tabs(w, &base, current, shown.contacts),
        may_edit: ctx.may(CUSTOMERS_EDIT),
        csrf: ctx.csrf(),
        edit: format!("{base}/edit"),
        toggle: format!("{base}/{verb}"),
        toggle_label,
    })
}

/// Title and crumbs of a page about one customer.
pub(crate) fn title(ctx: &Staff, name: &str) -> Head {
    Head::new(name).crumb(ctx.t("parties-customers"), PATH)
}

async fn load(ctx: &Staff, id: CustomerId) -> Result<Shown> {
    Ok(ctx
        .read(|read| async move { shown(read, id).await }.scope_boxed())
        .await?)
}

async fn overview(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Response> {
    let shown = load(&ctx, id).await?;
    let (w, details) = (ctx.words(), &shown.customer.details);
    let party = &details.party;
    let group = match &shown.group {
        Some(group) => ui::link(format!("{PATH}?group={}", group.id), &group.name),
        None => views::text("–"),
    };
    let login = if shown.customer.user.is_some() {
        w.t("parties-has-login")
    } else {
        w.t("parties-no-login")
    };
    let facts = vec![
        (w.t("parties-company"), views::text_or_dash(details.company.as_deref())),
        (w.t("parties-email"), views::mail_link(party.email.as_deref())),
        (w.t("parties-phone"), views::text_or_dash(party.phone.as_deref())),
        (w.t("parties-tax-id"), views::text_or_dash(party.tax_id.as_deref())),
        (
            w.t("parties-address"),
            views::text_or_dash(Some(party.address()).filter(|a| !a.is_empty()).as_deref()),
        ),
        (w.t("parties-group"), group),
        (w.t("parties-login"), views::text(login)),
        (w.t("parties-known-since"), ui::when(w, shown.customer.created_at)),
    ];
    let notes = party
        .notes
        .iter()
        .flat_map(|notes| notes.lines().map(str::to_owned))
        .collect();
    let page = OverviewPage {
        w,
        head: head(&ctx, &shown, ""),
        facts,
        notes,
    };
    ctx.console(&title(&ctx, &party.name), &page).await
}

async fn activity(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Response> {
    let shown = load(&ctx, id).await?;
    let page = ActivityPage {
        w: ctx.words(),
        head: head(&ctx, &shown, "activity"),
        timeline: views::history(&ctx, id.to_string()).await?,
    };
    ctx.console(&title(&ctx, &shown.customer.details.party.name), &page)
        .await
}

async fn archive(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Response> {
    let customer = ctx
        .write(|tx| async move { ops::archive(tx, id, None).await }.scope_boxed())
        .await?;
    let text = ctx
        .words()
        .t1("parties-archived-named", "name", &customer.details.party.name);
    Ok(views::done(path(id), text, Some(format!("{}/restore", path(id)))))
}

async fn restore(ctx: Staff, Path(id): Path<CustomerId>) -> Result<Response> {
    let customer = ctx
        .write(|tx| async move { ops::restore(tx, id, None).await }.scope_boxed())
        .await?;
    let text = ctx
        .words()
        .t1("parties-restored-named", "name", &customer.details.party.name);
    Ok(views::done(path(id), text, Some(format!("{}/archive", path(id)))))
}
