//! Choosing among discounts: see the stacking rule in the module's words.

use kernel::{Instant, Money, Rounding};

use super::super::ask::PriceAsk;
use super::super::effective::Buyer;
use super::super::listed::{Lookup, Rates};
use super::super::trace::{Reducer, Reduction};
use super::book::{DiscountBook, Kept};
use super::terms::{Off, Terms, Whom, Years};

/// A price that something may be taken off.
pub(in super::super) struct Purchase<'a, 'f> {
    pub(in super::super) service: &'a PriceAsk<'a>,
    pub(in super::super) buyer: Option<Buyer>,
    pub(in super::super) coupon: Option<&'a str>,
    pub(in super::super) rates: &'a mut Lookup<'f>,
    /// Minor units of the currency asked for.
    pub(in super::super) total: i64,
    /// Of which for the first year, where there is one.
    pub(in super::super) first_year: Option<i64>,
}

/// What is still to be paid.
#[derive(Clone, Copy)]
struct Remaining {
    total: i64,
    first_year: Option<i64>,
}

impl DiscountBook {
    /// What is taken off a purchase, in the order it is taken.
    pub(in super::super) fn reductions(&self, purchase: &mut Purchase<'_, '_>) -> [Option<Reduction>; 2] {
        if self.is_empty() {
            return [None, None];
        }
        let whole = Remaining {
            total: purchase.total,
            first_year: purchase.first_year,
        };
        let discount = self.best_discount(purchase, whole);
        let Some((coupon, since, terms)) = self.asked_coupon(purchase) else {
            return [discount, None];
        };
        let left = discount
            .as_ref()
            .filter(|_| terms.stacks)
            .map_or(whole, |taken| whole.less(taken));
        let coupon = purchase.reduction(Reducer::Coupon, coupon, (since, terms), left, 0);
        match (discount, coupon) {
            (Some(discount), Some(coupon)) if !terms.stacks => {
                let better = if coupon.amount > discount.amount {
                    coupon
                } else {
                    discount
                };
                [Some(better), None]
            }
            both => both.into(),
        }
    }

    /// The one that saves most. The order they come in settles ties: only one that saves more takes another's place.
    fn best_discount(&self, purchase: &mut Purchase<'_, '_>, whole: Remaining) -> Option<Reduction> {
        let at = purchase.service.at;
        let own = purchase.buyer.map(|buyer| Whom::Customer(buyer.customer));
        let group = purchase.buyer.and_then(|buyer| buyer.group).map(Whom::Group);
        let mut best: Option<Reduction> = None;
        for whom in [own, group, Some(Whom::Everybody)].into_iter().flatten() {
            for kept in self.of_whom(whom) {
                let Some((since, terms)) = kept.standing(at).filter(|(_, terms)| terms.whom == whom) else {
                    continue;
                };
                let saved = best.as_ref().map_or(0, |best| best.amount);
                best = purchase
                    .reduction(Reducer::Discount, kept, (since, terms), whole, saved)
                    .or(best);
            }
        }
        best
    }

    /// The coupon asked for, where it is in force and for this buyer.
    fn asked_coupon<'b>(&'b self, purchase: &Purchase<'_, '_>) -> Option<(&'b Kept, Instant, &'b Terms)> {
        let at = purchase.service.at;
        let usable = |kept: &'b Kept| {
            let (since, terms) = kept.standing(at)?;
            terms.whom.covers(purchase.buyer).then_some((kept, since, terms))
        };
        self.with_code(purchase.coupon?).find_map(usable)
    }
}

impl Purchase<'_, '_> {
    /// What these terms take off what remains; nothing where that is not more than `least`.
    fn reduction(
        &mut self,
        kind: Reducer,
        kept: &Kept,
        (since, terms): (Instant, &Terms),
        remaining: Remaining,
        least: i64,
    ) -> Option<Reduction> {
        let service = self.service;
        if !terms.fits(service.tld, service.operation) {
            return None;
        }
        let base = match terms.years {
            Years::All => remaining.total,
            Years::First => remaining.first_year?,
        };
        let (off, rate) = match terms.off {
            Off::Amount(amount) if amount.currency != service.currency => {
                let rate = self.rates.from(amount.currency).ok()?;
                (Off::Amount(rate.convert(amount).ok()?), Some(rate))
            }
            off => (off, None),
        };
        let amount = off.of(base);
        (amount > least).then_some(Reduction {
            kind,
            discount: kept.id,
            since,
            off: terms.off,
            years: terms.years,
            rate,
            base,
            amount,
        })
    }
}

impl Remaining {
    /// After a reduction. Off the whole purchase takes its share off the first year too.
    fn less(self, taken: &Reduction) -> Self {
        let of_first = |first: i64| match taken.years {
            Years::First => first - taken.amount,
            Years::All => {
                let share = Rounding::HalfEven.divide(
                    i128::from(first) * i128::from(taken.amount),
                    i128::from(self.total.max(1)),
                );
                // The first year is at most the total, so its share is at most what was taken.
                first - i64::try_from(share).unwrap_or(first)
            }
        };
        Self {
            total: self.total - taken.amount,
            first_year: self.first_year.map(of_first),
        }
    }
}

impl Reduction {
    /// What its terms take off its base, computed again. It may have been read from anywhere: nothing is taken off less than
    /// nothing.
    pub(in super::super) fn adds_up(&self, remaining: i64, currency: kernel::Currency) -> bool {
        if self.base < 0 {
            return false;
        }
        let off = match (self.off, &self.rate) {
            (Off::Amount(amount), Some(rate)) if rate.adds_up() && rate.to == currency => {
                rate.convert(amount).ok().map(Off::Amount)
            }
            (Off::Amount(Money { currency: own, .. }), None) if own == currency => Some(self.off),
            (Off::Percent(_), None) => Some(self.off),
            _ => None,
        };
        let base = match self.years {
            Years::All => self.base == remaining,
            Years::First => (0..=remaining).contains(&self.base),
        };
        base && off.is_some_and(|off| off.of(self.base) == self.amount)
    }
}
