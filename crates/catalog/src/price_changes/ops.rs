//! What can be done with changes of prices: look (here), preview, schedule, edit and cancel.

mod judge;
mod publish;

use std::collections::HashMap;

use kernel::{Currency, PriceChangeId, Problem};
use platform::{Read, Result};

use super::model::{self, PriceChange};
use super::store;
use crate::imports::ListRef;
use crate::permissions::{MARGINS_READ, PRICES_EDIT, PRICES_READ};
use crate::price_books::{Cell, CellKey, Side};
use crate::tlds::{self, Ending};
use crate::{registrars, sales_lists};

pub(super) use judge::preview;
pub use publish::{Terms, cancel};
pub(super) use publish::{edit, schedule};

/// Refuses those who may not see prices of that side.
fn may_see(read: &Read, side: Side) -> Result<()> {
    read.allow(PRICES_READ)?;
    match side {
        Side::Cost => read.allow(MARGINS_READ),
        Side::Sale => Ok(()),
    }
}

/// Refuses those who may not change prices of that side: who sets costs sees them.
fn may_edit(read: &Read, side: Side) -> Result<()> {
    read.allow(PRICES_EDIT)?;
    may_see(read, side)
}

/// An ending as addresses name it.
///
/// # Errors
/// `not_found` for what is none.
pub fn ending(text: &str) -> Result<Ending, Problem> {
    tlds::parse(text).map_err(|_| Problem::not_found())
}

/// Every change of an ending's prices on one side, the latest first; of one list where one is named.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn list(read: &Read, tld: &str, side: Side, list: Option<ListRef>) -> Result<Vec<PriceChange>> {
    may_see(read, side)?;
    let ascii = ending(tld)?.ascii;
    let cells = store::cells(read, &ascii, side, list).await?;
    if cells.is_empty() && !tlds::is_known(read, &ascii).await? {
        return Err(Problem::not_found().into());
    }
    Ok(model::changes(&cells, read.now()))
}

/// One of them.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, tld: &str, side: Side, id: PriceChangeId) -> Result<PriceChange> {
    let found = list(read, tld, side, None)
        .await?
        .into_iter()
        .find(|change| change.id == id);
    Ok(found.ok_or_else(Problem::not_found)?)
}

/// The cells of an ending on one side: what charges of any instant, known at any instant, are made of.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn cells(read: &Read, tld: &str, side: Side, list: ListRef) -> Result<Vec<Cell>> {
    may_see(read, side)?;
    let ascii = ending(tld)?.ascii;
    let cells = store::cells(read, &ascii, side, Some(list)).await?;
    if cells.is_empty() && !tlds::is_known(read, &ascii).await? {
        return Err(Problem::not_found().into());
    }
    Ok(cells.into_iter().map(|marked| marked.cell).collect())
}

/// What holds now, by key; costs only for who may see them.
pub(super) async fn in_force_now(read: &Read, ending: &str, with_costs: bool) -> Result<HashMap<CellKey, i64>> {
    may_see(read, Side::Sale)?;
    let mut cells = store::cells(read, ending, Side::Sale, None).await?;
    if with_costs {
        may_see(read, Side::Cost)?;
        cells.extend(store::cells(read, ending, Side::Cost, None).await?);
    }
    let mut begun: Vec<Cell> = cells.into_iter().map(|marked| marked.cell).collect();
    begun.retain(|cell| cell.superseded_at.is_none() && cell.effective_from <= read.now());
    begun.sort_by_key(|cell| cell.effective_from);
    let mut held = HashMap::new();
    for cell in begun {
        match cell.amount_minor {
            Some(minor) => held.insert(cell.key, minor),
            None => held.remove(&cell.key),
        };
    }
    Ok(held)
}

/// The list's currency.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn currency(read: &Read, list: ListRef) -> Result<Currency> {
    Ok(match list {
        ListRef::Registrar(id) => registrars::by_id(read, id).await?.currency,
        ListRef::Sales(id) => sales_lists::by_id(read, id).await?.currency,
    })
}

/// The storefront's list.
///
/// # Errors
/// `list_unknown` when there is none, or the database.
pub async fn standard_list(read: &Read) -> Result<ListRef> {
    let lists = sales_lists::all(read).await?;
    let standard = lists.into_iter().find(|list| list.standard);
    let unknown = || Problem::refused("list_unknown").field("/list", "list_unknown");
    Ok(ListRef::Sales(standard.ok_or_else(unknown)?.id))
}

/// The registrar account that is asked first.
///
/// # Errors
/// `list_unknown` when there is none, or the database.
pub(super) async fn first_registrar(read: &Read) -> Result<ListRef> {
    let first = registrars::all(read).await?.into_iter().next();
    let unknown = || Problem::refused("list_unknown").field("/list", "list_unknown");
    Ok(ListRef::Registrar(first.ok_or_else(unknown)?.id))
}
