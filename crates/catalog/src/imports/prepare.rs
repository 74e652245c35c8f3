//! Dry runs: a file read and compared with the prices in force, before anything is kept. All of it is done in a read, so
//! that the transactions which keep and apply it are short.

use std::collections::{BTreeSet, HashMap, HashSet};

use engines::pricing::{self, List, PriceAsk};
use kernel::{Currency, Id, ImportId, Instant, Problem};
use platform::{Read, Result};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::kept::{self, Kept};
use super::model::{Format, Import, ListRef, NewImport, State};
use super::ops::may_import;
use super::plan::{self, Class, Counts, Plan, PlanRow, Standing, Target};
use super::sheet::{FilePrice, ReadOptions, Sheet};
use super::{at_cost, cells_csv, retail};
use crate::exposures::Ground;
use crate::price_books::{self, Book, CellKey, RegistrarInfo, Side};
use crate::tlds::{self, Tld};
use crate::{registrars, sales_lists, settings, values};

/// A file read and compared, not yet kept.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) import: Import,
    pub(super) plan: Plan,
    pub(super) kept: Kept,
    /// Endings of the plan that the tenant did not have.
    pub(super) endings: Vec<Tld>,
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

/// Where a plan comes from and what it was compared with.
pub(super) struct Draft {
    pub(super) format: Format,
    pub(super) list: ListRef,
    pub(super) list_name: String,
    pub(super) currency: Currency,
    pub(super) file_name: String,
    pub(super) size_bytes: u64,
    /// SHA-256 of what it was made from; nothing where that is the plan itself.
    pub(super) content_hash: Option<String>,
    pub(super) book_version: i64,
    pub(super) effective_from: Option<Instant>,
    /// Rows or entries read.
    pub(super) rows: u32,
    pub(super) counts: Counts,
}

impl Draft {
    /// A dry run of this plan, as it will be kept.
    pub(super) fn with(self, read: &Read, plan: Plan, endings: Vec<Tld>) -> Result<Prepared> {
        let kept = kept::kept(&plan)?;
        let import = Import {
            id: ImportId::from_uuid(Uuid::nil()),
            format: self.format,
            list: self.list,
            list_name: self.list_name,
            currency: self.currency,
            file_name: self.file_name,
            size_bytes: self.size_bytes,
            content_hash: self.content_hash.unwrap_or_else(|| kept.hash.clone()),
            plan_hash: kept.hash.clone(),
            book_version: self.book_version,
            state: if self.counts.bad > 0 && self.format.is_of_a_file() {
                State::Refused
            } else {
                State::Previewed
            },
            effective_from: self.effective_from,
            rows: self.rows,
            counts: self.counts,
            created_at: read.now(),
            created_by: read.actor().who.to_string(),
            applied_at: None,
            applied_by: None,
            applied_version: None,
        };
        Ok(Prepared {
            import,
            plan,
            kept,
            endings,
        })
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
        Some(from) if from < now => Err(refused("/effective_from", "import_in_the_past")),
        Some(from) if from > latest => Err(refused("/effective_from", "import_too_far_ahead")),
        _ => Ok(()),
    }
}

fn refused(field: &'static str, code: &'static str) -> platform::Error {
    Problem::refused(code).field(field, code).into()
}

/// Compares a file with the book, from whenever its prices are to hold.
pub(super) async fn compare(read: &Read, new: &NewImport) -> Result<Prepared> {
    if !new.format.is_of_a_file() {
        return Err(refused("/format", "format_unknown"));
    }
    if new.format == Format::AtCostCsv && new.list.side() == Side::Sale {
        return Err(refused("/format", "format_not_for_list"));
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
    let standing = Standing::of(price_books::store::cells_of_list(read, new.list.uuid()).await?);
    let rows = if sheet.bad == 0 {
        let ground = ground(read, &book, &sheet.prices).await?;
        compared(new, &sheet.prices, &standing, &Measure { book: &book, ground }, now)
    } else {
        Vec::new()
    };
    let draft = Draft {
        format: new.format,
        list: new.list,
        list_name,
        currency,
        file_name: values::line(&new.file_name).unwrap_or_else(|| new.format.name().to_owned()),
        size_bytes: new.content.len() as u64,
        content_hash: Some(hex::encode(Sha256::digest(&new.content))),
        book_version: book.version,
        effective_from: new.effective_from,
        rows: sheet.rows,
        counts: Counts {
            bad: sheet.bad,
            left_out: sheet.left_out,
            ..plan::count(&rows)
        },
    };
    let endings = first_met(book.endings(), &rows);
    let plan = Plan {
        rows,
        findings: sheet.findings,
        run: None,
    };
    draft.with(read, plan, endings)
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

fn compared(
    new: &NewImport,
    prices: &[FilePrice],
    standing: &Standing,
    measure: &Measure<'_>,
    now: Instant,
) -> Vec<PlanRow> {
    let target = Target {
        list: new.list,
        at: new.effective_from.unwrap_or(now),
        vanished: new.format.is_whole_list().then_some(new.vanished),
        against: &|key, at| measure.against(key, at),
    };
    plan::plan(prices, standing, &target)
}

/// What prices are measured by.
pub(super) struct Measure<'b> {
    /// Costs and sales prices.
    pub(super) book: &'b Book,
    /// What costs in other currencies are converted at.
    pub(super) ground: Option<Ground>,
}

impl Measure<'_> {
    /// The lowest cost of a sales price, the sales price of a cost.
    pub(super) fn against(&self, key: &CellKey, at: Instant) -> Option<i64> {
        if key.kind.is_fee() {
            return None;
        }
        let service = PriceAsk {
            tld: &key.ending,
            operation: key.operation,
            years: key.years,
            currency: key.currency,
            at,
        };
        let amounts = match key.side {
            Side::Sale => {
                let rates = self.ground.as_ref().map(Ground::rates);
                self.book.lowest_cost(&service, rates).map(|(_, amounts)| amounts)
            }
            Side::Cost => pricing::price_bare(&self.book.prices, &service),
        };
        amounts.ok().map(|amounts| amounts.total.minor)
    }
}

/// Today's rates, where a registrar charges in another currency than one of these prices is in.
pub(super) async fn ground(read: &Read, book: &Book, prices: &[FilePrice]) -> Result<Option<Ground>> {
    let sold_in: BTreeSet<Currency> = prices.iter().map(|price| price.currency).collect();
    let charged_in = |registrar: &RegistrarInfo| book.prices.currencies(List::Registrar(registrar.id));
    let mut charged_in = book.registrars().iter().flat_map(charged_in);
    if !charged_in.any(|currency| sold_in.iter().any(|own| *own != currency)) {
        return Ok(None);
    }
    let (fx, rules) = reference::rates::fresh(read).await?;
    Ok(Some(Ground::of(book, &fx, rules, read.now())))
}

/// Endings of the plan that are not among those the tenant has.
pub(super) fn first_met<'t>(had: impl Iterator<Item = &'t Tld>, rows: &[PlanRow]) -> Vec<Tld> {
    let had: HashSet<&str> = had.map(|tld| &*tld.ending).collect();
    let mut new: HashMap<&str, Tld> = HashMap::new();
    for row in rows.iter().filter(|row| row.class != Class::Vanished) {
        let ending = row.key.ending.as_str();
        if had.contains(ending) || new.contains_key(ending) {
            continue;
        }
        if let Ok(parsed) = tlds::parse(ending) {
            new.insert(ending, Tld::first_met(&parsed));
        }
    }
    let mut new: Vec<Tld> = new.into_values().collect();
    new.sort_unstable_by(|a, b| a.ending.cmp(&b.ending));
    new
}
