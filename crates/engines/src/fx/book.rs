//! The rate book: quotes by pair and instant.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Currency, Instant, Rate, RateSheetId, Timeline};

use super::convert::MICROS_AN_HOUR;

/// What one unit of `base` was worth in `quote` from `at` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// One unit of this.
    pub base: Currency,
    /// Is worth so much of this.
    pub quote: Currency,
    /// How much.
    pub rate: Rate,
    /// Since when the source says so.
    pub at: Instant,
    /// The sheet it stands on.
    pub sheet: RateSheetId,
}

/// All quotes known at one moment.
#[derive(Clone, Debug, Default)]
pub struct FxBook {
    pairs: BTreeMap<(Currency, Currency), Timeline<(Rate, RateSheetId)>>,
    /// By currency, those it is quoted with, either way round.
    partners: BTreeMap<Currency, BTreeSet<Currency>>,
}

impl FxBook {
    /// From quotes in any order. Of two quotes of a pair at one instant the later given counts: give corrections last.
    /// A quote of a currency in itself says nothing and is left out.
    pub fn new(quotes: impl IntoIterator<Item = Quote>) -> Self {
        let mut pairs: BTreeMap<_, Timeline<_>> = BTreeMap::new();
        let mut partners: BTreeMap<Currency, BTreeSet<Currency>> = BTreeMap::new();
        for Quote {
            base,
            quote,
            rate,
            at,
            sheet,
        } in quotes
        {
            if base != quote {
                pairs.entry((base, quote)).or_default().set_from(at, (rate, sheet));
                partners.entry(base).or_default().insert(quote);
                partners.entry(quote).or_default().insert(base);
            }
        }
        Self { pairs, partners }
    }

    /// No quote at all.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The latest quote of every pair at a moment, by pair.
    pub fn standing(&self, at: Instant) -> impl Iterator<Item = Quote> {
        self.pairs
            .keys()
            .filter_map(move |(base, quote)| self.quoted(*base, *quote, at))
    }

    /// The same with more quotes: what would be known if somebody said so.
    #[must_use]
    pub fn with(&self, quotes: impl IntoIterator<Item = Quote>) -> Self {
        let known = self.pairs.keys().flat_map(|(base, quote)| self.history(*base, *quote));
        Self::new(known.chain(quotes))
    }

    /// The rates of one moment, for asking of times to come, whose rates nobody knows: the latest quote of every pair, but
    /// for those that were too old by then.
    #[must_use]
    pub fn held_at(&self, at: Instant, oldest_hours: u32) -> Self {
        let oldest = at.micros().saturating_sub(i64::from(oldest_hours) * MICROS_AN_HOUR);
        Self::new(self.standing(at).filter(|quote| quote.at.micros() >= oldest))
    }

    /// Every quote of a pair, the earliest first.
    pub fn history(&self, base: Currency, quote: Currency) -> impl Iterator<Item = Quote> {
        let timeline = self.pairs.get(&(base, quote));
        timeline
            .into_iter()
            .flat_map(Timeline::transitions)
            .map(move |(at, (rate, sheet))| Quote {
                base,
                quote,
                rate: *rate,
                at,
                sheet: *sheet,
            })
    }

    /// The latest quote of a pair at a moment, as it was quoted.
    pub(super) fn quoted(&self, base: Currency, quote: Currency, at: Instant) -> Option<Quote> {
        let (from, (rate, sheet)) = self.pairs.get(&(base, quote))?.begun_by(at)?;
        Some(Quote {
            base,
            quote,
            rate: *rate,
            at: from,
            sheet: *sheet,
        })
    }

    /// Every currency that is quoted with `one`, either way round; each once.
    pub(super) fn quoted_with(&self, one: Currency) -> impl Iterator<Item = Currency> {
        self.partners.get(&one).into_iter().flatten().copied()
    }
}
