//! Switching two-step sign-in on and off, and checking what was typed.

use kernel::{Change, Problem, TenantId, UserId};
use platform::secrets::Secrets;
use platform::{Read, Result, Tx};

use super::{model, store};
use crate::users::events::CredentialsChanged;
use crate::users::store::{self as users, Credentials, TotpOf};
use crate::{sessions, versions};

const SEALED: &str = "users/totp";

/// Begins: a new secret, shown once, counting only when a first code confirms it.
///
/// # Errors
/// When it is on already.
pub async fn begin(tx: &mut Tx, user: UserId) -> Result<Vec<u8>> {
    let (person, _) = users::with_credentials(tx, user).await?;
    if person.two_factor {
        return Err(Problem::conflict("two_factor_on").into());
    }
    let secret: [u8; model::SECRET_BYTES] = tx.secret_bytes();
    let sealed = Some(tx.seal_secret(SEALED, &secret));
    let row = TotpOf {
        user,
        sealed,
        enabled_at: None,
        last_step: None,
    };
    let mut writer = tx.bookkeeping("nothing counts before the first code confirms it; that is audited");
    platform::Stored::store(&row, &mut writer).await?;
    Ok(secret.to_vec())
}

/// The sealed secret that waits for its first code, to show it again after a mistyped one; [`opened`] opens it.
///
/// # Errors
/// When nothing waits.
pub async fn pending(read: &Read, user: UserId) -> Result<Vec<u8>> {
    Ok(users::pending_totp(read, user)
        .await?
        .ok_or_else(|| Problem::conflict("two_factor_not_begun"))?)
}

/// A sealed secret, opened.
///
/// # Errors
/// When it was sealed for another tenant or has been damaged.
pub fn opened(secrets: &Secrets, tenant: TenantId, sealed: &[u8]) -> Result<Vec<u8>> {
    secrets.open(tenant, SEALED, sealed)
}

/// Confirms with a first code; from now on it is asked at each sign-in. Tells the recovery codes, once.
///
/// # Errors
/// A wrong code.
pub async fn confirm(tx: &mut Tx, user: UserId, code: &str, keep: Option<kernel::SessionId>) -> Result<Vec<String>> {
    let secret = opened(tx.secrets(), tx.tenant(), &pending(tx, user).await?)?;
    let wrong = || Problem::refused("invalid_fields").field("/code", "code_wrong");
    let step = model::accept(&secret, code, tx.now(), None).ok_or_else(wrong)?;
    let sealed = Some(tx.seal_secret(SEALED, &secret));
    let row = TotpOf {
        user,
        sealed,
        enabled_at: Some(tx.now()),
        last_step: Some(step),
    };
    tx.save(Change::new(
        row,
        CredentialsChanged {
            user,
            what: "two_factor_on",
        },
    ))
    .await?;
    sessions::ops::end_all(tx, user, keep).await?;
    versions::raise(tx).await?;
    write_recovery_codes(tx, user).await
}

/// New recovery codes; the old ones count no more.
///
/// # Errors
/// When two-step sign-in is off.
pub async fn new_recovery_codes(tx: &mut Tx, user: UserId) -> Result<Vec<String>> {
    let (person, _) = users::with_credentials(tx, user).await?;
    if !person.two_factor {
        return Err(Problem::conflict("two_factor_off").into());
    }
    tx.save(Change::new(
        (),
        CredentialsChanged {
            user,
            what: "recovery_codes",
        },
    ))
    .await?;
    write_recovery_codes(tx, user).await
}

async fn write_recovery_codes(tx: &mut Tx, user: UserId) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..model::RECOVERY_CODES)
        .map(|_| model::recovery_code(tx.secret_bytes()))
        .collect();
    let digests: Vec<_> = codes.iter().map(|code| model::recovery_digest(user, code)).collect();
    store::replace(&mut tx.bookkeeping("part of the change just saved"), user, &digests).await?;
    Ok(codes)
}

/// Switches it off.
///
/// # Errors
/// When it is off.
pub async fn switch_off(tx: &mut Tx, user: UserId) -> Result<()> {
    let (person, _) = users::with_credentials(tx, user).await?;
    if !person.two_factor {
        return Err(Problem::conflict("two_factor_off").into());
    }
    let row = TotpOf {
        user,
        sealed: None,
        enabled_at: None,
        last_step: None,
    };
    tx.save(Change::new(
        row,
        CredentialsChanged {
            user,
            what: "two_factor_off",
        },
    ))
    .await?;
    store::replace(&mut tx.bookkeeping("part of the change just saved"), user, &[]).await?;
    versions::raise(tx).await
}

/// Whether `typed` is a code that counts now, or an unused recovery code; either is used up by asking.
pub(crate) async fn take(tx: &mut Tx, user: UserId, credentials: &Credentials, typed: &str) -> Result<bool> {
    let Some(sealed) = &credentials.totp_sealed else {
        return Ok(false);
    };
    let secret = tx.secrets().open(tx.tenant(), SEALED, sealed)?;
    if let Some(step) = model::accept(&secret, typed, tx.now(), credentials.totp_last_step) {
        return users::take_totp_step(&mut tx.bookkeeping("a code counts once"), user, step).await;
    }
    let digest = model::recovery_digest(user, typed);
    store::cross_out(&mut tx.bookkeeping("a recovery code counts once"), user, digest).await
}
