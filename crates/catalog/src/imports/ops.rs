//! What can be done with imports that are kept: keep one, look at them. Making them is `prepare`, applying them `apply`.

use kernel::{Change, ImportId, Problem};
use platform::{Read, Result, Tx};
use uuid::Uuid;

use super::events::ImportPreviewed;
use super::model::{Format, Import, ListRef, NewImport};
use super::plan::Plan;
use super::prepare::{self, Prepared};
use super::store::{self, Previewed};
use super::{apply, made};
use crate::permissions::{MARGINS_READ, PRICES_IMPORT};
use crate::price_books::{Books, Side};

/// A plan shows what was in force before: where that is costs, only who may see costs may import. What rules make is of
/// those who may change prices by hand and see costs.
pub(super) fn may_import(read: &Read, format: Format, list: ListRef) -> Result<()> {
    if format == Format::PriceRules {
        return made::may_run(read);
    }
    read.allow(PRICES_IMPORT)?;
    match list.side() {
        Side::Cost => read.allow(MARGINS_READ),
        Side::Sale => Ok(()),
    }
}

/// Keeps a prepared import, so that it can be looked at and applied.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn keep(tx: &mut Tx, prepared: &Prepared) -> Result<Import> {
    may_import(tx, prepared.import.format, prepared.import.list)?;
    let import = Import {
        id: tx.new_id(),
        ..prepared.import.clone()
    };
    let fact = ImportPreviewed {
        id: import.id,
        list: import.list.to_string(),
        format: import.format,
        content_hash: import.content_hash.clone(),
        counts: import.counts,
    };
    let previewed = Previewed {
        import,
        plan: &prepared.kept.column,
    };
    Ok(tx.save(Change::new(previewed, fact)).await?.import)
}

/// Keeps what was prepared and applies it, in one transaction: command line, seeds and price sources.
///
/// # Errors
/// As [`keep`] and [`apply::apply`].
pub async fn keep_and_apply(tx: &mut Tx, books: &Books, prepared: &Prepared) -> Result<Import> {
    let import = keep(tx, prepared).await?;
    apply::apply_kept(tx, books, import, prepared).await
}

/// Reads, keeps and applies a file in one go, for files known to be small. One with bad cells is refused.
///
/// # Errors
/// As [`prepare::prepare`] and [`apply::apply`].
pub async fn import_bytes(tx: &mut Tx, books: &Books, new: &NewImport) -> Result<Import> {
    let prepared = prepare::prepare(tx, new).await?;
    keep_and_apply(tx, books, &prepared).await
}

/// As [`import_bytes`], but the prices may begin in the past. For seeds only: nothing can have been sold before.
pub(crate) async fn import_backdated(tx: &mut Tx, books: &Books, new: &NewImport) -> Result<Import> {
    let prepared = prepare::compare(tx, new).await?;
    keep_and_apply(tx, books, &prepared).await
}

/// One import with its plan.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn plan_of(read: &Read, id: ImportId) -> Result<(Import, Plan)> {
    read.allow(PRICES_IMPORT)?;
    let (import, plan) = store::by_id(read, id).await?.ok_or_else(Problem::not_found)?;
    may_import(read, import.format, import.list)?;
    Ok((import, plan))
}

/// Imports older than `after`, the latest first.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, after: Option<(i64, Uuid)>, most: u64) -> Result<Vec<Import>> {
    read.allow(PRICES_IMPORT)?;
    store::before(read, after, most).await
}

/// Names of the files of these imports, where there are any: for pages that tell what something was about.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn names(read: &Read, ids: &[ImportId]) -> Result<Vec<(ImportId, String)>> {
    read.allow(PRICES_IMPORT)?;
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(Vec::new());
    };
    let mut names = store::names(read, *first, *last).await?;
    names.retain(|(id, _)| ids.contains(id));
    Ok(names)
}
