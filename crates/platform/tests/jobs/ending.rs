//! How jobs end: done, tried again, put off, dead.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use platform::jobs::{Handler, Outcome, QueueLimits, Worker};
use platform::{Ctx, Error, Result};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

use super::stage::{Greet, greet, jobs, row, worker};

#[tokio::test]
async fn a_job_runs_once_after_its_transaction_and_not_at_all_without_it() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (worker, runs) = worker(&test, || Ok(Outcome::Done));
    greet(&ctx, "Ann").await;
    let refused: Result<()> = ctx
        .write(|tx| {
            async move {
                tx.enqueue(&Greet { name: "Bob".into() }).await?;
                Err(Error::internal("changed its mind"))
            }
            .scope_boxed()
        })
        .await;
    assert!(refused.is_err());
    worker.run_due().await.unwrap();
    assert_eq!(
        (runs.load(Ordering::SeqCst), jobs(&ctx).await),
        (1, vec![row("done", 1)])
    );
}

#[tokio::test]
async fn a_failing_job_is_tried_again_with_growing_pauses_and_dies_after_its_last_attempt() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (worker, runs) = worker(&test, || Err(Error::internal("no")));
    greet(&ctx, "Ann").await;
    worker.run_due().await.unwrap();
    assert_eq!(jobs(&ctx).await, [row("waiting", 1)]);
    test.clock.advance(SignedDuration::from_secs(7));
    worker.run_due().await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 1, "the first pause is at least 8 seconds");
    for _ in 0..3 {
        test.clock.advance(SignedDuration::from_secs(60));
        worker.run_due().await.unwrap();
    }
    assert_eq!(
        (runs.load(Ordering::SeqCst), jobs(&ctx).await),
        (3, vec![row("dead", 3)])
    );
}

#[tokio::test]
async fn a_death_is_told_once_and_without_the_reason() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (worker, _) = worker(&test, || {
        Ok(Outcome::GiveUp("no such person as ann@example.com".into()))
    });
    greet(&ctx, "Ann").await;
    worker.run_due().await.unwrap();
    worker.run_due().await.unwrap();
    assert_eq!(jobs(&ctx).await, [row("dead", 1)]);
    let died = &platform::audit::Filter {
        act: Some("platform.job.died".into()),
        ..Default::default()
    };
    let told = ctx
        .read(|read| async move { platform::audit::list(read, died, None, 10).await }.scope_boxed())
        .await
        .unwrap();
    assert_eq!(told.len(), 1);
    let now = &told[0].detail["now"];
    assert_eq!(
        (now["kind"].as_str(), now["attempts"].as_i64()),
        (Some("test.greet"), Some(1))
    );
    assert!(!told[0].detail.to_string().contains('@'));
}

#[tokio::test]
async fn a_panicking_job_dies_alone() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let handler = Handler::of(|_ctx: Ctx, job: Greet, _run| async move {
        assert_ne!(job.name, "Bob", "poisoned");
        Ok(Outcome::Done)
    });
    let worker = Worker::new(test.platform.clone(), [handler], &[]);
    greet(&ctx, "Bob").await;
    greet(&ctx, "Ann").await;
    worker.run_due().await.unwrap();
    assert_eq!(jobs(&ctx).await, [row("waiting", 1), row("done", 1)]);
}

#[tokio::test]
async fn a_job_whose_key_still_waits_is_not_enqueued_twice() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (worker, runs) = worker(&test, || Ok(Outcome::Done));
    greet(&ctx, "Ann").await;
    greet(&ctx, "Ann").await;
    worker.run_due().await.unwrap();
    greet(&ctx, "Ann").await;
    worker.run_due().await.unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_queue_begins_no_more_jobs_a_minute_than_it_may() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let handler = Handler::of(move |_ctx: Ctx, _job: Greet, _run| {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(Outcome::Done))
    });
    let limits = QueueLimits {
        name: "greetings",
        concurrency: 4,
        per_minute: Some(10),
    };
    let worker = Worker::new(test.platform.clone(), [handler], &[limits]);
    for number in 0..25 {
        greet(&ctx, &number.to_string()).await;
    }
    for expected in [10, 20, 25] {
        worker.run_due().await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), expected);
        test.clock.advance(SignedDuration::from_secs(60));
    }
}

#[tokio::test]
async fn a_snoozed_job_keeps_its_attempts() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (worker, _) = worker(&test, || Ok(Outcome::Snooze(SignedDuration::from_secs(60))));
    greet(&ctx, "Ann").await;
    worker.run_due().await.unwrap();
    assert_eq!(jobs(&ctx).await, [row("waiting", 0)]);
}

#[tokio::test]
async fn a_stopped_worker_lets_its_jobs_finish() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let handler = Handler::of(|_ctx: Ctx, _job: Greet, _run| async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        Ok(Outcome::Done)
    });
    let worker = Worker::new(test.platform.clone(), [handler], &[]);
    greet(&ctx, "Ann").await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(async move { worker.run(stopped).await });
    while jobs(&ctx).await != [row("running", 1)] {
        tokio::task::yield_now().await;
    }
    stop.send(true).unwrap();
    running.await.unwrap().unwrap();
    assert_eq!(jobs(&ctx).await, [row("done", 1)]);
}
