//! A job that greets somebody, and what became of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use kernel::Fact;
use platform::jobs::{Handler, Job, Outcome, Worker};
use platform::{Ctx, Result, Sql};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use testkit::TestInstallation;
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[derive(Serialize, Deserialize)]
pub(crate) struct Greet {
    pub(crate) name: String,
}

impl Job for Greet {
    const KIND: &'static str = "test.greet";
    const QUEUE: &'static str = "greetings";
    const MAX_ATTEMPTS: u16 = 3;

    fn unique_key(&self) -> Option<String> {
        Some(self.name.clone())
    }
}

#[derive(Serialize)]
pub(crate) struct Arrived {
    pub(crate) name: String,
}

impl Fact for Arrived {
    const NAME: &'static str = "test.guest.arrived";

    fn subject(&self) -> String {
        self.name.clone()
    }

    fn sample() -> Self {
        Self { name: "Ann".into() }
    }
}

#[derive(FromQueryResult, Debug, PartialEq)]
pub(crate) struct JobRow {
    pub(crate) state: String,
    pub(crate) attempt: i32,
}

const JOBS: Sql = Sql::tenant("SELECT state, attempt FROM job WHERE tenant_id = $1 ORDER BY id");

pub(crate) async fn jobs(ctx: &Ctx) -> Vec<JobRow> {
    ctx.read(|read| async move { read.sql(JOBS).all().await }.scope_boxed())
        .await
        .expect("the jobs")
}

pub(crate) async fn greet(ctx: &Ctx, name: &str) {
    ctx.write(|tx| async move { tx.enqueue(&Greet { name: name.to_owned() }).await }.scope_boxed())
        .await
        .expect("enqueued");
}

pub(crate) fn row(state: &str, attempt: i32) -> JobRow {
    JobRow {
        state: state.to_owned(),
        attempt,
    }
}

/// A worker whose handler counts its runs and ends as `outcome` says.
pub(crate) fn worker(test: &TestInstallation, outcome: fn() -> Result<Outcome>) -> (Worker, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let handler = Handler::of(move |_ctx: Ctx, _job: Greet, _run| {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(outcome())
    });
    (Worker::new(test.platform.clone(), [handler], &[]), runs)
}

/// A worker at work, until it is aborted as `kill -9` would.
pub(crate) fn start(worker: Worker) -> JoinHandle<Result<()>> {
    tokio::spawn(async move {
        let (_stop, stopped) = watch::channel(false);
        worker.run(stopped).await
    })
}

/// Waits until a look at the jobs is as wanted.
pub(crate) async fn until(ctx: &Ctx, wanted: impl Fn(&[JobRow]) -> bool) {
    while !wanted(&jobs(ctx).await) {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}
