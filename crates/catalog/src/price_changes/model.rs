//! Changes of prices: what is asked for, what is to be stored, and what a change is once it is. Pure.

mod decide;
mod history;

use kernel::{Currency, Instant, PriceChangeId, PriceId};
use serde::Serialize;

use crate::imports::ListRef;
use crate::price_books::{Cell, CellKey, Kind, Operation};

pub(crate) use decide::{Standing, decide, take_back};
pub(crate) use history::changes;
pub use history::{ChangeState, PriceChange};

/// One price of a change, as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewPrice {
    /// For what.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// Which price of that operation, or which fee.
    pub kind: Kind,
    /// In minor units; nothing: no such price from then on.
    pub minor: Option<i64>,
}

/// A change of prices, as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// Whose prices.
    pub list: ListRef,
    /// Of which ending, as an A-label.
    pub ending: String,
    /// In which currency.
    pub currency: Currency,
    /// From when; nothing: from now on.
    pub effective_from: Option<Instant>,
    /// Until when its promotional prices hold; nothing: until another change.
    pub until: Option<Instant>,
    /// The prices.
    pub prices: Vec<NewPrice>,
    /// Name of the promotion.
    pub promotion: Option<String>,
    /// A remark for staff.
    pub note: Option<String>,
}

/// A price of a change with the one it follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is the price of.
    pub key: CellKey,
    /// The price in force when it begins, were there no such change.
    pub before: Option<i64>,
    /// The price from then on.
    pub after: Option<i64>,
}

/// A cell with what a change knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Marked {
    pub(crate) cell: Cell,
    pub(crate) change: Option<PriceChangeId>,
    pub(crate) promotion: Option<String>,
    pub(crate) superseded_by: Option<String>,
}

/// A cell to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) key: CellKey,
    pub(crate) from: Instant,
    pub(crate) minor: Option<i64>,
    /// The end of another change's promotion, which this one's beginning stood in for; nothing: of this change.
    pub(crate) end_of: Option<PriceChangeId>,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    /// From when.
    pub(crate) from: Instant,
    /// The prices with those they follow.
    pub(crate) steps: Vec<Step>,
    /// Cells to write.
    pub(crate) cells: Vec<Written>,
    /// Cells whose place they take, none of which has begun.
    pub(crate) superseded: Vec<PriceId>,
}

#[cfg(test)]
mod tests;
