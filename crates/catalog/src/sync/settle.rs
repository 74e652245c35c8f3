//! How a run that has fetched everything ends: its prices are judged and compared, and put in force, kept for a person, or
//! refused. All that is read and computed is so before the transaction that writes; it refuses when the book has moved.

use jiff::SignedDuration;
use kernel::{Change, Fact};
use platform::jobs::Outcome;
use platform::{Ctx, Error, Result, Tx};
use scoped_futures::ScopedFutureExt;

use super::events::SourceFailing;
use super::judge::{Judged, Measure, judge};
use super::ports::Part;
use super::run::{Run, RunCounts};
use super::run_store::{self, Settled};
use super::runner::Runner;
use super::source::{self, Source};
use super::telemetry::ended;
use super::words::{RunState, Why};
use super::{ops, store};
use crate::imports::{self, Compared, Fetched, Finding, ListNow};

/// How often prices are compared anew because the book moved on meanwhile.
const COMPARISONS: usize = 5;

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
    /// Judges what was fetched and settles the run.
    pub(super) async fn finish(&self, ctx: &Ctx, run: Run, source: &Source) -> Result<Outcome> {
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

    /// Nothing of the run is put in force.
    pub(super) async fn fail(&self, ctx: &Ctx, run: Run, source: &Source, why: Why, words: &str) -> Result<Outcome> {
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
