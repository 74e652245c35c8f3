//! Changes in the database: the cells of an ending, and the one write that makes a change so.

use kernel::{Id, PriceChangeId, PriceId, Problem};
use platform::{Read, Result, Stored, Writer};

use crate::imports::ListRef;
use crate::price_books::store::{self, Mark};
use crate::price_books::{Cell, Side};
use crate::tlds::{NewTlds, Tld};

use super::model::Marked;

/// Every cell of one ending on one side, superseded ones included; of one list where one is named.
pub(super) async fn cells(read: &Read, ending: &str, side: Side, list: Option<ListRef>) -> Result<Vec<Marked>> {
    let cells = store::marked_cells(read, ending, side, list.map(ListRef::uuid)).await?;
    let marked = |(cell, mark): (Cell, Mark)| Marked {
        cell,
        change: mark.change.map(PriceChangeId::from_uuid),
        promotion: mark.promotion,
        superseded_by: mark.superseded_by,
    };
    Ok(cells.into_iter().map(marked).collect())
}

/// A change as it is saved: new cells, and those whose place they take.
pub(super) struct Published {
    pub(super) cells: Vec<(Cell, Mark)>,
    pub(super) superseded: Vec<PriceId>,
    /// The version of the book it was decided on.
    pub(super) book_version: i64,
    /// The ending, where the tenant did not have it.
    pub(super) first_met: Option<Tld>,
}

impl Stored for Published {
    /// The guards first. The book must be at the version this was decided on; and the database itself looks that no cell
    /// that is taken back has begun by now: whoever was late changes nothing.
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        if !store::advance(writer, self.book_version).await? {
            return Err(Problem::conflict("prices_moved").into());
        }
        let version = self.book_version + 1;
        let taken_back = store::supersede_future(writer, &self.superseded, version).await?;
        if taken_back != self.superseded.len() as u64 {
            return Err(Problem::conflict("price_begun").into());
        }
        if let Some(tld) = &self.first_met {
            NewTlds(std::slice::from_ref(tld)).store(writer).await?;
        }
        store::insert_marked(writer, &self.cells, version).await
    }
}
