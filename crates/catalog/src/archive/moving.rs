//! Moving old prices out, some at a time: each transaction is short, and one that is cut off leaves everything where it was.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kernel::{Instant, PriceId};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;

use super::model::{Batch, Cutoffs, Run, RunState};
use super::ports::Referrers;
use super::store;
use crate::price_books::{self, Books, Cell, Side};

/// Prices of one transaction.
pub(super) const AT_ONCE: u64 = 200;

/// Old prices of one side, as far as they were looked through.
pub(super) struct Found {
    /// Those to move, each with the instant at which it ceased.
    pub(super) free: Vec<(PriceId, Instant)>,
    /// How many stay because something refers to them.
    pub(super) referred: u64,
    /// Where to look on; none at the end.
    pub(super) last: Option<PriceId>,
}

/// The next old prices of one side behind an id.
pub(super) async fn find(
    read: &mut Read,
    referrers: &[Arc<dyn Referrers>],
    side: Side,
    cutoffs: &Cutoffs,
    behind: PriceId,
) -> Result<Found> {
    let candidates = store::old_enough(read, side, cutoffs.at(side), behind, AT_ONCE).await?;
    let ids: Vec<PriceId> = candidates.iter().map(store::Candidate::id).collect();
    let mut referred = HashSet::new();
    for referrer in referrers {
        referred.extend(referrer.referred(read, &ids).await?);
    }
    referred.retain(|id| ids.contains(id));
    let free = candidates
        .iter()
        .filter(|candidate| !referred.contains(&candidate.id()))
        .map(|candidate| (candidate.id(), candidate.ceased_at()))
        .collect();
    Ok(Found {
        free,
        referred: referred.len() as u64,
        last: ids.last().copied(),
    })
}

/// Their cells, each with the instant at which it ceased.
pub(super) async fn cells(read: &Read, free: &[(PriceId, Instant)]) -> Result<Vec<(Cell, Instant)>> {
    let ids: Vec<PriceId> = free.iter().map(|(id, _)| *id).collect();
    let ceased: HashMap<PriceId, Instant> = free.iter().copied().collect();
    let cells = store::at_hand(read, &ids).await?;
    Ok(cells
        .into_iter()
        .map(|cell| (ceased[&cell.id], cell))
        .map(|(at, cell)| (cell, at))
        .collect())
}

/// Does a run from wherever it stands to its end. A run that was cut off goes on: what it had moved is no longer found.
pub(super) async fn carry_out(ctx: &Ctx, books: &Books, referrers: &[Arc<dyn Referrers>]) -> Result<()> {
    let mut referred = 0;
    for side in [Side::Cost, Side::Sale] {
        let mut behind = PriceId::NONE;
        loop {
            let step = ctx
                .write(|tx| async move { step(tx, books, referrers, side, behind).await }.scope_boxed())
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

/// Moves the next prices behind an id, and notes it with the run.
async fn step(
    tx: &mut Tx,
    books: &Books,
    referrers: &[Arc<dyn Referrers>],
    side: Side,
    behind: PriceId,
) -> Result<Found> {
    let Some(run) = store::running(tx).await? else {
        // Another worker has ended it.
        return Ok(Found {
            free: Vec::new(),
            referred: 0,
            last: None,
        });
    };
    let found = find(tx, referrers, side, &run.cutoffs, behind).await?;
    if !found.free.is_empty() {
        let cells = cells(tx, &found.free).await?;
        tx.save(Batch::of(run, cells)).await?;
        price_books::touch(tx, books).await?;
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
