//! Archived discounts in the database. A discount moves with all of its versions.

use kernel::{DiscountId, Id, Instant};
use platform::{Read, Result, Sql, Stored, Writer};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Kept, all_moved, progress};
use crate::archive::model::{Archived, DiscountBatch};
use crate::discounts::Discount;
use crate::discounts::entity::Model;
use crate::discounts::store::{columns, typed};

/// Old enough: every version was superseded or had ended before the cut-off; one without an end never has. Discounts
/// brought back by hand are left alone while they are held.
pub(super) const OLD_ENOUGH: Sql = Sql::tenant(
    "SELECT id, MAX(COALESCE(superseded_at, effective_until, 9223372036854775807)) AS ceased_at \
     FROM catalog_discounts WHERE tenant_id = $1 AND id > $3 GROUP BY id \
     HAVING MAX(COALESCE(superseded_at, effective_until, 9223372036854775807)) < $2 AND MAX(COALESCE(held_until, 0)) <= $4 \
     ORDER BY id LIMIT $5",
);

/// The last version of a discount, and what the archive adds to it.
#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    discount: Model,
    #[sea_orm(nested)]
    kept: Kept,
}

impl Row {
    fn typed(self) -> Result<Archived<Discount>> {
        Ok(self.kept.of(typed(self.discount)?))
    }
}

const LIST: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    ", CAST(NULL AS BIGINT) AS held_until, ceased_at, archived_at, archived_by, archive_run FROM catalog_discount_archive a \
     WHERE tenant_id = $1 AND id < $2 AND version = \
       (SELECT MAX(b.version) FROM catalog_discount_archive b WHERE b.tenant_id = $1 AND b.id = a.id) \
     ORDER BY id DESC LIMIT $3"
));

/// Archived discounts and coupons before an id, the latest first, as their last version says them.
pub(in crate::archive) async fn list(
    read: &Read,
    before: Option<DiscountId>,
    most: u64,
) -> Result<Vec<Archived<Discount>>> {
    let rows: Vec<Row> = read
        .sql(LIST)
        .bind(before.map_or(Uuid::max(), Id::uuid))
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .all()
        .await?;
    rows.into_iter().map(Row::typed).collect()
}

const BETWEEN: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    ", CAST(NULL AS BIGINT) AS held_until FROM catalog_discount_archive a WHERE tenant_id = $1 AND id >= $2 AND id <= $3 \
     AND version = (SELECT MAX(b.version) FROM catalog_discount_archive b WHERE b.tenant_id = $1 AND b.id = a.id)"
));

/// Archived discounts by id, as their last version says them. Ids are in the order of time, so those that are picked lie
/// close together, and all between them are asked for at once.
pub(in crate::archive) async fn by_id(read: &Read, ids: &[DiscountId]) -> Result<Vec<Discount>> {
    let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) else {
        return Ok(Vec::new());
    };
    let query = read.sql(BETWEEN).bind(first.uuid()).bind(last.uuid());
    let rows: Vec<Model> = query.all().await?;
    let picked = rows
        .into_iter()
        .filter(|row| ids.contains(&DiscountId::from_uuid(row.id)));
    picked.map(typed).collect()
}

const MOVE_OUT: Sql = Sql::tenant(concat!(
    "INSERT INTO catalog_discount_archive (",
    columns!(),
    ", ceased_at, archived_at, archived_by, archive_run) SELECT ",
    columns!(),
    ", $3, $4, $5, $6 FROM catalog_discounts WHERE tenant_id = $1 AND id = $2"
));
const MOVED_OUT: Sql = Sql::tenant("DELETE FROM catalog_discounts WHERE tenant_id = $1 AND id = $2");
const MOVE_BACK: Sql = Sql::tenant(concat!(
    "INSERT INTO catalog_discounts (",
    columns!(),
    ", held_until) SELECT ",
    columns!(),
    ", $3 FROM catalog_discount_archive WHERE tenant_id = $1 AND id = $2"
));
const MOVED_BACK: Sql = Sql::tenant("DELETE FROM catalog_discount_archive WHERE tenant_id = $1 AND id = $2");

impl Stored for DiscountBatch {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let (now, by) = (writer.now().micros(), writer.actor().who.to_string());
        for (id, ceased_at) in &self.discounts {
            let moved = writer
                .sql(MOVE_OUT)
                .bind(id.uuid())
                .bind(ceased_at.micros())
                .bind(now)
                .bind(by.clone())
                .bind(self.run.id.uuid())
                .execute()
                .await?;
            all_moved(writer.sql(MOVED_OUT).bind(id.uuid()).execute().await?, moved)?;
        }
        progress(writer, &self.run).await
    }
}

/// Discounts brought back.
pub(in crate::archive) struct RestoredDiscounts {
    pub(in crate::archive) ids: Vec<DiscountId>,
    pub(in crate::archive) held_until: Instant,
}

impl Stored for RestoredDiscounts {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        for id in &self.ids {
            let back = writer.sql(MOVE_BACK).bind(id.uuid()).bind(self.held_until.micros());
            let moved = back.execute().await?;
            all_moved(writer.sql(MOVED_BACK).bind(id.uuid()).execute().await?, moved)?;
        }
        Ok(())
    }
}
