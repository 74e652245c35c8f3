//! What is due on amounts that are known only once the other taxes are: shares of the price with tax, and rates that rise
//! with the buyer's year.

use std::collections::BTreeMap;

use kernel::{Money, MoneyError, Percent, Rounding};

use super::assess::NotAssessed;
use super::charge::{Charge, Rate, Step};
use super::due::{Matched, Part, Taxed};
use super::facets::Base;
use super::fraction::Fraction;
use super::line::TaxFacts;
use super::result::AppliedRate;
use super::rule::TaxRule;

/// Whether a rule waits for the other taxes.
pub(super) fn is_late(rule: &TaxRule) -> bool {
    rule.base == Base::PriceWithTax || matches!(rule.rate, Rate::Progressive(_))
}

/// What the buyer's amounts of the year have come to, by tax and component, in minor units.
pub(super) struct Year<'a> {
    facts: &'a TaxFacts,
    used: BTreeMap<(&'a str, &'a str), i128>,
}

impl<'a> Year<'a> {
    pub(super) const fn new(facts: &'a TaxFacts) -> Self {
        Self {
            facts,
            used: BTreeMap::new(),
        }
    }

    /// What a late rule makes due on a segment, of which the price without and with tax are known.
    pub(super) fn due(
        &mut self,
        taxed: &Taxed<'a>,
        matched: Matched<'a>,
        net: Money,
        gross: Money,
    ) -> Result<Vec<(Part<'a>, Fraction)>, NotAssessed> {
        let rule = matched.rule;
        let base = Fraction::of(if rule.base == Base::PriceWithTax { gross } else { net });
        let base = base.times(taxed.taxable_share(rule)?)?;
        match &rule.rate {
            Rate::Flat(Charge::Percent(percent)) => {
                let percent = taxed.percent(rule, *percent);
                Ok(vec![on(matched, 0, AppliedRate::Percent(percent), base, percent)?])
            }
            Rate::Flat(Charge::Nothing(treatment)) => Ok(vec![on(
                matched,
                0,
                AppliedRate::Nothing(*treatment),
                base,
                Percent::ZERO,
            )?]),
            Rate::Progressive(steps) => self.progressive(taxed, matched, steps, base),
            // A rule's check refuses others on the price with tax.
            Rate::Flat(_) | Rate::Slabs { .. } => Ok(Vec::new()),
        }
    }

    fn progressive(
        &mut self,
        taxed: &Taxed<'a>,
        matched: Matched<'a>,
        steps: &[Step],
        base: Fraction,
    ) -> Result<Vec<(Part<'a>, Fraction)>, NotAssessed> {
        let rule = matched.rule;
        let sign = i128::from(taxed.line.sign());
        let before = self
            .facts
            .accumulated
            .get(&rule.code)
            .map_or(0, |amount| i128::from(amount.minor));
        let used = self.used.entry((&rule.code, &rule.component)).or_insert(before);
        let from = *used;
        *used = base
            .round_to(1, Rounding::HalfUp)?
            .checked_mul(sign)
            .and_then(|more| from.checked_add(more))
            .ok_or(MoneyError::TooLarge)?;
        let to = *used;
        let mut due = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            // The first step is open downwards, so that what takes something off takes its tax off as well.
            let least = if at == 0 { i128::MIN } else { step.above.minor.into() };
            let most = steps.get(at + 1).map_or(i128::MAX, |next| next.above.minor.into());
            let portion = sign * (to.clamp(least, most) - from.clamp(least, most));
            if portion != 0 {
                let percent = taxed.percent(rule, step.percent);
                due.push(on(
                    matched,
                    at,
                    AppliedRate::Percent(percent),
                    Fraction::whole(portion),
                    percent,
                )?);
            }
        }
        Ok(due)
    }
}

fn on<'a>(
    matched: Matched<'a>,
    bracket: usize,
    rate: AppliedRate,
    base: Fraction,
    percent: Percent,
) -> Result<(Part<'a>, Fraction), NotAssessed> {
    let exact = base.times(Fraction::percent(percent))?;
    Ok((Part::known(matched, bracket, rate, base, exact), exact))
}
