//! The price book page: every ending with sale over cost and margin, views, search, sums, the spread of margins.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use reference::RateBooks;
use serde::Deserialize;
use web::charts::{self, Histogram};
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon, ListQuery, Pager, SearchBox, Tabs, Tile, Views};
use web::{Query, Result, Staff};

use super::{PriceCell, money};
use crate::exposures::Ground;
use crate::permissions::{MARGINS_READ, PRICES_IMPORT, PRICES_READ};
use crate::price_books::Books;
use crate::price_books::book::Scheduled;
use crate::price_books::listing::{self, Ask, View};
use crate::price_books::report::{MarginCell, Report, ReportRow, Tally, report};

/// How many endings a page shows.
const ON_A_PAGE: usize = 50;

/// What the address asks.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    pub(super) q: Option<String>,
    pub(super) view: Option<String>,
    pub(super) category: Option<String>,
    pub(super) sort: Option<String>,
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "pages/prices.html")]
struct PricesPage<'a> {
    w: &'a Words,
    list: ListQuery,
    tabs: Tabs,
    views: Views,
    search: SearchBox,
    rows: Vec<Row>,
    pager: Pager,
    tiles: Html,
    register_spread: Html,
    renew_spread: Html,
    note: String,
    margins: bool,
    may_import: bool,
    empty: ui::Empty,
}

struct Row {
    href: String,
    shown: String,
    sub: String,
    cells: Vec<(String, PriceCell)>,
    next: String,
    next_sub: String,
}

pub(super) async fn prices(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    ctx.allow(PRICES_READ)?;
    let margins = ctx.may(MARGINS_READ);
    let wanted = asked.read(margins)?;
    let book = books.book(&ctx).await?;
    let now = ctx.now();
    let report = report(&book, &Ground::at(&ctx, &rates, &book, now).await?, now);
    let rows = listing::select(&report, &wanted);
    let w = ctx.words();
    let list = query(&asked);
    let first = (asked.page.unwrap_or(1).max(1) - 1)
        .saturating_mul(ON_A_PAGE)
        .min(rows.len());
    let shown = &rows[first..rows.len().min(first.saturating_add(ON_A_PAGE))];
    let page = PricesPage {
        w,
        tabs: tabs(w, "/console/prices", ctx.may(PRICES_IMPORT)),
        views: views(w, &list, &report, &wanted, margins),
        search: SearchBox::new(&list, w.t("catalog-filter")),
        rows: shown.iter().map(|row| self::row(w, &book, row, margins)).collect(),
        pager: pager(w, &list, first, shown.len(), rows.len()),
        tiles: if margins {
            tiles(w, &list, &report)
        } else {
            Html::default()
        },
        register_spread: spread(
            w,
            w.t("catalog-spread-register"),
            report.rows.iter().map(|row| &row.register),
            margins,
        ),
        renew_spread: spread(
            w,
            w.t("catalog-spread-renew"),
            report.rows.iter().map(|row| &row.renew),
            margins,
        ),
        note: w.t2(
            "catalog-book-note",
            "currency",
            report.currency.code(),
            "version",
            book.version,
        ),
        margins,
        may_import: ctx.may(PRICES_IMPORT),
        empty: empty(w, report.rows.is_empty(), ctx.may(PRICES_IMPORT)),
        list,
    };
    ctx.console(&Head::new(w.t("catalog-prices")).crumb(w.t("nav-domains"), ""), &page)
        .await
}

fn query(asked: &Asked) -> ListQuery {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let list = ListQuery::new("/console/prices")
        .param("q", text(&asked.q))
        .param("view", text(&asked.view));
    list.param("category", text(&asked.category))
        .param("sort", text(&asked.sort))
}

/// The pages about prices; imports only for who may import.
pub(crate) fn tabs(w: &Words, current: &str, imports: bool) -> Tabs {
    let tab = |tabs: Tabs, href: &str, label: String| tabs.tab(href, label, None, href == current);
    let tabs = tab(
        Tabs::new(w.t("catalog-pricing")),
        "/console/prices",
        w.t("catalog-price-book"),
    );
    let tabs = tab(tabs, "/console/prices/lists", w.t("catalog-sales-lists"));
    let tabs = tab(tabs, "/console/prices/rules", w.t("catalog-price-rules"));
    let tabs = tab(tabs, "/console/prices/groups", w.t("catalog-tld-groups"));
    let tabs = tab(tabs, "/console/discounts", w.t("catalog-discounts"));
    let tabs = if imports {
        tab(tabs, "/console/prices/imports", w.t("catalog-imports"))
    } else {
        tabs
    };
    tab(tabs, "/console/registrars", w.t("catalog-registrars"))
}

fn views(w: &Words, list: &ListQuery, report: &Report<'_>, wanted: &Ask, margins: bool) -> Views {
    let shown = listing::counts(report, wanted)
        .into_iter()
        .filter(|(view, _)| margins || !view.tells_margins());
    shown.fold(Views::new(w.t("catalog-views")), |views, (view, count)| {
        let label = match view {
            View::All => w.t("catalog-view-all"),
            View::Negative => w.t("catalog-view-negative"),
            View::Low => w.t("catalog-view-low"),
            View::Unpriced => w.t("catalog-view-unpriced"),
            View::NoCost => w.t("catalog-view-no-cost"),
            View::Scheduled => w.t("catalog-view-scheduled"),
            View::RegisterNegative => w.t("catalog-tile-register-negative"),
            View::RenewNegative => w.t("catalog-tile-renew-negative"),
            View::RenewLow => w.t("catalog-tile-renew-low"),
        };
        views.view(
            list.with("view", view.name()),
            label,
            i64::try_from(count).ok(),
            view == wanted.view,
        )
    })
}

fn pager(w: &Words, list: &ListQuery, first: usize, shown: usize, total: usize) -> Pager {
    let page = first / ON_A_PAGE + 1;
    let mut pager = Pager::new(w, if shown == 0 { 0 } else { first + 1 }, first + shown, total);
    if page > 1 {
        pager = pager.prev(list.with("page", page - 1));
    }
    if first + shown < total {
        pager = pager.next(list.with("page", page + 1));
    }
    pager
}

fn row(w: &Words, book: &crate::Book, row: &ReportRow<'_>, margins: bool) -> Row {
    let registrar = row
        .register
        .registrar
        .and_then(|id| book.registrar(id))
        .map(|registrar| registrar.name.clone());
    let cell = |label: String, cell: &MarginCell| (label, PriceCell::of(w, cell, margins));
    let next = row.next_change(margins);
    Row {
        href: format!("/console/prices/{}", row.tld.ending),
        shown: format!(".{}", row.tld.shown),
        sub: registrar.filter(|_| margins).unwrap_or_default(),
        cells: vec![
            cell(w.t("catalog-register"), &row.register),
            cell(w.t("catalog-renew"), &row.renew),
            cell(w.t("catalog-transfer"), &row.transfer),
        ],
        next: next.map_or_else(|| w.t("catalog-no-change"), |change| w.date(change.at)),
        next_sub: next.map(|change| next_sub(w, change)).unwrap_or_default(),
    }
}

fn next_sub(w: &Words, change: &Scheduled) -> String {
    let amount = change
        .minor
        .map_or_else(|| w.t("catalog-withdrawn"), |minor| money(w, minor, change.currency));
    let what = super::operation(w, change.operation);
    w.t3(
        "catalog-next-change",
        "side",
        super::side(w, change.side),
        "operation",
        what,
        "amount",
        amount,
    )
}

/// Sums over the whole book; a click shows the rows they count.
fn tiles(w: &Words, list: &ListQuery, report: &Report<'_>) -> Html {
    let register = Tally::of(report.rows.iter().map(|row| &row.register));
    let renew = Tally::of(report.rows.iter().map(|row| &row.renew));
    let tile = |label: String, value: String| Tile::new(label, value);
    ui::tiles([
        tile(w.t("catalog-tile-endings"), w.number(report.rows.len())).href(list.with("view", "")),
        tile(w.t("catalog-tile-compared"), w.number(register.compared)),
        tile(w.t("catalog-tile-register-negative"), w.number(register.negative))
            .href(list.with("view", "register_negative")),
        tile(w.t("catalog-tile-renew-negative"), w.number(renew.negative)).href(list.with("view", "renew_negative")),
        tile(w.t("catalog-tile-renew-low"), w.number(renew.low)).href(list.with("view", "renew_low")),
    ])
}

/// The edges of the ranges, in whole percent; what is below the first and above the last has a range of its own.
const EDGES: [i64; 9] = [-50, -20, -10, -5, 0, 5, 10, 20, 50];

/// How many margins on price fall into each range.
fn spread<'r>(w: &Words, title: String, cells: impl Iterator<Item = &'r MarginCell>, margins: bool) -> Html {
    let mut counts = [0i64; EDGES.len() + 1];
    for on_price in cells.filter_map(MarginCell::on_price) {
        counts[EDGES.partition_point(|edge| edge * 10_000 <= on_price.millionths())] += 1;
    }
    if !margins || counts.iter().all(|count| *count == 0) {
        return Html::default();
    }
    let ranges: Vec<(String, String, i64)> = counts
        .iter()
        .enumerate()
        .map(|(at, count)| range(w, at, *count))
        .collect();
    charts::histogram(&Histogram {
        title: &title,
        ranges: &ranges,
        below_zero: 5,
        label: &|count| w.number(count),
    })
}

fn range(w: &Words, at: usize, count: i64) -> (String, String, i64) {
    let low = at.checked_sub(1).map(|at| EDGES[at]);
    let high = EDGES.get(at).copied();
    let said = match (low, high) {
        (None, Some(high)) => w.t2("catalog-range-below", "n", count, "high", high),
        (Some(low), None) => w.t2("catalog-range-above", "n", count, "low", low),
        (low, high) => w.t3(
            "catalog-range-between",
            "n",
            count,
            "low",
            low.unwrap_or_default(),
            "high",
            high.unwrap_or_default(),
        ),
    };
    let label = low.map_or_else(|| format!("<{}", EDGES[0]), |low| low.to_string());
    (label.replace('-', "−"), said, count)
}

fn empty(w: &Words, no_prices: bool, may_import: bool) -> ui::Empty {
    if no_prices {
        let empty = ui::Empty::new(Icon::Tag, w.t("catalog-empty"), w.t("catalog-empty-text"));
        return if may_import {
            empty.primary("/console/prices/import", w.t("catalog-import"))
        } else {
            empty
        };
    }
    ui::Empty::new(
        Icon::Search,
        w.t("catalog-nothing-found"),
        w.t("catalog-nothing-found-text"),
    )
    .link("/console/prices", w.t("catalog-show-all"))
}
