//! What recording rates would do and touch, with a digest of it, so that what is recorded is what was looked at, or nothing.

use engines::fx::Quote;
use kernel::{Currency, Instant, Problem, RateSheetId};
use platform::{Ctx, Result, Tx};
use scoped_futures::ScopedFutureExt;
use serde_json::json;
use sha2::{Digest, Sha256};
use web::exposures::Exposure;

use super::books::RateBooks;
use super::effect::{Asked, Effect, RateStep};
use super::model::{NewSheet, RateSheet};
use super::setting::{self, RatesSetting};
use super::{ops, store};
use crate::permissions::RATES_EDIT;

/// Rates somebody is about to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The rates.
    pub sheet: NewSheet,
    /// Since when they are said to count; nothing: from now on, whenever that is.
    pub said_at: Option<Instant>,
}

/// What recording rates would do.
#[derive(Clone, Debug)]
pub struct RatePreview {
    /// The version of the rates it was made on.
    pub version: i64,
    /// What recording asks for.
    pub digest: String,
    /// One unit of this.
    pub base: Currency,
    /// From when they would count.
    pub quoted_at: Instant,
    /// Each rate, before and after.
    pub rates: Vec<RateStep>,
    /// What they touch.
    pub exposures: Vec<Exposure>,
}

/// What recording these rates would do and touch.
///
/// # Errors
/// As recording them.
pub(super) async fn preview(ctx: &Ctx, books: &RateBooks, asked: &Asked, proposal: &Proposal) -> Result<RatePreview> {
    ctx.allow(RATES_EDIT)?;
    let (sheet, now) = (&proposal.sheet, ctx.now());
    let by = ctx.actor().who.to_string();
    // Only to be judged: nothing is kept.
    let _judged = RateSheet::record(RateSheetId::NONE, sheet.clone(), None, now, by)?;
    let book = books.book(ctx).await?;
    let setting = ctx.read(|read| setting::get(read).scope_boxed()).await?;
    let quotes: Vec<Quote> = quotes(sheet).collect();
    let effect = Effect::of(&book.fx, &quotes, ops::rules_of(&setting), now);
    Ok(RatePreview {
        version: book.version,
        digest: digest(proposal, book.version, &setting),
        base: sheet.base,
        quoted_at: sheet.quoted_at,
        rates: effect.steps(),
        exposures: effect.exposures(ctx, asked).await?,
    })
}

/// Records exactly what a preview showed, or refuses because somebody else recorded rates since, or changed how old they may be.
///
/// # Errors
/// `rates_preview_outdated`, and as [`ops::record`].
pub async fn publish(tx: &mut Tx, books: &RateBooks, proposal: Proposal, shown: &str) -> Result<RateSheet> {
    tx.allow(RATES_EDIT)?;
    store::hold(&mut tx.bookkeeping("nothing is written: the row is held until the rates are recorded")).await?;
    let (version, _) = store::version_since(tx).await?;
    if digest(&proposal, version, &setting::get(tx).await?) != shown {
        return Err(Problem::conflict("rates_preview_outdated").into());
    }
    ops::record(tx, books, proposal.sheet).await
}

fn quotes(sheet: &NewSheet) -> impl Iterator<Item = Quote> {
    sheet.rates.iter().map(|(quote, rate)| Quote {
        base: sheet.base,
        quote: *quote,
        rate: *rate,
        at: sheet.quoted_at,
        sheet: RateSheetId::NONE,
    })
}

/// The same for the same rates said on the same version, of which the same are too old. Rates that count from now on have no
/// instant in it.
fn digest(proposal: &Proposal, version: i64, setting: &RatesSetting) -> String {
    let sheet = &proposal.sheet;
    let rates: Vec<_> = sheet
        .rates
        .iter()
        .map(|(quote, rate)| json!([quote.code(), rate.to_string()]))
        .collect();
    let said = json!([
        version,
        setting.oldest_hours,
        sheet.base.code(),
        proposal.said_at,
        rates
    ]);
    hex::encode(Sha256::digest(said.to_string()))
}
