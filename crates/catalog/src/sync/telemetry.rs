//! What log and metrics are told of calls and runs.

use platform::Ctx;

use super::ports::CallMade;
use super::run::Run;
use super::source::Source;
use super::words::Why;

/// Tells log and metrics of calls.
pub(super) fn measure(source: &Source, trace_id: &str, calls: &[CallMade]) {
    let kind = source.kind.name();
    for call in calls {
        let outcome = call.outcome.name();
        metrics::counter!("entrepot_price_source_calls_total", "source" => kind, "outcome" => outcome).increment(1);
        metrics::histogram!("entrepot_price_source_call_seconds", "source" => kind).record(call.took);
        tracing::info!(
            source = %source.id, kind, what = call.what, outcome, status = call.status, bytes = call.bytes,
            elapsed_ms = call.took.as_millis() as u64, trace_id, "a price source was asked"
        );
    }
}

/// Tells log and metrics of a run's end.
pub(super) fn ended(source: &Source, run: &Run, ctx: &Ctx) {
    let (kind, state) = (source.kind.name(), run.state.name());
    let took = run.duration(ctx.now());
    metrics::counter!("entrepot_price_sync_runs_total", "source" => kind, "state" => state).increment(1);
    metrics::histogram!("entrepot_price_sync_run_seconds", "source" => kind).record(took.as_secs_f64());
    tracing::info!(
        source = %source.id, kind, run = %run.id, state, reason = run.reason.map(Why::name), changed = run.counts.changed,
        added = run.counts.added, vanished = run.counts.vanished, rejected = run.counts.rejected, trace_id = run.trace_id,
        "a price sync run ended"
    );
}
