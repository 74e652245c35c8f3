//! A run with its calls and what was not believed.

use kernel::{Instant, PriceSourceId, SyncRunId};
use serde::Serialize;
use utoipa::ToSchema;
use web::exposures::{Exposure, ExposureView, views};

use crate::imports::{Finding, Reason, Weight};
use crate::sync::ports::CallOutcome;
use crate::sync::run::{Run, RunCounts, Story};
use crate::sync::run_store::Call;
use crate::sync::words::{Cause, RunState, Why};

/// A run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SyncRun)]
pub(in crate::sync::http) struct RunView {
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
pub(in crate::sync::http) struct RunDetail {
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
    pub(in crate::sync::http) fn of(
        ctx: &web::Ctx,
        story: Story,
        calls: Vec<Call>,
        touched: Option<&[Exposure]>,
    ) -> Self {
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
