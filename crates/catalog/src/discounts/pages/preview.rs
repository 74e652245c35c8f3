//! What a buyer would pay, with and without what they have, step by step.

use askama::Template;
use axum::Extension;
use axum::response::Response;
use engines::pricing::{Operation, Reducer, Rule, Trace};
use kernel::{Currency, Instant, Money, Problem, ProblemKind};
use reference::RateBooks;
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::ui::{self, Field, FormErrors, Html, Tabs, Tile};
use web::{Query, Result, Staff};

use super::{PATH, head, words};
use crate::Books;
use crate::effective_prices::{EffectivePrice, EffectiveQuestion, effective_price};
use crate::forms;
use crate::permissions::{PRICES_IMPORT, PRICES_READ};

/// What the address asks.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    tld: Option<String>,
    operation: Option<String>,
    years: Option<String>,
    currency: Option<String>,
    customer: Option<String>,
    coupon: Option<String>,
    at: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/price_preview.html")]
struct PreviewPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    errors: FormErrors,
    fields: Vec<Field>,
    shown: Option<Shown>,
}

/// An answer, in words.
struct Shown {
    tiles: Html,
    coupon: String,
    rate: String,
    steps: Vec<StepRow>,
    text: String,
    fingerprint: String,
}

struct StepRow {
    what: String,
    by: String,
    unit: String,
    times: String,
    amount: String,
}

pub(super) async fn preview(
    ctx: Staff,
    Extension(books): Extension<Books>,
    Extension(rates): Extension<RateBooks>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    ctx.allow(PRICES_READ)?;
    let w = ctx.words();
    let (errors, shown) = if asked.tld.as_deref().unwrap_or_default().trim().is_empty() {
        (FormErrors::none(), None)
    } else {
        match answer(&ctx, &books, &rates, &asked).await {
            Ok(price) => (FormErrors::none(), Some(shown(w, &asked, &price))),
            Err(error) => (FormErrors::of(w, &told(error)?), None),
        }
    };
    let page = PreviewPage {
        w,
        tabs: crate::price_books::tabs(w, PATH, ctx.may(PRICES_IMPORT)),
        fields: fields(w, &asked, &errors, &ctx.site().currency),
        errors,
        shown,
    };
    let head = head(w, w.t("catalog-preview-title")).crumb(w.t("catalog-discounts"), PATH);
    ctx.console(&head, &page).await
}

/// A question that has no answer is told beside its field.
fn told(error: platform::Error) -> Result<Problem> {
    match error {
        platform::Error::Problem(problem) if problem.kind == ProblemKind::NotFound => {
            Ok(Problem::refused("invalid_fields").field("/customer", "buyer_unknown"))
        }
        other => forms::told(other),
    }
}

async fn answer(ctx: &Staff, books: &Books, rates: &RateBooks, asked: &Asked) -> platform::Result<EffectivePrice> {
    let text = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_owned();
    let wrong = |pointer: &'static str, code: &'static str| Problem::refused("invalid_fields").field(pointer, code);
    let at = match text(&asked.at).as_str() {
        "" => None,
        day => {
            let date: Option<jiff::civil::Date> = day.parse().ok();
            let zoned = date.and_then(|date| date.in_tz(ctx.words().zone_name()).ok());
            let zoned = zoned.ok_or_else(|| wrong("/at", "date_invalid"))?;
            Some(Instant::from_timestamp(zoned.timestamp()))
        }
    };
    let customer = match text(&asked.customer) {
        none if none.is_empty() => None,
        typed => match typed.parse() {
            Ok(id) => Some(id),
            Err(_) => {
                let typed = &typed;
                let found = ctx
                    .read(|read| async move { parties::customers::ops::by_email(read, typed).await }.scope_boxed())
                    .await?;
                Some(found.ok_or_else(|| wrong("/customer", "buyer_unknown"))?.id)
            }
        },
    };
    let question = EffectiveQuestion {
        tld: text(&asked.tld),
        operation: Operation::parse(&text(&asked.operation)).unwrap_or(Operation::Register),
        years: text(&asked.years).parse().map_err(|_| wrong("/years", "bad_years"))?,
        currency: Currency::parse(&text(&asked.currency)).ok(),
        at,
        customer,
        coupon: Some(text(&asked.coupon)),
    };
    effective_price(ctx, books, rates, &question).await
}

fn fields(w: &Words, asked: &Asked, errors: &FormErrors, currency: &str) -> Vec<Field> {
    let value = |text: &Option<String>, otherwise: &str| text.as_deref().unwrap_or(otherwise).to_owned();
    let operations = Operation::ALL.map(|operation| (operation.name(), crate::price_books::operation(w, operation)));
    let filled = |field: Field, name: &str, value: String| field.value(value).error(errors.get(name));
    vec![
        filled(
            Field::text("tld", w.t("catalog-ending")).required().autocomplete("off"),
            "tld",
            value(&asked.tld, ""),
        ),
        filled(
            Field::select("operation", w.t("catalog-preview-operation"), &operations),
            "operation",
            value(&asked.operation, "register"),
        ),
        filled(
            Field::number("years", w.t("catalog-preview-years"))
                .attr("min", 0)
                .attr("max", 10),
            "years",
            value(&asked.years, "1"),
        ),
        filled(
            Field::select("currency", w.t("catalog-currency"), &forms::currencies()),
            "currency",
            value(&asked.currency, currency),
        ),
        filled(
            Field::text("customer", w.t("catalog-discount-customer"))
                .autocomplete("off")
                .hint(w.t("catalog-preview-customer-hint")),
            "customer",
            value(&asked.customer, ""),
        ),
        filled(
            Field::text("coupon", w.t("catalog-coupon-code")).autocomplete("off"),
            "coupon",
            value(&asked.coupon, ""),
        ),
        filled(
            Field::date("at", w.t("catalog-preview-at")).hint(w.t("catalog-preview-at-hint")),
            "at",
            value(&asked.at, ""),
        ),
    ]
}

fn shown(w: &Words, asked: &Asked, price: &EffectivePrice) -> Shown {
    let trace = &price.priced.trace;
    let (without, total) = (trace.undiscounted(), price.priced.amounts.total);
    let taken = Money::new(without.minor - total.minor, total.currency);
    let mut tiles = vec![
        Tile::new(w.t("catalog-preview-without"), w.price(without)),
        Tile::new(w.t("catalog-preview-taken"), w.price(taken)),
        Tile::new(w.t("catalog-preview-with"), w.price(total)),
    ];
    if let Some(earned) = &price.earned {
        let cost = earned
            .margin
            .cost
            .map_or_else(|| w.t("catalog-none"), |cost| w.price(cost));
        tiles.push(Tile::new(w.t("catalog-side-cost"), cost));
        if let Some(share) = earned.margin.on_price {
            tiles.push(Tile::new(
                w.t("catalog-preview-margin"),
                crate::price_books::percent(w, share),
            ));
        }
    }
    Shown {
        tiles: ui::tiles(tiles),
        coupon: coupon(w, asked, price),
        rate: rate(w, trace),
        steps: steps(w, price),
        text: trace.canonical(),
        fingerprint: trace.fingerprint(),
    }
}

/// What became of the coupon, where one was named.
fn coupon(w: &Words, asked: &Asked, price: &EffectivePrice) -> String {
    let code = asked.coupon.as_deref().unwrap_or_default().trim();
    let counted = price
        .priced
        .trace
        .reductions()
        .iter()
        .any(|taken| taken.kind == Reducer::Coupon);
    match price.coupon {
        _ if code.is_empty() => String::new(),
        None => w.t1("catalog-preview-coupon-unknown", "code", code),
        Some(_) if counted => w.t1("catalog-preview-coupon-counted", "code", code),
        Some(_) => w.t1("catalog-preview-coupon-not", "code", code),
    }
}

fn rate(w: &Words, trace: &Trace) -> String {
    let Some(rate) = trace.rate() else {
        return String::new();
    };
    let quoted = rate.quoted_at().map(|at| w.date_time(at)).unwrap_or_default();
    let pair = format!("{}/{}", rate.from, rate.to);
    w.args(
        "catalog-preview-rate",
        &[
            ("pair", pair.as_str().into()),
            ("rate", rate.applied.to_string().as_str().into()),
            ("markup", w.share(rate.markup).as_str().into()),
            ("date", quoted.as_str().into()),
        ],
    )
}

fn steps(w: &Words, price: &EffectivePrice) -> Vec<StepRow> {
    let trace = &price.priced.trace;
    let currency = trace.total().currency;
    let money = |minor: i64| w.price(Money::new(minor, currency));
    let made = trace.steps().iter().map(|step| StepRow {
        what: rule(w, step.rule),
        by: match (step.listed, trace.rate()) {
            (Some(listed), Some(rate)) => w.price(Money::new(listed, rate.from)),
            _ => w.t1("catalog-preview-since", "date", w.date(step.effective_from)),
        },
        unit: money(step.unit),
        times: w.number(step.times),
        amount: money(step.amount),
    });
    let taken = trace
        .reductions()
        .iter()
        .zip(&price.names)
        .map(|(taken, name)| StepRow {
            what: match taken.kind {
                Reducer::Discount => w.t1("catalog-preview-discount", "name", name),
                Reducer::Coupon => w.t1("catalog-preview-coupon", "name", name),
            },
            by: words::years(w, taken.years),
            unit: words::off(w, taken.off),
            times: money(taken.base),
            amount: money(-taken.amount),
        });
    made.chain(taken).collect()
}

fn rule(w: &Words, rule: Rule) -> String {
    match rule {
        Rule::PromotionalFirstYear => w.t("catalog-rule-promotional-first-year"),
        Rule::FirstYear => w.t("catalog-rule-first-year"),
        Rule::RegularYear => w.t("catalog-rule-regular-year"),
        Rule::WithoutYears => w.t("catalog-rule-without-years"),
        Rule::RenewalYears => w.t("catalog-rule-renewal-years"),
        Rule::PromotionalTerm => w.t("catalog-rule-promotional-term"),
        Rule::WholeTerm => w.t("catalog-rule-whole-term"),
        Rule::IcannFee => w.t("catalog-rule-icann-fee"),
        Rule::Privacy => w.t("catalog-rule-privacy"),
    }
}
