//! What can be done with suppliers.

use kernel::{Problem, SupplierId};
use platform::{Read, Result, Tx};

use super::model::{Details, Supplier, SupplierDraft};
use super::store::{self, Filter};
use crate::party::based_on;
use crate::permissions::{SUPPLIERS_EDIT, SUPPLIERS_READ};
use crate::seek::Page;

/// Adds a supplier.
///
/// # Errors
/// `invalid_fields`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, draft: &SupplierDraft) -> Result<Supplier> {
    tx.allow(SUPPLIERS_EDIT)?;
    let details = Details::read(draft)?;
    let change = Supplier::open(tx.new_id(), details, tx.now());
    tx.save(change).await
}

/// Changes a supplier; `expected` is the version that was shown.
///
/// # Errors
/// `stale` (412) when it is another by now; else as [`add`].
pub async fn change(tx: &mut Tx, id: SupplierId, expected: Option<i64>, draft: &SupplierDraft) -> Result<Supplier> {
    tx.allow(SUPPLIERS_EDIT)?;
    let supplier = found(store::by_id(tx, id).await?)?;
    based_on(expected, supplier.version)?;
    let details = Details::read(draft)?;
    match supplier.clone().edit(details, tx.now()) {
        Some(change) => tx.save(change).await,
        None => Ok(supplier),
    }
}

/// Archives a supplier.
///
/// # Errors
/// `not_found`, `supplier_archived`, `stale`, `forbidden`, or the database.
pub async fn archive(tx: &mut Tx, id: SupplierId, expected: Option<i64>) -> Result<Supplier> {
    tx.allow(SUPPLIERS_EDIT)?;
    let supplier = found(store::by_id(tx, id).await?)?;
    based_on(expected, supplier.version)?;
    let now = tx.now();
    tx.save(supplier.archive(now)?).await
}

/// Restores an archived supplier.
///
/// # Errors
/// `not_found`, `supplier_active`, `stale`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, id: SupplierId, expected: Option<i64>) -> Result<Supplier> {
    tx.allow(SUPPLIERS_EDIT)?;
    let supplier = found(store::by_id(tx, id).await?)?;
    based_on(expected, supplier.version)?;
    let now = tx.now();
    tx.save(supplier.restore(now)?).await
}

/// One supplier.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: SupplierId) -> Result<Supplier> {
    read.allow(SUPPLIERS_READ)?;
    found(store::by_id(read, id).await?)
}

/// Names of these suppliers, where there are any: for pages that tell what something was about.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn names(read: &Read, ids: &[SupplierId]) -> Result<Vec<(SupplierId, String)>> {
    read.allow(SUPPLIERS_READ)?;
    store::names(read, ids).await
}

/// A page of suppliers.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, filter: &Filter, page: &Page) -> Result<Vec<Supplier>> {
    read.allow(SUPPLIERS_READ)?;
    store::list(read, filter, page).await
}

/// How many there are.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn count(read: &Read, filter: &Filter) -> Result<u64> {
    read.allow(SUPPLIERS_READ)?;
    store::count(read, filter).await
}

fn found(supplier: Option<Supplier>) -> Result<Supplier> {
    supplier.ok_or_else(|| Problem::not_found().into())
}
