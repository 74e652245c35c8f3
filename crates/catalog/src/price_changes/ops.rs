//! What can be done with changes of prices: look, preview, schedule, edit, cancel.

use std::collections::HashMap;

use kernel::{Change, Currency, Instant, PriceChangeId, PriceId, Problem};
use platform::{Read, Result, Tx};
use serde_json::{Value, json};
use uuid::Uuid;

use super::events::{Deed, PriceChanged, PricesChanged};
use super::exposures::Asked;
use super::model::{self, ChangeState, Decided, NewChange, PriceChange, Standing, Step, Written};
use super::preview::{self, Preview};
use super::store::{self, Published};
use crate::imports::ListRef;
use crate::permissions::{BELOW_COST, MARGINS_READ, PRICES_EDIT, PRICES_READ};
use crate::price_books::store::Mark;
use crate::price_books::{self, Books, Cell, CellKey, Side};
use crate::settings::{self, TldPricing};
use crate::tlds::{self, Ending, Tld};
use crate::{registrars, sales_lists};

/// How a change is published.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The preview it must be exactly like; nothing: whatever it makes of the prices by then.
    pub preview: Option<String>,
    /// Why a price may be below its cost.
    pub below_cost_reason: Option<String>,
}

/// Refuses those who may not see prices of that side.
fn may_see(read: &Read, side: Side) -> Result<()> {
    read.allow(PRICES_READ)?;
    match side {
        Side::Cost => read.allow(MARGINS_READ),
        Side::Sale => Ok(()),
    }
}

/// Refuses those who may not change prices of that side: who sets costs sees them.
fn may_edit(read: &Read, side: Side) -> Result<()> {
    read.allow(PRICES_EDIT)?;
    may_see(read, side)
}

/// An ending as addresses name it.
///
/// # Errors
/// `not_found` for what is none.
pub fn ending(text: &str) -> Result<Ending, Problem> {
    tlds::parse(text).map_err(|_| Problem::not_found())
}

/// Every change of an ending's prices on one side, the latest first; of one list where one is named.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn list(read: &Read, tld: &str, side: Side, list: Option<ListRef>) -> Result<Vec<PriceChange>> {
    may_see(read, side)?;
    let ascii = ending(tld)?.ascii;
    let cells = store::cells(read, &ascii, side, list).await?;
    if cells.is_empty() && !tlds::is_known(read, &ascii).await? {
        return Err(Problem::not_found().into());
    }
    Ok(model::changes(&cells, read.now()))
}

/// One of them.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, tld: &str, side: Side, id: PriceChangeId) -> Result<PriceChange> {
    let found = list(read, tld, side, None)
        .await?
        .into_iter()
        .find(|change| change.id == id);
    Ok(found.ok_or_else(Problem::not_found)?)
}

/// The cells of an ending on one side: what charges of any instant, known at any instant, are made of.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn cells(read: &Read, tld: &str, side: Side, list: ListRef) -> Result<Vec<Cell>> {
    may_see(read, side)?;
    let ascii = ending(tld)?.ascii;
    let cells = store::cells(read, &ascii, side, Some(list)).await?;
    if cells.is_empty() && !tlds::is_known(read, &ascii).await? {
        return Err(Problem::not_found().into());
    }
    Ok(cells.into_iter().map(|marked| marked.cell).collect())
}

/// What holds now, by key; costs only for who may see them.
pub(super) async fn in_force_now(read: &Read, ending: &str, with_costs: bool) -> Result<HashMap<CellKey, i64>> {
    may_see(read, Side::Sale)?;
    let mut cells = store::cells(read, ending, Side::Sale, None).await?;
    if with_costs {
        may_see(read, Side::Cost)?;
        cells.extend(store::cells(read, ending, Side::Cost, None).await?);
    }
    let mut begun: Vec<Cell> = cells.into_iter().map(|marked| marked.cell).collect();
    begun.retain(|cell| cell.superseded_at.is_none() && cell.effective_from <= read.now());
    begun.sort_by_key(|cell| cell.effective_from);
    let mut held = HashMap::new();
    for cell in begun {
        match cell.amount_minor {
            Some(minor) => held.insert(cell.key, minor),
            None => held.remove(&cell.key),
        };
    }
    Ok(held)
}

/// The list's currency.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn currency(read: &Read, list: ListRef) -> Result<Currency> {
    Ok(match list {
        ListRef::Registrar(id) => registrars::by_id(read, id).await?.currency,
        ListRef::Sales(id) => sales_lists::by_id(read, id).await?.currency,
    })
}

/// The storefront's list.
///
/// # Errors
/// `list_unknown` when there is none, or the database.
pub async fn standard_list(read: &Read) -> Result<ListRef> {
    let lists = sales_lists::all(read).await?;
    let standard = lists.into_iter().find(|list| list.standard);
    let unknown = || Problem::refused("list_unknown").field("/list", "list_unknown");
    Ok(ListRef::Sales(standard.ok_or_else(unknown)?.id))
}

/// The registrar account that is asked first.
///
/// # Errors
/// `list_unknown` when there is none, or the database.
pub(super) async fn first_registrar(read: &Read) -> Result<ListRef> {
    let first = registrars::all(read).await?.into_iter().next();
    let unknown = || Problem::refused("list_unknown").field("/list", "list_unknown");
    Ok(ListRef::Registrar(first.ok_or_else(unknown)?.id))
}

/// A change judged, not yet stored.
struct Judged {
    decided: Decided,
    preview: Preview,
    first_met: Option<Tld>,
}

/// What a change would do, and what it touches. `replaces` is the change it would become of.
///
/// # Errors
/// As publishing it.
pub(super) async fn preview(
    read: &Read,
    asked: &Asked,
    new: &NewChange,
    replaces: Option<PriceChangeId>,
) -> Result<Preview> {
    may_edit(read, new.list.side())?;
    let replaced = match replaces {
        Some(id) => editable(read, new, id).await?.1,
        None => Vec::new(),
    };
    let mut preview = judge(read, new, &replaced).await?.preview;
    preview.exposures = asked.touched(read, &preview.proposed).await?;
    Ok(preview)
}

async fn judge(read: &Read, new: &NewChange, replaced: &[PriceId]) -> Result<Judged> {
    // The list is the tenant's own, or nobody's.
    currency(read, new.list).await?;
    let settings = settings::tld_pricing(read).await?;
    let ending = ending(&new.ending)?;
    let cells = store::cells(read, &ending.ascii, new.list.side(), Some(new.list)).await?;
    let decided = model::decide(
        new,
        &Standing {
            now: read.now(),
            settings: &settings,
            cells: &cells,
            replaced,
        },
    )?;
    let book = price_books::load(read).await?;
    let against = match new.list.side() {
        Side::Cost => match book.sales_list {
            Some(list) => store::cells(read, &ending.ascii, Side::Sale, Some(ListRef::Sales(list))).await?,
            None => Vec::new(),
        },
        Side::Sale => store::cells(read, &ending.ascii, Side::Cost, None).await?,
    };
    let live: Vec<&Cell> = cells
        .iter()
        .chain(&against)
        .map(|marked| &marked.cell)
        .filter(|cell| cell.superseded_at.is_none())
        .collect();
    let preview = preview::of(new, &decided, &live, &book, &settings)?;
    let first_met = book.ending(&ending.ascii).is_none().then(|| Tld::first_met(&ending));
    Ok(Judged {
        decided,
        preview,
        first_met,
    })
}

/// One change of a tenant's prices at a time: who comes second sees what the first one did before it decides.
async fn hold(tx: &mut Tx) -> Result<()> {
    price_books::store::hold(&mut tx.bookkeeping("nothing is written: the row is held until the change is saved")).await
}

/// Schedules a change, for now or later.
///
/// # Errors
/// What cannot be, `preview_outdated`, `below_cost…`, `forbidden`, or the database.
pub async fn schedule(tx: &mut Tx, books: &Books, new: &NewChange, terms: &Terms) -> Result<PriceChange> {
    may_edit(tx, new.list.side())?;
    hold(tx).await?;
    let judged = judge(tx, new, &[]).await?;
    let id = tx.new_id();
    publish(
        tx,
        books,
        Publication::new(id, Deed::Scheduled, new, None),
        judged,
        terms,
    )
    .await
}

/// Makes another change of one that has not taken effect. `expected` judges the version it is based on.
///
/// # Errors
/// As [`schedule`]; `price_begun` when it has taken effect, `future_prices_locked` where the settings say so, `stale`.
pub async fn edit(
    tx: &mut Tx,
    books: &Books,
    id: PriceChangeId,
    new: &NewChange,
    terms: &Terms,
    expected: impl FnOnce(i64) -> Result<(), Problem> + Send,
) -> Result<PriceChange> {
    may_edit(tx, new.list.side())?;
    hold(tx).await?;
    let (before, replaced) = editable(tx, new, id).await?;
    expected(before.version())?;
    let judged = judge(tx, new, &replaced).await?;
    let publication = Publication::new(id, Deed::Edited, new, Some(&before));
    publish(tx, books, publication, judged, terms).await
}

/// A change that may still be edited, and its cells.
async fn editable(read: &Read, new: &NewChange, id: PriceChangeId) -> Result<(PriceChange, Vec<PriceId>)> {
    let change = by_id(read, &new.ending, new.list.side(), id).await?;
    if change.list != new.list {
        return Err(Problem::refused("change_of_other_list")
            .field("/list", "change_of_other_list")
            .into());
    }
    still_future(&change, &settings::tld_pricing(read).await?)?;
    let replaced = change.live.clone();
    Ok((change, replaced))
}

fn still_future(change: &PriceChange, settings: &TldPricing) -> Result<(), Problem> {
    match change.state {
        ChangeState::Cancelled => Err(Problem::conflict("change_cancelled")),
        ChangeState::Current | ChangeState::Past => Err(Problem::conflict("price_begun")),
        ChangeState::Future if !settings.allow_editing_future_prices => Err(Problem::conflict("future_prices_locked")),
        ChangeState::Future => Ok(()),
    }
}

/// Takes back a change that has not taken effect. `expected` judges the version that was seen.
///
/// # Errors
/// `not_found`, `price_begun`, `future_prices_locked`, `stale`, `forbidden`, or the database.
pub async fn cancel(
    tx: &mut Tx,
    books: &Books,
    tld: &str,
    side: Side,
    id: PriceChangeId,
    expected: impl FnOnce(i64) -> Result<(), Problem> + Send,
) -> Result<PriceChange> {
    may_edit(tx, side)?;
    hold(tx).await?;
    let change = by_id(tx, tld, side, id).await?;
    still_future(&change, &settings::tld_pricing(tx).await?)?;
    expected(change.version())?;
    let cells = store::cells(tx, &change.ending, side, Some(change.list)).await?;
    let settings = settings::tld_pricing(tx).await?;
    let standing = Standing {
        now: tx.now(),
        settings: &settings,
        cells: &cells,
        replaced: &change.live,
    };
    let ends = model::take_back(&standing);
    let steps = change.prices.iter().map(|cell| Step {
        key: cell.key.clone(),
        before: cell.amount_minor,
        after: None,
    });
    let publication = Publication {
        id,
        deed: Deed::Cancelled,
        list: change.list,
        ending: change.ending.clone(),
        promotion: None,
        note: None,
        until: change.until,
        was: Some(prices_of(&change)),
    };
    let book_version = price_books::store::version(tx).await?;
    let decided = Decided {
        from: change.effective_from,
        steps: steps.collect(),
        cells: ends,
        superseded: change.live.clone(),
    };
    save(tx, books, publication, decided, book_version, None, None).await?;
    by_id(tx, tld, side, id).await
}

/// What is to be made known of a change.
struct Publication {
    id: PriceChangeId,
    deed: Deed,
    list: ListRef,
    ending: String,
    promotion: Option<String>,
    note: Option<String>,
    until: Option<Instant>,
    /// Its prices before it was edited or cancelled.
    was: Option<Value>,
}

impl Publication {
    fn new(id: PriceChangeId, deed: Deed, new: &NewChange, before: Option<&PriceChange>) -> Self {
        let line = |text: &Option<String>| text.as_deref().and_then(crate::values::line);
        Self {
            id,
            deed,
            list: new.list,
            ending: new.ending.clone(),
            promotion: line(&new.promotion),
            note: line(&new.note),
            until: new.until,
            was: before.map(prices_of),
        }
    }
}

fn prices_of(change: &PriceChange) -> Value {
    let price = |cell: &Cell| {
        json!({
            "operation": cell.key.operation, "years": cell.key.years, "kind": cell.key.kind,
            "currency": cell.key.currency, "minor": cell.amount_minor,
        })
    };
    json!({
        "effective_from": change.effective_from,
        "until": change.until,
        "prices": change.prices.iter().map(price).collect::<Vec<_>>(),
    })
}

async fn publish(
    tx: &mut Tx,
    books: &Books,
    publication: Publication,
    judged: Judged,
    terms: &Terms,
) -> Result<PriceChange> {
    let Judged {
        decided,
        preview,
        first_met,
    } = judged;
    if terms.preview.as_ref().is_some_and(|digest| *digest != preview.digest) {
        return Err(Problem::conflict("preview_outdated").into());
    }
    let reason = below_cost(tx, &preview, terms)?;
    let (id, tld, side) = (publication.id, publication.ending.clone(), publication.list.side());
    save(tx, books, publication, decided, preview.book_version, first_met, reason).await?;
    by_id(tx, &tld, side, id).await
}

/// Why a sales price may be below its cost, where one is: it takes the right, and a reason.
fn below_cost(tx: &Tx, preview: &Preview, terms: &Terms) -> Result<Option<String>> {
    if !preview.is_below_cost() {
        return Ok(None);
    }
    let refused = |code: &'static str| Problem::refused(code).field("/below_cost_reason", code);
    if !tx.actor().grants.allow(BELOW_COST) {
        return Err(refused("below_cost").into());
    }
    let reason = terms.below_cost_reason.as_deref().and_then(crate::values::line);
    Ok(Some(reason.ok_or_else(|| refused("below_cost_reason_missing"))?))
}

async fn save(
    tx: &mut Tx,
    books: &Books,
    publication: Publication,
    decided: Decided,
    book_version: i64,
    first_met: Option<Tld>,
    reason: Option<String>,
) -> Result<()> {
    let fact = PricesChanged {
        id: publication.id,
        deed: publication.deed,
        list: publication.list.to_string(),
        side: publication.list.side(),
        ending: publication.ending.clone(),
        effective_from: decided.from,
        until: publication.until,
        book_version: book_version + 1,
        prices: decided.steps.iter().map(PriceChanged::of).collect(),
    };
    let before = json!({
        "change": publication.was,
        "prices": decided.steps.iter().map(step_told).collect::<Vec<_>>(),
        "below_cost_reason": reason,
    });
    let cells = decided
        .cells
        .iter()
        .map(|written| cell(tx, written, &publication))
        .collect();
    let published = Published {
        cells,
        superseded: decided.superseded,
        book_version,
        first_met,
    };
    tx.save(Change::from(before, published, fact)).await?;
    price_books::reload_after_commit(tx, books);
    Ok(())
}

/// A price for the audit log, which tells costs too.
fn step_told(step: &Step) -> Value {
    json!({
        "operation": step.key.operation, "years": step.key.years, "kind": step.key.kind,
        "currency": step.key.currency, "before": step.before, "after": step.after,
    })
}

fn cell(tx: &Tx, written: &Written, publication: &Publication) -> (Cell, Mark) {
    let own = written.end_of.is_none();
    let cell = Cell {
        id: tx.new_id(),
        key: written.key.clone(),
        effective_from: written.from,
        amount_minor: written.minor,
        note: publication.note.clone().filter(|_| own),
        import: None,
        recorded_at: tx.now(),
        recorded_by: tx.actor().who.to_string(),
        superseded_at: None,
    };
    let mark = Mark {
        change: Some(Uuid::from(written.end_of.unwrap_or(publication.id))),
        promotion: publication.promotion.clone().filter(|_| own),
        superseded_by: None,
    };
    (cell, mark)
}
