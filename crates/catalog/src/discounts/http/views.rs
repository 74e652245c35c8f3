//! What the routes of discounts and coupons read and answer.

use engines::pricing::Operation;
use engines::pricing::discounts::{Off, Terms, Tlds, Whom, Years};
use kernel::{CustomerId, DiscountId, GroupId, Instant, Money, Percent};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::discounts::{CouponDraft, Discount, DiscountDraft, Standing};
use crate::views::{MoneyView, percent};

const fn whole_purchase() -> Years {
    Years::All
}

/// A discount to add, or everything about one that has not begun anew.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDiscount)]
pub(super) struct DiscountBody {
    /// As staff call it.
    #[schema(min_length = 1, max_length = 120, example = "Spring")]
    name: String,
    /// For the customers of this group.
    #[schema(value_type = Option<String>, example = "grp_01934000000070008000000000000013")]
    group_id: Option<GroupId>,
    /// For this customer; neither: for everybody.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// For these endings, at most 500; all if not said.
    #[serde(default)]
    #[schema(example = json!(["com", "net"]))]
    tlds: Vec<String>,
    /// For these operations; all if not said.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["register"]))]
    operations: Vec<Operation>,
    /// Off the whole purchase (`all`) or its first year (`first`).
    #[serde(default = "whole_purchase")]
    #[schema(value_type = String, example = "first")]
    years: Years,
    /// A share of the price, above 0 and up to 100, as decimal text.
    #[schema(value_type = Option<String>, example = "10")]
    percent: Option<Percent>,
    /// Or an amount, once per purchase.
    #[schema(value_type = Option<crate::views::MoneyView>)]
    amount: Option<Money>,
    /// From when, as far ahead as prices may be scheduled; at once if not said, or for a change as it was.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Instant>,
    /// Until when; until it is ended if not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_until: Option<Instant>,
    /// The `digest` of a preview: it is then done exactly as that showed, or not at all (409).
    #[serde(default)]
    #[schema(max_length = 64)]
    preview: Option<String>,
}

impl DiscountBody {
    /// What it says, and the preview it must be like.
    pub(super) fn read(self) -> (DiscountDraft, Option<String>) {
        let preview = self.preview.clone().filter(|digest| !digest.is_empty());
        (self.into(), preview)
    }
}

impl From<DiscountBody> for DiscountDraft {
    fn from(body: DiscountBody) -> Self {
        Self {
            coupon: None,
            name: body.name,
            group: body.group_id,
            customer: body.customer_id,
            tlds: body.tlds,
            operations: body.operations,
            years: body.years,
            percent: body.percent,
            amount: body.amount,
            from: body.effective_from,
            until: body.effective_until,
        }
    }
}

/// A coupon to add, or everything about one that has not begun anew.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCoupon)]
pub(super) struct CouponBody {
    /// As staff call it.
    #[schema(min_length = 1, max_length = 120, example = "Spring")]
    name: String,
    /// The code: 3 to 40 letters, digits, hyphens and underscores; their case does not matter.
    #[schema(min_length = 3, max_length = 40, example = "SPRING-27")]
    code: String,
    /// Taken off what a discount leaves. If not, it takes the discount's place where it saves more.
    #[serde(default)]
    stacks: bool,
    /// How often it may be used in all; as often as anybody likes if not said.
    #[schema(minimum = 1, example = 500)]
    max_uses: Option<i64>,
    /// How often by one customer.
    #[schema(minimum = 1, example = 1)]
    max_uses_per_customer: Option<i64>,
    /// For the customers of this group.
    #[schema(value_type = Option<String>, example = "grp_01934000000070008000000000000013")]
    group_id: Option<GroupId>,
    /// For this customer; neither: for everybody.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// For these endings, at most 500; all if not said.
    #[serde(default)]
    #[schema(example = json!(["com", "net"]))]
    tlds: Vec<String>,
    /// For these operations; all if not said.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["register"]))]
    operations: Vec<Operation>,
    /// Off the whole purchase (`all`) or its first year (`first`).
    #[serde(default = "whole_purchase")]
    #[schema(value_type = String, example = "first")]
    years: Years,
    /// A share of the price, above 0 and up to 100, as decimal text.
    #[schema(value_type = Option<String>, example = "10")]
    percent: Option<Percent>,
    /// Or an amount, once per purchase.
    #[schema(value_type = Option<crate::views::MoneyView>)]
    amount: Option<Money>,
    /// From when, as far ahead as prices may be scheduled; at once if not said, or for a change as it was.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_from: Option<Instant>,
    /// Until when; until it is ended if not said.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_until: Option<Instant>,
}

impl From<CouponBody> for DiscountDraft {
    fn from(body: CouponBody) -> Self {
        Self {
            coupon: Some(CouponDraft {
                code: body.code,
                stacks: body.stacks,
                max_uses: body.max_uses,
                max_uses_each: body.max_uses_per_customer,
            }),
            name: body.name,
            group: body.group_id,
            customer: body.customer_id,
            tlds: body.tlds,
            operations: body.operations,
            years: body.years,
            percent: body.percent,
            amount: body.amount,
            from: body.effective_from,
            until: body.effective_until,
        }
    }
}

/// For whom, for what, how much.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscountTerms)]
pub(crate) struct TermsView {
    /// For the customers of this group.
    #[schema(value_type = Option<String>)]
    group_id: Option<GroupId>,
    /// For this customer; neither: for everybody.
    #[schema(value_type = Option<String>)]
    customer_id: Option<CustomerId>,
    /// For these endings; none named: for all.
    tlds: Vec<String>,
    /// For these operations.
    #[schema(value_type = Vec<String>)]
    operations: Vec<Operation>,
    /// Off the whole purchase (`all`) or its first year (`first`).
    #[schema(value_type = String, example = "first")]
    years: Years,
    /// A share of the price, with four decimals.
    #[schema(example = "10.0000")]
    percent: Option<String>,
    /// Or an amount, once per purchase.
    amount: Option<MoneyView>,
}

impl TermsView {
    pub(crate) fn of(terms: &Terms) -> Self {
        let (group_id, customer_id) = match terms.whom {
            Whom::Everybody => (None, None),
            Whom::Group(group) => (Some(group), None),
            Whom::Customer(customer) => (None, Some(customer)),
        };
        let (share, amount) = match terms.off {
            Off::Percent(share) => (Some(percent(share)), None),
            Off::Amount(amount) => (None, Some(amount.into())),
        };
        Self {
            group_id,
            customer_id,
            tlds: match &terms.tlds {
                Tlds::All => Vec::new(),
                Tlds::These(tlds) => tlds.iter().map(ToString::to_string).collect(),
            },
            operations: terms.operations.iter().collect(),
            years: terms.years,
            percent: share,
            amount,
        }
    }
}

/// A discount, as one version says it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Discount)]
pub(super) struct DiscountView {
    /// Its id.
    #[schema(value_type = String, example = "dsc_01934000000070008000000000000031")]
    id: DiscountId,
    /// As staff call it.
    name: String,
    /// Whether it is over, in force or to come.
    standing: Standing,
    #[serde(flatten)]
    terms: TermsView,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// Until when, that instant excluded.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_until: Option<Instant>,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// When this version was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Instant,
    /// By whom.
    recorded_by: String,
    /// When another version took its place.
    #[schema(value_type = Option<String>, format = DateTime)]
    superseded_at: Option<Instant>,
}

impl DiscountView {
    pub(super) fn of(discount: Discount, now: Instant) -> Self {
        Self {
            standing: discount.standing(now),
            terms: TermsView::of(&discount.terms),
            id: discount.id,
            name: discount.name,
            effective_from: discount.from,
            effective_until: discount.until,
            version: discount.version,
            recorded_at: discount.recorded_at,
            recorded_by: discount.recorded_by,
            superseded_at: discount.superseded_at,
        }
    }
}

/// Every version of a discount, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DiscountHistory {
    /// The first of them stands.
    pub(super) versions: Vec<DiscountView>,
}

/// A coupon, as one version says it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Coupon)]
pub(super) struct CouponView {
    /// Its id.
    #[schema(value_type = String, example = "dsc_01934000000070008000000000000031")]
    id: DiscountId,
    /// As staff call it.
    name: String,
    /// The code, in capitals.
    #[schema(example = "SPRING-27")]
    code: String,
    /// Taken off what a discount leaves.
    stacks: bool,
    /// How often it may be used in all.
    max_uses: Option<i64>,
    /// How often by one customer.
    max_uses_per_customer: Option<i64>,
    /// How often it was used.
    uses: i64,
    /// Whether it is over, in force or to come.
    standing: Standing,
    #[serde(flatten)]
    terms: TermsView,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    effective_from: Instant,
    /// Until when, that instant excluded.
    #[schema(value_type = Option<String>, format = DateTime)]
    effective_until: Option<Instant>,
    /// Also the `ETag`; raised with every change.
    version: i64,
    /// When this version was recorded.
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Instant,
    /// By whom.
    recorded_by: String,
    /// When another version took its place.
    #[schema(value_type = Option<String>, format = DateTime)]
    superseded_at: Option<Instant>,
}

impl CouponView {
    pub(super) fn of(discount: Discount, uses: i64, now: Instant) -> Self {
        let coupon = discount.coupon.clone().unwrap_or_default();
        Self {
            standing: discount.standing(now),
            terms: TermsView::of(&discount.terms),
            code: coupon.code,
            stacks: discount.terms.stacks,
            max_uses: coupon.max_uses,
            max_uses_per_customer: coupon.max_uses_each,
            uses,
            id: discount.id,
            name: discount.name,
            effective_from: discount.from,
            effective_until: discount.until,
            version: discount.version,
            recorded_at: discount.recorded_at,
            recorded_by: discount.recorded_by,
            superseded_at: discount.superseded_at,
        }
    }
}

/// Every version of a coupon, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CouponHistory {
    /// The first of them stands.
    pub(super) versions: Vec<CouponView>,
}
