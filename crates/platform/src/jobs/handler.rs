//! What runs a job, and how it may end.

use std::future::Future;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use jiff::SignedDuration;
use kernel::JobId;

use super::Job;
use crate::{Ctx, Result};

/// How one run of a job ended, when it did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Done for good.
    Done,
    /// Not now: run again after this long. The attempt does not count.
    Snooze(SignedDuration),
    /// No further attempt can succeed; the reason, for whoever looks at dead letters.
    GiveUp(String),
}

/// One run of a job.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The job.
    pub id: JobId,
    /// Which attempt this is, from 1.
    pub attempt: u16,
    /// How many there may be.
    pub max_attempts: u16,
}

impl Run {
    /// Whether a failure now would be final.
    pub fn is_last(&self) -> bool {
        self.attempt >= self.max_attempts
    }
}

type Work = dyn Fn(Ctx, &str, Run) -> BoxFuture<'static, Result<Outcome>> + Send + Sync;

/// Runs all jobs of one kind.
#[derive(Clone)]
pub struct Handler {
    /// The kind.
    pub kind: &'static str,
    /// The queue jobs of this kind go to.
    pub queue: &'static str,
    work: Arc<Work>,
}

impl Handler {
    /// Runs jobs of kind `J` with `work`. It gets a context of the job's tenant in which the product itself acts. A
    /// failure is tried again with growing pauses until the attempts are used up.
    pub fn of<J, F, Fut>(work: F) -> Self
    where
        J: Job,
        F: Fn(Ctx, J, Run) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Outcome>> + Send + 'static,
    {
        let work = move |ctx: Ctx, args: &str, run: Run| match serde_json::from_str::<J>(args) {
            Ok(job) => work(ctx, job, run).boxed(),
            Err(error) => {
                let reason = format!("the job's arguments could not be read: {error}");
                std::future::ready(Ok(Outcome::GiveUp(reason))).boxed()
            }
        };
        Self {
            kind: J::KIND,
            queue: J::QUEUE,
            work: Arc::new(work),
        }
    }

    pub(crate) fn run(&self, ctx: Ctx, args: &str, run: Run) -> BoxFuture<'static, Result<Outcome>> {
        (self.work)(ctx, args, run)
    }
}

/// A queue and how much of it may run, across all processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Its name.
    pub name: &'static str,
    /// Jobs under way at once.
    pub concurrency: u16,
    /// Jobs begun per minute; unlimited when absent.
    pub per_minute: Option<u32>,
}
