//! The archive in the console: what a run would do, the runs there were, the archived prices and a way back for them.

mod discounts;
mod prices;
mod rows;

use std::sync::Arc;

use askama::Template;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Html, Tabs, Tile};
use web::{App, Form, Nothing, Result, See, Staff};

use self::rows::{DiscountRow, PriceRow, RunRow};
use super::model::DryRun;
use super::ops;
use super::ports::Referrers;
use crate::discounts::{Discount, Names};
use crate::permissions::{ARCHIVE_MANAGE, MARGINS_READ};

pub(super) const PATH: &str = "/console/archive";
/// Where archived prices are listed; `?tld=` narrows to one ending.
pub(crate) const PRICES_PATH: &str = "/console/archive/prices";
const DISCOUNTS_PATH: &str = "/console/archive/discounts";
/// Runs a page shows.
const RUNS_SHOWN: u64 = 30;

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(PATH, get(overview))
        .route("/console/archive/runs", post(archive_now))
        .route(PRICES_PATH, get(prices::list))
        .route("/console/archive/prices.csv", get(prices::csv))
        .route("/console/archive/restore", post(prices::restore))
        .route(DISCOUNTS_PATH, get(discounts::list))
        .route("/console/archive/discounts/restore", post(discounts::restore))
}

#[derive(Template)]
#[template(path = "pages/archive.html")]
struct ArchivePage<'a> {
    w: &'a Words,
    tabs: Tabs,
    tiles: Html,
    rule: String,
    first: Vec<PriceRow>,
    first_discounts: Vec<DiscountRow>,
    runs: Vec<RunRow>,
    may_manage: bool,
    csrf: String,
}

async fn overview(ctx: Staff, Extension(referrers): Extension<Arc<[Arc<dyn Referrers>]>>) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    let referrers = &referrers;
    let (found, runs) = ctx
        .read(|read| {
            async move {
                let found = ops::dry_run(read, referrers).await?;
                Ok((found, ops::runs(read, None, RUNS_SHOWN).await?))
            }
            .scope_boxed()
        })
        .await?;
    let due: Vec<Discount> = found
        .first_discounts
        .iter()
        .map(|(discount, _)| discount.clone())
        .collect();
    let names = names(&ctx, &due).await?;
    let w = ctx.words();
    let page = ArchivePage {
        w,
        tabs: tabs(w, PATH),
        tiles: tiles(w, &found),
        rule: w.t3(
            "catalog-archive-rule",
            "costs",
            w.date(found.costs.before),
            "sales",
            w.date(found.sales.before),
            "discounts",
            w.date(found.discounts.before),
        ),
        first: found.first.iter().map(|(cell, at)| rows::price(w, cell, *at)).collect(),
        first_discounts: found
            .first_discounts
            .iter()
            .map(|(discount, at)| rows::discount(w, &names, discount, *at))
            .collect(),
        runs: runs.iter().map(|run| rows::run(w, run)).collect(),
        may_manage: ctx.may(ARCHIVE_MANAGE),
        csrf: ctx.csrf(),
    };
    ctx.console(&Head::new(w.t("catalog-archive")).crumb(w.t("nav-operate"), ""), &page)
        .await
}

/// Whom discounts are for, where there are any.
async fn names(ctx: &Staff, discounts: &[Discount]) -> Result<Names> {
    if discounts.is_empty() {
        return Ok(Names::default());
    }
    Names::of(ctx, discounts).await
}

fn tabs(w: &Words, current: &str) -> Tabs {
    Tabs::new(w.t("catalog-archive"))
        .tab(PATH, w.t("catalog-archive-runs"), None, current == PATH)
        .tab(
            PRICES_PATH,
            w.t("catalog-archived-prices"),
            None,
            current == PRICES_PATH,
        )
        .tab(
            DISCOUNTS_PATH,
            w.t("catalog-archived-discounts"),
            None,
            current == DISCOUNTS_PATH,
        )
}

fn tiles(w: &Words, found: &DryRun) -> Html {
    ui::tiles([
        Tile::new(w.t("catalog-archive-costs-due"), w.number(found.costs.moved)),
        Tile::new(w.t("catalog-archive-sales-due"), w.number(found.sales.moved)),
        Tile::new(w.t("catalog-archive-discounts-due"), w.number(found.discounts.moved)),
        Tile::new(
            w.t("catalog-archive-referred"),
            w.number(found.costs.referred + found.sales.referred + found.discounts.referred),
        ),
    ])
}

async fn archive_now(ctx: Staff, _form: Form<Nothing>) -> Result<Response> {
    ctx.write(|tx| ops::request_run(tx).scope_boxed()).await?;
    Ok(See::other(PATH)
        .flash(Flash::done(ctx.t("catalog-archive-asked")))
        .into_response())
}
