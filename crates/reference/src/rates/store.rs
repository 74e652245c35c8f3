//! Sheets, the version of a tenant's rates, and how the last fetch went, in the database.

use std::collections::BTreeSet;

use kernel::{Currency, Id, Instant, RateSheetId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::entity::sheets::{ActiveModel, Column, Entity, Model};
use super::model::{RateSheet, Source};

/// Rows of one insert: well under what either database takes as parameters.
const ROWS_AT_ONCE: usize = 200;

/// The version of the tenant's rates, and since when it is; 0 before the first sheet.
pub(super) async fn version_since(read: &Read) -> Result<(i64, Instant)> {
    let row: Option<Version> = read.sql(VERSION).one().await?;
    Ok(row.map_or((0, Instant::EPOCH), |row| {
        (row.version, Instant::from_micros(row.changed_at))
    }))
}

#[derive(FromQueryResult)]
struct Version {
    version: i64,
    changed_at: i64,
}

const VERSION: Sql = Sql::tenant("SELECT version, changed_at FROM reference_rate_books WHERE tenant_id = $1");
const FIRST_VERSION: Sql = Sql::tenant(
    "INSERT INTO reference_rate_books (tenant_id, version, changed_at) VALUES ($1, 0, 0) ON CONFLICT (tenant_id) DO NOTHING",
);
const NEXT_VERSION: Sql =
    Sql::tenant("UPDATE reference_rate_books SET version = version + 1, changed_at = $2 WHERE tenant_id = $1");

const HOLD: Sql = Sql::tenant("UPDATE reference_rate_books SET version = version WHERE tenant_id = $1");

/// Keeps others from recording rates until this transaction ends: who comes second finds known what the first recorded.
pub(super) async fn hold(writer: &mut Writer<'_>) -> Result<()> {
    writer.sql(FIRST_VERSION).execute().await?;
    writer.sql(HOLD).execute().await?;
    Ok(())
}

/// Moves the tenant's rates to their next version, which waits for whoever is moving them now.
async fn advance(writer: &mut Writer<'_>) -> Result<i64> {
    let now = writer.now().micros();
    writer.sql(FIRST_VERSION).execute().await?;
    writer.sql(NEXT_VERSION).bind(now).execute().await?;
    Ok(version_since(writer).await?.0)
}

/// Which sheets: of which instants, and known in which version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) from: Instant,
    pub(super) until: Instant,
    pub(super) version: i64,
}

const WINDOW: Sql = Sql::tenant(
    "SELECT id, source, base, quoted_at, rates, held, recorded_at, recorded_by FROM reference_rate_sheets \
     WHERE tenant_id = $1 AND quoted_at >= $2 AND quoted_at <= $3 AND version <= $4 ORDER BY version, id",
);

/// Every sheet in a window, corrections last.
pub(super) async fn window(read: &Read, window: Window) -> Result<Vec<RateSheet>> {
    let query = read
        .sql(WINDOW)
        .bind(window.from.micros())
        .bind(window.until.micros())
        .bind(window.version);
    let rows: Vec<Row> = query.all().await?;
    rows.into_iter().map(Row::typed).collect()
}

const LATEST: Sql = Sql::tenant(
    "SELECT id, source, base, quoted_at, rates, held, recorded_at, recorded_by FROM reference_rate_sheets \
     WHERE tenant_id = $1 AND (recorded_at < $2 OR (recorded_at = $2 AND id < $3)) ORDER BY recorded_at DESC, id DESC LIMIT $4",
);

/// Sheets recorded before a place in the list, the latest first.
pub(super) async fn before(read: &Read, place: Option<(i64, Uuid)>, most: u64) -> Result<Vec<RateSheet>> {
    let (at, id) = place.unwrap_or((i64::MAX, Uuid::max()));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows: Vec<Row> = read.sql(LATEST).bind(at).bind(id).bind(most).all().await?;
    rows.into_iter().map(Row::typed).collect()
}

/// One sheet.
pub(super) async fn by_id(read: &Read, id: RateSheetId) -> Result<Option<RateSheet>> {
    let row = read
        .select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    row.map(|row: Model| {
        Row {
            id: row.id,
            source: row.source,
            base: row.base,
            quoted_at: row.quoted_at,
            rates: row.rates,
            held: row.held,
            recorded_at: row.recorded_at,
            recorded_by: row.recorded_by,
        }
        .typed()
    })
    .transpose()
}

const INSTANTS: Sql = Sql::tenant(
    "SELECT quoted_at FROM reference_rate_sheets \
     WHERE tenant_id = $1 AND source = $2 AND base = $3 AND quoted_at >= $4 AND quoted_at <= $5",
);

/// The instants between these two, those included, of which a source's sheet is known.
pub(super) async fn known_instants(
    read: &Read,
    source: Source,
    base: Currency,
    from: Instant,
    until: Instant,
) -> Result<BTreeSet<Instant>> {
    #[derive(FromQueryResult)]
    struct Known {
        quoted_at: i64,
    }
    let query = read.sql(INSTANTS).bind(source.name()).bind(base.code());
    let rows: Vec<Known> = query.bind(from.micros()).bind(until.micros()).all().await?;
    Ok(rows
        .into_iter()
        .map(|row| Instant::from_micros(row.quoted_at))
        .collect())
}

const BY_HAND: Sql = Sql::tenant(
    "SELECT COUNT(*) AS sheets FROM reference_rate_sheets WHERE tenant_id = $1 AND recorded_at >= $2 AND source = 'manual'",
);

/// How many sheets people recorded since an instant.
pub(super) async fn by_hand_since(read: &Read, since: Instant) -> Result<i64> {
    #[derive(FromQueryResult)]
    struct Count {
        sheets: i64,
    }
    let row: Option<Count> = read.sql(BY_HAND).bind(since.micros()).one().await?;
    Ok(row.map_or(0, |row| row.sheets))
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    source: String,
    base: String,
    quoted_at: i64,
    rates: String,
    held: String,
    recorded_at: i64,
    recorded_by: String,
}

impl Row {
    fn typed(self) -> Result<RateSheet> {
        let odd = || Error::internal(format!("rate sheet {} has an unknown source", self.id));
        Ok(RateSheet {
            id: RateSheetId::from_uuid(self.id),
            source: Source::parse(&self.source).ok_or_else(odd)?,
            base: Currency::parse(&self.base).map_err(Error::internal)?,
            quoted_at: Instant::from_micros(self.quoted_at),
            rates: serde_json::from_str(&self.rates)?,
            held: serde_json::from_str(&self.held)?,
            recorded_at: Instant::from_micros(self.recorded_at),
            recorded_by: self.recorded_by,
        })
    }
}

impl Stored for RateSheet {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        insert(writer, std::slice::from_ref(self)).await
    }
}

/// Writes new sheets as one version. Part of the change that brings them.
pub(super) async fn insert(writer: &mut Writer<'_>, sheets: &[RateSheet]) -> Result<()> {
    let version = advance(writer).await?;
    for some in sheets.chunks(ROWS_AT_ONCE) {
        let tenant = writer.tenant().uuid();
        let rows = some.iter().map(|sheet| row(tenant, sheet, version));
        writer.insert_many(rows.collect::<Result<Vec<_>>>()?).await?;
    }
    Ok(())
}

fn row(tenant: Uuid, sheet: &RateSheet, version: i64) -> Result<ActiveModel> {
    Ok(ActiveModel {
        tenant_id: Set(tenant),
        id: Set(sheet.id.uuid()),
        source: Set(sheet.source.name().to_owned()),
        base: Set(sheet.base.code().to_owned()),
        quoted_at: Set(sheet.quoted_at.micros()),
        rates: Set(serde_json::to_string(&sheet.rates)?),
        held: Set(serde_json::to_string(&sheet.held)?),
        version: Set(version),
        recorded_at: Set(sheet.recorded_at.micros()),
        recorded_by: Set(sheet.recorded_by.clone()),
    })
}

/// How the last fetch went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastFetch {
    /// When it ended.
    pub at: Instant,
    /// `recorded`, `known`, a feed's refusal or `feed_unknown`.
    pub outcome: String,
    /// When the next one is worth its while.
    pub next_at: Instant,
}

const LAST_FETCH: Sql =
    Sql::tenant("SELECT fetched_at, fetch_outcome, fetch_next_at FROM reference_rate_books WHERE tenant_id = $1");
const KEEP_FETCH: Sql = Sql::tenant(
    "UPDATE reference_rate_books SET fetched_at = $2, fetch_outcome = $3, fetch_next_at = $4 WHERE tenant_id = $1",
);

#[derive(FromQueryResult)]
struct FetchRow {
    fetched_at: Option<i64>,
    fetch_outcome: Option<String>,
    fetch_next_at: Option<i64>,
}

/// How the last fetch went, if there was one.
pub(super) async fn last_fetch(read: &Read) -> Result<Option<LastFetch>> {
    let row: Option<FetchRow> = read.sql(LAST_FETCH).one().await?;
    Ok(row.and_then(|row| {
        Some(LastFetch {
            at: Instant::from_micros(row.fetched_at?),
            outcome: row.fetch_outcome?,
            next_at: Instant::from_micros(row.fetch_next_at?),
        })
    }))
}

/// Keeps how a fetch went.
pub(super) async fn keep_fetch(writer: &mut Writer<'_>, fetch: &LastFetch) -> Result<()> {
    writer.sql(FIRST_VERSION).execute().await?;
    let kept = writer.sql(KEEP_FETCH).bind(fetch.at.micros());
    kept.bind(fetch.outcome.as_str())
        .bind(fetch.next_at.micros())
        .execute()
        .await?;
    Ok(())
}
