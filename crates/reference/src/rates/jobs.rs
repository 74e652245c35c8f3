//! Fetching by itself: every hour a schedule starts one job for each tenant that wants it, and each of those asks the feed
//! when it has something new. Running twice records one sheet.

use std::sync::Arc;

use platform::cron::{Entry, Schedule};
use platform::jobs::{Handler, Job, JobSpec, Outcome, QueueLimits};
use platform::{Ctx, Error, Result, ScopeMint, settings};
use scoped_futures::ScopedFutureExt;
use serde::{Deserialize, Serialize};

use super::books::RateBooks;
use super::fetch::{self, Fetched};
use super::ports::RateFeed;
use super::{setting, store};

const QUEUE: &str = "reference.rates";

/// Every hour: one job for each tenant that has chosen.
#[derive(Debug, Serialize, Deserialize)]
struct FetchAll {}

impl Job for FetchAll {
    const KIND: &'static str = "reference.fetch_all_rates";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 3;

    fn unique_key(&self) -> Option<String> {
        Some("all".to_owned())
    }
}

/// Fetches one tenant's rates, where its setting says so and the feed has something new.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct FetchRates {}

impl Job for FetchRates {
    const KIND: &'static str = "reference.fetch_rates";
    const QUEUE: &'static str = QUEUE;
    const PRIORITY: u8 = 3;

    fn unique_key(&self) -> Option<String> {
        Some("rates".to_owned())
    }
}

/// What starts by itself.
pub(crate) fn cron() -> Vec<Entry> {
    vec![Entry {
        name: "reference.fetch_rates",
        schedule: Schedule::EverySeconds(3_600),
        job: |due| JobSpec::of(&FetchAll {}, due),
    }]
}

/// The queue, gentle on the feed.
pub(crate) fn queues() -> Vec<QueueLimits> {
    vec![QueueLimits {
        name: QUEUE,
        concurrency: 2,
        per_minute: Some(120),
    }]
}

/// What runs it.
pub(crate) fn handlers(feed: &Arc<dyn RateFeed>, books: &RateBooks, mint: &ScopeMint) -> Vec<Handler> {
    let mint = mint.clone();
    let all = Handler::of(move |ctx: Ctx, _job: FetchAll, _run| {
        let mint = mint.clone();
        async move {
            for tenant in settings::tenants_that_chose(ctx.platform(), &setting::RATES).await? {
                let ctx = ctx.platform().ctx(mint.system(tenant), ctx.trace_id());
                ctx.write(|tx| tx.enqueue(&FetchRates {}).scope_boxed()).await?;
            }
            Ok(Outcome::Done)
        }
    });
    let (feed, books) = (Arc::clone(feed), books.clone());
    let one = Handler::of(move |ctx: Ctx, _job: FetchRates, _run| {
        let (feed, books) = (Arc::clone(&feed), books.clone());
        async move { fetch_when_due(&ctx, feed.as_ref(), &books).await }
    });
    vec![all, one]
}

async fn fetch_when_due(ctx: &Ctx, feed: &dyn RateFeed, books: &RateBooks) -> Result<Outcome> {
    let (setting, last) = ctx
        .read(|read| async move { Ok((setting::get(read).await?, store::last_fetch(read).await?)) }.scope_boxed())
        .await?;
    let is_due = |next_at| next_at <= ctx.now();
    // What a feed did not answer is asked again by the job itself, with the queue's growing pauses, and by the next hour's
    // job: only what it did answer is waited for.
    let waits = last.is_some_and(|last| last.outcome != "feed_unknown" && !is_due(last.next_at));
    if !setting.fetch || waits {
        return Ok(Outcome::Done);
    }
    match fetch::fetch(ctx, feed, books).await? {
        Fetched::Recorded(_) | Fetched::Known => Ok(Outcome::Done),
        Fetched::Refused(refusal) => Ok(Outcome::GiveUp(refusal.code().to_owned())),
        Fetched::Unknown(why) => Err(Error::internal(why)),
    }
}
