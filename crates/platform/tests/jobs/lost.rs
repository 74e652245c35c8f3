//! Jobs whose process was killed in the middle.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;
use platform::jobs::{Handler, Job, Outcome, Worker};
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};
use testkit::TestInstallation;

use super::stage::{Greet, greet, jobs, row, start, until, worker};

/// A worker that is killed leaves its claim behind; once the lease is over another one takes the job, and nobody before.
#[tokio::test]
async fn a_job_of_a_killed_worker_is_run_again_after_its_lease() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let hangs = Handler::of(|_ctx: Ctx, _job: Greet, _run| std::future::pending::<Result<Outcome>>());
    let killed = Worker::new(test.platform.clone(), [hangs], &[]);
    greet(&ctx, "Ann").await;
    let running = start(killed);
    until(&ctx, |jobs| jobs == [row("running", 1)]).await;
    running.abort();
    drop(running.await);
    let (next, runs) = worker(&test, || Ok(Outcome::Done));
    test.clock.advance(SignedDuration::from_secs(20));
    next.rescue_lost().await.unwrap();
    next.run_due().await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 0);
    test.clock.advance(SignedDuration::from_secs(20));
    next.rescue_lost().await.unwrap();
    next.run_due().await.unwrap();
    assert_eq!(
        (runs.load(Ordering::SeqCst), jobs(&ctx).await),
        (1, vec![row("done", 2)])
    );
}

/// A job that is under way for long.
#[derive(Serialize, Deserialize)]
struct Long;

impl Job for Long {
    const KIND: &'static str = "test.long";
    const QUEUE: &'static str = "long";
}

/// On the embedded database a new worker that finds no other alive knows whose claim it sees; on PostgreSQL nobody can.
#[tokio::test]
async fn what_a_killed_process_held_is_taken_back_at_once_where_no_other_can_live() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let hangs = Handler::of(|_ctx: Ctx, _job: Long, _run| std::future::pending::<Result<Outcome>>());
    let killed = Worker::new(test.platform.clone(), [hangs], &[]);
    ctx.write(|tx| async move { tx.enqueue(&Long).await }.scope_boxed())
        .await
        .unwrap();
    let first = start(killed);
    until(&ctx, |jobs| jobs == [row("running", 1)]).await;
    // Beside a worker that lives, another works on what comes and leaves the rest alone.
    let (beside, _) = worker(&test, || Ok(Outcome::Done));
    let beside = start(beside);
    greet(&ctx, "Bob").await;
    until(&ctx, |jobs| jobs[1] == row("done", 1)).await;
    assert_eq!(jobs(&ctx).await[0], row("running", 1));
    for gone in [first, beside] {
        gone.abort();
        drop(gone.await);
    }
    let ends = Handler::of(|_ctx: Ctx, _job: Long, _run| std::future::ready(Ok(Outcome::Done)));
    let greets = Handler::of(|_ctx: Ctx, _job: Greet, _run| std::future::ready(Ok(Outcome::Done)));
    let next = start(Worker::new(test.platform.clone(), [ends, greets], &[]));
    greet(&ctx, "Cid").await;
    until(&ctx, |jobs| jobs[2] == row("done", 1)).await;
    if test.database().is_postgres() {
        assert_eq!(jobs(&ctx).await[0], row("running", 1));
    } else {
        until(&ctx, |jobs| jobs[0] == row("done", 2)).await;
    }
    next.abort();
}

/// A job that takes its process with it.
#[derive(Serialize, Deserialize)]
struct Poison;

impl Job for Poison {
    const KIND: &'static str = "test.poison";
    const QUEUE: &'static str = "poison";
    const MAX_ATTEMPTS: u16 = 1;
}

#[tokio::test]
async fn a_job_whose_last_worker_was_killed_is_dead_and_told() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let hangs = || Handler::of(|_ctx: Ctx, _job: Poison, _run| std::future::pending::<Result<Outcome>>());
    let worker = || Worker::new(test.platform.clone(), [hangs()], &[]);
    ctx.write(|tx| async move { tx.enqueue(&Poison).await }.scope_boxed())
        .await
        .unwrap();
    let running = start(worker());
    until(&ctx, |jobs| jobs == [row("running", 1)]).await;
    running.abort();
    drop(running.await);
    test.clock.advance(SignedDuration::from_secs(31));
    assert_eq!(worker().rescue_lost().await.unwrap(), 1);
    assert_eq!(worker().rescue_lost().await.unwrap(), 0);
    assert_eq!(jobs(&ctx).await, [row("dead", 1)]);
    let about = &platform::audit::Filter {
        act: Some("platform.job.died".into()),
        ..Default::default()
    };
    let told = ctx
        .read(|read| async move { platform::audit::list(read, about, None, 10).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
}
