//! Putting a plan into the book. Everything that can be known before is read before: the transaction only makes sure that
//! what was shown still holds, and writes.

use std::collections::HashSet;

use engines::fx::FxRules;
use kernel::{Change, ImportId, Instant, PriceId, Problem};
use platform::{Read, Result, Tx};

use super::model::{Format, Import, State};
use super::ops::plan_of;
use super::plan::{self, Outdated, Plan, PlanRow, Standing};
use super::prepare::{Prepared, first_met};
use super::store::{self, Applied};
use crate::margins::Rates;
use crate::price_books::{self, BookCell, Books, CellKey};
use crate::price_rules::Run;
use crate::tlds::{self, Tld};
use crate::{discounts, settings};

/// An import that was kept, read so that it can be applied. What is kept never changes; whether it still waits is looked at
/// when it is applied.
#[derive(Clone, Debug)]
pub struct Ready {
    import: Import,
    plan: Plan,
    endings: Vec<Tld>,
}

impl Ready {
    /// What would be applied.
    pub fn id(&self) -> ImportId {
        self.import.id
    }

    /// How price rules made it, where they did.
    pub(crate) fn run(&self) -> Run {
        self.plan.run.clone().unwrap_or_default()
    }

    pub(super) async fn of(read: &Read, (import, plan): (Import, Plan)) -> Result<Self> {
        let endings = first_met(tlds::all(read).await?.iter(), &plan.rows);
        Ok(Self { import, plan, endings })
    }
}

/// Reads an import that was kept, ahead of the transaction that applies it.
///
/// # Errors
/// `not_found`, `import_of_a_source`, `forbidden`, or the database.
pub async fn ready(read: &Read, id: ImportId) -> Result<Ready> {
    let (import, plan) = plan_of(read, id).await?;
    if import.is_of_a_source() {
        return Err(Problem::conflict("import_of_a_source").into());
    }
    Ready::of(read, (import, plan)).await
}

/// Puts an import's prices into the book: exactly what its plan shows, once. Applying it again answers with what was done.
///
/// # Errors
/// `not_found`, `import_has_bad_cells`, `import_book_changed`, `import_too_late`, `price_rules_outdated`, `forbidden`, or
/// the database.
pub async fn apply(tx: &mut Tx, books: &Books, ready: &Ready) -> Result<Import> {
    let import = as_it_is(tx, ready).await?;
    if import.state == State::Applied {
        return Ok(import);
    }
    if import.effective_from.is_some_and(|from| from < tx.now()) {
        return Err(Problem::conflict("import_too_late").into());
    }
    put_in_force(tx, books, import, &ready.plan, &ready.endings).await
}

/// Where the import stands by now.
async fn as_it_is(read: &Read, ready: &Ready) -> Result<Import> {
    let import = store::without_plan(read, ready.id())
        .await?
        .ok_or_else(Problem::not_found)?;
    super::ops::may_import(read, import.format, import.list)?;
    Ok(import)
}

/// As [`apply`], for a plan of a source: its run guards that it is done once, by somebody who may.
///
/// # Errors
/// `not_found`, `import_applied`, `import_book_changed`, `forbidden`, or the database.
pub(crate) async fn apply_of_source(tx: &mut Tx, books: &Books, ready: &Ready) -> Result<Import> {
    let import = as_it_is(tx, ready).await?;
    put_in_force(tx, books, import, &ready.plan, &ready.endings).await
}

/// Applies what was prepared and has just been kept as `import`, from whenever its prices are to hold.
pub(super) async fn apply_kept(tx: &mut Tx, books: &Books, import: Import, prepared: &Prepared) -> Result<Import> {
    put_in_force(tx, books, import, &prepared.plan, &prepared.endings).await
}

/// Between the comparison and now prices can have changed in two ways only: by a change of the book, which its version
/// tells, and by time, which puts scheduled prices in force. So only what begins from then on is read.
async fn put_in_force(tx: &mut Tx, books: &Books, import: Import, plan: &Plan, endings: &[Tld]) -> Result<Import> {
    let now = tx.now();
    let from = import.effective_from.unwrap_or(now);
    let since = from.min(import.created_at);
    let version = price_books::next_version(tx).await?;
    prices_stand(tx, &import, version - 1).await?;
    costs_hold(tx, &import, plan, now).await?;
    rates_hold(tx, plan, now).await?;
    let begun = price_books::store::cells_of_list_since(tx, import.list.uuid(), since).await?;
    let superseded = same_place(&begun, &plan.rows, from);
    plan::holds(&plan.rows, &Standing::of(begun), from, now).map_err(|why| match why {
        Outdated::PricesMoved => Problem::conflict("import_book_changed"),
        Outdated::TooLate => Problem::conflict("import_too_late"),
    })?;
    let Change { after, fact, before } = import.apply(now, tx.actor().who.to_string(), version)?;
    let applied = Applied {
        import: after,
        version,
        rows: &plan.rows,
        from,
        superseded,
        endings,
    };
    let change = Change {
        after: applied,
        fact,
        before,
    };
    let import = tx.save(change).await?.import;
    price_books::reload_after_commit(tx, books);
    Ok(import)
}

/// Whether nothing moved the book since the comparison that prices are compared with. Discounts move it, and no plan depends
/// on them: what is taken off is no price of a list.
async fn prices_stand(tx: &Tx, import: &Import, version: i64) -> Result<()> {
    let moves = version - import.book_version;
    if moves == 0 || moves == discounts::store::book_versions_since(tx, import.book_version).await? {
        return Ok(());
    }
    Err(Problem::conflict("import_book_changed").into())
}

/// Prices that rules made are worth what the costs were that they were made from. Those are of other lists; a scheduled one
/// that has begun since moved no version. A plan for a day of its own was made from the costs of that day.
async fn costs_hold(tx: &Tx, import: &Import, plan: &Plan, now: Instant) -> Result<()> {
    if import.format != Format::PriceRules || import.effective_from.is_some() {
        return Ok(());
    }
    let begun = price_books::store::costs_begun(tx, import.created_at, now).await?;
    let mut writing = plan.rows.iter().filter(|row| row.writes());
    if writing.any(|row| begun.contains(&(row.key.ending.clone(), row.key.operation))) {
        return Err(Problem::conflict("price_rules_outdated").into());
    }
    Ok(())
}

/// Nor when the exchange rates are others than those they were made with, by a newer rate, another mark-up, or by time alone
/// where a rate is too old by now.
async fn rates_hold(tx: &Tx, plan: &Plan, now: Instant) -> Result<()> {
    let used = plan.run.as_ref().map_or(&[][..], |run| &run.rates);
    if used.is_empty() {
        return Ok(());
    }
    let (book, rules) = &reference::rates::fresh(tx).await?;
    let markup = settings::tld_pricing(tx).await?.currency_conversion_markup;
    let rates = Rates {
        book,
        rules: FxRules { markup, ..*rules },
    };
    if used.iter().all(|rate| rate.holds(rates, now)) {
        return Ok(());
    }
    Err(Problem::conflict("price_rules_outdated").into())
}

/// Cells in force from the very instant a new one of the same key is: the new ones take their place.
fn same_place(begun: &[BookCell], rows: &[PlanRow], from: Instant) -> Vec<PriceId> {
    if begun.is_empty() {
        return Vec::new();
    }
    let writing = rows.iter().filter(|row| row.writes());
    let taken: HashSet<(&CellKey, Instant)> = writing
        .map(|row| (&row.key, row.effective_from.unwrap_or(from)))
        .collect();
    let in_place = begun
        .iter()
        .filter(|cell| taken.contains(&(&cell.key, cell.effective_from)));
    in_place.map(|cell| cell.id).collect()
}
