//! What can be done with suppliers.

use kernel::SupplierId;
use platform::{Read, Result, Tx};

use super::model::{Details, Filter, Supplier, SupplierDraft};
use crate::record::{State, ops};
use crate::seek::{self, Page};

/// Adds a supplier.
///
/// # Errors
/// `invalid_fields`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, draft: &SupplierDraft) -> Result<Supplier> {
    ops::add::<Details>(tx, draft).await
}

/// Changes a supplier; `expected` is the version that was shown.
///
/// # Errors
/// `stale` (412) when it is another by now; else as [`add`].
pub async fn change(tx: &mut Tx, id: SupplierId, expected: Option<i64>, draft: &SupplierDraft) -> Result<Supplier> {
    ops::change::<Details>(tx, id, expected, draft).await
}

/// Archives a supplier.
///
/// # Errors
/// `not_found`, `supplier_archived`, `stale`, `forbidden`, or the database.
pub async fn archive(tx: &mut Tx, id: SupplierId, expected: Option<i64>) -> Result<Supplier> {
    ops::turn::<Details>(tx, id, expected, State::Archived).await
}

/// Restores an archived supplier.
///
/// # Errors
/// `not_found`, `supplier_active`, `stale`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, id: SupplierId, expected: Option<i64>) -> Result<Supplier> {
    ops::turn::<Details>(tx, id, expected, State::Active).await
}

/// One supplier.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: SupplierId) -> Result<Supplier> {
    ops::by_id::<Details>(read, id).await
}

/// Names of these suppliers, where there are any: for pages that tell what something was about.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn names(read: &Read, ids: &[SupplierId]) -> Result<Vec<(SupplierId, String)>> {
    let found = ops::these::<Details>(read, ids).await?;
    Ok(found
        .into_iter()
        .map(|found| (found.id, found.details.party.name))
        .collect())
}

/// A page of suppliers.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, filter: &Filter, page: &Page) -> Result<Vec<Supplier>> {
    seek::list::<Details>(read, filter, page).await
}

/// How many there are.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    seek::count::<Details>(read, filter).await
}

/// Whether there is such a supplier, archived or not. Asks for no right: it is asked before something is made for it.
///
/// # Errors
/// The database.
pub async fn is_known(read: &Read, id: SupplierId) -> Result<bool> {
    Ok(crate::record::store::by_id::<Details>(read, id).await?.is_some())
}
