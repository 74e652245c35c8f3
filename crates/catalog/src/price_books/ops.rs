//! What can be done with the price book as a whole. Prices come in through `imports`.

use std::sync::Arc;

use kernel::{Instant, Problem, SalesListId};
use platform::{Ctx, Read, Result, Tx};

use super::book::{Book, Parts};
use super::model::{NewSalesList, SalesList};
use super::{Books, store};
use crate::permissions::{PRICES_EDIT, PRICES_READ};
use crate::{registrars, tlds};

/// The book that answers for `at`. A book holds every price over time, past and scheduled, so today's answers for any
/// instant; the instant is part of the question that is put to the engine.
///
/// # Errors
/// When the database fails.
pub async fn book_at(ctx: &Ctx, books: &Books, _at: Instant) -> Result<Arc<Book>> {
    books.book(ctx).await
}

/// Reads and builds the tenant's book.
pub(crate) async fn load(read: &Read) -> Result<Book> {
    let (version, changed_at) = store::version_since(read).await?;
    Book::build(Parts {
        now: read.now(),
        version,
        changed_at,
        cells: store::standing_cells(read).await?,
        lists: store::lists(read).await?,
        tlds: tlds::all(read).await?,
        registrars: registrars::all(read).await?,
    })
}

/// Brings the book to its next version after something beside its prices changed, and has it loaded anew.
pub(crate) async fn touch(tx: &mut Tx, books: &Books) -> Result<()> {
    store::advance_anyhow(&mut tx.bookkeeping("the change it follows is audited; the version only tells readers"))
        .await?;
    reload_after_commit(tx, books);
    Ok(())
}

/// Has the book loaded anew once this transaction is durable.
pub(crate) fn reload_after_commit(tx: &mut Tx, books: &Books) {
    let (books, tenant) = (books.clone(), tx.tenant());
    tx.after_commit(move || books.mark_stale(tenant));
}

/// Adds a sales list. Its short name must be free; there is one standard list.
///
/// # Errors
/// `bad_slug`, `bad_name`, `sales_list_exists`, `standard_list_exists`, `forbidden`, or the database.
pub async fn add_sales_list(tx: &mut Tx, books: &Books, new: NewSalesList) -> Result<SalesList> {
    tx.allow(PRICES_EDIT)?;
    for list in store::lists(tx).await? {
        if list.slug == new.slug.trim() {
            return Err(Problem::conflict("sales_list_exists")
                .field("/slug", "sales_list_exists")
                .into());
        }
        if list.standard && new.standard {
            return Err(Problem::conflict("standard_list_exists").arg("name", list.name).into());
        }
    }
    let (id, now) = (tx.new_id(), tx.now());
    let list = tx.save(SalesList::open(id, new, now)?).await?;
    touch(tx, books).await?;
    Ok(list)
}

/// All sales lists, the standard one first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn sales_lists(read: &Read) -> Result<Vec<SalesList>> {
    read.allow(PRICES_READ)?;
    store::lists(read).await
}

/// One sales list.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn sales_list(read: &Read, id: SalesListId) -> Result<SalesList> {
    read.allow(PRICES_READ)?;
    store::list_by_id(read, id)
        .await?
        .ok_or_else(|| Problem::not_found().into())
}
