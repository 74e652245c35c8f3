//! Runs jobs: in `work` (and `serve --all`) many at once, in tests one after the other on the clock they move.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use jiff::SignedDuration;
use kernel::Instant;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::presence::Presence;
use super::rows::{self, Claimed, Ending};
use super::{Handler, Outcome, QueueLimits, Run, died};
use crate::{Ctx, Platform, Result, Scope};

/// How often the database is asked for jobs of other processes, which cannot wake us.
const POLL: Duration = Duration::from_millis(500);
/// The same on an embedded database, to which only commands at a terminal write beside this process.
const POLL_EMBEDDED: Duration = Duration::from_secs(2);
/// How often it is asked while jobs are due and their queue's limits hold them back.
const HELD_BACK: Duration = Duration::from_millis(500);
/// How often lost and old jobs are looked for.
const HOUSEKEEPING: Duration = Duration::from_secs(5);
/// How long running jobs may go on after a stop was asked for.
const DRAIN: Duration = Duration::from_secs(25);
/// How long giving back those that still run may take.
const GIVE_BACK: Duration = Duration::from_secs(3);
/// How long finished jobs are kept.
const KEEP_DONE: SignedDuration = SignedDuration::from_hours(24 * 7);
/// How long dead ones are kept.
const KEEP_DEAD: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Works the queues it is given.
#[derive(Clone)]
pub struct Worker {
    platform: Platform,
    handlers: Arc<BTreeMap<&'static str, Handler>>,
    queues: Arc<[QueueLimits]>,
    drain: Duration,
}

impl Worker {
    /// A worker for these kinds of jobs and queues. A queue that a handler names and the list lacks gets four at a time.
    pub fn new(platform: Platform, handlers: impl IntoIterator<Item = Handler>, queues: &[QueueLimits]) -> Self {
        let handlers: BTreeMap<_, _> = handlers.into_iter().map(|handler| (handler.kind, handler)).collect();
        let mut all: BTreeMap<&str, QueueLimits> = handlers
            .values()
            .map(|handler| {
                (
                    handler.queue,
                    QueueLimits {
                        name: handler.queue,
                        concurrency: 4,
                        per_minute: None,
                    },
                )
            })
            .collect();
        all.extend(queues.iter().map(|queue| (queue.name, *queue)));
        Self {
            platform,
            handlers: Arc::new(handlers),
            queues: all.into_values().collect(),
            drain: DRAIN,
        }
    }

    /// The queues it works, by name.
    pub fn queues(&self) -> impl Iterator<Item = &'static str> {
        self.queues.iter().map(|queue| queue.name)
    }

    /// Lets running jobs go on for this long after a stop was asked for, instead of 25 seconds.
    #[must_use]
    pub fn draining_for(mut self, time: Duration) -> Self {
        self.drain = time;
        self
    }

    /// Only these queues.
    #[must_use]
    pub fn only(mut self, names: &[String]) -> Self {
        self.queues = self
            .queues
            .iter()
            .copied()
            .filter(|queue| names.iter().any(|name| name == queue.name))
            .collect();
        self
    }

    /// Works until `stop` turns true; then claims nothing more and lets what runs finish, up to 25 seconds. What still
    /// runs then goes back to its queue, and the attempt does not count.
    ///
    /// # Errors
    /// When the queues cannot be written down at the start; later failures of the database are logged and retried.
    pub async fn run(&self, mut stop: watch::Receiver<bool>) -> Result<()> {
        self.ensure_queues().await?;
        let _presence = self.take_over().await;
        let mut running: JoinSet<()> = JoinSet::new();
        let (cut, _) = watch::channel(false);
        let wake = Arc::clone(&self.platform.0.jobs_wake);
        let mut housekeeping = tokio::time::Instant::now();
        while !*stop.borrow() {
            // Made before looking, so that a job enqueued while we look is not slept through.
            let woken = wake.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            let pause = self.claim_and_begin(&mut running, &cut).await.unwrap_or_else(|error| {
                tracing::error!(?error, "jobs could not be claimed");
                POLL
            });
            if housekeeping.elapsed() >= HOUSEKEEPING {
                housekeeping = tokio::time::Instant::now();
                self.keep_house().await;
            }
            tokio::select! {
                () = woken => {}
                Some(_) = running.join_next(), if !running.is_empty() => {}
                () = tokio::time::sleep(pause) => {}
                _ = stop.changed() => {}
            }
        }
        self.drain(running, &cut).await;
        Ok(())
    }

    /// Runs every job that is due on the platform's clock, one after the other by (due, id), and those they enqueue, until
    /// none is due. For tests and simulation.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run_due(&self) -> Result<usize> {
        self.ensure_queues().await?;
        let mut ran = 0;
        while self.run_next_due().await? {
            ran += 1;
        }
        Ok(ran)
    }

    async fn run_next_due(&self) -> Result<bool> {
        let (db, now) = (self.platform.db(), self.platform.now());
        let mut due = rows::next_due(db).await?;
        due.retain(|(name, due)| *due <= now && self.queue(name).is_some());
        due.sort_by_key(|(_, due)| *due);
        for (queue, _) in due {
            // A queue whose limits hold its job back leaves the turn to the next.
            if let Some(job) = rows::claim(db, &queue, 1, now).await?.first() {
                self.work(job).await;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Puts jobs whose worker went away back in the queue, or buries those in their last attempt; a running worker does so
    /// every few seconds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rescue_lost(&self) -> Result<u64> {
        self.rescue(self.platform.now()).await
    }

    /// Rescues jobs whose lease ended before `lease_end`.
    async fn rescue(&self, lease_end: Instant) -> Result<u64> {
        let db = self.platform.db();
        if !rows::any_lost(db, lease_end).await? {
            return Ok(0);
        }
        let mut found = rows::rescue(db, lease_end).await?;
        for job in rows::spent(db, lease_end).await? {
            found += u64::from(died::bury(&self.ctx(&job), &job, rows::LOST).await?);
        }
        Ok(found)
    }

    /// On an embedded database a worker that comes and finds no other alive takes back at once what a process that is
    /// gone still holds. Elsewhere, and beside a living worker, leases decide. A result that comes late all the same is
    /// refused by its fence.
    async fn take_over(&self) -> Option<Presence> {
        let database = self.platform.db().url().file()?;
        let settled = async {
            let presence = Presence::beside(&database).map_err(crate::Error::internal)?;
            if presence.is_alone() {
                let taken = self.rescue(Instant::from_micros(i64::MAX)).await?;
                if taken > 0 {
                    tracing::warn!(taken, "jobs of a process that is gone are in the queue again, or dead");
                }
            }
            presence.settle().await.map_err(crate::Error::internal)
        };
        settled
            .await
            .inspect_err(|error| tracing::error!(?error, "leases alone decide which jobs are lost"))
            .ok()
    }

    fn queue(&self, name: &str) -> Option<&QueueLimits> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    async fn ensure_queues(&self) -> Result<()> {
        for queue in self.queues.iter() {
            rows::ensure_queue(self.platform.db(), *queue, self.platform.now()).await?;
        }
        Ok(())
    }

    /// Begins what is due and may run; how long there is nothing more to do unless somebody wakes us.
    async fn claim_and_begin(&self, running: &mut JoinSet<()>, cut: &watch::Sender<bool>) -> Result<Duration> {
        while running.try_join_next().is_some() {}
        let (db, now) = (self.platform.db(), self.platform.now());
        let mut pause = if db.is_embedded() { POLL_EMBEDDED } else { POLL };
        for (name, due) in rows::next_due(db).await? {
            let Some(queue) = self.queue(&name) else { continue };
            if due > now {
                pause = pause.min(Duration::try_from(due.since(now)).unwrap_or(Duration::ZERO));
                continue;
            }
            let claimed = rows::claim(db, &name, usize::from(queue.concurrency), now).await?;
            pause = if claimed.is_empty() {
                pause.min(HELD_BACK)
            } else {
                Duration::ZERO
            };
            for job in claimed {
                let (worker, cut) = (self.clone(), cut.subscribe());
                running.spawn(async move { worker.work_with_lease(job, cut).await });
            }
        }
        Ok(pause)
    }

    /// Runs a claimed job and renews its lease meanwhile; ends it when somebody else has it, and gives it back when it is
    /// cut off.
    async fn work_with_lease(&self, job: Claimed, mut cut: watch::Receiver<bool>) {
        let beat = Duration::from_secs(rows::LEASE.as_secs().unsigned_abs() / 3);
        // In a block, so that what the work holds is let go before the job is given back.
        {
            let work = self.work(&job);
            tokio::pin!(work);
            loop {
                tokio::select! {
                    () = &mut work => return,
                    _ = cut.changed() => break,
                    () = tokio::time::sleep(beat) => {
                        if let Ok(false) = rows::extend_lease(self.platform.db(), &job, self.platform.now()).await {
                            tracing::warn!(job = %job.id, kind = job.kind, "the job was given to somebody else while it ran here");
                            return;
                        }
                    }
                }
            }
        }
        let again = Ending::Again {
            due: self.platform.now(),
            error: None,
        };
        if let Err(error) = rows::finish(self.platform.db(), &job, again, self.platform.now()).await {
            // Its lease runs out and it is run again, with one attempt fewer.
            tracing::error!(?error, job = %job.id, kind = job.kind, "a job that was cut off could not be given back");
        }
    }

    /// Lets running jobs finish; what still runs when the time is up is cut off and given back.
    async fn drain(&self, mut running: JoinSet<()>, cut: &watch::Sender<bool>) {
        async fn all(running: &mut JoinSet<()>) {
            while running.join_next().await.is_some() {}
        }
        if tokio::time::timeout(self.drain, all(&mut running)).await.is_ok() {
            return;
        }
        tracing::warn!(
            jobs = running.len(),
            "jobs were still running when the time to stop was up; they will be run again"
        );
        cut.send_replace(true);
        if tokio::time::timeout(GIVE_BACK, all(&mut running)).await.is_err() {
            tracing::error!("jobs that were cut off could not all be given back");
        }
    }

    async fn work(&self, job: &Claimed) {
        let started = tokio::time::Instant::now();
        let outcome = self.attempt(job).await;
        let (ending, name) = self.judge(job, &outcome);
        metrics::counter!("entrepot_jobs_total", "kind" => job.kind.clone(), "outcome" => name).increment(1);
        metrics::histogram!("entrepot_job_seconds", "kind" => job.kind.clone()).record(started.elapsed());
        let written = match ending {
            Ending::Dead { error } => died::bury(&self.ctx(job), job, error).await,
            other => rows::finish(self.platform.db(), job, other, self.platform.now()).await,
        };
        match written {
            Ok(true) => {}
            Ok(false) => tracing::warn!(job = %job.id, kind = job.kind, "a late result was refused"),
            // Its lease runs out and it is run again: jobs are run at least once.
            Err(error) => tracing::error!(?error, job = %job.id, kind = job.kind, "a job's end could not be written"),
        }
    }

    fn ctx(&self, job: &Claimed) -> Ctx {
        let ctx = self.platform.ctx(Scope::system(job.tenant), job.trace);
        ctx.caused_by(job.cause)
    }

    async fn attempt(&self, job: &Claimed) -> Result<Outcome, String> {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            return Err(format!("no handler for jobs of kind {}", job.kind));
        };
        let ctx = self.ctx(job);
        let run = Run {
            id: job.id,
            attempt: job.attempt,
            max_attempts: job.max_attempts,
        };
        match AssertUnwindSafe(handler.run(ctx, &job.args, run)).catch_unwind().await {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(error)) => Err(crate::error::with_sources(&error)),
            Err(_) => Err("the job panicked".to_owned()),
        }
    }

    fn judge<'o>(&self, job: &Claimed, outcome: &'o Result<Outcome, String>) -> (Ending<'o>, &'static str) {
        let now = self.platform.now();
        match outcome {
            Ok(Outcome::Done) => (Ending::Done, "done"),
            Ok(Outcome::Snooze(pause)) => (
                Ending::Again {
                    due: now.plus(*pause),
                    error: None,
                },
                "snoozed",
            ),
            Ok(Outcome::GiveUp(error)) => {
                tracing::error!(job = %job.id, kind = job.kind, error, trace_id = %job.trace, "a job gave up");
                (Ending::Dead { error }, "dead")
            }
            Err(error) if job.attempt >= job.max_attempts => {
                tracing::error!(job = %job.id, kind = job.kind, error, trace_id = %job.trace, "a job failed for the last time");
                (Ending::Dead { error }, "dead")
            }
            Err(error) => {
                tracing::warn!(job = %job.id, kind = job.kind, attempt = job.attempt, error, trace_id = %job.trace, "a job failed and will be tried again");
                (
                    Ending::Again {
                        due: now.plus(self.pause_after(job.attempt)),
                        error: Some(error),
                    },
                    "failed",
                )
            }
        }
    }

    /// 10 s, 20 s, 40 s … up to an hour, each ± 20 %.
    fn pause_after(&self, attempt: u16) -> SignedDuration {
        let seconds = (10_u64 << attempt.saturating_sub(1).min(9)).min(3600);
        let millis = seconds * 800 + self.platform.entropy().below(seconds * 400);
        SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
    }

    async fn keep_house(&self) {
        let now = self.platform.now();
        match self.rescue_lost().await {
            Ok(0) => {}
            Ok(rescued) => tracing::warn!(rescued, "jobs whose worker went away are in the queue again, or dead"),
            Err(error) => tracing::error!(?error, "lost jobs could not be looked for"),
        }
        if let Err(error) = rows::clean(self.platform.db(), now.minus(KEEP_DONE), now.minus(KEEP_DEAD)).await {
            tracing::error!(?error, "old jobs could not be cleared away");
        }
    }
}
