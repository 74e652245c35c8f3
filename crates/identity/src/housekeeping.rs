//! What nobody needs any more goes: spent links, old sessions and their tokens, forgotten failures, lost devices.
//!
//! What these rows did is in the audit log; keeping them longer would only keep more about people.

use jiff::SignedDuration;
use kernel::{Id, TenantId};
use platform::cron::{Entry, Schedule};
use platform::db::Everyone;
use platform::jobs::{Handler, Job, JobSpec, Outcome};
use platform::{Result, Sql, Tx};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mails::QUEUE;
use crate::state::Identity;

/// Once a day: one job for each tenant.
#[derive(Debug, Serialize, Deserialize)]
struct SweepAll {}

impl Job for SweepAll {
    const KIND: &'static str = "identity.sweep_all";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 4;
}

/// Sweeps one tenant.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sweep {}

impl Job for Sweep {
    const KIND: &'static str = "identity.sweep";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 4;

    fn unique_key(&self) -> Option<String> {
        Some("sweep".to_owned())
    }
}

#[derive(FromQueryResult)]
struct Row {
    tenant_id: Uuid,
}

const TENANTS: Sql<Everyone> = Sql::across("SELECT tenant_id FROM tenants");

/// What starts by itself.
pub(crate) fn cron() -> Vec<Entry> {
    let schedule = Schedule::DailyUtc { hour: 1, minute: 17 };
    vec![Entry {
        name: "identity.sweep",
        schedule,
        job: |due| JobSpec::of(&SweepAll {}, due),
    }]
}

/// What runs it.
pub(crate) fn handlers(identity: &Identity) -> Vec<Handler> {
    let identity = identity.clone();
    let all = Handler::of(move |_ctx, _job: SweepAll, _run| {
        let identity = identity.clone();
        async move {
            let tenants: Vec<Row> = identity
                .platform()
                .across("a job for every tenant")
                .all(TENANTS.query())
                .await?;
            for Row { tenant_id } in tenants {
                let ctx = identity.system(TenantId::from_uuid(tenant_id));
                ctx.write(|tx| tx.enqueue(&Sweep {}).scope_boxed()).await?;
            }
            Ok(Outcome::Done)
        }
    });
    let one = Handler::of(|ctx: platform::Ctx, _job: Sweep, _run| async move {
        ctx.write(|tx| sweep(tx).scope_boxed()).await?;
        Ok(Outcome::Done)
    });
    vec![all, one]
}

const LINKS: Sql = Sql::tenant("DELETE FROM links WHERE tenant_id = $1 AND expires_at < $2");
const FAILURES: Sql = Sql::tenant("DELETE FROM sign_in_failures WHERE tenant_id = $1 AND last_at < $2");
const TOKENS: Sql = Sql::tenant(
    "DELETE FROM refresh_tokens WHERE tenant_id = $1 AND session_id IN \
     (SELECT id FROM sessions WHERE tenant_id = $1 AND (ends_at < $2 OR ended_at < $2))",
);
const SESSIONS: Sql = Sql::tenant("DELETE FROM sessions WHERE tenant_id = $1 AND (ends_at < $2 OR ended_at < $2)");
const DEVICES: Sql = Sql::tenant("DELETE FROM known_devices WHERE tenant_id = $1 AND last_seen_at < $2");

async fn sweep(tx: &mut Tx) -> Result<()> {
    let now = tx.now();
    let before = |days: i64| now.minus(SignedDuration::from_hours(24 * days)).micros();
    let limits = [(LINKS, 7), (FAILURES, 1), (TOKENS, 30), (SESSIONS, 30), (DEVICES, 400)];
    let mut writer = tx.bookkeeping("what these rows did is in the audit log");
    for (sql, days) in limits {
        writer.sql(sql).bind(before(days)).execute().await?;
    }
    Ok(())
}
