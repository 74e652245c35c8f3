//! Changes of prices: what is asked for, judged against the prices there are. Pure: what it decides is stored by `store`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::{Currency, FieldProblem, Id, Instant, PriceChangeId, PriceId, Problem};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::imports::ListRef;
use crate::price_books::{Cell, CellKey, Kind, Operation};
use crate::settings::TldPricing;
use crate::values;

/// Prices of one change at most: every operation, term and kind there is, and room.
const MOST_PRICES: usize = 100;
/// No price is above this many minor units: ten billion dollars, and far from where sums could overflow.
const MOST_MINOR: i64 = 1_000_000_000_000;

/// One price of a change, as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct NewPrice {
    /// For what.
    pub operation: Operation,
    /// For how many years.
    pub years: u8,
    /// Which price of that operation, or which fee.
    pub kind: Kind,
    /// In minor units; nothing: no such price from then on.
    pub minor: Option<i64>,
}

/// A change of prices, as asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChange {
    /// Whose prices.
    pub list: ListRef,
    /// Of which ending, as an A-label.
    pub ending: String,
    /// In which currency.
    pub currency: Currency,
    /// From when; nothing: from now on.
    pub effective_from: Option<Instant>,
    /// Until when its promotional prices hold; nothing: until another change.
    pub until: Option<Instant>,
    /// The prices.
    pub prices: Vec<NewPrice>,
    /// Name of the promotion.
    pub promotion: Option<String>,
    /// A remark for staff.
    pub note: Option<String>,
}

/// A price of a change with the one it follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is the price of.
    pub key: CellKey,
    /// The price in force when it begins, were there no such change.
    pub before: Option<i64>,
    /// The price from then on.
    pub after: Option<i64>,
}

/// A cell with what a change knows of it.
#[derive(Clone, Debug)]
pub(crate) struct Marked {
    pub(crate) cell: Cell,
    pub(crate) change: Option<PriceChangeId>,
    pub(crate) promotion: Option<String>,
    pub(crate) superseded_by: Option<String>,
}

/// A cell to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) key: CellKey,
    pub(crate) from: Instant,
    pub(crate) minor: Option<i64>,
    /// The end of another change's promotion, which this one's beginning stood in for; nothing: of this change.
    pub(crate) end_of: Option<PriceChangeId>,
}

/// What is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    /// From when.
    pub(crate) from: Instant,
    /// The prices with those they follow.
    pub(crate) steps: Vec<Step>,
    /// Cells to write.
    pub(crate) cells: Vec<Written>,
    /// Cells whose place they take, none of which has begun.
    pub(crate) superseded: Vec<PriceId>,
}

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

/// Where a change stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Takes effect later; can still be edited and cancelled.
    Future,
    /// A price of it is in force.
    Current,
    /// Others have followed.
    Past,
    /// Was taken back before it took effect.
    Cancelled,
}

/// A change of prices: everything of one list and ending that begins together.
#[derive(Clone, Debug)]
pub struct PriceChange {
    /// Its id.
    pub id: PriceChangeId,
    /// Whose prices.
    pub list: ListRef,
    /// Of which ending.
    pub ending: String,
    /// From when.
    pub effective_from: Instant,
    /// Until when its promotional prices hold, where that was said.
    pub until: Option<Instant>,
    /// Where it stands.
    pub state: ChangeState,
    /// Its prices; of a cancelled one, those it last had.
    pub prices: Vec<Cell>,
    /// Name of the promotion.
    pub promotion: Option<String>,
    /// When it was first made.
    pub created_at: Instant,
    /// By whom: a printed id, or `system`.
    pub created_by: String,
    /// When it was last edited or cancelled.
    pub changed_at: Instant,
    /// By whom.
    pub changed_by: String,
    /// Every cell of it that counts, ends of promotions too.
    pub(crate) live: Vec<PriceId>,
}

impl PriceChange {
    /// A remark for staff.
    pub fn note(&self) -> Option<&str> {
        self.prices.first()?.note.as_deref()
    }

    /// Moves with every edit: what the newest of its cells is called.
    pub fn version(&self) -> i64 {
        let newest = self.live.iter().max().map_or(0, |id| id.uuid().as_u128());
        // Without a sign, as tags are.
        i64::try_from(newest & 0x7fff_ffff_ffff_ffff).unwrap_or(i64::MAX)
    }
}

/// The change that cells of an import are of: those of a list and ending at an instant.
fn derived(key: &CellKey, at: Instant) -> PriceChangeId {
    let hash = Sha256::new()
        .chain_update(key.list.as_bytes())
        .chain_update(at.micros().to_be_bytes())
        .chain_update(&key.ending)
        .finalize();
    let first = hash.first_chunk().expect("a SHA-256 has 32 bytes");
    PriceChangeId::from_uuid(Uuid::from_bytes(*first))
}

/// Cells as changes, the latest first. Superseded cells must be among them, or nobody knows who began.
pub(crate) fn changes(cells: &[Marked], now: Instant) -> Vec<PriceChange> {
    let mut begun: HashMap<&CellKey, Instant> = HashMap::new();
    let counts = |marked: &&Marked| marked.cell.superseded_at.is_none();
    for Marked { cell, .. } in cells
        .iter()
        .filter(counts)
        .filter(|marked| marked.cell.effective_from <= now)
    {
        let latest = begun.entry(&cell.key).or_insert(cell.effective_from);
        *latest = (*latest).max(cell.effective_from);
    }
    let mut groups: BTreeMap<PriceChangeId, Vec<&Marked>> = BTreeMap::new();
    for marked in cells {
        let own = marked
            .change
            .unwrap_or_else(|| derived(&marked.cell.key, marked.cell.effective_from));
        groups.entry(own).or_default().push(marked);
    }
    let in_force = |cell: &Cell| begun.get(&cell.key) == Some(&cell.effective_from);
    let mut changes: Vec<PriceChange> = groups
        .into_iter()
        .filter_map(|(id, cells)| change(id, &cells, now, &in_force))
        .collect();
    changes.sort_by(|one, other| {
        (other.effective_from, other.created_at, other.id).cmp(&(one.effective_from, one.created_at, one.id))
    });
    changes
}

fn change(id: PriceChangeId, cells: &[&Marked], now: Instant, in_force: &dyn Fn(&Cell) -> bool) -> Option<PriceChange> {
    let live: Vec<&&Marked> = cells
        .iter()
        .filter(|marked| marked.cell.superseded_at.is_none())
        .collect();
    let newest = cells.iter().map(|marked| marked.cell.recorded_at).max()?;
    let shown: Vec<&&Marked> = if live.is_empty() {
        cells
            .iter()
            .filter(|marked| marked.cell.recorded_at == newest)
            .collect()
    } else {
        live.clone()
    };
    let from = shown.iter().map(|marked| marked.cell.effective_from).min()?;
    let end = shown
        .iter()
        .map(|marked| marked.cell.effective_from)
        .max()
        .filter(|end| *end > from);
    let mut prices: Vec<Cell> = shown
        .iter()
        .filter(|marked| marked.cell.effective_from == from)
        .map(|marked| marked.cell.clone())
        .collect();
    prices.sort_by(|one, other| one.key.cmp(&other.key));
    let first = cells
        .iter()
        .min_by_key(|marked| (marked.cell.recorded_at, marked.cell.id))?;
    let last = cells
        .iter()
        .max_by_key(|marked| (marked.cell.recorded_at, marked.cell.id))?;
    let (changed_at, changed_by) = match last.cell.superseded_at.filter(|_| live.is_empty()) {
        Some(at) => (at, last.superseded_by.clone().unwrap_or_default()),
        None => (last.cell.recorded_at, last.cell.recorded_by.clone()),
    };
    let state = match () {
        () if live.is_empty() => ChangeState::Cancelled,
        () if from > now => ChangeState::Future,
        () if prices.iter().any(in_force) => ChangeState::Current,
        () => ChangeState::Past,
    };
    let key = &first.cell.key;
    Some(PriceChange {
        id,
        list: ListRef::of(key.side, key.list),
        ending: key.ending.clone(),
        effective_from: from,
        until: end,
        state,
        prices,
        promotion: shown.iter().find_map(|marked| marked.promotion.clone()),
        created_at: first.cell.recorded_at,
        created_by: first.cell.recorded_by.clone(),
        changed_at,
        changed_by,
        live: live.iter().map(|marked| marked.cell.id).collect(),
    })
}

#[cfg(test)]
mod tests;
