//! What the routes answer with.

use engines::margin::{Exchange, MarginClass, Service};
use kernel::{Instant, Percent, RegistrarId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::margins::ask::Wanted;
use crate::margins::report::{MarginReport, MarginRow};
use crate::margins::tally::Tally;
use crate::margins::trend::Point;
use crate::views::{MoneyView, percent};

/// The engine's services, for the description of the API.
#[derive(ToSchema)]
#[schema(as = MarginService, rename_all = "snake_case")]
#[expect(dead_code, reason = "only described: answers carry the engine's own type")]
pub(in crate::margins) enum ServiceName {
    /// The first year as it is sold now, first-year prices and promotions counted.
    RegisterFirstYear,
    /// The first year at its lasting price.
    RegisterRegular,
    /// Another year.
    Renew,
    /// Bringing a name in, with the year that adds.
    Transfer,
    /// Taking a name back from redemption, with one year's renewal where that comes on top.
    Restore,
}

/// The engine's classes, for the description of the API.
#[derive(ToSchema)]
#[schema(as = MarginReportClass, rename_all = "snake_case")]
#[expect(dead_code, reason = "only described: answers carry the engine's own type")]
pub(super) enum ClassName {
    /// Sold below cost.
    Negative,
    /// Something is left, but less than the limit.
    Low,
    /// At the limit or above.
    Healthy,
    /// Price and cost are known, in currencies between which there is no rate that may be used.
    NotComparable,
    /// There is a price, and no registrar has a cost.
    NoCost,
    /// There is a cost and no price.
    NoPrice,
}

/// What is earned on one service of one ending at one registrar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Margin)]
pub(super) struct MarginView {
    /// The ending, as an A-label.
    #[schema(example = "com")]
    tld: String,
    /// As people write it.
    #[schema(example = "com")]
    shown: String,
    /// Whom we pay; null where no registrar has a cost.
    registrar: Option<PayeeView>,
    /// For what.
    #[schema(value_type = ServiceName)]
    operation: Service,
    /// How to take it.
    #[schema(value_type = ClassName)]
    class: MarginClass,
    /// Why price and cost cannot be compared: `rate_missing`, `rate_stale` or `conversion_too_large`.
    #[schema(example = "rate_stale")]
    reason: Option<&'static str>,
    /// What we take, in the report's currency.
    price: Option<MoneyView>,
    /// What we pay, in the report's currency.
    cost: Option<MoneyView>,
    /// Price less cost, in the report's currency.
    profit: Option<MoneyView>,
    /// Profit as a share of the price, in percent.
    #[schema(example = "-5.5556")]
    margin_on_price: Option<String>,
    /// Profit as a share of the cost, in percent.
    #[schema(example = "-5.2632")]
    margin_on_cost: Option<String>,
    /// What we take, as the sales list has it.
    listed_price: Option<MoneyView>,
    /// What we pay, as the registrar charges it, ICANN's fee counted.
    charged_cost: Option<MoneyView>,
    /// The exchange rate the cost was converted at; null where nothing was converted.
    rate: Option<RateView>,
    /// The book's version.
    #[schema(example = 42)]
    book_version: i64,
    /// For which instant.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
}

/// Whom we pay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginPayee)]
pub(super) struct PayeeView {
    /// The registrar account.
    #[schema(value_type = String, example = "reg_0193400000007000800000000000000a")]
    id: RegistrarId,
    /// Its name.
    #[schema(example = "At cost")]
    name: String,
}

/// An exchange rate that was used.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginRate)]
pub(super) struct RateView {
    /// One unit of this currency.
    #[schema(example = "EUR")]
    from: &'static str,
    /// Is worth so much of this.
    #[schema(example = "USD")]
    to: &'static str,
    /// The rate as the sources have it.
    #[schema(example = "1.16")]
    rate: Option<String>,
    /// What was converted at: with the mark-up.
    #[schema(example = "1.16")]
    applied: Option<String>,
    /// When the older of its quotes was quoted.
    #[schema(value_type = Option<String>, format = DateTime)]
    quoted_at: Option<Instant>,
}

impl RateView {
    fn of(exchange: &Exchange) -> Self {
        let quoted = exchange.quoted.ok();
        Self {
            from: exchange.from.code(),
            to: exchange.to.code(),
            rate: quoted.map(|quoted| quoted.rate.to_string()),
            applied: quoted.map(|quoted| quoted.applied.to_string()),
            quoted_at: quoted.and_then(|quoted| quoted.quoted_at()),
        }
    }
}

impl MarginView {
    pub(super) fn of(report: &MarginReport<'_>, row: &MarginRow<'_>) -> Self {
        let margin = row.found.margin;
        Self {
            tld: row.tld.ending.to_string(),
            shown: row.tld.shown.to_string(),
            registrar: row.registrar.map(|registrar| PayeeView {
                id: registrar.id,
                name: registrar.name.clone(),
            }),
            operation: row.found.service,
            class: row.found.margin.class,
            reason: row.found.reason.map(|reason| reason.code()),
            price: margin.price.map(Into::into),
            cost: margin.cost.map(Into::into),
            profit: margin.profit.map(Into::into),
            margin_on_price: margin.on_price.map(percent),
            margin_on_cost: margin.on_cost.map(percent),
            listed_price: row.found.price.map(Into::into),
            charged_cost: row.found.cost.map(Into::into),
            rate: row.found.cost_rate.map(|place| RateView::of(&report.rates[place])),
            book_version: report.version,
            at: report.question.at,
        }
    }
}

/// How many margins stand how.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginTally)]
pub(super) struct TallyView {
    /// Below cost.
    negative: u32,
    /// Not below cost, under the limit.
    low: u32,
    /// At the limit or above.
    healthy: u32,
    /// In currencies between which there is no rate that may be used.
    not_comparable: u32,
    /// No registrar has a cost.
    no_cost: u32,
    /// There is no price.
    no_price: u32,
    /// The median of the margins on price, in percent.
    #[schema(example = "3.1250")]
    median_on_price: Option<String>,
}

impl From<Tally> for TallyView {
    fn from(tally: Tally) -> Self {
        Self {
            negative: tally.count(MarginClass::Negative),
            low: tally.count(MarginClass::Low),
            healthy: tally.count(MarginClass::Healthy),
            not_comparable: tally.count(MarginClass::NotComparable),
            no_cost: tally.count(MarginClass::NoCost),
            no_price: tally.count(MarginClass::NoPrice),
            median_on_price: tally.median.map(percent),
        }
    }
}

/// The counts of one service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginsByService)]
struct ByService {
    /// Which.
    #[schema(value_type = ServiceName)]
    operation: Service,
    /// Its counts.
    tally: TallyView,
}

/// The counts of one registrar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginsByRegistrar)]
struct ByRegistrar {
    /// Which.
    registrar: PayeeView,
    /// Its counts.
    tally: TallyView,
}

/// One moment of the past.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginPoint)]
struct PointView {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// How many margins were negative.
    negative: u32,
    /// The median of the margins on price, in percent.
    #[schema(example = "3.1250")]
    median_on_price: Option<String>,
}

/// All margins at a glance.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MarginSummary)]
pub(super) struct SummaryView {
    /// The book's version.
    #[schema(example = 42)]
    book_version: i64,
    /// For which instant.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// The report's currency.
    #[schema(example = "USD")]
    currency: &'static str,
    /// A margin on price under this is low, in percent.
    #[schema(example = "5.0000")]
    low_below: String,
    /// All of them.
    all: TallyView,
    /// By service.
    by_operation: Vec<ByService>,
    /// By registrar, the first asked first.
    by_registrar: Vec<ByRegistrar>,
    /// The rates used.
    rates: Vec<RateView>,
    /// The last twelve weeks of all margins, the earliest first.
    trend: Vec<PointView>,
}

impl SummaryView {
    pub(super) fn of(report: &MarginReport<'_>, wanted: &Wanted, trend: &[Point]) -> Self {
        let rows: Vec<&MarginRow<'_>> = report.rows.iter().filter(|row| wanted.takes(row)).collect();
        let tally = |keep: &dyn Fn(&MarginRow<'_>) -> bool| Tally::of(rows.iter().copied().filter(|row| keep(row)));
        let low_below: Percent = report.question.rules.low_below;
        Self {
            book_version: report.version,
            at: report.question.at,
            currency: report.question.currency.code(),
            low_below: percent(low_below),
            all: tally(&|_| true).into(),
            by_operation: Service::ALL
                .into_iter()
                .map(|service| ByService {
                    operation: service,
                    tally: tally(&|row| row.found.service == service).into(),
                })
                .collect(),
            by_registrar: report
                .registrars()
                .into_iter()
                .map(|registrar| ByRegistrar {
                    registrar: PayeeView {
                        id: registrar.id,
                        name: registrar.name.clone(),
                    },
                    tally: tally(&|row| row.registrar.is_some_and(|of| of.id == registrar.id)).into(),
                })
                .collect(),
            rates: report.rates.iter().map(RateView::of).collect(),
            trend: trend
                .iter()
                .map(|point| PointView {
                    at: point.at,
                    negative: point.negative,
                    median_on_price: point.median.map(percent),
                })
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_described_names_are_the_engines() {
        let described = |schema| {
            let json = serde_json::to_value::<utoipa::openapi::RefOr<utoipa::openapi::Schema>>(schema).unwrap();
            let of = |part: &serde_json::Value| part["enum"].as_array().cloned().unwrap_or_default();
            let mut names = of(&json);
            for part in json["oneOf"].as_array().into_iter().flatten() {
                names.extend(of(part));
            }
            names
        };
        assert_eq!(
            described(<ServiceName as utoipa::PartialSchema>::schema()),
            Service::ALL.map(Service::name)
        );
        assert_eq!(
            described(<ClassName as utoipa::PartialSchema>::schema()),
            MarginClass::ALL.map(MarginClass::name)
        );
    }
}
