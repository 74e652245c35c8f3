//! The end of a job that nobody will try again: its row and the fact of its death commit together, so that whoever looks
//! after the tenant hears of every one.

use kernel::{Change, Fact, Id, JobId};
use scoped_futures::ScopedFutureExt;
use serde::Serialize;
use uuid::Uuid;

use super::rows::{self, Claimed, Ending};
use crate::{Ctx, Result};

/// A job is dead: its attempts are used up, or it gave up. Why stands with the job, as errors may name people.
#[derive(Clone, Debug, Serialize)]
pub struct JobDied {
    /// Which.
    pub job: JobId,
    /// Its kind.
    pub kind: String,
    /// How often it was tried.
    pub attempts: u16,
}

impl Fact for JobDied {
    const NAME: &'static str = "platform.job.died";

    fn subject(&self) -> String {
        self.job.to_string()
    }

    fn sample() -> Self {
        Self {
            job: JobId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0017)),
            kind: "mail.send".into(),
            attempts: 5,
        }
    }
}

/// Writes that a job is dead and tells it; `false` when the job had been given to somebody else meanwhile.
pub(super) async fn bury(ctx: &Ctx, job: &Claimed, error: &str) -> Result<bool> {
    ctx.write(|tx| {
        async move {
            let ended = rows::finish_in(tx.transaction(), job, &Ending::Dead { error }, tx.now()).await?;
            if ended {
                let fact = JobDied {
                    job: job.id,
                    kind: job.kind.clone(),
                    attempts: job.attempt,
                };
                tx.save(Change::new((), fact)).await?;
            }
            Ok(ended)
        }
        .scope_boxed()
    })
    .await
}
