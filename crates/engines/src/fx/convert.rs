//! From an amount in one currency to an amount in another, with every quote it took.

use kernel::{Currency, Instant, Money, Percent, Rate, RateSheetId, Rounding};
use serde::{Deserialize, Serialize};

use super::book::{FxBook, Quote};

/// What a tenant allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FxRules {
    /// Added to every rate: 2 % on 1.10 applies 1.122. What is converted becomes dearer, so that a cost in another
    /// currency is not taken for less than the bank will charge.
    pub markup: Percent,
    /// A quote older than so many hours converts nothing.
    pub oldest_hours: u32,
}

impl Default for FxRules {
    /// No mark-up; a quote may be three days old, which carries a source that rests at weekends.
    fn default() -> Self {
        Self {
            markup: Percent::ZERO,
            oldest_hours: 72,
        }
    }
}

/// What is a currency worth in another?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FxAsk {
    /// One unit of this.
    pub from: Currency,
    /// In this.
    pub to: Currency,
    /// At which moment.
    pub at: Instant,
}

/// One quote that was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// As it was quoted: one unit of this.
    pub base: Currency,
    /// Is worth so much of this.
    pub quote: Currency,
    /// How much.
    pub rate: Rate,
    /// Whether it was used the other way round.
    pub inverted: bool,
    /// When it was quoted.
    pub at: Instant,
    /// On which sheet.
    pub sheet: RateSheetId,
}

impl Leg {
    /// From which currency to which it was used.
    const fn leads(&self) -> (Currency, Currency) {
        if self.inverted {
            (self.quote, self.base)
        } else {
            (self.base, self.quote)
        }
    }
}

/// A rate, and what it was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// From this currency.
    pub from: Currency,
    /// To this one.
    pub to: Currency,
    /// The rate as the sources have it.
    pub rate: Rate,
    /// The mark-up on it.
    pub markup: Percent,
    /// The rate amounts are converted at.
    pub applied: Rate,
    /// The quotes: none where both currencies are one, one where the pair was quoted either way, two for a cross.
    pub legs: [Option<Leg>; 2],
}

impl Quoted {
    /// When the older of its quotes was quoted; nothing where none was needed.
    pub fn quoted_at(&self) -> Option<Instant> {
        self.legs.iter().flatten().map(|leg| leg.at).min()
    }

    /// Whether the rate is what its quotes and its mark-up make.
    pub fn adds_up(&self) -> bool {
        let leads = match self.legs {
            [None, None] => self.from == self.to,
            [Some(one), None] => one.leads() == (self.from, self.to),
            [Some(one), Some(other)] => {
                (one.leads().0, other.leads().1) == (self.from, self.to) && one.leads().1 == other.leads().0
            }
            [None, Some(_)] => false,
        };
        leads && product(self.legs) == Some(self.rate) && marked_up(self.rate, self.markup) == Some(self.applied)
    }

    /// An amount at the applied rate, rounded once.
    ///
    /// # Errors
    /// When it cannot be held.
    pub fn convert(&self, amount: Money) -> Result<Money, NoRate> {
        if amount.currency != self.from {
            return Err(NoRate::Missing);
        }
        self.applied
            .convert(amount, self.to, Rounding::HalfEven)
            .map_err(|_| NoRate::TooLarge)
    }
}

/// An amount converted, with its rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversion {
    /// What was given.
    pub given: Money,
    /// What it is worth.
    pub worth: Money,
    /// At which rate.
    pub at_rate: Quoted,
}

pub(super) const MICROS_AN_HOUR: i64 = 3_600_000_000;

/// Why nothing is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoRate {
    /// Neither the pair nor two quotes that lead from one to the other.
    #[error("there is no exchange rate between these currencies")]
    Missing,
    /// There is one, older than allowed.
    #[error("the exchange rate is too old to be used")]
    Stale,
    /// The rate or the amount is beyond what can be held.
    #[error("the converted amount is too large")]
    TooLarge,
}

impl NoRate {
    /// Stable, machine-readable.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "rate_missing",
            Self::Stale => "rate_stale",
            Self::TooLarge => "conversion_too_large",
        }
    }
}

/// Converts an amount.
///
/// # Errors
/// See [`NoRate`].
pub fn convert(book: &FxBook, rules: &FxRules, given: Money, to: Currency, at: Instant) -> Result<Conversion, NoRate> {
    let at_rate = rate(
        book,
        rules,
        &FxAsk {
            from: given.currency,
            to,
            at,
        },
    )?;
    let worth = at_rate.convert(given)?;
    Ok(Conversion { given, worth, at_rate })
}

/// The rate between two currencies: the fresher of the quote and its opposite, else the cross whose older quote is the
/// freshest. A currency in itself is one to one, without mark-up.
///
/// # Errors
/// See [`NoRate`].
pub fn rate(book: &FxBook, rules: &FxRules, ask: &FxAsk) -> Result<Quoted, NoRate> {
    let FxAsk { from, to, at } = *ask;
    if from == to {
        let (rate, applied) = (Rate::ONE, Rate::ONE);
        return Ok(Quoted {
            from,
            to,
            rate,
            markup: Percent::ZERO,
            applied,
            legs: [None, None],
        });
    }
    let oldest = at
        .micros()
        .saturating_sub(i64::from(rules.oldest_hours).saturating_mul(MICROS_AN_HOUR));
    let fresh = |leg: &Leg| leg.at.micros() >= oldest;
    let quoted = leg(book, from, to, at);
    if let Some(only) = quoted.filter(fresh) {
        return made_of([Some(only), None], ask, rules);
    }
    let crossed = cross(book, ask);
    match crossed.filter(|(one, other)| fresh(one) && fresh(other)) {
        Some((one, other)) => made_of([Some(one), Some(other)], ask, rules),
        None if quoted.is_some() || crossed.is_some() => Err(NoRate::Stale),
        None => Err(NoRate::Missing),
    }
}

/// The fresher of a pair's quote and its opposite; the quote itself where both are as fresh.
fn leg(book: &FxBook, from: Currency, to: Currency, at: Instant) -> Option<Leg> {
    let used = |Quote {
                    base,
                    quote,
                    rate,
                    at,
                    sheet,
                },
                inverted| Leg {
        base,
        quote,
        rate,
        inverted,
        at,
        sheet,
    };
    let straight = book.quoted(from, to, at).map(|quote| used(quote, false));
    let opposite = book.quoted(to, from, at).map(|quote| used(quote, true));
    match (straight, opposite) {
        (Some(straight), Some(opposite)) if opposite.at > straight.at => Some(opposite),
        (straight, opposite) => straight.or(opposite),
    }
}

/// The two legs through the currency that makes the freshest cross; through the first by code where several do.
fn cross(book: &FxBook, ask: &FxAsk) -> Option<(Leg, Leg)> {
    let FxAsk { from, to, at } = *ask;
    let through = |pivot| Some((pivot, leg(book, from, pivot, at)?, leg(book, pivot, to, at)?));
    book.quoted_with(from)
        .filter_map(through)
        .max_by_key(|(pivot, one, other)| (one.at.min(other.at), std::cmp::Reverse(*pivot)))
        .map(|(_, one, other)| (one, other))
}

fn made_of(legs: [Option<Leg>; 2], ask: &FxAsk, rules: &FxRules) -> Result<Quoted, NoRate> {
    let rate = product(legs).ok_or(NoRate::TooLarge)?;
    let applied = marked_up(rate, rules.markup).ok_or(NoRate::TooLarge)?;
    let (from, to) = (ask.from, ask.to);
    Ok(Quoted {
        from,
        to,
        rate,
        markup: rules.markup,
        applied,
        legs,
    })
}

/// Both legs in one, rounded once.
fn product(legs: [Option<Leg>; 2]) -> Option<Rate> {
    const ONE: i128 = Rate::ONE.scaled() as i128;
    let [Some(one), other] = legs else {
        return Some(Rate::ONE);
    };
    let first = i128::from(one.rate.scaled());
    let second = other.map_or(ONE, |leg| i128::from(leg.rate.scaled()));
    // A rate is below 2^63 and ONE below 2^40, so all of these stay within 127 bits.
    let (above, below) = match (one.inverted, other.is_some_and(|leg| leg.inverted)) {
        (false, false) => (first * second, ONE),
        (false, true) => (first * ONE, second),
        (true, false) => (second * ONE, first),
        (true, true) => (ONE * ONE * ONE, first * second),
    };
    scaled(Rounding::HalfEven.divide(above, below))
}

fn marked_up(rate: Rate, markup: Percent) -> Option<Rate> {
    let whole = i128::from(Percent::WHOLE.millionths());
    scaled(Rounding::HalfEven.divide(
        i128::from(rate.scaled()) * (whole + i128::from(markup.millionths())),
        whole,
    ))
}

fn scaled(wide: i128) -> Option<Rate> {
    i64::try_from(wide)
        .ok()
        .and_then(|scaled| Rate::from_scaled(scaled).ok())
}

#[cfg(test)]
mod tests;
