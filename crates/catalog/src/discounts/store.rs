//! Versions of discounts in the database.

use engines::pricing::Operation;
use engines::pricing::discounts::{Off, Operations, Terms, Tlds, Whom, Years};
use kernel::{Currency, CustomerId, DiscountId, GroupId, Id, Instant, Money, Percent, Problem};
use platform::{Error, Read, Result, Sql, Stored, Writer};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::entity::{ActiveModel, Column, Entity, Model};
use super::model::{Coupon, Discount, Guard, Recorded, Removed};

/// Every discount and coupon that was not taken back, as its standing version says it; in the order they were added.
pub(crate) async fn standing(read: &Read) -> Result<Vec<Discount>> {
    let standing = read.select::<Entity>().filter(Column::SupersededAt.is_null());
    let rows = standing.order_by_asc(Column::Id).all(read).await?;
    rows.into_iter().map(typed).collect()
}

/// What both tables have of a version of a discount; whoever is archived is not held at hand.
macro_rules! columns {
    () => {
        "tenant_id, id, version, name, code, stacks, max_uses, max_uses_each, whom, whom_id, tlds, operations, years, percent, \
         amount_minor, currency, effective_from, effective_until, recorded_at, recorded_by, since_version, superseded_at, \
         superseded_by, superseded_version"
    };
}
pub(crate) use columns;

const EVER: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    ", held_until FROM catalog_discounts WHERE tenant_id = $1 UNION ALL SELECT ",
    columns!(),
    ", CAST(NULL AS BIGINT) AS held_until FROM catalog_discount_archive WHERE tenant_id = $1 ORDER BY id, version"
));

/// Every version of every one, taken back or archived or not.
pub(super) async fn ever(read: &Read) -> Result<Vec<Discount>> {
    let rows: Vec<Model> = read.sql(EVER).all().await?;
    rows.into_iter().map(typed).collect()
}

const ARCHIVED_STANDING: Sql = Sql::tenant(concat!(
    "SELECT ",
    columns!(),
    ", CAST(NULL AS BIGINT) AS held_until FROM catalog_discount_archive WHERE tenant_id = $1 AND superseded_at IS NULL ORDER BY id"
));

/// Archived ones that were not taken back, as their last version says it.
pub(crate) async fn archived_standing(read: &Read) -> Result<Vec<Discount>> {
    let rows: Vec<Model> = read.sql(ARCHIVED_STANDING).all().await?;
    rows.into_iter().map(typed).collect()
}

/// The latest version of each of these that is still at hand, taken back or not.
pub(crate) async fn latest(read: &Read, ids: &[DiscountId]) -> Result<Vec<Discount>> {
    let these = Column::Id.is_in(ids.iter().map(|id| id.uuid()));
    let rows = read.select::<Entity>().filter(these).order_by_asc(Column::Id);
    let rows = rows.order_by_desc(Column::Version).all(read).await?;
    let mut latest: Vec<Discount> = rows.into_iter().map(typed).collect::<Result<_>>()?;
    latest.dedup_by_key(|discount| discount.id);
    Ok(latest)
}

const VERSIONS_SINCE: Sql = Sql::tenant(
    "SELECT COUNT(*) AS moves FROM (\
     SELECT since_version FROM catalog_discounts WHERE tenant_id = $1 AND since_version > $2 \
     UNION SELECT superseded_version FROM catalog_discounts WHERE tenant_id = $1 AND superseded_version > $2) AS moved",
);

/// How many versions of the price book behind this one came about by discounts alone: each is a version of its own.
pub(crate) async fn book_versions_since(read: &Read, book_version: i64) -> Result<i64> {
    #[derive(FromQueryResult)]
    struct Counted {
        moves: i64,
    }
    let counted: Option<Counted> = read.sql(VERSIONS_SINCE).bind(book_version).one().await?;
    Ok(counted.map_or(0, |counted| counted.moves))
}

/// One of them.
pub(super) async fn by_id(read: &Read, id: DiscountId) -> Result<Option<Discount>> {
    let standing = Condition::all()
        .add(Column::Id.eq(id.uuid()))
        .add(Column::SupersededAt.is_null());
    read.select::<Entity>()
        .filter(standing)
        .one(read)
        .await?
        .map(typed)
        .transpose()
}

/// Every version of one, the latest first; at most `most`.
pub(super) async fn versions(read: &Read, id: DiscountId, most: u64) -> Result<Vec<Discount>> {
    let all = read.select::<Entity>().filter(Column::Id.eq(id.uuid()));
    let rows = all.order_by_desc(Column::Version).limit(most).all(read).await?;
    rows.into_iter().map(typed).collect()
}

/// Whether a coupon has this code.
pub(crate) async fn code_is_taken(read: &Read, code: &str, by_another_than: DiscountId) -> Result<bool> {
    let taken = Condition::all()
        .add(Column::Code.eq(code))
        .add(Column::Id.ne(by_another_than.uuid()))
        .add(Column::SupersededAt.is_null());
    Ok(read.select::<Entity>().filter(taken).count(read).await? > 0)
}

/// A row as a version of a discount.
pub(crate) fn typed(row: Model) -> Result<Discount> {
    let odd = |what: &str| Error::internal(format!("discount {} has an unknown {what}", row.id));
    let whom = match (row.whom.as_str(), row.whom_id) {
        ("everybody", None) => Whom::Everybody,
        ("group", Some(id)) => Whom::Group(GroupId::from_uuid(id)),
        ("customer", Some(id)) => Whom::Customer(CustomerId::from_uuid(id)),
        _ => return Err(odd("buyer")),
    };
    let off = match (row.percent, row.amount_minor, &row.currency) {
        (Some(millionths), None, None) => Off::Percent(Percent::from_millionths(millionths)),
        (None, Some(minor), Some(code)) => {
            Off::Amount(Money::new(minor, Currency::parse(code).map_err(|_| odd("currency"))?))
        }
        _ => return Err(odd("amount")),
    };
    let operations: Option<Vec<Operation>> = row.operations.split(' ').map(Operation::parse).collect();
    let terms = Terms {
        whom,
        tlds: row
            .tlds
            .as_deref()
            .map_or(Tlds::All, |tlds| Tlds::these(tlds.split(' '))),
        operations: Operations::from(operations.ok_or_else(|| odd("operation"))?),
        years: Years::parse(&row.years).ok_or_else(|| odd("choice of years"))?,
        off,
        stacks: row.stacks,
    };
    let (max_uses, max_uses_each) = (row.max_uses, row.max_uses_each);
    Ok(Discount {
        id: DiscountId::from_uuid(row.id),
        version: row.version,
        name: row.name,
        coupon: row.code.map(|code| Coupon {
            code,
            max_uses,
            max_uses_each,
        }),
        terms,
        from: Instant::from_micros(row.effective_from),
        until: row.effective_until.map(Instant::from_micros),
        recorded_at: Instant::from_micros(row.recorded_at),
        recorded_by: row.recorded_by,
        since_version: row.since_version,
        superseded_at: row.superseded_at.map(Instant::from_micros),
        superseded_version: row.superseded_version,
    })
}

fn row(tenant: Uuid, discount: &Discount) -> ActiveModel {
    let terms = &discount.terms;
    let (whom, whom_id) = match terms.whom {
        Whom::Everybody => ("everybody", None),
        Whom::Group(group) => ("group", Some(group.uuid())),
        Whom::Customer(customer) => ("customer", Some(customer.uuid())),
    };
    let (percent, amount) = match terms.off {
        Off::Percent(percent) => (Some(percent.millionths()), None),
        Off::Amount(amount) => (None, Some(amount)),
    };
    let tlds = match &terms.tlds {
        Tlds::All => None,
        Tlds::These(tlds) => Some(tlds.join(" ")),
    };
    let operations: Vec<&str> = terms.operations.iter().map(Operation::name).collect();
    let coupon = discount.coupon.as_ref();
    ActiveModel {
        tenant_id: Set(tenant),
        id: Set(discount.id.uuid()),
        version: Set(discount.version),
        name: Set(discount.name.clone()),
        code: Set(coupon.map(|coupon| coupon.code.clone())),
        stacks: Set(terms.stacks),
        max_uses: Set(coupon.and_then(|coupon| coupon.max_uses)),
        max_uses_each: Set(coupon.and_then(|coupon| coupon.max_uses_each)),
        whom: Set(whom.to_owned()),
        whom_id: Set(whom_id),
        tlds: Set(tlds),
        operations: Set(operations.join(" ")),
        years: Set(terms.years.name().to_owned()),
        percent: Set(percent),
        amount_minor: Set(amount.map(|amount| amount.minor)),
        currency: Set(amount.map(|amount| amount.currency.code().to_owned())),
        effective_from: Set(discount.from.micros()),
        effective_until: Set(discount.until.map(Instant::micros)),
        recorded_at: Set(discount.recorded_at.micros()),
        recorded_by: Set(discount.recorded_by.clone()),
        since_version: Set(discount.since_version),
        superseded_at: Set(None),
        superseded_by: Set(None),
        superseded_version: Set(None),
        held_until: Set(None),
    }
}

const NO_USES: Sql = Sql::tenant("INSERT INTO catalog_coupon_counts (tenant_id, coupon_id, uses) VALUES ($1, $2, 0)");

impl Stored for Recorded {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let discount = &self.discount;
        if self.guard == Guard::New {
            if discount.coupon.is_some() {
                writer.sql(NO_USES).bind(discount.id.uuid()).execute().await?;
            }
        } else {
            let replaced = (discount.id, discount.version - 1);
            supersede(writer, replaced, discount.since_version, self.guard).await?;
        }
        let row = row(writer.tenant().uuid(), discount);
        writer.insert(row).await
    }
}

impl Stored for Removed {
    async fn store(&self, writer: &mut Writer<'_>) -> Result<()> {
        let replaced = (self.discount.id, self.discount.version);
        supersede(writer, replaced, Some(self.book_version), Guard::NotBegun).await
    }
}

/// Takes the standing version's place, if it is still the one that was read and still may be replaced at this moment:
/// one statement, so that a discount cannot begin or end between being read and being changed.
async fn supersede(
    writer: &mut Writer<'_>,
    (id, version): (DiscountId, i64),
    book_version: Option<i64>,
    guard: Guard,
) -> Result<()> {
    let (now, by) = (writer.now().micros(), writer.actor().who.to_string());
    let standing = Condition::all()
        .add(Column::Id.eq(id.uuid()))
        .add(Column::Version.eq(version))
        .add(Column::SupersededAt.is_null());
    let replaceable = match guard {
        Guard::New | Guard::NotBegun => standing.add(Column::EffectiveFrom.gt(now)),
        Guard::NotOver => standing.add(
            Condition::any()
                .add(Column::EffectiveUntil.is_null())
                .add(Column::EffectiveUntil.gt(now)),
        ),
    };
    let columns = vec![
        (Column::SupersededAt, Expr::value(now)),
        (Column::SupersededBy, Expr::value(by)),
        (Column::SupersededVersion, Expr::value(book_version)),
    ];
    if writer.update_where::<Entity>(columns, replaceable).await? == 1 {
        return Ok(());
    }
    Err(Problem::new(kernel::ProblemKind::Stale, "stale").into())
}
