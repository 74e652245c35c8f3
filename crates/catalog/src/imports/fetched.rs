//! Prices that were fetched instead of read from a file: the same comparison, the same plan, the same applying.
//!
//! The plan of a source keeps what it changes and only counts what stays, because it is made every few hours.

use kernel::{Currency, ImportId, Instant, Problem};
use platform::{Read, Result};

use super::apply::Ready;
use super::model::{Format, ListRef};
use super::plan::{self, Class, Counts, Plan, PlanRow, Standing, Target, Vanished};
use super::prepare::{self, Draft, Measure, Prepared};
use super::sheet::{FilePrice, Finding};
use super::{ops, store};
use crate::price_books::{self, CellKey, Kind};

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
    let (name, currency) = prepare::named_list(read, list).await?;
    let cells = price_books::store::cells_of_list(read, list.uuid()).await?;
    Ok(ListNow {
        name,
        currency,
        standing: Standing::of(cells),
    })
}

/// Compares what a source told with the prices in force.
///
/// # Errors
/// The database.
pub(crate) async fn compare_fetched(read: &Read, list: &ListNow, fetched: &Fetched<'_>) -> Result<Compared> {
    let now = read.now();
    let book = price_books::load(read).await?;
    let ground = prepare::ground(read, &book, fetched.prices).await?;
    let measure = Measure { book: &book, ground };
    let rows = planned(list, fetched, now, &|key, at| measure.against(key, at));
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
    let endings = prepare::first_met(book.endings(), &rows);
    let plan = Plan {
        rows,
        findings: fetched.findings.to_vec(),
        run: None,
    };
    let draft = Draft {
        format: Format::PriceSource,
        list: fetched.list,
        list_name: list.name.clone(),
        currency: list.currency,
        file_name: fetched.name.to_owned(),
        size_bytes: 0,
        content_hash: None,
        book_version: book.version,
        effective_from: None,
        rows: fetched.rows,
        counts,
    };
    Ok(Compared {
        prepared: draft.with(read, plan, endings)?,
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
    let target = Target {
        list: fetched.list,
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

/// Reads a plan that was kept for a person to look at, ahead of the transaction that applies it.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(crate) async fn ready_of_source(read: &Read, id: ImportId) -> Result<Ready> {
    let (import, plan) = store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    ops::may_import(read, import.format, import.list)?;
    Ready::of(read, (import, plan)).await
}

/// The currency of a list.
///
/// # Errors
/// `not_found`, or the database.
pub(crate) async fn list_currency(read: &Read, list: ListRef) -> Result<Currency> {
    Ok(prepare::named_list(read, list).await?.1)
}
