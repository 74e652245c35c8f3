//! What a change would do: every price before and after, what is earned on each at every registrar, and a digest of it
//! all, so that what is published is what was looked at.

use engines::margin::{Margin, MarginClass, margin};
use engines::pricing::{self, CostAsk, NotPriced, PriceAsk, PriceBook};
use kernel::{Currency, Id, Instant, Money, PriceId, RegistrarId};
use platform::{Error, Result};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::model::{Decided, NewChange, Step, Written};
use crate::exposures::{Exposure, Ground};
use crate::imports::ListRef;
use crate::price_books::{Book, Cell, Kind, Operation, Side};

/// A change of an ending's prices in one list, judged.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// Whose prices.
    pub list: ListRef,
    /// Of which ending, as an A-label.
    pub ending: String,
    /// In which currency.
    pub currency: Currency,
    /// From when.
    pub effective_from: Instant,
    /// Until when its promotional prices hold, where that is said.
    pub until: Option<Instant>,
    /// Its prices with those they follow.
    pub steps: Vec<Step>,
    /// The ending's costs, and the sales prices of the list in question (of the standard one where costs change), as they
    /// are.
    pub before: PriceBook,
    /// The same with the change made.
    pub after: PriceBook,
}

/// What is earned on one service at one registrar, before and after.
#[derive(Clone, Debug)]
pub struct MarginStep {
    /// The account.
    pub registrar: RegistrarId,
    /// Its name.
    pub name: String,
    /// Whether it is bought from.
    pub active: bool,
    /// For what.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// When the change begins, were there none.
    pub before: Margin,
    /// When it begins.
    pub after: Margin,
    /// The registrar has a cost in another currency, and there is no rate to compare it at.
    pub unrated: bool,
}

/// What a change would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The version of the book it was made on.
    pub book_version: i64,
    /// What publishing may ask for.
    pub digest: String,
    /// The change.
    pub proposed: Proposed,
    /// What is earned, the worst after first.
    pub margins: Vec<MarginStep>,
    /// What else it touches.
    pub exposures: Vec<Exposure>,
}

impl Preview {
    /// Whether a cost could not be compared, because there is no exchange rate for it.
    pub fn is_uncompared(&self) -> bool {
        self.margins.iter().any(|step| step.active && step.unrated)
    }

    /// Whether a sales price would be below what the cheapest registrar that is bought from asks.
    pub fn is_below_cost(&self) -> bool {
        let sold = matches!(self.proposed.list, ListRef::Sales(_));
        let asked: Vec<&MarginStep> = self.margins.iter().filter(|step| step.active).collect();
        let cheapest = |step: &MarginStep| {
            let same = asked
                .iter()
                .filter(|other| (other.operation, other.years) == (step.operation, step.years));
            same.filter_map(|other| other.after.cost).map(|cost| cost.minor).min()
        };
        sold && asked.iter().any(|step| {
            step.after.class == MarginClass::Negative && step.after.cost.map(|cost| cost.minor) == cheapest(step)
        })
    }
}

/// What a change does to the prices there are: `live` are the cells of its list and of what stands against it.
pub(super) fn of(new: &NewChange, decided: &Decided, live: &[&Cell], book: &Book, ground: &Ground) -> Result<Preview> {
    let before = engine_book(live.iter().map(|cell| engine_cell(cell)), book)?;
    let kept = live.iter().filter(|cell| !decided.superseded.contains(&cell.id));
    let written = decided.cells.iter().map(|cell| written(cell, book));
    let after = engine_book(kept.map(|cell| engine_cell(cell)).chain(written), book)?;
    let proposed = Proposed {
        list: new.list,
        ending: new.ending.clone(),
        currency: new.currency,
        effective_from: decided.from,
        until: new.until,
        steps: decided.steps.clone(),
        before,
        after,
    };
    Ok(Preview {
        book_version: book.version,
        digest: digest(new, &decided.steps, book.version),
        margins: margins(&proposed, book, ground)?,
        exposures: Vec::new(),
        proposed,
    })
}

/// A cell to write, as the engine takes it.
pub(super) fn written<'c>(written: &'c Written, book: &Book) -> pricing::Cell<'c> {
    pricing::Cell {
        list: engine_list(written.key.side, written.key.list),
        tld: &written.key.ending,
        operation: written.key.operation,
        years: written.key.years,
        kind: written.key.kind,
        currency: written.key.currency,
        effective_from: written.from,
        minor: written.minor,
        recorded_at: book.read_at,
        superseded_at: None,
        version: PriceId::NONE,
    }
}

pub(crate) fn engine_list(side: Side, list: uuid::Uuid) -> pricing::List {
    match side {
        Side::Cost => pricing::List::Registrar(RegistrarId::from_uuid(list)),
        Side::Sale => pricing::List::Sales,
    }
}

pub(super) fn engine_cell(cell: &Cell) -> pricing::Cell<'_> {
    pricing::Cell {
        list: engine_list(cell.key.side, cell.key.list),
        tld: &cell.key.ending,
        operation: cell.key.operation,
        years: cell.key.years,
        kind: cell.key.kind,
        currency: cell.key.currency,
        effective_from: cell.effective_from,
        minor: cell.amount_minor,
        recorded_at: cell.recorded_at,
        superseded_at: cell.superseded_at,
        version: cell.id,
    }
}

fn engine_book<'c>(cells: impl Iterator<Item = pricing::Cell<'c>>, book: &Book) -> Result<PriceBook> {
    let cells: Vec<_> = cells.collect();
    let newest = cells.iter().map(|cell| cell.recorded_at).max();
    let known_at = newest.map_or(book.read_at, |newest| newest.max(book.read_at));
    PriceBook::as_known_at(cells, known_at).map_err(Error::internal)
}

/// The same for the same change of the same prices. A change that begins at once has no instant in it.
fn digest(new: &NewChange, steps: &[Step], version: i64) -> String {
    let prices: Vec<_> = steps
        .iter()
        .map(|step| {
            json!([
                step.key.operation,
                step.key.years,
                step.key.kind,
                step.before,
                step.after
            ])
        })
        .collect();
    let said = json!([
        version,
        new.list.to_string(),
        new.ending,
        new.currency,
        new.effective_from,
        new.until,
        prices
    ]);
    hex::encode(Sha256::digest(said.to_string()))
}

/// The services whose margin a change moves: its own operations and terms; a fee moves every operation of one year.
fn services(steps: &[Step]) -> Vec<(Operation, u8)> {
    let yearly = [Operation::Register, Operation::Renew, Operation::Transfer];
    let mut services: Vec<(Operation, u8)> = steps
        .iter()
        .flat_map(|step| match step.key.kind {
            Kind::IcannFee | Kind::Privacy => yearly.map(|operation| (operation, 1)).to_vec(),
            Kind::Regular | Kind::FirstYear | Kind::Promo => vec![(step.key.operation, step.key.years)],
        })
        .collect();
    services.sort_unstable();
    services.dedup();
    services
}

fn margins(change: &Proposed, book: &Book, ground: &Ground) -> Result<Vec<MarginStep>> {
    let mut steps = Vec::new();
    for registrar in book.registrars() {
        if matches!(change.list, ListRef::Registrar(own) if own != registrar.id) {
            continue;
        }
        for (operation, years) in services(&change.steps) {
            let service = PriceAsk {
                tld: &change.ending,
                operation,
                years,
                currency: change.currency,
                at: change.effective_from,
            };
            let (before, _) = margin_of(&change.before, &service, registrar.id, ground)?;
            let (after, unrated) = margin_of(&change.after, &service, registrar.id, ground)?;
            // A registrar that does not sell it has no margin on it.
            if before.cost.is_some() || after.cost.is_some() || unrated {
                steps.push(MarginStep {
                    registrar: registrar.id,
                    name: registrar.name.clone(),
                    active: registrar.active,
                    operation,
                    years,
                    before,
                    after,
                    unrated,
                });
            }
        }
    }
    steps.sort_by_key(|step| step.after.on_price);
    Ok(steps)
}

/// What is earned, at today's rates where the cost is in another currency; and whether a cost could not be compared.
fn margin_of(
    book: &PriceBook,
    service: &PriceAsk<'_>,
    registrar: RegistrarId,
    ground: &Ground,
) -> Result<(Margin, bool)> {
    let ask = CostAsk {
        registrar,
        service: *service,
        with_privacy: false,
    };
    let cost = pricing::cost_converted_bare(book, Some(ground.rates()), &ask);
    let unrated = matches!(cost, Err(NotPriced::RateMissing | NotPriced::RateStale));
    let price = pricing::price_bare(book, service).ok().map(|amounts| amounts.total);
    let earned = margin(cost.ok().map(|amounts| amounts.total), price, &ground.low());
    Ok((earned.map_err(Error::internal)?, unrated))
}

/// What a service would have been charged on a day, as it was known on a day.
#[derive(Clone, Debug)]
pub struct Charge {
    /// For what.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// In all.
    pub total: Money,
    /// The first year of it, where that has a price of its own.
    pub first_year: Option<Money>,
    /// Each further year.
    pub renewal: Option<Money>,
    /// The cells it is made of.
    pub versions: Vec<PriceId>,
}

/// Every charge of an ending on one list at `at`, by what was known at `known_at`.
pub(super) fn charges(
    cells: &[Cell],
    list: ListRef,
    currency: Currency,
    at: Instant,
    known_at: Instant,
) -> Result<Vec<Charge>> {
    let Some(tld) = cells.first().map(|cell| cell.key.ending.as_str()) else {
        return Ok(Vec::new());
    };
    let book = PriceBook::as_known_at(cells.iter().map(engine_cell), known_at).map_err(Error::internal)?;
    let terms = Operation::ALL
        .into_iter()
        .flat_map(|operation| (0..=10).map(move |years| (operation, years)));
    let priced = terms.filter_map(|(operation, years)| {
        let service = PriceAsk {
            tld,
            operation,
            years,
            currency,
            at,
        };
        let priced = match list {
            ListRef::Sales(_) => pricing::price(&book, &service),
            ListRef::Registrar(registrar) => pricing::cost(
                &book,
                &CostAsk {
                    registrar,
                    service,
                    with_privacy: false,
                },
            ),
        };
        let priced = priced.ok()?;
        Some(Charge {
            operation,
            years,
            total: priced.amounts.total,
            first_year: priced.amounts.first_year,
            renewal: priced.amounts.renewal,
            versions: priced.versions().collect(),
        })
    });
    Ok(priced.collect())
}
