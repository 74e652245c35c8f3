//! Price locks in the database.

use std::collections::{BTreeMap, BTreeSet};

use engines::pricing::{Amounts, Trace};
use kernel::{Currency, CustomerId, DiscountId, Id, Instant, Money, PriceId, PriceLockId, SalesListId};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Condition, Query};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::entity::{discount_uses, lines, locks, uses};
use super::model::{LockLine, PriceLock};
use crate::offers::DomainName;

/// Rows of one insert: well under what either database takes as parameters.
const ROWS_AT_ONCE: usize = 200;

/// One lock with its lines.
pub(super) async fn by_id(read: &Read, id: PriceLockId) -> Result<Option<PriceLock>> {
    let row = read
        .select::<locks::Entity>()
        .filter(locks::Column::Id.eq(id.uuid()))
        .one(read)
        .await?;
    match row {
        Some(row) => Ok(with_lines(read, vec![row]).await?.pop()),
        None => Ok(None),
    }
}

/// Locks before an id, the latest first; of one customer if said.
pub(super) async fn before(
    read: &Read,
    customer: Option<CustomerId>,
    before: Option<Uuid>,
    most: u64,
) -> Result<Vec<PriceLock>> {
    let rows = read
        .select::<locks::Entity>()
        .filter_if(customer.map(|customer| locks::Column::CustomerId.eq(customer.uuid())))
        .filter_if(before.map(|before| locks::Column::Id.lt(before)))
        .order_by_desc(locks::Column::Id)
        .limit(most)
        .all(read)
        .await?;
    with_lines(read, rows).await
}

async fn with_lines(read: &Read, rows: Vec<locks::Model>) -> Result<Vec<PriceLock>> {
    let ids = rows.iter().map(|row| row.id);
    let of_these = read
        .select::<lines::Entity>()
        .filter(lines::Column::LockId.is_in(ids))
        .order_by_asc(lines::Column::LockId)
        .order_by_asc(lines::Column::Position)
        .all(read)
        .await?;
    let mut by_lock: BTreeMap<Uuid, Vec<lines::Model>> = BTreeMap::new();
    for line in of_these {
        by_lock.entry(line.lock_id).or_default().push(line);
    }
    rows.into_iter()
        .map(|row| {
            let lines = by_lock.remove(&row.id).unwrap_or_default();
            typed(row, lines)
        })
        .collect()
}

fn typed(row: locks::Model, lines: Vec<lines::Model>) -> Result<PriceLock> {
    let currency = Currency::parse(&row.currency).map_err(Error::internal)?;
    Ok(PriceLock {
        id: PriceLockId::from_uuid(row.id),
        customer: row.customer_id.map(CustomerId::from_uuid),
        coupon: row.coupon,
        total: Money::new(row.total_minor, currency),
        lines: lines
            .into_iter()
            .map(|line| typed_line(line, currency))
            .collect::<Result<_>>()?,
        sales_list: SalesListId::from_uuid(row.sales_list_id),
        book_version: row.book_version,
        rates_version: row.rates_version,
        priced_at: Instant::from_micros(row.priced_at),
        expires_at: Instant::from_micros(row.expires_at),
        created_at: Instant::from_micros(row.created_at),
        created_by: row.created_by,
    })
}

fn typed_line(row: lines::Model, currency: Currency) -> Result<LockLine> {
    let amounts: Amounts = serde_json::from_str(&row.amounts)?;
    let by_year: Vec<i64> = serde_json::from_str(&row.by_year)?;
    let trace: Trace = serde_json::from_str(&row.trace)?;
    Ok(LockLine {
        name: DomainName::parse(&row.name).map_err(|why| Error::internal(format!("a locked name: {}", why.code())))?,
        amounts,
        by_year: by_year.into_iter().map(|minor| Money::new(minor, currency)).collect(),
        trace,
        canonical: row.canonical,
        fingerprint: row.fingerprint,
    })
}

impl Stored for PriceLock {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let tenant = writer.tenant().uuid();
        writer
            .insert(locks::ActiveModel {
                tenant_id: Set(tenant),
                id: Set(self.id.uuid()),
                customer_id: Set(self.customer.map(Id::uuid)),
                coupon: Set(self.coupon.clone()),
                currency: Set(self.total.currency.code().to_owned()),
                total_minor: Set(self.total.minor),
                sales_list_id: Set(self.sales_list.uuid()),
                book_version: Set(self.book_version),
                rates_version: Set(self.rates_version),
                priced_at: Set(self.priced_at.micros()),
                expires_at: Set(self.expires_at.micros()),
                created_at: Set(self.created_at.micros()),
                created_by: Set(self.created_by.clone()),
            })
            .await?;
        let rows = (0..)
            .zip(&self.lines)
            .map(|(position, line)| row(tenant, self.id, position, line));
        writer.insert_many(rows.collect::<Result<Vec<_>>>()?).await?;
        let used = self
            .lines
            .iter()
            .flat_map(|line| line.trace.steps())
            .map(|step| step.version);
        note_uses(writer, used.map(|price| (price, self.id.uuid()))).await?;
        let reductions = self.lines.iter().flat_map(|line| line.trace.reductions());
        let discounts: BTreeSet<Uuid> = reductions.map(|taken| taken.discount.uuid()).collect();
        let rows = discounts.into_iter().map(|discount| discount_uses::ActiveModel {
            tenant_id: Set(tenant),
            discount_id: Set(discount),
            used_by: Set(self.id.uuid()),
        });
        writer.insert_many(rows.collect()).await
    }
}

fn row(tenant: Uuid, lock: PriceLockId, position: i64, line: &LockLine) -> Result<lines::ActiveModel> {
    let by_year: Vec<i64> = line.by_year.iter().map(|year| year.minor).collect();
    let ask = line.trace.ask();
    Ok(lines::ActiveModel {
        tenant_id: Set(tenant),
        lock_id: Set(lock.uuid()),
        position: Set(position),
        name: Set(line.name.ascii().to_owned()),
        ending: Set(line.name.suffix().to_owned()),
        operation: Set(ask.operation.name().to_owned()),
        years: Set(i64::from(ask.years)),
        total_minor: Set(line.amounts.total.minor),
        amounts: Set(serde_json::to_string(&line.amounts)?),
        by_year: Set(serde_json::to_string(&by_year)?),
        trace: Set(serde_json::to_string(&line.trace)?),
        canonical: Set(line.canonical.clone()),
        fingerprint: Set(line.fingerprint.clone()),
    })
}

/// Remembers which recorded prices something new was made of; part of the change that makes it.
pub(crate) async fn note_uses(
    writer: &mut Writer<'_>,
    used: impl IntoIterator<Item = (PriceId, Uuid)> + Send,
) -> Result<()> {
    let tenant = writer.tenant().uuid();
    let used: BTreeSet<(Uuid, Uuid)> = used.into_iter().map(|(price, by)| (price.uuid(), by)).collect();
    let used: Vec<(Uuid, Uuid)> = used.into_iter().collect();
    for some in used.chunks(ROWS_AT_ONCE) {
        let rows = some.iter().map(|(price, by)| uses::ActiveModel {
            tenant_id: Set(tenant),
            price_id: Set(*price),
            used_by: Set(*by),
        });
        writer.insert_many(rows.collect()).await?;
    }
    Ok(())
}

/// Which of these recorded prices a name or a lock that still holds was made of. Those of lapsed locks may go: what was
/// promised is over, and its proof finds them in the archive.
pub(crate) async fn referred(read: &Read, prices: &[PriceId]) -> Result<Vec<PriceId>> {
    let lapsed = Query::select()
        .column(locks::Column::Id)
        .from(locks::Entity)
        .and_where(locks::Column::TenantId.eq(read.tenant().uuid()))
        .and_where(locks::Column::ExpiresAt.lte(read.now().micros()))
        .to_owned();
    let mut referred = BTreeSet::new();
    for some in prices.chunks(ROWS_AT_ONCE) {
        let these = Condition::all()
            .add(uses::Column::PriceId.is_in(some.iter().map(|price| price.uuid())))
            .add(uses::Column::UsedBy.not_in_subquery(lapsed.clone()));
        let rows = read.select::<uses::Entity>().filter(these).all(read).await?;
        referred.extend(rows.into_iter().map(|row| PriceId::from_uuid(row.price_id)));
    }
    Ok(referred.into_iter().collect())
}

/// Which of these discounts and coupons locks were made with.
pub(crate) async fn referred_discounts(read: &Read, discounts: &[DiscountId]) -> Result<Vec<DiscountId>> {
    let mut referred = BTreeSet::new();
    for some in discounts.chunks(ROWS_AT_ONCE) {
        let these = discount_uses::Column::DiscountId.is_in(some.iter().map(|discount| discount.uuid()));
        let rows = read.select::<discount_uses::Entity>().filter(these).all(read).await?;
        referred.extend(rows.into_iter().map(|row| DiscountId::from_uuid(row.discount_id)));
    }
    Ok(referred.into_iter().collect())
}

const OPEN: Sql = Sql::tenant(
    "SELECT k.customer_id, k.currency, l.ending, COUNT(*) AS prices, CAST(SUM(l.total_minor) AS BIGINT) AS total_minor \
     FROM domains_price_locks k JOIN domains_price_lock_lines l ON l.tenant_id = k.tenant_id AND l.lock_id = k.id \
     WHERE k.tenant_id = $1 AND k.expires_at > $2 GROUP BY k.customer_id, k.currency, l.ending",
);

/// Locked prices that still hold, of one customer under one ending in one currency.
#[derive(Clone, Debug)]
pub(crate) struct OpenLocks {
    pub(crate) customer: Option<CustomerId>,
    pub(crate) ending: String,
    pub(crate) prices: u64,
    pub(crate) total: Money,
}

/// Every locked price that still holds, counted and summed up.
pub(crate) async fn open(read: &Read) -> Result<Vec<OpenLocks>> {
    #[derive(FromQueryResult)]
    struct Row {
        customer_id: Option<Uuid>,
        currency: String,
        ending: String,
        prices: i64,
        total_minor: i64,
    }
    let rows: Vec<Row> = read.sql(OPEN).bind(read.now().micros()).all().await?;
    rows.into_iter()
        .map(|row| {
            let currency = Currency::parse(&row.currency).map_err(Error::internal)?;
            Ok(OpenLocks {
                customer: row.customer_id.map(CustomerId::from_uuid),
                ending: row.ending,
                prices: row.prices.unsigned_abs(),
                total: Money::new(row.total_minor, currency),
            })
        })
        .collect()
}
