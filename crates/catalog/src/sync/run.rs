//! One run of a source and how it ends.

use kernel::{Change, Id, ImportId, Instant, PriceSourceId, Problem, SyncRunId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::{RunCancelled, RunRejected, SyncFinished, SyncStarted, SyncWaits};
use super::source::Source;
use crate::imports::Finding;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncRunState)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// Under way.
    Running,
    /// Its prices wait for a person to apply or reject them.
    Waiting,
    /// Its prices are in force, or nothing had changed.
    Succeeded,
    /// Nothing of it is in force.
    Failed,
    /// Ended by a person while it was running.
    Cancelled,
    /// A person looked and said no.
    Rejected,
}

impl RunState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Running,
        Self::Waiting,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::Rejected,
    ];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncRunCause)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Its time had come.
    Schedule,
    /// Somebody asked for it.
    Person,
}

impl Cause {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Person => "person",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Schedule, Self::Person]
            .into_iter()
            .find(|cause| cause.name() == name)
    }
}

/// Why a run waits or failed, as a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = SyncRunReason)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It would change or end more of the prices in force than the source may.
    TooMuchChanged,
    /// It would not believe more of what the source says than may be wrong by chance.
    TooMuchRejected,
    /// Nothing the source said could be believed.
    NothingBelieved,
    /// The source told no price at all.
    NoPrices,
    /// The source refused our account or the question.
    Refused,
    /// The source could not be reached, or its answer was none.
    Unreachable,
    /// The source asked us to wait for longer than a run lasts.
    Limited,
    /// The source's settings cannot be used.
    Unfit,
    /// The price book changed over and over while its prices were compared.
    BookChanged,
}

impl Why {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::TooMuchChanged,
        Self::TooMuchRejected,
        Self::NothingBelieved,
        Self::NoPrices,
        Self::Refused,
        Self::Unreachable,
        Self::Limited,
        Self::Unfit,
        Self::BookChanged,
    ];

    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooMuchChanged => "too_much_changed",
            Self::TooMuchRejected => "too_much_rejected",
            Self::NothingBelieved => "nothing_believed",
            Self::NoPrices => "no_prices",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Limited => "limited",
            Self::Unfit => "unfit",
            Self::BookChanged => "book_changed",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_as_what_they_name_and_as_the_api_writes_them() {
        for state in RunState::ALL {
            assert_eq!(RunState::parse(state.name()), Some(state));
            assert_eq!(json!(state), state.name());
        }
        for why in Why::ALL {
            assert_eq!(Why::parse(why.name()), Some(why));
            assert_eq!(json!(why), why.name());
        }
        for cause in [Cause::Schedule, Cause::Person] {
            assert_eq!(Cause::parse(cause.name()), Some(cause));
            assert_eq!(json!(cause), cause.name());
        }
    }
}
