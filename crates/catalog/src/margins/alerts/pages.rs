//! Alerts in the console: one line each, open ones and the worst first, and seeing to them.

use askama::Template;
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use kernel::{MarginAlertId, Percent, Problem};
use scoped_futures::ScopedFutureExt;
use serde::Deserialize;
use web::messages::Words;
use web::page::{Flash, Head};
use web::ui::{self, Field, Html, Icon, ListQuery, Pager, Tabs, Tone, Views};
use web::{App, Csv, Form, ListAsk, Listed, Query, Result, See, Staff};

use super::model::{Alert, Kind, Told};
use super::ops;
use super::store::{Counts, Place, Wanted};
use crate::margins::pages::{ALERTS_PATH, PATH, service, tabs};
use crate::permissions::MARGINS_READ;
use crate::{price_books, tlds};

/// Rows of the CSV, at most.
const MOST_CSV: u64 = 10_000;

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(ALERTS_PATH, get(list))
        .route("/console/margins/alerts.csv", get(csv))
        .route("/console/margins/alerts/acknowledge", post(acknowledge))
        .route("/console/margins/alerts/reopen", post(reopen))
}

/// What the address asks of the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    /// Nothing: open ones; `negative`, `low`: open ones of that kind; `acknowledged`.
    view: String,
    tld: String,
}

impl Asked {
    /// Whatever cannot be read narrows nothing.
    fn wanted(&self) -> Wanted {
        let tld = tlds::parse(self.tld.trim().trim_start_matches('.')).ok();
        Wanted {
            tld: tld.map(|tld| tld.ascii),
            ..match self.view.as_str() {
                "acknowledged" => Wanted {
                    open: Some(false),
                    ..Wanted::default()
                },
                kind => Wanted::open(Kind::parse(kind)),
            }
        }
    }

    fn is_of_seen(&self) -> bool {
        self.view == "acknowledged"
    }
}

#[derive(Template)]
#[template(path = "pages/margin_alerts.html")]
struct AlertsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    views: Views,
    list: ListQuery,
    tld: Field,
    view: String,
    alert: Option<ui::Alert>,
    rows: Vec<Row>,
    /// Those listed are seen to, so that what can be done is to open them again.
    seen: bool,
    note: Field,
    pager: Pager,
    empty: ui::Empty,
    csrf: String,
}

struct Row {
    id: String,
    href: String,
    ending: String,
    registrar: String,
    badge: Html,
    service: String,
    figures: String,
    /// How many more of its services are affected.
    more: String,
    told: String,
    at: Html,
    seen_at: Html,
    note: String,
}

async fn list(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Response> {
    show(&ctx, &ask, &asked, &Picked::default(), None).await
}

async fn show(
    ctx: &Staff,
    ask: &ListAsk,
    asked: &Asked,
    picked: &Picked,
    alert: Option<ui::Alert>,
) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    let (wanted, after, most) = (&asked.wanted(), ask.after::<Place>()?, ask.fetch());
    let (rows, counts) = ctx
        .read(|read| {
            async move {
                let rows = ops::list(read, wanted, after, most).await?;
                Ok((rows, ops::counts(read).await?))
            }
            .scope_boxed()
        })
        .await?;
    let Listed { data, next } = Listed::page(rows, ask, Alert::place);
    let w = ctx.words();
    let list = ListQuery::new(ALERTS_PATH)
        .param("view", asked.view.as_str())
        .param("tld", asked.tld.trim());
    let pager = Pager::cursor(w, data.len() as u64);
    let page = AlertsPage {
        w,
        tabs: tabs(w, ALERTS_PATH),
        views: views(w, &list, &counts, asked),
        tld: Field::text("tld", w.t("catalog-ending"))
            .value(asked.tld.trim())
            .attr("size", 12),
        view: asked.view.clone(),
        alert,
        rows: data.iter().map(|alert| row(w, alert)).collect(),
        seen: asked.is_of_seen(),
        note: Field::text("note", w.t("catalog-alert-note"))
            .value(&picked.note)
            .attr("maxlength", 120),
        pager: match next {
            Some(next) => pager.next(list.with("after", next)),
            None => pager,
        },
        list,
        empty: empty(w, asked),
        csrf: ctx.csrf(),
    };
    let head = Head::new(w.t("catalog-margin-alerts")).crumb(w.t("nav-domains"), "");
    ctx.console(&head.crumb(w.t("catalog-margins"), PATH), &page).await
}

fn views(w: &Words, list: &ListQuery, counts: &Counts, asked: &Asked) -> Views {
    let each = [
        ("", w.t("catalog-alerts-open"), counts.negative + counts.low),
        ("negative", w.t("catalog-margin-negative"), counts.negative),
        ("low", w.t("catalog-margin-low"), counts.low),
        ("acknowledged", w.t("catalog-alerts-acknowledged"), counts.acknowledged),
    ];
    each.into_iter()
        .fold(Views::new(w.t("catalog-views")), |views, (name, label, count)| {
            let href = if name.is_empty() {
                list.without("view")
            } else {
                list.with("view", name)
            };
            views.view(href, label, Some(count), asked.view == name)
        })
}

fn empty(w: &Words, asked: &Asked) -> ui::Empty {
    if asked.view.is_empty() && asked.tld.trim().is_empty() {
        return ui::Empty::new(Icon::Check, w.t("catalog-no-alerts"), w.t("catalog-no-alerts-text"));
    }
    ui::Empty::new(
        Icon::Check,
        w.t("catalog-no-such-alerts"),
        w.t("catalog-no-such-alerts-text"),
    )
    .link(ALERTS_PATH, w.t("catalog-show-all"))
}

fn row(w: &Words, alert: &Alert) -> Row {
    let worst = alert.worst_line();
    let affected = alert.lines.iter().filter(|line| line.affected).count();
    let tone = match alert.kind {
        Kind::Negative => Tone::Bad,
        Kind::Low => Tone::Warn,
    };
    let share = worst.and_then(|line| line.on_price);
    let share = share.map_or_else(|| w.t("catalog-free"), |share| price_books::percent(w, share));
    let seen = alert.acknowledged.as_ref();
    Row {
        id: alert.id.to_string(),
        href: format!("/console/margins?tld={}", alert.ending),
        ending: format!(".{}", alert.ending),
        registrar: alert.registrar_name.clone(),
        badge: ui::badge(tone, share),
        service: worst.map(|line| service(w, line.service)).unwrap_or_default(),
        figures: worst.map_or_else(String::new, |line| {
            w.t2(
                "catalog-alert-price-over-cost",
                "price",
                w.price(line.price),
                "cost",
                w.price(line.cost),
            )
        }),
        more: match affected.saturating_sub(1) {
            0 => String::new(),
            more => w.t1("catalog-alert-more", "n", more),
        },
        told: match alert.told {
            Told::Mail => w.t("catalog-told-mail"),
            Told::Notice => w.t("catalog-told-notice"),
        },
        at: ui::when(w, alert.created_at),
        seen_at: seen.map(|said| ui::when(w, said.at)).unwrap_or_default(),
        note: seen.and_then(|said| said.note.clone()).unwrap_or_default(),
    }
}

/// The alerts picked, and what is noted of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Picked {
    sel: Vec<String>,
    note: String,
    view: String,
    tld: String,
}

impl Picked {
    fn ids(&self) -> Vec<MarginAlertId> {
        self.sel.iter().filter_map(|id| id.parse().ok()).collect()
    }

    /// Where they came from.
    fn asked(&self) -> Asked {
        Asked {
            view: self.view.clone(),
            tld: self.tld.clone(),
        }
    }

    fn back(&self) -> String {
        let list = ListQuery::new(ALERTS_PATH).param("view", self.view.as_str());
        list.param("tld", self.tld.trim()).href()
    }
}

async fn acknowledge(ctx: Staff, form: Form<Picked>) -> Result<Response> {
    let (picked, ids) = (&form.value, &form.value.ids());
    let done = ctx
        .write(|tx| async move { ops::acknowledge(tx, ids, &picked.note).await }.scope_boxed())
        .await;
    told(&ctx, picked, done, "catalog-alerts-acknowledged-now").await
}

async fn reopen(ctx: Staff, form: Form<Picked>) -> Result<Response> {
    let (picked, ids) = (&form.value, &form.value.ids());
    let done = ctx
        .write(|tx| async move { ops::reopen(tx, ids).await }.scope_boxed())
        .await;
    told(&ctx, picked, done, "catalog-alerts-reopened-now").await
}

async fn told(
    ctx: &Staff,
    picked: &Picked,
    done: platform::Result<Vec<Alert>>,
    said: &'static str,
) -> Result<Response> {
    let w = ctx.words();
    match done {
        Ok(done) => {
            let flash = Flash::done(w.t1(said, "n", done.len()));
            Ok(See::other(picked.back()).flash(flash).into_response())
        }
        Err(platform::Error::Problem(problem)) => refused(ctx, picked, &problem).await,
        Err(other) => Err(other.into()),
    }
}

/// The page again with what was typed, and why nothing was done.
async fn refused(ctx: &Staff, picked: &Picked, problem: &Problem) -> Result<Response> {
    let w = ctx.words();
    let alert = ui::alert(Tone::Bad, w.t("catalog-alerts-unchanged"), w.problem(problem));
    let page = show(ctx, &ListAsk::default(), &picked.asked(), picked, Some(alert)).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

async fn csv(ctx: Staff, Query(asked): Query<Asked>) -> Result<Csv> {
    ctx.allow(MARGINS_READ)?;
    let wanted = &asked.wanted();
    let alerts = ctx
        .read(|read| async move { ops::list(read, wanted, None, MOST_CSV).await }.scope_boxed())
        .await?;
    let columns = [
        "id",
        "created_at",
        "tld",
        "registrar",
        "kind",
        "operation",
        "more_operations",
        "currency",
        "price",
        "cost",
        "profit",
        "margin_on_price",
        "told",
        "acknowledged_at",
        "acknowledged_by",
        "note",
    ];
    let mut csv = Csv::new("margin-alerts.csv", &columns);
    for alert in &alerts {
        let seen = alert.acknowledged.as_ref();
        // A line each, as on the page: the worst of its services, and how many more there are.
        let Some(line) = alert.worst_line() else { continue };
        let more = alert.lines.iter().filter(|line| line.affected).count() - 1;
        csv = csv.row([
            alert.id.to_string(),
            alert.created_at.to_string(),
            alert.ending.clone(),
            alert.registrar_name.clone(),
            alert.kind.name().to_owned(),
            line.service.name().to_owned(),
            more.to_string(),
            line.price.currency.code().to_owned(),
            line.price.decimal(),
            line.cost.decimal(),
            line.profit.decimal(),
            line.on_price
                .map(|share: Percent| crate::views::percent(share))
                .unwrap_or_default(),
            alert.told.name().to_owned(),
            seen.map(|said| said.at.to_string()).unwrap_or_default(),
            seen.map(|said| said.by.clone()).unwrap_or_default(),
            seen.and_then(|said| said.note.clone()).unwrap_or_default(),
        ]);
    }
    Ok(csv)
}
