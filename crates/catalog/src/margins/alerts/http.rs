//! JSON routes of alerts.

use engines::margin::Service;
use kernel::{Instant, MarginAlertId, RegistrarId};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use utoipa::ToSchema;
use web::{App, ListAsk, Listed, OpenApiRouter, Result, Staff, routes};

use super::model::{Alert, Kind, Line, Told};
use super::ops;
use crate::margins::http::views::ServiceName;
use crate::permissions::MARGINS_READ;
use crate::views::{MoneyView, percent};

pub(crate) fn api() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(margin_alerts))
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
        }
    }
}

/// Margins that staff were told of, the latest first.
#[utoipa::path(get, path = "/api/v1/margins/alerts", tag = "catalog", params(ListAsk),
    responses((status = 200, description = "Alerts", body = Listed<AlertView>)))]
async fn margin_alerts(ctx: Staff, ask: ListAsk) -> Result<Listed<AlertView>> {
    ctx.allow(MARGINS_READ)?;
    let (before, most) = (ask.after::<MarginAlertId>()?, ask.fetch());
    let rows = ctx
        .read(|read| async move { ops::list(read, before, most).await }.scope_boxed())
        .await?;
    Ok(Listed::page(rows, &ask, |alert| alert.id).map(AlertView::from))
}
