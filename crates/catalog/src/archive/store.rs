//! The archive in the database: what may be moved, and until when the tables at hand tell all.

mod discounts;
mod prices;
mod runs;

use kernel::{ArchiveRunId, Id, Instant};
use platform::{Error, Read, Result, Sql};
use sea_orm::FromQueryResult;
use uuid::Uuid;

pub(super) use self::discounts::{RestoredDiscounts, by_id as discounts_by_id, list as discounts};
pub(super) use self::prices::{Restored, archived, at_hand, list, place_is_taken};
pub(super) use self::runs::{Requested, open, progress, running, runs};
use super::model::{Archived, Kind};

/// What may be moved.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(super) struct Candidate {
    pub(super) id: Uuid,
    ceased_at: i64,
}

impl Candidate {
    pub(super) const fn ceased_at(&self) -> Instant {
        Instant::from_micros(self.ceased_at)
    }
}

/// What is old enough of one kind to be moved, behind an id, in the order of ids.
pub(super) async fn old_enough(
    read: &Read,
    kind: Kind,
    before: Instant,
    behind: Uuid,
    most: u64,
) -> Result<Vec<Candidate>> {
    let query = match kind {
        Kind::Costs => read.sql(prices::OLD_ENOUGH).bind("cost"),
        Kind::Sales => read.sql(prices::OLD_ENOUGH).bind("sale"),
        Kind::Discounts => read.sql(discounts::OLD_ENOUGH),
    };
    query
        .bind(before.micros())
        .bind(behind)
        .bind(read.now().micros())
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await
}

const EDGE: Sql = Sql::tenant(
    "SELECT MAX(ceased_at) AS edge FROM (\
       SELECT ceased_at FROM catalog_price_archive WHERE tenant_id = $1 AND superseded_at IS NULL \
       UNION ALL SELECT ceased_at FROM catalog_discount_archive WHERE tenant_id = $1 AND superseded_at IS NULL) AS ceased",
);

/// The instant before which what is at hand does not tell all that was in force; none when nothing is archived.
pub(super) async fn edge(read: &Read) -> Result<Option<Instant>> {
    #[derive(FromQueryResult)]
    struct Row {
        edge: Option<i64>,
    }
    let row = read.sql(EDGE).one::<Row>().await?;
    Ok(row.and_then(|row| row.edge).map(Instant::from_micros))
}

/// What the archive adds to a row.
#[derive(Clone, Debug, FromQueryResult)]
struct Kept {
    ceased_at: i64,
    archived_at: i64,
    archived_by: String,
    archive_run: Uuid,
}

impl Kept {
    fn of<T>(self, item: T) -> Archived<T> {
        Archived {
            item,
            ceased_at: Instant::from_micros(self.ceased_at),
            archived_at: Instant::from_micros(self.archived_at),
            archived_by: self.archived_by,
            run: ArchiveRunId::from_uuid(self.archive_run),
        }
    }
}

/// What was written to one table must be what left the other.
fn all_moved(gone: u64, moved: u64) -> Result<()> {
    if gone == moved && gone > 0 {
        return Ok(());
    }
    Err(Error::internal("something left while it was moved"))
}
