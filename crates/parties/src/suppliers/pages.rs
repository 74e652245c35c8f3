//! Suppliers in the console: the list, one supplier, the form.

mod form;
mod list;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::SupplierId;
use platform::Read;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html};
use web::{App, Path, Result, Staff};

use super::model::{Kind, Supplier};
use super::ops;
use crate::contacts::{self, Owner};
use crate::party::State;
use crate::permissions::SUPPLIERS_EDIT;
use crate::views::{self, ActivityPage, OverviewPage, PartyHead};

pub(crate) const PATH: &str = "/console/suppliers";

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/suppliers", get(list::show).post(form::add))
        .route("/console/suppliers.csv", get(list::csv))
        .route("/console/suppliers/new", get(form::new))
        .route("/console/suppliers/{id}", get(overview).post(form::save))
        .route("/console/suppliers/{id}/edit", get(form::edit))
        .route("/console/suppliers/{id}/activity", get(activity))
        .route("/console/suppliers/{id}/archive", post(archive))
        .route("/console/suppliers/{id}/restore", post(restore))
}

/// A supplier with what their pages show beside them.
pub(crate) struct Shown {
    pub(crate) supplier: Supplier,
    pub(crate) contacts: u64,
}

pub(crate) async fn shown(read: &Read, id: SupplierId) -> platform::Result<Shown> {
    let supplier = ops::by_id(read, id).await?;
    let contacts = contacts::store::count(read, Owner::Supplier(id)).await?;
    Ok(Shown { supplier, contacts })
}

pub(crate) fn path(id: SupplierId) -> String {
    format!("{PATH}/{id}")
}

/// The head above the pages about one supplier.
pub(crate) fn head(ctx: &Staff, shown: &Shown, current: &str) -> Html {
    let (w, supplier) = (ctx.words(), &shown.supplier);
    let base = path(supplier.id);
    let (verb, toggle_label) = match supplier.state {
        State::Active => ("archive", w.t("parties-archive")),
        State::Archived => ("restore", w.t("parties-restore")),
    };
    Html::of(&PartyHead {
        w,
        name: supplier.details.party.name.clone(),
        sub: kind_label(w, supplier.details.kind),
        badge: views::state_badge(w, supplier.state),
        tabs: views::tabs(w, &base, current, shown.contacts),
        may_edit: ctx.may(SUPPLIERS_EDIT),
        csrf: ctx.csrf(),
        edit: format!("{base}/edit"),
        toggle: format!("{base}/{verb}"),
        toggle_label,
    })
}

/// Title and crumbs of a page about one supplier.
pub(crate) fn title(ctx: &Staff, name: &str) -> Head {
    Head::new(name).crumb(ctx.t("parties-suppliers"), PATH)
}

async fn load(ctx: &Staff, id: SupplierId) -> Result<Shown> {
    Ok(ctx
        .read(|read| async move { shown(read, id).await }.scope_boxed())
        .await?)
}

async fn overview(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Response> {
    let shown = load(&ctx, id).await?;
    let (w, details) = (ctx.words(), &shown.supplier.details);
    let party = &details.party;
    let website = details
        .website
        .as_ref()
        .map_or_else(|| views::text("–"), |site| ui::link(site, site));
    let facts = vec![
        (w.t("parties-kind"), views::text(kind_label(w, details.kind))),
        (w.t("parties-website"), website),
        (w.t("parties-email"), views::mail_link(party.email.as_deref())),
        (w.t("parties-phone"), views::text_or_dash(party.phone.as_deref())),
        (w.t("parties-tax-id"), views::text_or_dash(party.tax_id.as_deref())),
        (
            w.t("parties-address"),
            views::text_or_dash(Some(party.address()).filter(|a| !a.is_empty()).as_deref()),
        ),
        (w.t("parties-known-since"), ui::when(w, shown.supplier.created_at)),
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

async fn activity(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Response> {
    let shown = load(&ctx, id).await?;
    let page = ActivityPage {
        w: ctx.words(),
        head: head(&ctx, &shown, "activity"),
        timeline: views::history(&ctx, id.to_string()).await?,
    };
    ctx.console(&title(&ctx, &shown.supplier.details.party.name), &page)
        .await
}

async fn archive(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Response> {
    let supplier = ctx
        .write(|tx| async move { ops::archive(tx, id, None).await }.scope_boxed())
        .await?;
    let text = ctx
        .words()
        .t1("parties-archived-named", "name", &supplier.details.party.name);
    Ok(views::done(path(id), text, Some(format!("{}/restore", path(id)))))
}

async fn restore(ctx: Staff, Path(id): Path<SupplierId>) -> Result<Response> {
    let supplier = ctx
        .write(|tx| async move { ops::restore(tx, id, None).await }.scope_boxed())
        .await?;
    let text = ctx
        .words()
        .t1("parties-restored-named", "name", &supplier.details.party.name);
    Ok(views::done(path(id), text, Some(format!("{}/archive", path(id)))))
}

/// What a supplier sells, in a word.
pub(crate) fn kind_label(w: &Words, kind: Kind) -> String {
    match kind {
        Kind::Registrar => w.t("parties-kind-registrar"),
        Kind::Accommodation => w.t("parties-kind-accommodation"),
        Kind::Transfer => w.t("parties-kind-transfer"),
        Kind::Activity => w.t("parties-kind-activity"),
        Kind::Guide => w.t("parties-kind-guide"),
        Kind::Other => w.t("parties-kind-other"),
    }
}
