//! What can be done with any record; the slices' own `ops` say it in their words.

use kernel::Problem;
use platform::{Read, Result, Tx};

use super::store::{self, Rows};
use super::{Of, Record, State, based_on};

/// Adds what a draft says.
pub(crate) async fn add<D: Rows>(tx: &mut Tx, draft: &D::Draft) -> Result<Of<D>> {
    tx.allow(D::EDIT)?;
    open(tx, D::read(draft, None)?).await
}

/// Adds a record of details that are judged.
pub(crate) async fn open<D: Rows>(tx: &mut Tx, details: D) -> Result<Of<D>> {
    tx.allow(D::EDIT)?;
    details.fit(tx, None).await?;
    let change = Record::open(tx.new_id(), details, tx.now());
    tx.save(change).await
}

/// Changes a record; `expected` is the version that was shown.
pub(crate) async fn change<D: Rows>(tx: &mut Tx, id: D::Id, expected: Option<i64>, draft: &D::Draft) -> Result<Of<D>> {
    tx.allow(D::EDIT)?;
    let record = found(store::by_id::<D>(tx, id).await?)?;
    based_on(expected, record.version)?;
    let details = D::read(draft, Some(&record.details))?;
    details.fit(tx, Some(&record)).await?;
    match record.clone().edit(details, tx.now()) {
        Some(change) => tx.save(change).await,
        None => Ok(record),
    }
}

/// Archives or restores a record.
pub(crate) async fn turn<D: Rows>(tx: &mut Tx, id: D::Id, expected: Option<i64>, state: State) -> Result<Of<D>> {
    tx.allow(D::EDIT)?;
    let record = found(store::by_id::<D>(tx, id).await?)?;
    based_on(expected, record.version)?;
    let now = tx.now();
    tx.save(record.turn(state, now)?).await
}

/// One record.
pub(crate) async fn by_id<D: Rows>(read: &Read, id: D::Id) -> Result<Of<D>> {
    read.allow(D::READ)?;
    found(store::by_id::<D>(read, id).await?)
}

/// The records of those of these ids that have one.
pub(crate) async fn these<D: Rows>(read: &Read, ids: &[D::Id]) -> Result<Vec<Of<D>>> {
    read.allow(D::READ)?;
    store::these::<D>(read, ids).await
}

/// What was looked for, or `not_found`.
pub(crate) fn found<T>(thing: Option<T>) -> Result<T> {
    thing.ok_or_else(|| Problem::not_found().into())
}
