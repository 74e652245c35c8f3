//! Reading and changing the setting.

use aws_lc_rs::digest;
use kernel::{Problem, ProblemKind};
use platform::settings::{self, Setting};
use platform::{Read, Result, Tx};

use super::model::Storefront;
use crate::permissions::STOREFRONT_EDIT;

/// The tenant's choice.
pub(crate) const STOREFRONT: Setting<Storefront> = Setting {
    key: "domains.storefront",
    default: Storefront::default,
};

/// How the tenant's shop shows its prices; visitors read it with every page.
///
/// # Errors
/// When the database fails.
pub(crate) async fn get(read: &Read) -> Result<Storefront> {
    settings::get(read, &STOREFRONT).await
}

/// Changes it. `expected` judges the version the change is based on.
///
/// # Errors
/// Without the permission, when it cannot be kept, or when somebody changed it meanwhile.
pub(crate) async fn set(
    tx: &mut Tx,
    storefront: Storefront,
    expected: impl FnOnce(i64) -> Result<(), Problem> + Send,
) -> Result<Storefront> {
    tx.allow(STOREFRONT_EDIT)?;
    let storefront = storefront.checked()?;
    let decide = |before: &Storefront| expected(version(before)).map(|()| storefront);
    settings::change(tx, &STOREFRONT, decide).await
}

/// The version of a choice: the same for the same choice, whoever made it and when.
pub(crate) fn version(storefront: &Storefront) -> i64 {
    let json = serde_json::to_vec(storefront).expect("a setting is plain values");
    let hash = digest::digest(&digest::SHA256, &json);
    let first = hash.as_ref().first_chunk().expect("a SHA-256 has 32 bytes");
    // Without its sign: a tag no caller can name must not be one of ours.
    i64::from_be_bytes(*first) & i64::MAX
}

/// What a page's hidden version says against the present one.
pub(crate) fn based_on(shown: &str) -> impl FnOnce(i64) -> Result<(), Problem> + use<> {
    let shown = shown.parse::<i64>().ok();
    move |version| match shown {
        Some(shown) if shown != version => Err(Problem::new(ProblemKind::Stale, "stale")),
        _ => Ok(()),
    }
}
