//! What is archived, and the runs that do it.

use jiff::Span;
use jiff::tz::TimeZone;
use kernel::{ArchiveRunId, Change, Instant};
use serde::{Deserialize, Serialize};

use super::events::PricesArchived;
use crate::TldPricing;
use crate::price_books::{Cell, Side};

/// A price in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The price as it was.
    pub cell: Cell,
    /// When it ceased to be in force, or was superseded.
    pub ceased_at: Instant,
    /// When it was moved.
    pub archived_at: Instant,
    /// Who moved it: a printed id, or `system`.
    pub archived_by: String,
    /// In which run.
    pub run: ArchiveRunId,
}

/// What ceased before these instants is archived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutoffs {
    /// Of costs.
    pub costs: Instant,
    /// Of sales prices.
    pub sales: Instant,
}

impl Cutoffs {
    /// So many years ago, by the calendar.
    pub(super) fn of(setting: &TldPricing, now: Instant) -> Self {
        Self {
            costs: years_before(now, setting.cost_pricing_retention_years),
            sales: years_before(now, setting.sales_pricing_retention_years),
        }
    }

    pub(super) const fn at(&self, side: Side) -> Instant {
        match side {
            Side::Cost => self.costs,
            Side::Sale => self.sales,
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
    /// Prices old enough that it left, because something refers to them.
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

/// What a run would do with one kind of price.
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
    /// The first of what would be moved, each with the instant at which it ceased.
    pub first: Vec<(Cell, Instant)>,
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
