//! What the routes answer with.

use kernel::{ArchiveRunId, Currency, DiscountId, Instant, PriceId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::archive::model::{Archived, DryRun, Part, Run, RunState};
use crate::discounts::{Discount, TermsView};
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

impl From<Archived<Cell>> for ArchivedView {
    fn from(archived: Archived<Cell>) -> Self {
        Self {
            price: OldPriceView::of(archived.item, archived.ceased_at),
            archived_at: archived.archived_at,
            archived_by: archived.archived_by,
            run: archived.run,
        }
    }
}

/// A discount or coupon as its last version said it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OldDiscount)]
pub(super) struct OldDiscountView {
    /// Its id.
    #[schema(value_type = String, example = "dsc_01934000000070008000000000000031")]
    id: DiscountId,
    /// As staff called it.
    #[schema(example = "Spring")]
    name: String,
    /// The code of a coupon, in capitals.
    #[schema(example = "SPRING-27")]
    code: Option<String>,
    #[serde(flatten)]
    terms: TermsView,
    /// From when it was to hold.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// Until when, that instant excluded.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_until: Option<Instant>,
    /// How many versions it had.
    #[schema(example = 2)]
    version: i64,
    /// When it ended, or was taken back.
    #[schema(value_type = String, format = DateTime)]
    ceased_at: Instant,
}

impl OldDiscountView {
    fn of(discount: Discount, ceased_at: Instant) -> Self {
        Self {
            terms: TermsView::of(&discount.terms),
            id: discount.id,
            name: discount.name,
            code: discount.coupon.map(|coupon| coupon.code),
            effective_from: discount.from,
            effective_until: discount.until,
            version: discount.version,
            ceased_at,
        }
    }
}

/// A discount or coupon in the archive.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchivedDiscount)]
pub(super) struct ArchivedDiscountView {
    /// The discount.
    discount: OldDiscountView,
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

impl From<Archived<Discount>> for ArchivedDiscountView {
    fn from(archived: Archived<Discount>) -> Self {
        Self {
            discount: OldDiscountView::of(archived.item, archived.ceased_at),
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
    /// Discounts and coupons that ended before this instant are moved.
    #[schema(value_type = String, format = DateTime)]
    discounts_before: Instant,
    /// Costs moved.
    #[schema(example = 412)]
    costs: i64,
    /// Sales prices moved.
    #[schema(example = 88)]
    sales: i64,
    /// Discounts and coupons moved.
    #[schema(example = 2)]
    discounts: i64,
    /// What is old and was left at hand because something refers to them.
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
            discounts_before: run.cutoffs.discounts,
            costs: run.costs,
            sales: run.sales,
            discounts: run.discounts,
            referred: run.referred,
        }
    }
}

/// What a run would do with one kind.
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
    /// With discounts and coupons.
    discounts: PartView,
    /// The first prices that would be moved, at most twenty.
    first: Vec<OldPriceView>,
    /// The first discounts and coupons that would be moved, at most ten.
    first_discounts: Vec<OldDiscountView>,
}

impl From<DryRun> for DryRunView {
    fn from(found: DryRun) -> Self {
        Self {
            costs: found.costs.into(),
            sales: found.sales.into(),
            discounts: found.discounts.into(),
            first_discounts: found
                .first_discounts
                .into_iter()
                .map(|(discount, at)| OldDiscountView::of(discount, at))
                .collect(),
            first: found
                .first
                .into_iter()
                .map(|(cell, at)| OldPriceView::of(cell, at))
                .collect(),
        }
    }
}
