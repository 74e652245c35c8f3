//! One run from its first call to its end. Parts are written down as they come, so an attempt goes on where the one
//! before ended; what an attempt writes that has lost its run to another is refused by the fence.
//!
//! No transaction is open while a source is asked. A source that fails is asked again by the job's next attempt, after
//! 10, 20, 40 and 80 s, each ± 20 %; one that asks us to wait is left alone for as long; one that refuses is not asked again.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use kernel::{Change, Fact, Problem, SyncRunId};
use platform::jobs::{Outcome, Run as Attempt};
use platform::{Ctx, Error, Result, Tx};
use scoped_futures::ScopedFutureExt;

use super::judge::{Judged, Measure, judge};
use super::ports::{Ask, CallMade, Heard, Part, PriceSource, PriceSources, SourceAccount, SourceFailure};
use super::run::{Run, RunCounts, RunState, Why};
use super::run_store::{self, Progress, Settled};
use super::source::{self, Source};
use super::{events::SourceFailing, ops, store};
use crate::imports::{self, Compared, Fetched, Finding, ListNow};
use crate::packed;
use crate::price_books::Books;

/// A source may ask us to wait, but no run lasts longer than this.
const LONGEST_RUN: SignedDuration = SignedDuration::from_hours(6);
/// More parts than any list has.
const MOST_PARTS: i64 = 10_000;
/// How often prices are compared anew because the book moved on meanwhile.
const COMPARISONS: usize = 5;

/// Runs sources.
pub(super) struct Runner {
    books: Books,
    sources: Arc<dyn PriceSources>,
}

/// What becomes of a run now.
enum Verdict {
    /// Nothing has changed.
    Unchanged,
    /// What has changed is put in force.
    Apply(Compared),
    /// A person has to look.
    Wait(Compared, Why),
    /// Nothing of it is put in force.
    Fail(Why),
}

impl Runner {
    pub(super) fn new(books: Books, sources: Arc<dyn PriceSources>) -> Self {
        Self { books, sources }
    }

    /// Takes a run up and brings it to its end, as far as this attempt comes.
    pub(super) async fn run(&self, ctx: &Ctx, id: SyncRunId, attempt: Attempt) -> Result<Outcome> {
        let Some((mut run, source)) = take_up(ctx, id).await? else {
            return Ok(Outcome::Done);
        };
        let adapter = match connect(ctx, self.sources.as_ref(), &source) {
            Ok(adapter) => adapter,
            Err(error) => {
                let words = error
                    .problem()
                    .map_or_else(|| error.to_string(), |problem| problem.code.to_owned());
                return self.fail(ctx, run, &source, Why::Unfit, &words).await;
            }
        };
        while !run.fetched {
            let heard = adapter
                .part(ask(&source, &run, self.currency(ctx, &source).await?))
                .await;
            measure(&source, &run.trace_id, &heard.calls);
            if !write_down(ctx, &mut run, &heard).await? {
                return Ok(Outcome::Done);
            }
            if let Err(failure) = heard.outcome {
                return self.failed(ctx, run, &source, failure, attempt).await;
            }
            if run.parts > MOST_PARTS {
                return self
                    .fail(ctx, run, &source, Why::Unreachable, "more parts than any list has")
                    .await;
            }
            if !run.fetched {
                tokio::time::sleep(adapter.pause()).await;
            }
        }
        self.finish(ctx, run, &source).await
    }

    async fn currency(&self, ctx: &Ctx, source: &Source) -> Result<kernel::Currency> {
        let list = source.terms.list;
        ctx.read(|read| async move { imports::list_currency(read, list).await }.scope_boxed())
            .await
    }

    /// What a failed call means for the run.
    async fn failed(
        &self,
        ctx: &Ctx,
        run: Run,
        source: &Source,
        failure: SourceFailure,
        attempt: Attempt,
    ) -> Result<Outcome> {
        let words = failure.to_string();
        match failure {
            SourceFailure::Limited { retry_after_seconds } => {
                let wait = SignedDuration::from_secs(i64::from(retry_after_seconds).max(1));
                if ctx.now().plus(wait).since(run.started_at) > LONGEST_RUN {
                    return self.fail(ctx, run, source, Why::Limited, &words).await;
                }
                Ok(Outcome::Snooze(wait))
            }
            SourceFailure::Refused(_) => self.fail(ctx, run, source, Why::Refused, &words).await,
            SourceFailure::Failed(_) if attempt.is_last() => {
                self.fail(ctx, run, source, Why::Unreachable, &words).await
            }
            SourceFailure::Failed(_) => Err(Error::internal(words)),
        }
    }

    /// Judges what was fetched and settles the run.
    async fn finish(&self, ctx: &Ctx, run: Run, source: &Source) -> Result<Outcome> {
        let id = run.id;
        let parts = ctx
            .read(|read| async move { run_store::parts(read, id).await }.scope_boxed())
            .await?;
        for _ in 0..COMPARISONS {
            let (judged, found, verdict) = compare(ctx, &parts, source).await?;
            let run = Run {
                counts: found.counts,
                changed_percent: found.changed_percent,
                error: None,
                ..run.clone()
            };
            match self.settle(ctx, run, source, judged, verdict).await {
                // Somebody changed the book between comparing and applying.
                Err(Error::Problem(problem)) if problem.code == "import_book_changed" => {}
                Err(Error::Problem(problem)) if problem.code == "sync_moved_on" => return Ok(Outcome::Done),
                Err(error) => return Err(error),
                Ok(()) => return Ok(Outcome::Done),
            }
        }
        self.fail(ctx, run, source, Why::BookChanged, "").await
    }

    async fn settle(&self, ctx: &Ctx, run: Run, source: &Source, judged: Judged, verdict: Verdict) -> Result<()> {
        let (books, run, verdict) = (&self.books, &run, &verdict);
        let (findings, seen) = (&judged.findings, &judged.seen);
        let run = ctx
            .write(|tx| {
                async move {
                    let settled = match verdict {
                        Verdict::Fail(why) => fail_in(tx, run.clone(), source, *why, "", Some(findings)).await?,
                        Verdict::Wait(compared, why) => {
                            wait_in(tx, run.clone(), source, compared, *why, findings).await?
                        }
                        Verdict::Apply(compared) => {
                            let import = imports::keep_and_apply(tx, books, &compared.prepared).await?;
                            let run = Run {
                                import: Some(import.id),
                                book_version: import.applied_version,
                                ..run.clone()
                            };
                            succeed_in(tx, run, source, findings).await?
                        }
                        Verdict::Unchanged => succeed_in(tx, run.clone(), source, findings).await?,
                    };
                    if settled.state == RunState::Succeeded {
                        let mut writer = tx.bookkeeping("how fresh each ending is; the run is audited");
                        store::mark_seen(&mut writer, source.id, seen).await?;
                    }
                    Ok(settled)
                }
                .scope_boxed()
            })
            .await?;
        ended(source, &run, ctx);
        Ok(())
    }

    async fn fail(&self, ctx: &Ctx, run: Run, source: &Source, why: Why, words: &str) -> Result<Outcome> {
        let run = &run;
        let failed = ctx
            .write(|tx| async move { fail_in(tx, run.clone(), source, why, words, None).await }.scope_boxed())
            .await;
        match failed {
            Err(Error::Problem(problem)) if problem.code == "sync_moved_on" => {}
            Err(error) => return Err(error),
            Ok(run) => ended(source, &run, ctx),
        }
        Ok(Outcome::Done)
    }
}

/// The adapter of a source.
pub(super) fn connect(ctx: &Ctx, sources: &dyn PriceSources, source: &Source) -> Result<Arc<dyn PriceSource>> {
    let credentials = ops::credentials(ctx, source)?;
    if credentials.is_none() && source.kind.needs_credentials() {
        return Err(Problem::refused("source_lacks_credentials").into());
    }
    let account = SourceAccount {
        kind: source.kind,
        endpoint: source.endpoint().to_owned(),
        credentials,
    };
    Ok(sources.connect(&account)?)
}

fn ask<'a>(source: &Source, run: &'a Run, currency: kernel::Currency) -> Ask<'a> {
    Ask {
        currency,
        cursor: run.next_cursor.as_deref(),
        within: Duration::from_secs(source.terms.timeout_seconds.unsigned_abs()),
        correlation: &run.trace_id,
    }
}

/// Claims a run for this attempt; nothing when it has ended meanwhile.
async fn take_up(ctx: &Ctx, id: SyncRunId) -> Result<Option<(Run, Source)>> {
    ctx.write(|tx| {
        async move {
            let claimed = run_store::claim(&mut tx.bookkeeping("which attempt holds the run"), id).await?;
            if !claimed {
                return Ok(None);
            }
            let Some(story) = run_store::by_id(tx, id).await? else {
                return Ok(None);
            };
            let source = ops::by_id(tx, story.run.source).await?;
            Ok(Some((story.run, source)))
        }
        .scope_boxed()
    })
    .await
}

/// Writes down what one question brought; `false` when the run is no longer this attempt's.
async fn write_down(ctx: &Ctx, run: &mut Run, heard: &Heard<Part>) -> Result<bool> {
    let error = heard.outcome.as_ref().err().map(ToString::to_string);
    let part = heard.outcome.as_ref().ok();
    let content = match part {
        Some(part) => packed::pack(&serde_json::to_vec(part)?)?,
        None => Vec::new(),
    };
    let progress = &Progress {
        part,
        content: &content,
        error: error.as_deref(),
        calls: &heard.calls,
    };
    let before = &*run;
    let after = ctx
        .write(|tx| {
            async move {
                let mut after = before.clone();
                let mut writer = tx.bookkeeping("how far the run is; its beginning and end are audited");
                let mine = run_store::progress(&mut writer, &mut after, progress).await?;
                Ok(mine.then_some(after))
            }
            .scope_boxed()
        })
        .await?;
    let mine = after.is_some();
    if let Some(after) = after {
        *run = after;
    }
    Ok(mine)
}

/// What was found, in numbers.
struct Found {
    counts: RunCounts,
    changed_percent: i64,
}

async fn compare(ctx: &Ctx, parts: &[Part], source: &Source) -> Result<(Judged, Found, Verdict)> {
    ctx.read(|read| {
        async move {
            let list: ListNow = imports::list_now(read, source.terms.list).await?;
            let measure = Measure {
                terms: &source.terms,
                currency: list.currency,
                standing: &list.standing,
                now: read.now(),
            };
            let judged = judge(parts, &measure);
            let fetched = Fetched {
                list: source.terms.list,
                name: &source.terms.name,
                prices: &judged.prices,
                findings: &judged.findings,
                rejected: judged.rejected,
                left_out: judged.left_out,
                rows: judged.rows,
                vanished: source.terms.vanished,
                would_name: &|key| judged.would_name(&source.terms, key),
            };
            let compared = imports::compare_fetched(read, &list, &fetched).await?;
            let found = found(&judged, &compared);
            let verdict = verdict(source, &judged, &found, compared);
            Ok((judged, found, verdict))
        }
        .scope_boxed()
    })
    .await
}

fn found(judged: &Judged, compared: &Compared) -> Found {
    let counts = compared.counts;
    Found {
        counts: RunCounts {
            rows: judged.rows,
            added: counts.added,
            changed: counts.changed,
            unchanged: counts.unchanged,
            vanished: counts.vanished,
            rejected: judged.rejected,
            left_out: judged.left_out,
        },
        // A price that is too far from the one in force would have changed it.
        changed_percent: percent(
            compared.touched.saturating_add(judged.jumps),
            compared.in_force + judged.jumps,
        ),
    }
}

/// Of a hundred, rounded up: one in a thousand is not none.
fn percent(part: u32, whole: u32) -> i64 {
    if whole == 0 {
        return 0;
    }
    (i64::from(part) * 100).div_euclid(i64::from(whole)) + i64::from(i64::from(part) * 100 % i64::from(whole) != 0)
}

/// What becomes of a run that found this.
fn verdict(source: &Source, judged: &Judged, found: &Found, compared: Compared) -> Verdict {
    let most = source.terms.most_changed_percent;
    let much_rejected = percent(judged.rejected, judged.rows) > most;
    if judged.rows == 0 {
        Verdict::Fail(Why::NoPrices)
    } else if judged.prices.is_empty() {
        Verdict::Fail(Why::NothingBelieved)
    } else if !compared.writes() && much_rejected {
        Verdict::Fail(Why::TooMuchRejected)
    } else if !compared.writes() {
        Verdict::Unchanged
    } else if found.changed_percent > most {
        Verdict::Wait(compared, Why::TooMuchChanged)
    } else if much_rejected {
        Verdict::Wait(compared, Why::TooMuchRejected)
    } else {
        Verdict::Apply(compared)
    }
}

async fn succeed_in(tx: &mut Tx, run: Run, source: &Source, findings: &[Finding]) -> Result<Run> {
    let now = tx.now();
    let change = run.succeed(source, None, now);
    let run = save(tx, change, Some(findings)).await?;
    let next = Source {
        last_success_at: Some(now),
        failures_in_row: 0,
        open_until: None,
        next_run_at: jittered(tx, source),
        ..source.clone()
    };
    store::reschedule(&mut tx.bookkeeping("follows from the run, which is audited"), &next).await?;
    Ok(run)
}

async fn wait_in(
    tx: &mut Tx,
    run: Run,
    source: &Source,
    compared: &Compared,
    why: Why,
    findings: &[Finding],
) -> Result<Run> {
    let import = imports::keep(tx, &compared.prepared).await?;
    let run = Run {
        import: Some(import.id),
        ..run
    };
    save(tx, run.wait(source, why), Some(findings)).await
}

async fn fail_in(
    tx: &mut Tx,
    run: Run,
    source: &Source,
    why: Why,
    words: &str,
    findings: Option<&[Finding]>,
) -> Result<Run> {
    let now = tx.now();
    let run = save(tx, run.fail(source, why, words, now), findings).await?;
    // Counted as it stands now: another run may have ended since this one began.
    let current = ops::by_id(tx, source.id).await?;
    let failures = current.failures_in_row + 1;
    let open_until = source::rest_after(failures, now);
    let due = jittered(tx, source);
    let next = Source {
        failures_in_row: failures,
        open_until,
        next_run_at: open_until.map_or(due, |until| until.max(due)),
        ..current
    };
    store::reschedule(&mut tx.bookkeeping("follows from the run, which is audited"), &next).await?;
    if failures >= source::FAILURES_TO_OPEN {
        let fact = SourceFailing {
            id: source.id,
            name: source.terms.name.clone(),
            run: run.id,
            reason: why,
            failures,
        };
        tx.save(Change::new((), fact)).await?;
    }
    Ok(run)
}

/// A source's interval from now, up to a tenth earlier, so that sources added together are not fetched together for ever.
fn jittered(tx: &Tx, source: &Source) -> kernel::Instant {
    let interval = source.terms.interval();
    let tenth = u64::try_from(interval.as_secs() / 10).unwrap_or_default().max(1);
    let draw = u64::from_le_bytes(tx.secret_bytes::<8>()) % tenth;
    tx.now()
        .plus(interval)
        .minus(SignedDuration::from_secs(i64::try_from(draw).unwrap_or_default()))
}

async fn save<F: Fact>(tx: &mut Tx, change: Change<Run, F>, findings: Option<&[Finding]>) -> Result<Run> {
    let Change { after, fact, before } = change;
    let settled = Settled {
        run: after,
        from: RunState::Running,
        findings: findings.map(<[Finding]>::to_vec),
    };
    Ok(tx
        .save(Change {
            after: settled,
            fact,
            before,
        })
        .await?
        .run)
}

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

fn ended(source: &Source, run: &Run, ctx: &Ctx) {
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

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_rounded_up_and_of_nothing_is_none() {
        assert_eq!(
            [percent(1, 1000), percent(0, 10), percent(2, 10), percent(21, 100)],
            [1, 0, 20, 21]
        );
        assert_eq!(percent(5, 0), 0);
    }
}
