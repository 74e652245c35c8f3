//! Runs of archiving in the database.

use kernel::{ArchiveRunId, Id, Instant};
use platform::{Error, Read, Result, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition};

use crate::archive::model::{Cutoffs, Run, RunState};
use crate::archive::run_entity as runs;

/// The run that is under way, if one is.
pub(in crate::archive) async fn running(read: &Read) -> Result<Option<Run>> {
    let running = runs::Column::State.eq(RunState::Running.name());
    let row = read.select::<runs::Entity>().filter(running).one(read).await?;
    row.map(run).transpose()
}

/// Runs before an id, the latest first.
pub(in crate::archive) async fn runs(read: &Read, before: Option<ArchiveRunId>, most: u64) -> Result<Vec<Run>> {
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
            discounts: Instant::from_micros(row.discounts_before),
        },
        costs: row.costs,
        sales: row.sales,
        discounts: row.discounts,
        referred: row.referred,
    })
}

/// A run that somebody asked for.
pub(in crate::archive) struct Requested(pub(in crate::archive) Run);

impl Stored for Requested {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        open(writer, &self.0).await
    }
}

/// Notes a run that begins.
pub(in crate::archive) async fn open(writer: &mut Writer<'_>, run: &Run) -> Result<()> {
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
            discounts_before: Set(run.cutoffs.discounts.micros()),
            costs: Set(run.costs),
            sales: Set(run.sales),
            discounts: Set(run.discounts),
            referred: Set(run.referred),
        })
        .await
}

/// Notes how far a run has come; only while it is under way.
pub(in crate::archive) async fn progress(writer: &mut Writer<'_>, run: &Run) -> Result<()> {
    let columns = vec![
        (runs::Column::State, Expr::value(run.state.name())),
        (
            runs::Column::FinishedAt,
            Expr::value(run.finished_at.map(Instant::micros)),
        ),
        (runs::Column::Costs, Expr::value(run.costs)),
        (runs::Column::Sales, Expr::value(run.sales)),
        (runs::Column::Discounts, Expr::value(run.discounts)),
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
