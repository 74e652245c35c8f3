//! One run from its first call to its end. Parts are written down as they come, so an attempt goes on where the one
//! before ended; what an attempt writes that has lost its run to another is refused by the fence.
//!
//! No transaction is open while a source is asked. A source that fails is asked again by the job's next attempt, after
//! 10, 20, 40 and 80 s, each ± 20 %; one that asks us to wait is left alone for as long; one that refuses is not asked again.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use kernel::{Problem, SyncRunId};
use platform::jobs::{Outcome, Run as Attempt};
use platform::{Ctx, Error, Result};
use scoped_futures::ScopedFutureExt;

use super::ops;
use super::ports::{Ask, Heard, Part, PriceSource, PriceSources, SourceAccount, SourceFailure};
use super::run::Run;
use super::run_store::{self, Progress};
use super::source::Source;
use super::telemetry::measure;
use super::words::Why;
use crate::imports;
use crate::packed;
use crate::price_books::Books;

/// A source may ask us to wait, but no run lasts longer than this.
const LONGEST_RUN: SignedDuration = SignedDuration::from_hours(6);
/// More parts than any list has.
const MOST_PARTS: i64 = 10_000;

/// Runs sources.
pub(super) struct Runner {
    pub(super) books: Books,
    sources: Arc<dyn PriceSources>,
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
