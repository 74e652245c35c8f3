//! What begins work: events that are told, moments that are due, and nobody having to wait for either.

use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::SignedDuration;
use kernel::{Change, Fact};
use platform::Result;
use platform::cron::{Cron, Entry, Schedule};
use platform::events::{Event, Relay, Subscriber};
use platform::jobs::{JobSpec, Outcome};
use scoped_futures::ScopedFutureExt;
use testkit::TestInstallation;

use super::stage::{Arrived, Greet, jobs, start, worker};

fn greet_guest(event: &Event) -> Vec<JobSpec> {
    let job = Greet {
        name: event.subject.clone(),
    };
    Vec::from_iter(JobSpec::of(&job, event.at).ok().filter(|_| event.name == Arrived::NAME))
}

/// Nobody polls faster than every half second, so what begins at once was woken for.
#[tokio::test]
async fn an_idle_worker_and_relay_are_woken_by_what_is_enqueued_and_told() {
    let test = TestInstallation::new(&[]).await;
    let ctx = test.system(TestInstallation::tenant(1));
    let (worker, runs) = worker(&test, || Ok(Outcome::Done));
    let subscriber = Subscriber {
        name: "greeter",
        react: greet_guest,
    };
    let relay = Relay::new(test.platform.clone(), vec![subscriber]);
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    let (working, relaying) = (start(worker), tokio::spawn(async move { relay.run(stopped).await }));
    let mut waited = Vec::new();
    for number in 0..5 {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let begun = tokio::time::Instant::now();
        let change = || {
            Change::new(
                (),
                Arrived {
                    name: number.to_string(),
                },
            )
        };
        ctx.write(|tx| async move { tx.save(change()).await }.scope_boxed())
            .await
            .unwrap();
        while runs.load(Ordering::SeqCst) <= number {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        waited.push(begun.elapsed());
    }
    waited.sort();
    assert!(waited[2] < Duration::from_millis(250), "{waited:?}");
    working.abort();
    relaying.abort();
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
