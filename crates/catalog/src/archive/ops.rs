//! What can be done with the archive.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::SignedDuration;
use kernel::{ArchiveRunId, Change, DiscountId, Instant, PriceId, Problem};
use platform::{Read, Result, Tx};
use uuid::Uuid;

use super::events::{ArchiveRequested, DiscountsRestored, PricesRestored};
use super::jobs::ArchivePrices;
use super::model::{Archived, Cutoffs, DryRun, Kind, Part, Run};
use super::moving;
use super::ports::Referrers;
use super::store::{self, Requested, Restored, RestoredDiscounts};
use crate::discounts::{self, Discount};
use crate::permissions::{ARCHIVE_MANAGE, MARGINS_READ};
use crate::price_books::{self, Books, Cell, Side};
use crate::settings;

/// How many days prices that were brought back stay at hand, whatever their age.
pub const HELD_DAYS: i64 = 30;
/// Prices or discounts brought back at once, at most.
pub const MOST_RESTORED: usize = 500;
/// How many of each kind a dry run shows.
const SHOWN: usize = 10;

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
) -> Result<Vec<Archived<Cell>>> {
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

/// Archived discounts and coupons before an id, the latest first, as their last version says them.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn archived_discounts(read: &Read, before: Option<DiscountId>, most: u64) -> Result<Vec<Archived<Discount>>> {
    read.allow(MARGINS_READ)?;
    store::discounts(read, before, most).await
}

/// What a run would do now: how many of which kind, and the first of them. Changes nothing.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn dry_run(read: &mut Read, referrers: &[Arc<dyn Referrers>]) -> Result<DryRun> {
    read.allow(MARGINS_READ)?;
    let cutoffs = Cutoffs::of(&settings::tld_pricing(read).await?, read.now());
    let (costs, first_costs) = due(read, referrers, Kind::Costs, &cutoffs).await?;
    let (sales, first_sales) = due(read, referrers, Kind::Sales, &cutoffs).await?;
    let (discounts, first_discounts) = due(read, referrers, Kind::Discounts, &cutoffs).await?;
    let mut first = moving::cells(read, &first_costs).await?;
    first.extend(moving::cells(read, &first_sales).await?);
    let first_discounts = moving::discounts(read, &first_discounts).await?;
    Ok(DryRun {
        costs,
        sales,
        discounts,
        first,
        first_discounts,
    })
}

/// How many of one kind would be moved, and the first of them.
async fn due(
    read: &mut Read,
    referrers: &[Arc<dyn Referrers>],
    kind: Kind,
    cutoffs: &Cutoffs,
) -> Result<(Part, Vec<(Uuid, Instant)>)> {
    let mut part = Part {
        before: cutoffs.at(kind),
        moved: 0,
        referred: 0,
    };
    let (mut first, mut behind) = (Vec::new(), Uuid::nil());
    loop {
        let found = moving::find(read, referrers, kind, cutoffs, behind).await?;
        part.moved += found.free.len() as u64;
        part.referred += found.referred;
        first.extend(found.free.into_iter().take(SHOWN - first.len()));
        match found.last {
            Some(last) => behind = last,
            None => return Ok((part, first)),
        }
    }
}

/// Has old prices archived now rather than tonight. While a run is under way it is that one.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn request_run(tx: &mut Tx) -> Result<Run> {
    tx.allow(ARCHIVE_MANAGE)?;
    let run = match store::running(tx).await? {
        Some(run) => run,
        None => {
            let run = begin(tx).await?;
            let fact = ArchiveRequested { run: run.id };
            tx.save(Change::new(Requested(run), fact)).await?.0
        }
    };
    tx.enqueue(&ArchivePrices {}).await?;
    Ok(run)
}

/// A run from this moment on, not noted yet.
async fn begin(tx: &mut Tx) -> Result<Run> {
    let cutoffs = Cutoffs::of(&settings::tld_pricing(tx).await?, tx.now());
    Ok(Run::open(tx.new_id(), tx.now(), tx.actor().who.to_string(), cutoffs))
}

/// The run under way, or a new one.
pub(super) async fn open(tx: &mut Tx) -> Result<Run> {
    if let Some(run) = store::running(tx).await? {
        return Ok(run);
    }
    let run = begin(tx).await?;
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
/// `restore_count`, `not_found`, `archive_place_taken`, `forbidden`, or the database.
pub async fn restore(tx: &mut Tx, books: &Books, ids: &[PriceId]) -> Result<Vec<PriceId>> {
    tx.allow(ARCHIVE_MANAGE)?;
    let ids = picked(ids, "/prices")?;
    let cells = store::archived(tx, &ids).await?;
    if cells.len() != ids.len() {
        return Err(Problem::not_found().into());
    }
    if store::place_is_taken(tx, &ids).await? {
        return Err(Problem::conflict("archive_place_taken").into());
    }
    let held_until = held_until(tx);
    let fact = PricesRestored {
        prices: ids.clone(),
        held_days: HELD_DAYS,
    };
    tx.save(Change::new(Restored { cells, held_until }, fact)).await?;
    price_books::touch(tx, books).await?;
    Ok(ids)
}

/// Brings archived discounts and coupons back with all of their versions, all of them or none. They stay at hand for
/// [`HELD_DAYS`] days at least. They are as over as they were.
///
/// # Errors
/// `restore_count`, `not_found`, `archive_code_taken`, `forbidden`, or the database.
pub async fn restore_discounts(tx: &mut Tx, books: &Books, ids: &[DiscountId]) -> Result<Vec<DiscountId>> {
    tx.allow(ARCHIVE_MANAGE)?;
    let ids = picked(ids, "/discounts")?;
    let found = store::discounts_by_id(tx, &ids).await?;
    if found.len() != ids.len() {
        return Err(Problem::not_found().into());
    }
    for discount in found.iter().filter(|discount| discount.superseded_at.is_none()) {
        if let Some(coupon) = &discount.coupon
            && discounts::store::code_is_taken(tx, &coupon.code, discount.id).await?
        {
            return Err(Problem::conflict("archive_code_taken")
                .arg("code", coupon.code.clone())
                .into());
        }
    }
    let restored = RestoredDiscounts {
        ids: ids.clone(),
        held_until: held_until(tx),
    };
    let fact = DiscountsRestored {
        discounts: ids.clone(),
        held_days: HELD_DAYS,
    };
    tx.save(Change::new(restored, fact)).await?;
    price_books::touch(tx, books).await?;
    Ok(ids)
}

fn held_until(read: &Read) -> Instant {
    read.now().plus(SignedDuration::from_hours(24 * HELD_DAYS))
}

/// What somebody picked, each once and in order.
fn picked<I: Copy + Ord>(ids: &[I], pointer: &'static str) -> Result<Vec<I>, Problem> {
    let ids: BTreeSet<I> = ids.iter().copied().collect();
    if ids.is_empty() || ids.len() > MOST_RESTORED {
        let refused = Problem::refused("restore_count").arg("max", MOST_RESTORED);
        return Err(refused.field(pointer, "restore_count"));
    }
    Ok(ids.into_iter().collect())
}
