//! Judging a change, with all that it would do and touch.

use std::collections::BTreeSet;

use kernel::{PriceChangeId, PriceId, Problem};
use platform::{Read, Result};

use super::super::model::{self, ChangeState, Decided, NewChange, PriceChange, Standing};
use super::super::preview::{self, Preview};
use super::super::store;
use super::{by_id, currency, ending, may_edit};
use crate::exposures::{Asking, PriceEdit};
use crate::imports::ListRef;
use crate::price_books::{self, Book, Cell, Side};
use crate::settings::{self, TldPricing};
use crate::tlds::Tld;

/// A change judged, not yet stored.
pub(super) struct Judged {
    pub(super) decided: Decided,
    pub(super) preview: Preview,
    pub(super) first_met: Option<Tld>,
    book: Book,
}

/// What a change would do, and what it touches. `replaces` is the change it would become of.
///
/// # Errors
/// As publishing it.
pub(in super::super) async fn preview(
    read: &Read,
    asking: &Asking,
    new: &NewChange,
    replaces: Option<PriceChangeId>,
) -> Result<Preview> {
    may_edit(read, new.list.side())?;
    let replaced = match replaces {
        Some(id) => Some(editable(read, new, id).await?),
        None => None,
    };
    let cells = replaced.as_ref().map_or(&[][..], |(_, cells)| cells);
    let Judged {
        decided,
        mut preview,
        book,
        ..
    } = judge(read, asking, new, cells).await?;
    let replaced_from = replaced.as_ref().map(|(change, _)| change.effective_from);
    let edit = PriceEdit {
        list: new.list,
        from: replaced_from.map_or(decided.from, |from| from.min(decided.from)),
        superseded: &decided.superseded,
        cells: decided.cells.iter().map(|cell| preview::written(cell, &book)).collect(),
        endings: BTreeSet::from([preview.proposed.ending.as_str()]),
    };
    preview.exposures = asking.prices(read, &book, edit).await?;
    Ok(preview)
}

pub(super) async fn judge(read: &Read, asking: &Asking, new: &NewChange, replaced: &[PriceId]) -> Result<Judged> {
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
    let preview = preview::of(new, &decided, &live, &book, &asking.ground(&book, read.now()))?;
    let first_met = book.ending(&ending.ascii).is_none().then(|| Tld::first_met(&ending));
    Ok(Judged {
        decided,
        preview,
        first_met,
        book,
    })
}

/// A change that may still be edited, and its cells.
pub(super) async fn editable(read: &Read, new: &NewChange, id: PriceChangeId) -> Result<(PriceChange, Vec<PriceId>)> {
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

pub(super) fn still_future(change: &PriceChange, settings: &TldPricing) -> Result<(), Problem> {
    match change.state {
        ChangeState::Cancelled => Err(Problem::conflict("change_cancelled")),
        ChangeState::Current | ChangeState::Past => Err(Problem::conflict("price_begun")),
        ChangeState::Future if !settings.allow_editing_future_prices => Err(Problem::conflict("future_prices_locked")),
        ChangeState::Future => Ok(()),
    }
}
