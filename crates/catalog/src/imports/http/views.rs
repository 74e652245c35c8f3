//! What the routes of imports answer with.

use engines::margin::MarginRules;
use kernel::{ImportId, Instant, Money};
use serde::Serialize;
use utoipa::ToSchema;
use web::exposures::ExposureView;

use crate::imports::model::{Format, Import, State};
use crate::imports::plan::{Class, Counts, PlanRow};
use crate::imports::sheet::{Finding, Reason, Weight};
use crate::price_books::Side;
use crate::views::{MoneyView, percent};

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportView {
    /// Its id.
    #[schema(value_type = String, example = "imp_0193400000007000800000000000000c")]
    id: ImportId,
    /// How the file is written.
    format: Format,
    /// Cost or sale.
    side: Side,
    /// Where its prices go.
    list: String,
    /// That list's name.
    list_name: String,
    /// The list's currency.
    #[schema(example = "USD")]
    currency: &'static str,
    /// What the file is called.
    file_name: String,
    /// How long it is.
    size_bytes: u64,
    /// SHA-256 of the file.
    content_hash: String,
    /// SHA-256 of what applying does.
    plan_hash: String,
    /// The version of the book it was compared with.
    book_version: i64,
    /// Where it stands.
    state: State,
    /// From when its prices hold; null: from when it is applied.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Instant>,
    /// Rows or entries in the file.
    rows: u32,
    /// What it changes and what was wrong.
    counts: Counts,
    /// When it was previewed.
    #[schema(value_type = String, format = DateTime)]
    created_at: Instant,
    /// By whom.
    created_by: String,
    /// When it was applied.
    #[schema(value_type = Option<String>, format = DateTime)]
    applied_at: Option<Instant>,
    /// By whom.
    applied_by: Option<String>,
    /// The version of the book it made.
    applied_version: Option<i64>,
}

impl From<Import> for ImportView {
    fn from(import: Import) -> Self {
        Self {
            id: import.id,
            format: import.format,
            side: import.list.side(),
            list: import.list.to_string(),
            list_name: import.list_name,
            currency: import.currency.code(),
            file_name: import.file_name,
            size_bytes: import.size_bytes,
            content_hash: import.content_hash,
            plan_hash: import.plan_hash,
            book_version: import.book_version,
            state: import.state,
            effective_from: import.effective_from,
            rows: import.rows,
            counts: import.counts,
            created_at: import.created_at,
            created_by: import.created_by,
            applied_at: import.applied_at,
            applied_by: import.applied_by,
            applied_version: import.applied_version,
        }
    }
}

/// Something wrong with a file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FindingView {
    /// The line, from 1; 0 for the file as a whole.
    line: u32,
    /// The column, from 1; 0 for the whole line.
    column: u32,
    /// The column's name, or the JSON path.
    #[schema(example = "price")]
    field: String,
    /// What stands there, shortened.
    #[schema(example = "9,50")]
    value: String,
    /// Why it cannot be used, stable.
    reason: Reason,
    /// Why, for a person.
    #[schema(example = "Commas stand between thousands only: 1,234.50")]
    detail: String,
    /// Whether it refuses the file or leaves the row out.
    weight: Weight,
}

impl FindingView {
    pub(super) fn of(ctx: &web::Ctx, finding: Finding) -> Self {
        let detail = ctx.t(&finding.reason.key());
        let Finding {
            line,
            column,
            field,
            value,
            reason,
            weight,
        } = finding;
        Self {
            line,
            column,
            field,
            value,
            reason,
            detail,
            weight,
        }
    }
}

/// An import with what was wrong with its file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ImportDetail {
    #[serde(flatten)]
    pub(super) import: ImportView,
    /// What was wrong: at most a thousand, the counts say how many there are.
    pub(super) findings: Vec<FindingView>,
    /// What applying it touches, as of now; nothing once it was applied or where it cannot be.
    pub(super) exposures: Vec<ExposureView>,
}

/// One price of a plan, before and after.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowView {
    /// What becomes of it.
    class: Class,
    /// The line of the file; 0 for a vanished price.
    line: u32,
    /// The ending.
    #[schema(example = "com")]
    ending: String,
    /// `register`, `renew`, `transfer` or `restore`.
    operation: &'static str,
    /// For how many years.
    years: u8,
    /// `regular`, `first_year`, `promo`, `icann_fee` or `privacy`.
    kind: &'static str,
    /// The price in force, null where there is none.
    before: Option<MoneyView>,
    /// The price that will be; null: none any more.
    after: Option<MoneyView>,
    /// From when, where the row says so itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Instant>,
    /// Margin on price in percent before; null when not known or not permitted.
    #[schema(example = "4.2000")]
    margin_before: Option<String>,
    /// Margin on price in percent after.
    #[schema(example = "-1.1000")]
    margin_after: Option<String>,
}

impl RowView {
    /// With the margins, by these rules, for those who may see them.
    pub(super) fn of(row: &PlanRow, margins: Option<MarginRules>) -> Self {
        let money = |minor| MoneyView::from(Money::new(minor, row.key.currency));
        let (before, after) = margins.and_then(|rules| row.margins(&rules)).unwrap_or_default();
        Self {
            class: row.class,
            line: row.line,
            ending: row.key.ending.clone(),
            operation: row.key.operation.name(),
            years: row.key.years,
            kind: row.key.kind.name(),
            before: row.before.map(money),
            after: row.after.map(money),
            effective_from: row.effective_from,
            margin_before: before.and_then(|margin| margin.on_price).map(percent),
            margin_after: after.and_then(|margin| margin.on_price).map(percent),
        }
    }
}
