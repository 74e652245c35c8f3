//! The exchange rates a run was made with: prices it made are applied while these are what they were, or not at all.

use std::collections::BTreeSet;

use engines::fx::{self, FxAsk};
use kernel::{Currency, Instant, Rate};
use serde::{Deserialize, Serialize};

use crate::margins::Rates;

/// What a run took one currency to be worth in another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedRate {
    /// One unit of this.
    pub from: Currency,
    /// In this.
    pub to: Currency,
    /// The rate applied, the mark-up counted; nothing where there was none that could be used.
    pub applied: Option<Rate>,
}

impl UsedRate {
    fn at(rates: Rates<'_>, from: Currency, to: Currency, at: Instant) -> Self {
        let quoted = fx::rate(rates.book, &rates.rules, &FxAsk { from, to, at });
        Self {
            from,
            to,
            applied: quoted.ok().map(|quoted| quoted.applied),
        }
    }

    /// Whether the same would be applied with these rates at an instant.
    pub(crate) fn holds(&self, rates: Rates<'_>, at: Instant) -> bool {
        *self == Self::at(rates, self.from, self.to, at)
    }
}

/// The currencies a run asks the worth of as it goes.
#[derive(Debug, Default)]
pub(super) struct AskedFor(BTreeSet<Currency>);

impl AskedFor {
    pub(super) fn note(&mut self, currency: Currency) {
        self.0.insert(currency);
    }

    /// What each is worth in the currency of the list.
    pub(super) fn rates(self, rates: Rates<'_>, to: Currency, at: Instant) -> Vec<UsedRate> {
        let others = self.0.into_iter().filter(|from| *from != to);
        others.map(|from| UsedRate::at(rates, from, to, at)).collect()
    }
}
