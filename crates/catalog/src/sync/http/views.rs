//! What the routes of price sources take and answer with.

use kernel::{Instant, PriceSourceId, Problem, SyncRunId};
use platform::SnapshotUse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::exposures::{Exposure, ExposureView, views};

use crate::imports::{Finding, ListRef, Reason, Vanished, Weight};
use crate::sync::check::Checked;
use crate::sync::ops::{Health, hit_rate};
use crate::sync::ports::CallOutcome;
use crate::sync::run::{Cause, Run, RunCounts, RunState, Story, Why};
use crate::sync::run_store::Call;
use crate::sync::source::{Credentials, NewSource, Source, SourceEdit, SourceKind, SourceState, Terms, filter};
use crate::sync::store::Seen;
use crate::views::percent;

/// What a source's calls are signed with. Taken in, never given out.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceSourceCredentials)]
pub(super) struct CredentialsBody {
    /// Identifier or user name.
    #[schema(min_length = 1, max_length = 256, example = "q7Xk")]
    key: String,
    /// Secret or password.
    #[schema(min_length = 1, max_length = 256, example = "9sVxK2")]
    secret: String,
}

/// Everything about a source that people decide.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PriceSourceEdit)]
pub(super) struct SourceBody {
    /// As people call it.
    #[schema(min_length = 1, max_length = 120, example = "Our WHMCS")]
    name: String,
    /// Where it answers; left out for the usual place. A WHMCS always needs one.
    #[schema(max_length = 300, example = "https://billing.example.com")]
    #[serde(default)]
    endpoint: String,
    /// The list its prices go to: a registrar account's id for costs, a sales list's for sales prices.
    #[schema(max_length = 64, example = "sal_01934000000070008000000000000002")]
    list: String,
    /// Minutes between two runs.
    #[schema(minimum = 5, maximum = 40_320, example = 360)]
    #[serde(default = "day")]
    interval_minutes: i64,
    /// Seconds to wait for one answer.
    #[schema(minimum = 1, maximum = 30, example = 20)]
    #[serde(default = "twenty")]
    timeout_seconds: i64,
    /// Endings taken, apart by spaces, `*` for any characters; all if left out.
    #[schema(max_length = 20_000, example = "com net *.uk")]
    #[serde(default)]
    include: String,
    /// Endings not taken.
    #[schema(max_length = 20_000, example = "xn--*")]
    #[serde(default)]
    exclude: String,
    /// What becomes of prices in force that the source no longer names.
    #[serde(default)]
    vanished: Vanished,
    /// Of a hundred prices in force, how many a run may change or end before a person has to look.
    #[schema(minimum = 0, maximum = 100, example = 20)]
    #[serde(default = "twenty")]
    most_changed_percent: i64,
    /// Hundredths of a price in force that the next may be at most, and as far below it: 300 is three times.
    #[schema(minimum = 101, maximum = 10_000, example = 300)]
    #[serde(default = "three_times")]
    largest_jump_hundredths: i64,
    /// Replace those there are; leave them out to keep them.
    credentials: Option<CredentialsBody>,
}

const fn day() -> i64 {
    24 * 60
}

const fn twenty() -> i64 {
    20
}

const fn three_times() -> i64 {
    300
}

impl TryFrom<SourceBody> for SourceEdit {
    type Error = Problem;

    fn try_from(body: SourceBody) -> Result<Self, Problem> {
        let list: ListRef = body
            .list
            .parse()
            .map_err(|_| Problem::refused("list_unknown").field("/list", "list_unknown"))?;
        Ok(Self {
            terms: Terms {
                name: body.name,
                endpoint: body.endpoint,
                list,
                interval_minutes: body.interval_minutes,
                timeout_seconds: body.timeout_seconds,
                filter: filter(&body.include, &body.exclude)?,
                vanished: body.vanished,
                most_changed_percent: body.most_changed_percent,
                largest_jump_hundredths: body.largest_jump_hundredths,
            },
            credentials: body
                .credentials
                .map(|credentials| Credentials::new(&credentials.key, &credentials.secret)),
        })
    }
}

/// A price source to add.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPriceSource)]
pub(super) struct NewSourceBody {
    /// Whose protocol it speaks. Never changes.
    kind: SourceKind,
    /// Everything else.
    source: SourceBody,
}

impl TryFrom<NewSourceBody> for NewSource {
    type Error = Problem;

    fn try_from(body: NewSourceBody) -> Result<Self, Problem> {
        let SourceEdit { terms, credentials } = body.source.try_into()?;
        Ok(Self {
            kind: body.kind,
            terms,
            credentials,
        })
    }
}

/// A price source.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriceSource)]
pub(super) struct SourceView {
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
    pub(super) fn of(source: Source, now: Instant) -> Self {
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

/// A run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncRun)]
pub(super) struct RunView {
    /// Its id.
    #[schema(value_type = String, example = "syn_01934000000070008000000000000018")]
    id: SyncRunId,
    /// Of which source.
    #[schema(value_type = String)]
    source: PriceSourceId,
    /// Where it stands.
    state: RunState,
    /// What started it.
    cause: Cause,
    /// Who did.
    started_by: String,
    /// Joins its calls with the logs.
    trace_id: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    started_at: Instant,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Instant>,
    /// From its beginning to its end; null until then.
    duration_ms: Option<i64>,
    /// Parts fetched so far, and how many there will be as far as the source tells.
    parts: i64,
    /// How many parts there will be.
    parts_expected: Option<i64>,
    /// Calls made.
    calls: i64,
    /// What it found.
    counts: RunCounts,
    /// Of a hundred prices in force, how many it changes or ends.
    changed_percent: i64,
    /// The plan of its changes, price by price: an import.
    #[schema(value_type = Option<String>)]
    import: Option<kernel::ImportId>,
    /// The version of the price book that holds its prices.
    book_version: Option<i64>,
    /// Why it waits or failed.
    reason: Option<Why>,
    /// In the source's or our words.
    error: Option<String>,
    /// Who applied, rejected or cancelled it.
    decided_by: Option<String>,
}

impl From<Run> for RunView {
    fn from(run: Run) -> Self {
        let millis = |until: Instant| i64::try_from(until.since(run.started_at).as_millis()).unwrap_or(i64::MAX);
        Self {
            duration_ms: run.finished_at.map(millis),
            id: run.id,
            source: run.source,
            state: run.state,
            cause: run.cause,
            started_by: run.started_by,
            trace_id: run.trace_id,
            started_at: run.started_at,
            finished_at: run.finished_at,
            parts: run.parts,
            parts_expected: run.parts_expected,
            calls: run.calls,
            counts: run.counts,
            changed_percent: run.changed_percent,
            import: run.import,
            book_version: run.book_version,
            reason: run.reason,
            error: run.error,
            decided_by: run.decided_by,
        }
    }
}

/// A call of a run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncCall)]
struct CallView {
    /// Which, from 1.
    number: i64,
    /// What was asked.
    #[schema(example = "GetTLDPricing")]
    what: String,
    /// How it ended.
    outcome: CallOutcome,
    /// The HTTP status, when there was an answer.
    status: Option<i64>,
    /// How long the answer was.
    bytes: i64,
    /// How long it took.
    milliseconds: i64,
    /// When it went out.
    #[schema(value_type = String, format = DateTime)]
    called_at: Instant,
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        Self {
            number: call.number,
            what: call.what,
            outcome: call.outcome,
            status: call.status,
            bytes: call.bytes,
            milliseconds: call.milliseconds,
            called_at: call.called_at,
        }
    }
}

/// Something a source said that was not believed, or is no price of ours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncFinding)]
struct FindingView {
    /// Where in what it said: ending, operation, years, kind.
    #[schema(example = "com/register/1/regular")]
    field: String,
    /// What stands there, shortened.
    value: String,
    /// Why, stable.
    reason: Reason,
    /// Why, for a person.
    detail: String,
    /// Rejected, or left out because it is no price of ours.
    weight: Weight,
}

/// A run with its calls and findings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncRunDetail)]
pub(super) struct RunDetail {
    /// The run.
    #[serde(flatten)]
    run: RunView,
    /// Its calls, the latest first; five hundred at most.
    calls_made: Vec<CallView>,
    /// What was rejected or left out; a thousand at most.
    findings: Vec<FindingView>,
    /// What applying a waiting run touches, as of now; null where none waits, and without the right to import.
    exposures: Option<Vec<ExposureView>>,
}

impl RunDetail {
    pub(super) fn of(ctx: &web::Ctx, story: Story, calls: Vec<Call>, touched: Option<&[Exposure]>) -> Self {
        let finding = |finding: Finding| FindingView {
            detail: ctx.t(&finding.reason.key()),
            field: finding.field,
            value: finding.value,
            reason: finding.reason,
            weight: finding.weight,
        };
        Self {
            run: story.run.into(),
            calls_made: calls.into_iter().map(CallView::from).collect(),
            findings: story.findings.into_iter().map(finding).collect(),
            exposures: touched.map(views),
        }
    }
}

/// An ending a source has told of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncEnding)]
pub(super) struct EndingView {
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
    pub(super) fn of(seen: Seen, now: Instant) -> Self {
        Self {
            age_seconds: now.since(seen.seen_at).as_secs(),
            ending: seen.ending,
            seen_at: seen.seen_at,
        }
    }
}

/// How a source does.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncHealth)]
pub(super) struct HealthView {
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
    pub(super) fn of(health: Health, now: Instant) -> Self {
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
pub(super) struct HealthReport {
    /// Every source, by name.
    data: Vec<HealthView>,
    /// How the price book is read.
    price_book: BookUseView,
}

impl HealthReport {
    pub(super) fn of(all: Vec<Health>, book: SnapshotUse, now: Instant) -> Self {
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

/// What came of a test.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncCheck)]
pub(super) struct CheckView {
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
