//! Many callers, few transactions: what is posted at the same moment is written together.
//!
//! Whoever finds nobody writing takes everything that waits for the tenant, writes it in one transaction, and tells each what
//! became of theirs once that is durable. Each is posted or refused for itself, under its own name and trace.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use kernel::{Problem, ProblemKind, TenantId};
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;

use super::model::{NewTransaction, Posted, Transaction};
use super::ops::{begin_of, post};
use super::write::{Written, write_all};

/// Most transactions written together: a few milliseconds' work, which is the most anybody waits for the others.
const MOST: usize = 128;
/// Most that wait of one tenant.
const MOST_WAITING: usize = 10_000;

/// Posts what has no other act beside it: transfers between accounts, charges of usage. What belongs to an act of a room is
/// posted in that act's own transaction, with [`post`].
#[derive(Clone, Default)]
pub struct Transfers(Arc<Mutex<HashMap<TenantId, Arc<Lane>>>>);

/// What waits of one tenant.
#[derive(Default)]
struct Lane {
    waiting: Mutex<VecDeque<Waiting>>,
    writing: tokio::sync::Mutex<()>,
}

struct Waiting {
    transaction: Transaction,
    told: oneshot::Sender<Told>,
}

/// What somebody is told.
enum Told {
    New,
    /// It has to look for itself: the key was taken, or what was written together failed.
    Alone,
    Refused(Problem),
}

impl Transfers {
    /// Nothing waits.
    pub fn new() -> Self {
        Self::default()
    }

    /// Posts a transaction, durable when it returns. As [`post`]: once for each key.
    ///
    /// # Errors
    /// `too_much_waits` (429) when thousands wait already; else as [`post`].
    pub async fn post(&self, ctx: &Ctx, new: NewTransaction) -> Result<Posted> {
        let lane = self.lane(ctx.tenant());
        let transaction = begin_of(ctx, new);
        let (told, mut hears) = oneshot::channel();
        let waiting = Waiting {
            transaction: transaction.clone(),
            told,
        };
        if !lane.wait(waiting) {
            return Err(Problem::new(ProblemKind::TooMany, "too_much_waits")
                .retry_after(1)
                .into());
        }
        let answer = tokio::select! {
            biased;
            answer = &mut hears => answer.ok(),
            guard = lane.writing.lock() => {
                // Nobody writes now: what waits is for us to write, until our own is among it.
                let answer = loop {
                    match hears.try_recv() {
                        Ok(answer) => break Some(answer),
                        Err(TryRecvError::Closed) => break None,
                        Err(TryRecvError::Empty) => write(ctx, lane.take()).await,
                    }
                };
                drop(guard);
                answer
            }
        };
        match answer {
            Some(Told::New) => Ok(Posted::New(transaction)),
            Some(Told::Refused(problem)) => Err(problem.into()),
            // Also when the writer went away: under its key it is posted once, whatever became of it.
            Some(Told::Alone) | None => self.alone(ctx, transaction).await,
        }
    }

    fn lane(&self, tenant: TenantId) -> Arc<Lane> {
        let mut lanes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(lanes.entry(tenant).or_default())
    }

    async fn alone(&self, ctx: &Ctx, transaction: Transaction) -> Result<Posted> {
        let new = &transaction.posted;
        ctx.write(|tx| async move { post(tx, new.clone()).await }.scope_boxed())
            .await
    }
}

impl Lane {
    /// Whether there was room.
    fn wait(&self, one: Waiting) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = waiting.len() < MOST_WAITING;
        if fits {
            waiting.push_back(one);
        }
        fits
    }

    /// The first that wait and still have somebody who listens: what nobody waits for is not posted, as if it had never been
    /// asked for.
    fn take(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let listening = std::iter::from_fn(|| waiting.pop_front()).filter(|one| !one.told.is_closed());
        listening.take(MOST).collect()
    }
}

async fn write(ctx: &Ctx, batch: Vec<Waiting>) {
    let (transactions, tells): (Vec<_>, Vec<_>) = batch.into_iter().map(|one| (one.transaction, one.told)).unzip();
    let all = &transactions;
    let outcomes = ctx
        .write(|tx| {
            async move {
                let why = "a transaction of the journal is its own audit entry; whoever posts it tells what it is for";
                write_all(&mut tx.bookkeeping(why), all).await
            }
            .scope_boxed()
        })
        .await;
    let mut outcomes = outcomes
        .unwrap_or_else(|error| {
            tracing::warn!(%error, transactions = tells.len(), "what was to be written together is tried one by one");
            Vec::new()
        })
        .into_iter();
    for tell in tells {
        let told = match outcomes.next() {
            Some(Written::New) => Told::New,
            Some(Written::Refused(problem)) => Told::Refused(problem),
            Some(Written::Taken) | None => Told::Alone,
        };
        // Whoever went away needs no answer.
        drop(tell.send(told));
    }
}
