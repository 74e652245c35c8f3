//! What the plan of an import, of a price source's run or of price rules touches. Plans are kept; what they touch is
//! computed when they are looked at, because names come and go meanwhile.

use engines::pricing;
use kernel::{ImportId, Instant, PriceId, ProblemKind};
use platform::{Ctx, Error, Result};
use scoped_futures::ScopedFutureExt;

use super::{Asked, Exposure, PriceEdit};
use crate::imports::{self, Import, Plan, PlanRow, State};
use crate::price_books::Books;
use crate::price_changes::engine_list;

/// What applying an import would touch; nothing for one that cannot be applied, or was.
pub(crate) async fn of_plan(
    ctx: &Ctx,
    books: &Books,
    asked: &Asked,
    import: &Import,
    plan: &Plan,
) -> Result<Vec<Exposure>> {
    if import.state != State::Previewed {
        return Ok(Vec::new());
    }
    let (book, asking) = (&books.book(ctx).await?, &asked.by(ctx).await?);
    let from = import.effective_from.unwrap_or_else(|| ctx.now());
    ctx.read(|read| async move { asking.prices(read, book, edit(import, plan, from)).await }.scope_boxed())
        .await
}

/// The same of a kept import; nothing for somebody who may not look at its plan.
pub(crate) async fn of_import(ctx: &Ctx, books: &Books, asked: &Asked, id: ImportId) -> Result<Option<Vec<Exposure>>> {
    let found = ctx
        .read(|read| async move { imports::plan_of(read, id).await }.scope_boxed())
        .await;
    match found {
        Ok((import, plan)) => of_plan(ctx, books, asked, &import, &plan).await.map(Some),
        Err(Error::Problem(problem)) if problem.kind == ProblemKind::Forbidden => Ok(None),
        Err(other) => Err(other),
    }
}

fn edit<'c>(import: &Import, plan: &'c Plan, from: Instant) -> PriceEdit<'c> {
    let writing = || plan.rows.iter().filter(|row| row.writes());
    let begins = |row: &PlanRow| row.effective_from.unwrap_or(from);
    PriceEdit {
        list: import.list,
        from: writing().map(begins).min().unwrap_or(from),
        superseded: &[],
        cells: writing().map(|row| cell(row, begins(row))).collect(),
        endings: writing().map(|row| row.key.ending.as_str()).collect(),
    }
}

fn cell(row: &PlanRow, from: Instant) -> pricing::Cell<'_> {
    let key = &row.key;
    pricing::Cell {
        list: engine_list(key.side, key.list),
        tld: &key.ending,
        operation: key.operation,
        years: key.years,
        kind: key.kind,
        currency: key.currency,
        effective_from: from,
        minor: row.after,
        recorded_at: from,
        superseded_at: None,
        version: PriceId::NONE,
    }
}
