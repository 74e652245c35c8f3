//! A source, its endings and what a test of it brought.

use kernel::{Instant, PriceSourceId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::imports::Vanished;
use crate::sync::check::Checked;
use crate::sync::kind::SourceKind;
use crate::sync::source::{Source, SourceState};
use crate::sync::store::Seen;

/// A price source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceSource)]
pub(in crate::sync::http) struct SourceView {
    /// Its id.
    #[schema(value_type = String, example = "psr_01934000000070008000000000000019")]
    id: PriceSourceId,
    /// As people call it.
    name: String,
    /// Whose protocol it speaks.
    kind: SourceKind,
    /// Active or paused.
    state: SourceState,
    /// Where it answers.
    endpoint: String,
    /// The list its prices go to.
    list: String,
    /// Minutes between two runs.
    interval_minutes: i64,
    /// Seconds to wait for one answer.
    timeout_seconds: i64,
    /// Endings taken; empty: all.
    include: String,
    /// Endings not taken.
    exclude: String,
    /// What becomes of prices in force that it no longer names.
    vanished: Vanished,
    /// Of a hundred prices in force, how many a run may change or end before a person has to look.
    most_changed_percent: i64,
    /// Hundredths of a price in force that the next may be at most.
    largest_jump_hundredths: i64,
    /// When its credentials were last replaced; null when it has none. They themselves are never shown.
    #[schema(value_type = Option<String>, format = DateTime)]
    credentials_at: Option<Instant>,
    /// When its next run is due; null while it is paused.
    #[schema(value_type = Option<String>, format = DateTime)]
    next_run_at: Option<Instant>,
    /// When a run last put its prices in force, or found them unchanged.
    #[schema(value_type = Option<String>, format = DateTime)]
    last_success_at: Option<Instant>,
    /// Older than two of its intervals.
    stale: bool,
    /// Runs that failed since the last success.
    failures_in_row: i64,
    /// While the breaker is open: until when nothing is fetched on schedule.
    #[schema(value_type = Option<String>, format = DateTime)]
    open_until: Option<Instant>,
    /// Also the `ETag`; raised with every change by a person.
    version: i64,
}

impl SourceView {
    pub(in crate::sync::http) fn of(source: Source, now: Instant) -> Self {
        Self {
            endpoint: source.endpoint().to_owned(),
            stale: source.is_stale(now),
            open_until: source.open_until.filter(|until| *until > now),
            next_run_at: (source.state == SourceState::Active).then_some(source.next_run_at),
            id: source.id,
            kind: source.kind,
            state: source.state,
            list: source.terms.list.to_string(),
            interval_minutes: source.terms.interval_minutes,
            timeout_seconds: source.terms.timeout_seconds,
            include: source.terms.filter.include.to_string(),
            exclude: source.terms.filter.exclude.to_string(),
            vanished: source.terms.vanished,
            most_changed_percent: source.terms.most_changed_percent,
            largest_jump_hundredths: source.terms.largest_jump_hundredths,
            name: source.terms.name,
            credentials_at: source.credentials_at,
            last_success_at: source.last_success_at,
            failures_in_row: source.failures_in_row,
            version: source.version,
        }
    }
}

/// An ending a source has told of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncEnding)]
pub(in crate::sync::http) struct EndingView {
    /// The ending, as an A-label.
    #[schema(example = "com")]
    ending: String,
    /// When the source last told a price of it that was believed.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Instant,
    /// How long ago.
    age_seconds: i64,
}

impl EndingView {
    pub(in crate::sync::http) fn of(seen: Seen, now: Instant) -> Self {
        Self {
            age_seconds: now.since(seen.seen_at).as_secs(),
            ending: seen.ending,
            seen_at: seen.seen_at,
        }
    }
}

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncCheck)]
pub(in crate::sync::http) struct CheckView {
    /// Whether address and credentials are right.
    works: bool,
    /// What is wrong, in the source's or our words.
    error: Option<String>,
    /// How long the calls took together.
    milliseconds: i64,
}

impl From<Checked> for CheckView {
    fn from(checked: Checked) -> Self {
        Self {
            works: checked.error.is_none(),
            error: checked.error,
            milliseconds: checked.milliseconds,
        }
    }
}
