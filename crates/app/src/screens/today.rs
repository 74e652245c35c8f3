//! What needs me today: the console's first page. Shows several rooms; each tile says so when its room fails.

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use catalog::Books;
use catalog::exposures::Ground;
use catalog::price_books::{self, Report, Tally};
use parties::customers::Filter;
use platform::jobs::admin::{self, State};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::{Head, NavItem};
use web::ui::{self, Html, Icon, Tile, Tone, Trend};
use web::{App, Result, Staff};

use super::JOBS_READ;

pub(super) fn routes(books: &Books, rates: &RateBooks) -> Router<App> {
    Router::new()
        .route("/console", get(today))
        .layer(Extension(books.clone()))
        .layer(Extension(rates.clone()))
}

#[derive(Template)]
#[template(path = "pages/today.html")]
struct TodayPage<'a> {
    w: &'a Words,
    name: String,
    date: String,
    attention: Vec<Attention>,
    tiles: Html,
    losing: Vec<Losing>,
    lately: Vec<NavItem>,
    calm: ui::Empty,
}

/// A renewal that sells below cost.
struct Losing {
    ending: String,
    shown: String,
    sale: String,
    cost: String,
    loss: String,
}

/// Renewals that lose, at most.
const MOST_LOSING: usize = 10;

/// One thing that waits for a person.
struct Attention {
    tone: Tone,
    title: String,
    text: String,
    href: &'static str,
    label: String,
}

impl Attention {
    /// The class that paints its sign.
    fn mark(&self) -> &'static str {
        if self.tone == Tone::Bad { "bad" } else { "warn" }
    }
}

/// What one room has to say of the day.
#[derive(Default)]
struct Part {
    attention: Vec<Attention>,
    tiles: Vec<Tile>,
    losing: Vec<Losing>,
}

async fn today(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
) -> Result<Response> {
    let w = ctx.words();
    let mut day = Part::default();
    if ctx.may(catalog::permissions::MARGINS_READ) {
        day.add(w, w.t("today-endings"), prices(&ctx, &books, &rates).await);
    }
    if ctx.may(JOBS_READ) {
        day.add(w, w.t("today-waiting-jobs"), jobs(&ctx).await);
    }
    if ctx.may(parties::permissions::CUSTOMERS_READ) {
        day.add(w, w.t("today-customers"), customers(&ctx).await);
    }
    let page = TodayPage {
        w,
        name: ctx.user().map(|user| user.name.clone()).unwrap_or_default(),
        date: w.date(ctx.now().micros()),
        attention: day.attention,
        tiles: ui::tiles(day.tiles),
        losing: day.losing,
        lately: reactions::notices::ops::for_bell(&ctx).await?.items,
        calm: ui::Empty::new(Icon::Check, w.t("today-calm"), w.t("today-calm-text")),
    };
    ctx.console(&Head::new(w.t("nav-today")), &page).await
}

impl Part {
    /// Takes in what a room says; of one that fails, a tile that says so.
    fn add(&mut self, w: &Words, label: String, part: platform::Result<Part>) {
        match part {
            Ok(part) => {
                self.attention.extend(part.attention);
                self.tiles.extend(part.tiles);
                self.losing.extend(part.losing);
            }
            Err(error) => {
                tracing::error!(?error, label, "a part of the first page failed");
                let tile = Tile::new(label, "–");
                self.tiles.push(tile.delta(Trend::Flat, w.t("today-not-known")));
            }
        }
    }
}

async fn prices(ctx: &Staff, books: &Books, rates: &RateBooks) -> platform::Result<Part> {
    let w = ctx.words();
    let book = books.book(ctx).await?;
    let ground = Ground::at(ctx, rates, &book, ctx.now()).await?;
    let report = price_books::report(&book, &ground, ctx.now());
    if report.rows.is_empty() {
        return Ok(Part::default());
    }
    let first_years = Tally::of(report.rows.iter().map(|row| &row.register));
    let renewals = Tally::of(report.rows.iter().map(|row| &row.renew));
    let low = Tile::new(w.t("today-low-renewals"), w.number(renewals.low));
    Ok(Part {
        attention: losses(w, &first_years, &renewals),
        tiles: vec![
            Tile::new(w.t("today-endings"), w.number(first_years.compared)).href("/console/prices"),
            low.href("/console/prices?view=low"),
        ],
        losing: worst(w, &report),
    })
}

fn losses(w: &Words, first_years: &Tally, renewals: &Tally) -> Vec<Attention> {
    let mut losses = Vec::new();
    if renewals.negative > 0 {
        losses.push(Attention {
            tone: Tone::Bad,
            title: w.t1("today-renewals-negative", "n", renewals.negative),
            text: w.t("today-renewals-negative-text"),
            href: "/console/prices?view=negative",
            label: w.t("today-look-at-prices"),
        });
    }
    if first_years.negative > 0 {
        losses.push(Attention {
            tone: Tone::Warn,
            title: w.t1("today-first-years-negative", "n", first_years.negative),
            text: w.t("today-first-years-negative-text"),
            href: "/console/prices?view=negative",
            label: w.t("today-look-at-prices"),
        });
    }
    losses
}

/// The renewals that lose most.
fn worst(w: &Words, report: &Report<'_>) -> Vec<Losing> {
    let (exponent, code) = (report.currency.exponent(), report.currency.code());
    let money = |minor: i64| w.money(minor, exponent, code);
    let mut losing: Vec<_> = report
        .rows
        .iter()
        .filter_map(|row| Some((row, row.renew.margin.profit?.minor)))
        .filter(|(_, profit)| *profit < 0)
        .collect();
    losing.sort_by_key(|(_, profit)| *profit);
    losing
        .into_iter()
        .take(MOST_LOSING)
        .map(|(row, profit)| Losing {
            ending: row.tld.ending.to_string(),
            shown: row.tld.shown.to_string(),
            sale: row.renew.sale().map(money).unwrap_or_default(),
            cost: row.renew.cost().map(money).unwrap_or_default(),
            loss: money(profit),
        })
        .collect()
}

async fn jobs(ctx: &Staff) -> platform::Result<Part> {
    let tally = ctx
        .read(|read| async move { admin::tally(read).await }.scope_boxed())
        .await?;
    let of = |state: State| {
        let lines = tally.iter().filter(|line| line.state == state);
        lines.map(|line| line.jobs).sum::<i64>()
    };
    let w = ctx.words();
    let (dead, open) = (of(State::Dead), of(State::Waiting) + of(State::Running));
    let failed = Attention {
        tone: Tone::Bad,
        title: w.t1("today-dead-jobs", "n", dead),
        text: w.t("today-dead-jobs-text"),
        href: "/console/jobs?state=dead",
        label: w.t("today-look-at-jobs"),
    };
    Ok(Part {
        attention: (dead > 0).then_some(failed).into_iter().collect(),
        tiles: vec![Tile::new(w.t("today-waiting-jobs"), w.number(open)).href("/console/jobs")],
        losing: Vec::new(),
    })
}

async fn customers(ctx: &Staff) -> platform::Result<Part> {
    let active = &Filter {
        state: Some(parties::State::Active),
        ..Filter::default()
    };
    let number = ctx
        .read(|read| async move { parties::customers::ops::count(read, active).await }.scope_boxed())
        .await?;
    let w = ctx.words();
    Ok(Part {
        tiles: vec![Tile::new(w.t("today-customers"), w.number(number)).href("/console/customers")],
        ..Part::default()
    })
}
