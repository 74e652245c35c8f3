//! Cells of the price book: one price from one instant on.

use kernel::{Currency, ImportId, Instant, PriceId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::words::{Kind, Operation, Side};

/// What a price is the price of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CellKey {
    /// Cost or sale.
    pub side: Side,
    /// The registrar's id for costs, the sales list's for sales.
    pub list: Uuid,
    /// The ending, as an A-label.
    pub ending: String,
    /// In which currency.
    pub currency: Currency,
    /// For what.
    pub operation: Operation,
    /// For how many years; 0 for a transfer or restore that adds none.
    pub years: u8,
    /// Which price of that operation, or which fee.
    pub kind: Kind,
}

/// One price from one instant on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its id.
    pub id: PriceId,
    /// What it is the price of.
    pub key: CellKey,
    /// From when it holds, until the next cell of the same key.
    pub effective_from: Instant,
    /// The amount; nothing: no such price from then on.
    pub amount_minor: Option<i64>,
    /// A remark for staff.
    pub note: Option<String>,
    /// The import that brought it.
    pub import: Option<ImportId>,
    /// When we learnt of it.
    pub recorded_at: Instant,
    /// Who recorded it: a printed id, or `system`.
    pub recorded_by: String,
    /// When another cell took its place before it had taken effect.
    pub superseded_at: Option<Instant>,
}
