//! What can be done with groups of endings.

use kernel::{Problem, TldGroupId};
use platform::{Read, Result, Tx};

use super::model::{TldGroup, TldGroupEdit};
use super::store;
use crate::permissions::{PRICES_EDIT, PRICES_READ};
use crate::values::based_on;

/// How many groups a tenant may have; a page lists them all.
pub const MAX_TLD_GROUPS: usize = 200;

/// Adds a group. Its name must be free.
///
/// # Errors
/// `invalid_fields`, `tld_group_exists`, `too_many_tld_groups`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, new: &TldGroupEdit) -> Result<TldGroup> {
    tx.allow(PRICES_EDIT)?;
    let change = TldGroup::open(tx.new_id(), new, tx.now(), tx.actor().who.to_string())?;
    let groups = store::all(tx).await?;
    is_free(&groups, &change.after)?;
    if groups.len() >= MAX_TLD_GROUPS {
        return Err(Problem::conflict("too_many_tld_groups")
            .arg("max", MAX_TLD_GROUPS)
            .into());
    }
    saved(tx.save(change).await)
}

/// Changes a group; `expected` is the version that was shown.
///
/// # Errors
/// `not_found`, `invalid_fields`, `stale`, `tld_group_exists`, `forbidden`, or the database.
pub async fn change(tx: &mut Tx, id: TldGroupId, expected: Option<i64>, edit: &TldGroupEdit) -> Result<TldGroup> {
    tx.allow(PRICES_EDIT)?;
    let group = found(store::by_id(tx, id).await?)?;
    based_on(expected, group.version)?;
    let Some(change) = group.clone().edit(edit, tx.now(), tx.actor().who.to_string())? else {
        return Ok(group);
    };
    is_free(&store::all(tx).await?, &change.after)?;
    saved(tx.save(change).await)
}

fn is_free(groups: &[TldGroup], group: &TldGroup) -> Result<()> {
    let taken = |other: &&TldGroup| other.id != group.id && other.name == group.name;
    if groups.iter().any(|other| taken(&other)) {
        return Err(exists().into());
    }
    Ok(())
}

fn exists() -> Problem {
    Problem::conflict("tld_group_exists").field("/name", "tld_group_exists")
}

/// Of two who add the same name at once the database lets one.
fn saved(saved: Result<TldGroup>) -> Result<TldGroup> {
    match saved {
        Err(error) if error.is_unique_violation() => Err(exists().into()),
        saved => saved,
    }
}

/// All groups by name.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read) -> Result<Vec<TldGroup>> {
    read.allow(PRICES_READ)?;
    store::all(read).await
}

/// All groups, for those who make prices by them.
pub(crate) async fn all(read: &Read) -> Result<Vec<TldGroup>> {
    store::all(read).await
}

/// One group.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: TldGroupId) -> Result<TldGroup> {
    read.allow(PRICES_READ)?;
    found(store::by_id(read, id).await?)
}

fn found(group: Option<TldGroup>) -> Result<TldGroup> {
    group.ok_or_else(|| Problem::not_found().into())
}
