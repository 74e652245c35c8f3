//! The durable work: which sources are due, in which tenant, and the running of one.

use std::sync::Arc;

use kernel::{Id, SyncRunId, TenantId};
use platform::jobs::{Handler, Job, JobSpec, Outcome, QueueLimits, fan_out};
use platform::{Ctx, Everyone, Result, Sql, cron};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ops;
use super::ports::PriceSources;
use super::runner::Runner;
use crate::price_books::Books;

const QUEUE: &str = "price_sync";

/// The queue of runs. A few at a time: a source may be slow, and each run waits for its source most of the time.
pub(crate) const LIMITS: QueueLimits = QueueLimits {
    name: QUEUE,
    concurrency: 8,
    per_minute: None,
};

/// Runs a source once.
#[derive(Serialize, Deserialize)]
pub(super) struct RunJob {
    pub(super) run: SyncRunId,
}

impl Job for RunJob {
    const KIND: &'static str = "catalog.run_price_source";
    const QUEUE: &'static str = QUEUE;
    const MAX_ATTEMPTS: u16 = 5;
    const PRIORITY: u8 = 3;

    fn unique_key(&self) -> Option<String> {
        Some(self.run.to_string())
    }
}

/// Looks in which tenants sources are due. The installation's own.
#[derive(Serialize, Deserialize)]
struct FindDue {}

impl Job for FindDue {
    const KIND: &'static str = "catalog.find_due_price_sources";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 1;

    fn unique_key(&self) -> Option<String> {
        Some("all".to_owned())
    }
}

/// Starts the due sources of one tenant.
#[derive(Serialize, Deserialize)]
struct StartDue {}

impl Job for StartDue {
    const KIND: &'static str = "catalog.start_due_price_sources";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 1;

    fn unique_key(&self) -> Option<String> {
        Some("due".to_owned())
    }
}

/// Every minute, whatever the sources' intervals.
pub(crate) const SCHEDULE: cron::Entry = cron::Entry {
    name: "catalog.price_sources",
    schedule: cron::Schedule::EverySeconds(60),
    job: |due| JobSpec::of(&FindDue {}, due),
};

const WITH_DUE: Sql<Everyone> = Sql::across(
    "SELECT DISTINCT tenant_id FROM catalog_price_sources WHERE state = 'active' AND next_run_at <= $1 LIMIT 10000",
);

/// What runs these jobs.
pub(crate) fn handlers(books: &Books, sources: &Arc<dyn PriceSources>) -> Vec<Handler> {
    let runner = Arc::new(Runner::new(books.clone(), Arc::clone(sources)));
    vec![
        Handler::of(|ctx: Ctx, _: FindDue, _| find_due(ctx)),
        Handler::of(|ctx: Ctx, _: StartDue, _| start_due(ctx)),
        Handler::of(move |ctx: Ctx, job: RunJob, run| {
            let runner = Arc::clone(&runner);
            async move { runner.run(&ctx, job.run, run).await }
        }),
    ]
}

async fn find_due(ctx: Ctx) -> Result<Outcome> {
    #[derive(FromQueryResult)]
    struct Row {
        tenant_id: Uuid,
    }
    let due = WITH_DUE.query().bind(ctx.now().micros());
    let tenants: Vec<Row> = ctx.platform().across("price sources that are due").all(due).await?;
    let tenants = tenants
        .into_iter()
        .map(|row| (TenantId::from_uuid(row.tenant_id), StartDue {}));
    fan_out(&ctx, tenants).await?;
    Ok(Outcome::Done)
}

async fn start_due(ctx: Ctx) -> Result<Outcome> {
    let started = ctx
        .write(|tx| async move { ops::start_due(tx).await }.scope_boxed())
        .await?;
    tracing::debug!(started, tenant = %ctx.tenant(), "price sources that were due");
    Ok(Outcome::Done)
}
