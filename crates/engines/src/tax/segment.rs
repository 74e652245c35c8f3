//! A line in the parts that may be taxed differently: its nights, and the places it is performed in.

use jiff::civil::Date;
use kernel::{Currency, Money, MoneyError};

use super::assess::{Missing, NotAssessed};
use super::line::TaxLine;
use super::words::Region;

/// A part of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Segment<'a> {
    /// Which line it is of.
    pub(super) line: usize,
    /// The how manyth night it is, from 0, and its day; nothing where nights are not known.
    pub(super) night: Option<(usize, Date)>,
    pub(super) price: Money,
    /// The price of its night at all places: what brackets go by.
    pub(super) of_night: Money,
    pub(super) cost: Option<Money>,
    pub(super) basic_fare: Option<Money>,
    pub(super) declared_tariff: Option<Money>,
    pub(super) performed: Option<&'a Region>,
    /// The first of the places of its night: what is due per room is due once, not once for each place.
    pub(super) first_place: bool,
}

/// The segments of a line; their prices, costs and fares sum to the line's.
pub(super) fn of_line(at: usize, line: &TaxLine, currency: Currency) -> Result<Vec<Segment<'_>>, NotAssessed> {
    check(at, line, currency)?;
    let whole = Segment {
        line: at,
        night: None,
        price: line.price,
        of_night: line.price,
        cost: line.cost,
        basic_fare: line.basic_fare,
        declared_tariff: None,
        performed: line.performed.first().map(|part| &part.place),
        first_place: true,
    };
    let mut segments = by_night(line, whole)?;
    if line.performed.len() > 1 {
        let split = segments.into_iter().map(|segment| by_place(line, segment));
        segments = split
            .collect::<Result<Vec<_>, MoneyError>>()?
            .into_iter()
            .flatten()
            .collect();
    }
    Ok(segments)
}

fn check(at: usize, line: &TaxLine, currency: Currency) -> Result<(), NotAssessed> {
    let nights = line
        .nights
        .iter()
        .flat_map(|night| [Some(night.price), night.declared_tariff]);
    let mut amounts = [Some(line.price), line.cost, line.basic_fare]
        .into_iter()
        .chain(nights)
        .flatten();
    if amounts.any(|amount| amount.currency != currency) {
        return Err(NotAssessed::Currency { line: at });
    }
    let sum = Money::sum(currency, line.nights.iter().map(|night| night.price))?;
    let in_order = line.nights.windows(2).all(|pair| pair[0].on < pair[1].on);
    if !line.nights.is_empty() && (sum != line.price || !in_order) {
        return Err(NotAssessed::Nights { line: at });
    }
    let missing = |what| {
        Err(NotAssessed::Missing {
            line: at,
            rule: None,
            what,
        })
    };
    if line.rooms == 0 {
        return missing(Missing::Rooms);
    }
    if line
        .abroad
        .is_some_and(|abroad| abroad.of == 0 || abroad.parts > abroad.of)
    {
        return missing(Missing::Abroad);
    }
    if !line.performed.is_empty() && line.performed.iter().all(|part| part.parts == 0) {
        return missing(Missing::Performance);
    }
    Ok(())
}

fn by_night<'a>(line: &TaxLine, whole: Segment<'a>) -> Result<Vec<Segment<'a>>, MoneyError> {
    if line.nights.is_empty() {
        return Ok(vec![whole]);
    }
    let prices: Vec<u64> = line
        .nights
        .iter()
        .map(|night| night.price.minor.unsigned_abs())
        .collect();
    let costs = split(whole.cost, &prices)?;
    let fares = split(whole.basic_fare, &prices)?;
    let night = |(at, ((night, cost), basic_fare))| {
        let night: &super::line::Night = night;
        Segment {
            night: Some((at, night.on)),
            price: night.price,
            of_night: night.price,
            declared_tariff: night.declared_tariff,
            cost,
            basic_fare,
            ..whole
        }
    };
    Ok(line
        .nights
        .iter()
        .zip(costs)
        .zip(fares)
        .enumerate()
        .map(night)
        .collect())
}

fn by_place<'a>(line: &'a TaxLine, segment: Segment<'a>) -> Result<Vec<Segment<'a>>, MoneyError> {
    let parts: Vec<u64> = line.performed.iter().map(|part| part.parts).collect();
    let prices = segment.price.allocate(&parts)?;
    let costs = split(segment.cost, &parts)?;
    let fares = split(segment.basic_fare, &parts)?;
    let place = |(at, (((part, price), cost), basic_fare))| {
        let part: &'a super::line::PerformedIn = part;
        Segment {
            price,
            cost,
            basic_fare,
            performed: Some(&part.place),
            first_place: at == 0,
            ..segment
        }
    };
    Ok(line
        .performed
        .iter()
        .zip(prices)
        .zip(costs)
        .zip(fares)
        .enumerate()
        .map(place)
        .collect())
}

/// An amount by weights, evenly where they are all zero; where there is none, each part has none.
fn split(amount: Option<Money>, weights: &[u64]) -> Result<Vec<Option<Money>>, MoneyError> {
    let Some(amount) = amount else {
        return Ok(vec![None; weights.len()]);
    };
    let parts = match amount.allocate(weights) {
        Err(MoneyError::NoWeights) => amount.allocate(&vec![1; weights.len()])?,
        parts => parts?,
    };
    Ok(parts.into_iter().map(Some).collect())
}
