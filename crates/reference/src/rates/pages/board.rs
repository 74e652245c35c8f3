//! The board: one currency in all others, how old each rate is, and what waits for a person.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::response::{IntoResponse, Response};
use kernel::{Currency, Instant, Problem, RateSheetId};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Alert, Html, Icon, ListQuery, Tabs, Tone};
use web::{Csv, Form, Path, Query, Result, See, Staff, charts};

use super::super::books::{RateBook, RateBooks, Waiting};
use super::super::effect::Asked;
use super::super::fetch::{self, Fetched};
use super::super::model::HeldWhy;
use super::super::ops::{self, Found};
use super::super::ports::RateFeed;
use super::super::proposal::Proposal;
use super::super::setting::RatesSetting;
use super::super::store::LastFetch;
use super::super::words;
use super::review::{Desk, Outcome};
use super::{BOARD, ENTER, IMPORT, SETTINGS, tabs};
use crate::permissions::RATES_EDIT;

#[derive(Template)]
#[template(path = "pages/rates.html")]
struct RatesPage<'a> {
    w: &'a Words,
    csrf: String,
    tabs: Tabs,
    list: ListQuery,
    may_edit: bool,
    import: &'static str,
    enter: &'static str,
    alert: Option<Alert>,
    note: String,
    base: Currency,
    bases: Vec<(&'static str, bool)>,
    waiting: Vec<WaitingRow>,
    rows: Vec<Row>,
    now: Instant,
    empty: ui::Empty,
}

struct Row {
    href: String,
    quote: &'static str,
    rate: String,
    origin: String,
    quoted_at: Option<Instant>,
    stale: Html,
    course: Html,
}

struct WaitingRow {
    pair: String,
    said: String,
    why: String,
    source: String,
    at: Instant,
    /// Where to let it count, for one that is a rate.
    accept: Option<String>,
    enter: String,
}

/// Which currency the board is in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    base: String,
}

struct Board {
    setting: RatesSetting,
    last: Option<LastFetch>,
    book: Arc<RateBook>,
    base: Currency,
    standing: Vec<Found>,
}

impl Board {
    async fn load(ctx: &Staff, books: &RateBooks, asked: &Which) -> Result<Self> {
        let (setting, last) = ctx
            .read(|read| async move { Ok((ops::setting(read).await?, fetch::last_fetch(read).await?)) }.scope_boxed())
            .await?;
        let book = ops::book_for(ctx, books, ctx.now()).await?;
        // An address with a currency that is none shows the setting's.
        let base = Currency::parse(&asked.base).unwrap_or(setting.base);
        let standing = ops::standing(&book, &ops::rules_of(&setting), base, ctx.now());
        Ok(Self {
            setting,
            last,
            book,
            base,
            standing,
        })
    }

    /// Every currency there is a rate of.
    fn bases(&self) -> Vec<(&'static str, bool)> {
        let others = self.standing.iter().map(|found| found.quoted.to);
        let mut all: Vec<Currency> = others.chain([self.base]).collect();
        all.sort_unstable();
        all.into_iter()
            .map(|currency| (currency.code(), currency == self.base))
            .collect()
    }

    /// What is wrong with the feed, told once, with the way on.
    fn alert(&self, w: &Words, may_edit: bool) -> Option<Alert> {
        let last = self.last.as_ref()?;
        if ["recorded", "known"].contains(&last.outcome.as_str()) {
            return None;
        }
        let title = w.t1("rates-fetch-failed", "when", w.date_time(last.at));
        let alert = ui::alert(Tone::Warn, title, words::outcome(w, &last.outcome));
        Some(if may_edit {
            alert.action(SETTINGS, w.t("nav-settings"))
        } else {
            alert
        })
    }

    fn note(&self, w: &Words) -> String {
        let hours = w.t2(
            "rates-note",
            "hours",
            self.setting.oldest_hours,
            "version",
            self.book.version,
        );
        match (&self.last, self.setting.fetch) {
            (Some(last), true) => format!("{hours} {}", w.t1("rates-note-fetched", "when", w.date_time(last.at))),
            (_, false) => format!("{hours} {}", w.t("rates-note-by-hand")),
            (None, true) => hours,
        }
    }
}

pub(super) async fn show(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Query(asked): Query<Which>,
) -> Result<Response> {
    let board = Board::load(&ctx, &books, &asked).await?;
    let (w, may_edit) = (ctx.words(), ctx.may(RATES_EDIT));
    let page = RatesPage {
        w,
        csrf: ctx.csrf(),
        tabs: tabs(w, BOARD, may_edit),
        list: ListQuery::new(BOARD).param("base", board.base.code()),
        may_edit,
        import: IMPORT,
        enter: ENTER,
        alert: board.alert(w, may_edit),
        note: board.note(w),
        base: board.base,
        bases: board.bases(),
        waiting: board.book.waiting.iter().map(|waits| waiting(w, waits)).collect(),
        rows: board
            .standing
            .iter()
            .map(|found| row(w, &board.book, found, ctx.now()))
            .collect(),
        now: ctx.now(),
        empty: empty(w, may_edit),
    };
    let head = Head::new(w.t("rates")).crumb(w.t("nav-money"), "");
    ctx.console(&head, &page).await
}

fn row(w: &Words, book: &RateBook, found: &Found, now: Instant) -> Row {
    let quoted = &found.quoted;
    let (base, quote) = (quoted.from, quoted.to);
    let course: Vec<i64> = ops::course(book, base, quote, now)
        .into_iter()
        .map(|(_, then)| then.rate.scaled())
        .collect();
    let title = w.t2("rates-course-of", "base", base.code(), "quote", quote.code());
    Row {
        href: format!("{BOARD}/pairs/{base}/{quote}"),
        quote: quote.code(),
        rate: words::shown(w, quoted.rate),
        origin: words::origin(w, quoted),
        quoted_at: quoted.quoted_at(),
        stale: if found.stale {
            ui::badge(Tone::Warn, w.t("rates-stale"))
        } else {
            Html::default()
        },
        course: charts::sparkline(&levelled(thinned(&course)), Tone::None, &title),
    }
}

/// A course that moved by less than a thousandth, drawn as what it is: the last digits of a pegged currency are no news.
fn levelled(values: Vec<i64>) -> Vec<i64> {
    let (Some(low), Some(high)) = (values.iter().min(), values.iter().max()) else {
        return values;
    };
    if high - low < high / 1_000 {
        vec![*high; values.len()]
    } else {
        values
    }
}

/// At most sixty of the values, the last among them: more than a line of this size can show.
fn thinned(values: &[i64]) -> Vec<i64> {
    let step = values.len().div_ceil(60).max(1);
    let mut kept: Vec<i64> = values.iter().rev().step_by(step).copied().collect();
    kept.reverse();
    kept
}

fn waiting(w: &Words, waits: &Waiting) -> WaitingRow {
    let (base, quote) = (waits.base, waits.held.quote);
    let why = match waits.held.why {
        HeldWhy::Jump { known, change } => w.t2(
            "rates-why-jump",
            "change",
            w.share(change),
            "known",
            words::shown(w, known),
        ),
        HeldWhy::Unfit => w.t("rates-why-unfit"),
    };
    WaitingRow {
        pair: format!("{base} → {quote}"),
        said: waits.held.said.clone(),
        why,
        source: words::source(w, waits.source),
        at: waits.quoted_at,
        accept: waits
            .held
            .rate()
            .map(|_| format!("{BOARD}/held/{}/{quote}", waits.sheet)),
        enter: format!("{ENTER}?base={base}&quote={quote}"),
    }
}

fn empty(w: &Words, may_edit: bool) -> ui::Empty {
    let empty = ui::Empty::new(Icon::Transfer, w.t("rates-none"), w.t("rates-none-text"));
    if may_edit {
        empty
            .primary(IMPORT, w.t("rates-import"))
            .button(ENTER, w.t("rates-enter"))
            .button(SETTINGS, w.t("rates-switch-on"))
    } else {
        empty
    }
}

/// The board as CSV.
pub(super) async fn csv(ctx: Staff, Extension(books): Extension<RateBooks>, Query(asked): Query<Which>) -> Result<Csv> {
    let board = Board::load(&ctx, &books, &asked).await?;
    let csv = Csv::new(
        "exchange-rates.csv",
        &["base", "quote", "rate", "quoted_at", "stale", "quotes_used"],
    );
    Ok(board.standing.iter().fold(csv, |csv, found| {
        let Found { quoted, stale } = found;
        csv.row([
            quoted.from.code().to_owned(),
            quoted.to.code().to_owned(),
            quoted.rate.to_string(),
            quoted.quoted_at().map(|at| at.to_string()).unwrap_or_default(),
            stale.to_string(),
            quoted.legs.iter().flatten().count().to_string(),
        ])
    }))
}

/// Asks the feed and says how it went.
pub(super) async fn fetch(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(feed): Extension<Arc<dyn RateFeed>>,
) -> Result<Response> {
    let see = See::other(BOARD);
    let waits = ctx.read(|read| fetch::waits_until(read).scope_boxed()).await?;
    if let Some(from) = waits {
        let w = ctx.words();
        let told = w.problem(&fetch::asked_already(w.date_time(from)));
        return Ok(see
            .flash(Flash {
                tone: Tone::Info,
                ..Flash::done(told)
            })
            .into_response());
    }
    let fetched = fetch::fetch(&ctx, feed.as_ref(), &books).await?;
    // What went wrong stands on the board, where it stays until it is mended.
    Ok(match fetched {
        Fetched::Recorded(_) | Fetched::Known => see
            .flash(Flash::done(words::outcome(ctx.words(), fetched.code())))
            .into_response(),
        Fetched::Refused(_) | Fetched::Unknown(_) => see.into_response(),
    })
}

/// What the review of a waiting figure sends.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Agreed {
    publish: String,
    back: String,
}

/// Looks at what a figure would do, then lets it count.
pub(super) async fn accept(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    Path((sheet, quote)): Path<(RateSheetId, String)>,
    form: Form<Agreed>,
) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    if !form.value.back.is_empty() {
        return Ok(See::other(BOARD).into_response());
    }
    let quote = Currency::parse(&quote).map_err(|_| Problem::not_found())?;
    let said = ctx
        .read(|read| async move { ops::waiting(read, sheet, quote).await }.scope_boxed())
        .await?;
    let proposal = Proposal {
        said_at: Some(said.quoted_at),
        sheet: said,
    };
    let desk = Desk {
        ctx: &ctx,
        books: &books,
        asked: &asked,
        action: format!("{BOARD}/held/{sheet}/{quote}"),
        hidden: Vec::new(),
    };
    match desk.send(&proposal, &form.value.publish).await? {
        Outcome::Recorded(recorded) => {
            let w = ctx.words();
            let told = w.t2("rates-accepted", "base", recorded.base.code(), "quote", quote.code());
            Ok(See::other(BOARD).flash(Flash::done(told)).into_response())
        }
        Outcome::Shown(review) => Ok(review),
        Outcome::Refused(problem) => Err(problem.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pegged_currency_is_level_and_a_long_course_keeps_its_end() {
        assert_eq!(levelled(vec![3_672_500, 3_672_900, 3_672_400]), [3_672_900; 3]);
        assert_eq!(levelled(vec![3_672_500, 3_700_000]), [3_672_500, 3_700_000]);
        let year: Vec<i64> = (1..=366).collect();
        let kept = thinned(&year);
        assert!(kept.len() <= 60 && kept.last() == Some(&366), "{kept:?}");
        assert_eq!(thinned(&[1, 2, 3]), [1, 2, 3]);
    }
}
