//! From a job of the installation to one job for each tenant that has work: what schedules do for everybody.

use kernel::{Problem, TenantId};
use sea_orm::{ConnectionTrait, Statement};

use super::{Job, JobSpec};
use crate::cron::INSTALLATION;
use crate::db::Wall;
use crate::{Ctx, Result};

/// Enqueues one job for each of these tenants, all due now, in one transaction; a job with the unique key of one that
/// waits or runs is left out. Only work of the installation itself may: what a schedule started.
///
/// # Errors
/// `forbidden` outside the installation's own work, or the database.
pub async fn fan_out<J: Job>(ctx: &Ctx, work: impl IntoIterator<Item = (TenantId, J)>) -> Result<u64> {
    if ctx.tenant() != INSTALLATION {
        return Err(Problem::new(kernel::ProblemKind::Forbidden, "forbidden").into());
    }
    let (platform, now) = (ctx.platform(), ctx.now());
    let mut rows = Vec::new();
    for (tenant, job) in work {
        let spec = JobSpec::of(&job, now)?;
        rows.push(super::row(platform, tenant, spec, ctx.cause(), platform.new_trace()));
    }
    if rows.is_empty() {
        return Ok(0);
    }
    let writing = platform.db().begin_write(Wall::None).await?;
    let backend = writing.transaction.get_database_backend();
    let outcome = async {
        let mut enqueued = 0;
        for row in rows {
            let insert = Statement::from_sql_and_values(backend, super::INSERT, row);
            enqueued += writing.transaction.execute_raw(insert).await?.rows_affected();
        }
        Ok(enqueued)
    }
    .await;
    let enqueued = writing.ending.finish(writing.transaction, outcome).await?;
    platform.0.jobs_wake.notify_waiters();
    Ok(enqueued)
}
