//! What can be done with discounts and coupons.

use std::collections::HashMap;

use engines::pricing::discounts::Whom;
use kernel::{DiscountId, Instant, Problem};
use platform::{Read, Result, Tx};

use super::draft::{DiscountDraft, Judged};
use super::model::{Discount, Recording, Standing};
use super::{redeem, store};
use crate::permissions::{PRICES_EDIT, PRICES_READ};
use crate::values::based_on;
use crate::{Books, price_books, settings};

/// How many discounts and coupons a tenant may have that are not over.
pub const MAX_DISCOUNTS: usize = 2_000;

/// The versions of one that are read at most.
const MOST_VERSIONS: u64 = 200;

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// What buyers have without asking.
    Discounts,
    /// What asks for a code.
    Coupons,
}

impl Sort {
    pub(super) fn has(self, discount: &Discount) -> bool {
        discount.coupon.is_some() == (self == Self::Coupons)
    }
}

/// Adds a discount or, where the draft has a code, a coupon.
///
/// # Errors
/// `invalid_fields`, `coupon_exists`, `too_many_discounts`, `forbidden`, or the database.
pub async fn add(tx: &mut Tx, books: &Books, draft: &DiscountDraft) -> Result<Discount> {
    tx.allow(PRICES_EDIT)?;
    let recording = recording(tx).await?;
    let id = tx.new_id();
    let judged = judged(tx, id, draft, None).await?;
    let now = tx.now();
    let standing = store::standing(tx).await?;
    let lasting = standing.iter().filter(|other| other.standing(now) != Standing::Past);
    if lasting.count() >= MAX_DISCOUNTS {
        return Err(Problem::conflict("too_many_discounts").arg("max", MAX_DISCOUNTS).into());
    }
    let change = Discount::open(id, judged, recording);
    let added = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(added.discount)
}

/// Everything about one that has not begun anew; `expected` is the version that was shown. Whether it has begun is decided
/// by the statement that replaces it.
///
/// # Errors
/// `not_found`, `invalid_fields`, `coupon_exists`, `discount_begun`, `stale`, `forbidden`, or the database.
pub async fn change(
    tx: &mut Tx,
    books: &Books,
    id: DiscountId,
    expected: Option<i64>,
    draft: &DiscountDraft,
) -> Result<Discount> {
    tx.allow(PRICES_EDIT)?;
    let recording = recording(tx).await?;
    let discount = found(store::by_id(tx, id).await?)?;
    based_on(expected, discount.version)?;
    let judged = judged(tx, id, draft, Some(discount.from)).await?;
    if discount.coupon.is_some() != judged.coupon.is_some() {
        return Err(Problem::not_found().into());
    }
    let Some(change) = discount.clone().edit(judged, recording)? else {
        return Ok(discount);
    };
    let changed = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(changed.discount)
}

/// Ends one that is in force: now, or at a later instant.
///
/// # Errors
/// `not_found`, `discount_not_begun`, `discount_over`, `end_in_the_past`, `ends_before`, `stale`, `forbidden`, or the database.
pub async fn end(
    tx: &mut Tx,
    books: &Books,
    id: DiscountId,
    expected: Option<i64>,
    at: Option<Instant>,
) -> Result<Discount> {
    tx.allow(PRICES_EDIT)?;
    let recording = recording(tx).await?;
    let discount = found(store::by_id(tx, id).await?)?;
    based_on(expected, discount.version)?;
    let change = discount.end(at, recording)?;
    let ended = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(ended.discount)
}

/// Takes back one that has not begun.
///
/// # Errors
/// `not_found`, `discount_begun`, `stale`, `forbidden`, or the database.
pub async fn remove(tx: &mut Tx, books: &Books, id: DiscountId, expected: Option<i64>) -> Result<Discount> {
    tx.allow(PRICES_EDIT)?;
    let recording = recording(tx).await?;
    let discount = found(store::by_id(tx, id).await?)?;
    based_on(expected, discount.version)?;
    let change = discount.remove(recording)?;
    let removed = tx.save(change).await?;
    price_books::touch(tx, books).await?;
    Ok(removed.discount)
}

/// A draft without faults, which fits what there is; `begins` is when the one it changes was to begin.
pub(super) async fn judged(
    read: &Read,
    id: DiscountId,
    draft: &DiscountDraft,
    begins: Option<Instant>,
) -> Result<Judged> {
    let now = read.now();
    let latest = settings::tld_pricing(read).await?.latest_schedule(now);
    let judged = draft.judge(now, latest, begins)?;
    fits(read, id, &judged).await?;
    Ok(judged)
}

/// Nobody else moves the book until this transaction ends, so that what is recorded counts in its next version.
async fn recording(tx: &mut Tx) -> Result<Recording> {
    let book_version = price_books::next_version(tx).await?;
    Ok(Recording {
        at: tx.now(),
        by: tx.actor().who.to_string(),
        book_version,
    })
}

/// Whether there is such a group or customer, and no other coupon of this code.
async fn fits(read: &Read, id: DiscountId, judged: &Judged) -> Result<()> {
    let unknown = |pointer: &'static str, code: &'static str| {
        platform::Error::from(Problem::refused("invalid_fields").field(pointer, code))
    };
    match judged.terms.whom {
        Whom::Everybody => {}
        Whom::Group(group) if parties::groups::ops::exists(read, group).await? => {}
        Whom::Group(_) => return Err(unknown("/group_id", "group_unknown")),
        Whom::Customer(customer) => {
            let of = parties::customers::ops::group_of(read, customer).await;
            of.map_err(|_| unknown("/customer_id", "buyer_unknown"))?;
        }
    }
    if let Some(coupon) = &judged.coupon
        && store::code_is_taken(read, &coupon.code, id).await?
    {
        return Err(Problem::conflict("coupon_exists")
            .field("/code", "coupon_exists")
            .into());
    }
    Ok(())
}

/// Discounts or coupons, the latest begun first; only those of a standing where one is named.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn list(read: &Read, sort: Sort, standing: Option<Standing>) -> Result<Vec<Discount>> {
    read.allow(PRICES_READ)?;
    let now = read.now();
    let wanted =
        |discount: &Discount| sort.has(discount) && standing.is_none_or(|standing| discount.standing(now) == standing);
    let mut discounts: Vec<Discount> = store::standing(read).await?.into_iter().filter(wanted).collect();
    discounts.sort_by_key(|discount| std::cmp::Reverse((discount.from, discount.id)));
    Ok(discounts)
}

/// How often each coupon was used.
///
/// # Errors
/// `forbidden`, or the database.
pub(super) async fn uses(read: &Read) -> Result<HashMap<DiscountId, i64>> {
    read.allow(PRICES_READ)?;
    redeem::uses(read).await
}

/// How often one coupon was used.
pub(super) async fn uses_of(read: &Read, id: DiscountId) -> Result<i64> {
    redeem::uses_of(read, id).await
}

/// One discount or coupon.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub async fn by_id(read: &Read, sort: Sort, id: DiscountId) -> Result<Discount> {
    read.allow(PRICES_READ)?;
    found(store::by_id(read, id).await?.filter(|discount| sort.has(discount)))
}

/// One for somebody who may change it: nobody else is told whether it is there.
///
/// # Errors
/// `not_found`, `forbidden`, or the database.
pub(super) async fn to_change(read: &Read, sort: Sort, id: DiscountId) -> Result<Discount> {
    read.allow(PRICES_EDIT)?;
    by_id(read, sort, id).await
}

/// Every version of one, the latest first: who said what of it, and when.
///
/// # Errors
/// `forbidden`, or the database.
pub async fn versions(read: &Read, id: DiscountId) -> Result<Vec<Discount>> {
    read.allow(PRICES_READ)?;
    store::versions(read, id, MOST_VERSIONS).await
}

fn found(discount: Option<Discount>) -> Result<Discount> {
    discount.ok_or_else(|| Problem::not_found().into())
}
