//! One run of a source and how it ends.

use kernel::{Change, Id, ImportId, Instant, PriceSourceId, Problem, SyncRunId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::{RunCancelled, RunRejected, SyncFinished, SyncStarted, SyncWaits};
use super::source::Source;
use super::words::{Cause, RunState, Why};
use crate::imports::Finding;

/// What a run found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncCounts)]
pub struct RunCounts {
    /// Prices the source stated.
    pub rows: u32,
    /// Prices that are new.
    pub added: u32,
    /// Prices that change.
    pub changed: u32,
    /// Prices that stay as they are.
    pub unchanged: u32,
    /// Prices in force that the source no longer names.
    pub vanished: u32,
    /// Prices that were not believed.
    pub rejected: u32,
    /// Entries that are no prices of ours.
    pub left_out: u32,
}

/// A run, without what it found price by price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: SyncRunId,
    /// Of which source.
    pub source: PriceSourceId,
    /// Where it stands.
    pub state: RunState,
    /// What started it.
    pub cause: Cause,
    /// Who did: a printed id, or `system`.
    pub started_by: String,
    /// Joins its calls with logs, ours and the source's.
    pub trace_id: String,
    /// Raised by every attempt that takes it up.
    pub(super) fence: i64,
    /// Where its next part begins.
    pub(super) next_cursor: Option<String>,
    /// Every part is here.
    pub(super) fetched: bool,
    /// Parts fetched so far.
    pub parts: i64,
    /// How many there will be, as far as the source tells.
    pub parts_expected: Option<i64>,
    /// Calls made so far.
    pub calls: i64,
    /// What it found.
    pub counts: RunCounts,
    /// Of a hundred prices in force, how many it changes or ends.
    pub changed_percent: i64,
    /// The plan of its changes, where there are any.
    pub import: Option<ImportId>,
    /// The version of the price book its prices are in.
    pub book_version: Option<i64>,
    /// Why it waits or failed.
    pub reason: Option<Why>,
    /// In the source's or our words, for staff.
    pub error: Option<String>,
    /// Who applied, rejected or cancelled it.
    pub decided_by: Option<String>,
    /// When it began.
    pub started_at: Instant,
    /// When it ended; a waiting one has not.
    pub finished_at: Option<Instant>,
}

impl Run {
    /// The plan somebody has to decide on.
    pub fn waiting_import(&self) -> Option<ImportId> {
        self.import.filter(|_| self.state == RunState::Waiting)
    }

    /// Begins.
    pub(super) fn begin(
        id: SyncRunId,
        source: &Source,
        cause: Cause,
        by: &str,
        trace: &str,
        now: Instant,
    ) -> Change<Self, SyncStarted> {
        let fact = SyncStarted {
            id,
            source: source.id,
            name: source.terms.name.clone(),
            cause,
        };
        let run = Self {
            id,
            source: source.id,
            state: RunState::Running,
            cause,
            started_by: by.to_owned(),
            trace_id: trace.to_owned(),
            fence: 0,
            next_cursor: None,
            fetched: false,
            parts: 0,
            parts_expected: None,
            calls: 0,
            counts: RunCounts::default(),
            changed_percent: 0,
            import: None,
            book_version: None,
            reason: None,
            error: None,
            decided_by: None,
            started_at: now,
            finished_at: None,
        };
        Change::new(run, fact)
    }

    /// Its prices are in force; without an import nothing had changed.
    pub(super) fn succeed(self, source: &Source, by: Option<String>, now: Instant) -> Change<Self, SyncFinished> {
        self.end(source, RunState::Succeeded, by, now)
    }

    /// Nothing of it is in force.
    pub(super) fn fail(self, source: &Source, why: Why, error: &str, now: Instant) -> Change<Self, SyncFinished> {
        let failed = Self {
            reason: Some(why),
            error: (!error.is_empty()).then(|| shorten(error)),
            ..self
        };
        failed.end(source, RunState::Failed, None, now)
    }

    fn end(self, source: &Source, state: RunState, by: Option<String>, now: Instant) -> Change<Self, SyncFinished> {
        let before = json!({"state": self.state});
        let after = Self {
            state,
            decided_by: by.or(self.decided_by),
            finished_at: Some(now),
            ..self
        };
        let fact = SyncFinished {
            id: after.id,
            source: source.id,
            name: source.terms.name.clone(),
            state,
            reason: after.reason,
            counts: after.counts,
            calls: after.calls,
            seconds: now.since(after.started_at).as_secs(),
            import: after.import,
            book_version: after.book_version,
        };
        Change::from(before, after, fact)
    }

    /// A person has to look.
    pub(super) fn wait(self, source: &Source, why: Why) -> Change<Self, SyncWaits> {
        let after = Self {
            state: RunState::Waiting,
            reason: Some(why),
            ..self
        };
        let fact = SyncWaits {
            id: after.id,
            source: source.id,
            name: source.terms.name.clone(),
            reason: why,
            changed_percent: after.changed_percent,
            counts: after.counts,
        };
        Change::from(json!({"state": "running"}), after, fact)
    }

    /// A person says no.
    ///
    /// # Errors
    /// `sync_not_waiting`.
    pub(super) fn reject(self, by: String, now: Instant) -> Result<Change<Self, RunRejected>, Problem> {
        if self.state != RunState::Waiting {
            return Err(Problem::conflict("sync_not_waiting"));
        }
        let fact = RunRejected {
            id: self.id,
            source: self.source,
        };
        let after = Self {
            state: RunState::Rejected,
            decided_by: Some(by),
            finished_at: Some(now),
            ..self
        };
        Ok(Change::from(json!({"state": "waiting"}), after, fact))
    }

    /// A person ends it while it runs.
    ///
    /// # Errors
    /// `sync_not_running`.
    pub(super) fn cancel(self, by: String, now: Instant) -> Result<Change<Self, RunCancelled>, Problem> {
        if self.state != RunState::Running {
            return Err(Problem::conflict("sync_not_running"));
        }
        let fact = RunCancelled {
            id: self.id,
            source: self.source,
        };
        let after = Self {
            state: RunState::Cancelled,
            decided_by: Some(by),
            finished_at: Some(now),
            ..self
        };
        Ok(Change::from(json!({"state": "running"}), after, fact))
    }

    /// How long it took, or has taken so far.
    pub fn duration(&self, now: Instant) -> jiff::SignedDuration {
        self.finished_at.unwrap_or(now).since(self.started_at)
    }
}

/// A run with everything that was not believed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// The run.
    pub run: Run,
    /// What was rejected or left out; the first thousand.
    pub findings: Vec<Finding>,
}

/// At most 500 characters of what went wrong, in one line.
fn shorten(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().take(500).map(plain).collect()
}

pub(super) fn sample_run() -> SyncRunId {
    SyncRunId::from_uuid(uuid::Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0018))
}

pub(super) fn sample_source() -> PriceSourceId {
    PriceSourceId::from_uuid(uuid::Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0019))
}
