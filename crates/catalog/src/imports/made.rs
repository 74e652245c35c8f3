//! Prices that rules made instead of a file: the same plan, the same dry run, the same applying.

use kernel::{ImportId, Instant, Problem};
use platform::{Read, Result};
use sha2::{Digest, Sha256};

use super::apply::Ready;
use super::model::{Format, Import, ListRef};
use super::plan::{self, Class, Counts, Plan, PlanRow};
use super::prepare::{Draft, Prepared};
use super::store;
use crate::permissions::{MARGINS_READ, PRICES_EDIT};
use crate::price_books::CellKey;
use crate::price_rules::Run;
use crate::sales_lists::SalesList;

/// A price that was made.
pub(crate) struct MadePrice {
    /// Of what.
    pub(crate) key: CellKey,
    /// The price in force.
    pub(crate) before: Option<i64>,
    /// The price that was made.
    pub(crate) after: i64,
    /// What it costs, in the same currency.
    pub(crate) cost: Option<i64>,
    /// By which version of which rule.
    pub(crate) note: String,
}

impl MadePrice {
    fn row(self) -> PlanRow {
        let class = match self.before {
            None => Class::Added,
            Some(before) if before == self.after => Class::Unchanged,
            Some(_) => Class::Changed,
        };
        PlanRow {
            class,
            line: 0,
            key: self.key,
            before: self.before,
            after: Some(self.after),
            fees_before: 0,
            fees_after: 0,
            effective_from: None,
            against: self.cost,
            note: Some(self.note),
        }
    }
}

/// What rules made, for which list and from when.
pub(crate) struct Made<'a> {
    pub(crate) list: &'a SalesList,
    /// What the dry run is called.
    pub(crate) name: String,
    pub(crate) book_version: i64,
    pub(crate) effective_from: Option<Instant>,
    pub(crate) prices: Vec<MadePrice>,
    pub(crate) run: Run,
}

/// Only who may change prices and see costs runs rules: what they make tells what things cost.
pub(crate) fn may_run(read: &Read) -> Result<()> {
    read.allow(PRICES_EDIT)?;
    read.allow(MARGINS_READ)
}

/// A dry run of what rules made, not yet kept.
pub(crate) fn prepare_made(read: &Read, made: Made<'_>) -> Result<Prepared> {
    let rows: Vec<PlanRow> = made.prices.into_iter().map(MadePrice::row).collect();
    let counts = Counts {
        left_out: u32::try_from(made.run.skipped.len()).unwrap_or(u32::MAX),
        ..plan::count(&rows)
    };
    let rules = serde_json::to_vec(&made.run.rules)?;
    let draft = Draft {
        format: Format::PriceRules,
        list: ListRef::Sales(made.list.id),
        list_name: made.list.name.clone(),
        currency: made.list.currency,
        file_name: made.name,
        size_bytes: 0,
        content_hash: Some(hex::encode(Sha256::digest(&rules))),
        book_version: made.book_version,
        effective_from: made.effective_from,
        rows: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        counts,
    };
    let plan = Plan {
        run: Some(made.run),
        rows,
        ..Plan::default()
    };
    // Rules price endings that have costs: the tenant has met them all.
    draft.with(read, plan, Vec::new())
}

/// The latest dry runs of rules, without what they made.
///
/// # Errors
/// `forbidden`, or the database.
pub(crate) async fn made_lately(read: &Read, most: u64) -> Result<Vec<Import>> {
    may_run(read)?;
    store::latest_of(read, Format::PriceRules, most).await
}

/// A dry run of rules, with what they made.
///
/// # Errors
/// `not_found`, also for imports that no rules made; `forbidden`, or the database.
pub(crate) async fn made_plan_of(read: &Read, id: ImportId) -> Result<(Import, Plan)> {
    may_run(read)?;
    let found = store::by_id(read, id).await?;
    let made = found.filter(|(import, _)| import.format == Format::PriceRules);
    made.ok_or_else(|| Problem::not_found().into())
}

/// Reads what rules made, ahead of the transaction that puts it into the book with [`super::apply()`].
///
/// # Errors
/// As [`made_plan_of`].
pub(crate) async fn ready_made(read: &Read, id: ImportId) -> Result<Ready> {
    let made = made_plan_of(read, id).await?;
    Ready::of(read, made).await
}
