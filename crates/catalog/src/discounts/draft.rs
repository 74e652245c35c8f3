//! What people say of a discount, judged: all that is wrong is told at once, field by field.

use engines::pricing::Operation;
use engines::pricing::discounts::{Off, Operations, Terms, Tlds, Whom, Years, coupon_code};
use kernel::{CustomerId, GroupId, Instant, Money, Percent, Problem};

use super::model::Coupon;
use crate::tlds;
use crate::values::{self, Faults};

/// How many TLDs one discount names at most.
const MOST_TLDS: usize = 500;

/// Code and limits of a coupon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CouponDraft {
    /// 3 to 40 letters, digits, hyphens and underscores, in any case.
    pub code: String,
    /// Taken off what a discount leaves, instead of in its place.
    pub stacks: bool,
    /// How often it may be used in all.
    pub max_uses: Option<i64>,
    /// How often by one customer.
    pub max_uses_each: Option<i64>,
}

/// A discount or coupon to add, or everything about one anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscountDraft {
    /// As staff call it.
    pub name: String,
    /// For a coupon.
    pub coupon: Option<CouponDraft>,
    /// For the customers of a group.
    pub group: Option<GroupId>,
    /// For one customer; neither: for everybody.
    pub customer: Option<CustomerId>,
    /// Endings; none: all.
    pub tlds: Vec<String>,
    /// Operations; none: all.
    pub operations: Vec<Operation>,
    /// Off the whole purchase or its first year.
    pub years: Years,
    /// A share, above 0 % and up to 100 %.
    pub percent: Option<Percent>,
    /// Or an amount, once per purchase; one of the two.
    pub amount: Option<Money>,
    /// From when; nothing: at once, or for an edit as it was.
    pub from: Option<Instant>,
    /// Until when.
    pub until: Option<Instant>,
}

/// A draft without faults.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) name: String,
    pub(super) coupon: Option<Coupon>,
    pub(super) terms: Terms,
    pub(super) from: Option<Instant>,
    pub(super) until: Option<Instant>,
}

impl DiscountDraft {
    /// `latest` is the last instant a discount may be scheduled for, `begins` when the one that is changed does.
    ///
    /// # Errors
    /// `invalid_fields`.
    pub(super) fn judge(&self, now: Instant, latest: Instant, begins: Option<Instant>) -> Result<Judged, Problem> {
        let mut faults = Faults::default();
        let name = faults.need("/name", "bad_name", values::line(&self.name));
        let coupon = self.coupon.as_ref().map(|coupon| coupon.judge(&mut faults));
        let whom = match (self.group, self.customer) {
            (Some(_), Some(_)) => {
                faults.note("/customer_id", "group_or_customer");
                Whom::Everybody
            }
            (Some(group), None) => Whom::Group(group),
            (None, Some(customer)) => Whom::Customer(customer),
            (None, None) => Whom::Everybody,
        };
        let off = match (self.percent, self.amount) {
            (Some(percent), None) if percent > Percent::ZERO && percent <= Percent::WHOLE => Off::Percent(percent),
            (Some(percent), None) => {
                faults.note("/percent", "bad_discount_percent");
                Off::Percent(percent)
            }
            (None, Some(amount)) => {
                if amount.minor <= 0 {
                    faults.note("/amount", "bad_discount_amount");
                }
                Off::Amount(amount)
            }
            _ => {
                faults.note("/percent", "percent_or_amount");
                Off::Percent(Percent::ZERO)
            }
        };
        if self.from.is_some_and(|from| from < now) {
            faults.note("/effective_from", "discount_in_the_past");
        }
        if self.from.is_some_and(|from| from > latest) {
            faults.note("/effective_from", "discount_too_far_ahead");
        }
        if self
            .until
            .is_some_and(|until| until <= self.from.or(begins).unwrap_or(now))
        {
            faults.note("/effective_until", "discount_ends_before_it_begins");
        }
        let terms = Terms {
            whom,
            tlds: self.judge_tlds(&mut faults),
            operations: match &self.operations[..] {
                [] => Operations::ALL,
                some => Operations::of(some),
            },
            years: self.years,
            off,
            stacks: self.coupon.as_ref().is_some_and(|coupon| coupon.stacks),
        };
        faults.done()?;
        Ok(Judged {
            name,
            coupon,
            terms,
            from: self.from,
            until: self.until,
        })
    }

    fn judge_tlds(&self, faults: &mut Faults) -> Tlds {
        let parsed: Result<Vec<String>, _> = self
            .tlds
            .iter()
            .map(|tld| tlds::parse(tld).map(|ending| ending.ascii))
            .collect();
        match parsed {
            Ok(tlds) if tlds.is_empty() => Tlds::All,
            Ok(tlds) if tlds.len() <= MOST_TLDS => Tlds::these(tlds.iter().map(String::as_str)),
            Ok(_) => {
                faults.note("/tlds", "too_many_discount_tlds");
                Tlds::All
            }
            Err(_) => {
                faults.note("/tlds", "ending_unknown");
                Tlds::All
            }
        }
    }
}

impl CouponDraft {
    fn judge(&self, faults: &mut Faults) -> Coupon {
        let code = coupon_code(&self.code).map(String::from);
        for (pointer, limit) in [
            ("/max_uses", self.max_uses),
            ("/max_uses_per_customer", self.max_uses_each),
        ] {
            if limit.is_some_and(|limit| limit < 1) {
                faults.note(pointer, "bad_coupon_limit");
            }
        }
        Coupon {
            code: faults.need("/code", "bad_coupon_code", code),
            max_uses: self.max_uses,
            max_uses_each: self.max_uses_each,
        }
    }
}
