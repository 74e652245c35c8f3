//! Writing cells: those of a change with their marks, those of an import many at a time; and superseding them.

use kernel::{Id, ImportId, Instant, PriceId};
use platform::{Bulk, Result, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::{Mark, ROWS_AT_ONCE};
use crate::imports::ListRef;
use crate::price_books::cell_entity as cells;
use crate::price_books::model::{Cell, CellKey};

/// Writes a change's cells, which count from `version` on.
pub(crate) async fn insert_marked(writer: &mut Writer<'_>, new: &[(Cell, Mark)], version: i64) -> Result<()> {
    let tenant = writer.tenant().uuid();
    for some in new.chunks(ROWS_AT_ONCE) {
        let rows = some.iter().map(|(cell, mark)| cells::ActiveModel {
            change_id: Set(mark.change),
            promotion: Set(mark.promotion.clone()),
            ..row(tenant, cell, version)
        });
        writer.insert_many(rows.collect()).await?;
    }
    Ok(())
}

/// Marks cells as superseded from `version` on, if they have not begun: the database compares with the clock. How many
/// it were.
pub(crate) async fn supersede_future(writer: &mut Writer<'_>, ids: &[PriceId], version: i64) -> Result<u64> {
    let not_begun = cells::Column::EffectiveFrom.gt(writer.now().micros());
    let mut done = 0;
    for some in ids.chunks(ROWS_AT_ONCE) {
        let which = superseding(some).add(not_begun.clone());
        done += writer
            .update_where::<cells::Entity>(superseded(writer, version), which)
            .await?;
    }
    Ok(done)
}

/// What the new cells of an import share.
pub(crate) struct Batch {
    /// Where they go.
    pub(crate) list: ListRef,
    /// What brings them.
    pub(crate) import: ImportId,
    /// They count from this version on.
    pub(crate) version: i64,
}

/// And what each has of its own.
pub(crate) struct NewCell<'c> {
    pub(crate) id: PriceId,
    pub(crate) key: &'c CellKey,
    pub(crate) effective_from: Instant,
    pub(crate) amount_minor: Option<i64>,
    pub(crate) note: Option<&'c str>,
}

static NEW_CELLS: Bulk<6, 9> = Bulk::into(
    "catalog_price_cells",
    [
        "side",
        "list_id",
        "import_id",
        "since_version",
        "recorded_at",
        "recorded_by",
    ],
    [
        "id",
        "ending",
        "currency",
        "operation",
        "years",
        "kind",
        "effective_from",
        "amount_minor",
        "note",
    ],
);

/// Writes the new cells of an import. Part of the change that brings them.
pub(crate) async fn insert_batch(writer: &mut Writer<'_>, batch: &Batch, cells: &[NewCell<'_>]) -> Result<()> {
    let shared = [
        batch.list.side().name().into(),
        batch.list.uuid().into(),
        batch.import.uuid().into(),
        batch.version.into(),
        writer.now().micros().into(),
        writer.actor().who.to_string().into(),
    ];
    let rows = cells.iter().map(|cell| {
        let key = cell.key;
        [
            cell.id.uuid().into(),
            key.ending.as_str().into(),
            key.currency.code().into(),
            key.operation.name().into(),
            i64::from(key.years).into(),
            key.kind.name().into(),
            cell.effective_from.micros().into(),
            cell.amount_minor.into(),
            cell.note.map(str::to_owned).into(),
        ]
    });
    writer.insert_rows(&NEW_CELLS, shared, rows).await
}

/// Marks cells as superseded from `version` on.
pub(crate) async fn supersede(writer: &mut Writer<'_>, ids: &[PriceId], version: i64) -> Result<()> {
    for some in ids.chunks(ROWS_AT_ONCE) {
        let columns = superseded(writer, version);
        writer.update_where::<cells::Entity>(columns, superseding(some)).await?;
    }
    Ok(())
}

/// By whom and when.
fn superseded(writer: &Writer<'_>, version: i64) -> Vec<(cells::Column, SimpleExpr)> {
    vec![
        (cells::Column::SupersededAt, Expr::value(writer.now().micros())),
        (cells::Column::SupersededBy, Expr::value(writer.actor().who.to_string())),
        (cells::Column::SupersededVersion, Expr::value(version)),
    ]
}

/// Those of these cells that count.
fn superseding(ids: &[PriceId]) -> Condition {
    Condition::all()
        .add(cells::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
        .add(cells::Column::SupersededAt.is_null())
}

fn row(tenant: Uuid, cell: &Cell, version: i64) -> cells::ActiveModel {
    let key = &cell.key;
    cells::ActiveModel {
        tenant_id: Set(tenant),
        id: Set(cell.id.uuid()),
        side: Set(key.side.name().to_owned()),
        list_id: Set(key.list),
        ending: Set(key.ending.clone()),
        currency: Set(key.currency.code().to_owned()),
        operation: Set(key.operation.name().to_owned()),
        years: Set(i64::from(key.years)),
        kind: Set(key.kind.name().to_owned()),
        effective_from: Set(cell.effective_from.micros()),
        amount_minor: Set(cell.amount_minor),
        note: Set(cell.note.clone()),
        import_id: Set(cell.import.map(Id::uuid)),
        recorded_at: Set(cell.recorded_at.micros()),
        recorded_by: Set(cell.recorded_by.clone()),
        since_version: Set(version),
        superseded_at: Set(None),
        superseded_by: Set(None),
        superseded_version: Set(None),
        change_id: Set(None),
        promotion: Set(None),
    }
}
