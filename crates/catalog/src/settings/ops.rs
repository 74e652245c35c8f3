//! Reading and changing the setting.

use kernel::Problem;
use platform::settings::{self, Setting};
use platform::{Read, Result, Tx};
use sha2::{Digest, Sha256};

use super::model::TldPricing;
use crate::permissions::{MARGINS_READ, SETTINGS_EDIT};
use crate::price_books::{self, Books};

/// The tenant's choice.
pub const TLD_PRICING: Setting<TldPricing> = Setting {
    key: "catalog.tld_pricing",
    default: TldPricing::default,
};

/// How the tenant prices endings. For rooms and jobs, which act by it whoever asks; nobody sees it by this.
///
/// # Errors
/// When the database fails.
pub async fn tld_pricing(read: &Read) -> Result<TldPricing> {
    settings::get(read, &TLD_PRICING).await
}

/// The same for somebody who wants to see it.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn seen(read: &Read) -> Result<TldPricing> {
    read.allow(MARGINS_READ)?;
    tld_pricing(read).await
}

/// Changes it. `expected` judges the version the change is based on.
///
/// # Errors
/// `forbidden`, what cannot be kept, `stale` when somebody changed it meanwhile, or the database.
pub(super) async fn set(
    tx: &mut Tx,
    books: &Books,
    wanted: TldPricing,
    expected: impl FnOnce(i64) -> Result<(), Problem> + Send,
) -> Result<TldPricing> {
    tx.allow(SETTINGS_EDIT)?;
    let wanted = wanted.checked()?;
    let mut is_changed = false;
    let decide = |before: &TldPricing| {
        expected(version(before))?;
        is_changed = *before != wanted;
        Ok(wanted.clone())
    };
    settings::change(tx, &TLD_PRICING, decide).await?;
    if is_changed {
        // The books in memory carry it.
        price_books::touch(tx, books).await?;
    }
    Ok(wanted)
}

/// The version of a choice: the same for the same choice, whoever made it and when.
pub(super) fn version(setting: &TldPricing) -> i64 {
    let json = serde_json::to_vec(setting).expect("a setting is plain values");
    let hash = Sha256::digest(&json);
    let first = hash.first_chunk().expect("a SHA-256 has 32 bytes");
    // Without its sign: a tag no caller can name must not be one of ours.
    i64::from_be_bytes(*first) & i64::MAX
}
