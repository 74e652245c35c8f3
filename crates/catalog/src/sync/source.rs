//! A price source and what can happen to it.

use jiff::SignedDuration;
use kernel::{Change, Instant, PriceSourceId, Problem};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::events::{SourceAdded, SourceChanged, SourcePaused, SourceResumed};
use super::kind::{Credentials, SourceKind};
use super::terms::{Terms, judged};

/// Whether a source is fetched on its schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PriceSourceState)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// It is.
    Active,
    /// Not until it is resumed; a person may still run it.
    Paused,
}

impl SourceState {
    /// As stored and sent.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    /// From a stored name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// A price source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its id.
    pub id: PriceSourceId,
    /// Whose protocol it speaks. Never changes.
    pub kind: SourceKind,
    /// What people decided about it.
    pub terms: Terms,
    /// Active or paused.
    pub state: SourceState,
    /// Sealed credentials.
    pub(super) credentials: Option<Vec<u8>>,
    /// When they were last replaced; nothing when there are none.
    pub credentials_at: Option<Instant>,
    /// Raised with every change by a person.
    pub version: i64,
    /// Since when we have it.
    pub created_at: Instant,
    /// When it was last changed by a person.
    pub updated_at: Instant,
    /// When its next run is due.
    pub next_run_at: Instant,
    /// When a run last put its prices in force, or found them unchanged.
    pub last_success_at: Option<Instant>,
    /// Runs that failed since.
    pub failures_in_row: i64,
    /// The breaker: nothing is fetched on schedule before then.
    pub open_until: Option<Instant>,
}

/// What it takes to add a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSource {
    /// Whose protocol it speaks.
    pub kind: SourceKind,
    /// What people decide.
    pub terms: Terms,
    /// What its calls are signed with.
    pub credentials: Option<Credentials>,
}

/// Everything about a source that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceEdit {
    /// What people decide.
    pub terms: Terms,
    /// New credentials; nothing leaves those there are.
    pub credentials: Option<Credentials>,
}

/// Failed runs in a row that open the breaker.
pub(super) const FAILURES_TO_OPEN: i64 = 3;
/// How long it stays open the first time; doubled with each further failure.
const FIRST_REST: SignedDuration = SignedDuration::from_mins(30);
/// And at most.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(24);

/// Until when a source is left alone after so many failed runs in a row.
pub(super) fn rest_after(failures: i64, now: Instant) -> Option<Instant> {
    let doublings = u32::try_from(failures - FAILURES_TO_OPEN).ok()?.min(10);
    let rest = FIRST_REST.saturating_mul(1 << doublings);
    Some(now.plus(rest.min(LONGEST_REST)))
}

impl Source {
    /// A new source, active at once and due at once. `sealed` are the draft's credentials.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn open(
        id: PriceSourceId,
        new: NewSource,
        sealed: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<Change<Self, SourceAdded>, Problem> {
        let terms = judged(new.kind, new.terms, new.credentials.as_ref())?;
        let fact = SourceAdded {
            id,
            name: terms.name.clone(),
            kind: new.kind,
            list: terms.list.to_string(),
        };
        let source = Self {
            id,
            kind: new.kind,
            terms,
            state: SourceState::Active,
            credentials_at: sealed.is_some().then_some(now),
            credentials: sealed,
            version: 1,
            created_at: now,
            updated_at: now,
            next_run_at: now,
            last_success_at: None,
            failures_in_row: 0,
            open_until: None,
        };
        Ok(Change::new(source, fact))
    }

    /// Described anew; nothing when nothing differs. `sealed` are the edit's credentials. The breaker is closed: whoever
    /// changes a source has mended something.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub fn edit(
        self,
        edit: SourceEdit,
        sealed: Option<Vec<u8>>,
        now: Instant,
    ) -> Result<Option<Change<Self, SourceChanged>>, Problem> {
        let terms = judged(self.kind, edit.terms, edit.credentials.as_ref())?;
        let credentials_replaced = sealed.is_some();
        if !credentials_replaced && terms == self.terms {
            return Ok(None);
        }
        let before = self.terms.told();
        let fact = SourceChanged {
            id: self.id,
            name: terms.name.clone(),
            terms: terms.told(),
            credentials_replaced,
        };
        let (credentials, credentials_at) = match sealed {
            Some(sealed) => (Some(sealed), Some(now)),
            None => (self.credentials.clone(), self.credentials_at),
        };
        let next_run_at = self.next_run_at.min(now.plus(terms.interval()));
        let after = Self {
            terms,
            credentials,
            credentials_at,
            next_run_at,
            open_until: None,
            ..self.next(now)
        };
        Ok(Some(Change::from(before, after, fact)))
    }

    /// Stops fetching it on schedule.
    ///
    /// # Errors
    /// `source_paused` when it is.
    pub fn pause(self, now: Instant) -> Result<Change<Self, SourcePaused>, Problem> {
        if self.state == SourceState::Paused {
            return Err(Problem::conflict("source_paused"));
        }
        let fact = SourcePaused { id: self.id };
        let after = Self {
            state: SourceState::Paused,
            ..self.next(now)
        };
        Ok(Change::from(json!({"state": "active"}), after, fact))
    }

    /// Fetches it on schedule again, at once.
    ///
    /// # Errors
    /// `source_active` when it is.
    pub fn resume(self, now: Instant) -> Result<Change<Self, SourceResumed>, Problem> {
        if self.state == SourceState::Active {
            return Err(Problem::conflict("source_active"));
        }
        let fact = SourceResumed { id: self.id };
        let after = Self {
            state: SourceState::Active,
            next_run_at: now,
            open_until: None,
            ..self.next(now)
        };
        Ok(Change::from(json!({"state": "paused"}), after, fact))
    }

    fn next(self, now: Instant) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }

    /// Where it answers.
    pub fn endpoint(&self) -> &str {
        let own = self.terms.endpoint.as_str();
        if own.is_empty() {
            self.kind.usual_endpoint().unwrap_or_default()
        } else {
            own
        }
    }

    /// Whether its prices are older than two of its intervals: one missed run is no alarm.
    pub fn is_stale(&self, now: Instant) -> bool {
        let since = self.last_success_at.unwrap_or(self.created_at);
        now.since(since) > self.terms.interval().saturating_mul(2)
    }

    /// Whether the breaker is open.
    pub fn is_open(&self, now: Instant) -> bool {
        self.open_until.is_some_and(|until| now < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failed_runs_open_the_breaker_for_longer_each_time() {
        let now = Instant::EPOCH;
        let rests: Vec<_> = (0..12)
            .map(|failures| rest_after(failures, now).map(|until| until.since(now).as_mins()))
            .collect();
        assert_eq!(rests[..3], [None, None, None]);
        assert_eq!(rests[3..6], [Some(30), Some(60), Some(120)]);
        assert_eq!(rests[11], Some(24 * 60));
    }
}
