//! Archiving as durable work: every night one job for each tenant, and one when somebody asks.

use std::sync::Arc;

use kernel::{Id, TenantId};
use platform::cron::{Entry, Schedule};
use platform::db::Everyone;
use platform::jobs::{self, Handler, Job, JobSpec, Outcome, QueueLimits};
use platform::{Ctx, Result, Sql};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::ports::Referrers;
use super::{moving, ops};
use crate::price_books::Books;

/// The queue: two tenants at once, so that a large archive does not hold up the others, and nobody's mail waits for it.
pub(crate) const QUEUE_LIMITS: QueueLimits = QueueLimits {
    name: "catalog_archive",
    concurrency: 2,
    per_minute: None,
};

/// Every night, when little is sold in most of the world's shops.
pub(crate) const SCHEDULE: Entry = Entry {
    name: "catalog.archive",
    schedule: Schedule::DailyUtc { hour: 2, minute: 41 },
    job: |due| JobSpec::of(&ArchiveAll {}, due),
};

/// One job for each tenant that has prices.
#[derive(Debug, Serialize, Deserialize)]
struct ArchiveAll {}

impl Job for ArchiveAll {
    const KIND: &'static str = "catalog.archive_all";
    const QUEUE: &'static str = QUEUE_LIMITS.name;
    const PRIORITY: u8 = 4;
}

/// Archives one tenant's old prices: goes on with the run under way, or begins one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ArchivePrices {}

impl Job for ArchivePrices {
    const KIND: &'static str = "catalog.archive_prices";
    const QUEUE: &'static str = QUEUE_LIMITS.name;
    const PRIORITY: u8 = 4;

    fn unique_key(&self) -> Option<String> {
        Some("archive".to_owned())
    }
}

#[derive(FromQueryResult)]
struct Row {
    tenant_id: Uuid,
}

const WITH_PRICES: Sql<Everyone> = Sql::across("SELECT tenant_id FROM catalog_price_books");

/// What runs them. `referrers` know which prices must stay.
pub fn handlers(books: &Books, referrers: &Arc<[Arc<dyn Referrers>]>) -> Vec<Handler> {
    let (books, referrers) = (books.clone(), Arc::clone(referrers));
    let one = Handler::of(move |ctx: Ctx, _job: ArchivePrices, _run| {
        let (books, referrers) = (books.clone(), Arc::clone(&referrers));
        async move {
            ctx.write(|tx| ops::open(tx).scope_boxed()).await?;
            moving::carry_out(&ctx, &books, &referrers).await?;
            Ok(Outcome::Done)
        }
    });
    vec![
        Handler::of(|ctx: Ctx, _job: ArchiveAll, _run| async move { all(&ctx).await }),
        one,
    ]
}

async fn all(ctx: &Ctx) -> Result<Outcome> {
    let operator = ctx.platform().across("a job for every tenant with prices");
    let tenants: Vec<Row> = operator.all(WITH_PRICES.query()).await?;
    let work = tenants
        .into_iter()
        .map(|row| (TenantId::from_uuid(row.tenant_id), ArchivePrices {}));
    jobs::fan_out(ctx, work).await?;
    Ok(Outcome::Done)
}
