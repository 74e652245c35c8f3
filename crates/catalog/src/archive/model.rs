//! What is archived, and the runs that do it.

use jiff::Span;
use jiff::tz::TimeZone;
use kernel::{ArchiveRunId, Change, DiscountId, Instant};
use serde::{Deserialize, Serialize};

use super::events::{DiscountsArchived, PricesArchived};
use crate::TldPricing;
use crate::discounts::Discount;
use crate::price_books::{Cell, Side};

/// A price, or a discount's last version, in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived<T> {
    /// As it was.
    pub item: T,
    /// When it ceased to be in force, or was superseded.
    pub ceased_at: Instant,
    /// When it was moved.
    pub archived_at: Instant,
    /// Who moved it: a printed id, or `system`.
    pub archived_by: String,
    /// In which run.
    pub run: ArchiveRunId,
}

/// What is archived, each kind after years of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What registrars charge.
    Costs,
    /// What customers pay.
    Sales,
    /// Discounts and coupons, with all of their versions.
    Discounts,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Costs, Self::Sales, Self::Discounts];
}

/// What ceased before these instants is archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutoffs {
    /// Of costs.
    pub costs: Instant,
    /// Of sales prices.
    pub sales: Instant,
    /// Of discounts and coupons.
    pub discounts: Instant,
}

impl Cutoffs {
    /// So many years ago, by the calendar.
    pub(super) fn of(setting: &TldPricing, now: Instant) -> Self {
        Self {
            costs: years_before(now, setting.cost_pricing_retention_years),
            sales: years_before(now, setting.sales_pricing_retention_years),
            discounts: years_before(now, setting.discount_history_retention_years),
        }
    }

    pub(super) const fn at(&self, kind: Kind) -> Instant {
        match kind {
            Kind::Costs => self.costs,
            Kind::Sales => self.sales,
            Kind::Discounts => self.discounts,
        }
    }
}

/// The same day so many years before (UTC); where there is no such day, the last one of its month.
fn years_before(now: Instant, years: u16) -> Instant {
    let zoned = now.timestamp().to_zoned(TimeZone::UTC);
    let before = zoned.checked_sub(Span::new().years(i64::from(years)));
    before.map_or(Instant::EPOCH, |before| Instant::from_timestamp(before.timestamp()))
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ArchiveRunState)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Moving, or about to.
    Running,
    /// Finished.
    Done,
}

impl RunState {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        [Self::Running, Self::Done]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// One run of archiving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: ArchiveRunId,
    /// Where it stands.
    pub state: RunState,
    /// When it was asked for.
    pub started_at: Instant,
    /// By whom: a printed id, or `system`.
    pub started_by: String,
    /// When it was done.
    pub finished_at: Option<Instant>,
    /// What it archives.
    pub cutoffs: Cutoffs,
    /// Costs it has moved.
    pub costs: i64,
    /// Sales prices it has moved.
    pub sales: i64,
    /// Discounts and coupons it has moved.
    pub discounts: i64,
    /// What is old enough and it left, because something refers to them.
    pub referred: i64,
}

impl Run {
    /// One that has moved nothing yet.
    pub(super) const fn open(id: ArchiveRunId, started_at: Instant, started_by: String, cutoffs: Cutoffs) -> Self {
        Self {
            id,
            state: RunState::Running,
            started_at,
            started_by,
            finished_at: None,
            cutoffs,
            costs: 0,
            sales: 0,
            discounts: 0,
            referred: 0,
        }
    }
}

/// Some prices to move, and the run after that.
pub(super) struct Batch {
    pub(super) run: Run,
    pub(super) cells: Vec<(Cell, Instant)>,
}

impl Batch {
    /// Moves these cells, each with the instant at which it ceased.
    pub(super) fn of(run: Run, cells: Vec<(Cell, Instant)>) -> Change<Self, PricesArchived> {
        let count = |side| cells.iter().filter(|(cell, _)| cell.key.side == side).count() as i64;
        let (costs, sales) = (count(Side::Cost), count(Side::Sale));
        let fact = PricesArchived {
            run: run.id,
            costs,
            sales,
        };
        let run = Run {
            costs: run.costs + costs,
            sales: run.sales + sales,
            ..run
        };
        Change::new(Self { run, cells }, fact)
    }
}

/// Some discounts to move, each with the instant at which it ceased, and the run after that.
pub(super) struct DiscountBatch {
    pub(super) run: Run,
    pub(super) discounts: Vec<(DiscountId, Instant)>,
}

impl DiscountBatch {
    pub(super) fn of(run: Run, discounts: Vec<(DiscountId, Instant)>) -> Change<Self, DiscountsArchived> {
        let fact = DiscountsArchived {
            run: run.id,
            discounts: discounts.iter().map(|(id, _)| *id).collect(),
        };
        let run = Run {
            discounts: run.discounts + discounts.len() as i64,
            ..run
        };
        Change::new(Self { run, discounts }, fact)
    }
}

/// What a run would do with one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What ceased before this instant is archived.
    pub before: Instant,
    /// How many would be moved.
    pub moved: u64,
    /// How many are old enough and stay, because something refers to them.
    pub referred: u64,
}

/// What a run would do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DryRun {
    /// With costs.
    pub costs: Part,
    /// With sales prices.
    pub sales: Part,
    /// With discounts and coupons.
    pub discounts: Part,
    /// The first of the prices that would be moved, each with the instant at which it ceased.
    pub first: Vec<(Cell, Instant)>,
    /// The first of the discounts and coupons, as their last version says it.
    pub first_discounts: Vec<(Discount, Instant)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_those_of_the_calendar() {
        let before = |now: &str, years| years_before(now.parse().unwrap(), years).to_string();
        assert_eq!(before("2026-11-27T12:00:00Z", 7), "2019-11-27T12:00:00Z");
        assert_eq!(before("2028-02-29T00:00:00Z", 5), "2023-02-28T00:00:00Z");
    }
}
