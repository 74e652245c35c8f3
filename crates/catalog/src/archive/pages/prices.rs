//! Archived prices: the list, its CSV, bringing some back.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::{Money, PriceId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Field, Icon, ListQuery, Pager, Tabs, Tone};
use web::{Csv, Form, ListAsk, Listed, Query, Result, See, Staff};

use super::rows::{self, PriceRow};
use super::{PRICES_PATH, tabs};
use crate::archive::http::Asked;
use crate::archive::model::Archived;
use crate::archive::ops;
use crate::permissions::{ARCHIVE_MANAGE, MARGINS_READ};
use crate::price_books::{Books, Cell};

/// Rows of the CSV, at most.
const MOST_CSV: u64 = 50_000;

#[derive(Template)]
#[template(path = "pages/archived.html")]
struct ArchivedPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    filters: [Field; 2],
    alert: Option<ui::Alert>,
    rows: Vec<PriceRow>,
    pager: Pager,
    may_manage: bool,
    csrf: String,
    empty: ui::Empty,
}

pub(super) async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    show(&ctx, &ask, &asked, None).await
}

async fn show(ctx: &Staff, ask: &ListAsk, asked: &Asked, alert: Option<ui::Alert>) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    let (ending, side) = asked.read()?;
    let (before, most) = (ask.after::<PriceId>()?, ask.fetch());
    let found = ctx
        .read(|read| async move { ops::archived(read, ending.as_deref(), side, before, most).await }.scope_boxed())
        .await?;
    let Listed { data: found, next } = Listed::page(found, ask, |row| row.item.id);
    let w = ctx.words();
    let list = ListQuery::new(PRICES_PATH)
        .param("tld", asked.tld.trim())
        .param("side", asked.side.trim());
    let pager = Pager::cursor(w, found.len() as u64);
    let page = ArchivedPage {
        w,
        tabs: tabs(w, PRICES_PATH),
        filters: filters(w, asked),
        alert,
        rows: found
            .iter()
            .map(|row| rows::price(w, &row.item, row.ceased_at))
            .collect(),
        pager: match next {
            Some(next) => pager.next(list.with("after", next)),
            None => pager,
        },
        may_manage: ctx.may(ARCHIVE_MANAGE),
        csrf: ctx.csrf(),
        empty: ui::Empty::new(
            Icon::Book,
            w.t("catalog-archive-empty"),
            w.t("catalog-archive-empty-text"),
        ),
        list,
    };
    let head = Head::new(w.t("catalog-archived-prices")).crumb(w.t("nav-operate"), "");
    ctx.console(&head.crumb(w.t("catalog-archive"), super::PATH), &page)
        .await
}

fn filters(w: &Words, asked: &Asked) -> [Field; 2] {
    let sides = [
        ("", w.t("catalog-archive-both-sides")),
        ("cost", w.t("catalog-side-cost")),
        ("sale", w.t("catalog-side-sale")),
    ];
    [
        Field::text("tld", w.t("catalog-ending")).value(&asked.tld),
        Field::select("side", w.t("catalog-side"), &sides).value(&asked.side),
    ]
}

pub(super) async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Csv> {
    let (ending, side) = asked.read()?;
    let found = ctx
        .read(|read| async move { ops::archived(read, ending.as_deref(), side, None, MOST_CSV).await }.scope_boxed())
        .await?;
    let columns = [
        "id",
        "side",
        "tld",
        "operation",
        "years",
        "kind",
        "currency",
        "amount",
        "effective_from",
        "ceased_at",
        "recorded_at",
        "recorded_by",
        "archived_at",
        "archived_by",
        "run",
    ];
    Ok(Csv::new("archived-prices.csv", &columns).rows(found.iter().map(cells)))
}

fn cells(row: &Archived<Cell>) -> [String; 15] {
    let (cell, key) = (&row.item, &row.item.key);
    let amount = cell.amount_minor.map(|minor| Money::new(minor, key.currency).decimal());
    [
        cell.id.to_string(),
        key.side.name().to_owned(),
        key.ending.clone(),
        key.operation.name().to_owned(),
        key.years.to_string(),
        key.kind.name().to_owned(),
        key.currency.code().to_owned(),
        amount.unwrap_or_default(),
        cell.effective_from.to_string(),
        row.ceased_at.to_string(),
        cell.recorded_at.to_string(),
        cell.recorded_by.clone(),
        row.archived_at.to_string(),
        row.archived_by.clone(),
        row.run.to_string(),
    ]
}

/// The prices picked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Picked {
    sel: Vec<String>,
}

pub(super) async fn restore(ctx: Staff, Extension(books): Extension<Books>, form: Form<Picked>) -> Result<Response> {
    ctx.allow(ARCHIVE_MANAGE)?;
    let ids: Vec<PriceId> = form.value.sel.iter().filter_map(|id| id.parse().ok()).collect();
    let (books, ids) = (&books, &ids);
    let restored = ctx
        .write(|tx| async move { ops::restore(tx, books, ids).await }.scope_boxed())
        .await;
    let w = ctx.words();
    match restored {
        Ok(restored) => {
            let said = w.t2("catalog-archive-restored", "n", restored.len(), "days", ops::HELD_DAYS);
            Ok(See::other(PRICES_PATH).flash(Flash::done(said)).into_response())
        }
        Err(platform::Error::Problem(problem)) => {
            let alert = ui::alert(Tone::Bad, w.t("catalog-archive-not-restored"), w.problem(&problem));
            let page = show(&ctx, &ListAsk::default(), &Asked::default(), Some(alert)).await?;
            Ok((StatusCode::CONFLICT, page).into_response())
        }
        Err(other) => Err(other.into()),
    }
}
