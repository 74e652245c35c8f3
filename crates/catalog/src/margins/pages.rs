//! Margins in the console: counts by class with how they stood before, the worst first, by registrar and service.

mod csv;
mod frame;
mod rows;

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use engines::margin::{MarginClass, Service};
use reference::RateBooks;
use serde::Deserialize;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Chips, Field, Html, Icon, ListQuery, Pager, SearchBox, Tile, Tone, Views};
use web::{App, Query, Result, Staff};

pub(super) use self::frame::{service, tabs};
use self::rows::{Row, Sum};
use super::ask::{Asked, Choice, Wanted};
use super::rates::Held;
use super::report::MarginReport;
use super::tally::Tally;
use super::trend::{Point, Trends};
use crate::archive;
use crate::permissions::MARGINS_READ;
use crate::price_books::{self, Book, Books};

/// Where the page is.
pub(super) const PATH: &str = "/console/margins";
/// Where alerts are listed.
pub(super) const ALERTS_PATH: &str = "/console/margins/alerts";
/// How many margins a page shows.
const ON_A_PAGE: usize = 50;

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(PATH, get(margins))
        .route("/console/margins.csv", get(csv::csv))
}

/// What the address asks of the list.
#[derive(Debug, Default, Deserialize)]
struct List {
    q: Option<String>,
    page: Option<usize>,
}

#[derive(Template)]
#[template(path = "pages/margins.html")]
struct MarginsPage<'a> {
    w: &'a Words,
    list: ListQuery,
    lede: String,
    tabs: ui::Tabs,
    tiles: Html,
    views: Views,
    search: SearchBox,
    filters: [Field; 4],
    hidden: Html,
    chips: Chips,
    rows: Vec<Row>,
    pager: Pager,
    sums: Vec<Sums>,
    rates: Vec<(String, String)>,
    empty: ui::Empty,
}

/// A table of sums beside the list.
struct Sums {
    id: &'static str,
    title: String,
    rows: Vec<Sum>,
}

async fn margins(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Extension(trends): Extension<Trends>,
    Query(asked): Query<Asked>,
    Query(list): Query<List>,
) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    let book = books.book(&ctx).await?;
    let wanted = asked.read(Choice::of(&book), list.q.as_deref(), ctx.now())?;
    let book = archive::book_at(&ctx, &books, wanted.question.at).await?;
    let held = Held::of(&ctx, &rates, book.settings.currency_conversion_markup).await?;
    let report = wanted.report(&book, held.rates());
    let trend = trends.of(ctx.tenant(), &book, &held, wanted.question);
    let w = ctx.words();
    let page = page(w, &book, &asked, &list, &wanted, &report, &trend);
    ctx.console(&Head::new(w.t("catalog-margins")).crumb(w.t("nav-domains"), ""), &page)
        .await
}

fn page<'a>(
    w: &'a Words,
    book: &Book,
    asked: &Asked,
    list: &List,
    wanted: &Wanted,
    report: &MarginReport<'_>,
    trend: &[Point],
) -> MarginsPage<'a> {
    let rows = wanted.rows(report);
    let first = (list.page.unwrap_or(1).max(1) - 1)
        .saturating_mul(ON_A_PAGE)
        .min(rows.len());
    let shown = &rows[first..rows.len().min(first.saturating_add(ON_A_PAGE))];
    let tally = Tally::of(report.rows.iter().filter(|row| wanted.takes(row)));
    let query = query(asked, list);
    let question = report.question;
    MarginsPage {
        w,
        lede: w.t3(
            "catalog-margins-lede",
            "currency",
            question.currency.code(),
            "at",
            w.date_time_zoned(question.at),
            "version",
            report.version,
        ),
        tabs: frame::tabs(w, PATH),
        tiles: tiles(w, &query, &tally, trend),
        views: views(w, &query, &tally, wanted),
        search: SearchBox::new(&query, w.t("catalog-filter")),
        filters: filters(w, book, asked),
        hidden: hidden(&query),
        chips: chips(w, book, &query, wanted),
        rows: shown.iter().map(|row| rows::row(w, report, row)).collect(),
        pager: pager(w, &query, first, shown.len(), rows.len()),
        sums: sums(w, &query, report, wanted),
        rates: report.rates.iter().map(|exchange| rows::rate(w, exchange)).collect(),
        empty: empty(w, book.endings().len() == 0),
        list: query,
    }
}

/// Sums of what the filter leaves; what a table lists is not narrowed by its own column.
fn sums(w: &Words, list: &ListQuery, report: &MarginReport<'_>, wanted: &Wanted) -> Vec<Sums> {
    let by_registrar = Sums {
        id: "by-registrar",
        title: w.t("catalog-margin-by-registrar"),
        rows: rows::by_registrar(w, list, report, wanted),
    };
    let by_service = Sums {
        id: "by-operation",
        title: w.t("catalog-margin-by-operation"),
        rows: rows::by_service(w, list, report, wanted),
    };
    let mut both = vec![by_registrar, by_service];
    both.retain(|sums| !sums.rows.is_empty());
    both
}

fn query(asked: &Asked, list: &List) -> ListQuery {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    ListQuery::new(PATH)
        .param("q", text(&list.q))
        .param("tld", text(&asked.tld))
        .param("registrar", text(&asked.registrar))
        .param("operation", text(&asked.operation))
        .param("class", text(&asked.class))
        .param("currency", text(&asked.currency))
        .param("below", text(&asked.below))
        .param("at", text(&asked.at))
}

/// What the filter form does not ask and must keep.
fn hidden(query: &ListQuery) -> Html {
    let kept = ["q", "tld", "class", "at"].into_iter();
    Html::join(
        kept.filter(|name| !query.get(name).is_empty())
            .map(|name| ui::hidden(name, query.get(name))),
    )
}

fn filters(w: &Words, book: &Book, asked: &Asked) -> [Field; 4] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut services = vec![(String::new(), w.t("catalog-margin-every-operation"))];
    services.extend(Service::ALL.map(|service| (service.name().to_owned(), frame::service(w, service))));
    let mut registrars = vec![(String::new(), w.t("catalog-margin-every-registrar"))];
    let active = book.registrars().iter().filter(|registrar| registrar.active);
    registrars.extend(active.map(|registrar| (registrar.id.to_string(), registrar.name.clone())));
    [
        Field::select("operation", w.t("catalog-margin-operation"), &services).value(text(&asked.operation)),
        Field::select("registrar", w.t("catalog-margin-registrar"), &registrars).value(text(&asked.registrar)),
        Field::text("currency", w.t("catalog-currency"))
            .value(text(&asked.currency))
            .attr("maxlength", 3)
            .attr("size", 5)
            .placeholder(book.currency.code()),
        Field::text("below", w.t("catalog-margin-low-below"))
            .value(text(&asked.below))
            .attr("inputmode", "decimal")
            .attr("size", 5),
    ]
}

fn chips(w: &Words, book: &Book, list: &ListQuery, wanted: &Wanted) -> Chips {
    let registrar = wanted.registrar.and_then(|id| book.registrar(id));
    let set = [
        ("tld", wanted.tld.as_ref().map(|ending| format!(".{ending}"))),
        ("registrar", registrar.map(|registrar| registrar.name.clone())),
        ("operation", wanted.service.map(|service| frame::service(w, service))),
        (
            "at",
            (!list.get("at").is_empty()).then(|| w.date_time(wanted.question.at)),
        ),
    ];
    set.into_iter()
        .filter_map(|(name, text)| Some((name, text?)))
        .fold(Chips::new(), |chips, (name, text)| chips.set(text, list.without(name)))
}

fn tiles(w: &Words, list: &ListQuery, tally: &Tally, trend: &[Point]) -> Html {
    let of = |class: MarginClass| {
        Tile::new(frame::class(w, class), w.number(tally.count(class))).href(list.with("class", class.name()))
    };
    let negative: Vec<i64> = trend.iter().map(|point| i64::from(point.negative)).collect();
    let medians: Vec<i64> = trend
        .iter()
        .filter_map(|point| Some(point.median?.millionths()))
        .collect();
    let tone = if negative.first() < negative.last() {
        Tone::Bad
    } else {
        Tone::Ok
    };
    let median = tally
        .median
        .map_or_else(|| w.t("catalog-none"), |share| price_books::percent(w, share));
    let (before, now) = (
        negative.first().copied().unwrap_or_default(),
        negative.last().copied().unwrap_or_default(),
    );
    ui::tiles([
        of(MarginClass::Negative).spark(
            &negative,
            tone,
            w.t2("catalog-negative-trend", "before", before, "now", now),
        ),
        of(MarginClass::Low),
        of(MarginClass::Healthy),
        Tile::new(w.t("catalog-median-margin"), median).spark(&medians, Tone::None, w.t("catalog-median-trend")),
        of(MarginClass::NotComparable),
        of(MarginClass::NoCost),
        of(MarginClass::NoPrice),
    ])
}

fn views(w: &Words, list: &ListQuery, tally: &Tally, wanted: &Wanted) -> Views {
    let all = Views::new(w.t("catalog-views")).view(
        list.without("class"),
        w.t("catalog-view-all"),
        Some(i64::from(tally.total())),
        wanted.class.is_none(),
    );
    MarginClass::ALL.into_iter().fold(all, |views, class| {
        let count = Some(i64::from(tally.count(class)));
        views.view(
            list.with("class", class.name()),
            frame::class(w, class),
            count,
            wanted.class == Some(class),
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

fn empty(w: &Words, no_prices: bool) -> ui::Empty {
    if no_prices {
        return ui::Empty::new(Icon::Tag, w.t("catalog-no-margins"), w.t("catalog-no-margins-text"))
            .primary("/console/prices/import", w.t("catalog-import"));
    }
    ui::Empty::new(
        Icon::Check,
        w.t("catalog-no-such-margins"),
        w.t("catalog-no-such-margins-text"),
    )
    .link(PATH, w.t("catalog-show-all"))
}
