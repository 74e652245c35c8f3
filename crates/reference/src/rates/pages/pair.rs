//! One pair: what it is worth, what that was made of, and its course over a year.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use engines::fx::{FxAsk, Leg, Quoted};
use kernel::{Currency, Instant, Problem, Rate};
use scoped_futures::ScopedFutureExt;
use web::charts::{self, Change, Steps};
use web::messages::Words;
use web::ui::{self, Html, Icon, Tone};
use web::{Csv, Path, Result, Staff};

use super::super::books::{RateBook, RateBooks};
use super::super::ops::{self, Found};
use super::super::words;
use super::{BOARD, ENTER, below};
use crate::permissions::{RATES_EDIT, RATES_READ};

/// Changes of a year that the page names; the CSV has them all.
const NAMED: usize = 40;

#[derive(Template)]
#[template(path = "pages/rate_pair.html")]
struct PairPage<'a> {
    w: &'a Words,
    title: String,
    sentence: String,
    stale: Html,
    enter: Option<String>,
    csv: String,
    other_way: String,
    other_way_label: String,
    chart: Html,
    legs: Vec<LegRow>,
    rows: Vec<(Instant, String, String)>,
}

struct LegRow {
    quote: String,
    used: String,
    source: String,
    at: Instant,
}

async fn looked_up(
    ctx: &Staff,
    books: &RateBooks,
    pair: &(String, String),
) -> Result<(Currency, Currency, std::sync::Arc<RateBook>)> {
    ctx.allow(RATES_READ)?;
    let currency = |code: &str| Currency::parse(code).map_err(|_| Problem::not_found());
    let (base, quote) = (currency(&pair.0)?, currency(&pair.1)?);
    Ok((base, quote, ops::book_of_year(ctx, books, ctx.now()).await?))
}

pub(super) async fn show(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Path(pair): Path<(String, String)>,
) -> Result<Response> {
    let (base, quote, book) = looked_up(&ctx, &books, &pair).await?;
    let rules = ctx
        .read(|read| async move { ops::rules(read).await }.scope_boxed())
        .await?;
    let (w, now) = (ctx.words(), ctx.now());
    let ask = FxAsk {
        from: base,
        to: quote,
        at: now,
    };
    let found = ops::find(&book.fx, &rules, &ask).map_err(|_| Problem::not_found())?;
    let course = ops::course(&book, base, quote, now);
    let named = course.iter().rev().take(NAMED);
    let page = PairPage {
        w,
        title: w.t2("rates-pair", "base", base.code(), "quote", quote.code()),
        sentence: sentence(w, &found),
        stale: if found.stale {
            ui::badge(Tone::Warn, w.t("rates-stale"))
        } else {
            Html::default()
        },
        enter: ctx
            .may(RATES_EDIT)
            .then(|| format!("{ENTER}?base={base}&quote={quote}")),
        csv: format!("{BOARD}/pairs/{base}/{quote}/course.csv"),
        other_way: format!("{BOARD}/pairs/{quote}/{base}"),
        other_way_label: w.t2("rates-pair", "base", quote.code(), "quote", base.code()),
        chart: chart(w, &course, now),
        legs: found
            .quoted
            .legs
            .iter()
            .flatten()
            .map(|leg| leg_row(w, &book, leg))
            .collect(),
        rows: named
            .map(|(at, then)| (*at, words::shown(w, then.rate), words::origin(w, then)))
            .collect(),
    };
    ctx.console(&below(w, page.title.clone()), &page).await
}

/// `1 USD is worth 89.2718 INR.`
fn sentence(w: &Words, found: &Found) -> String {
    let quoted = &found.quoted;
    let worth = format!("{} {}", words::shown(w, quoted.rate), quoted.to.code());
    w.t2("rates-worth", "base", quoted.from.code(), "worth", worth)
}

fn leg_row(w: &Words, book: &RateBook, leg: &Leg) -> LegRow {
    LegRow {
        quote: format!("1 {} = {} {}", leg.base, leg.rate, leg.quote),
        used: if leg.inverted {
            w.t("rates-used-inverted")
        } else {
            w.t("rates-used-as-is")
        },
        source: book
            .source(leg.sheet)
            .map(|source| words::source(w, source))
            .unwrap_or_default(),
        at: leg.at,
    }
}

fn chart(w: &Words, course: &[(Instant, Quoted)], now: Instant) -> Html {
    let changes: Vec<Change> = course
        .iter()
        .map(|(at, then)| Change {
            at: at.micros(),
            value: then.rate.scaled(),
        })
        .collect();
    let from = changes.first().map_or(now.micros(), |first| first.at);
    charts::steps(&Steps {
        title: &w.t("rates-year"),
        sale: &changes,
        cost: &[],
        span: (from, now.micros()),
        now: now.micros(),
        today: &w.t("rates-today"),
        label: &|scaled| Rate::from_scaled(scaled).map_or_else(|_| "0".to_owned(), |rate| words::shown(w, rate)),
        date: &|micros| w.date(Instant::from_micros(micros)),
    })
}

/// The course of the year as CSV, the earliest first.
pub(super) async fn csv(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Path(pair): Path<(String, String)>,
) -> Result<Csv> {
    let (base, quote, book) = looked_up(&ctx, &books, &pair).await?;
    let csv = Csv::new(format!("{base}-{quote}.csv"), &["at", "base", "quote", "rate"]);
    let course = ops::course(&book, base, quote, ctx.now());
    Ok(course.into_iter().fold(csv, |csv, (at, then)| {
        csv.row([
            at.to_string(),
            base.code().to_owned(),
            quote.code().to_owned(),
            then.rate.to_string(),
        ])
    }))
}
