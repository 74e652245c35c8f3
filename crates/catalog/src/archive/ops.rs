//! What can be done with the archive.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::SignedDuration;
use kernel::{ArchiveRunId, Change, PriceId, Problem};
use platform::{Read, Result, Tx};

use super::events::PricesRestored;
use super::jobs::ArchivePrices;
use super::model::{Archived, Cutoffs, DryRun, Part, Run};
use super::moving;
use super::ports::Referrers;
use super::store::{self, Restored};
use crate::permissions::{ARCHIVE_MANAGE, MARGINS_READ};
use crate::price_books::{self, Books, Side};
use crate::settings;

/// How many days prices that were brought back stay at hand, whatever their age.
pub const HELD_DAYS: i64 = 30;
/// Prices brought back at once, at most.
pub const MOST_RESTORED: usize = 500;
/// Rows a dry run shows.
const SHOWN: usize = 20;

/// Archived prices before an id, the latest first. They hold costs, so they are for who may see those.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn archived(
    read: &Read,
    ending: Option<&str>,
    side: Option<Side>,
    before: Option<PriceId>,
    most: u64,
) -> Result<Vec<Archived>> {
    read.allow(MARGINS_READ)?;
    store::list(read, ending, side, before, most).await
}

/// Runs before an id, the latest first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn runs(read: &Read, before: Option<ArchiveRunId>, most: u64) -> Result<Vec<Run>> {
    read.allow(MARGINS_READ)?;
    store::runs(read, before, most).await
}

/// What a run would do now: how many prices of which kind, and the first of them. Changes nothing.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn dry_run(read: &mut Read, referrers: &[Arc<dyn Referrers>]) -> Result<DryRun> {
    read.allow(MARGINS_READ)?;
    let cutoffs = Cutoffs::of(&settings::tld_pricing(read).await?, read.now());
    let mut first = Vec::new();
    let mut parts = Vec::new();
    for side in [Side::Cost, Side::Sale] {
        let (mut part, mut behind) = (empty(&cutoffs, side), PriceId::NONE);
        loop {
            let found = moving::find(read, referrers, side, &cutoffs, behind).await?;
            part.moved += found.free.len() as u64;
            part.referred += found.referred;
            let room = (SHOWN / 2 * (parts.len() + 1)).saturating_sub(first.len());
            let shown = &found.free[..found.free.len().min(room)];
            first.extend(moving::cells(read, shown).await?);
            match found.last {
                Some(last) => behind = last,
                None => break,
            }
        }
        parts.push(part);
    }
    Ok(DryRun {
        costs: parts[0],
        sales: parts[1],
        first,
    })
}

const fn empty(cutoffs: &Cutoffs, side: Side) -> Part {
    Part {
        before: cutoffs.at(side),
        moved: 0,
        referred: 0,
    }
}

/// Has old prices archived now rather than tonight. While a run is under way it is that one.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn request_run(tx: &mut Tx) -> Result<Run> {
    tx.allow(ARCHIVE_MANAGE)?;
    let run = open(tx).await?;
    tx.enqueue(&ArchivePrices {}).await?;
    Ok(run)
}

/// The run under way, or a new one.
pub(super) async fn open(tx: &mut Tx) -> Result<Run> {
    if let Some(run) = store::running(tx).await? {
        return Ok(run);
    }
    let cutoffs = Cutoffs::of(&settings::tld_pricing(tx).await?, tx.now());
    let run = Run::open(tx.new_id(), tx.now(), tx.actor().who.to_string(), cutoffs);
    store::open(
        &mut tx.bookkeeping("a run changes nothing by itself: what it moves is told and audited when it is moved"),
        &run,
    )
    .await?;
    Ok(run)
}

/// Brings archived prices back, all of them or none. They stay at hand for [`HELD_DAYS`] days at least.
///
/// # Errors
/// `too_many_prices`, `not_found`, `archive_place_taken`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, books: &Books, ids: &[PriceId]) -> Result<Vec<PriceId>> {
    tx.allow(ARCHIVE_MANAGE)?;
    let wanted: HashSet<PriceId> = ids.iter().copied().collect();
    if wanted.is_empty() || wanted.len() > MOST_RESTORED {
        return Err(Problem::refused("restore_count")
            .arg("max", MOST_RESTORED)
            .field("/prices", "restore_count")
            .into());
    }
    let mut ids: Vec<PriceId> = wanted.into_iter().collect();
    ids.sort_unstable();
    let cells = store::archived(tx, &ids).await?;
    if cells.len() != ids.len() {
        return Err(Problem::not_found().into());
    }
    if place_is_taken(tx, &cells).await? {
        return Err(Problem::conflict("archive_place_taken").into());
    }
    let held_until = tx.now().plus(SignedDuration::from_hours(24 * HELD_DAYS));
    let fact = PricesRestored {
        prices: ids.clone(),
        held_days: HELD_DAYS,
    };
    tx.save(Change::new(Restored { cells, held_until }, fact)).await?;
    price_books::touch(tx, books).await?;
    Ok(ids)
}

/// Whether a price of the same key begins at the very instant one of these does: then only one of them can count.
async fn place_is_taken(read: &Read, wanted: &[Archived]) -> Result<bool> {
    for one in wanted.iter().filter(|one| one.cell.superseded_at.is_none()) {
        let beside = price_books::store::cells_of_ending(read, &one.cell.key.ending, true, u64::from(u32::MAX)).await?;
        let same = |cell: &price_books::Cell| {
            cell.superseded_at.is_none() && cell.key == one.cell.key && cell.effective_from == one.cell.effective_from
        };
        if beside.iter().any(same) {
            return Ok(true);
        }
    }
    Ok(false)
}
