//! Moving out what is old, some at a time: each transaction is short, and one that is cut off leaves everything where it was.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kernel::{DiscountId, Id, Instant};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;

use super::model::{Batch, Cutoffs, DiscountBatch, Kind, Run, RunState};
use super::ports::Referrers;
use super::store;
use crate::discounts::{self, Discount};
use crate::price_books::{self, Books, Cell};

/// How many of one transaction.
pub(super) const AT_ONCE: u64 = 200;

/// What is old of one kind, as far as it was looked through.
#[derive(Default)]
pub(super) struct Found {
    /// What is to move, each with the instant at which it ceased.
    pub(super) free: Vec<(Uuid, Instant)>,
    /// How many stay because something refers to them.
    pub(super) referred: u64,
    /// Where to look on; none at the end.
    pub(super) last: Option<Uuid>,
}

/// What is old of one kind, the next behind an id.
pub(super) async fn find(
    read: &mut Read,
    referrers: &[Arc<dyn Referrers>],
    kind: Kind,
    cutoffs: &Cutoffs,
    behind: Uuid,
) -> Result<Found> {
    let candidates = store::old_enough(read, kind, cutoffs.at(kind), behind, AT_ONCE).await?;
    let ids: Vec<Uuid> = candidates.iter().map(|candidate| candidate.id).collect();
    let referred = referred(read, referrers, kind, &ids).await?;
    let free = candidates
        .iter()
        .filter(|candidate| !referred.contains(&candidate.id))
        .map(|candidate| (candidate.id, candidate.ceased_at()))
        .collect();
    Ok(Found {
        free,
        referred: referred.len() as u64,
        last: ids.last().copied(),
    })
}

/// Which of them something refers to.
async fn referred(
    read: &mut Read,
    referrers: &[Arc<dyn Referrers>],
    kind: Kind,
    ids: &[Uuid],
) -> Result<HashSet<Uuid>> {
    let mut referred: HashSet<Uuid> = HashSet::new();
    for referrer in referrers {
        if kind == Kind::Discounts {
            let found = referrer.referred_discounts(read, &typed(ids)).await?;
            referred.extend(found.into_iter().map(Id::uuid));
        } else {
            let found = referrer.referred(read, &typed(ids)).await?;
            referred.extend(found.into_iter().map(Id::uuid));
        }
    }
    referred.retain(|id| ids.contains(id));
    Ok(referred)
}

fn typed<I: Id>(ids: &[Uuid]) -> Vec<I> {
    ids.iter().copied().map(I::from_uuid).collect()
}

/// Prices to move, each with the instant at which it ceased.
pub(super) async fn cells(read: &Read, free: &[(Uuid, Instant)]) -> Result<Vec<(Cell, Instant)>> {
    let ids: Vec<Uuid> = free.iter().map(|(id, _)| *id).collect();
    let cells = store::at_hand(read, &typed(&ids)).await?;
    Ok(with_ends(cells, free, |cell| cell.id.uuid()))
}

/// Discounts to move as their last version says them, each with the instant at which it ceased.
pub(super) async fn discounts(read: &Read, free: &[(Uuid, Instant)]) -> Result<Vec<(Discount, Instant)>> {
    let ids: Vec<Uuid> = free.iter().map(|(id, _)| *id).collect();
    let found = discounts::store::latest(read, &typed(&ids)).await?;
    Ok(with_ends(found, free, |discount| discount.id.uuid()))
}

fn with_ends<T>(items: Vec<T>, free: &[(Uuid, Instant)], id: impl Fn(&T) -> Uuid) -> Vec<(T, Instant)> {
    let ceased: HashMap<Uuid, Instant> = free.iter().copied().collect();
    let with_end = |item: T| {
        let at = ceased[&id(&item)];
        (item, at)
    };
    items.into_iter().map(with_end).collect()
}

/// Does a run from wherever it stands to its end. A run that was cut off goes on: what it had moved is no longer found.
pub(super) async fn carry_out(ctx: &Ctx, books: &Books, referrers: &[Arc<dyn Referrers>]) -> Result<()> {
    let mut referred = 0;
    for kind in Kind::ALL {
        let mut behind = Uuid::nil();
        loop {
            let step = ctx
                .write(|tx| async move { step(tx, books, referrers, kind, behind).await }.scope_boxed())
                .await?;
            referred += step.referred;
            match step.last {
                Some(last) => behind = last,
                None => break,
            }
        }
    }
    ctx.write(|tx| async move { finish(tx, referred).await }.scope_boxed())
        .await
}

/// Moves the next of one kind behind an id, and notes it with the run.
async fn step(tx: &mut Tx, books: &Books, referrers: &[Arc<dyn Referrers>], kind: Kind, behind: Uuid) -> Result<Found> {
    let Some(run) = store::running(tx).await? else {
        // Another worker has ended it.
        return Ok(Found::default());
    };
    let found = find(tx, referrers, kind, &run.cutoffs, behind).await?;
    if !found.free.is_empty() {
        match kind {
            Kind::Costs | Kind::Sales => {
                let cells = cells(tx, &found.free).await?;
                tx.save(Batch::of(run, cells)).await?;
            }
            Kind::Discounts => {
                let ended = found.free.iter().map(|(id, at)| (DiscountId::from_uuid(*id), *at));
                tx.save(DiscountBatch::of(run, ended.collect())).await?;
            }
        }
        // No version of the book: what is archived was out of force, so that whatever looked at the book still holds. Books
        // that still have it answer as those do that ask the archive.
        price_books::reload_after_commit(tx, books);
    }
    Ok(found)
}

async fn finish(tx: &mut Tx, referred: u64) -> Result<()> {
    let Some(run) = store::running(tx).await? else {
        return Ok(());
    };
    let run = Run {
        state: RunState::Done,
        finished_at: Some(tx.now()),
        referred: i64::try_from(referred).unwrap_or(i64::MAX),
        ..run
    };
    store::progress(
        &mut tx.bookkeeping("what a run moved is told and audited with each part of it; this notes its end"),
        &run,
    )
    .await
}
