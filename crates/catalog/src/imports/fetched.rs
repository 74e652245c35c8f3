//! Prices that were fetched instead of read from a file: the same comparison, the same plan, the same applying.
//!
//! The plan of a source keeps what it changes and only counts what stays, because it is made every few hours.

use kernel::{Currency, Id, ImportId, Instant, Problem};
use platform::{Read, Result, Tx};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::model::{Format, Import, ListRef, State};
use super::ops::{self, Prepared, against};
use super::plan::{self, Class, Counts, Plan, PlanRow, Standing, Target, Vanished};
use super::sheet::{FilePrice, Finding};
use super::store;
use crate::price_books::{self, Books, CellKey, Kind};

/// What a source told, judged.
pub(crate) struct Fetched<'a> {
    /// Where its prices go.
    pub(crate) list: ListRef,
    /// What the import is called: the source's name.
    pub(crate) name: &'a str,
    /// The prices that are believed.
    pub(crate) prices: &'a [FilePrice],
    /// What is not, and why.
    pub(crate) findings: &'a [Finding],
    /// How many are not.
    pub(crate) rejected: u32,
    /// How many entries are no prices of ours.
    pub(crate) left_out: u32,
    /// How many prices the source stated.
    pub(crate) rows: u32,
    /// What becomes of prices in force that it does not name.
    pub(crate) vanished: Vanished,
    /// Whether the source would have named a price if it still had it.
    pub(crate) would_name: &'a (dyn Fn(&CellKey) -> bool + Sync),
}

/// A plan against the prices in force.
pub(crate) struct Compared {
    /// As a dry run, not yet kept.
    pub(crate) prepared: Prepared,
    /// How many prices of each class.
    pub(crate) counts: Counts,
    /// How many prices in force it changes or ends.
    pub(crate) touched: u32,
    /// How many prices in force the source speaks of.
    pub(crate) in_force: u32,
}

impl Compared {
    /// Whether applying it would write anything.
    pub(crate) fn writes(&self) -> bool {
        !self.prepared.plan.rows.is_empty()
    }
}

/// The prices of a list, its currency, and the version of the book they were read at.
pub(crate) struct ListNow {
    /// What the list is called.
    pub(crate) name: String,
    /// Its currency.
    pub(crate) currency: Currency,
    /// Its prices over time.
    pub(crate) standing: Standing,
}

/// Reads a list as it stands.
///
/// # Errors
/// `not_found`, or the database.
pub(crate) async fn list_now(read: &Read, list: ListRef) -> Result<ListNow> {
    let (name, currency) = ops::named_list(read, list).await?;
    let cells = price_books::store::cells_of_list(read, list.uuid()).await?;
    Ok(ListNow {
        name,
        currency,
        standing: Standing::of(&cells),
    })
}

/// Compares what a source told with the prices in force.
///
/// # Errors
/// The database.
pub(crate) async fn compare_fetched(read: &Read, list: &ListNow, fetched: &Fetched<'_>) -> Result<Compared> {
    let now = read.now();
    let book = price_books::load(read).await?;
    let rows = planned(list, fetched, now, &|key, at| against(&book, key, at));
    let counts = Counts {
        bad: fetched.rejected,
        left_out: fetched.left_out,
        ..plan::count(&rows)
    };
    let in_force = list
        .standing
        .all_at(now)
        .filter(|(key, _)| (fetched.would_name)(key))
        .count();
    let touched = rows.iter().filter(|row| row.before.is_some() && row.writes()).count();
    let rows: Vec<PlanRow> = rows.into_iter().filter(PlanRow::writes).collect();
    let plan = Plan {
        rows,
        findings: fetched.findings.to_vec(),
        run: None,
    };
    Ok(Compared {
        prepared: prepared(read, list, fetched, plan, counts, book.version)?,
        counts,
        touched: u32::try_from(touched).unwrap_or(u32::MAX),
        in_force: u32::try_from(in_force).unwrap_or(u32::MAX),
    })
}

/// Every price of the source and every one it ceased to name. A promotion it no longer names is over, whatever becomes of
/// other prices: it was for a while.
fn planned(
    list: &ListNow,
    fetched: &Fetched<'_>,
    now: Instant,
    against: &dyn Fn(&CellKey, Instant) -> Option<i64>,
) -> Vec<PlanRow> {
    let (side, uuid) = (fetched.list.side(), fetched.list.uuid());
    let target = Target {
        key: &|price: &FilePrice| CellKey {
            side,
            list: uuid,
            ending: price.ending.clone(),
            currency: price.currency,
            operation: price.operation,
            years: price.years,
            kind: price.kind,
        },
        at: now,
        vanished: Some(fetched.vanished),
        against,
    };
    let mut rows = plan::plan(fetched.prices, &list.standing, &target);
    rows.retain(|row| row.class != Class::Vanished || (fetched.would_name)(&row.key));
    for row in rows
        .iter_mut()
        .filter(|row| row.class == Class::Vanished && row.key.kind == Kind::Promo)
    {
        row.after = None;
    }
    rows
}

fn prepared(
    read: &Read,
    list: &ListNow,
    fetched: &Fetched<'_>,
    plan: Plan,
    counts: Counts,
    book_version: i64,
) -> Result<Prepared> {
    let bytes = serde_json::to_vec(&plan)?;
    let plan_hash = hex::encode(Sha256::digest(&bytes));
    let import = Import {
        id: ImportId::from_uuid(Uuid::nil()),
        format: Format::PriceSource,
        list: fetched.list,
        list_name: list.name.clone(),
        currency: list.currency,
        file_name: fetched.name.to_owned(),
        size_bytes: 0,
        content_hash: plan_hash.clone(),
        plan_hash,
        book_version,
        state: State::Previewed,
        effective_from: None,
        rows: fetched.rows,
        counts,
        created_at: read.now(),
        created_by: read.actor().who.to_string(),
        applied_at: None,
        applied_by: None,
        applied_version: None,
    };
    Ok(Prepared { import, plan, bytes })
}

/// Keeps a plan and applies it, in the caller's transaction.
///
/// # Errors
/// `import_book_changed`, or the database.
pub(crate) async fn keep_and_apply(tx: &mut Tx, books: &Books, prepared: &Prepared) -> Result<Import> {
    let import = ops::keep(tx, prepared).await?;
    let now = tx.now();
    ops::apply_from(tx, books, import, &prepared.plan, now).await
}

/// Applies a plan that was kept for a person to look at; the caller's run guards that it is done once.
///
/// # Errors
/// `not_found`, `import_applied`, `import_book_changed`, `forbidden`, or the database.
pub(crate) async fn apply_kept(tx: &mut Tx, books: &Books, id: ImportId) -> Result<Import> {
    let (import, plan) = store::by_id(tx, id).await?.ok_or_else(Problem::not_found)?;
    ops::may_import(tx, import.format, import.list)?;
    let now = tx.now();
    ops::apply_from(tx, books, import, &plan, now).await
}

/// The currency of a list.
///
/// # Errors
/// `not_found`, or the database.
pub(crate) async fn list_currency(read: &Read, list: ListRef) -> Result<Currency> {
    Ok(ops::named_list(read, list).await?.1)
}
