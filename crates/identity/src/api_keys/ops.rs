//! Making, listing and revoking API keys.

use std::collections::BTreeSet;

use kernel::{ApiKeyId, Change, Instant, Problem, ProblemKind, UserId};
use platform::{Read, Result, Tx, Who};
use uuid::Uuid;

use super::events::{ApiKeyMade, ApiKeyRevoked};
use super::model::{ApiKey, Mode, parse_name};
use super::store::{self, Made, Revoked};
use crate::permissions::{API_KEYS_MANAGE, USERS_READ};
use crate::roles::{Matrix, may_give};
use crate::{tokens, versions};

/// A key to be made.
#[derive(Clone, Debug)]
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// Live or test.
    pub mode: Mode,
    /// What it may do.
    pub permissions: BTreeSet<String>,
    /// When it stops working by itself.
    pub expires_at: Option<Instant>,
}

/// Makes a key; its secret is told here and never again. A key makes no keys.
///
/// # Errors
/// A bad name, unknown permissions, or some the maker does not have.
pub async fn make(tx: &mut Tx, matrix: &Matrix, new: NewApiKey) -> Result<(ApiKey, String)> {
    tx.allow(API_KEYS_MANAGE)?;
    let Who::Staff(user) = tx.actor().who else {
        return Err(Problem::new(ProblemKind::Forbidden, "people_only").into());
    };
    if new.permissions.is_empty() {
        return Err(Problem::refused("invalid_fields")
            .field("/permissions", "required")
            .into());
    }
    if let Some(unknown) = new.permissions.iter().find(|permission| !matrix.knows(permission)) {
        return Err(Problem::refused("permission_unknown")
            .arg("permission", unknown)
            .field("/permissions", "permission_unknown")
            .into());
    }
    may_give(&tx.actor().grants, &new.permissions)?;
    if new.expires_at.is_some_and(|at| at <= tx.now()) {
        return Err(Problem::refused("invalid_fields")
            .field("/expires_at", "in_the_past")
            .into());
    }
    make_for(tx, user, new).await
}

/// Makes a key for somebody else: the demo's seed, in the product's own scope.
///
/// # Errors
/// A bad name, or without the permission.
pub async fn make_for(tx: &mut Tx, user: UserId, new: NewApiKey) -> Result<(ApiKey, String)> {
    tx.allow(API_KEYS_MANAGE)?;
    let secret = tokens::with_tenant(new.mode.prefix(), tx.tenant(), tx.secret_bytes());
    let key = ApiKey {
        id: tx.new_id(),
        user,
        name: parse_name(&new.name)?,
        mode: new.mode,
        hint: secret[secret.len() - 4..].to_owned(),
        permissions: new.permissions,
        created_at: tx.now(),
        expires_at: new.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let fact = ApiKeyMade {
        key: key.id,
        user,
        mode: key.mode,
        permissions: key.permissions.clone(),
    };
    let made = tx
        .save(Change::new(
            Made {
                key,
                digest: tokens::digest(&secret),
            },
            fact,
        ))
        .await?;
    Ok((made.key, secret))
}

/// Keys of the tenant, newest first.
///
/// # Errors
/// Without the permission.
pub async fn list(read: &Read, after: Option<(i64, Uuid)>, rows: u64) -> Result<Vec<ApiKey>> {
    read.allow(API_KEYS_MANAGE)?;
    store::list(read, after, rows).await
}

/// One key.
///
/// # Errors
/// Without the permission, or when there is none.
pub async fn by_id(read: &Read, id: ApiKeyId) -> Result<ApiKey> {
    read.allow(API_KEYS_MANAGE)?;
    store::by_id(read, id).await
}

/// Names of these keys, revoked ones too: for pages that tell who did what. Whoever may see users may know them.
///
/// # Errors
/// Without the permission.
pub async fn names(read: &Read, ids: &[ApiKeyId]) -> Result<Vec<(ApiKeyId, String)>> {
    read.allow(USERS_READ)?;
    store::names(read, ids).await
}

/// Revokes a key; the very next request with it is refused.
///
/// # Errors
/// When there is none, or it was revoked before.
pub async fn revoke(tx: &mut Tx, id: ApiKeyId) -> Result<()> {
    tx.allow(API_KEYS_MANAGE)?;
    store::by_id(tx, id).await?;
    tx.save(Change::new(Revoked(id), ApiKeyRevoked { key: id })).await?;
    versions::raise(tx).await
}
