//! Whether a rule can be one.

use kernel::Percent;

use super::charge::{Charge, Rate};
use super::facets::{Base, Charged};
use super::rule::TaxRule;

/// A rule that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTaxRule {
    /// A name, reference or note is empty, too long or has control characters.
    #[error("id, code, component, legal reference and notes are one line of text each")]
    Text,
    /// It is for no supply.
    #[error("a rule is for at least one kind of supply")]
    NoSupply,
    /// It ends before it begins.
    #[error("a rule's last day is after its first")]
    Days,
    /// A place outside the jurisdiction.
    #[error("within and except name parts of the jurisdiction")]
    Parts,
    /// A share below 0 %, or above 100 % where it is a part.
    #[error("a rate is not below 0 %, and a part of the whole not above 100 %")]
    Percent,
    /// An amount below zero.
    #[error("an amount is not below zero")]
    Amount,
    /// Amounts of several currencies.
    #[error("a rule's amounts are of one currency")]
    Currencies,
    /// No brackets, steps or bands, or not from the lowest on.
    #[error("brackets, steps and ages rise, and there is at least one; steps begin at zero")]
    Order,
    /// Stay lengths or nights nobody can have.
    #[error("a stay has at least one night, and its longest is not below its shortest")]
    Nights,
    /// A base that leaves open what the charge is of.
    #[error(
        "a charge on the price with tax is a plain or progressive share, a margin's or fare's a plain share; progressive and collected ones are on top"
    )]
    Base,
}

impl TaxRule {
    /// Whether it can be a rule.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn check(&self) -> Result<(), BadTaxRule> {
        let line =
            |text: &str, most: usize| (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        let notes = [&self.invoice_note, &self.reviewed_by];
        let named =
            line(&self.id, 120) && line(&self.code, 40) && line(&self.component, 60) && line(&self.legal_ref, 400);
        if !named || !notes.into_iter().flatten().all(|note| line(note, 400)) {
            return Err(BadTaxRule::Text);
        }
        if self.supplies.is_empty() {
            return Err(BadTaxRule::NoSupply);
        }
        if self.valid_to.is_some_and(|to| to <= self.valid_from) {
            return Err(BadTaxRule::Days);
        }
        if !self
            .within
            .iter()
            .chain(&self.except)
            .all(|part| part.lies_in(&self.jurisdiction))
        {
            return Err(BadTaxRule::Parts);
        }
        let zero = |nights: Option<u32>| nights == Some(0);
        if zero(self.stay.max) || zero(self.nights.max) || self.stay.max.is_some_and(|max| self.stay.min > Some(max)) {
            return Err(BadTaxRule::Nights);
        }
        self.check_shares()?;
        self.check_rate()
    }

    fn check_shares(&self) -> Result<(), BadTaxRule> {
        let parts = [self.value_share, self.abroad_exempt_up_to].into_iter().flatten();
        let bounds = self
            .without_number
            .into_iter()
            .flat_map(|other| [other.at_least, other.at_most]);
        let is_part = |share: Percent| (Percent::ZERO..=Percent::WHOLE).contains(&share);
        if !parts.chain(bounds).all(is_part) || self.without_number.is_some_and(|other| other.at_least > other.at_most)
        {
            return Err(BadTaxRule::Percent);
        }
        let plain = |charge: &Charge| matches!(charge, Charge::Percent(_) | Charge::Nothing(_));
        let plain = self.rate.charges().into_iter().all(plain);
        let sound = match self.base {
            Base::Price => true,
            Base::PriceWithTax => plain && self.charged == Charged::OnTop && !matches!(self.rate, Rate::Slabs { .. }),
            Base::Margin | Base::BasicFare => plain && !matches!(self.rate, Rate::Progressive(_)),
        };
        // A progressive rate is of the year's amounts, so it cannot be taken out of one price.
        // What is collected is no part of a price either.
        let on_top = self.charged == Charged::OnTop || !(self.collected || matches!(self.rate, Rate::Progressive(_)));
        if sound && on_top { Ok(()) } else { Err(BadTaxRule::Base) }
    }

    fn check_rate(&self) -> Result<(), BadTaxRule> {
        let amounts = self.rate.amounts();
        if amounts.iter().any(|amount| amount.is_negative()) {
            return Err(BadTaxRule::Amount);
        }
        if amounts.windows(2).any(|pair| pair[0].currency != pair[1].currency) {
            return Err(BadTaxRule::Currencies);
        }
        let mut percents: Vec<Percent> = Vec::new();
        let mut in_order = match &self.rate {
            Rate::Flat(_) => true,
            Rate::Slabs { slabs, .. } => rises(slabs.iter().map(|slab| slab.starts.amount().minor)),
            Rate::Progressive(steps) => {
                percents.extend(steps.iter().map(|step| step.percent));
                steps.first().is_some_and(|step| step.above.is_zero())
                    && rises(steps.iter().map(|step| step.above.minor))
            }
        };
        for charge in self.rate.charges() {
            match charge {
                Charge::Percent(percent) | Charge::CumulativePercent(percent) => percents.push(*percent),
                Charge::Ages { bands, .. } => in_order &= rises(bands.iter().map(|band| band.from_age.into())),
                Charge::Amount { .. } | Charge::Nothing(_) => (),
            }
        }
        if !in_order {
            return Err(BadTaxRule::Order);
        }
        if percents.iter().any(|percent| *percent < Percent::ZERO) {
            return Err(BadTaxRule::Percent);
        }
        Ok(())
    }
}

/// At least one, each above the one before.
fn rises(mut values: impl Iterator<Item = i64>) -> bool {
    values.next().is_some_and(|first| {
        let mut before = first;
        values.all(|value| value > std::mem::replace(&mut before, value))
    })
}
