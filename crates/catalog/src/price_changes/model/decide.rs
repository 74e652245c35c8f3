//! Judging a change against the prices there are: what it makes of them, or which of its fields cannot be.

use std::borrow::Cow;
use std::collections::HashSet;

use kernel::{FieldProblem, Instant, PriceId, Problem};

use super::{Decided, Marked, NewChange, NewPrice, Step, Written};
use crate::imports::ListRef;
use crate::price_books::{Cell, CellKey, Kind, Operation};
use crate::settings::TldPricing;
use crate::values;

/// Prices of one change at most: every operation, term and kind there is, and room.
const MOST_PRICES: usize = 100;
/// No price is above this many minor units: ten billion dollars, and far from where sums could overflow.
const MOST_MINOR: i64 = 1_000_000_000_000;

/// What a change is judged against.
pub(crate) struct Standing<'a> {
    pub(crate) now: Instant,
    pub(crate) settings: &'a TldPricing,
    /// Every cell of the list and ending, superseded ones included.
    pub(crate) cells: &'a [Marked],
    /// Those of the change that this one replaces.
    pub(crate) replaced: &'a [PriceId],
}

impl Standing<'_> {
    /// The cells that count and are not replaced.
    fn others(&self) -> Vec<&Cell> {
        let cells = self.cells.iter().map(|marked| &marked.cell);
        cells
            .filter(|cell| cell.superseded_at.is_none() && !self.replaced.contains(&cell.id))
            .collect()
    }

    /// Ends of other promotions that come back when the replaced cells, which stood in for them, go.
    fn ends_back(&self) -> Vec<Written> {
        let ends = self.cells.iter().filter(|end| {
            let cell = &end.cell;
            let stood_in = |other: &Marked| {
                self.replaced.contains(&other.cell.id)
                    && other.change != end.change
                    && other.cell.key == cell.key
                    && other.cell.effective_from == cell.effective_from
                    && other.cell.amount_minor.is_some()
            };
            let still_begins = |other: &Marked| {
                other.change == end.change
                    && other.cell.key == cell.key
                    && other.cell.superseded_at.is_none()
                    && other.cell.amount_minor.is_some()
                    && other.cell.effective_from < cell.effective_from
            };
            cell.superseded_at.is_some()
                && cell.amount_minor.is_none()
                && end.change.is_some()
                && self.cells.iter().any(stood_in)
                && self.cells.iter().any(still_begins)
        });
        let mut ends: Vec<Written> = ends
            .map(|end| Written {
                key: end.cell.key.clone(),
                from: end.cell.effective_from,
                minor: None,
                end_of: end.change,
            })
            .collect();
        ends.dedup();
        ends
    }
}

/// Judges a change: what it makes of the prices there are.
///
/// # Errors
/// Which fields cannot be, by pointer and code.
pub(crate) fn decide(new: &NewChange, standing: &Standing<'_>) -> Result<Decided, Problem> {
    let from = new.effective_from.unwrap_or(standing.now);
    span(new, from, standing)?;
    prices(new)?;
    let others = standing.others();
    let steps: Vec<Step> = new
        .prices
        .iter()
        .map(|price| step(new, *price, from, &others))
        .collect();
    let mut superseded = standing.replaced.to_vec();
    let mut cells = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        superseded.extend(place(at, step, from, new.until, &others)?);
        cells.push(written(&step.key, from, step.after));
        let is_promotion = step.key.kind == Kind::Promo && step.after.is_some();
        if let Some(until) = new
            .until
            .filter(|_| is_promotion && !begins(&step.key, new.until, &others))
        {
            cells.push(written(&step.key, until, None));
        }
    }
    if steps.iter().all(|step| step.before == step.after) {
        return Err(Problem::refused("nothing_changes").field("/prices", "nothing_changes"));
    }
    let taken: HashSet<(CellKey, Instant)> = cells.iter().map(|cell| (cell.key.clone(), cell.from)).collect();
    let back = standing.ends_back().into_iter();
    cells.extend(back.filter(|end| !taken.contains(&(end.key.clone(), end.from))));
    Ok(Decided {
        from,
        steps,
        cells,
        superseded,
    })
}

/// Takes a change back: what is left to write.
pub(crate) fn take_back(standing: &Standing<'_>) -> Vec<Written> {
    standing.ends_back()
}

fn written(key: &CellKey, from: Instant, minor: Option<i64>) -> Written {
    Written {
        key: key.clone(),
        from,
        minor,
        end_of: None,
    }
}

/// Whether another price of the key begins at that instant.
fn begins(key: &CellKey, at: Option<Instant>, others: &[&Cell]) -> bool {
    others
        .iter()
        .any(|cell| cell.key == *key && Some(cell.effective_from) == at)
}

/// Whether the place of a price is free; the end of another promotion, which its beginning stands in for, is.
fn place(
    at: usize,
    step: &Step,
    from: Instant,
    until: Option<Instant>,
    others: &[&Cell],
) -> Result<Option<PriceId>, Problem> {
    let there = others
        .iter()
        .find(|cell| cell.key == step.key && cell.effective_from == from);
    if step.key.kind == Kind::Promo && step.after.is_some() {
        if let Some((since, ends)) = overlapped(&step.key, from, until, others) {
            return Err(overlap(at, since, ends));
        }
        if let Some(end) = there.filter(|cell| cell.amount_minor.is_none()) {
            return Ok(Some(end.id));
        }
    }
    match there {
        None => Ok(None),
        Some(_) => {
            Err(Problem::conflict("already_scheduled").field(format!("/prices/{at}/minor"), "already_scheduled"))
        }
    }
}

/// Now or later, not too far ahead; an end only of promotions, and after the beginning.
fn span(new: &NewChange, from: Instant, standing: &Standing<'_>) -> Result<(), Problem> {
    let latest = standing.settings.latest_schedule(standing.now);
    let too_far = |pointer: &'static str| {
        let refused = Problem::refused("price_too_far_ahead").arg("days", standing.settings.max_schedule_days);
        beside(refused, pointer)
    };
    if from < standing.now {
        return Err(Problem::refused("price_in_the_past").field("/effective_from", "price_in_the_past"));
    }
    if from > latest {
        return Err(too_far("/effective_from"));
    }
    let Some(until) = new.until else { return Ok(()) };
    if until <= from {
        return Err(Problem::refused("invalid_fields").field("/until", "until_before_from"));
    }
    if !new
        .prices
        .iter()
        .any(|price| price.kind == Kind::Promo && price.minor.is_some())
    {
        return Err(Problem::refused("invalid_fields").field("/until", "until_without_promotion"));
    }
    if until > latest { Err(too_far("/until")) } else { Ok(()) }
}

fn prices(new: &NewChange) -> Result<(), Problem> {
    if new.prices.is_empty() || new.prices.len() > MOST_PRICES {
        return Err(Problem::refused("invalid_fields").field("/prices", "prices_missing"));
    }
    let mut problem = Problem::refused("invalid_fields");
    let mut seen = HashSet::new();
    for (at, price) in new.prices.iter().enumerate() {
        let fault = match price.minor {
            _ if !price.kind.has_term(price.operation, price.years) => Some("price_term"),
            _ if price.kind.is_fee() && matches!(new.list, ListRef::Sales(_)) => Some("price_fee_on_sales"),
            _ if !seen.insert((price.operation, price.years, price.kind)) => Some("price_twice"),
            Some(minor) if !(0..=MOST_MINOR).contains(&minor) => Some("price_out_of_range"),
            // A transfer may be free, and a fee waived; a registration for nothing is a slip of the hand.
            Some(0) if price.operation != Operation::Transfer && !price.kind.is_fee() => Some("price_zero"),
            _ => None,
        };
        if let Some(code) = fault {
            problem = problem.field(format!("/prices/{at}/minor"), code);
        }
    }
    for (pointer, text) in [("/promotion", &new.promotion), ("/note", &new.note)] {
        if text.as_deref().is_some_and(|text| values::line(text).is_none()) {
            problem = problem.field(pointer, "bad_name");
        }
    }
    if problem.fields.is_empty() {
        Ok(())
    } else {
        Err(problem)
    }
}

fn step(new: &NewChange, price: NewPrice, from: Instant, others: &[&Cell]) -> Step {
    let key = CellKey {
        side: new.list.side(),
        list: new.list.uuid(),
        ending: new.ending.clone(),
        currency: new.currency,
        operation: price.operation,
        years: price.years,
        kind: price.kind,
    };
    let in_force = others
        .iter()
        .filter(|cell| cell.key == key && cell.effective_from <= from);
    let before = in_force.max_by_key(|cell| cell.effective_from);
    Step {
        before: before.and_then(|cell| cell.amount_minor),
        after: price.minor,
        key,
    }
}

/// The other promotion of the same key that would run at the same time, if any: from when, and until when.
fn overlapped(
    key: &CellKey,
    from: Instant,
    until: Option<Instant>,
    others: &[&Cell],
) -> Option<(Instant, Option<Instant>)> {
    let mut own: Vec<&&Cell> = others.iter().filter(|cell| cell.key == *key).collect();
    own.sort_by_key(|cell| cell.effective_from);
    let runs = own.iter().enumerate().filter(|(_, cell)| cell.amount_minor.is_some());
    let mut runs = runs.map(|(at, cell)| (cell.effective_from, own.get(at + 1).map(|next| next.effective_from)));
    // One without an end holds until another follows it, and so is followed, not overlapped.
    runs.find(|(since, ends)| match (ends, until) {
        (Some(ends), _) if *since <= from => *ends > from,
        (None, Some(_)) if *since <= from => true,
        (_, Some(until)) if *since > from => *since < until,
        _ => false,
    })
}

fn overlap(at: usize, since: Instant, until: Option<Instant>) -> Problem {
    let day = |at: Instant| at.timestamp().strftime("%Y-%m-%d").to_string();
    let refused = Problem::conflict("promotion_overlaps")
        .arg("from", day(since))
        .arg("until", until.map_or_else(|| "-".to_owned(), day));
    beside(refused, format!("/prices/{at}/minor"))
}

/// The same words beside a field.
fn beside(mut problem: Problem, pointer: impl Into<Cow<'static, str>>) -> Problem {
    problem.fields.push(FieldProblem {
        pointer: pointer.into(),
        code: problem.code,
        args: problem.args.clone(),
    });
    problem
}
