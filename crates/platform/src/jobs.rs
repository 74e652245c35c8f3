//! Durable work: enqueued in the caller's transaction, run after it commits, at least once, until done or dead.

pub mod admin;
mod died;
mod fan_out;
mod handler;
mod presence;
mod rows;
mod worker;

use kernel::{EventId, Id, Instant, JobId, TenantId};
use sea_orm::Value;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use died::JobDied;
pub use fan_out::fan_out;
pub use handler::{Handler, Outcome, QueueLimits, Run};
pub use worker::Worker;

use crate::{Platform, Result, TraceId, Tx};

/// A kind of durable work and what it needs to know. Its JSON is the row's `args`.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Room and verb: `identity.send_verification`.
    const KIND: &'static str;
    /// The queue that runs it.
    const QUEUE: &'static str;
    /// How often it is tried before it is dead.
    const MAX_ATTEMPTS: u16 = 5;
    /// Lower runs first; 1 to 4.
    const PRIORITY: u8 = 2;

    /// While a job of this kind with this key waits or runs, another is not enqueued.
    fn unique_key(&self) -> Option<String> {
        None
    }
}

/// A job as its row holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct JobSpec {
    /// The kind.
    pub kind: &'static str,
    /// The queue.
    pub queue: &'static str,
    /// JSON of the job.
    pub args: String,
    /// Lower runs first.
    pub priority: u8,
    /// Not before then.
    pub due: Instant,
    /// How often it is tried.
    pub max_attempts: u16,
    /// See [`Job::unique_key`].
    pub unique_key: Option<String>,
}

impl JobSpec {
    /// The row of `job`, due at `due`.
    ///
    /// # Errors
    /// When it does not serialise.
    pub fn of<J: Job>(job: &J, due: Instant) -> Result<Self> {
        Ok(Self {
            kind: J::KIND,
            queue: J::QUEUE,
            args: serde_json::to_string(job)?,
            priority: J::PRIORITY,
            due,
            max_attempts: J::MAX_ATTEMPTS,
            unique_key: job.unique_key(),
        })
    }
}

/// Inserts a job; one with the unique key of a job that still waits or runs is left out.
pub(crate) const INSERT: &str = "INSERT INTO job (tenant_id, id, queue, kind, args, state, priority, due, attempt, max_attempts, \
    unique_key, fence, cause, trace_id, created_at) \
    VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7, 0, $8, $9, 0, $10, $11, $12) ON CONFLICT DO NOTHING";

/// Values of [`INSERT`].
pub(crate) fn row(
    platform: &Platform,
    tenant: TenantId,
    spec: JobSpec,
    cause: Option<EventId>,
    trace: TraceId,
) -> Vec<Value> {
    let now = platform.now();
    vec![
        tenant.uuid().into(),
        platform.entropy().id::<JobId>(now).uuid().into(),
        spec.queue.into(),
        spec.kind.into(),
        spec.args.into(),
        i32::from(spec.priority).into(),
        spec.due.micros().into(),
        i32::from(spec.max_attempts).into(),
        spec.unique_key.into(),
        cause.map(EventId::uuid).into(),
        trace.to_string().into(),
        now.micros().into(),
    ]
}

/// Writes the row. [`Tx::enqueue`] calls it.
pub(crate) async fn insert(tx: &mut Tx, spec: JobSpec) -> Result<()> {
    let values = row(&tx.platform(), tx.tenant(), spec, tx.cause(), tx.trace_id());
    tx.execute(INSERT, values).await.map(|_| ())
}
