//! What one charge of a rule comes to on one part of a line.

use kernel::{Money, MoneyError, Percent};

use super::assess::Missing;
use super::charge::{AgeBand, Charge, Per, Period};
use super::due::{BaseOf, Depends, Made, Matched, Part, Taxed};
use super::facets::{Base, Charged};
use super::fraction::Fraction;
use super::line::{Guest, PriceIs};
use super::result::AppliedRate;
use super::rule::TaxRule;

/// Parts of a charge by age are told apart from its brackets by this.
const BRACKET: usize = 1_000;

impl<'a> Taxed<'a> {
    /// The parts of a charge: one, or one for each age.
    pub(super) fn parts_of(&self, matched: Matched<'a>, bracket: usize, charge: &Charge) -> Made<Vec<Part<'a>>> {
        let rule = matched.rule;
        let included = match rule.charged {
            Charged::AsPriced => self.line.price_is == PriceIs::WithTax,
            Charged::OnTop => false,
            Charged::Included => true,
        };
        let part = |bracket, (rate, base, depends)| Part {
            matched,
            bracket,
            rate,
            included,
            base,
            depends,
        };
        let made = match charge {
            Charge::Percent(percent) => {
                let percent = self.percent(rule, *percent);
                let (base, depends) = self.share_of_base(rule, percent, included)?;
                (AppliedRate::Percent(percent), base, depends)
            }
            Charge::CumulativePercent(percent) => {
                let percent = self.percent(rule, *percent);
                let value = self.taxable_share(rule)?;
                let share = Fraction::percent(percent).times(value)?;
                (
                    AppliedRate::Percent(percent),
                    BaseOf::NetAndTaxes(value),
                    Depends::Cumulative(share),
                )
            }
            Charge::Nothing(treatment) => {
                let (base, _) = self.share_of_base(rule, Percent::ZERO, included)?;
                (AppliedRate::Nothing(*treatment), base, Depends::Fixed(Fraction::ZERO))
            }
            Charge::Amount { each, per, period } => {
                self.each(*each, self.times(matched, *period)? * self.count(rule, *per)?)
            }
            Charge::Ages { bands, period } => {
                return self.by_age(matched, bands, *period, |at, made| part(bracket * BRACKET + at, made));
            }
        };
        Ok(vec![part(bracket, made)])
    }

    fn by_age(
        &self,
        matched: Matched<'a>,
        bands: &[AgeBand],
        period: Period,
        part: impl Fn(usize, (AppliedRate, BaseOf, Depends)) -> Part<'a>,
    ) -> Made<Vec<Part<'a>>> {
        let times = self.times(matched, period)?;
        self.count(matched.rule, Per::Person)?;
        let of_age = |at: usize| part(at, self.each(bands[at].each, times * self.guests_in(bands, at)));
        Ok((0..bands.len()).map(of_age).collect())
    }

    /// An amount so many times, with the sign of the line.
    fn each(&self, each: Money, times: u64) -> (AppliedRate, BaseOf, Depends) {
        let amount = i128::from(each.minor) * i128::from(times) * i128::from(self.line.sign());
        (
            AppliedRate::Each { each, times },
            BaseOf::None,
            Depends::Fixed(Fraction::whole(amount)),
        )
    }

    /// How many of the guests are of an age; adults are of the oldest.
    fn guests_in(&self, bands: &[AgeBand], at: usize) -> u64 {
        let until = bands.get(at + 1).map(|next| next.from_age);
        let is_in = |guest: &&Guest| match guest {
            Guest::Adult => until.is_none(),
            Guest::Child(age) => *age >= bands[at].from_age && until.is_none_or(|until| *age < until),
        };
        u64::try_from(self.line.guests.iter().filter(is_in).count()).unwrap_or(u64::MAX)
    }

    /// How often an amount is due for this segment.
    fn times(&self, matched: Matched<'_>, period: Period) -> Made<u64> {
        match period {
            Period::Night if self.segment.night.is_none() => Err(self.missing(matched.rule, Missing::Nights)),
            Period::Night => Ok(self.segment.first_place.into()),
            Period::Stay => Ok(matched.first.into()),
        }
    }

    fn count(&self, rule: &TaxRule, per: Per) -> Made<u64> {
        match per {
            Per::Room => Ok(self.line.rooms.into()),
            Per::Person if self.line.guests.is_empty() => Err(self.missing(rule, Missing::Guests)),
            Per::Person => Ok(u64::try_from(self.line.guests.len()).unwrap_or(u64::MAX)),
        }
    }

    /// The rule's percentage for this buyer.
    pub(super) fn percent(&self, rule: &TaxRule, percent: Percent) -> Percent {
        match rule.without_number {
            Some(other) if !self.facts.buyer.has_tax_number => other.instead_of(percent),
            _ => percent,
        }
    }

    fn share_of_base(&self, rule: &TaxRule, percent: Percent, included: bool) -> Made<(BaseOf, Depends)> {
        let value = self.taxable_share(rule)?;
        let rate = Fraction::percent(percent);
        let own = match rule.base {
            Base::Price | Base::PriceWithTax => return Ok((BaseOf::Net(value), Depends::Share(rate.times(value)?))),
            Base::BasicFare => self
                .segment
                .basic_fare
                .ok_or_else(|| self.missing(rule, Missing::BasicFare))?,
            Base::Margin => {
                let cost = self.segment.cost.ok_or_else(|| self.missing(rule, Missing::Cost))?;
                let margin = self.segment.price.sub(cost)?;
                let is_loss = margin.minor.signum() != self.line.sign();
                if is_loss { Money::zero(margin.currency) } else { margin }
            }
        };
        let own = Fraction::of(own).times(value)?;
        // In a margin the tax on it is included: 250 at 20 % holds 250 x 20/120.
        let inside = included && rule.base == Base::Margin;
        let rate = if inside {
            rate.over(Fraction::ONE.plus(rate)?)?
        } else {
            rate
        };
        Ok((BaseOf::Own(own), Depends::Fixed(own.times(rate)?)))
    }

    /// Which share of the base is taxable.
    pub(super) fn taxable_share(&self, rule: &TaxRule) -> Made<Fraction> {
        let value = rule.value_share.map_or(Fraction::ONE, Fraction::percent);
        let (Some(most), Some(abroad)) = (rule.abroad_exempt_up_to, self.line.abroad) else {
            return Ok(value);
        };
        let share = Fraction::new(abroad.parts.into(), abroad.of.into()).ok_or(MoneyError::TooLarge)?;
        let exempt = share.min(Fraction::percent(most))?;
        Ok(value.times(Fraction::ONE.minus(exempt)?)?)
    }
}
