//! Group commit on the embedded database: leader and followers.
//!
//! The one writing connection passes from caller to caller. Each runs its closure under a savepoint, in its own task.
//! Whoever holds the connection when nobody waits, or after [`MOST_CLOSURES`] or [`LONGEST`], commits for all and wakes
//! the rest. A failed commit fails all of them; none is told "done" before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::{Mutex, MutexGuard, oneshot};

use super::sequencer;
use crate::{Error, Result};

/// Closures that one commit carries at most.
const MOST_CLOSURES: usize = 32;
/// How long a commit is put off while others wait to join it.
const LONGEST: Duration = Duration::from_millis(2);

pub(super) struct GroupCommit {
    connection: DatabaseConnection,
    group: Mutex<Group>,
    waiting: AtomicUsize,
}

#[derive(Default)]
struct Group {
    open: Option<Open>,
}

struct Open {
    transaction: DatabaseTransaction,
    since: tokio::time::Instant,
    closures: usize,
    followers: Vec<oneshot::Sender<Result<(), String>>>,
}

impl GroupCommit {
    pub(super) fn new(connection: DatabaseConnection) -> Arc<Self> {
        Arc::new(Self {
            connection,
            group: Mutex::default(),
            waiting: AtomicUsize::new(0),
        })
    }

    /// The connection itself, for schema changes before anything else runs.
    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// The connection's turn: a savepoint inside the open group. Finish it with [`Turn::keep`] or [`Turn::undo`].
    pub(super) async fn turn(self: &Arc<Self>) -> Result<(Turn<'_>, DatabaseTransaction)> {
        let queued = Queued::join(self);
        let mut group = self.group.lock().await;
        // From here on the turn's own drop looks after the group, also when this future is dropped half-way.
        queued.arrived();
        let turn = |group| Turn {
            commit: self,
            group: Some(group),
        };
        if group.open.is_none() {
            let transaction = self.connection.begin_with_options(immediate()).await?;
            let since = tokio::time::Instant::now();
            group.open = Some(Open {
                transaction,
                since,
                closures: 0,
                followers: Vec::new(),
            });
        }
        let turn = turn(group);
        let savepoint = turn.open().transaction.begin().await?;
        Ok((turn, savepoint))
    }

    /// Commits what is open, if anything still is: called when a caller went away in the middle.
    async fn flush(self: Arc<Self>) {
        let mut group = self.group.lock().await;
        if let Some(open) = group.open.take()
            && let Err(error) = commit(open).await
        {
            tracing::error!(%error, "a group of writes could not be committed");
        }
    }

    fn flush_soon(self: &Arc<Self>) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(Arc::clone(self).flush());
        }
    }
}

fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    }
}

/// A caller in the queue. The last to arrive commits, so one that leaves the queue must see to the group it leaves behind.
struct Queued<'g> {
    commit: &'g Arc<GroupCommit>,
    arrived: bool,
}

impl<'g> Queued<'g> {
    fn join(commit: &'g Arc<GroupCommit>) -> Self {
        commit.waiting.fetch_add(1, Ordering::AcqRel);
        Self { commit, arrived: false }
    }

    fn arrived(mut self) {
        self.arrived = true;
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        self.commit.waiting.fetch_sub(1, Ordering::AcqRel);
        if !self.arrived {
            self.commit.flush_soon();
        }
    }
}

/// The right to use the writing connection until finished or dropped.
pub(crate) struct Turn<'g> {
    commit: &'g Arc<GroupCommit>,
    group: Option<MutexGuard<'g, Group>>,
}

impl Turn<'_> {
    fn open(&self) -> &Open {
        let group = self
            .group
            .as_ref()
            .expect("the guard is taken only by finish, which consumes the turn");
        group
            .open
            .as_ref()
            .expect("a turn opens the group before anything else")
    }

    /// Keeps the savepoint's work and returns once it is durable.
    pub(super) async fn keep(mut self, savepoint: DatabaseTransaction) -> Result<()> {
        savepoint.commit().await?;
        match self.finish(true).await? {
            Some(follower) => follower
                .await
                .map_err(|_| Error::internal("the commit's leader went away"))?
                .map_err(Error::internal),
            None => Ok(()),
        }
    }

    /// Takes the savepoint's work back; what others did in the group stands.
    pub(super) async fn undo(mut self, savepoint: DatabaseTransaction) -> Result<()> {
        savepoint.rollback().await?;
        self.finish(false).await.map(|_| ())
    }

    /// Leads the commit when it is time, else leaves the group to the next in the queue.
    async fn finish(&mut self, kept: bool) -> Result<Option<oneshot::Receiver<Result<(), String>>>> {
        let mut group = self.group.take().expect("finish runs once");
        let Some(open) = group.open.as_mut() else {
            return Ok(None);
        };
        open.closures += usize::from(kept);
        let time_is_up = open.closures >= MOST_CLOSURES || open.since.elapsed() >= LONGEST;
        if self.commit.waiting.load(Ordering::Acquire) > 0 && !time_is_up {
            return Ok(kept.then(|| {
                let (follower, receiver) = oneshot::channel();
                open.followers.push(follower);
                receiver
            }));
        }
        let Some(open) = group.open.take() else { return Ok(None) };
        // The commit runs in a task of its own: a caller that goes away now must not take the others' writes with it.
        // The guard cannot move there, so the next turn waits for the connection's own pool of one instead.
        let outcome = tokio::spawn(commit(open)).await;
        outcome.map_err(Error::internal)?.map(|()| None)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if self.group.is_some() {
            self.commit.flush_soon();
        }
    }
}

/// Numbers what was written, commits, and wakes the followers with the outcome.
async fn commit(open: Open) -> Result<()> {
    let Open {
        transaction,
        followers,
        closures,
        ..
    } = open;
    let outcome = if closures == 0 {
        transaction.rollback().await.map_err(Error::from)
    } else {
        match sequencer::number_all(&transaction).await {
            Ok(()) => transaction.commit().await.map_err(Error::from),
            Err(error) => transaction.rollback().await.map_err(Error::from).and(Err(error)),
        }
    };
    metrics::histogram!("entrepot_db_group_commit_closures").record(closures as f64);
    for follower in followers {
        let told = outcome.as_ref().map(|&()| ()).map_err(ToString::to_string);
        // A follower that has gone away needs no answer.
        drop(follower.send(told));
    }
    outcome
}
