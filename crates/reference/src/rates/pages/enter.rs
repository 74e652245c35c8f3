//! Entering a rate by hand: first looked at, then it counts at once. A refusal shows again what was typed.

use askama::Template;
use axum::Extension;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engines::fx::FxAsk;
use kernel::{Currency, Instant, Problem, Rate};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::Flash;
use web::ui::{self, Field, FormErrors, Tone};
use web::{Form, Query, Result, See, Staff};

use super::super::books::{RateBook, RateBooks};
use super::super::effect::Asked;
use super::super::model::{NewSheet, RateSheet, Source};
use super::super::proposal::Proposal;
use super::super::setting::RatesSetting;
use super::super::{ops, words};
use super::review::{Desk, Outcome};
use super::{BOARD, ENTER, below, currencies};
use crate::permissions::RATES_EDIT;

#[derive(Template)]
#[template(path = "pages/rate_new.html")]
struct EnterPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    csrf: String,
    action: &'static str,
    cancel: &'static str,
    fields: [Field; 4],
}

/// As typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    base: String,
    quote: String,
    rate: String,
    date: String,
    /// What was looked at.
    publish: String,
    /// Back to the form, with what was typed.
    back: String,
}

impl Typed {
    /// What the review sends again.
    fn again(&self) -> Vec<(&'static str, String)> {
        let fields = [
            ("base", &self.base),
            ("quote", &self.quote),
            ("rate", &self.rate),
            ("date", &self.date),
        ];
        fields.map(|(name, value)| (name, value.clone())).into()
    }

    /// As a sheet of one rate; a date counts from its first instant where the person's clock is, today from now on.
    fn read(&self, w: &Words, now: Instant) -> Result<Proposal, Problem> {
        let mut problem = Problem::refused("invalid_fields");
        let (base, quote) = (Currency::parse(&self.base), Currency::parse(&self.quote));
        let rate = Rate::parse(self.rate.trim());
        let since = since(w, self.date.trim(), now);
        for (pointer, code, is_bad) in [
            ("/base", "currency_unknown", base.is_err()),
            ("/quote", "currency_unknown", quote.is_err()),
            ("/quote", "rate_of_base", base.is_ok() && base == quote),
            ("/rate", "rate_invalid", rate.is_err()),
            ("/date", "rate_date_invalid", since.is_none()),
            ("/date", "rates_in_the_future", since.is_some_and(|since| since > now)),
        ] {
            if is_bad {
                problem = problem.field(pointer, code);
            }
        }
        match (base, quote, rate, since) {
            (Ok(base), Ok(quote), Ok(rate), Some(quoted_at)) if problem.fields.is_empty() => Ok(Proposal {
                sheet: NewSheet {
                    source: Source::Manual,
                    base,
                    quoted_at,
                    rates: vec![(quote, rate)],
                    unfit: Vec::new(),
                },
                said_at: (quoted_at != now).then_some(quoted_at),
            }),
            _ => Err(problem),
        }
    }
}

/// The present where no date was typed, or today's: whoever says what a currency is worth today has seen what others said
/// since midnight.
fn since(w: &Words, date: &str, now: Instant) -> Option<Instant> {
    if date.is_empty() {
        return Some(now);
    }
    let date: jiff::civil::Date = date.parse().ok()?;
    let today = now.timestamp().in_tz(w.zone_name()).ok()?.date();
    if date == today {
        return Some(now);
    }
    let zoned = date.in_tz(w.zone_name()).ok()?;
    Some(Instant::from_timestamp(zoned.timestamp()))
}

pub(super) async fn form(ctx: Staff, Query(mut typed): Query<Typed>) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    if typed.base.is_empty() {
        let setting = ctx
            .read(|read| async move { ops::setting(read).await }.scope_boxed())
            .await?;
        typed.base = setting.base.code().to_owned();
    }
    page(&ctx, &typed, None).await
}

pub(super) async fn save(
    ctx: Staff,
    Extension(books): Extension<RateBooks>,
    Extension(asked): Extension<Asked>,
    form: Form<Typed>,
) -> Result<Response> {
    ctx.allow(RATES_EDIT)?;
    let (typed, w) = (form.value, ctx.words());
    if !typed.back.is_empty() {
        return page(&ctx, &typed, None).await;
    }
    let proposal = match typed.read(w, ctx.now()) {
        Ok(proposal) => proposal,
        Err(problem) => return page(&ctx, &typed, Some(&problem)).await,
    };
    let desk = Desk {
        ctx: &ctx,
        books: &books,
        asked: &asked,
        action: ENTER.to_owned(),
        hidden: typed.again(),
    };
    match desk.send(&proposal, &typed.publish).await? {
        Outcome::Recorded(sheet) => {
            // Whoever entered a rate sees the board with it, and is told where it does not stand.
            let book = books.refresh(&ctx).await?;
            Ok(See::other(BOARD)
                .flash(entered(w, &book, &sheet, ctx.now()))
                .into_response())
        }
        Outcome::Shown(review) => Ok(review),
        Outcome::Refused(problem) => page(&ctx, &typed, Some(&problem)).await,
    }
}

fn entered(w: &Words, book: &RateBook, sheet: &RateSheet, now: Instant) -> Flash {
    let Some((quote, rate)) = sheet.rates.first_key_value() else {
        return Flash::done("");
    };
    let worth = |rate: Rate| format!("{} {quote}", words::shown(w, rate));
    let told = |key| w.t2(key, "base", sheet.base.code(), "worth", worth(*rate));
    let ask = FxAsk {
        from: sheet.base,
        to: *quote,
        at: now,
    };
    let stands = ops::find(&book.fx, &ops::rules_of(&RatesSetting::default()), &ask).ok();
    let newer = stands.and_then(|found| {
        let since = found.quoted.quoted_at().filter(|since| *since > sheet.quoted_at)?;
        Some(w.t2(
            "rates-newer-stands",
            "worth",
            worth(found.quoted.rate),
            "when",
            w.date_time(since),
        ))
    });
    match newer {
        Some(newer) => Flash {
            tone: Tone::Info,
            ..Flash::done(format!("{} {newer}", told("rates-entered-past")))
        },
        None => Flash::done(told("rates-entered")),
    }
}

async fn page(ctx: &Staff, typed: &Typed, problem: Option<&Problem>) -> Result<Response> {
    let w = ctx.words();
    let errors = problem.map_or_else(FormErrors::none, |problem| FormErrors::of(w, problem));
    let body = EnterPage {
        w,
        csrf: ctx.csrf(),
        action: ENTER,
        cancel: BOARD,
        fields: fields(w, typed, &errors),
        errors,
    };
    let head = below(w, w.t("rates-enter")).refused_if(problem.is_some());
    let shown = ctx.console(&head, &body).await?;
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok((status, shown).into_response())
}

fn fields(w: &Words, typed: &Typed, errors: &FormErrors) -> [Field; 4] {
    let all = currencies();
    [
        Field::select("base", w.t("rates-one-unit-of"), &all)
            .value(&typed.base)
            .error(errors.get("base")),
        Field::text("rate", w.t("rates-is-worth"))
            .value(&typed.rate)
            .required()
            .autocomplete("off")
            .attr("inputmode", "decimal")
            .hint(w.t("rates-is-worth-hint"))
            .error(errors.get("rate")),
        Field::select("quote", w.t("rates-units-of"), &all)
            .value(&typed.quote)
            .error(errors.get("quote")),
        Field::date("date", w.t("rates-since"))
            .value(&typed.date)
            .hint(w.t1("rates-since-hint", "zone", w.zone_name()))
            .error(errors.get("date")),
    ]
}
