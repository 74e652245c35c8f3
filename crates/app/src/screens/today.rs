//! What needs me today: the console's first page. Shows several rooms; each tile says so when its room fails.

use askama::Template;
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};
use catalog::Books;
use catalog::price_books::{self, Report, Tally};
use engines::margin::MarginRules;
use parties::Page;
use parties::customers::Filter;
use platform::jobs::admin::{self, State};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Head, NavItem};
use web::ui::{self, Html, Icon, Tile, Tone};
use web::{App, Query, Result, Staff};

use super::JOBS_READ;

pub(super) fn routes(books: &Books) -> Router<App> {
    Router::new()
        .route("/console", get(today))
        .route("/console/search", get(search))
        .layer(Extension(books.clone()))
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

async fn today(ctx: Staff, Extension(books): Extension<Books>) -> Result<Response> {
    let w = ctx.words();
    let mut attention = Vec::new();
    let mut tiles = Vec::new();
    let mut losing = Vec::new();
    if ctx.may(catalog::permissions::MARGINS_READ) {
        let book = books.book(&ctx).await?;
        let report = price_books::report(&book, ctx.now(), &MarginRules::default());
        if !report.rows.is_empty() {
            prices(w, &report, &mut attention, &mut tiles);
            losing = worst(w, &report);
        }
    }
    if ctx.may(JOBS_READ) {
        jobs(&ctx, &mut attention, &mut tiles).await?;
    }
    if ctx.may(parties::permissions::CUSTOMERS_READ) {
        let customers = ctx
            .read(|read| {
                async move {
                    parties::customers::ops::count(
                        read,
                        &Filter {
                            state: Some(parties::State::Active),
                            ..Filter::default()
                        },
                    )
                    .await
                }
                .scope_boxed()
            })
            .await?;
        tiles.push(Tile::new(w.t("today-customers"), w.number(customers)).href("/console/customers"));
    }
    let page = TodayPage {
        w,
        name: ctx.user().map(|user| user.name.clone()).unwrap_or_default(),
        date: w.date(ctx.now().micros()),
        attention,
        tiles: ui::tiles(tiles),
        losing,
        lately: reactions::notices::ops::for_bell(&ctx).await?.items,
        calm: ui::Empty::new(Icon::Check, w.t("today-calm"), w.t("today-calm-text")),
    };
    ctx.console(&Head::new(w.t("nav-today")), &page).await
}

fn prices(w: &Words, report: &Report<'_>, attention: &mut Vec<Attention>, tiles: &mut Vec<Tile>) {
    let first_years = Tally::of(report.rows.iter().map(|row| &row.register));
    let renewals = Tally::of(report.rows.iter().map(|row| &row.renew));
    if renewals.negative > 0 {
        attention.push(Attention {
            tone: Tone::Bad,
            title: w.t1("today-renewals-negative", "n", renewals.negative),
            text: w.t("today-renewals-negative-text"),
            href: "/console/prices?view=negative",
            label: w.t("today-look-at-prices"),
        });
    }
    if first_years.negative > 0 {
        attention.push(Attention {
            tone: Tone::Warn,
            title: w.t1("today-first-years-negative", "n", first_years.negative),
            text: w.t("today-first-years-negative-text"),
            href: "/console/prices?view=negative",
            label: w.t("today-look-at-prices"),
        });
    }
    tiles.push(Tile::new(w.t("today-endings"), w.number(first_years.compared)).href("/console/prices"));
    let low = Tile::new(w.t("today-low-renewals"), w.number(renewals.low));
    tiles.push(low.href("/console/prices?view=low"));
}

/// The ten renewals that lose most.
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
        .take(MOST_HITS)
        .map(|(row, profit)| Losing {
            ending: row.tld.ending.to_string(),
            shown: row.tld.shown.to_string(),
            sale: row.renew.sale().map(money).unwrap_or_default(),
            cost: row.renew.cost().map(money).unwrap_or_default(),
            loss: money(profit),
        })
        .collect()
}

async fn jobs(ctx: &Staff, attention: &mut Vec<Attention>, tiles: &mut Vec<Tile>) -> Result<()> {
    let tally = ctx
        .read(|read| async move { admin::tally(read).await }.scope_boxed())
        .await?;
    let of = |state: State| {
        tally
            .iter()
            .filter(|line| line.state == state)
            .map(|line| line.jobs)
            .sum::<i64>()
    };
    let w = ctx.words();
    let dead = of(State::Dead);
    if dead > 0 {
        attention.push(Attention {
            tone: Tone::Bad,
            title: w.t1("today-dead-jobs", "n", dead),
            text: w.t("today-dead-jobs-text"),
            href: "/console/jobs?state=dead",
            label: w.t("today-look-at-jobs"),
        });
    }
    tiles.push(
        Tile::new(
            w.t("today-waiting-jobs"),
            w.number(of(State::Waiting) + of(State::Running)),
        )
        .href("/console/jobs"),
    );
    Ok(())
}

#[derive(Template)]
#[template(path = "pages/search.html")]
struct SearchPage<'a> {
    w: &'a Words,
    q: String,
    groups: Vec<Group>,
    empty: ui::Empty,
}

/// Hits of one kind.
struct Group {
    title: String,
    hits: Vec<Hit>,
}

struct Hit {
    title: String,
    detail: String,
    href: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
}

/// Rows of one kind that a page over everything shows.
const MOST_HITS: usize = 10;

async fn search(ctx: Staff, Extension(books): Extension<Books>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let w = ctx.words();
    let q = wanted.q.trim().to_owned();
    let mut groups = Vec::new();
    if !q.is_empty() {
        groups.extend(pages(&ctx, &q));
        if ctx.may(catalog::permissions::PRICES_READ) {
            let book = books.book(&ctx).await?;
            let asked = q.trim_start_matches('.').to_lowercase();
            let found = book
                .endings()
                .filter(|tld| tld.ending.starts_with(asked.as_str()) || tld.shown.starts_with(asked.as_str()));
            let hit = |tld: &catalog::tlds::Tld| Hit {
                title: format!(".{}", tld.shown),
                detail: String::new(),
                href: format!("/console/prices/{}", tld.ending),
            };
            groups.push(Group {
                title: w.t("search-endings"),
                hits: found.take(MOST_HITS).map(hit).collect(),
            });
        }
        if ctx.may(parties::permissions::CUSTOMERS_READ) {
            let text = &q;
            let found = ctx
                .read(|read| {
                    async move {
                        parties::customers::ops::list(
                            read,
                            &Filter {
                                search: Some(text.clone()),
                                ..Filter::default()
                            },
                            &Page::first(MOST_HITS as u64),
                        )
                        .await
                    }
                    .scope_boxed()
                })
                .await?;
            let hit = |customer: parties::customers::Customer| Hit {
                href: format!("/console/customers/{}", customer.id),
                detail: customer.details.party.email.unwrap_or_default(),
                title: customer.details.party.name,
            };
            groups.push(Group {
                title: w.t("search-customers"),
                hits: found.into_iter().map(hit).collect(),
            });
        }
    }
    groups.retain(|group| !group.hits.is_empty());
    let (title, text) = if q.is_empty() {
        (w.t("search-what"), w.t("search-what-text"))
    } else {
        (w.t1("search-nothing", "q", &q), w.t("search-nothing-text"))
    };
    let page = SearchPage {
        w,
        q,
        groups,
        empty: ui::Empty::new(Icon::Search, title, text),
    };
    ctx.console(&Head::new(w.t("search-title")), &page).await
}

/// Places of the menu whose name has the text.
fn pages(ctx: &Staff, q: &str) -> Option<Group> {
    let w = ctx.words();
    let asked = q.to_lowercase();
    let allowed = ctx
        .app()
        .nav()
        .iter()
        .filter(|entry| entry.permission.is_none_or(|permission| ctx.may(permission)));
    let found = allowed.filter(|entry| w.t(entry.label).to_lowercase().contains(&asked));
    let hits: Vec<Hit> = found
        .map(|entry| Hit {
            title: w.t(entry.label),
            detail: String::new(),
            href: entry.href.to_owned(),
        })
        .collect();
    (!hits.is_empty()).then(|| Group {
        title: w.t("search-pages"),
        hits,
    })
}
