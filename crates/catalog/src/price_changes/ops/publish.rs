//! Publishing a change: exactly what was looked at, or not at all.

use kernel::{Change, Instant, PriceChangeId, Problem};
use platform::{Result, Tx};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::events::{Deed, PriceChanged, PricesChanged};
use super::super::model::{self, Decided, NewChange, PriceChange, Standing, Step, Written};
use super::super::preview::Preview;
use super::super::store::{self, Published};
use super::judge::{Judged, editable, judge, still_future};
use super::{by_id, may_edit};
use crate::exposures::Asking;
use crate::imports::ListRef;
use crate::permissions::BELOW_COST;
use crate::price_books::store::Mark;
use crate::price_books::{self, Books, Cell, Side};
use crate::settings;
use crate::tlds::Tld;

/// How a change is published.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// The preview it must be exactly like; nothing: whatever it makes of the prices by then.
    pub preview: Option<String>,
    /// Why a price may be below its cost.
    pub below_cost_reason: Option<String>,
}

/// One change of a tenant's prices at a time: who comes second sees what the first one did before it decides.
async fn hold(tx: &mut Tx) -> Result<()> {
    price_books::store::hold(&mut tx.bookkeeping("nothing is written: the row is held until the change is saved")).await
}

/// Schedules a change, for now or later.
///
/// # Errors
/// What cannot be, `preview_outdated`, `below_cost…`, `forbidden`, or the database.
pub(in super::super) async fn schedule(
    tx: &mut Tx,
    books: &Books,
    asking: &Asking,
    new: &NewChange,
    terms: &Terms,
) -> Result<PriceChange> {
    may_edit(tx, new.list.side())?;
    hold(tx).await?;
    let judged = judge(tx, asking, new, &[]).await?;
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
pub(in super::super) async fn edit(
    tx: &mut Tx,
    books: &Books,
    asking: &Asking,
    id: PriceChangeId,
    new: &NewChange,
    terms: &Terms,
    expected: impl FnOnce(i64) -> Result<(), Problem> + Send,
) -> Result<PriceChange> {
    may_edit(tx, new.list.side())?;
    hold(tx).await?;
    let (before, replaced) = editable(tx, new, id).await?;
    expected(before.version())?;
    let judged = judge(tx, asking, new, &replaced).await?;
    let publication = Publication::new(id, Deed::Edited, new, Some(&before));
    publish(tx, books, publication, judged, terms).await
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
        ..
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
