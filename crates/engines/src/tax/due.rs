//! What is due on one part of a line before rounding: exact, by rule and bracket.

use kernel::MoneyError;

use super::assess::{Missing, NotAssessed};
use super::charge::{Bound, Rate, SlabBasis, slab_of};
use super::fraction::Fraction;
use super::line::{TaxFacts, TaxLine};
use super::result::AppliedRate;
use super::rule::TaxRule;
use super::segment::Segment;
use super::words::Region;

/// A rule that applies to a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matched<'a> {
    /// Where it is among all rules.
    pub(super) at: usize,
    pub(super) rule: &'a TaxRule,
    pub(super) place: &'a Region,
    /// No segment of the line before this one bore it.
    pub(super) first: bool,
}

/// Of what a tax is, as far as it can be told before rounding.
#[derive(Clone, Copy, Debug)]
pub(super) enum BaseOf {
    /// A share of the segment's price without tax.
    Net(Fraction),
    /// A share of that with the taxes on it that are not cumulative.
    NetAndTaxes(Fraction),
    /// This amount, in which the tax is where it is included.
    Own(Fraction),
    /// Nothing: an amount each.
    None,
}

/// How a part depends on the price without tax.
#[derive(Clone, Copy, Debug)]
pub(super) enum Depends {
    /// This share of it.
    Share(Fraction),
    /// This share of it with the others.
    Cumulative(Fraction),
    /// Not at all.
    Fixed(Fraction),
}

/// A part of what is due.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) matched: Matched<'a>,
    pub(super) bracket: usize,
    pub(super) rate: AppliedRate,
    pub(super) included: bool,
    pub(super) base: BaseOf,
    pub(super) depends: Depends,
}

impl<'a> Part<'a> {
    /// On top of the price, of a base that is known.
    pub(super) const fn known(
        matched: Matched<'a>,
        bracket: usize,
        rate: AppliedRate,
        base: Fraction,
        exact: Fraction,
    ) -> Self {
        Self {
            matched,
            bracket,
            rate,
            included: false,
            base: BaseOf::Own(base),
            depends: Depends::Fixed(exact),
        }
    }

    /// It is taken out of the price together with the others of which this is so.
    pub(super) const fn is_in_price(&self) -> bool {
        self.included && !matches!(self.depends, Depends::Fixed(_))
    }
}

/// A segment with its line and document.
pub(super) struct Taxed<'a> {
    pub(super) line: &'a TaxLine,
    pub(super) segment: Segment<'a>,
    pub(super) facts: &'a TaxFacts,
}

pub(super) type Made<T> = Result<T, NotAssessed>;

impl<'a> Taxed<'a> {
    /// What each matched rule makes due, exactly. Rules on the price with tax come later and are not among them.
    pub(super) fn due(&self, matched: &[Matched<'a>]) -> Made<Vec<(Part<'a>, Fraction)>> {
        let parts = self.parts(matched)?;
        let net = self.net(&parts)?;
        let (shares, fixed) = (sum(&parts, share)?, sum(&parts, fixed)?);
        let with_taxes = net.times(Fraction::ONE.plus(shares)?)?.plus(fixed)?;
        let exact = |part: Part<'a>| {
            let exact = match part.depends {
                Depends::Share(share) => net.times(share)?,
                Depends::Cumulative(share) => with_taxes.times(share)?,
                Depends::Fixed(amount) => amount,
            };
            Ok((part, exact))
        };
        parts.into_iter().map(exact).collect()
    }

    /// The parts by the brackets that the price without tax lies in.
    fn parts(&self, matched: &[Matched<'a>]) -> Made<Vec<Part<'a>>> {
        let price = Fraction::of(self.segment.price);
        let parts = self.parts_at(matched, price)?;
        if !parts.iter().any(Part::is_in_price) {
            return Ok(parts);
        }
        // The price without tax depends on the bracket it picks: the first bracket that picks itself is the one.
        let mut slab_rule = None;
        for guess in self.guesses(matched)? {
            let parts = self.parts_at(matched, guess)?;
            let again = self.parts_at(matched, self.net(&parts)?)?;
            let picked = |part: &Part<'_>| (part.matched.at, part.bracket);
            if parts.iter().map(picked).eq(again.iter().map(picked)) {
                return Ok(parts);
            }
            slab_rule = matched
                .iter()
                .find(|matched| matched.rule.slab_basis() == Some(SlabBasis::TransactedValue));
        }
        let rule = slab_rule.map_or_else(|| "".into(), |matched| matched.rule.id.clone());
        Err(NotAssessed::BetweenSlabs {
            line: self.segment.line,
            rule,
        })
    }

    /// A value in each bracket, for all units.
    fn guesses(&self, matched: &[Matched<'a>]) -> Made<Vec<Fraction>> {
        let mut guesses = vec![Fraction::ZERO];
        for matched in matched {
            let Rate::Slabs {
                slabs,
                basis: SlabBasis::TransactedValue,
            } = &matched.rule.rate
            else {
                continue;
            };
            for slab in slabs {
                let value = Fraction::of(slab.starts.amount());
                let value = match slab.starts {
                    Bound::From(_) => value,
                    Bound::Above(_) => value.plus(Fraction::new(1, 1_000).ok_or(MoneyError::TooLarge)?)?,
                };
                let of_night = value.times(Fraction::whole(self.line.rooms.into()))?;
                guesses.push(of_night.times(self.share_of_night())?);
            }
        }
        Ok(guesses)
    }

    fn parts_at(&self, matched: &[Matched<'a>], net: Fraction) -> Made<Vec<Part<'a>>> {
        let mut parts = Vec::new();
        for matched in matched {
            let bracket = match &matched.rule.rate {
                Rate::Flat(_) => Some(0),
                Rate::Progressive(_) => None,
                Rate::Slabs { basis, slabs } => {
                    let (numerator, denominator) = self.value(matched.rule, *basis, net)?;
                    slab_of(slabs, numerator, denominator).ok_or(MoneyError::TooLarge)?
                }
            };
            if let Some((bracket, charge)) = bracket.and_then(|at| Some((at, matched.rule.rate.charge(at)?))) {
                parts.extend(self.parts_of(*matched, bracket, charge)?);
            }
        }
        Ok(parts)
    }

    /// Which part of its night's price the segment's is.
    fn share_of_night(&self) -> Fraction {
        let (part, whole) = (self.segment.price.minor, self.segment.of_night.minor);
        Fraction::new(part.into(), whole.into()).unwrap_or(Fraction::ONE)
    }

    /// The value of one unit for its night at all places, in minor units.
    fn value(&self, rule: &TaxRule, basis: SlabBasis, net: Fraction) -> Made<(i128, i128)> {
        match basis {
            SlabBasis::DeclaredTariff => {
                let tariff = self
                    .segment
                    .declared_tariff
                    .ok_or_else(|| self.missing(rule, Missing::DeclaredTariff))?;
                Ok((tariff.minor.unsigned_abs().into(), 1))
            }
            SlabBasis::TransactedValue => {
                let share = self.share_of_night();
                let of_night = if share == Fraction::ZERO { net } else { net.over(share)? };
                let units = of_night.denominator().checked_mul(self.line.rooms.into());
                Ok((of_night.numerator().abs(), units.ok_or(MoneyError::TooLarge)?))
            }
        }
    }

    /// The segment's price without the taxes that are in it.
    fn net(&self, parts: &[Part<'_>]) -> Made<Fraction> {
        let price = Fraction::of(self.segment.price);
        let in_price: Vec<Part<'_>> = parts.iter().filter(|part| part.included).cloned().collect();
        let cumulative = sum(&in_price, cumulative)?;
        let fixed_in = sum(&in_price, fixed)?.plus(sum(parts, fixed)?.times(cumulative)?)?;
        let all = Fraction::ONE.plus(sum(parts, share)?)?;
        let factor = Fraction::ONE
            .plus(sum(&in_price, share)?)?
            .plus(all.times(cumulative)?)?;
        Ok(price.minus(fixed_in)?.over(factor)?)
    }

    pub(super) fn missing(&self, rule: &TaxRule, what: Missing) -> NotAssessed {
        NotAssessed::Missing {
            line: self.segment.line,
            rule: Some(rule.id.clone()),
            what,
        }
    }
}

fn sum(parts: &[Part<'_>], of: impl Fn(&Depends) -> Option<Fraction>) -> Result<Fraction, MoneyError> {
    // What is collected for the buyer is no part of what other taxes are taken of.
    let counted = parts.iter().filter(|part| !part.matched.rule.collected);
    Fraction::sum(counted.filter_map(|part| of(&part.depends)))
}

const fn share(depends: &Depends) -> Option<Fraction> {
    match depends {
        Depends::Share(share) => Some(*share),
        Depends::Cumulative(_) | Depends::Fixed(_) => None,
    }
}

const fn cumulative(depends: &Depends) -> Option<Fraction> {
    match depends {
        Depends::Cumulative(share) => Some(*share),
        Depends::Share(_) | Depends::Fixed(_) => None,
    }
}

const fn fixed(depends: &Depends) -> Option<Fraction> {
    match depends {
        Depends::Fixed(amount) => Some(*amount),
        Depends::Share(_) | Depends::Cumulative(_) => None,
    }
}
