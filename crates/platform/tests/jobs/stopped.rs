//! A process that is told to stop while jobs run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use platform::Ctx;
use platform::jobs::{Handler, Job, Outcome, QueueLimits, Worker};
use testkit::TestInstallation;

use super::stage::{Greet, JobRow, greet, jobs, row};

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
