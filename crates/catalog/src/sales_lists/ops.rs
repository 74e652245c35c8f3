//! What can be done with sales lists. The prices in them come in through `imports`.

use kernel::{Currency, Id, Problem, SalesListId};
use platform::{Read, Result, Tx};

use super::model::{NewSalesList, SalesList, SalesListEdit};
use super::store;
use crate::permissions::{PRICES_EDIT, PRICES_READ};
use crate::price_books::{self, Books};
use crate::values::based_on;

/// How many sales lists a tenant may have; a page lists them all.
pub const MAX_SALES_LISTS: usize = 200;

/// Adds a list, empty. Its short name must be free. The first list is the standard one; another becomes it by [`change`]
/// once it has prices, because a storefront without prices sells nothing.
///
/// # Errors
/// `invalid_fields`, `sales_list_exists`, `sales_list_empty`, `too_many_sales_lists`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, books: &Books, new: NewSalesList) -> Result<SalesList> {
    tx.allow(PRICES_EDIT)?;
    let lists = store::all(tx).await?;
    let is_first = lists.is_empty();
    let new = NewSalesList {
        standard: new.standard || is_first,
        ..new
    };
    let change = SalesList::open(tx.new_id(), new, tx.now())?;
    if lists.iter().any(|list| list.slug == change.after.slug) {
        return Err(Problem::conflict("sales_list_exists")
            .field("/slug", "sales_list_exists")
            .into());
    }
    if change.after.standard && !is_first {
        return Err(refused("/standard", "sales_list_empty"));
    }
    if lists.len() >= MAX_SALES_LISTS {
        return Err(Problem::conflict("too_many_sales_lists")
            .arg("max", MAX_SALES_LISTS)
            .into());
    }
    let list = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(list)
}

/// Changes a list; `expected` is the version that was shown. A list made the standard one takes the place of the one that
/// was, in the same transaction.
///
/// # Errors
/// `not_found`, `invalid_fields`, `stale`, `no_prices_in_currency`, `sales_list_empty`, `standard_list_needed`, `forbidden`, or
/// the database.
pub async fn change(
    tx: &mut Tx,
    books: &Books,
    id: SalesListId,
    expected: Option<i64>,
    edit: &SalesListEdit,
) -> Result<SalesList> {
    tx.allow(PRICES_EDIT)?;
    let list = found(store::by_id(tx, id).await?)?;
    based_on(expected, list.version)?;
    let Some(change) = list.clone().edit(edit, tx.now())? else {
        return Ok(list);
    };
    keeps_selling(tx, &list, edit).await?;
    if edit.standard && !list.standard {
        let now = tx.now();
        for other in store::all(tx).await?.into_iter().filter(|other| other.standard) {
            // First, because at no moment may two lists be the standard one.
            tx.save(other.step_down(now)).await?;
        }
    }
    let list = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(list)
}

/// Refuses an edit after which there would be no prices where there were some: the storefront's.
async fn keeps_selling(read: &Read, list: &SalesList, edit: &SalesListEdit) -> Result<()> {
    if list.standard && !edit.standard {
        return Err(refused("/standard", "standard_list_needed"));
    }
    let priced_in: Vec<Currency> = price_books::store::currencies_of_list(read, list.id.uuid()).await?;
    if !priced_in.is_empty() && !priced_in.contains(&edit.currency) {
        return Err(refused("/currency", "no_prices_in_currency"));
    }
    if edit.standard && !list.standard && priced_in.is_empty() {
        return Err(refused("/standard", "sales_list_empty"));
    }
    Ok(())
}

fn refused(pointer: &'static str, code: &'static str) -> platform::Error {
    Problem::refused(code).field(pointer, code).into()
}

/// All sales lists, the standard one first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read) -> Result<Vec<SalesList>> {
    read.allow(PRICES_READ)?;
    store::all(read).await
}

/// All sales lists with the number of prices each holds, scheduled and past ones included.
pub(crate) async fn with_counts(read: &Read) -> Result<Vec<(SalesList, i64)>> {
    let lists = list(read).await?;
    let counts = price_books::store::sales_prices_by_list(read).await?;
    let count = |list: &SalesList| counts.get(&list.id.uuid()).copied().unwrap_or_default();
    Ok(lists
        .into_iter()
        .map(|list| {
            let count = count(&list);
            (list, count)
        })
        .collect())
}

/// All sales lists, for the book itself: whoever asks for a price does not read lists.
pub(crate) async fn all(read: &Read) -> Result<Vec<SalesList>> {
    store::all(read).await
}

/// One sales list.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: SalesListId) -> Result<SalesList> {
    read.allow(PRICES_READ)?;
    found(store::by_id(read, id).await?)
}

fn found(list: Option<SalesList>) -> Result<SalesList> {
    list.ok_or_else(|| Problem::not_found().into())
}
