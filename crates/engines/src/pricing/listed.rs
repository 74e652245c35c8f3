//! What a list says: sales prices and costs, in a currency it has or converted from one it has.

use kernel::{Currency, Instant};

use super::ask::{Amounts, CostAsk, NotPriced, PriceAsk, Priced};
use super::book::PriceBook;
use super::rules::{Noted, Notes, Question};
use super::trace::{AskedAs, Trace};
use super::words::List;
use crate::fx::{self, FxAsk, FxBook, FxRules, NoRate, Quoted};

/// What customers pay, and why; in a currency the list has.
pub fn price(book: &PriceBook, ask: &PriceAsk<'_>) -> Result<Priced, NotPriced> {
    explained(book, None, List::Sales, ask, false)
}

/// What customers pay, without the trace. Allocates nothing.
pub fn price_bare(book: &PriceBook, ask: &PriceAsk<'_>) -> Result<Amounts, NotPriced> {
    Question::find(book, List::Sales, ask, None)?.amounts(false, &mut ())
}

/// What a registrar takes from us, fees included, and why; in a currency it has.
pub fn cost(book: &PriceBook, ask: &CostAsk<'_>) -> Result<Priced, NotPriced> {
    cost_converted(book, None, ask)
}

/// What a registrar takes from us, without the trace. Allocates nothing.
pub fn cost_bare(book: &PriceBook, ask: &CostAsk<'_>) -> Result<Amounts, NotPriced> {
    Question::find(book, List::Registrar(ask.registrar), &ask.service, None)?.amounts(ask.with_privacy, &mut ())
}

/// What a registrar takes from us in any currency: its own cost in it, else one converted from the first currency by code
/// it has a cost in, cell by cell. Without `fx` nothing is converted.
pub fn cost_converted(
    book: &PriceBook,
    fx: Option<(&FxBook, FxRules)>,
    ask: &CostAsk<'_>,
) -> Result<Priced, NotPriced> {
    explained(book, fx, List::Registrar(ask.registrar), &ask.service, ask.with_privacy)
}

/// The same without the trace. Allocates nothing.
pub fn cost_converted_bare(
    book: &PriceBook,
    fx: Option<(&FxBook, FxRules)>,
    ask: &CostAsk<'_>,
) -> Result<Amounts, NotPriced> {
    let mut rates = Lookup::new(fx, &ask.service);
    let list = List::Registrar(ask.registrar);
    listed(book, list, &ask.service, ask.with_privacy, None, &mut rates, &mut ()).map(|listed| listed.amounts)
}

/// Where the rates of a conversion come from.
pub(super) trait Rates {
    /// Whether anything is converted at all.
    fn allowed(&self) -> bool;
    /// From a currency to the one asked for, at the moment of the purchase.
    fn from(&mut self, currency: Currency) -> Result<Quoted, NoRate>;
}

/// Looked up when needed.
pub(super) struct Lookup<'a> {
    fx: Option<(&'a FxBook, FxRules)>,
    to: Currency,
    at: Instant,
}

impl<'a> Lookup<'a> {
    pub(super) const fn new(fx: Option<(&'a FxBook, FxRules)>, ask: &PriceAsk<'_>) -> Self {
        Self {
            fx,
            to: ask.currency,
            at: ask.at,
        }
    }
}

impl Rates for Lookup<'_> {
    fn allowed(&self) -> bool {
        self.fx.is_some()
    }

    fn from(&mut self, from: Currency) -> Result<Quoted, NoRate> {
        let (book, rules) = self.fx.ok_or(NoRate::Missing)?;
        let (to, at) = (self.to, self.at);
        fx::rate(book, &rules, &FxAsk { from, to, at })
    }
}

/// The amounts of a list in the currency asked for, and the rate they were converted at, if they were.
pub(super) struct Listed {
    pub(super) amounts: Amounts,
    pub(super) rate: Option<Quoted>,
}

/// The list's own price where it has one in force in the currency asked for; else the one of its home currency (for a
/// registrar, where none is named, of the first by code that has one), converted. A price of the list's own that lacks a
/// renewal or a fee stays refused: half of one price and half of another would be neither.
pub(super) fn listed(
    book: &PriceBook,
    list: List,
    ask: &PriceAsk<'_>,
    with_privacy: bool,
    home: Option<Currency>,
    rates: &mut impl Rates,
    notes: &mut impl Noted,
) -> Result<Listed, NotPriced> {
    let own = Question::find(book, list, ask, None).and_then(|question| question.amounts(with_privacy, notes));
    let reason = match own {
        Ok(amounts) => return Ok(Listed { amounts, rate: None }),
        Err(reason @ (NotPriced::CurrencyNotPriced | NotPriced::NoPriceInForce)) if rates.allowed() => reason,
        Err(reason) => return Err(reason),
    };
    let from = convertible(book, list, ask, with_privacy, home).map_err(|nearer| nearer.unwrap_or(reason))?;
    let rate = rates.from(from)?;
    let amounts = Question::find(book, list, ask, Some(&rate))?.amounts(with_privacy, notes)?;
    Ok(Listed {
        amounts,
        rate: Some(rate),
    })
}

/// The currency a price is converted from; else what is lacking where there nearly is one.
fn convertible(
    book: &PriceBook,
    list: List,
    ask: &PriceAsk<'_>,
    with_privacy: bool,
    home: Option<Currency>,
) -> Result<Currency, Option<NotPriced>> {
    let mut lacking = None;
    let may = |currency: &Currency| *currency != ask.currency && home.is_none_or(|home| home == *currency);
    for currency in book.currencies(list).filter(may) {
        let in_it = PriceAsk { currency, ..*ask };
        match Question::find(book, list, &in_it, None).and_then(|question| question.amounts(with_privacy, &mut ())) {
            Ok(_) => return Ok(currency),
            Err(reason @ (NotPriced::FeeNotPriced | NotPriced::PrivacyNotPriced)) => lacking = lacking.or(Some(reason)),
            Err(_) => {}
        }
    }
    Err(lacking)
}

fn explained(
    book: &PriceBook,
    fx: Option<(&FxBook, FxRules)>,
    list: List,
    ask: &PriceAsk<'_>,
    with_privacy: bool,
) -> Result<Priced, NotPriced> {
    let mut notes = Notes::new(book);
    let listed = listed(
        book,
        list,
        ask,
        with_privacy,
        None,
        &mut Lookup::new(fx, ask),
        &mut notes,
    )?;
    let mut trace = Trace::of_list(book, list, ask, notes.steps, &listed);
    trace.with_privacy = with_privacy;
    trace.asked = listed.rate.map(|_| AskedAs {
        fx: fx.map(|(_, rules)| rules),
        ..AskedAs::default()
    });
    Ok(Priced {
        amounts: listed.amounts,
        trace,
    })
}
