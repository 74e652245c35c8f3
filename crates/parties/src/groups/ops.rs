//! What can be done with customer groups.

use kernel::GroupId;
use platform::{Read, Result, Tx};

use super::model::{Details, Group, GroupDraft};
use super::store;
use crate::customers;
use crate::permissions::CUSTOMERS_READ;
use crate::record::{self, State, ops};

/// How many groups a tenant may have, archived ones included.
pub const MAX_GROUPS: u64 = 200;

/// Adds a group.
///
/// # Errors
/// `invalid_fields`, `group_exists`, `too_many_groups`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, draft: &GroupDraft) -> Result<Group> {
    ops::add::<Details>(tx, draft).await
}

/// Changes a group; `expected` is the version that was shown.
///
/// # Errors
/// `stale`, else as [`add`].
pub async fn change(tx: &mut Tx, id: GroupId, expected: Option<i64>, draft: &GroupDraft) -> Result<Group> {
    ops::change::<Details>(tx, id, expected, draft).await
}

/// Archives a group; its customers keep it.
///
/// # Errors
/// `not_found`, `group_archived`, `forbidden`, or the database.
pub async fn archive(tx: &mut Tx, id: GroupId) -> Result<Group> {
    ops::turn::<Details>(tx, id, None, State::Archived).await
}

/// Restores an archived group.
///
/// # Errors
/// `not_found`, `group_active`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, id: GroupId) -> Result<Group> {
    ops::turn::<Details>(tx, id, None, State::Active).await
}

/// One group.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, id: GroupId) -> Result<Group> {
    ops::by_id::<Details>(read, id).await
}

/// Whether there is such a group, archived or not. Asks for no right: it is asked before something is made for it.
///
/// # Errors
/// The database.
pub async fn exists(read: &Read, id: GroupId) -> Result<bool> {
    Ok(record::store::by_id::<Details>(read, id).await?.is_some())
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
    let with_count = |group: Group| {
        let number = counts
            .iter()
            .find(|(counted, _)| *counted == group.id)
            .map_or(0, |(_, number)| *number);
        (group, number)
    };
    Ok(groups.into_iter().map(with_count).collect())
}
