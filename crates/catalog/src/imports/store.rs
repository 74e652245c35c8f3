//! Imports in the database.

use kernel::{Currency, Id, ImportId, Instant, PriceId, Problem};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity};
use super::kept;
use super::model::{Format, Import, ListRef, State};
use super::plan::{Counts, Plan, PlanRow};
use crate::price_books::store::{Batch, NewCell};
use crate::price_books::{self, Side};
use crate::tlds::{NewTlds, Tld};

/// Everything but the plan, which may be long.
macro_rules! columns {
    () => {
        "id, format, side, list_id, list_name, currency, file_name, size_bytes, content_hash, plan_hash, book_version, state, \
         effective_from, row_count, added, changed, unchanged, vanished, bad, left_out, created_at, created_by, applied_at, \
         applied_by, applied_version"
    };
}

const ONE: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    " FROM catalog_imports WHERE tenant_id = $1 AND id = $2"
));
const PLAN: Sql = Sql::tenant("SELECT plan FROM catalog_imports WHERE tenant_id = $1 AND id = $2");
const LATEST: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    " FROM catalog_imports WHERE tenant_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3)) \
     ORDER BY created_at DESC, id DESC LIMIT $4"
));

const LATEST_OF_FORMAT: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    " FROM catalog_imports WHERE tenant_id = $1 AND format = $2 ORDER BY created_at DESC, id DESC LIMIT $3"
));

/// The latest imports of a format, without their plans.
pub(super) async fn latest_of(read: &Read, format: Format, most: u64) -> Result<Vec<Import>> {
    let query = read.sql(LATEST_OF_FORMAT).bind(format.name());
    let rows: Vec<Row> = query.bind(i64::try_from(most).unwrap_or(i64::MAX)).all().await?;
    rows.into_iter().map(Row::typed).collect()
}

/// One import without its plan.
pub(super) async fn without_plan(read: &Read, id: ImportId) -> Result<Option<Import>> {
    let row: Option<Row> = read.sql(ONE).bind(id.uuid()).one().await?;
    row.map(Row::typed).transpose()
}

/// One import with its plan.
pub(super) async fn by_id(read: &Read, id: ImportId) -> Result<Option<(Import, Plan)>> {
    #[derive(FromQueryResult)]
    struct Kept {
        plan: Vec<u8>,
    }
    let import = without_plan(read, id).await?;
    let plan: Option<Kept> = read.sql(PLAN).bind(id.uuid()).one().await?;
    let (Some(import), Some(Kept { plan })) = (import, plan) else {
        return Ok(None);
    };
    let plan = kept::read(&plan, import.list)?;
    Ok(Some((import, plan)))
}

/// Imports older than a place in the list, the latest first, without their plans.
pub(super) async fn before(read: &Read, place: Option<(i64, Uuid)>, most: u64) -> Result<Vec<Import>> {
    let (at, id) = place.unwrap_or((i64::MAX, Uuid::max()));
    let rows: Vec<Row> = read
        .sql(LATEST)
        .bind(at)
        .bind(id)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await?;
    rows.into_iter().map(|row| row.typed()).collect()
}

/// Ids are in the order of time, so those of one page of a log lie close together.
const NAMES: Sql = Sql::tenant(
    "SELECT id, file_name FROM catalog_imports WHERE tenant_id = $1 AND id >= $2 AND id <= $3 ORDER BY id DESC LIMIT 1000",
);

#[derive(FromQueryResult)]
struct Name {
    id: Uuid,
    file_name: String,
}

/// Names of the files of imports whose ids lie between these, those included.
pub(super) async fn names(read: &Read, first: ImportId, last: ImportId) -> Result<Vec<(ImportId, String)>> {
    let query = read.sql(NAMES).bind(first.uuid()).bind(last.uuid());
    let rows = query.all::<Name>().await?;
    Ok(rows
        .into_iter()
        .map(|row| (ImportId::from_uuid(row.id), row.file_name))
        .collect())
}

/// An import as the database keeps it.
#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    format: String,
    side: String,
    list_id: Uuid,
    list_name: String,
    currency: String,
    file_name: String,
    size_bytes: i64,
    content_hash: String,
    plan_hash: String,
    book_version: i64,
    state: String,
    effective_from: Option<i64>,
    row_count: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    vanished: i64,
    bad: i64,
    left_out: i64,
    created_at: i64,
    created_by: String,
    applied_at: Option<i64>,
    applied_by: Option<String>,
    applied_version: Option<i64>,
}

impl Row {
    fn typed(self) -> Result<Import> {
        let odd = |what: &str| Error::internal(format!("import {} has an unknown {what}", self.id));
        let side = Side::parse(&self.side).ok_or_else(|| odd("side"))?;
        let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(Import {
            id: ImportId::from_uuid(self.id),
            format: Format::parse(&self.format).ok_or_else(|| odd("format"))?,
            list: ListRef::of(side, self.list_id),
            currency: Currency::parse(&self.currency).map_err(|_| odd("currency"))?,
            state: State::parse(&self.state).ok_or_else(|| odd("state"))?,
            list_name: self.list_name,
            file_name: self.file_name,
            size_bytes: u64::try_from(self.size_bytes).unwrap_or_default(),
            content_hash: self.content_hash,
            plan_hash: self.plan_hash,
            book_version: self.book_version,
            effective_from: self.effective_from.map(Instant::from_micros),
            rows: small(self.row_count),
            counts: Counts {
                added: small(self.added),
                changed: small(self.changed),
                unchanged: small(self.unchanged),
                vanished: small(self.vanished),
                bad: small(self.bad),
                left_out: small(self.left_out),
            },
            created_at: Instant::from_micros(self.created_at),
            created_by: self.created_by,
            applied_at: self.applied_at.map(Instant::from_micros),
            applied_by: self.applied_by,
            applied_version: self.applied_version,
        })
    }
}

/// An import just previewed.
pub(super) struct Previewed<'p> {
    pub(super) import: Import,
    /// The plan as its column holds it.
    pub(super) plan: &'p [u8],
}

impl Stored for Previewed<'_> {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let import = &self.import;
        let counts = &import.counts;
        let row = ActiveModel {
            tenant_id: Set(writer.tenant().uuid()),
            id: Set(import.id.uuid()),
            format: Set(import.format.name().to_owned()),
            side: Set(import.list.side().name().to_owned()),
            list_id: Set(import.list.uuid()),
            list_name: Set(import.list_name.clone()),
            currency: Set(import.currency.code().to_owned()),
            file_name: Set(import.file_name.clone()),
            size_bytes: Set(i64::try_from(import.size_bytes).unwrap_or(i64::MAX)),
            content_hash: Set(import.content_hash.clone()),
            plan_hash: Set(import.plan_hash.clone()),
            book_version: Set(import.book_version),
            state: Set(import.state.name().to_owned()),
            effective_from: Set(import.effective_from.map(Instant::micros)),
            row_count: Set(i64::from(import.rows)),
            added: Set(i64::from(counts.added)),
            changed: Set(i64::from(counts.changed)),
            unchanged: Set(i64::from(counts.unchanged)),
            vanished: Set(i64::from(counts.vanished)),
            bad: Set(i64::from(counts.bad)),
            left_out: Set(i64::from(counts.left_out)),
            plan: Set(self.plan.to_vec()),
            created_at: Set(import.created_at.micros()),
            created_by: Set(import.created_by.clone()),
            applied_at: Set(None),
            applied_by: Set(None),
            applied_version: Set(None),
        };
        writer.insert(row).await
    }
}

/// An import being applied, with everything that brings.
pub(super) struct Applied<'p> {
    pub(super) import: Import,
    /// The version of the book it makes.
    pub(super) version: i64,
    /// The plan's rows; those that change something become cells.
    pub(super) rows: &'p [PlanRow],
    /// From when they hold, where a row does not say so itself.
    pub(super) from: Instant,
    /// Cells whose place they take at the same instant.
    pub(super) superseded: Vec<PriceId>,
    /// Endings met for the first time.
    pub(super) endings: &'p [Tld],
}

impl<'p> Stored for Applied<'p> {
    /// The two guards first: the import must still wait, the book must still be at the version it was held at. So of two who
    /// apply at once, one writes and the other is refused before it has written anything.
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let import = &self.import;
        if self.mark_applied(writer).await? == 0 {
            return Err(Problem::conflict("import_applied").into());
        }
        if !price_books::store::advance(writer, self.version - 1).await? {
            return Err(Problem::conflict("import_book_changed").into());
        }
        let batch = Batch {
            list: import.list,
            import: import.id,
            version: self.version,
        };
        NewTlds(self.endings).store(writer).await?;
        price_books::store::supersede(writer, &self.superseded, batch.version).await?;
        let writing = self.rows.iter().filter(|row| row.writes());
        let cell = |row: &'p PlanRow| NewCell {
            id: writer.new_id(),
            key: &row.key,
            effective_from: row.effective_from.unwrap_or(self.from),
            amount_minor: row.after,
            note: row.note.as_deref(),
        };
        let cells: Vec<NewCell<'_>> = writing.map(cell).collect();
        price_books::store::insert_batch(writer, &batch, &cells).await
    }
}

impl Applied<'_> {
    async fn mark_applied(&self, writer: &mut Writer<'_>) -> Result<u64> {
        let import = &self.import;
        let columns = vec![
            (Column::State, Expr::value(State::Applied.name())),
            (Column::AppliedAt, Expr::value(import.applied_at.map(Instant::micros))),
            (Column::AppliedBy, Expr::value(import.applied_by.clone())),
            (Column::AppliedVersion, Expr::value(import.applied_version)),
        ];
        let waiting = Condition::all()
            .add(Column::Id.eq(import.id.uuid()))
            .add(Column::State.eq(State::Previewed.name()));
        writer.update_where::<Entity>(columns, waiting).await
    }
}
