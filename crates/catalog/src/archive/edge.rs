//! Questions about times from before the archive's edge: the prices at hand alone would answer them wrongly.

use std::sync::Arc;

use kernel::{Instant, PriceId};
use platform::{Ctx, Read, Result};
use scoped_futures::ScopedFutureExt;

use super::store;
use crate::price_books::{self, Book, Books, Cell};

/// The book for a question about an instant: the one in memory, and where it no longer holds all that was in force then,
/// one read from both tables for this question alone.
///
/// # Errors
/// When the database fails.
pub async fn book_at(ctx: &Ctx, books: &Books, at: Instant) -> Result<Arc<Book>> {
    let book = books.book(ctx).await?;
    // Nothing of the present is ever archived.
    if at >= ctx.now() {
        return Ok(book);
    }
    let whole = ctx
        .read(|read| {
            async move {
                match store::edge(read).await? {
                    Some(edge) if at < edge => price_books::load_whole(read).await.map(Some),
                    _ => Ok(None),
                }
            }
            .scope_boxed()
        })
        .await?;
    Ok(whole.map_or(book, Arc::new))
}

/// Prices by id, wherever they are kept, in the order of their ids: for proving what was charged.
///
/// # Errors
/// When the database fails.
pub async fn cells(read: &Read, ids: &[PriceId]) -> Result<Vec<Cell>> {
    let mut cells = store::at_hand(read, ids).await?;
    cells.extend(store::archived(read, ids).await?.into_iter().map(|one| one.cell));
    cells.sort_unstable_by_key(|cell| cell.id);
    Ok(cells)
}
