//! How sources and the price book do.

use kernel::Instant;
use platform::SnapshotUse;
use serde::Serialize;
use utoipa::ToSchema;

use super::run::RunView;
use super::source::SourceView;
use crate::sync::ops::{Health, hit_rate};
use crate::views::percent;

/// How a source does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncHealth)]
pub(in crate::sync::http) struct HealthView {
    /// The source.
    source: SourceView,
    /// Its run that is under way or waits for a person.
    open_run: Option<RunView>,
    /// Its latest runs, the latest first.
    latest_runs: Vec<RunView>,
    /// Seconds since its last success; null before the first.
    lag_seconds: Option<i64>,
    /// Calls of the last 30 days.
    calls: i64,
    /// Of those, calls that got no answer that could be read.
    failed_calls: i64,
    /// Their mean time.
    mean_call_ms: i64,
    /// The slowest.
    slowest_call_ms: i64,
    /// Endings it has told of.
    endings: i64,
    /// Of those, how many it has not told of for two of its intervals.
    stale_endings: i64,
}

impl HealthView {
    pub(in crate::sync::http) fn of(health: Health, now: Instant) -> Self {
        Self {
            lag_seconds: health.source.last_success_at.map(|at| now.since(at).as_secs()),
            open_run: health.open.map(RunView::from),
            latest_runs: health.latest.into_iter().map(RunView::from).collect(),
            calls: health.timings.calls,
            failed_calls: health.timings.failed,
            mean_call_ms: health.timings.mean_ms,
            slowest_call_ms: health.timings.slowest_ms,
            endings: health.endings,
            stale_endings: health.stale_endings,
            source: SourceView::of(health.source, now),
        }
    }
}

/// How every source does, and the price book they feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncHealthReport)]
pub(in crate::sync::http) struct HealthReport {
    /// Every source, by name.
    data: Vec<HealthView>,
    /// How the price book is read.
    price_book: BookUseView,
}

impl HealthReport {
    pub(in crate::sync::http) fn of(all: Vec<Health>, book: SnapshotUse, now: Instant) -> Self {
        Self {
            data: all.into_iter().map(|health| HealthView::of(health, now)).collect(),
            price_book: book.into(),
        }
    }
}

/// How often the company's price book was read since this process began, and from where. Each process of an installation
/// has a book of its own in memory, and tells of that.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceBookUse)]
struct BookUseView {
    /// Reads.
    #[schema(example = 12_345)]
    reads: u64,
    /// Of those, reads that memory answered; the others waited until the book was loaded.
    #[schema(example = 12_342)]
    from_memory: u64,
    /// The cache hit rate: of a hundred reads, how many memory answered. Null before the first.
    #[schema(example = "99.9757")]
    hit_rate_percent: Option<String>,
    /// How often the book was loaded, for a reader or because it had changed.
    #[schema(example = 4)]
    loads: u64,
    /// The mean time of loading it; null before the first.
    #[schema(example = 38)]
    mean_load_ms: Option<u64>,
}

impl From<SnapshotUse> for BookUseView {
    fn from(usage: SnapshotUse) -> Self {
        let micros = u64::try_from(usage.load_time.as_micros()).unwrap_or(u64::MAX);
        Self {
            reads: usage.reads,
            from_memory: usage.from_memory,
            hit_rate_percent: hit_rate(usage).map(percent),
            loads: usage.loads,
            mean_load_ms: micros.checked_div(usage.loads).map(|mean| mean / 1_000),
        }
    }
}
