//! Imports in the console: the list, choosing a file, the dry run with every change and every bad cell, applying.

pub(crate) mod choose;
mod dry_run;

pub(crate) use choose::effective_from as typed_date;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use kernel::Id;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use uuid::Uuid;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon, ListQuery, Pager, Tabs, Tone};
use web::{App, Csv, Query, Result, Staff};

use super::model::{Format, Import, State};
use super::ops;
use crate::permissions::PRICES_IMPORT;

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/console/prices/imports", get(list))
        .route("/console/prices/imports.csv", get(csv))
        .route("/console/prices/import", get(choose::form).post(choose::preview))
        .route("/console/prices/imports/{id}", get(dry_run::dry_run))
        .route("/console/prices/imports/{id}/rows.csv", get(dry_run::csv))
        .route("/console/prices/imports/{id}/apply", post(dry_run::apply))
}

/// How many imports a page shows.
const ON_A_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "pages/imports.html")]
struct ImportsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    rows: Vec<Row>,
    pager: Pager,
    may_import: bool,
    empty: ui::Empty,
}

struct Row {
    href: String,
    file_name: String,
    list_name: String,
    format: String,
    changes: String,
    bad: String,
    state: Html,
    created: Html,
}

/// Where the list goes on: the time and id of the last import shown.
#[derive(Debug, Deserialize)]
struct After {
    after: Option<String>,
}

impl After {
    fn place(&self) -> Option<(i64, Uuid)> {
        let (at, id) = self.after.as_deref()?.split_once('.')?;
        Some((at.parse().ok()?, id.parse().ok()?))
    }
}

async fn list(ctx: Staff, Query(after): Query<After>) -> Result<Response> {
    let place = after.place();
    let mut imports = ctx
        .read(|read| async move { ops::list(read, place, ON_A_PAGE as u64 + 1).await }.scope_boxed())
        .await?;
    let more = imports.len() > ON_A_PAGE;
    imports.truncate(ON_A_PAGE);
    let w = ctx.words();
    let list = ListQuery::new("/console/prices/imports");
    let mut pager = Pager::cursor(w, imports.len());
    if let Some(last) = imports.last().filter(|_| more) {
        pager = pager.next(list.with("after", format!("{}.{}", last.created_at.micros(), last.id.uuid())));
    }
    let page = ImportsPage {
        w,
        tabs: crate::price_books::tabs(w, "/console/prices/imports", ctx.may(PRICES_IMPORT)),
        rows: imports.iter().map(|import| row(w, import)).collect(),
        pager,
        list,
        may_import: ctx.may(PRICES_IMPORT),
        empty: ui::Empty::new(Icon::Upload, w.t("catalog-no-imports"), w.t("catalog-no-imports-text"))
            .primary("/console/prices/import", w.t("catalog-import")),
    };
    let head = Head::new(w.t("catalog-imports"))
        .crumb(w.t("nav-domains"), "")
        .crumb(w.t("catalog-prices"), "/console/prices");
    ctx.console(&head, &page).await
}

fn row(w: &Words, import: &Import) -> Row {
    Row {
        href: match import.format {
            Format::PriceRules => format!("/console/prices/rules/runs/{}", import.id),
            _ => format!("/console/prices/imports/{}", import.id),
        },
        file_name: import.file_name.clone(),
        list_name: import.list_name.clone(),
        format: format_name(w, import.format),
        changes: w.t2(
            "catalog-changes",
            "added",
            import.counts.added,
            "changed",
            import.counts.changed,
        ),
        bad: if import.counts.bad == 0 {
            String::new()
        } else {
            w.t1("catalog-bad-cells", "n", import.counts.bad)
        },
        state: state_badge(w, import.state),
        created: ui::when(w, import.created_at),
    }
}

pub(crate) fn state_badge(w: &Words, state: State) -> Html {
    match state {
        State::Previewed => ui::badge(Tone::Info, w.t("catalog-state-previewed")),
        State::Refused => ui::badge(Tone::Bad, w.t("catalog-state-refused")),
        State::Applied => ui::badge(Tone::Ok, w.t("catalog-state-applied")),
    }
}

fn format_name(w: &Words, format: Format) -> String {
    match format {
        Format::AtCostCsv => w.t("catalog-format-at-cost-csv"),
        Format::RetailJson => w.t("catalog-format-retail-json"),
        Format::PricesCsv => w.t("catalog-format-prices-csv"),
        Format::PriceSource => w.t("catalog-format-price-source"),
        Format::PriceRules => w.t("catalog-format-price-rules"),
    }
}

/// The latest thousand imports as CSV.
async fn csv(ctx: Staff) -> Result<Csv> {
    let imports = ctx
        .read(|read| async move { ops::list(read, None, 1_000).await }.scope_boxed())
        .await?;
    let csv = Csv::new(
        "imports.csv",
        &[
            "id",
            "created_at",
            "file_name",
            "format",
            "list",
            "state",
            "added",
            "changed",
            "unchanged",
            "vanished",
            "bad",
            "left_out",
            "applied_at",
        ],
    );
    Ok(imports.into_iter().fold(csv, |csv, import| {
        let counts = import.counts;
        let mut cells = vec![
            import.id.to_string(),
            import.created_at.to_string(),
            import.file_name,
            import.format.name().to_owned(),
            import.list_name,
            import.state.name().to_owned(),
        ];
        cells.extend(
            [
                counts.added,
                counts.changed,
                counts.unchanged,
                counts.vanished,
                counts.bad,
                counts.left_out,
            ]
            .map(|count| count.to_string()),
        );
        cells.push(import.applied_at.map(|at| at.to_string()).unwrap_or_default());
        csv.row(cells)
    }))
}
