//! Signing a company up, and its settings.

use kernel::{Problem, ProblemKind};
use platform::{Read, Result, Tx};

use super::model::{Settings, Tenant, Trades, check_settings, parse_slug};
use super::store;
use crate::permissions::SETTINGS_EDIT;
use crate::{roles, versions};

pub use super::store::{TenantLine, lines};

/// A company comes to be, with its built-in roles. The transaction's scope is the new tenant's; its id is the scope's.
/// Permissions are the caller's matter: the sign-up page (proof of a human), the demo's seed.
///
/// # Errors
/// Bad settings, or a slug that is taken.
pub async fn create(tx: &mut Tx, slug: &str, trades: Trades, settings: Settings) -> Result<Tenant> {
    let slug = parse_slug(slug)?;
    check_settings(&settings)?;
    if trades.key().is_empty() {
        return Err(Problem::refused("invalid_fields")
            .field("/trades", "trade_missing")
            .into());
    }
    let (id, now) = (tx.tenant(), tx.now());
    let tenant = match tx.save(Tenant::sign_up(id, slug, trades, settings, now)).await {
        Err(error) if error.is_unique_violation() => return Err(slug_taken().into()),
        outcome => outcome?,
    };
    let mut writer = tx.bookkeeping("built-in roles are part of signing up");
    roles::store::insert_built_in(&mut writer).await?;
    versions::raise(tx).await?;
    Ok(tenant)
}

fn slug_taken() -> Problem {
    Problem::refused("invalid_fields").field("/slug", "slug_taken")
}

/// The tenant itself.
///
/// # Errors
/// When it does not exist.
pub async fn own(read: &Read) -> Result<Tenant> {
    store::own(read).await
}

/// Its settings change. `expected` is the version that was shown.
///
/// # Errors
/// Bad settings, a taken slug, or an edit meanwhile.
pub async fn set(tx: &mut Tx, expected: Option<i64>, slug: &str, settings: Settings) -> Result<Tenant> {
    tx.allow(SETTINGS_EDIT)?;
    let slug = parse_slug(slug)?;
    check_settings(&settings)?;
    let tenant = store::own(tx).await?;
    if expected.is_some_and(|version| version != tenant.version) {
        return Err(Problem::new(ProblemKind::Stale, "changed_meanwhile").into());
    }
    let now = tx.now();
    let tenant = match tx.save(tenant.set(slug, settings, now)).await {
        Err(error) if error.is_unique_violation() => return Err(slug_taken().into()),
        outcome => outcome?,
    };
    versions::raise(tx).await?;
    Ok(tenant)
}
