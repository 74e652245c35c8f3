//! The prices of one ending over time: every version with its state, and the steps of sale and cost.

use std::collections::HashMap;

use kernel::{Id, Instant};

use super::book::Book;
use super::model::{Cell, CellKey};
use super::report::{self, ReportRow};
use super::words::Side;
use crate::exposures::Ground;
use crate::tlds::Tld;

/// Where a version of a price stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// Another has followed.
    Past,
    /// In force.
    Current,
    /// Takes effect later; can still be changed.
    Scheduled,
    /// Was replaced before it took effect, or at its very instant.
    Superseded,
}

/// Every cell with where it stands at `now`, in the order given.
pub(crate) fn versions(cells: &[Cell], now: Instant) -> Vec<(&Cell, Standing)> {
    let mut current: HashMap<&CellKey, Instant> = HashMap::new();
    for cell in cells
        .iter()
        .filter(|cell| cell.superseded_at.is_none() && cell.effective_from <= now)
    {
        let latest = current.entry(&cell.key).or_insert(cell.effective_from);
        *latest = (*latest).max(cell.effective_from);
    }
    let standing = |cell: &Cell| match current.get(&cell.key) {
        _ if cell.superseded_at.is_some() => Standing::Superseded,
        _ if cell.effective_from > now => Standing::Scheduled,
        Some(latest) if *latest == cell.effective_from => Standing::Current,
        _ => Standing::Past,
    };
    cells.iter().map(|cell| (cell, standing(cell))).collect()
}

/// Sale and cost of an ending as they are from each instant on at which something changed, the earliest first. Prices of
/// lists that are not the book's change nothing in it. Costs in other currencies are converted at the rates of one moment.
pub(crate) fn steps<'b>(
    book: &'b Book,
    tld: &'b Tld,
    ground: &Ground,
    cells: &[Cell],
) -> Vec<(Instant, ReportRow<'b>)> {
    let standard = book.sales_list.map(Id::uuid);
    let mut instants: Vec<Instant> = cells
        .iter()
        .filter(|cell| cell.superseded_at.is_none() && (cell.key.side == Side::Cost || Some(cell.key.list) == standard))
        .map(|cell| cell.effective_from)
        .collect();
    instants.sort_unstable();
    instants.dedup();
    instants
        .into_iter()
        .map(|at| (at, report::row(book, tld, ground, at)))
        .collect()
}
