//! What can be done with notices. Everybody sees those their permissions allow and those for them alone, and has read
//! marks of their own.

use jiff::SignedDuration;
use kernel::{NoticeId, Problem, ProblemKind, UserId};
use platform::{Read, Result, Tx};
use scoped_futures::ScopedFutureExt;
use uuid::Uuid;
use web::page::{NavItem, Notices};

use super::model::{NewNotice, Notice, Seen, Unread};
use super::store;

/// How many the bell shows.
const IN_BELL: u64 = 8;
/// How many are marked in one go.
pub const MAX_MARKED: usize = 500;
/// How long they are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Stores a notice, or brings it up again, and forgets those that are too old.
pub(crate) async fn make(tx: &mut Tx, new: &NewNotice) -> Result<()> {
    store::make(tx, new).await?;
    let before = tx.now().minus(KEPT);
    store::forget(tx, before).await.map(|_| ())
}

/// How many the person acting has not read, and the newest of them.
///
/// # Errors
/// `credentials_missing` when no person acts; the database.
pub async fn unread(read: &Read) -> Result<Unread> {
    let user = person(read)?;
    Ok(Unread {
        count: store::count_unread(read, user).await?,
        latest: store::list(read, user, true, None, IN_BELL).await?,
    })
}

/// A page of notices, newest first, after the row a cursor names.
///
/// # Errors
/// `credentials_missing` when no person acts; the database.
pub async fn list(read: &Read, only_unread: bool, after: Option<(i64, Uuid)>, rows: u64) -> Result<Vec<Seen>> {
    let user = person(read)?;
    let notices = store::list(read, user, only_unread, after, rows).await?;
    let marks = store::read_of(read, user, &notices).await?;
    let seen = notices.into_iter().map(|notice| Seen {
        read: marks.contains(&notice.id),
        notice,
    });
    Ok(seen.collect())
}

/// Marks these as read; those that are, or that the person may not see, are passed over.
///
/// # Errors
/// `too_many_items`, `credentials_missing`, or the database.
pub async fn mark(tx: &mut Tx, ids: &[NoticeId]) -> Result<()> {
    if ids.len() > MAX_MARKED {
        return Err(Problem::refused("too_many_items").arg("limit", MAX_MARKED).into());
    }
    let user = person(tx)?;
    let notices = store::visible_of(tx, user, ids).await?;
    let marks = store::read_of(tx, user, &notices).await?;
    let fresh = notices
        .into_iter()
        .map(|notice| notice.id)
        .filter(|id| !marks.contains(id));
    store::mark(tx, user, fresh.collect()).await
}

/// Marks all as read, the newest 500 at a time.
///
/// # Errors
/// `credentials_missing`, or the database.
pub async fn mark_all(tx: &mut Tx) -> Result<()> {
    let user = person(tx)?;
    let fresh = store::list(tx, user, true, None, MAX_MARKED as u64).await?;
    store::mark(tx, user, fresh.into_iter().map(|notice| notice.id).collect()).await
}

/// One notice, read from now on.
///
/// # Errors
/// `not_found`, `credentials_missing`, or the database.
pub async fn open(tx: &mut Tx, id: NoticeId) -> Result<Notice> {
    let user = person(tx)?;
    let found = store::visible_of(tx, user, &[id]).await?;
    let notice = found.into_iter().next().ok_or_else(Problem::not_found)?;
    mark(tx, &[id]).await?;
    Ok(notice)
}

/// One notice, as whoever looks may see it; looking changes nothing.
///
/// # Errors
/// `not_found`, or the database.
pub async fn by_id(read: &Read, id: NoticeId) -> Result<Notice> {
    let user = person(read)?;
    let found = store::visible_of(read, user, &[id]).await?;
    Ok(found.into_iter().next().ok_or_else(Problem::not_found)?)
}

/// What the console's bell has for the person looking; nothing when nobody is signed in. The app's `Frame::notices` is
/// this.
///
/// # Errors
/// The database.
pub async fn for_bell(ctx: &web::Ctx) -> Result<Notices> {
    if ctx.user().is_none() {
        return Ok(Notices::default());
    }
    let found = ctx.read(|read| async move { unread(read).await }.scope_boxed()).await?;
    let words = ctx.words();
    let item = |notice: &Notice| NavItem::new(notice.title(words), super::pages::path(notice.id), notice.icon());
    Ok(Notices {
        unread: found.count,
        items: found.latest.iter().map(item).collect(),
    })
}

fn person(read: &Read) -> Result<UserId> {
    let user = read.actor().who.user();
    user.ok_or_else(|| Problem::new(ProblemKind::Unauthenticated, "credentials_missing").into())
}
