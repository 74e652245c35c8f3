//! What can be done with exchange rates: record, look up, convert. Fetching them is told in `fetch`.

use std::sync::Arc;

use engines::fx::{self, Conversion, FxAsk, FxBook, FxRules, NoRate, Quoted};
use jiff::SignedDuration;
use kernel::{Currency, Instant, Money, Percent, Problem, ProblemKind, RateSheetId};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;

use super::books::{self, KEPT_IN_MEMORY, RateBook, RateBooks};
use super::model::{Against, NewSheet, RateSheet, Source, however_old};
use super::setting::{self, RatesSetting};
use super::store;
use crate::permissions::{RATES_EDIT, RATES_READ};

/// Sheets the people of one company may record within a day: a sheet holds every currency of its base.
const BY_HAND_A_DAY: i64 = 500;
/// What a course goes back.
const YEAR: SignedDuration = SignedDuration::from_hours(24 * 365);

/// How old a rate may be to convert, without a mark-up: that is for whoever converts to decide.
///
/// # Errors
/// When the database fails.
pub async fn rules(read: &Read) -> Result<FxRules> {
    Ok(rules_of(&setting::get(read).await?))
}

pub(super) fn rules_of(setting: &RatesSetting) -> FxRules {
    FxRules {
        markup: Percent::ZERO,
        oldest_hours: setting.oldest_hours,
    }
}

/// What became of a sheet somebody gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recorded {
    /// It is recorded.
    New(RateSheet),
    /// The source's sheet of that instant is known.
    Known,
}

/// Records what a person says. It counts at once, from the instant it names.
///
/// # Errors
/// As [`RateSheet::record`], `rate_sheets_too_many`, `forbidden`, or the database.
pub async fn record(tx: &mut Tx, books: &RateBooks, new: NewSheet) -> Result<RateSheet> {
    tx.allow(RATES_EDIT)?;
    store::hold(&mut tx.bookkeeping("nothing is written: of many sheets at once each is counted")).await?;
    let yesterday = tx.now().minus(SignedDuration::from_hours(24));
    if store::by_hand_since(tx, yesterday).await? >= BY_HAND_A_DAY {
        let problem = Problem::new(ProblemKind::TooMany, "rate_sheets_too_many");
        return Err(problem.arg("max", BY_HAND_A_DAY).into());
    }
    let new = NewSheet {
        source: Source::Manual,
        ..new
    };
    match keep(tx, books, new, None).await? {
        Recorded::New(sheet) => Ok(sheet),
        Recorded::Known => Err(platform::Error::internal("a person's sheet is never known already")),
    }
}

/// Lets a figure count that waits: a person says the same, from the same instant on.
///
/// # Errors
/// `not_found`, `rate_unfit`, `forbidden`, or the database.
pub async fn accept(tx: &mut Tx, books: &RateBooks, sheet: RateSheetId, quote: Currency) -> Result<RateSheet> {
    let new = waiting(tx, sheet, quote).await?;
    record(tx, books, new).await
}

/// A figure that waits, as a person would say it.
///
/// # Errors
/// `not_found`, `rate_unfit`, `forbidden`, or the database.
pub(super) async fn waiting(read: &Read, sheet: RateSheetId, quote: Currency) -> Result<NewSheet> {
    read.allow(RATES_EDIT)?;
    let sheet = by_id(read, sheet).await?;
    let held = sheet.held.iter().find(|held| held.quote == quote);
    let rate = held.ok_or_else(Problem::not_found)?.rate();
    let rate = rate.ok_or_else(|| Problem::conflict("rate_unfit"))?;
    Ok(NewSheet {
        source: Source::Manual,
        base: sheet.base,
        quoted_at: sheet.quoted_at,
        rates: vec![(quote, rate)],
        unfit: Vec::new(),
    })
}

/// Records a sheet, of a machine once.
///
/// # Errors
/// As [`RateSheet::record`], or the database.
pub(super) async fn keep(
    tx: &mut Tx,
    books: &RateBooks,
    new: NewSheet,
    against: Option<Against<'_>>,
) -> Result<Recorded> {
    let at = new.quoted_at;
    if new.source.is_machine() {
        let known = store::known_instants(tx, new.source, new.base, at, at).await?;
        if !known.is_empty() {
            return Ok(Recorded::Known);
        }
    }
    let by = tx.actor().who.to_string();
    let change = RateSheet::record(tx.new_id(), new, against, tx.now(), by)?;
    let sheet = tx.save(change).await?;
    books.stale_after_commit(tx);
    Ok(Recorded::New(sheet))
}

/// One sheet.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn by_id(read: &Read, id: RateSheetId) -> Result<RateSheet> {
    read.allow(RATES_READ)?;
    Ok(store::by_id(read, id).await?.ok_or_else(Problem::not_found)?)
}

/// Sheets recorded before a place in the list, the latest first.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn list(read: &Read, after: Option<(i64, Uuid)>, most: u64) -> Result<Vec<RateSheet>> {
    read.allow(RATES_READ)?;
    store::before(read, after, most).await
}

/// The setting, for those who may see what it brings.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn setting(read: &Read) -> Result<RatesSetting> {
    read.allow(RATES_READ)?;
    setting::get(read).await
}

/// The book to look up rates of a moment in: the one in memory where it reaches that far back.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn book_for(ctx: &Ctx, books: &RateBooks, at: Instant) -> Result<Arc<RateBook>> {
    ctx.allow(RATES_READ)?;
    let book = books.book(ctx).await?;
    // Half of what it holds: the other half is what a rate of that moment may lean on.
    let reaches = book.from.plus(KEPT_IN_MEMORY / 2);
    if at >= reaches {
        return Ok(book);
    }
    let older = ctx
        .read(|read| async move { books::around(read, at).await }.scope_boxed())
        .await?;
    Ok(Arc::new(older))
}

/// A rate as it is used, and whether it is too old to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The rate with the quotes it was made of.
    pub quoted: Quoted,
    /// Older than the setting allows: nothing is sold at it.
    pub stale: bool,
}

/// The rate of a pair at a moment. One that is too old is found and said to be so.
///
/// # Errors
/// When there is none.
pub fn find(book: &FxBook, rules: &FxRules, ask: &FxAsk) -> std::result::Result<Found, NoRate> {
    match fx::rate(book, rules, ask) {
        Ok(quoted) => Ok(Found { quoted, stale: false }),
        Err(NoRate::Stale) => fx::rate(book, &however_old(), ask).map(|quoted| Found { quoted, stale: true }),
        Err(other) => Err(other),
    }
}

/// What a currency is worth in every other that is known at a moment, by code.
pub(super) fn standing(book: &RateBook, rules: &FxRules, base: Currency, at: Instant) -> Vec<Found> {
    let mut known: Vec<Currency> = book
        .fx
        .standing(at)
        .flat_map(|quote| [quote.base, quote.quote])
        .collect();
    known.sort_unstable();
    known.dedup();
    known
        .into_iter()
        .filter(|to| *to != base)
        .filter_map(|to| find(&book.fx, rules, &FxAsk { from: base, to, at }).ok())
        .collect()
}

/// The book to look up the course of the year up to a moment in: the one in memory where it reaches that far back.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn book_of_year(ctx: &Ctx, books: &RateBooks, until: Instant) -> Result<Arc<RateBook>> {
    ctx.allow(RATES_READ)?;
    let book = books.book(ctx).await?;
    if book.from <= until.minus(YEAR) {
        return Ok(book);
    }
    let older = ctx
        .read(|read| async move { books::around(read, until).await }.scope_boxed())
        .await?;
    Ok(Arc::new(older))
}

/// What a pair was worth in the year up to a moment: when the year began, and at every instant of it a source said
/// something new of the pair; the earliest first.
pub(super) fn course(book: &RateBook, base: Currency, quote: Currency, until: Instant) -> Vec<(Instant, Quoted)> {
    let mut course: Vec<(Instant, Quoted)> = Vec::new();
    let begins = until.minus(YEAR);
    let instants = book.instants().iter().copied();
    let within = instants.filter(|at| begins < *at && *at <= until);
    for at in std::iter::once(begins).chain(within) {
        let ask = FxAsk {
            from: base,
            to: quote,
            at,
        };
        let Ok(quoted) = fx::rate(&book.fx, &however_old(), &ask) else {
            continue;
        };
        if course.last().is_none_or(|(_, last)| last.legs != quoted.legs) {
            course.push((at, quoted));
        }
    }
    course
}

/// An amount in another currency, and whether the rate is too old.
///
/// # Errors
/// `rate_missing`, `conversion_too_large`.
pub fn convert(
    book: &FxBook,
    rules: &FxRules,
    given: Money,
    to: Currency,
    at: Instant,
) -> std::result::Result<(Conversion, bool), Problem> {
    let ask = FxAsk {
        from: given.currency,
        to,
        at,
    };
    let told = |none: NoRate| Problem::refused(none.code()).arg("from", given.currency).arg("to", to);
    let Found { quoted, stale } = find(book, rules, &ask).map_err(told)?;
    let worth = quoted.convert(given).map_err(told)?;
    let conversion = Conversion {
        given,
        worth,
        at_rate: quoted,
    };
    Ok((conversion, stale))
}
