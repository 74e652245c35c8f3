//! What the routes answer with.

use kernel::{ArchiveRunId, Currency, Instant, PriceId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::archive::model::{Archived, DryRun, Part, Run, RunState};
use crate::price_books::{Cell, Kind, Operation, Side};

/// A price as it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OldPrice)]
pub(super) struct OldPriceView {
    /// Its id.
    #[schema(value_type = String, example = "pri_0193400000007000800000000000000a")]
    id: PriceId,
    /// Cost or sale.
    side: Side,
    /// The ending, as an A-label.
    #[schema(example = "com")]
    tld: String,
    /// For what.
    #[schema(value_type = String, example = "register")]
    operation: Operation,
    /// For how many years.
    #[schema(example = 1)]
    years: u8,
    /// Which price of that operation, or which fee.
    #[schema(value_type = String, example = "regular")]
    kind: Kind,
    /// In which currency.
    #[schema(value_type = String, example = "USD")]
    currency: Currency,
    /// Minor units; null: no such price from then on.
    #[schema(example = 1108)]
    minor: Option<i64>,
    /// From when it held.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// When it ceased to be in force, or was superseded.
    #[schema(value_type = String, format = DateTime)]
    ceased_at: Instant,
    /// When it was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Instant,
    /// By whom.
    #[schema(example = "usr_0193400000007000800000000000000b")]
    recorded_by: String,
    /// When another took its place before it had taken effect.
    #[schema(value_type = Option<String>, format = DateTime)]
    superseded_at: Option<Instant>,
}

impl OldPriceView {
    fn of(cell: Cell, ceased_at: Instant) -> Self {
        Self {
            id: cell.id,
            side: cell.key.side,
            tld: cell.key.ending,
            operation: cell.key.operation,
            years: cell.key.years,
            kind: cell.key.kind,
            currency: cell.key.currency,
            minor: cell.amount_minor,
            effective_from: cell.effective_from,
            ceased_at,
            recorded_at: cell.recorded_at,
            recorded_by: cell.recorded_by,
            superseded_at: cell.superseded_at,
        }
    }
}

/// A price in the archive.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedPrice)]
pub(super) struct ArchivedView {
    /// The price.
    price: OldPriceView,
    /// When it was moved.
    #[schema(value_type = String, format = DateTime)]
    archived_at: Instant,
    /// Who moved it.
    #[schema(example = "system")]
    archived_by: String,
    /// In which run.
    #[schema(value_type = String, example = "arr_0193400000007000800000000000000c")]
    run: ArchiveRunId,
}

impl From<Archived> for ArchivedView {
    fn from(archived: Archived) -> Self {
        Self {
            price: OldPriceView::of(archived.cell, archived.ceased_at),
            archived_at: archived.archived_at,
            archived_by: archived.archived_by,
            run: archived.run,
        }
    }
}

/// One run of archiving.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveRun)]
pub(super) struct RunView {
    /// Its id.
    #[schema(value_type = String, example = "arr_0193400000007000800000000000000c")]
    id: ArchiveRunId,
    /// Where it stands.
    state: RunState,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    started_at: Instant,
    /// By whom.
    #[schema(example = "system")]
    started_by: String,
    /// When it was done.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Instant>,
    /// Costs that ceased before this instant are moved.
    #[schema(value_type = String, format = DateTime)]
    costs_before: Instant,
    /// Sales prices that ceased before this instant are moved.
    #[schema(value_type = String, format = DateTime)]
    sales_before: Instant,
    /// Costs moved.
    #[schema(example = 412)]
    costs: i64,
    /// Sales prices moved.
    #[schema(example = 88)]
    sales: i64,
    /// Old prices left at hand because something refers to them.
    #[schema(example = 3)]
    referred: i64,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        Self {
            id: run.id,
            state: run.state,
            started_at: run.started_at,
            started_by: run.started_by,
            finished_at: run.finished_at,
            costs_before: run.cutoffs.costs,
            sales_before: run.cutoffs.sales,
            costs: run.costs,
            sales: run.sales,
            referred: run.referred,
        }
    }
}

/// What a run would do with one kind of price.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveDryRunPart)]
struct PartView {
    /// What ceased before this instant would be moved.
    #[schema(value_type = String, format = DateTime)]
    before: Instant,
    /// How many would be moved.
    #[schema(example = 412)]
    moved: u64,
    /// How many are old enough and stay, because something refers to them.
    #[schema(example = 3)]
    referred: u64,
}

impl From<Part> for PartView {
    fn from(part: Part) -> Self {
        let Part {
            before,
            moved,
            referred,
        } = part;
        Self {
            before,
            moved,
            referred,
        }
    }
}

/// What a run would do now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveDryRun)]
pub(super) struct DryRunView {
    /// With costs.
    costs: PartView,
    /// With sales prices.
    sales: PartView,
    /// The first of what would be moved, at most twenty.
    first: Vec<OldPriceView>,
}

impl From<DryRun> for DryRunView {
    fn from(found: DryRun) -> Self {
        Self {
            costs: found.costs.into(),
            sales: found.sales.into(),
            first: found
                .first
                .into_iter()
                .map(|(cell, at)| OldPriceView::of(cell, at))
                .collect(),
        }
    }
}
