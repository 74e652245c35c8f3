//! What may be done with roles. Every change is noticed by the very next request of everybody who has the role.

use std::collections::BTreeSet;

use kernel::{Change, Problem, RoleId};
use platform::{Read, Result, Tx};
use serde_json::json;

use super::events::RoleChanged;
use super::model::{Matrix, Role, may_give, parse_name};
use super::store;
use crate::permissions::{ROLES_MANAGE, USERS_READ};
use crate::{users, versions};

/// Roles of its own a tenant may have.
pub const MOST_ROLES: u64 = 100;

/// All roles of the tenant.
///
/// # Errors
/// Without the permission to see users.
pub async fn list(read: &Read) -> Result<Vec<Role>> {
    read.allow(USERS_READ)?;
    store::all(read).await
}

/// One role.
///
/// # Errors
/// Without the permission to see users, or when there is none.
pub async fn by_id(read: &Read, id: RoleId) -> Result<Role> {
    read.allow(USERS_READ)?;
    store::by_id(read, id).await
}

/// A role of the tenant's own is made.
///
/// # Errors
/// A bad or taken name, unknown permissions, or some the actor does not have.
pub async fn create(tx: &mut Tx, matrix: &Matrix, name: &str, permissions: BTreeSet<String>) -> Result<Role> {
    tx.allow(ROLES_MANAGE)?;
    if store::all(tx).await?.len() as u64 >= MOST_ROLES {
        return Err(Problem::refused("too_many_roles").arg("most", MOST_ROLES).into());
    }
    let role = Role {
        id: tx.new_id(),
        name: parse_name(name)?,
        built_in: None,
        permissions,
        version: 1,
    };
    save(tx, matrix, None, role).await
}

/// A role's name and permissions change.
///
/// # Errors
/// As [`create`]; built-in roles cannot be changed.
pub async fn change(
    tx: &mut Tx,
    matrix: &Matrix,
    id: RoleId,
    name: &str,
    permissions: BTreeSet<String>,
) -> Result<Role> {
    tx.allow(ROLES_MANAGE)?;
    let before = own(tx, id).await?;
    // Taking away is giving, too: who edits a role must have all it permits before and after.
    may_give(&tx.actor().grants, &before.grants(matrix))?;
    let after = Role {
        name: parse_name(name)?,
        permissions,
        version: before.version + 1,
        ..before.clone()
    };
    save(tx, matrix, Some(&before), after).await
}

async fn save(tx: &mut Tx, matrix: &Matrix, before: Option<&Role>, role: Role) -> Result<Role> {
    if let Some(unknown) = role.permissions.iter().find(|permission| !matrix.knows(permission)) {
        return Err(Problem::refused("permission_unknown")
            .arg("permission", unknown)
            .field("/permissions", "permission_unknown")
            .into());
    }
    may_give(&tx.actor().grants, &role.permissions)?;
    let fact = RoleChanged {
        role: role.id,
        name: role.name.clone(),
        permissions: role.permissions.clone(),
        removed: false,
    };
    let change = match before {
        None => Change::new(role, fact),
        Some(before) => Change::from(
            json!({ "name": before.name, "permissions": before.permissions }),
            role,
            fact,
        ),
    };
    let saved = match tx.save(change).await {
        Err(error) if error.is_unique_violation() => {
            return Err(Problem::refused("invalid_fields").field("/name", "name_taken").into());
        }
        outcome => outcome?,
    };
    versions::raise(tx).await?;
    Ok(saved)
}

/// A role of the tenant's own goes.
///
/// # Errors
/// When somebody still has it, or it is built in.
pub async fn remove(tx: &mut Tx, matrix: &Matrix, id: RoleId) -> Result<()> {
    tx.allow(ROLES_MANAGE)?;
    let role = own(tx, id).await?;
    may_give(&tx.actor().grants, &role.grants(matrix))?;
    if users::store::has_holders(tx, id).await? {
        return Err(Problem::conflict("role_in_use").into());
    }
    let before = json!({ "name": role.name, "permissions": role.permissions });
    let fact = RoleChanged {
        role: id,
        name: role.name,
        permissions: BTreeSet::new(),
        removed: true,
    };
    tx.save(Change::from(before, store::Removed(id), fact)).await?;
    versions::raise(tx).await
}

async fn own(read: &Read, id: RoleId) -> Result<Role> {
    let role = store::by_id(read, id).await?;
    if role.built_in.is_some() {
        return Err(Problem::conflict("role_built_in").into());
    }
    Ok(role)
}
