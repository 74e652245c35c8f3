//! What can be done with alerts: looking at them.

use kernel::MarginAlertId;
use platform::{Read, Result};

use super::model::Alert;
use super::store;
use crate::permissions::MARGINS_READ;

/// Alerts before an id, the latest first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, before: Option<MarginAlertId>, most: u64) -> Result<Vec<Alert>> {
    read.allow(MARGINS_READ)?;
    store::list(read, before, most).await
}
