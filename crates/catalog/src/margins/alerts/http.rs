//! JSON routes of alerts.

use axum::http::StatusCode;
use axum::response::Response;
use engines::margin::Service;
use kernel::{Instant, MarginAlertId, Problem, ProblemKind, RegistrarId};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, ListAsk, Listed, Nothing, Once, OpenApiRouter, Path, Query, Result, Staff, routes};

use super::model::{Alert, Kind, Line, Told};
use super::ops;
use super::store::{Place, Wanted};
use crate::margins::http::views::ServiceName;
use crate::permissions::MARGINS_READ;
use crate::tlds;
use crate::views::{MoneyView, percent};

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(margin_alerts))
        .routes(routes!(acknowledge))
        .routes(routes!(reopen))
}

/// One margin as it was told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginAlertLine)]
struct LineView {
    /// Of which operation.
    #[schema(value_type = ServiceName)]
    operation: Service,
    /// Whether it is what the alert is about, or stands beside it.
    affected: bool,
    /// What we took then.
    price: MoneyView,
    /// What we paid then.
    cost: MoneyView,
    /// What was left.
    profit: MoneyView,
    /// As a share of the price, in percent.
    #[schema(example = "-5.5556")]
    margin_on_price: Option<String>,
    /// As a share of the cost, in percent.
    #[schema(example = "-5.2632")]
    margin_on_cost: Option<String>,
}

impl From<Line> for LineView {
    fn from(line: Line) -> Self {
        Self {
            operation: line.service,
            affected: line.affected,
            price: line.price.into(),
            cost: line.cost.into(),
            profit: line.profit.into(),
            margin_on_price: line.on_price.map(percent),
            margin_on_cost: line.on_cost.map(percent),
        }
    }
}

/// A margin that staff were told of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginAlert)]
struct AlertView {
    /// Its id.
    #[schema(value_type = String, example = "mga_0193400000007000800000000000000a")]
    id: MarginAlertId,
    /// The ending, as an A-label.
    #[schema(example = "com")]
    tld: String,
    /// Whom we pay.
    #[schema(value_type = String, example = "reg_0193400000007000800000000000000a")]
    registrar: RegistrarId,
    /// Its name then.
    #[schema(example = "At cost")]
    registrar_name: String,
    /// What is wrong.
    kind: Kind,
    /// The version of the prices it is made of: nobody is told of the same version twice.
    price_version: String,
    /// The version of the price book.
    #[schema(example = 42)]
    book_version: i64,
    /// The figures, as they were.
    lines: Vec<LineView>,
    /// How staff were told.
    told: Told,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// Who has seen to it; null while it is open.
    acknowledged: Option<AcknowledgementView>,
}

/// Somebody has seen to an alert.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginAlertAcknowledgement)]
struct AcknowledgementView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// Who.
    #[schema(example = "usr_0193400000007000800000000000000b")]
    by: String,
    /// What they noted.
    #[schema(example = "Loss leader until March")]
    note: Option<String>,
}

impl From<Alert> for AlertView {
    fn from(alert: Alert) -> Self {
        Self {
            id: alert.id,
            tld: alert.ending,
            registrar: alert.registrar,
            registrar_name: alert.registrar_name,
            kind: alert.kind,
            price_version: alert.price_version,
            book_version: alert.book_version,
            lines: alert.lines.into_iter().map(Into::into).collect(),
            told: alert.told,
            created_at: alert.created_at,
            acknowledged: alert.acknowledged.map(|said| AcknowledgementView {
                at: said.at,
                by: said.by,
                note: said.note,
            }),
        }
    }
}

/// Which alerts.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct Asked {
    /// `open`, or `acknowledged`; both if not said.
    #[param(example = "open")]
    pub(super) state: String,
    /// `negative` or `low`.
    #[param(example = "negative")]
    pub(super) kind: String,
    /// One ending, as an A-label or as people write it.
    #[param(example = "com")]
    pub(super) tld: String,
}

impl Asked {
    pub(super) fn read(&self) -> Result<Wanted, Problem> {
        let bad = |pointer, code| Problem::new(ProblemKind::Unreadable, code).field(pointer, code);
        let open = match self.state.as_str() {
            "" => None,
            "open" => Some(true),
            "acknowledged" => Some(false),
            _ => return Err(bad("/state", "alert_state_unknown")),
        };
        let kind = match self.kind.as_str() {
            "" => None,
            name => Some(Kind::parse(name).ok_or_else(|| bad("/kind", "margin_class_unknown"))?),
        };
        let tld = match self.tld.trim().trim_start_matches('.') {
            "" => None,
            text => Some(tlds::parse(text).map_err(|_| bad("/tld", "not_an_ending"))?.ascii),
        };
        Ok(Wanted { open, kind, tld })
    }
}

/// Margins that staff were told of: open alerts before those somebody has seen to, the worst first.
#[utoipa::path(get, path = "/api/v1/margins/alerts", tag = "catalog", params(ListAsk, Asked),
    responses((status = 200, description = "Alerts", body = Listed<AlertView>)))]
async fn margin_alerts(ctx: Staff, ask: ListAsk, Query(asked): Query<Asked>) -> Result<Listed<AlertView>> {
    ctx.allow(MARGINS_READ)?;
    let (wanted, after, most) = (&asked.read()?, ask.after::<Place>()?, ask.fetch());
    let rows = ctx
        .read(|read| async move { ops::list(read, wanted, after, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, Alert::place).map(AlertView::from))
}

/// What somebody says who has seen to an alert.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = AcknowledgeMarginAlert)]
struct AcknowledgeBody {
    /// A note for those who look later, one line.
    #[schema(max_length = 120, example = "Loss leader until March")]
    note: String,
}

/// Say that you have seen to an alert. It changes no price, and the next version of the prices is told anew.
#[utoipa::path(post, path = "/api/v1/margins/alerts/{id}/acknowledge", tag = "catalog", request_body = AcknowledgeBody, operation_id = "acknowledge_margin_alert",
    params(("id" = String, Path, description = "The alert", example = "mga_0193400000007000800000000000000a")),
    responses((status = 200, description = "Seen to", body = AlertView)))]
async fn acknowledge(ctx: Staff, Path(id): Path<MarginAlertId>, once: Once<AcknowledgeBody>) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    once.write(&ctx, StatusCode::OK, |tx, body| {
        async move { one(ops::acknowledge(tx, &[id], &body.note).await?) }.scope_boxed()
    })
    .await
}

/// Take back that you have seen to an alert: it is open again.
#[utoipa::path(post, path = "/api/v1/margins/alerts/{id}/reopen", tag = "catalog", operation_id = "reopen_margin_alert",
    params(("id" = String, Path, description = "The alert", example = "mga_0193400000007000800000000000000a")),
    responses((status = 200, description = "Open", body = AlertView)))]
async fn reopen(ctx: Staff, Path(id): Path<MarginAlertId>, once: Once<Nothing>) -> Result<Response> {
    ctx.allow(MARGINS_READ)?;
    once.write(&ctx, StatusCode::OK, |tx, _| {
        async move { one(ops::reopen(tx, &[id]).await?) }.scope_boxed()
    })
    .await
}

fn one(alerts: Vec<Alert>) -> platform::Result<AlertView> {
    let alert = alerts.into_iter().next();
    Ok(alert.ok_or_else(Problem::not_found)?.into())
}
