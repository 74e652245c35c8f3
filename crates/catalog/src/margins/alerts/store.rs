//! Alerts and what was looked at, in the database.

use std::collections::HashSet;

use kernel::{Id, Instant, MarginAlertId, RegistrarId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::entity as alerts;
use super::model::{Acknowledgement, Alert, Kind, Said, Told};

/// Rows of one statement.
const ROWS_AT_ONCE: usize = 100;

/// Up to where margins were looked at.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Watch {
    pub(super) checked_version: i64,
    pub(super) checked_at: i64,
}

const WATCH: Sql = Sql::tenant("SELECT checked_version, checked_at FROM catalog_margin_watches WHERE tenant_id = $1");
const TOUCHED: Sql = Sql::tenant(
    "SELECT DISTINCT ending FROM catalog_price_cells WHERE tenant_id = $1 AND (since_version > $2 OR superseded_version > $2 \
     OR (superseded_at IS NULL AND effective_from > $3 AND effective_from <= $4))",
);
const NEXT: Sql = Sql::tenant(
    "SELECT MIN(effective_from) AS at FROM catalog_price_cells WHERE tenant_id = $1 AND superseded_at IS NULL AND effective_from > $2",
);
const LOOKED: Sql = Sql::tenant(
    "INSERT INTO catalog_margin_watches (tenant_id, checked_version, checked_at) VALUES ($1, $2, $3) \
     ON CONFLICT (tenant_id) DO UPDATE SET checked_version = excluded.checked_version, checked_at = excluded.checked_at \
     WHERE catalog_margin_watches.checked_at <= excluded.checked_at",
);

/// Up to where the tenant's margins were looked at; none before the first time.
pub(super) async fn watch(read: &Read) -> Result<Option<Watch>> {
    read.sql(WATCH).one().await
}

/// Endings whose prices were changed since, or took effect since.
pub(super) async fn touched(read: &Read, since: Watch) -> Result<HashSet<String>> {
    #[derive(FromQueryResult)]
    struct Row {
        ending: String,
    }
    let query = read.sql(TOUCHED).bind(since.checked_version).bind(since.checked_at);
    let rows: Vec<Row> = query.bind(read.now().micros()).all().await?;
    Ok(rows.into_iter().map(|row| row.ending).collect())
}

/// When the next scheduled price takes effect.
pub(super) async fn next_change(read: &Read) -> Result<Option<Instant>> {
    #[derive(FromQueryResult)]
    struct Row {
        at: Option<i64>,
    }
    let row = read.sql(NEXT).bind(read.now().micros()).one::<Row>().await?;
    Ok(row.and_then(|row| row.at).map(Instant::from_micros))
}

/// Notes up to where margins were looked at.
pub(super) async fn looked(writer: &mut Writer<'_>, version: i64) -> Result<()> {
    let now = writer.now().micros();
    writer.sql(LOOKED).bind(version).bind(now).execute().await.map(|_| ())
}

/// What was told of these endings.
pub(super) async fn told(read: &Read, endings: &[&str]) -> Result<Vec<Alert>> {
    let mut found = Vec::new();
    for some in endings.chunks(ROWS_AT_ONCE) {
        let these = alerts::Column::Ending.is_in(some.iter().copied());
        for row in read.select::<alerts::Entity>().filter(these).all(read).await? {
            found.push(alert(row)?);
        }
    }
    Ok(found)
}

/// Which alerts.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Open ones, or those somebody has seen to; both if not said.
    pub open: Option<bool>,
    /// Of one kind.
    pub kind: Option<Kind>,
    /// Of one ending, as an A-label.
    pub tld: Option<String>,
}

/// Where an alert stands in the list: seen to, its worst share, its id.
pub type Place = (bool, i64, MarginAlertId);

impl Alert {
    /// Its place in the list.
    pub fn place(&self) -> Place {
        (self.acknowledged.is_some(), self.worst(), self.id)
    }
}

const LIST: Sql = Sql::tenant(
    "SELECT tenant_id, id, ending, registrar_id, registrar_name, kind, price_version, book_version, lines, told, created_at, \
     worst, acknowledged_at, acknowledged_by, note FROM catalog_margin_alerts \
     WHERE tenant_id = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR ending = $3) \
     AND ($4 < 0 OR CASE WHEN acknowledged_at IS NULL THEN 0 ELSE 1 END = $4) \
     AND (CASE WHEN acknowledged_at IS NULL THEN 0 ELSE 1 END, worst, id) > ($5, $6, $7) \
     ORDER BY CASE WHEN acknowledged_at IS NULL THEN 0 ELSE 1 END, worst, id LIMIT $8",
);

/// Alerts behind a place: open ones before those somebody has seen to, the worst first.
pub(super) async fn list(read: &Read, wanted: &Wanted, after: Option<Place>, most: u64) -> Result<Vec<Alert>> {
    let (seen_to, worst, id) = after.map_or((-1, i64::MIN, Uuid::nil()), |(seen_to, worst, id)| {
        (i64::from(seen_to), worst, id.uuid())
    });
    let rows: Vec<alerts::Model> = read
        .sql(LIST)
        .bind(wanted.kind.map_or("", Kind::name))
        .bind(wanted.tld.as_deref().unwrap_or_default())
        .bind(wanted.open.map_or(-1, |open| i64::from(!open)))
        .bind(seen_to)
        .bind(worst)
        .bind(id)
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await?;
    rows.into_iter().map(alert).collect()
}

/// How many alerts there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    /// Open ones of prices below cost.
    pub negative: i64,
    /// Open ones of low margins.
    pub low: i64,
    /// Those somebody has seen to.
    pub acknowledged: i64,
}

const COUNTS: Sql = Sql::tenant(
    "SELECT COUNT(CASE WHEN acknowledged_at IS NULL AND kind = 'negative' THEN 1 END) AS negative, \
     COUNT(CASE WHEN acknowledged_at IS NULL AND kind = 'low' THEN 1 END) AS low, \
     COUNT(acknowledged_at) AS acknowledged FROM catalog_margin_alerts WHERE tenant_id = $1",
);

/// How many alerts there are.
pub(super) async fn counts(read: &Read) -> Result<Counts> {
    let counts: Option<Counts> = read.sql(COUNTS).one().await?;
    Ok(counts.unwrap_or_default())
}

/// One alert.
pub(super) async fn by_id(read: &Read, id: MarginAlertId) -> Result<Option<Alert>> {
    let this = alerts::Column::Id.eq(id.uuid());
    let row = read.select::<alerts::Entity>().filter(this).one(read).await?;
    row.map(alert).transpose()
}

impl Stored for Said {
    /// Compared and set: of two people only one has been first.
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let said = self.alert.acknowledged.as_ref();
        let as_read = match said {
            Some(_) => alerts::Column::AcknowledgedAt.is_null(),
            None => alerts::Column::AcknowledgedAt.is_not_null(),
        };
        let which = Condition::all()
            .add(alerts::Column::Id.eq(self.alert.id.uuid()))
            .add(as_read);
        let columns = vec![
            (
                alerts::Column::AcknowledgedAt,
                Expr::value(said.map(|said| said.at.micros())),
            ),
            (
                alerts::Column::AcknowledgedBy,
                Expr::value(said.map(|said| said.by.clone())),
            ),
            (
                alerts::Column::Note,
                Expr::value(said.and_then(|said| said.note.clone())),
            ),
        ];
        match writer.update_where::<alerts::Entity>(columns, which).await? {
            1 => Ok(()),
            _ => Err(crate::values::stale().into()),
        }
    }
}

fn alert(row: alerts::Model) -> Result<Alert> {
    let odd = || Error::internal(format!("margin alert {} cannot be read", row.id));
    Ok(Alert {
        id: MarginAlertId::from_uuid(row.id),
        registrar: RegistrarId::from_uuid(row.registrar_id),
        kind: Kind::parse(&row.kind).ok_or_else(odd)?,
        told: Told::parse(&row.told).ok_or_else(odd)?,
        lines: serde_json::from_str(&row.lines)?,
        ending: row.ending,
        registrar_name: row.registrar_name,
        price_version: row.price_version,
        book_version: row.book_version,
        created_at: Instant::from_micros(row.created_at),
        acknowledged: row.acknowledged_at.map(|at| Acknowledgement {
            at: Instant::from_micros(at),
            by: row.acknowledged_by.unwrap_or_default(),
            note: row.note,
        }),
    })
}

/// Alerts that are told now.
pub(super) struct New(pub(super) Vec<Alert>);

impl Stored for New {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let tenant: Uuid = writer.tenant().uuid();
        for some in self.0.chunks(ROWS_AT_ONCE) {
            let rows: Result<Vec<_>> = some.iter().map(|alert| row(tenant, alert)).collect();
            // The unique key refuses what another job has told meanwhile; this one is then tried again and finds it told.
            writer.insert_many(rows?).await?;
        }
        Ok(())
    }
}

fn row(tenant: Uuid, alert: &Alert) -> Result<alerts::ActiveModel> {
    Ok(alerts::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(alert.id.uuid()),
        ending: Set(alert.ending.clone()),
        registrar_id: Set(alert.registrar.uuid()),
        registrar_name: Set(alert.registrar_name.clone()),
        kind: Set(alert.kind.name().to_owned()),
        price_version: Set(alert.price_version.clone()),
        book_version: Set(alert.book_version),
        lines: Set(serde_json::to_string(&alert.lines)?),
        told: Set(alert.told.name().to_owned()),
        created_at: Set(alert.created_at.micros()),
        worst: Set(alert.worst()),
        acknowledged_at: Set(None),
        acknowledged_by: Set(None),
        note: Set(None),
    })
}
