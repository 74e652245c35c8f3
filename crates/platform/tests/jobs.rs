//! Jobs, the relay and schedules, on whichever database the run is for.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use kernel::{Change, Fact};
use platform::cron::{Cron, Entry, Schedule};
use platform::events::{Event, Relay, Subscriber};
use platform::jobs::{Handler, Job, JobSpec, Outcome, QueueLimits, Worker};
use platform::{Ctx, Error, Result, Sql};
use scoped_futures::ScopedFutureExt;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use testkit::TestInstallation;

#[derive(Serialize, Deserialize)]
struct Greet {
    name: String,
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
struct Arrived {
    name: String,
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
struct JobRow {
    state: String,
    attempt: i32,
}

const JOBS: Sql = Sql::tenant("SELECT state, attempt FROM job WHERE tenant_id = $1 ORDER BY id");

async fn jobs(ctx: &Ctx) -> Vec<JobRow> {
    ctx.read(|read| async move { read.sql(JOBS).all().await }.scope_boxed())
        .await
        .expect("the jobs")
}

async fn greet(ctx: &Ctx, name: &str) {
    ctx.write(|tx| async move { tx.enqueue(&Greet { name: name.to_owned() }).await }.scope_boxed())
        .await
        .expect("enqueued");
}

fn row(state: &str, attempt: i32) -> JobRow {
    JobRow {
        state: state.to_owned(),
        attempt,
    }
}

/// A worker whose handler counts its runs and ends as `outcome` says.
fn worker(test: &TestInstallation, outcome: fn() -> Result<Outcome>) -> (Worker, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let handler = Handler::of(move |_ctx: Ctx, _job: Greet, _run| {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(outcome())
    });
    (Worker::new(test.platform.clone(), [handler], &[]), runs)
}

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

/// A worker that is killed leaves its claim behind; once the lease is over another one takes the job, and nobody before.
#[tokio::test]
async fn a_job_of_a_killed_worker_is_run_again_after_its_lease() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let hangs = Handler::of(|_ctx: Ctx, _job: Greet, _run| std::future::pending::<Result<Outcome>>());
    let killed = Worker::new(test.platform.clone(), [hangs], &[]);
    greet(&ctx, "Ann").await;
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(async move { killed.run(stopped).await });
    while jobs(&ctx).await != [row("running", 1)] {
        tokio::task::yield_now().await;
    }
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
    let (killed, (_stop, stopped)) = (worker(), tokio::sync::watch::channel(false));
    let running = tokio::spawn(async move { killed.run(stopped).await });
    while jobs(&ctx).await != [row("running", 1)] {
        tokio::task::yield_now().await;
    }
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

fn greet_guest(event: &Event) -> Vec<JobSpec> {
    let job = Greet {
        name: event.subject.clone(),
    };
    Vec::from_iter(JobSpec::of(&job, event.at).ok().filter(|_| event.name == Arrived::NAME))
}

#[tokio::test]
async fn every_event_reaches_a_subscriber_once() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let subscriber = Subscriber {
        name: "greeter",
        react: greet_guest,
    };
    let relay = Relay::new(test.platform.clone(), vec![subscriber]);
    for name in ["Ann", "Bob"] {
        let change = || Change::new((), Arrived { name: name.to_owned() });
        ctx.write(|tx| async move { tx.save(change()).await }.scope_boxed())
            .await
            .unwrap();
    }
    assert_eq!(relay.run_once().await.unwrap(), 2);
    assert_eq!(relay.run_once().await.unwrap(), 0);
    assert_eq!(jobs(&ctx).await.len(), 2);
}

fn nightly(due: kernel::Instant) -> Result<JobSpec> {
    JobSpec::of(&Greet { name: due.to_string() }, due)
}

#[tokio::test]
async fn a_daily_schedule_runs_once_a_day_whatever_the_clock_does() {
    let test = TestInstallation::new(&[]).await;
    let installation = test.system(platform::cron::INSTALLATION);
    let entry = Entry {
        name: "nightly",
        schedule: Schedule::DailyUtc { hour: 2, minute: 0 },
        job: nightly,
    };
    let cron = || Cron::new(test.platform.clone(), vec![entry]);
    assert_eq!((cron().tick().await.unwrap(), cron().tick().await.unwrap()), (1, 0));
    test.clock.advance(SignedDuration::from_hours(-1));
    assert_eq!(cron().tick().await.unwrap(), 0);
    test.clock.advance(SignedDuration::from_hours(24));
    assert_eq!(cron().tick().await.unwrap(), 1);
    assert_eq!(jobs(&installation).await.len(), 2);
}

// Every second one of fifty jobs is done when `finish` turns true; the others never end.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_running_jobs_finish_and_gives_the_others_back_with_their_attempt() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    for number in 0..50 {
        greet(&ctx, &number.to_string()).await;
    }
    let (finish, finishing) = tokio::sync::watch::channel(false);
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&begun);
    let handler = Handler::of(move |_ctx: Ctx, job: Greet, _run| {
        counted.fetch_add(1, Ordering::SeqCst);
        let mut finishing = finishing.clone();
        async move {
            if job.name.parse::<u32>().expect("a number") % 2 == 1 {
                std::future::pending::<()>().await;
            }
            finishing.wait_for(|finish| *finish).await.expect("the sender is here");
            Ok(Outcome::Done)
        }
    });
    let queue = QueueLimits {
        name: Greet::QUEUE,
        concurrency: 50,
        per_minute: None,
    };
    let worker =
        Worker::new(test.platform.clone(), [handler], &[queue]).draining_for(std::time::Duration::from_secs(2));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(async move { worker.run(stopped).await });
    while begun.load(Ordering::SeqCst) < 50 {
        tokio::task::yield_now().await;
    }
    stop.send_replace(true);
    finish.send_replace(true);
    running.await.unwrap().unwrap();
    let after = jobs(&ctx).await;
    let count = |wanted: JobRow| after.iter().filter(|job| **job == wanted).count();
    assert_eq!((count(row("done", 1)), count(row("waiting", 0))), (25, 25), "{after:?}");
}
