//! Asking the feed for today's rates, and recording what is new.
//!
//! One feed serves every company, and its plan has so many questions a month. So a person asks when it has something new, or
//! half an hour after it failed or refused. The hourly job waits for what was answered and a day after a refusal; what was
//! not answered it asks again by itself, four times with the queue's growing pauses, and an hour later anew.

use std::fmt::Display;
use std::sync::Arc;

use jiff::SignedDuration;
use kernel::{Currency, Instant, Percent, Problem};
use platform::{Ctx, Read, Result, Tx};
use scoped_futures::ScopedFutureExt;

use super::books::{RateBook, RateBooks};
use super::model::{Against, NewSheet, RateSheet, Source};
use super::ops::{self, Recorded};
use super::ports::{FeedOutcome, FeedRefusal, FeedSheet, RateFeed};
use super::setting;
use super::store::{self, LastFetch};
use crate::permissions::{RATES_EDIT, RATES_READ};

/// A refusal stands for a day: what causes it is seldom mended sooner, and who mended it asks by hand.
const AFTER_REFUSAL: SignedDuration = SignedDuration::from_hours(24);
/// Before then no person asks again for what the feed did not answer or refused.
const AFTER_SILENCE: SignedDuration = SignedDuration::from_mins(30);

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

/// What a feed said, not yet recorded.
#[derive(Debug)]
pub(super) struct Answer {
    outcome: FeedOutcome,
    book: Arc<RateBook>,
    jump: Percent,
}

/// Asks the feed and records what is new. How it went is kept beside the rates, whatever it was.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn fetch(ctx: &Ctx, feed: &dyn RateFeed, books: &RateBooks) -> Result<Fetched> {
    let answer = &ask(ctx, feed, books).await?;
    ctx.write(|tx| async move { note(tx, books, answer).await }.scope_boxed())
        .await
}

/// Asks the feed. Records nothing: that is for a transaction, and no transaction waits for the world.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn ask(ctx: &Ctx, feed: &dyn RateFeed, books: &RateBooks) -> Result<Answer> {
    ctx.allow(RATES_EDIT)?;
    let setting = ctx.read(|read| setting::get(read).scope_boxed()).await?;
    let outcome = believed(feed.latest(setting.base).await, setting.base, ctx.now());
    let base = setting.base;
    match &outcome {
        FeedOutcome::Quoted(sheet) => {
            tracing::info!(%base, rates = sheet.rates.len(), "the feed of exchange rates answered")
        }
        FeedOutcome::Refused(refusal) => {
            tracing::info!(%base, outcome = refusal.code(), "the feed of exchange rates refused");
        }
        FeedOutcome::Unknown(why) => {
            tracing::warn!(%base, why, "the feed of exchange rates did not answer as it should");
        }
    }
    Ok(Answer {
        outcome,
        book: books.book(ctx).await?,
        jump: setting.jump_percent,
    })
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

/// Records what the feed said, and how it went.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn note(tx: &mut Tx, books: &RateBooks, answer: &Answer) -> Result<Fetched> {
    tx.allow(RATES_EDIT)?;
    let now = tx.now();
    store::hold(&mut tx.bookkeeping("nothing is written: of two fetches at once the second sees the first")).await?;
    let (fetched, next_at) = match answer.outcome.clone() {
        FeedOutcome::Quoted(said) => {
            // A feed that says "in a minute" or "next year" is asked within a sensible time all the same.
            let next_at = said
                .next_at
                .clamp(now.plus(AFTER_SILENCE), now.plus(SignedDuration::from_hours(24)));
            let against = Against {
                book: &answer.book.fx,
                jump: answer.jump,
            };
            match ops::keep(tx, books, sheet_of(said), Some(against)).await? {
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

/// From when on a person may ask the feed again, where that is not now.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn waits_until(read: &Read) -> Result<Option<Instant>> {
    read.allow(RATES_EDIT)?;
    let by_hand = |last: LastFetch| match last.outcome.as_str() {
        "recorded" | "known" | "feed_unknown" => last.next_at,
        // A refusal may be mended meanwhile, by another base or another key.
        _ => last.next_at.min(last.at.plus(AFTER_SILENCE)),
    };
    let from = store::last_fetch(read).await?.map(by_hand);
    Ok(from.filter(|from| *from > read.now()))
}

/// What a person is told who asks too early; `shown` is the instant as they read it. No limit of calls, which a program
/// would wait for: the next answer may be a day away.
pub(super) fn asked_already(shown: impl Display) -> Problem {
    Problem::conflict("rates_asked_already").arg("when", shown)
}
