//! Prices of endings without any name: each operation of each ending asked, at one instant, and where that price stands.

use std::collections::BTreeMap;

use catalog::tlds::{self, EndingFault};
use engines::pricing::{NotPriced, Operation, PriceAsk, Rule};
use kernel::{Currency, Instant, PriceId, Problem};

use super::basis::Basis;
use super::explained::Explained;
use super::model::{Reason, Refusal};

/// Most endings of one question.
pub(crate) const MOST_ENDINGS: usize = 200;

/// Which prices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EndingsAsk {
    /// For how many years: 1 to 10. Where an operation has no such term, the row says so.
    pub(crate) years: u8,
    /// In which currency.
    pub(crate) currency: Currency,
    /// In force at which moment.
    pub(crate) at: Instant,
    /// The present moment, which tells past from future.
    pub(crate) now: Instant,
}

/// One ending as it was asked about.
#[derive(Debug)]
pub(crate) struct EndingPrices {
    /// The text.
    pub(crate) asked: String,
    /// The ending it is, as an A-label; nothing when it is none.
    pub(crate) ending: Option<String>,
    /// Why there is no price at all.
    pub(crate) reason: Option<Reason>,
    /// By operation; empty where there is a reason.
    pub(crate) operations: BTreeMap<Operation, Result<EndingPrice, NotPriced>>,
}

/// The price of one operation.
#[derive(Debug)]
pub(crate) struct EndingPrice {
    pub(crate) explained: Explained,
    /// Where it stands at the present moment.
    pub(crate) standing: Standing,
    /// Since when all parts of it are in force.
    pub(crate) since: Instant,
}

/// Where a price stands in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Another is in force by now.
    Past,
    /// The one in force.
    Current,
    /// Not in force yet.
    Future,
}

/// Endings as an address lists them: parted by commas, spaces taken kindly.
///
/// # Errors
/// `tlds_missing`, `too_many_tlds`.
pub(crate) fn listed(text: &str) -> Result<Vec<&str>, Problem> {
    let listed: Vec<&str> = text.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
    match listed.len() {
        0 => Err(super::model::of_field(Problem::refused("tlds_missing"), "/tld")),
        asked if asked > MOST_ENDINGS => {
            let problem = Problem::refused("too_many_tlds")
                .arg("asked", asked)
                .arg("most", MOST_ENDINGS);
            Err(super::model::of_field(problem, "/tld"))
        }
        _ => Ok(listed),
    }
}

/// The prices of endings, a row for each text in the order asked.
///
/// # Errors
/// When the term is none that anything can be asked for.
pub(crate) fn prices(basis: &Basis, asked: &[&str], ask: &EndingsAsk) -> Result<Vec<EndingPrices>, Refusal> {
    if !(1..=10).contains(&ask.years) {
        return Err(Refusal::YearsOutOfRange);
    }
    Ok(asked.iter().map(|text| row(basis, text, ask)).collect())
}

fn row(basis: &Basis, asked: &str, ask: &EndingsAsk) -> EndingPrices {
    let without = |ending: Option<String>, code, value: &str| EndingPrices {
        asked: super::shortened(asked, 100),
        ending,
        reason: Some(Reason {
            code,
            value: Some(value.to_owned()),
        }),
        operations: BTreeMap::new(),
    };
    let ending = match tlds::parse(asked) {
        Ok(ending) => ending,
        Err(EndingFault::NotAName) => return without(None, "ending_not_a_name", asked),
        Err(EndingFault::Unknown) => return without(None, "ending_unknown", asked.trim_start_matches('.')),
    };
    if !basis.book.ending(&ending.ascii).is_some_and(|tld| tld.sold) {
        return without(Some(ending.ascii), "suffix_not_sold", &ending.shown);
    }
    let price = |operation| (operation, standing_price(basis, &ending.ascii, operation, ask));
    EndingPrices {
        asked: asked.to_owned(),
        operations: Operation::ALL.into_iter().map(price).collect(),
        reason: None,
        ending: Some(ending.ascii),
    }
}

/// A price at the moment asked, held against the one of the present moment: the same cells make it the current one,
/// whatever the rate of the moment makes of them.
fn standing_price(
    basis: &Basis,
    ending: &str,
    operation: Operation,
    ask: &EndingsAsk,
) -> Result<EndingPrice, NotPriced> {
    let at = |at| PriceAsk {
        tld: ending,
        operation,
        years: ask.years,
        currency: ask.currency,
        at,
    };
    let explained = basis.explain(&at(ask.at), None)?;
    let since = explained.trace.steps().iter().map(|step| step.effective_from).max();
    let since = since.unwrap_or(ask.at);
    let is_current = || {
        let current = basis.explain(&at(ask.now), None);
        current.is_ok_and(|current| cells(&current).eq(cells(&explained)))
    };
    let standing = if since > ask.now {
        Standing::Future
    } else if is_current() {
        Standing::Current
    } else {
        Standing::Past
    };
    Ok(EndingPrice {
        explained,
        standing,
        since,
    })
}

/// Which cells a price is made of, and how often each.
fn cells(explained: &Explained) -> impl Iterator<Item = (Rule, PriceId, u8)> + '_ {
    let steps = explained.trace.steps().iter();
    steps.map(|step| (step.rule, step.version, step.times))
}
