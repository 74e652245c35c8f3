//! Alerts in the console: what staff were told, the latest first.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;
use kernel::{MarginAlertId, Percent};
use scoped_futures::ScopedFutureExt;
use web::messages::Words;
use web::page::Head;
use web::ui::{self, Html, Icon, ListQuery, Pager, Tabs, Tone};
use web::{App, Csv, ListAsk, Listed, Result, Staff};

use super::model::{Alert, Kind, Line, Told};
use super::ops;
use crate::margins::pages::{ALERTS_PATH, PATH, service, tabs};
use crate::permissions::MARGINS_READ;
use crate::price_books;

/// Rows of the CSV, at most.
const MOST_CSV: u64 = 10_000;

pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route(ALERTS_PATH, get(list))
        .route("/console/margins/alerts.csv", get(csv))
}

#[derive(Template)]
#[template(path = "pages/margin_alerts.html")]
struct AlertsPage<'a> {
    w: &'a Words,
    tabs: Tabs,
    list: ListQuery,
    rows: Vec<Row>,
    pager: Pager,
    empty: ui::Empty,
}

struct Row {
    href: String,
    ending: String,
    registrar: String,
    kind: Html,
    lines: Vec<(String, String)>,
    told: String,
    at: Html,
}

async fn list(ctx: Staff, ask: ListAsk) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    let (before, most) = (ask.after::<MarginAlertId>()?, ask.fetch());
    let rows = ctx
        .read(|read| async move { ops::list(read, before, most).await }.scope_boxed())
        .await?;
    let Listed { data, next } = Listed::page(rows, &ask, |alert| alert.id);
    let w = ctx.words();
    let list = ListQuery::new(ALERTS_PATH);
    let pager = Pager::cursor(w, data.len() as u64);
    let page = AlertsPage {
        w,
        tabs: tabs(w, ALERTS_PATH),
        rows: data.iter().map(|alert| row(w, alert)).collect(),
        pager: match next {
            Some(next) => pager.next(list.with("after", next)),
            None => pager,
        },
        list,
        empty: ui::Empty::new(Icon::Bell, w.t("catalog-no-alerts"), w.t("catalog-no-alerts-text")),
    };
    let head = Head::new(w.t("catalog-margin-alerts")).crumb(w.t("nav-domains"), "");
    ctx.console(&head.crumb(w.t("catalog-margins"), PATH), &page).await
}

fn row(w: &Words, alert: &Alert) -> Row {
    let share = |line: &Line| {
        line.on_price
            .map(|share| price_books::percent(w, share))
            .unwrap_or_default()
    };
    let told = |line: &Line| {
        let figures = w.t3(
            "catalog-mail-digest-line",
            "cost",
            w.price(line.cost),
            "price",
            w.price(line.price),
            "margin",
            share(line),
        );
        (service(w, line.service), figures)
    };
    Row {
        href: format!("/console/margins?tld={}", alert.ending),
        ending: format!(".{}", alert.ending),
        registrar: alert.registrar_name.clone(),
        kind: match alert.kind {
            Kind::Negative => ui::badge(Tone::Bad, w.t("catalog-margin-negative")),
            Kind::Low => ui::badge(Tone::Warn, w.t("catalog-margin-low")),
        },
        lines: alert.lines.iter().filter(|line| line.affected).map(told).collect(),
        told: match alert.told {
            Told::Mail => w.t("catalog-told-mail"),
            Told::Notice => w.t("catalog-told-notice"),
        },
        at: ui::when(w, alert.created_at),
    }
}

async fn csv(ctx: Staff) -> Result<Csv> {
    ctx.allow(MARGINS_READ)?;
    let alerts = ctx
        .read(|read| async move { ops::list(read, None, MOST_CSV).await }.scope_boxed())
        .await?;
    let columns = [
        "id",
        "created_at",
        "tld",
        "registrar",
        "kind",
        "operation",
        "currency",
        "price",
        "cost",
        "profit",
        "margin_on_price",
        "told",
    ];
    let mut csv = Csv::new("margin-alerts.csv", &columns);
    for alert in &alerts {
        for line in alert.lines.iter().filter(|line| line.affected) {
            csv = csv.row([
                alert.id.to_string(),
                alert.created_at.to_string(),
                alert.ending.clone(),
                alert.registrar_name.clone(),
                alert.kind.name().to_owned(),
                line.service.name().to_owned(),
                line.price.currency.code().to_owned(),
                line.price.decimal(),
                line.cost.decimal(),
                line.profit.decimal(),
                line.on_price
                    .map(|share: Percent| crate::views::percent(share))
                    .unwrap_or_default(),
                alert.told.name().to_owned(),
            ]);
        }
    }
    Ok(csv)
}
