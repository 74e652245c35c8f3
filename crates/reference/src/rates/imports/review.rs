//! What recording a history would make of the rates in force, and what that touches. Nearly all of a history is past: only
//! the latest new day of each currency can be in force, and only what is changes anything that is charged from now on.

use std::collections::BTreeMap;

use engines::fx::{FxBook, Quote};
use kernel::{Currency, Instant, RateSheetId};
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;
use web::exposures::Exposure;

use super::super::books::{KEPT_IN_MEMORY, RateBooks, of_version};
use super::super::ecb;
use super::super::effect::{Asked, Effect, RateStep};
use super::super::ops::rules_of;
use super::model::ImportState;
use super::ops::Preview;

/// What recording an import would do to what is charged from now on.
#[derive(Clone, Debug)]
pub struct Review {
    /// The version of the rates it was made on.
    pub version: i64,
    /// What recording asks for.
    pub digest: String,
    /// The rates that would be in force instead of others, by currency; none where all its days are older than what is.
    pub rates: Vec<RateStep>,
    /// What they touch.
    pub exposures: Vec<Exposure>,
}

/// What recording an import would do; nothing of one that cannot be recorded, or has been.
///
/// # Errors
/// When the database fails.
pub(in crate::rates) async fn review(
    ctx: &Ctx,
    books: &RateBooks,
    asked: &Asked,
    preview: &Preview,
) -> Result<Option<Review>> {
    if preview.import().state != ImportState::Previewed {
        return Ok(None);
    }
    let (now, version) = (ctx.now(), preview.version());
    let (book, as_compared): (_, FxBook);
    book = books.book(ctx).await?;
    // Memory may lag what it was compared with for a moment, or somebody has recorded rates since.
    let known = if book.version == version {
        &book.fx
    } else {
        as_compared = ctx
            .read(|read| async move { of_version(read, now, version).await }.scope_boxed())
            .await?;
        &as_compared
    };
    let quotes = latest(preview, now.minus(KEPT_IN_MEMORY));
    let effect = Effect::of(known, &quotes, rules_of(preview.setting()), now);
    Ok(Some(Review {
        version,
        digest: preview.digest(),
        rates: effect.moved(),
        exposures: effect.exposures(ctx, asked).await?,
    }))
}

/// The latest figure that would count of each currency; none from before `since`, which no book in memory would hold.
fn latest(preview: &Preview, since: Instant) -> Vec<Quote> {
    let mut latest: BTreeMap<Currency, Quote> = BTreeMap::new();
    let days = preview.days().rev().filter(|(_, known)| !known).map(|(day, _)| day);
    for day in days.take_while(|day| day.quoted_at >= since) {
        for (quote, rate) in &day.rates {
            latest.entry(*quote).or_insert(Quote {
                base: ecb::BASE,
                quote: *quote,
                rate: *rate,
                at: day.quoted_at,
                sheet: RateSheetId::NONE,
            });
        }
    }
    latest.into_values().collect()
}
