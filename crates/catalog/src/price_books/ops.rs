//! What can be done with the price book as a whole. Prices come in through `imports`.

use kernel::Problem;
use platform::{Read, Result, Tx};

use super::book::{Book, Parts};
use super::model::Cell;
use super::{Books, store};
use crate::permissions::{MARGINS_READ, PRICES_READ};
use crate::tlds::{self, Tld};
use crate::{discounts, registrars, sales_lists, settings};

/// Reads and builds the tenant's book.
pub(crate) async fn load(read: &Read) -> Result<Book> {
    load_from(read, false).await
}

/// The same with what was archived: for questions about times the prices at hand no longer tell all of.
pub(crate) async fn load_whole(read: &Read) -> Result<Book> {
    load_from(read, true).await
}

async fn load_from(read: &Read, archived: bool) -> Result<Book> {
    let (version, changed_at) = store::version_since(read).await?;
    let standard = sales_lists::all(read).await?.into_iter().find(|list| list.standard);
    let standard_id = standard.as_ref().map(|list| list.id);
    let mut cells = store::book_cells(read, standard_id).await?;
    let mut discounts = discounts::store::standing(read).await?;
    if archived {
        cells.extend(store::archived_book_cells(read, standard_id).await?);
        discounts.extend(discounts::store::archived_standing(read).await?);
    }
    Book::build(Parts {
        now: read.now(),
        version,
        changed_at,
        cells,
        standard,
        tlds: tlds::all(read).await?,
        registrars: registrars::all(read).await?,
        settings: settings::tld_pricing(read).await?,
        discounts,
    })
}

/// Brings the book to its next version after something beside its prices changed, and has it loaded anew.
pub(crate) async fn touch(tx: &mut Tx, books: &Books) -> Result<()> {
    store::advance_anyhow(&mut tx.bookkeeping("the change it follows is audited; the version only tells readers"))
        .await?;
    reload_after_commit(tx, books);
    Ok(())
}

/// The version the book comes to with this transaction: it is held, so that nobody else moves it until then.
pub(crate) async fn next_version(tx: &mut Tx) -> Result<i64> {
    store::hold(&mut tx.bookkeeping("nothing is written: the row is held until the change is saved")).await?;
    Ok(store::version(tx).await? + 1)
}

/// Has the book loaded anew once this transaction is durable.
pub(crate) fn reload_after_commit(tx: &mut Tx, books: &Books) {
    books.stale_after_commit(tx);
}

/// The versions of one ending that are read at most.
const MOST_VERSIONS: u64 = 1_000;

/// Every version of an ending's prices, the latest first, at most a thousand; costs only for those who may see margins.
///
/// # Errors
/// `forbidden`, or the database.
pub(crate) async fn history(read: &Read, ending: &str) -> Result<Vec<Cell>> {
    read.allow(PRICES_READ)?;
    let with_costs = read.actor().grants.allow(MARGINS_READ);
    store::cells_of_ending(read, ending, with_costs, MOST_VERSIONS).await
}

/// The ending an address names.
///
/// # Errors
/// `not_found`.
pub(crate) fn ending<'b>(book: &'b Book, text: &str) -> std::result::Result<&'b Tld, Problem> {
    let ascii = tlds::parse(text).map(|ending| ending.ascii).unwrap_or_default();
    book.ending(&ascii).ok_or_else(Problem::not_found)
}
