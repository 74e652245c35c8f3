//! Imports of histories in the database.

use jiff::SignedDuration;
use kernel::{Id, ImportId, Instant, Problem};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::super::entity::imports::{ActiveModel, Column, Entity, Model};
use super::super::model::RateSheet;
use super::super::store::insert;
use super::model::{ImportCounts, ImportState, RateImport};

/// How long a preview waits to be applied, and over how long imports are counted.
pub(super) const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// One import, with its file while it has one.
pub(super) async fn by_id(read: &Read, id: ImportId) -> Result<Option<(RateImport, Option<Vec<u8>>)>> {
    let row = read
        .select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    row.map(|mut row: Model| {
        let content = row.content.take();
        Ok((typed(row.into())?, content))
    })
    .transpose()
}

const LATEST: Sql = Sql::tenant(
    "SELECT id, file_name, size_bytes, content_hash, state, added, known, held, bad, created_at, created_by, applied_at, applied_by \
     FROM reference_rate_imports WHERE tenant_id = $1 AND (created_at < $2 OR (created_at = $2 AND id < $3)) \
     ORDER BY created_at DESC, id DESC LIMIT $4",
);

/// Imports older than a place in the list, the latest first, without their files.
pub(super) async fn before(read: &Read, place: Option<(i64, Uuid)>, most: u64) -> Result<Vec<RateImport>> {
    let (at, id) = place.unwrap_or((i64::MAX, Uuid::max()));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows: Vec<Row> = read.sql(LATEST).bind(at).bind(id).bind(most).all().await?;
    rows.into_iter().map(typed).collect()
}

const READ_SINCE: Sql =
    Sql::tenant("SELECT COUNT(*) AS imports FROM reference_rate_imports WHERE tenant_id = $1 AND created_at >= $2");

/// How many files were read since an instant, whatever became of them.
pub(super) async fn read_since(read: &Read, since: Instant) -> Result<i64> {
    #[derive(FromQueryResult)]
    struct Count {
        imports: i64,
    }
    let row: Option<Count> = read.sql(READ_SINCE).bind(since.micros()).one().await?;
    Ok(row.map_or(0, |row| row.imports))
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    file_name: String,
    size_bytes: i64,
    content_hash: String,
    state: String,
    added: i64,
    known: i64,
    held: i64,
    bad: i64,
    created_at: i64,
    created_by: String,
    applied_at: Option<i64>,
    applied_by: Option<String>,
}

impl From<Model> for Row {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            file_name: row.file_name,
            size_bytes: row.size_bytes,
            content_hash: row.content_hash,
            state: row.state,
            added: row.added,
            known: row.known,
            held: row.held,
            bad: row.bad,
            created_at: row.created_at,
            created_by: row.created_by,
            applied_at: row.applied_at,
            applied_by: row.applied_by,
        }
    }
}

fn typed(row: Row) -> Result<RateImport> {
    let odd = || Error::internal(format!("rate import {} has an unknown state", row.id));
    let small = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(RateImport {
        id: ImportId::from_uuid(row.id),
        state: ImportState::parse(&row.state).ok_or_else(odd)?,
        file_name: row.file_name,
        size_bytes: u64::try_from(row.size_bytes).unwrap_or_default(),
        content_hash: row.content_hash,
        counts: ImportCounts {
            added: small(row.added),
            known: small(row.known),
            held: small(row.held),
            bad: small(row.bad),
        },
        created_at: Instant::from_micros(row.created_at),
        created_by: row.created_by,
        applied_at: row.applied_at.map(Instant::from_micros),
        applied_by: row.applied_by,
    })
}

/// An import just read.
pub(super) struct Previewed {
    pub(super) import: RateImport,
    pub(super) content: Vec<u8>,
}

impl Stored for Previewed {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let import = &self.import;
        let forgotten = Condition::all()
            .add(Column::State.ne(ImportState::Applied.name()))
            .add(Column::CreatedAt.lt(import.created_at.minus(A_DAY).micros()));
        writer.delete::<Entity>(forgotten).await?;
        writer
            .insert(ActiveModel {
                tenant_id: Set(writer.tenant().uuid()),
                id: Set(import.id.uuid()),
                file_name: Set(import.file_name.clone()),
                size_bytes: Set(i64::try_from(import.size_bytes).unwrap_or(i64::MAX)),
                content_hash: Set(import.content_hash.clone()),
                state: Set(import.state.name().to_owned()),
                added: Set(i64::from(import.counts.added)),
                known: Set(i64::from(import.counts.known)),
                held: Set(i64::from(import.counts.held)),
                bad: Set(i64::from(import.counts.bad)),
                content: Set(Some(self.content.clone())),
                created_at: Set(import.created_at.micros()),
                created_by: Set(import.created_by.clone()),
                applied_at: Set(None),
                applied_by: Set(None),
            })
            .await
    }
}

/// An import being applied, with its sheets.
pub(super) struct Applied {
    pub(super) import: RateImport,
    pub(super) sheets: Vec<RateSheet>,
}

impl Stored for Applied {
    /// The guard first: of two who apply at once, one writes and the other is refused before it has written anything.
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let import = &self.import;
        let small = |count: u32| Expr::value(i64::from(count));
        let columns = vec![
            (Column::State, Expr::value(import.state.name())),
            (Column::AppliedAt, Expr::value(import.applied_at.map(Instant::micros))),
            (Column::AppliedBy, Expr::value(import.applied_by.clone())),
            (Column::Added, small(import.counts.added)),
            (Column::Known, small(import.counts.known)),
            (Column::Held, small(import.counts.held)),
            (Column::Content, Expr::value(None::<Vec<u8>>)),
        ];
        let waiting = Condition::all()
            .add(Column::Id.eq(import.id.uuid()))
            .add(Column::State.eq(ImportState::Previewed.name()));
        if writer.update_where::<Entity>(columns, waiting).await? == 0 {
            return Err(Problem::conflict("rate_import_applied").into());
        }
        if self.sheets.is_empty() {
            return Ok(());
        }
        insert(writer, &self.sheets).await
    }
}
