//! Exchange rates as a report uses them: each pair looked up once, and kept to be shown.

use kernel::{Currency, Instant, Money, Percent};

use crate::fx::{self, FxAsk, FxBook, FxRules, NoRate, Quoted};

/// A rate that a report used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// From this currency.
    pub from: Currency,
    /// To this one.
    pub to: Currency,
    /// At this rate, or why there is none.
    pub quoted: Result<Quoted, NoRate>,
}

/// The rates of one instant.
pub(super) struct Desk<'r> {
    book: &'r FxBook,
    rules: FxRules,
    at: Instant,
    used: Vec<(Exchange, bool)>,
}

impl<'r> Desk<'r> {
    pub(super) const fn new((book, rules): (&'r FxBook, FxRules), at: Instant) -> Self {
        Self {
            book,
            rules,
            at,
            used: Vec::new(),
        }
    }

    /// A cost in another currency. The mark-up is on the rate, so that the cost is not taken for less than the bank will
    /// charge. With the rate's place among those used; none where nothing had to be converted.
    pub(super) fn cost(&mut self, cost: Money, to: Currency) -> (Result<Money, NoRate>, Option<usize>) {
        self.convert(cost, to, self.rules.markup)
    }

    /// An amount shown in another currency: at the rate as it is quoted, because nobody changes this money.
    pub(super) fn shown(&mut self, amount: Money, in_: Currency) -> (Result<Money, NoRate>, Option<usize>) {
        self.convert(amount, in_, Percent::ZERO)
    }

    fn convert(&mut self, amount: Money, to: Currency, markup: Percent) -> (Result<Money, NoRate>, Option<usize>) {
        if amount.currency == to {
            return (Ok(amount), None);
        }
        let place = self.place(amount.currency, to, markup);
        let converted = self.used[place].0.quoted.and_then(|quoted| quoted.convert(amount));
        (converted, Some(place))
    }

    fn place(&mut self, from: Currency, to: Currency, markup: Percent) -> usize {
        let marked_up = markup != Percent::ZERO;
        let known = |(one, with): &(Exchange, bool)| (one.from, one.to, *with) == (from, to, marked_up);
        if let Some(place) = self.used.iter().position(known) {
            return place;
        }
        let rules = FxRules { markup, ..self.rules };
        let ask = FxAsk { from, to, at: self.at };
        let quoted = fx::rate(self.book, &rules, &ask);
        self.used.push((Exchange { from, to, quoted }, marked_up));
        self.used.len() - 1
    }

    pub(super) const fn at(&self) -> Instant {
        self.at
    }

    pub(super) fn into_used(self) -> Vec<Exchange> {
        self.used.into_iter().map(|(exchange, _)| exchange).collect()
    }
}
