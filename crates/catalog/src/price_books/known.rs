//! Sales prices as an earlier version of the book had them: what proves a price that was told then.
//!
//! A version is exact where moments are not: of two transactions of one instant only one had committed when the book was
//! read, and its version says which.

use engines::pricing::{self, List, PriceBook};
use kernel::{Currency, Id, Instant, PriceId, SalesListId};
use platform::{Error, Read, Result};

use super::store;
use super::words::{Kind, Operation};

/// Every sales price ever recorded of one ending, superseded and archived ones included.
#[derive(Clone, Debug)]
pub struct EndingCells {
    ending: String,
    cells: Vec<KnownCell>,
}

/// A price with the versions of the book it counts in.
#[derive(Clone, Debug)]
pub(super) struct KnownCell {
    pub(super) id: PriceId,
    pub(super) list: uuid::Uuid,
    pub(super) operation: Operation,
    pub(super) years: u8,
    pub(super) kind: Kind,
    pub(super) currency: Currency,
    pub(super) effective_from: Instant,
    pub(super) amount_minor: Option<i64>,
    pub(super) recorded_at: Instant,
    pub(super) since_version: i64,
    pub(super) superseded_version: Option<i64>,
}

impl EndingCells {
    /// Reads them. Not for people: asks for no right.
    ///
    /// # Errors
    /// The database.
    pub async fn read(read: &Read, ending: &str) -> Result<Self> {
        Ok(Self {
            ending: ending.to_owned(),
            cells: store::sales_ever(read, ending).await?,
        })
    }

    /// The prices of a list as version `version` of the book had them; `known_at` is what that book called its knowledge.
    ///
    /// # Errors
    /// When a cell cannot be part of a book: it was altered outside the product.
    pub fn book(&self, list: SalesListId, version: i64, known_at: Instant) -> Result<PriceBook> {
        let counts = |cell: &&KnownCell| {
            cell.list == list.uuid()
                && cell.since_version <= version
                && cell.superseded_version.is_none_or(|superseded| version < superseded)
        };
        let cells = self.cells.iter().filter(counts).map(|cell| self.engine_cell(cell));
        PriceBook::as_known_at(cells, known_at).map_err(Error::internal)
    }

    fn engine_cell<'c>(&'c self, cell: &KnownCell) -> pricing::Cell<'c> {
        pricing::Cell {
            list: List::Sales,
            tld: &self.ending,
            operation: cell.operation,
            years: cell.years,
            kind: cell.kind,
            currency: cell.currency,
            effective_from: cell.effective_from,
            minor: cell.amount_minor,
            recorded_at: cell.recorded_at,
            superseded_at: None,
            version: cell.id,
        }
    }
}
