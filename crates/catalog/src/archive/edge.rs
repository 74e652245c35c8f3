//! Questions about times from before the archive's edge: what is at hand alone would answer them wrongly.

use std::sync::Arc;

use kernel::Instant;
use platform::{Ctx, Result};
use scoped_futures::ScopedFutureExt;

use super::store;
use crate::price_books::{self, Book, Books};

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
