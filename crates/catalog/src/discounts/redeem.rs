//! Using a coupon: once for whatever it is used for, and never more often than it may be, however many try at once.

use std::collections::HashMap;

use engines::pricing::Buyer;
use kernel::{Change, CustomerId, DiscountId, Id, Problem};
use platform::{Read, Result, Sql, Stored, Tx, Writer};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::events::CouponRedeemed;
use super::model::{Coupon, Standing};
use super::store;
use crate::values;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redeemed {
    /// It counts now.
    Now,
    /// It had been used for the same before, and counts once.
    Before,
}

/// Uses a coupon for something, named by a key of the caller's (an order's id): the same key counts once, however often it
/// is sent. Asks for no right: whoever takes an order has the right to take it.
///
/// Uses of one coupon wait for each other in the database. One that goes over a limit is refused and takes its transaction
/// with it, so that has to be the order's own: what is refused here must not be sold.
///
/// # Errors
/// `coupon_unknown` (also when it is not in force or not for this customer), `coupon_used_up`, `coupon_used_by_customer`,
/// `coupon_needs_customer` when uses are counted by customer and none is named, `bad_coupon_key`, or the database.
pub async fn redeem(tx: &mut Tx, id: DiscountId, customer: Option<CustomerId>, key: &str) -> Result<Redeemed> {
    let used_for = values::line(key).ok_or_else(|| Problem::refused("bad_coupon_key"))?;
    // Everything below is read behind this lock, so it sees every use that came before.
    let mut lock = tx.bookkeeping("locks the coupon's row; it is as it was");
    if lock.sql(LOCK).bind(id.uuid()).execute().await? == 0 {
        return Err(refused("coupon_unknown"));
    }
    if count(tx, USES_FOR, id, Some(used_for.clone().into())).await? > 0 {
        return Ok(Redeemed::Before);
    }
    let discount = store::by_id(tx, id).await?.ok_or_else(|| refused("coupon_unknown"))?;
    let coupon = discount.coupon.clone().ok_or_else(|| refused("coupon_unknown"))?;
    let buyer = match customer {
        Some(customer) => Some(Buyer {
            customer,
            group: parties::customers::ops::group_of(tx, customer).await?,
        }),
        None => None,
    };
    if discount.standing(tx.now()) != Standing::Current || !discount.terms.whom.covers(buyer) {
        return Err(refused("coupon_unknown"));
    }
    within_limits(tx, id, &coupon, customer).await?;
    let fact = CouponRedeemed {
        id,
        code: coupon.code,
        used_for: used_for.clone(),
        customer,
    };
    tx.save(Change::new(Redemption { id, customer, used_for }, fact))
        .await?;
    Ok(Redeemed::Now)
}

/// Whether a coupon could be used once more: what [`redeem`] would say of its limits now. Nothing is held for whoever asks;
/// the order that uses it decides.
///
/// # Errors
/// `coupon_unknown`, `coupon_used_up`, `coupon_used_by_customer`, `coupon_needs_customer`, or the database.
pub async fn may_be_used(read: &Read, id: DiscountId, customer: Option<CustomerId>) -> Result<()> {
    let discount = store::by_id(read, id).await?;
    let coupon = discount.and_then(|discount| discount.coupon);
    within_limits(read, id, &coupon.ok_or_else(|| refused("coupon_unknown"))?, customer).await
}

async fn within_limits(read: &Read, id: DiscountId, coupon: &Coupon, customer: Option<CustomerId>) -> Result<()> {
    if let Some(most) = coupon.max_uses
        && count(read, USES, id, None).await? >= most
    {
        return Err(used("coupon_used_up"));
    }
    if let Some(most) = coupon.max_uses_each {
        let customer = customer.ok_or_else(|| refused("coupon_needs_customer"))?;
        if count(read, USES_OF_CUSTOMER, id, Some(customer.uuid().into())).await? >= most {
            return Err(used("coupon_used_by_customer"));
        }
    }
    Ok(())
}

fn refused(code: &'static str) -> platform::Error {
    Problem::refused(code).field("/coupon", code).into()
}

fn used(code: &'static str) -> platform::Error {
    Problem::conflict(code).field("/coupon", code).into()
}

const LOCK: Sql = Sql::tenant("UPDATE catalog_coupon_counts SET uses = uses WHERE tenant_id = $1 AND coupon_id = $2");
const USES_FOR: Sql = Sql::tenant(
    "SELECT COUNT(*) AS uses FROM catalog_coupon_uses WHERE tenant_id = $1 AND coupon_id = $2 AND used_for = $3",
);
const USES: Sql = Sql::tenant("SELECT uses FROM catalog_coupon_counts WHERE tenant_id = $1 AND coupon_id = $2");
const USES_OF_CUSTOMER: Sql = Sql::tenant(
    "SELECT COUNT(*) AS uses FROM catalog_coupon_uses WHERE tenant_id = $1 AND coupon_id = $2 AND customer_id = $3",
);

#[derive(FromQueryResult)]
struct Uses {
    uses: i64,
}

async fn count(read: &Read, sql: Sql, id: DiscountId, of: Option<sea_orm::Value>) -> Result<i64> {
    let query = read.sql(sql).bind(id.uuid());
    let query = match of {
        Some(of) => query.bind(of),
        None => query,
    };
    let uses: Option<Uses> = query.one().await?;
    Ok(uses.map_or(0, |uses| uses.uses))
}

/// How often one coupon was used.
pub(super) async fn uses_of(read: &Read, id: DiscountId) -> Result<i64> {
    count(read, USES, id, None).await
}

/// How often each coupon was used.
pub(super) async fn uses(read: &Read) -> Result<HashMap<DiscountId, i64>> {
    const ALL: Sql = Sql::tenant("SELECT coupon_id, uses FROM catalog_coupon_counts WHERE tenant_id = $1");
    #[derive(FromQueryResult)]
    struct Row {
        coupon_id: Uuid,
        uses: i64,
    }
    let rows: Vec<Row> = read.sql(ALL).all().await?;
    let counted = |row: Row| (DiscountId::from_uuid(row.coupon_id), row.uses);
    Ok(rows.into_iter().map(counted).collect())
}

/// One use, to be counted.
struct Redemption {
    id: DiscountId,
    customer: Option<CustomerId>,
    used_for: String,
}

const ONE_MORE: Sql =
    Sql::tenant("UPDATE catalog_coupon_counts SET uses = uses + 1 WHERE tenant_id = $1 AND coupon_id = $2");
const USE: Sql = Sql::tenant(
    "INSERT INTO catalog_coupon_uses (tenant_id, coupon_id, used_for, customer_id, used_at) VALUES ($1, $2, $3, $4, $5)",
);

impl Stored for Redemption {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        writer.sql(ONE_MORE).bind(self.id.uuid()).execute().await?;
        let now = writer.now().micros();
        let used = writer.sql(USE).bind(self.id.uuid()).bind(self.used_for.clone());
        used.bind(self.customer.map(Id::uuid)).bind(now).execute().await?;
        Ok(())
    }
}
