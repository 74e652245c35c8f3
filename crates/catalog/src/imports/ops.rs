//! What can be done with imports: prepare, keep, apply, look at.

use std::collections::{HashMap, HashSet};

use kernel::{Change, Currency, Id, ImportId, Instant, PriceId, Problem};
use platform::{Read, Result, Tx};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::model::{Format, Import, ImportPreviewed, ListRef, NewImport, State};
use super::plan::{self, Class, Counts, Outdated, Plan, PlanRow, Standing, Target};
use super::sheet::{FilePrice, ReadOptions, Sheet};
use super::store::{self, Applied, Previewed};
use super::{at_cost, cells_csv, made, retail};
use crate::permissions::{MARGINS_READ, PRICES_IMPORT};
use crate::price_books::{self, Book, Books, Cell, CellKey, Side};
use crate::tlds::{self, Tld};
use crate::{registrars, sales_lists, settings, values};

/// A file read and compared, not yet kept.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) import: Import,
    pub(super) plan: Plan,
    pub(super) bytes: Vec<u8>,
}

impl Prepared {
    /// What it is to be kept as.
    pub const fn import(&self) -> &Import {
        &self.import
    }

    /// What it found, for those who only want to look.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// Reads a file and compares it with the book: a dry run. Bad cells are no error, they are what it finds.
///
/// # Errors
/// `not_found` for the list, `import_in_the_past`, `import_too_far_ahead`, `format_not_for_list`, `forbidden`, or the database.
pub async fn prepare(read: &Read, new: &NewImport) -> Result<Prepared> {
    may_import(read, new.format, new.list)?;
    takes_effect(read, new.effective_from).await?;
    compare(read, new).await
}

/// Whether prices may take effect at an instant: not in the past, and no further ahead than prices are scheduled.
///
/// # Errors
/// `import_in_the_past`, `import_too_far_ahead`.
pub(crate) async fn takes_effect(read: &Read, from: Option<Instant>) -> Result<()> {
    let now = read.now();
    let latest = settings::tld_pricing(read).await?.latest_schedule(now);
    match from {
        Some(from) if from < now => Err(when_refused("import_in_the_past")),
        Some(from) if from > latest => Err(when_refused("import_too_far_ahead")),
        _ => Ok(()),
    }
}

/// A plan shows what was in force before: where that is costs, only who may see costs may import. What rules make is of
/// those who may change prices by hand and see costs.
pub(super) fn may_import(read: &Read, format: Format, list: ListRef) -> Result<()> {
    if format == Format::PriceRules {
        return made::may_run(read);
    }
    read.allow(PRICES_IMPORT)?;
    match list.side() {
        Side::Cost => read.allow(MARGINS_READ),
        Side::Sale => Ok(()),
    }
}

fn when_refused(code: &'static str) -> platform::Error {
    Problem::refused(code).field("/effective_from", code).into()
}

async fn compare(read: &Read, new: &NewImport) -> Result<Prepared> {
    if !Format::OF_FILES.contains(&new.format) {
        return Err(Problem::refused("format_unknown")
            .field("/format", "format_unknown")
            .into());
    }
    if new.format == Format::AtCostCsv && new.list.side() == Side::Sale {
        return Err(Problem::refused("format_not_for_list")
            .field("/format", "format_not_for_list")
            .into());
    }
    let (list_name, currency) = named_list(read, new.list).await?;
    let now = read.now();
    let options = ReadOptions {
        currency,
        now,
        latest: settings::tld_pricing(read).await?.latest_schedule(now),
    };
    let sheet = read_file(new, options);
    let book = price_books::load(read).await?;
    let standing = Standing::of(&price_books::store::cells_of_list(read, new.list.uuid()).await?);
    let rows = if sheet.bad == 0 {
        compared(new, &sheet.prices, &standing, &book, now)
    } else {
        Vec::new()
    };
    let counts = Counts {
        bad: sheet.bad,
        left_out: sheet.left_out,
        ..plan::count(&rows)
    };
    let plan = Plan {
        rows,
        findings: sheet.findings,
        run: None,
    };
    let bytes = serde_json::to_vec(&plan)?;
    let import = Import {
        id: ImportId::from_uuid(Uuid::nil()),
        format: new.format,
        list: new.list,
        list_name,
        currency,
        file_name: values::line(&new.file_name).unwrap_or_else(|| new.format.name().to_owned()),
        size_bytes: new.content.len() as u64,
        content_hash: hex::encode(Sha256::digest(&new.content)),
        plan_hash: hex::encode(Sha256::digest(&bytes)),
        book_version: book.version,
        state: if counts.bad > 0 {
            State::Refused
        } else {
            State::Previewed
        },
        effective_from: new.effective_from,
        rows: sheet.rows,
        counts,
        created_at: now,
        created_by: read.actor().who.to_string(),
        applied_at: None,
        applied_by: None,
        applied_version: None,
    };
    Ok(Prepared { import, plan, bytes })
}

pub(super) async fn named_list(read: &Read, list: ListRef) -> Result<(String, Currency)> {
    Ok(match list {
        ListRef::Registrar(id) => registrars::by_id(read, id)
            .await
            .map(|registrar| (registrar.name, registrar.currency))?,
        ListRef::Sales(id) => sales_lists::by_id(read, id)
            .await
            .map(|list| (list.name, list.currency))?,
    })
}

fn read_file(new: &NewImport, options: ReadOptions) -> Sheet {
    match new.format {
        Format::AtCostCsv => at_cost::read(&new.content, options),
        Format::RetailJson => retail::read(&new.content, options),
        Format::PricesCsv => cells_csv::read(&new.content, new.list.side(), options),
        // Refused before: there is no file to read.
        Format::PriceSource | Format::PriceRules => Sheet::default(),
    }
}

fn compared(new: &NewImport, prices: &[FilePrice], standing: &Standing, book: &Book, now: Instant) -> Vec<PlanRow> {
    let (side, list) = (new.list.side(), new.list.uuid());
    let target = Target {
        key: &|price: &FilePrice| CellKey {
            side,
            list,
            ending: price.ending.clone(),
            currency: price.currency,
            operation: price.operation,
            years: price.years,
            kind: price.kind,
        },
        at: new.effective_from.unwrap_or(now),
        vanished: new.format.is_whole_list().then_some(new.vanished),
        against: &|key, at| against(book, key, at),
    };
    plan::plan(prices, standing, &target)
}

/// What a price is measured by: the lowest cost of a sales price, the sales price of a cost.
pub(super) fn against(book: &Book, key: &CellKey, at: Instant) -> Option<i64> {
    if key.kind.is_fee() {
        return None;
    }
    let service = engines::pricing::PriceAsk {
        tld: &key.ending,
        operation: key.operation,
        years: key.years,
        currency: key.currency,
        at,
    };
    match key.side {
        Side::Sale => book.lowest_cost(&service).map(|(_, amounts)| amounts.total.minor),
        Side::Cost => engines::pricing::price_bare(&book.prices, &service)
            .ok()
            .map(|amounts| amounts.total.minor),
    }
}

/// Keeps a prepared import, so that it can be looked at and applied.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn keep(tx: &mut Tx, prepared: &Prepared) -> Result<Import> {
    may_import(tx, prepared.import.format, prepared.import.list)?;
    let import = Import {
        id: tx.new_id(),
        ..prepared.import.clone()
    };
    let Import { id, format, counts, .. } = import;
    let fact = ImportPreviewed {
        id,
        list: import.list.to_string(),
        format,
        content_hash: import.content_hash.clone(),
        counts,
    };
    let kept = tx
        .save(Change::new(
            Previewed {
                import,
                plan: prepared.bytes.clone(),
            },
            fact,
        ))
        .await?;
    Ok(kept.import)
}

/// Puts an import's prices into the book: exactly what its plan shows, once. Applying it again answers with what was done.
///
/// # Errors
/// `not_found`, `import_has_bad_cells`, `import_book_changed`, `import_too_late`, `forbidden`, or the database.
pub async fn apply(tx: &mut Tx, books: &Books, id: ImportId) -> Result<Import> {
    let (import, plan) = plan_of(tx, id).await?;
    if import.is_of_a_source() {
        return Err(Problem::conflict("import_of_a_source").into());
    }
    apply_shown(tx, books, import, &plan).await
}

pub(super) async fn apply_shown(tx: &mut Tx, books: &Books, import: Import, plan: &Plan) -> Result<Import> {
    if import.state == State::Applied {
        return Ok(import);
    }
    let now = tx.now();
    if import.effective_from.is_some_and(|from| from < now) {
        return Err(Problem::conflict("import_too_late").into());
    }
    apply_from(tx, books, import, plan, now).await
}

pub(super) async fn apply_from(
    tx: &mut Tx,
    books: &Books,
    import: Import,
    plan: &Plan,
    now: Instant,
) -> Result<Import> {
    let cells = price_books::store::cells_of_list(tx, import.list.uuid()).await?;
    let from = import.effective_from.unwrap_or(now);
    let Change { after, fact, before } = import.apply(now, tx.actor().who.to_string())?;
    plan::holds(&plan.rows, &Standing::of(&cells), from).map_err(|why| match why {
        Outdated::PricesMoved => Problem::conflict("import_book_changed"),
        Outdated::TooLate => Problem::conflict("import_too_late"),
    })?;
    let new: Vec<Cell> = plan
        .rows
        .iter()
        .filter(|row| row.writes())
        .map(|row| cell(tx, &after, row, from))
        .collect();
    let superseded = same_place(&cells, &new);
    let endings = first_met(tx, &plan.rows).await?;
    let applied = Applied {
        import: after,
        cells: new,
        superseded,
        endings,
    };
    let applied = tx
        .save(Change {
            after: applied,
            fact,
            before,
        })
        .await?;
    price_books::reload_after_commit(tx, books);
    Ok(applied.import)
}

fn cell(tx: &Tx, import: &Import, row: &PlanRow, from: Instant) -> Cell {
    Cell {
        id: tx.new_id(),
        key: row.key.clone(),
        effective_from: row.effective_from.unwrap_or(from),
        amount_minor: row.after,
        note: row.note.clone(),
        import: Some(import.id),
        recorded_at: tx.now(),
        recorded_by: tx.actor().who.to_string(),
        superseded_at: None,
    }
}

/// Cells in force from the very instant a new one of the same key is: the new ones take their place.
fn same_place(old: &[Cell], new: &[Cell]) -> Vec<PriceId> {
    let taken: HashSet<(&CellKey, Instant)> = new.iter().map(|cell| (&cell.key, cell.effective_from)).collect();
    old.iter()
        .filter(|cell| taken.contains(&(&cell.key, cell.effective_from)))
        .map(|cell| cell.id)
        .collect()
}

/// Endings of the plan the tenant did not have.
async fn first_met(read: &Read, rows: &[PlanRow]) -> Result<Vec<Tld>> {
    let known: HashSet<Box<str>> = tlds::all(read).await?.into_iter().map(|tld| tld.ending).collect();
    let mut new: HashMap<&str, Tld> = HashMap::new();
    for row in rows
        .iter()
        .filter(|row| row.class != Class::Vanished && !known.contains(row.key.ending.as_str()))
    {
        if let Ok(ending) = tlds::parse(&row.key.ending) {
            new.entry(&row.key.ending).or_insert_with(|| Tld::first_met(&ending));
        }
    }
    let mut new: Vec<Tld> = new.into_values().collect();
    new.sort_unstable_by(|a, b| a.ending.cmp(&b.ending));
    Ok(new)
}

/// Reads, keeps and applies a file in one go: command line and seeds. A file with bad cells is kept as refused and the
/// refusal returned.
///
/// # Errors
/// As [`prepare`] and [`apply`].
pub async fn import_bytes(tx: &mut Tx, books: &Books, new: &NewImport) -> Result<Import> {
    let prepared = prepare(tx, new).await?;
    let import = keep(tx, &prepared).await?;
    apply(tx, books, import.id).await
}

/// As [`import_bytes`], but the prices may begin in the past. For seeds only: nothing can have been sold before.
pub(crate) async fn import_backdated(tx: &mut Tx, books: &Books, new: &NewImport) -> Result<Import> {
    let prepared = compare(tx, new).await?;
    let import = keep(tx, &prepared).await?;
    let now = tx.now();
    apply_from(tx, books, import, &prepared.plan, now).await
}

/// One import with its plan.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn plan_of(read: &Read, id: ImportId) -> Result<(Import, Plan)> {
    read.allow(PRICES_IMPORT)?;
    let (import, plan) = store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    may_import(read, import.format, import.list)?;
    Ok((import, plan))
}

/// Imports older than `after`, the latest first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, after: Option<(i64, Uuid)>, most: u64) -> Result<Vec<Import>> {
    read.allow(PRICES_IMPORT)?;
    store::before(read, after, most).await
}

/// Names of the files of these imports, where there are any: for pages that tell what something was about.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn names(read: &Read, ids: &[ImportId]) -> Result<Vec<(ImportId, String)>> {
    read.allow(PRICES_IMPORT)?;
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(Vec::new());
    };
    let mut names = store::names(read, *first, *last).await?;
    names.retain(|(id, _)| ids.contains(id));
    Ok(names)
}
