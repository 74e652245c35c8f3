//! Until when the books are closed: closing a period, and opening days again for a reason.

use askama::Template;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Alert, Field, FormErrors, Tabs, Tone};
use web::{Form, Result, See, Staff};

use super::{CLOSE, REOPEN, answered, below, opened, tabs, to_open, told};
use crate::books::{self, Books};
use crate::http::parts::{asked_day, today, zone};
use crate::permissions::LEDGER_CLOSE;

#[derive(Template)]
#[template(path = "pages/close.html")]
struct ClosePage<'a> {
    w: &'a Words,
    tabs: Tabs,
    csrf: String,
    errors: FormErrors,
    state: Alert,
    close: &'static str,
    until: Field,
    /// Where anything is closed.
    reopen: Option<(&'static str, [Field; 2])>,
}

/// As typed, in either form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    until: String,
    reason: String,
}

/// The form that was refused, and why.
#[derive(Clone, Copy)]
struct Refused<'a> {
    reopening: bool,
    typed: &'a Typed,
    problem: &'a Problem,
}

pub(super) async fn show(ctx: Staff) -> Result<Response> {
    ctx.allow(LEDGER_CLOSE)?;
    page(&ctx, None).await
}

pub(super) async fn close(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    ctx.allow(LEDGER_CLOSE)?;
    let (typed, zone) = (form.value, &zone(&ctx)?);
    let until = match read(&typed).and_then(|until| until.ok_or_else(missing)) {
        Ok(until) => until,
        Err(problem) => return refused(&ctx, false, &typed, &problem).await,
    };
    let closed = ctx
        .write(|tx| async move { books::close(tx, until, zone).await }.scope_boxed())
        .await;
    answer(&ctx, false, &typed, closed).await
}

pub(super) async fn reopen(ctx: Staff, form: Form<Typed>) -> Result<Response> {
    ctx.allow(LEDGER_CLOSE)?;
    let typed = form.value;
    let until = match read(&typed) {
        Ok(until) => until,
        Err(problem) => return refused(&ctx, true, &typed, &problem).await,
    };
    let reason = &typed.reason;
    let reopened = ctx
        .write(|tx| async move { books::reopen(tx, until, reason).await }.scope_boxed())
        .await;
    answer(&ctx, true, &typed, reopened).await
}

fn read(typed: &Typed) -> Result<Option<jiff::civil::Date>, Problem> {
    let unread = |_| Problem::refused("invalid_fields").field("/until", "day_invalid");
    asked_day("/until", Some(typed.until.trim())).map_err(unread)
}

fn missing() -> Problem {
    Problem::refused("invalid_fields").field("/until", "required")
}

async fn answer(ctx: &Staff, reopening: bool, typed: &Typed, done: platform::Result<Books>) -> Result<Response> {
    match done {
        Ok(books) => Ok(See::other(CLOSE)
            .flash(Flash::done(state(ctx.words(), &books)))
            .into_response()),
        Err(error) => {
            let problem = told(error)?;
            let problem = super::at_field(&problem, "books_closed_further", "/until");
            let problem = super::at_field(&problem, "books_not_closed", "/until");
            refused(ctx, reopening, typed, &problem).await
        }
    }
}

async fn refused(ctx: &Staff, reopening: bool, typed: &Typed, problem: &Problem) -> Result<Response> {
    let refused = Refused {
        reopening,
        typed,
        problem,
    };
    page(ctx, Some(refused)).await
}

fn state(w: &Words, books: &Books) -> String {
    match books.closed_until {
        Some(day) => w.t1("ledger-closed-until", "day", w.day(day)),
        None => w.t("ledger-all-open"),
    }
}

async fn page(ctx: &Staff, refused: Option<Refused<'_>>) -> Result<Response> {
    let Some(books) = opened(ctx).await? else {
        return Ok(to_open());
    };
    let w = ctx.words();
    let problem = refused.map(|refused| refused.problem);
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let of = |reopening: bool| refused.filter(|refused| refused.reopening == reopening);
    let page = ClosePage {
        w,
        tabs: tabs(ctx, CLOSE),
        csrf: ctx.csrf(),
        state: Alert::new(Tone::Info, state(w, &books)).text(w.t("ledger-closing-text")),
        close: CLOSE,
        until: until(ctx, of(false), &errors)?,
        reopen: books
            .closed_until
            .is_some()
            .then(|| (REOPEN, reopening(w, of(true), &errors))),
        errors,
    };
    let head = below(w, w.t("ledger-closing")).refused_if(problem.is_some());
    let shown = ctx.console(&head, &page).await?;
    Ok(answered(shown, problem))
}

/// The end of last month, where nothing was typed.
fn until(ctx: &Staff, refused: Option<Refused<'_>>, errors: &FormErrors) -> Result<Field> {
    let w = ctx.words();
    let field = Field::date("until", w.t("ledger-close-until")).required();
    if let Some(refused) = refused {
        return Ok(field.value(&refused.typed.until).error(errors.get("until")));
    }
    let last = today(ctx)?.first_of_month().yesterday();
    Ok(field.value(last.map_or_else(|_| String::new(), |day| day.to_string())))
}

fn reopening(w: &Words, refused: Option<Refused<'_>>, errors: &FormErrors) -> [Field; 2] {
    let blank = Typed::default();
    let typed = refused.map_or(&blank, |refused| refused.typed);
    let error = |name: &str| refused.and_then(|_| errors.get(name));
    [
        Field::date("until", w.t("ledger-reopen-until"))
            .id("f-reopen-until")
            .value(&typed.until)
            .hint(w.t("ledger-reopen-until-hint"))
            .error(error("until")),
        Field::text("reason", w.t("ledger-reason"))
            .value(&typed.reason)
            .required()
            .attr("maxlength", 500)
            .hint(w.t("ledger-reopen-reason-hint"))
            .error(error("reason")),
    ]
}
