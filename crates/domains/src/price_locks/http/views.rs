//! Price locks as the API writes them.

use kernel::{CustomerId, DiscountId, Instant, PriceId, PriceLockId, RateSheetId};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{LockLine, PriceLock, Repriced};
use crate::offers::http::MoneyBody;

/// Prices that hold.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceLock)]
pub(super) struct LockView {
    /// Its id.
    #[schema(value_type = String, example = "lck_01934000000070008000000000000031")]
    id: PriceLockId,
    /// For whom.
    #[schema(value_type = Option<String>, required = true)]
    customer: Option<CustomerId>,
    /// The coupon's code.
    #[schema(required = true)]
    coupon: Option<String>,
    /// The exact total, without tax.
    total: MoneyBody,
    /// How many names.
    names: usize,
    /// Whether it still holds.
    holds: bool,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Instant,
    /// The version of the price book.
    book_version: i64,
    /// The version of the exchange rates; 0 where none were looked at.
    rates_version: i64,
    /// The moment its prices were in force at.
    #[schema(value_type = String, format = DateTime)]
    priced_at: Instant,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// Who made it.
    created_by: String,
}

impl LockView {
    pub(super) fn new(lock: &PriceLock, now: Instant) -> Self {
        Self {
            id: lock.id,
            customer: lock.customer,
            coupon: lock.coupon.clone(),
            total: lock.total.into(),
            names: lock.lines.len(),
            holds: lock.holds(now),
            expires_at: lock.expires_at,
            book_version: lock.book_version,
            rates_version: lock.rates_version,
            priced_at: lock.priced_at,
            created_at: lock.created_at,
            created_by: lock.created_by.clone(),
        }
    }
}

/// A lock with its names.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceLockDetail)]
pub(super) struct LockDetail {
    #[serde(flatten)]
    lock: LockView,
    /// By name, in the order asked.
    lines: Vec<LineView>,
    /// What today's prices make of it; null where a name has no price any more.
    #[schema(required = true)]
    today: Option<TodayView>,
}

/// The locked price of one name.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceLockLine)]
struct LineView {
    /// The name in canonical form.
    name: String,
    /// What is done with it.
    #[schema(example = "register")]
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// The exact total, without tax.
    total: MoneyBody,
    /// What each year costs; empty where the term has a price of its own.
    by_year: Vec<MoneyBody>,
    /// SHA-256 of the price's canonical explanation.
    fingerprint: String,
    /// The recorded prices it was made of.
    #[schema(value_type = Vec<String>)]
    prices: Vec<PriceId>,
    /// Discounts and the coupon that were taken off, in that order.
    #[schema(value_type = Vec<String>)]
    discounts: Vec<DiscountId>,
    /// The sheets of exchange rates it was converted at; empty where nothing was.
    #[schema(value_type = Vec<String>)]
    rate_sheets: Vec<RateSheetId>,
    /// The explanation, line by line.
    explanation: String,
}

impl From<&LockLine> for LineView {
    fn from(line: &LockLine) -> Self {
        Self {
            name: line.name.ascii().to_owned(),
            operation: line.operation().name(),
            years: line.amounts.years,
            total: line.amounts.total.into(),
            by_year: line.by_year.iter().copied().map(MoneyBody::from).collect(),
            fingerprint: line.fingerprint.clone(),
            prices: line.trace.steps().iter().map(|step| step.version).collect(),
            discounts: line.trace.reductions().iter().map(|taken| taken.discount).collect(),
            rate_sheets: line.trace.rate_sheets(),
            explanation: line.canonical.clone(),
        }
    }
}

/// What today's prices make of a lock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceLockToday)]
struct TodayView {
    /// `unchanged`: charge the locked total; `fall`: charge less; `rise`: ask the customer again.
    #[schema(example = "unchanged")]
    verdict: &'static str,
    /// What may be charged, or after a rise what to ask for.
    total: MoneyBody,
}

impl From<Repriced> for TodayView {
    fn from(repriced: Repriced) -> Self {
        let (verdict, total) = match repriced {
            Repriced::Unchanged { total } => ("unchanged", total),
            Repriced::Rise { to, .. } => ("rise", to),
            Repriced::Fall { to, .. } => ("fall", to),
        };
        Self {
            verdict,
            total: total.into(),
        }
    }
}

impl LockDetail {
    pub(super) fn new(lock: &PriceLock, today: Option<Repriced>, now: Instant) -> Self {
        Self {
            lock: LockView::new(lock, now),
            lines: lock.lines.iter().map(LineView::from).collect(),
            today: today.map(TodayView::from),
        }
    }
}
