//! What happens to discounts and coupons, told to others.

use engines::pricing::discounts::{Off, Operations, Terms, Tlds, Whom, Years};
use kernel::{CustomerId, DiscountId, Fact, Id, Instant, Percent};
use serde::Serialize;
use uuid::Uuid;

use super::model::Coupon;

/// A discount or coupon was added.
#[derive(Clone, Debug, Serialize)]
pub struct DiscountAdded {
    /// The discount.
    pub id: DiscountId,
    /// As staff call it.
    pub name: String,
    /// Its code and limits, where it is a coupon.
    pub coupon: Option<Coupon>,
    /// For whom, for what, how much.
    pub terms: Terms,
    /// From when.
    pub effective_from: Instant,
    /// Until when.
    pub effective_until: Option<Instant>,
}

/// A discount or coupon that has not begun is another now.
#[derive(Clone, Debug, Serialize)]
pub struct DiscountChanged {
    /// The discount.
    pub id: DiscountId,
    /// Its name now.
    pub name: String,
    /// Its code and limits now.
    pub coupon: Option<Coupon>,
    /// Its terms now.
    pub terms: Terms,
    /// From when now.
    pub effective_from: Instant,
    /// Until when now.
    pub effective_until: Option<Instant>,
}

/// A discount or coupon that was in force ends.
#[derive(Clone, Debug, Serialize)]
pub struct DiscountEnded {
    /// The discount.
    pub id: DiscountId,
    /// Its name.
    pub name: String,
    /// When it does.
    pub effective_until: Instant,
}

/// A discount or coupon that had not begun was taken back.
#[derive(Clone, Debug, Serialize)]
pub struct DiscountRemoved {
    /// The discount.
    pub id: DiscountId,
    /// Its name.
    pub name: String,
}

/// A coupon was used.
#[derive(Clone, Debug, Serialize)]
pub struct CouponRedeemed {
    /// The coupon.
    pub id: DiscountId,
    /// Its code.
    pub code: String,
    /// For what: an order's id.
    pub used_for: String,
    /// By whom.
    pub customer: Option<CustomerId>,
}

fn sample_id() -> DiscountId {
    DiscountId::from_uuid(Uuid::from_u128(0x0193_4000_0000_7000_8000_0000_0000_0031))
}

fn sample_terms() -> Terms {
    Terms {
        whom: Whom::Everybody,
        tlds: Tlds::these(["com", "net"]),
        operations: Operations::ALL,
        years: Years::First,
        off: Off::Percent(Percent::whole(10)),
        stacks: false,
    }
}

fn sample_coupon() -> Coupon {
    Coupon {
        code: "SPRING-27".into(),
        max_uses: Some(500),
        max_uses_each: Some(1),
    }
}

fn sample_instant() -> Instant {
    "2027-03-01T00:00:00Z".parse().unwrap_or(Instant::EPOCH)
}

impl Fact for DiscountAdded {
    const NAME: &'static str = "catalog.discount.added";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            name: "Spring".into(),
            coupon: Some(sample_coupon()),
            terms: sample_terms(),
            effective_from: sample_instant(),
            effective_until: None,
        }
    }
}

impl Fact for DiscountChanged {
    const NAME: &'static str = "catalog.discount.changed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            name: "Spring and summer".into(),
            coupon: Some(sample_coupon()),
            terms: sample_terms(),
            effective_from: sample_instant(),
            effective_until: None,
        }
    }
}

impl Fact for DiscountEnded {
    const NAME: &'static str = "catalog.discount.ended";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            name: "Spring".into(),
            effective_until: sample_instant(),
        }
    }
}

impl Fact for DiscountRemoved {
    const NAME: &'static str = "catalog.discount.removed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            name: "Spring".into(),
        }
    }
}

impl Fact for CouponRedeemed {
    const NAME: &'static str = "catalog.coupon.redeemed";

    fn subject(&self) -> String {
        self.id.to_string()
    }

    fn sample() -> Self {
        Self {
            id: sample_id(),
            code: "SPRING-27".into(),
            used_for: "ord_01934000000070008000000000000041".into(),
            customer: Some(CustomerId::from_uuid(Uuid::from_u128(
                0x0193_4000_0000_7000_8000_0000_0000_0012,
            ))),
        }
    }
}
