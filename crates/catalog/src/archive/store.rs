//! The archive in the database.

use kernel::{ArchiveRunId, Id, Instant, PriceId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::archived_entity as archived;
use super::model::{Archived, Batch, Cutoffs, Run, RunState};
use super::run_entity as runs;
use crate::price_books::cell_entity as cells;
use crate::price_books::store::{self, ROWS_AT_ONCE};
use crate::price_books::{Cell, Side};

/// Old enough: superseded before the cut-off, or followed by a price of the same key that took effect before it. The one
/// in force has no such follower. Prices brought back by hand are left alone while they are held.
const OLD_ENOUGH: Sql = Sql::tenant(
    "SELECT c.id AS id, COALESCE(c.superseded_at, (SELECT MIN(n.effective_from) FROM catalog_price_cells n \
       WHERE n.tenant_id = $1 AND n.list_id = c.list_id AND n.ending = c.ending AND n.currency = c.currency \
       AND n.operation = c.operation AND n.years = c.years AND n.kind = c.kind AND n.superseded_at IS NULL \
       AND n.effective_from > c.effective_from)) AS ceased_at \
     FROM catalog_price_cells c WHERE c.tenant_id = $1 AND c.side = $2 AND c.id > $4 \
     AND (c.superseded_at < $3 OR (c.superseded_at IS NULL AND c.effective_from < $3 AND EXISTS \
       (SELECT 1 FROM catalog_price_cells n WHERE n.tenant_id = $1 AND n.list_id = c.list_id AND n.ending = c.ending \
       AND n.currency = c.currency AND n.operation = c.operation AND n.years = c.years AND n.kind = c.kind \
       AND n.superseded_at IS NULL AND n.effective_from > c.effective_from AND n.effective_from < $3))) \
     AND NOT EXISTS (SELECT 1 FROM catalog_archive_holds h WHERE h.tenant_id = $1 AND h.price_id = c.id AND h.held_until > $5) \
     ORDER BY c.id LIMIT $6",
);

/// A price that may be moved.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Candidate {
    id: Uuid,
    ceased_at: i64,
}

impl Candidate {
    pub(super) fn id(&self) -> PriceId {
        PriceId::from_uuid(self.id)
    }

    pub(super) const fn ceased_at(&self) -> Instant {
        Instant::from_micros(self.ceased_at)
    }
}

/// Prices of one side old enough to be moved, behind an id, in the order of their ids.
pub(super) async fn old_enough(
    read: &Read,
    side: Side,
    before: Instant,
    behind: PriceId,
    most: u64,
) -> Result<Vec<Candidate>> {
    read.sql(OLD_ENOUGH)
        .bind(side.name())
        .bind(before.micros())
        .bind(behind.uuid())
        .bind(read.now().micros())
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await
}

/// Prices by id that are still at hand.
pub(super) async fn at_hand(read: &Read, ids: &[PriceId]) -> Result<Vec<Cell>> {
    let mut found = Vec::new();
    for some in ids.chunks(ROWS_AT_ONCE) {
        let these = cells::Column::Id.is_in(some.iter().map(|id| id.uuid()));
        let rows = read.select::<cells::Entity>().filter(these).all(read).await?;
        for row in rows {
            found.push(store::cell(row)?);
        }
    }
    Ok(found)
}

/// Archived prices by id.
pub(super) async fn archived(read: &Read, ids: &[PriceId]) -> Result<Vec<Archived>> {
    let mut found = Vec::new();
    for some in ids.chunks(ROWS_AT_ONCE) {
        let these = archived::Column::Id.is_in(some.iter().map(|id| id.uuid()));
        let rows = read.select::<archived::Entity>().filter(these).all(read).await?;
        for row in rows {
            found.push(typed(row)?);
        }
    }
    Ok(found)
}

/// Archived prices before an id, the latest first; of one ending or side where it is said.
pub(super) async fn list(
    read: &Read,
    ending: Option<&str>,
    side: Option<Side>,
    before: Option<PriceId>,
    most: u64,
) -> Result<Vec<Archived>> {
    let wanted = Condition::all()
        .add_option(ending.map(|ending| archived::Column::Ending.eq(ending)))
        .add_option(side.map(|side| archived::Column::Side.eq(side.name())))
        .add_option(before.map(|id| archived::Column::Id.lt(id.uuid())));
    let select = read.select::<archived::Entity>().filter(wanted);
    let rows = select.order_by_desc(archived::Column::Id).limit(most).all(read).await?;
    rows.into_iter().map(typed).collect()
}

const EDGE: Sql = Sql::tenant(
    "SELECT MAX(ceased_at) AS edge FROM catalog_price_archive WHERE tenant_id = $1 AND superseded_at IS NULL",
);

/// The instant before which the prices at hand do not tell all that was in force; none when nothing is archived.
pub(super) async fn edge(read: &Read) -> Result<Option<Instant>> {
    #[derive(FromQueryResult)]
    struct Row {
        edge: Option<i64>,
    }
    let row = read.sql(EDGE).one::<Row>().await?;
    Ok(row.and_then(|row| row.edge).map(Instant::from_micros))
}

fn typed(row: archived::Model) -> Result<Archived> {
    let archived::Model {
        tenant_id,
        id,
        side,
        list_id,
        ending,
        currency,
        operation,
        years,
        kind,
        effective_from,
        amount_minor,
        note,
        import_id,
        recorded_at,
        recorded_by,
        since_version,
        superseded_at,
        superseded_by,
        superseded_version,
        change_id,
        promotion,
        ceased_at,
        archived_at,
        archived_by,
        archive_run,
    } = row;
    let cell = store::cell(cells::Model {
        tenant_id,
        id,
        side,
        list_id,
        ending,
        currency,
        operation,
        years,
        kind,
        effective_from,
        amount_minor,
        note,
        import_id,
        recorded_at,
        recorded_by,
        since_version,
        superseded_at,
        superseded_by,
        superseded_version,
        change_id,
        promotion,
    })?;
    Ok(Archived {
        cell,
        ceased_at: Instant::from_micros(ceased_at),
        archived_at: Instant::from_micros(archived_at),
        archived_by,
        run: ArchiveRunId::from_uuid(archive_run),
    })
}

/// The columns both tables share.
macro_rules! columns {
    () => {
        "tenant_id, id, side, list_id, ending, currency, operation, years, kind, effective_from, amount_minor, note, import_id, \
         recorded_at, recorded_by, since_version, superseded_at, superseded_by, superseded_version, change_id, promotion"
    };
}

const MOVE_OUT: Sql = Sql::tenant(concat!(
    "INSERT INTO catalog_price_archive (",
    columns!(),
    ", ceased_at, archived_at, archived_by, archive_run) SELECT ",
    columns!(),
    ", $3, $4, $5, $6 FROM catalog_price_cells WHERE tenant_id = $1 AND id = $2"
));
const MOVE_BACK: Sql = Sql::tenant(concat!(
    "INSERT INTO catalog_price_cells (",
    columns!(),
    ") SELECT ",
    columns!(),
    " FROM catalog_price_archive WHERE tenant_id = $1 AND id = $2"
));

impl Stored for Batch {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let (now, by) = (writer.now().micros(), writer.actor().who.to_string());
        for (cell, ceased_at) in &self.cells {
            let moved = writer
                .sql(MOVE_OUT)
                .bind(cell.id.uuid())
                .bind(ceased_at.micros())
                .bind(now)
                .bind(by.clone())
                .bind(self.run.id.uuid())
                .execute()
                .await?;
            one(moved, cell.id)?;
        }
        let mut gone = 0;
        for some in self.cells.chunks(ROWS_AT_ONCE) {
            let these = cells::Column::Id.is_in(some.iter().map(|(cell, _)| cell.id.uuid()));
            gone += writer.delete::<cells::Entity>(these).await?;
        }
        if gone != self.cells.len() as u64 {
            return Err(Error::internal("a price left while it was archived"));
        }
        progress(writer, &self.run).await
    }
}

fn one(rows: u64, id: PriceId) -> Result<()> {
    match rows {
        1 => Ok(()),
        _ => Err(Error::internal(format!("price {id} left while it was moved"))),
    }
}

/// Prices brought back.
pub(super) struct Restored {
    pub(super) cells: Vec<Archived>,
    pub(super) held_until: Instant,
}

const HOLD: Sql = Sql::tenant(
    "INSERT INTO catalog_archive_holds (tenant_id, price_id, held_until, held_by) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (tenant_id, price_id) DO UPDATE SET held_until = excluded.held_until, held_by = excluded.held_by",
);

impl Stored for Restored {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let by = writer.actor().who.to_string();
        for Archived { cell, .. } in &self.cells {
            let moved = writer.sql(MOVE_BACK).bind(cell.id.uuid()).execute().await?;
            one(moved, cell.id)?;
            let hold = writer.sql(HOLD).bind(cell.id.uuid()).bind(self.held_until.micros());
            hold.bind(by.clone()).execute().await?;
        }
        let mut gone = 0;
        for some in self.cells.chunks(ROWS_AT_ONCE) {
            let these = archived::Column::Id.is_in(some.iter().map(|one| one.cell.id.uuid()));
            gone += writer.delete::<archived::Entity>(these).await?;
        }
        if gone != self.cells.len() as u64 {
            return Err(Error::internal("a price left the archive while it was brought back"));
        }
        Ok(())
    }
}

/// The run that is under way, if one is.
pub(super) async fn running(read: &Read) -> Result<Option<Run>> {
    let running = runs::Column::State.eq(RunState::Running.name());
    let row = read.select::<runs::Entity>().filter(running).one(read).await?;
    row.map(run).transpose()
}

/// Runs before an id, the latest first.
pub(super) async fn runs(read: &Read, before: Option<ArchiveRunId>, most: u64) -> Result<Vec<Run>> {
    let wanted = Condition::all().add_option(before.map(|id| runs::Column::Id.lt(id.uuid())));
    let select = read.select::<runs::Entity>().filter(wanted);
    let rows = select.order_by_desc(runs::Column::Id).limit(most).all(read).await?;
    rows.into_iter().map(run).collect()
}

fn run(row: runs::Model) -> Result<Run> {
    let state = RunState::parse(&row.state).ok_or_else(|| Error::internal("an archive run in an unknown state"))?;
    Ok(Run {
        id: ArchiveRunId::from_uuid(row.id),
        state,
        started_at: Instant::from_micros(row.started_at),
        started_by: row.started_by,
        finished_at: row.finished_at.map(Instant::from_micros),
        cutoffs: Cutoffs {
            costs: Instant::from_micros(row.costs_before),
            sales: Instant::from_micros(row.sales_before),
        },
        costs: row.costs,
        sales: row.sales,
        referred: row.referred,
    })
}

/// Notes a run that begins.
pub(super) async fn open(writer: &mut Writer<'_>, run: &Run) -> Result<()> {
    let tenant = writer.tenant().uuid();
    writer
        .insert(runs::ActiveModel {
            tenant_id: Set(tenant),
            id: Set(run.id.uuid()),
            state: Set(run.state.name().to_owned()),
            started_at: Set(run.started_at.micros()),
            started_by: Set(run.started_by.clone()),
            finished_at: Set(None),
            costs_before: Set(run.cutoffs.costs.micros()),
            sales_before: Set(run.cutoffs.sales.micros()),
            costs: Set(run.costs),
            sales: Set(run.sales),
            referred: Set(run.referred),
        })
        .await
}

/// Notes how far a run has come; only while it is under way.
pub(super) async fn progress(writer: &mut Writer<'_>, run: &Run) -> Result<()> {
    let columns = vec![
        (runs::Column::State, Expr::value(run.state.name())),
        (
            runs::Column::FinishedAt,
            Expr::value(run.finished_at.map(Instant::micros)),
        ),
        (runs::Column::Costs, Expr::value(run.costs)),
        (runs::Column::Sales, Expr::value(run.sales)),
        (runs::Column::Referred, Expr::value(run.referred)),
    ];
    let which = Condition::all()
        .add(runs::Column::Id.eq(run.id.uuid()))
        .add(runs::Column::State.eq(RunState::Running.name()));
    match writer.update_where::<runs::Entity>(columns, which).await? {
        1 => Ok(()),
        _ => Err(Error::internal("an archive run ended while it was under way")),
    }
}
