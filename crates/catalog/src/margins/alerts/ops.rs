//! What can be done with alerts: looking at them, saying that one has seen to them, and taking that back.

use kernel::{MarginAlertId, Problem};
use platform::{Read, Result, Tx};

use super::model::{Acknowledgement, Alert, Kind};
use super::store::{self, Counts, Place, Wanted};
use crate::permissions::MARGINS_READ;
use crate::values;

/// Alerts that one request may see to.
pub const MOST_AT_ONCE: usize = 200;

/// Alerts behind a place: open ones before those somebody has seen to, the worst first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, wanted: &Wanted, after: Option<Place>, most: u64) -> Result<Vec<Alert>> {
    read.allow(MARGINS_READ)?;
    store::list(read, wanted, after, most).await
}

/// How many alerts are open, of each kind, and how many somebody has seen to.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn counts(read: &Read) -> Result<Counts> {
    read.allow(MARGINS_READ)?;
    store::counts(read).await
}

/// Says that one has seen to alerts, all of them or none. Whoever is told of margins may say so.
///
/// # Errors
/// `alert_count`, `alert_note_too_long`, `not_found`, `alert_acknowledged`, `forbidden`, or the database.
pub async fn acknowledge(tx: &mut Tx, ids: &[MarginAlertId], note: &str) -> Result<Vec<Alert>> {
    tx.allow(MARGINS_READ)?;
    let note = match note.trim() {
        "" => None,
        said => Some(values::line(said).ok_or_else(too_long)?),
    };
    let mut done = Vec::new();
    for id in picked(ids)? {
        let said = Acknowledgement {
            at: tx.now(),
            by: tx.actor().who.to_string(),
            note: note.clone(),
        };
        let change = found(store::by_id(tx, id).await?)?.acknowledge(said)?;
        done.push(tx.save(change).await?.alert);
    }
    Ok(done)
}

/// Takes that back, for all of them or none: they are open again.
///
/// # Errors
/// `alert_count`, `not_found`, `alert_open`, `forbidden`, or the database.
pub async fn reopen(tx: &mut Tx, ids: &[MarginAlertId]) -> Result<Vec<Alert>> {
    tx.allow(MARGINS_READ)?;
    let mut done = Vec::new();
    for id in picked(ids)? {
        let change = found(store::by_id(tx, id).await?)?.reopen()?;
        done.push(tx.save(change).await?.alert);
    }
    Ok(done)
}

fn picked(ids: &[MarginAlertId]) -> Result<Vec<MarginAlertId>, Problem> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if (1..=MOST_AT_ONCE).contains(&ids.len()) {
        return Ok(ids);
    }
    Err(Problem::refused("alert_count").arg("max", MOST_AT_ONCE))
}

fn too_long() -> Problem {
    Problem::refused("invalid_fields").field("/note", "alert_note_too_long")
}

fn found(alert: Option<Alert>) -> Result<Alert, Problem> {
    alert.ok_or_else(Problem::not_found)
}

impl Wanted {
    /// Open ones, of a kind where one is named.
    pub const fn open(kind: Option<Kind>) -> Self {
        Self {
            open: Some(true),
            kind,
            tld: None,
        }
    }
}
