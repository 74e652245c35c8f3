//! What the route answers.

use engines::fx::Quoted;
use engines::pricing::discounts::{Off, Years};
use engines::pricing::{Priced, Reducer, Rule, Trace};
use kernel::{DiscountId, Instant, Money, PriceId, RateSheetId, RegistrarId};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{Earned, EffectivePrice};
use crate::views::{MoneyView, percent};

/// What a buyer pays, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EffectivePrice)]
pub(super) struct EffectivePriceView {
    /// To be paid, without tax.
    total: MoneyView,
    /// Before anything was taken off.
    undiscounted: MoneyView,
    /// The list's first year, before discounts; null where the term has a price of its own.
    first_year: Option<MoneyView>,
    /// What one more year costs on the list; the next renewal has the discounts of its own day.
    renewal: Option<MoneyView>,
    /// For how many years.
    years: u8,
    /// The version of the price book it was made from.
    book_version: i64,
    /// The coupon of the code asked for, where one is in force. Whether it counted is among the reductions.
    #[schema(value_type = Option<String>)]
    coupon: Option<DiscountId>,
    /// Every step.
    trace: TraceView,
    /// What it costs and what is left; only for those who may see margins.
    #[serde(skip_serializing_if = "Option::is_none")]
    earned: Option<EarnedView>,
}

/// What is left of a price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EffectivePriceEarned)]
struct EarnedView {
    /// The registrar that asks least.
    #[schema(value_type = Option<String>)]
    registrar: Option<RegistrarId>,
    /// What it takes.
    cost: Option<MoneyView>,
    /// Price less cost.
    profit: Option<MoneyView>,
    /// Profit as a share of the price, with four decimals.
    #[schema(example = "12.3456")]
    margin_on_price: Option<String>,
    /// Profit as a share of the cost.
    margin_on_cost: Option<String>,
    /// Why it costs that.
    trace: Option<TraceView>,
}

/// Why a price is what it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceTrace)]
struct TraceView {
    /// The rate its prices were converted at, where they were.
    rate: Option<RateView>,
    /// Prices that were added up.
    steps: Vec<StepView>,
    /// What was taken off, in the order it was.
    reductions: Vec<ReductionView>,
    /// The moment whose knowledge it was made from.
    #[schema(value_type = String, format = DateTime)]
    known_at: Instant,
    /// The one way to write this trace down.
    text: String,
    /// SHA-256 of the text.
    fingerprint: String,
}

/// So many times a price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceStep)]
struct StepView {
    /// The rule that was applied.
    #[schema(value_type = String, example = "renewal_years")]
    rule: Rule,
    /// The price's id.
    #[schema(value_type = String)]
    version: PriceId,
    /// Since when that price is in force.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// As the list has it, where it was converted.
    listed: Option<MoneyView>,
    /// Of one.
    unit: MoneyView,
    /// How many times.
    times: u8,
    /// What that makes.
    amount: MoneyView,
}

/// A discount or a coupon that counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceReduction)]
struct ReductionView {
    /// `discount` or `coupon`.
    #[schema(value_type = String, example = "discount")]
    kind: Reducer,
    /// Its id.
    #[schema(value_type = String)]
    id: DiscountId,
    /// As staff call it.
    name: String,
    /// Off the whole purchase (`all`) or its first year (`first`).
    #[schema(value_type = String, example = "all")]
    years: Years,
    /// The share it takes.
    percent: Option<String>,
    /// Or the amount, as it was given.
    amount: Option<MoneyView>,
    /// The rate that amount was converted at, where it was.
    rate: Option<RateView>,
    /// Off how much.
    base: MoneyView,
    /// How much that is.
    taken: MoneyView,
}

/// An exchange rate and what it was made of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceRate)]
struct RateView {
    /// One unit of this.
    from: &'static str,
    /// In this.
    to: &'static str,
    /// As the sources have it.
    #[schema(example = "0.8")]
    rate: String,
    /// What was added, in percent.
    #[schema(example = "2.0000")]
    markup: String,
    /// What was converted at.
    #[schema(example = "0.816")]
    applied: String,
    /// The sheets its quotes stand on.
    #[schema(value_type = Vec<String>)]
    sheets: Vec<RateSheetId>,
    /// When the older of its quotes was quoted.
    #[schema(value_type = Option<String>, format = DateTime)]
    quoted_at: Option<Instant>,
}

impl From<EffectivePrice> for EffectivePriceView {
    fn from(price: EffectivePrice) -> Self {
        let amounts = price.priced.amounts;
        Self {
            total: amounts.total.into(),
            undiscounted: price.priced.trace.undiscounted().into(),
            first_year: amounts.first_year.map(MoneyView::from),
            renewal: amounts.renewal.map(MoneyView::from),
            years: amounts.years,
            book_version: price.book_version,
            coupon: price.coupon,
            trace: TraceView::of(&price.priced.trace, &price.names),
            earned: price.earned.map(EarnedView::from),
        }
    }
}

impl From<Earned> for EarnedView {
    fn from(earned: Earned) -> Self {
        let Earned {
            registrar,
            cost,
            margin,
        } = earned;
        Self {
            registrar,
            cost: margin.cost.map(MoneyView::from),
            profit: margin.profit.map(MoneyView::from),
            margin_on_price: margin.on_price.map(percent),
            margin_on_cost: margin.on_cost.map(percent),
            trace: cost.map(|Priced { trace, .. }| TraceView::of(&trace, &[])),
        }
    }
}

impl TraceView {
    fn of(trace: &Trace, names: &[String]) -> Self {
        let currency = trace.total().currency;
        let money = |minor| MoneyView::from(Money::new(minor, currency));
        let listed = |listed: Option<i64>| Some(Money::new(listed?, trace.rate()?.from).into());
        let steps = trace.steps().iter().map(|step| StepView {
            rule: step.rule,
            version: step.version,
            effective_from: step.effective_from,
            listed: listed(step.listed),
            unit: money(step.unit),
            times: step.times,
            amount: money(step.amount),
        });
        let reductions = trace.reductions().iter().zip(names).map(|(taken, name)| {
            let (share, amount) = match taken.off {
                Off::Percent(share) => (Some(percent(share)), None),
                Off::Amount(amount) => (None, Some(amount.into())),
            };
            ReductionView {
                kind: taken.kind,
                id: taken.discount,
                name: name.clone(),
                years: taken.years,
                percent: share,
                amount,
                rate: taken.rate.as_ref().map(RateView::from),
                base: money(taken.base),
                taken: money(taken.amount),
            }
        });
        Self {
            rate: trace.rate().map(RateView::from),
            steps: steps.collect(),
            reductions: reductions.collect(),
            known_at: trace.known_at(),
            text: trace.canonical(),
            fingerprint: trace.fingerprint(),
        }
    }
}

impl From<&Quoted> for RateView {
    fn from(rate: &Quoted) -> Self {
        Self {
            from: rate.from.code(),
            to: rate.to.code(),
            rate: rate.rate.to_string(),
            markup: percent(rate.markup),
            applied: rate.applied.to_string(),
            sheets: rate.legs.iter().flatten().map(|leg| leg.sheet).collect(),
            quoted_at: rate.quoted_at(),
        }
    }
}
