//! What can be done with exchange rates: record, fetch, look up, convert.

use std::sync::Arc;

use engines::fx::{self, Conversion, FxAsk, FxBook, FxRules, NoRate, Quoted};
use jiff::SignedDuration;
use kernel::{Currency, Instant, Money, Percent, Problem, RateSheetId};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;

use super::books::{self, KEPT_IN_MEMORY, RateBook, RateBooks};
use super::model::{Against, NewSheet, RateSheet, Source, however_old};
use super::ports::{FeedOutcome, FeedRefusal, FeedSheet, RateFeed};
use super::setting::{self, RatesSetting};
use super::store::{self, LastFetch};
use crate::permissions::{RATES_EDIT, RATES_READ};

/// A refusal stands for a day: what causes it is seldom mended sooner, and who mended it asks by hand.
const AFTER_REFUSAL: SignedDuration = SignedDuration::from_hours(24);
/// No answer is asked for again within the hour, by the job itself or by the next one.
const AFTER_SILENCE: SignedDuration = SignedDuration::from_mins(30);

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
/// As [`RateSheet::record`], `forbidden`, or the database.
pub async fn record(tx: &mut Tx, books: &RateBooks, new: NewSheet) -> Result<RateSheet> {
    tx.allow(RATES_EDIT)?;
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
    tx.allow(RATES_EDIT)?;
    let sheet = by_id(tx, sheet).await?;
    let held = sheet.held.iter().find(|held| held.quote == quote);
    let rate = held.ok_or_else(Problem::not_found)?.rate();
    let rate = rate.ok_or_else(|| Problem::conflict("rate_unfit"))?;
    let new = NewSheet {
        source: Source::Manual,
        base: sheet.base,
        quoted_at: sheet.quoted_at,
        rates: vec![(quote, rate)],
        unfit: Vec::new(),
    };
    record(tx, books, new).await
}

async fn keep(tx: &mut Tx, books: &RateBooks, new: NewSheet, against: Option<Against<'_>>) -> Result<Recorded> {
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

/// How a fetch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fetched {
    /// The feed said something new.
    Recorded(RateSheet),
    /// It said what is known.
    Known,
    /// It refuses.
    Refused(FeedRefusal),
    /// It did not answer, or not so that it can be believed; why, for people.
    Unknown(String),
}

impl Fetched {
    /// Stable, machine-readable.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Recorded(_) => "recorded",
            Self::Known => "known",
            Self::Refused(refusal) => refusal.code(),
            Self::Unknown(_) => "feed_unknown",
        }
    }
}

/// Asks the feed and records what is new. How it went is kept beside the rates, whatever it was.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn fetch(ctx: &Ctx, feed: &dyn RateFeed, books: &RateBooks) -> Result<Fetched> {
    ctx.allow(RATES_EDIT)?;
    let setting = ctx.read(|read| setting::get(read).scope_boxed()).await?;
    let outcome = believed(feed.latest(setting.base).await, setting.base, ctx.now());
    let book = books.book(ctx).await?;
    let against = Against {
        book: &book.fx,
        jump: setting.jump_percent,
    };
    let fetched = ctx
        .write(|tx| {
            let outcome = outcome.clone();
            async move { note(tx, books, outcome, against).await }.scope_boxed()
        })
        .await?;
    match &fetched {
        Fetched::Unknown(why) => {
            tracing::warn!(base = %setting.base, why, "the feed of exchange rates did not answer as it should")
        }
        other => tracing::info!(base = %setting.base, outcome = other.code(), "exchange rates were fetched"),
    }
    Ok(fetched)
}

/// What a feed said, as far as it answers the question.
fn believed(outcome: FeedOutcome, base: Currency, now: Instant) -> FeedOutcome {
    match outcome {
        FeedOutcome::Quoted(sheet) if sheet.base != base => {
            FeedOutcome::Unknown(format!("asked of {base}, it spoke of {}", sheet.base))
        }
        FeedOutcome::Quoted(sheet) if sheet.quoted_at > now => {
            FeedOutcome::Unknown(format!("it spoke of {}, which has not come", sheet.quoted_at))
        }
        FeedOutcome::Quoted(sheet) if sheet.rates.is_empty() && sheet.unfit.is_empty() => {
            FeedOutcome::Unknown("it named no rate".to_owned())
        }
        other => other,
    }
}

async fn note(tx: &mut Tx, books: &RateBooks, outcome: FeedOutcome, against: Against<'_>) -> Result<Fetched> {
    let now = tx.now();
    store::hold(&mut tx.bookkeeping("nothing is written: of two fetches at once the second sees the first")).await?;
    let (fetched, next_at) = match outcome {
        FeedOutcome::Quoted(said) => {
            // A feed that says "in a minute" or "next year" is asked within a sensible time all the same.
            let next_at = said
                .next_at
                .clamp(now.plus(AFTER_SILENCE), now.plus(SignedDuration::from_hours(24)));
            match keep(tx, books, sheet_of(said), Some(against)).await? {
                Recorded::New(sheet) => (Fetched::Recorded(sheet), next_at),
                Recorded::Known => (Fetched::Known, next_at),
            }
        }
        FeedOutcome::Refused(refusal) => (Fetched::Refused(refusal), now.plus(AFTER_REFUSAL)),
        FeedOutcome::Unknown(why) => (Fetched::Unknown(why), now.plus(AFTER_SILENCE)),
    };
    let last = LastFetch {
        at: now,
        outcome: fetched.code().to_owned(),
        next_at,
    };
    let mut writer = tx.bookkeeping("how a fetch went is no fact of the trade; what it brought has been saved");
    store::keep_fetch(&mut writer, &last).await?;
    Ok(fetched)
}

fn sheet_of(said: FeedSheet) -> NewSheet {
    NewSheet {
        source: Source::ExchangerateApi,
        base: said.base,
        quoted_at: said.quoted_at,
        rates: said.rates,
        unfit: said.unfit,
    }
}

/// How the last fetch went, if there was one.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn last_fetch(read: &Read) -> Result<Option<LastFetch>> {
    read.allow(RATES_READ)?;
    store::last_fetch(read).await
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

/// What a pair was worth at every instant a source said something new of it, the earliest first.
pub(super) fn history(book: &RateBook, base: Currency, quote: Currency) -> Vec<(Instant, Quoted)> {
    let mut course: Vec<(Instant, Quoted)> = Vec::new();
    for at in book.instants() {
        let ask = FxAsk {
            from: base,
            to: quote,
            at: *at,
        };
        let Ok(quoted) = fx::rate(&book.fx, &however_old(), &ask) else {
            continue;
        };
        if course.last().is_none_or(|(_, last)| last.legs != quoted.legs) {
            course.push((*at, quoted));
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
