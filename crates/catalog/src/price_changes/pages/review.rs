//! The review of a change: every price before and after, what is earned, what else it touches; and the one button that
//! does exactly this.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engines::margin::{Margin, MarginClass};
use kernel::{Money, Problem};
use web::messages::Words;
use web::ui::{self, Alert, Field, FormErrors, Html, Tone};
use web::{Fields, Result, Staff, exposures};

use super::form::{ListChoice, Place};
use super::{errors, head};
use crate::permissions::{BELOW_COST, MARGINS_READ};
use crate::price_books::{kind, operation, percent};
use crate::price_changes::model::Step;
use crate::price_changes::preview::{MarginStep, Preview};

#[derive(Template)]
#[template(path = "pages/price_review.html")]
struct ReviewPage<'a> {
    w: &'a Words,
    errors: FormErrors,
    alerts: Vec<Alert>,
    csrf: String,
    heading: String,
    lede: String,
    action: String,
    hidden: Vec<(String, String)>,
    digest: String,
    may_publish: bool,
    reason: Option<Field>,
    prices: Vec<PriceRow>,
    margins: Vec<MarginRow>,
    touches: Html,
}

struct PriceRow {
    what: String,
    before: String,
    after: String,
}

struct MarginRow {
    what: String,
    registrar: String,
    cost: String,
    before: Html,
    after: Html,
}

/// The page; `refused` is why publishing was.
pub(super) async fn show(
    ctx: &Staff,
    place: &Place,
    typed: &Fields,
    preview: &Preview,
    refused: Option<&Problem>,
) -> Result<Response> {
    let (w, margins) = (ctx.words(), ctx.may(MARGINS_READ));
    let (below, may_below) = (preview.is_below_cost(), ctx.may(BELOW_COST));
    let errors = errors(ctx, refused);
    let reason = || {
        Field::text("below_cost_reason", w.t("catalog-below-cost-reason"))
            .required()
            .attr("maxlength", 120)
            .value(typed.get("below_cost_reason"))
            .error(errors.get("below_cost_reason"))
    };
    let heading = w.t1("catalog-change-review", "tld", &place.shown);
    let page = ReviewPage {
        w,
        alerts: alerts(w, below, may_below, preview.is_uncompared()),
        csrf: ctx.csrf(),
        lede: w.t2(
            "catalog-change-review-lede",
            "date",
            w.date_time_zoned(preview.proposed.effective_from),
            "list",
            place.chosen(typed).map(ListChoice::label).unwrap_or_default(),
        ),
        action: place.action(),
        hidden: kept(typed),
        digest: preview.digest.clone(),
        may_publish: !below || may_below,
        reason: (below && may_below).then(reason),
        prices: preview.proposed.steps.iter().map(|step| price_row(w, step)).collect(),
        margins: if margins {
            preview.margins.iter().map(|step| margin_row(w, step)).collect()
        } else {
            Vec::new()
        },
        touches: exposures::card(w, &preview.exposures),
        heading: heading.clone(),
        errors,
    };
    let status = refused.map_or(StatusCode::OK, |problem| match problem.kind {
        kernel::ProblemKind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        kernel::ProblemKind::Stale => StatusCode::PRECONDITION_FAILED,
        _ => StatusCode::CONFLICT,
    });
    let shown = ctx.console(&head(ctx, place, heading, refused), &page).await?;
    Ok((status, shown).into_response())
}

fn alerts(w: &Words, below: bool, may: bool, uncompared: bool) -> Vec<Alert> {
    let mut alerts = Vec::new();
    if below {
        let text = match may {
            true => w.t("catalog-below-cost-text"),
            false => w.t("catalog-below-cost-blocked"),
        };
        alerts.push(ui::alert(Tone::Bad, w.t("catalog-below-cost"), text));
    }
    if uncompared {
        let text = w.t("catalog-cost-uncompared-text");
        alerts.push(ui::alert(Tone::Warn, w.t("catalog-cost-uncompared"), text));
    }
    alerts
}

/// Everything that was typed, for the way back and for publishing.
fn kept(typed: &Fields) -> Vec<(String, String)> {
    let own = ["csrf", "publish", "back", "below_cost_reason"];
    typed
        .pairs()
        .filter(|(name, _)| !own.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn money(w: &Words, money: Option<Money>) -> String {
    money.map_or_else(
        || w.t("catalog-none"),
        |money| w.money(money.minor, money.currency.exponent(), money.currency.code()),
    )
}

fn price_row(w: &Words, step: &Step) -> PriceRow {
    let key = &step.key;
    let amount = |minor: Option<i64>| money(w, minor.map(|minor| Money::new(minor, key.currency)));
    PriceRow {
        what: w.t3(
            "catalog-what",
            "operation",
            operation(w, key.operation),
            "years",
            i64::from(key.years),
            "kind",
            kind(w, key.kind),
        ),
        before: amount(step.before),
        after: amount(step.after),
    }
}

fn margin_row(w: &Words, step: &MarginStep) -> MarginRow {
    MarginRow {
        what: w.t2(
            "catalog-operation-years",
            "operation",
            operation(w, step.operation),
            "years",
            i64::from(step.years),
        ),
        registrar: step.name.clone(),
        cost: money(w, step.after.cost),
        before: badge(w, &step.before),
        after: badge(w, &step.after),
    }
}

fn badge(w: &Words, margin: &Margin) -> Html {
    let tone = match margin.class {
        MarginClass::Negative => Tone::Bad,
        MarginClass::Low => Tone::Warn,
        MarginClass::Healthy => Tone::Ok,
        MarginClass::NotComparable | MarginClass::NoCost | MarginClass::NoPrice => Tone::None,
    };
    match margin.on_price {
        Some(on_price) => ui::badge(tone, percent(w, on_price)),
        None => ui::badge(tone, w.t("catalog-none")),
    }
}
