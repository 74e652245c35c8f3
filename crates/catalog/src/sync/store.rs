//! Price sources in the database.

use kernel::{Id, Instant, PriceSourceId};
use platform::{Bulk, Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Expr};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model};
use super::filter::{Filter, Patterns};
use super::kind::SourceKind;
use super::source::{Source, SourceState};
use super::terms::Terms;
use crate::imports::{ListRef, Vanished};
use crate::price_books::Side;
use crate::values::stale;

pub(super) async fn by_id(read: &Read, id: PriceSourceId) -> Result<Option<Source>> {
    read.select::<Entity>()
        .filter(Column::Id.eq(id.uuid()))
        .one(read)
        .await?
        .map(typed)
        .transpose()
}

pub(super) async fn count(read: &Read) -> Result<u64> {
    read.select::<Entity>().count(read).await
}

/// All sources by name; there are at most [`super::ops::MAX_SOURCES`].
pub(super) async fn all(read: &Read) -> Result<Vec<Source>> {
    let rows = read
        .select::<Entity>()
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .all(read)
        .await?;
    rows.into_iter().map(typed).collect()
}

/// Active sources whose time has come and which have no run that is under way or waits.
const DUE: Sql = Sql::tenant(
    "SELECT s.id FROM catalog_price_sources s WHERE s.tenant_id = $1 AND s.state = 'active' AND s.next_run_at <= $2 \
     AND NOT EXISTS (SELECT 1 FROM catalog_sync_runs r WHERE r.tenant_id = s.tenant_id AND r.source_id = s.id \
     AND r.state IN ('running', 'waiting')) ORDER BY s.next_run_at LIMIT 100",
);

pub(super) async fn due(read: &Read) -> Result<Vec<PriceSourceId>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
    }
    let rows: Vec<Row> = read.sql(DUE).bind(read.now().micros()).all().await?;
    Ok(rows.into_iter().map(|row| PriceSourceId::from_uuid(row.id)).collect())
}

fn typed(row: Model) -> Result<Source> {
    let odd = |what: &str| Error::internal(format!("price source {} has an unknown {what}", row.id));
    let side = Side::parse(&row.side).ok_or_else(|| odd("side"))?;
    let patterns = |text: &str| Patterns::parse(text).ok_or_else(|| odd("filter"));
    Ok(Source {
        id: PriceSourceId::from_uuid(row.id),
        kind: SourceKind::parse(&row.kind).ok_or_else(|| odd("kind"))?,
        state: SourceState::parse(&row.state).ok_or_else(|| odd("state"))?,
        terms: Terms {
            list: ListRef::of(side, row.list_id),
            filter: Filter {
                include: patterns(&row.include_endings)?,
                exclude: patterns(&row.exclude_endings)?,
            },
            vanished: vanished(&row.vanished),
            name: row.name,
            endpoint: row.endpoint,
            interval_minutes: row.interval_minutes,
            timeout_seconds: row.timeout_seconds,
            most_changed_percent: row.most_changed_percent,
            largest_jump_hundredths: row.largest_jump_hundredths,
        },
        credentials: row.credentials,
        credentials_at: row.credentials_at.map(Instant::from_micros),
        version: row.version,
        created_at: Instant::from_micros(row.created_at),
        updated_at: Instant::from_micros(row.updated_at),
        next_run_at: Instant::from_micros(row.next_run_at),
        last_success_at: row.last_success_at.map(Instant::from_micros),
        failures_in_row: row.failures_in_row,
        open_until: row.open_until.map(Instant::from_micros),
    })
}

fn vanished(name: &str) -> Vanished {
    match name {
        "withdraw" => Vanished::Withdraw,
        _ => Vanished::Keep,
    }
}

/// As stored, sent and chosen.
pub(super) const fn vanished_name(vanished: Vanished) -> &'static str {
    match vanished {
        Vanished::Keep => "keep",
        Vanished::Withdraw => "withdraw",
    }
}

impl Stored for Source {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let terms = &self.terms;
        let row = ActiveModel {
            tenant_id: Set(writer.tenant().uuid()),
            id: Set(self.id.uuid()),
            name: Set(terms.name.clone()),
            kind: Set(self.kind.name().to_owned()),
            endpoint: Set(terms.endpoint.clone()),
            side: Set(terms.list.side().name().to_owned()),
            list_id: Set(terms.list.uuid()),
            state: Set(self.state.name().to_owned()),
            interval_minutes: Set(terms.interval_minutes),
            timeout_seconds: Set(terms.timeout_seconds),
            include_endings: Set(terms.filter.include.to_string()),
            exclude_endings: Set(terms.filter.exclude.to_string()),
            vanished: Set(vanished_name(terms.vanished).to_owned()),
            most_changed_percent: Set(terms.most_changed_percent),
            largest_jump_hundredths: Set(terms.largest_jump_hundredths),
            credentials: Set(self.credentials.clone()),
            credentials_at: Set(self.credentials_at.map(Instant::micros)),
            version: Set(self.version),
            created_at: Set(self.created_at.micros()),
            updated_at: Set(self.updated_at.micros()),
            next_run_at: Set(self.next_run_at.micros()),
            last_success_at: Set(self.last_success_at.map(Instant::micros)),
            failures_in_row: Set(self.failures_in_row),
            open_until: Set(self.open_until.map(Instant::micros)),
        };
        if self.version == 1 {
            return writer.insert(row).await;
        }
        let shown = Condition::all()
            .add(Column::Id.eq(self.id.uuid()))
            .add(Column::Version.eq(self.version - 1));
        let next = vec![(Column::Version, Expr::value(self.version))];
        if writer.update_where::<Entity>(next, shown).await? == 0 {
            return Err(stale().into());
        }
        writer.update(row).await
    }
}

const SCHEDULE: Sql = Sql::tenant(
    "UPDATE catalog_price_sources SET next_run_at = $3, last_success_at = $4, failures_in_row = $5, open_until = $6 \
     WHERE tenant_id = $1 AND id = $2",
);

/// Writes when a source is due next and how its runs go; what people decided about it is not touched.
pub(super) async fn reschedule(writer: &mut Writer<'_>, source: &Source) -> Result<()> {
    writer
        .sql(SCHEDULE)
        .bind(source.id.uuid())
        .bind(source.next_run_at.micros())
        .bind(source.last_success_at.map(Instant::micros))
        .bind(source.failures_in_row)
        .bind(source.open_until.map(Instant::micros))
        .execute()
        .await
        .map(|_| ())
}

const FORGET_SEEN: Sql =
    Sql::tenant("DELETE FROM catalog_sync_seen WHERE tenant_id = $1 AND source_id = $2 AND seen_at < $3");
static SEEN: Bulk<2, 1> = Bulk::into_where(
    "catalog_sync_seen",
    ["source_id", "seen_at"],
    ["ending"],
    "ON CONFLICT (tenant_id, source_id, ending) DO UPDATE SET seen_at = excluded.seen_at",
);

/// How long an ending a source has ceased to name is still told as stale.
const TOLD_FOR: jiff::SignedDuration = jiff::SignedDuration::from_hours(24 * 90);

/// Writes that a source told of these endings now.
pub(super) async fn mark_seen(writer: &mut Writer<'_>, source: PriceSourceId, endings: &[String]) -> Result<()> {
    let now = writer.now();
    writer
        .sql(FORGET_SEEN)
        .bind(source.uuid())
        .bind(now.minus(TOLD_FOR).micros())
        .execute()
        .await?;
    let shared = [source.uuid().into(), now.micros().into()];
    let rows = endings.iter().map(|ending| [ending.as_str().into()]);
    writer.insert_rows(&SEEN, shared, rows).await
}

/// An ending a source has told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The ending, as an A-label.
    pub ending: String,
    /// When the source last told a price of it that was believed.
    pub seen_at: Instant,
}

const SEEN_OF: Sql = Sql::tenant(
    "SELECT ending, seen_at FROM catalog_sync_seen WHERE tenant_id = $1 AND source_id = $2 \
     AND (seen_at > $3 OR (seen_at = $3 AND ending > $4)) ORDER BY seen_at, ending LIMIT $5",
);

/// The endings of a source, those longest not told of first, after a place in that list.
pub(super) async fn seen(
    read: &Read,
    source: PriceSourceId,
    after: Option<(i64, String)>,
    most: u64,
) -> Result<Vec<Seen>> {
    #[derive(FromQueryResult)]
    struct Row {
        ending: String,
        seen_at: i64,
    }
    let (at, ending) = after.unwrap_or((i64::MIN, String::new()));
    let query = read.sql(SEEN_OF).bind(source.uuid()).bind(at).bind(ending);
    let rows: Vec<Row> = query.bind(i64::try_from(most).unwrap_or(i64::MAX)).all().await?;
    let seen = |row: Row| Seen {
        ending: row.ending,
        seen_at: Instant::from_micros(row.seen_at),
    };
    Ok(rows.into_iter().map(seen).collect())
}

const STALE_ENDINGS: Sql = Sql::tenant(
    "SELECT COUNT(*) AS endings, COUNT(CASE WHEN seen_at < $3 THEN 1 END) AS stale FROM catalog_sync_seen \
     WHERE tenant_id = $1 AND source_id = $2",
);

/// How many endings a source has told of, and how many of them not since an instant.
pub(super) async fn stale_endings(read: &Read, source: PriceSourceId, since: Instant) -> Result<(i64, i64)> {
    #[derive(FromQueryResult)]
    struct Row {
        endings: i64,
        stale: i64,
    }
    let query = read.sql(STALE_ENDINGS).bind(source.uuid()).bind(since.micros());
    Ok(query.one::<Row>().await?.map_or((0, 0), |row| (row.endings, row.stale)))
}
