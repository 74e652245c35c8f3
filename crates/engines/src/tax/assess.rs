//! Laying rules on the lines of a document.

use std::ops::Range;

use kernel::{Money, MoneyError};
use serde::{Deserialize, Serialize};

use super::due::{Matched, Taxed};
use super::late::{Year, is_late};
use super::line::{TaxFacts, TaxLine};
use super::matching::{Case, place_if_applies};
use super::report::report;
use super::result::{Assessment, Looked};
use super::rule::TaxRule;
use super::rules::TaxRules;
use super::segment::{self, Segment};
use super::settle::{Due, settle};

/// Why nothing was assessed. Lines count from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NotAssessed {
    /// An amount of a line is in another currency than the document.
    #[error("line {line} has an amount in another currency than the document: convert it first")]
    Currency {
        /// Which line.
        line: usize,
    },
    /// A rule that applies names amounts in another currency.
    #[error("tax rule {rule} has amounts in another currency than line {line}")]
    RuleCurrency {
        /// Which line.
        line: usize,
        /// Which rule.
        rule: Box<str>,
    },
    /// The nights do not sum to the line, or are not in order.
    #[error("the nights of line {line} do not sum to its price, or are not in order")]
    Nights {
        /// Which line.
        line: usize,
    },
    /// Something that a rule asks for is not known.
    #[error("line {line} cannot be taxed without {what}{}", rule.as_ref().map(|rule| format!(" (tax rule {rule})")).unwrap_or_default())]
    Missing {
        /// Which line.
        line: usize,
        /// Which rule asks for it; nothing where every one does.
        rule: Option<Box<str>>,
        /// What.
        what: Missing,
    },
    /// A price with tax that no bracket can hold: with the lower rate in it the value is above the bracket, with the higher
    /// below.
    #[error("the price with tax of line {line} lies between two brackets of tax rule {rule}: give it without tax")]
    BetweenSlabs {
        /// Which line.
        line: usize,
        /// Which rule.
        rule: Box<str>,
    },
    /// Beyond what money can hold.
    #[error("an amount is too large")]
    TooLarge,
}

/// What a rule asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// Where a business buyer is registered.
    #[error("the place where the buyer is registered")]
    Recipient,
    /// The state, where only the country is known.
    #[error("the state of the buyer or seller")]
    State,
    /// Where the house is.
    #[error("the place of the property")]
    Property,
    /// Where the service is performed.
    #[error("the places where it is performed")]
    Performance,
    /// The day of the payment.
    #[error("the day of the payment")]
    Payment,
    /// The day of the booking.
    #[error("the day of the booking")]
    Booking,
    /// The nights and their prices.
    #[error("its nights")]
    Nights,
    /// At least one room or unit.
    #[error("a number of rooms or units above zero")]
    Rooms,
    /// Who stays, with the children's ages.
    #[error("the guests and the children's ages")]
    Guests,
    /// What the house declares for a night.
    #[error("the declared tariff of each night")]
    DeclaredTariff,
    /// What was bought in.
    #[error("the cost of what was bought in")]
    Cost,
    /// The airline's basic fare.
    #[error("the basic fare")]
    BasicFare,
    /// A sound share of what is performed abroad.
    #[error("a sound share of what is performed abroad")]
    Abroad,
}

impl From<MoneyError> for NotAssessed {
    fn from(_: MoneyError) -> Self {
        // Currencies are compared before anything is added, and weights are never all zero.
        Self::TooLarge
    }
}

/// A document on the way.
pub(super) struct Work<'a> {
    pub(super) lines: &'a [TaxLine],
    pub(super) facts: &'a TaxFacts,
    pub(super) segments: Vec<Segment<'a>>,
    /// By line, where its segments are.
    pub(super) of_line: Vec<Range<usize>>,
    /// By segment.
    matched: Vec<Vec<Matched<'a>>>,
    /// By segment.
    dues: Vec<Due<'a>>,
    /// By line.
    pub(super) looked_at: Vec<Vec<Looked>>,
}

/// The taxes of a document's lines.
///
/// The lines of one transaction belong together: what is rounded per document and what rises with the year go over all of
/// them, in their order.
///
/// # Errors
/// When a rule that might apply asks for what is not known, or an amount cannot be held: see [`NotAssessed`].
pub fn assess(rules: &TaxRules, lines: &[TaxLine], facts: &TaxFacts) -> Result<Assessment, NotAssessed> {
    let mut work = Work {
        lines,
        facts,
        segments: Vec::new(),
        of_line: Vec::new(),
        matched: Vec::new(),
        dues: Vec::new(),
        looked_at: Vec::new(),
    };
    for (at, line) in lines.iter().enumerate() {
        let begin = work.segments.len();
        work.segments.extend(segment::of_line(at, line, facts.currency)?);
        work.of_line.push(begin..work.segments.len());
    }
    work.matched = vec![Vec::new(); work.segments.len()];
    for at in 0..lines.len() {
        let looked_at = work.look_up(rules, at)?;
        work.looked_at.push(looked_at);
    }
    work.first_taxes()?;
    work.late_taxes()?;
    report(work)
}

impl<'a> Work<'a> {
    /// Which rules apply to which segments of a line.
    fn look_up(&mut self, rules: &'a TaxRules, line: usize) -> Result<Vec<Looked>, NotAssessed> {
        let of_supply = rules.of_supply(&self.lines[line].supply).iter();
        of_supply.map(|at| self.look_at(*at, &rules.all()[*at], line)).collect()
    }

    /// To which segments of a line a rule applies.
    fn look_at(&mut self, at: usize, rule: &'a TaxRule, line: usize) -> Result<Looked, NotAssessed> {
        let mut looked = Looked {
            rule: rule.id.clone(),
            applied: 0,
            of: 0,
            why_not: Vec::new(),
        };
        for nth in self.of_line[line].clone() {
            looked.of += 1;
            let case = Case {
                line: &self.lines[line],
                segment: self.segments[nth],
                facts: self.facts,
            };
            let found = place_if_applies(rule, &case).map_err(|what| NotAssessed::Missing {
                line,
                rule: Some(rule.id.clone()),
                what,
            })?;
            match found {
                Ok(place) => {
                    let first = looked.applied == 0;
                    self.matched[nth].push(Matched { at, rule, place, first });
                    looked.applied += 1;
                }
                Err(mismatch) if !looked.why_not.contains(&mismatch) => looked.why_not.push(mismatch),
                Err(_) => (),
            }
        }
        let foreign = |amount: &Money| amount.currency != self.facts.currency;
        if looked.applied > 0 && rule.rate.amounts().first().is_some_and(foreign) {
            let rule = rule.id.clone();
            return Err(NotAssessed::RuleCurrency { line, rule });
        }
        Ok(looked)
    }

    fn taxed(&self, segment: usize) -> Taxed<'a> {
        let segment = self.segments[segment];
        Taxed {
            line: &self.lines[segment.line],
            segment,
            facts: self.facts,
        }
    }

    /// What does not wait for other taxes.
    fn first_taxes(&mut self) -> Result<(), NotAssessed> {
        for at in 0..self.segments.len() {
            let first: Vec<Matched<'a>> = self.matched[at]
                .iter()
                .copied()
                .filter(|matched| !is_late(matched.rule))
                .collect();
            let due = self.taxed(at).due(&first)?;
            self.dues.extend(due.into_iter().map(|(part, exact)| Due {
                segment: at,
                part,
                exact,
                amount: 0,
            }));
        }
        Ok(settle(&mut self.dues, &self.segments, self.facts.currency)?)
    }

    /// What is due on amounts with those taxes.
    fn late_taxes(&mut self) -> Result<(), NotAssessed> {
        let mut year = Year::new(self.facts);
        let mut late = Vec::new();
        for at in 0..self.segments.len() {
            for matched in self.matched[at].iter().filter(|matched| is_late(matched.rule)) {
                let (net, gross) = (self.net(at)?, self.gross(at)?);
                let due = year.due(&self.taxed(at), *matched, net, gross)?;
                late.extend(due.into_iter().map(|(part, exact)| Due {
                    segment: at,
                    part,
                    exact,
                    amount: 0,
                }));
            }
        }
        settle(&mut late, &self.segments, self.facts.currency)?;
        self.dues.extend(late);
        self.dues.sort_by_key(|due| due.segment);
        Ok(())
    }

    /// A segment's price without the taxes in it.
    pub(super) fn net(&self, segment: usize) -> Result<Money, MoneyError> {
        let price = self.segments[segment].price;
        price.sub(self.sum(segment..segment + 1, |due| due.part.included)?)
    }

    /// A segment's price with its taxes, without what is collected.
    fn gross(&self, segment: usize) -> Result<Money, MoneyError> {
        let on_top = |due: &Due<'_>| !due.part.included && !due.part.matched.rule.collected;
        self.segments[segment]
            .price
            .add(self.sum(segment..segment + 1, on_top)?)
    }

    /// What is due on some segments that follow each other.
    pub(super) fn dues(&self, segments: Range<usize>) -> &[Due<'a>] {
        let begin = self.dues.partition_point(|due| due.segment < segments.start);
        let end = self.dues.partition_point(|due| due.segment < segments.end);
        &self.dues[begin..end]
    }

    /// The sum of some of that.
    pub(super) fn sum(&self, segments: Range<usize>, which: impl Fn(&Due<'a>) -> bool) -> Result<Money, MoneyError> {
        let currency = self.facts.currency;
        let due = self.dues(segments).iter().filter(|due| which(due));
        Money::sum(currency, due.map(|due| Money::new(due.amount, currency)))
    }
}
