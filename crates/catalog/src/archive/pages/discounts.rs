//! Archived discounts and coupons: the list, and bringing some back.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::DiscountId;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Icon, ListQuery, Pager, Tabs, Tone};
use web::{Form, ListAsk, Listed, Result, See, Staff};

use super::rows::{self, DiscountRow};
use super::{DISCOUNTS_PATH, names, tabs};
use crate::archive::ops;
use crate::discounts::Discount;
use crate::permissions::{ARCHIVE_MANAGE, MARGINS_READ};
use crate::price_books::Books;

#[derive(Template)]
#[template(path = "pages/archived_discounts.html")]
struct ArchivedDiscountsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    alert: Option<ui::Alert>,
    rows: Vec<DiscountRow>,
    pager: Pager,
    may_manage: bool,
    csrf: String,
    empty: ui::Empty,
}

pub(super) async fn list(ctx: Staff, ask: ListAsk) -> Result<Response> {
    show(&ctx, &ask, None).await
}

async fn show(ctx: &Staff, ask: &ListAsk, alert: Option<ui::Alert>) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    let (before, most) = (ask.after::<DiscountId>()?, ask.fetch());
    let found = ctx
        .read(|read| async move { ops::archived_discounts(read, before, most).await }.scope_boxed())
        .await?;
    let Listed { data: found, next } = Listed::page(found, ask, |row| row.item.id);
    let shown: Vec<Discount> = found.iter().map(|row| row.item.clone()).collect();
    let names = names(ctx, &shown).await?;
    let w = ctx.words();
    let pager = Pager::cursor(w, found.len() as u64);
    let row = |row: &crate::archive::Archived<Discount>| rows::discount(w, &names, &row.item, row.ceased_at);
    let page = ArchivedDiscountsPage {
        w,
        tabs: tabs(w, DISCOUNTS_PATH),
        alert,
        rows: found.iter().map(row).collect(),
        pager: match next {
            Some(next) => pager.next(ListQuery::new(DISCOUNTS_PATH).with("after", next)),
            None => pager,
        },
        may_manage: ctx.may(ARCHIVE_MANAGE),
        csrf: ctx.csrf(),
        empty: ui::Empty::new(
            Icon::Book,
            w.t("catalog-archive-empty"),
            w.t("catalog-archive-no-discounts-text"),
        ),
    };
    let head = Head::new(w.t("catalog-archived-discounts")).crumb(w.t("nav-operate"), "");
    ctx.console(&head.crumb(w.t("catalog-archive"), super::PATH), &page)
        .await
}

/// The discounts picked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Picked {
    sel: Vec<String>,
}

pub(super) async fn restore(ctx: Staff, Extension(books): Extension<Books>, form: Form<Picked>) -> Result<Response> {
    ctx.allow(ARCHIVE_MANAGE)?;
    let ids: Vec<DiscountId> = form.value.sel.iter().filter_map(|id| id.parse().ok()).collect();
    let (books, ids) = (&books, &ids);
    let restored = ctx
        .write(|tx| async move { ops::restore_discounts(tx, books, ids).await }.scope_boxed())
        .await;
    let w = ctx.words();
    match restored {
        Ok(restored) => {
            let said = w.t2(
                "catalog-archive-discounts-restored",
                "n",
                restored.len(),
                "days",
                ops::HELD_DAYS,
            );
            Ok(See::other(DISCOUNTS_PATH).flash(Flash::done(said)).into_response())
        }
        Err(platform::Error::Problem(problem)) => {
            let alert = ui::alert(Tone::Bad, w.t("catalog-archive-not-restored"), w.problem(&problem));
            let page = show(&ctx, &ListAsk::default(), Some(alert)).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
