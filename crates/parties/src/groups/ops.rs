//! What can be done with customer groups.

use kernel::{GroupId, Problem};
use platform::{Read, Result, Tx};

use super::model::{Group, GroupDraft};
use super::store;
use crate::customers;
use crate::party::based_on;
use crate::permissions::{CUSTOMERS_EDIT, CUSTOMERS_READ};

/// How many groups a tenant may have, archived ones included.
pub const MAX_GROUPS: u64 = 200;

/// Adds a group.
///
/// # Errors
/// `invalid_fields`, `group_exists`, `too_many_groups`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, draft: &GroupDraft) -> Result<Group> {
    tx.allow(CUSTOMERS_EDIT)?;
    let change = Group::open(tx.new_id(), draft, tx.now())?;
    only_with_this_name(tx, &change.after.name, None).await?;
    if store::count(tx).await? >= MAX_GROUPS {
        return Err(Problem::conflict("too_many_groups").arg("max", MAX_GROUPS).into());
    }
    tx.save(change).await
}

/// Changes a group; `expected` is the version that was shown.
///
/// # Errors
/// `stale`, else as [`add`].
pub async fn change(tx: &mut Tx, id: GroupId, expected: Option<i64>, draft: &GroupDraft) -> Result<Group> {
    tx.allow(CUSTOMERS_EDIT)?;
    let group = found(store::by_id(tx, id).await?)?;
    based_on(expected, group.version)?;
    let Some(change) = group.clone().edit(draft, tx.now())? else {
        return Ok(group);
    };
    only_with_this_name(tx, &change.after.name, Some(id)).await?;
    tx.save(change).await
}

/// Archives a group; its customers keep it.
///
/// # Errors
/// `not_found`, `group_archived`, `forbidden`, or the database.
pub async fn archive(tx: &mut Tx, id: GroupId) -> Result<Group> {
    tx.allow(CUSTOMERS_EDIT)?;
    let now = tx.now();
    let change = found(store::by_id(tx, id).await?)?.archive(now)?;
    tx.save(change).await
}

/// Restores an archived group.
///
/// # Errors
/// `not_found`, `group_active`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, id: GroupId) -> Result<Group> {
    tx.allow(CUSTOMERS_EDIT)?;
    let now = tx.now();
    let change = found(store::by_id(tx, id).await?)?.restore(now)?;
    tx.save(change).await
}

/// One group.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: GroupId) -> Result<Group> {
    read.allow(CUSTOMERS_READ)?;
    found(store::by_id(read, id).await?)
}

/// All groups, by name.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read) -> Result<Vec<Group>> {
    read.allow(CUSTOMERS_READ)?;
    store::all(read).await
}

/// All groups with the number of their active customers.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn with_counts(read: &Read) -> Result<Vec<(Group, i64)>> {
    let groups = list(read).await?;
    let counts = customers::store::counts_by_group(read).await?;
    let count = |id| {
        counts
            .iter()
            .find(|(group, _)| *group == id)
            .map_or(0, |(_, number)| *number)
    };
    Ok(groups
        .into_iter()
        .map(|group| {
            let number = count(group.id);
            (group, number)
        })
        .collect())
}

async fn only_with_this_name(read: &Read, name: &str, own: Option<GroupId>) -> Result<()> {
    match store::by_name(read, name).await? {
        Some(other) if Some(other.id) != own => {
            Err(Problem::conflict("group_exists").field("/name", "group_exists").into())
        }
        _ => Ok(()),
    }
}

fn found(group: Option<Group>) -> Result<Group> {
    group.ok_or_else(|| Problem::not_found().into())
}
