//! Why a price is what it is, rule by rule: small enough to be made with every price, written out only when read.
//!
//! A trace holds all that the price was made from, so that it can be computed again from a book with the same knowledge,
//! and it has one canonical text, so that equal prices have equal fingerprints.

use kernel::{Currency, DiscountId, Instant, Money, PriceId, RateSheetId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ask::{CostAsk, NotPriced, PriceAsk};
use super::book::PriceBook;
use super::discounts::{DiscountBook, Off, Years};
use super::effective::{Buyer, EffectiveAsk, Pricing, effective};
use super::listed::{Listed, cost_converted};
use super::words::{List, Operation};
use crate::fx::{FxRules, Quoted};

mod text;

/// The rule a step applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The first year at the promotional price.
    PromotionalFirstYear,
    /// The first year at the first-year price.
    FirstYear,
    /// The first year at the regular price.
    RegularYear,
    /// What is charged though no year is added: a restore's fee, a transfer without a year.
    WithoutYears,
    /// Years at the renewal price in force at the purchase.
    RenewalYears,
    /// The whole term at a promotional price of its own.
    PromotionalTerm,
    /// The whole term at a price of its own, which need not be n times a year's.
    WholeTerm,
    /// ICANN's fee, per year.
    IcannFee,
    /// Privacy, per year.
    Privacy,
}

impl Rule {
    /// Stable name, as in JSON and in message keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::PromotionalFirstYear => "promotional_first_year",
            Self::FirstYear => "first_year",
            Self::RegularYear => "regular_year",
            Self::WithoutYears => "without_years",
            Self::RenewalYears => "renewal_years",
            Self::PromotionalTerm => "promotional_term",
            Self::WholeTerm => "whole_term",
            Self::IcannFee => "icann_fee",
            Self::Privacy => "privacy",
        }
    }
}

/// One rule applied: `times` the amount of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The rule.
    pub rule: Rule,
    /// The cell it took.
    pub version: PriceId,
    /// Since when that cell is in force.
    pub effective_from: Instant,
    /// The cell's amount in the list's own currency, where it was converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<i64>,
    /// The cell's amount, in minor units of the trace's currency.
    pub unit: i64,
    /// How many times.
    pub times: u8,
    /// What it made, in minor units.
    pub amount: i64,
}

/// What took something off a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reducer {
    /// A discount the buyer has.
    Discount,
    /// A coupon whose code was given.
    Coupon,
}

impl Reducer {
    /// Stable name, as in JSON and in message keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discount => "discount",
            Self::Coupon => "coupon",
        }
    }
}

/// Something was taken off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reduction {
    /// By what.
    pub kind: Reducer,
    /// By which.
    pub discount: DiscountId,
    /// Since when it has these terms.
    pub since: Instant,
    /// How much it says.
    pub off: Off,
    /// Off the whole purchase or its first year.
    pub years: Years,
    /// The rate its amount was converted at, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Quoted>,
    /// Off how much, in minor units of the trace's currency.
    pub base: i64,
    /// How much that was, in minor units; above zero.
    pub amount: i64,
}

/// What was asked beside the service, as far as it can matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedAs {
    /// Who bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// The coupon's code, as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Box<str>>,
    /// What the tenant allowed, where something was converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fx: Option<FxRules>,
}

/// What was asked and every step to the answer. The amounts of the steps, less what was taken off, make the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub(super) list: List,
    pub(super) tld: Box<str>,
    pub(super) operation: Operation,
    pub(super) years: u8,
    pub(super) with_privacy: bool,
    pub(super) currency: Currency,
    pub(super) at: Instant,
    pub(super) known_at: Instant,
    pub(super) steps: Vec<Step>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) asked: Option<AskedAs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rate: Option<Quoted>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) reductions: Vec<Reduction>,
    pub(super) total: i64,
}

impl Trace {
    /// Of a list's price, without anything taken off.
    pub(super) fn of_list(book: &PriceBook, list: List, ask: &PriceAsk<'_>, steps: Vec<Step>, listed: &Listed) -> Self {
        Self {
            list,
            tld: ask.tld.into(),
            operation: ask.operation,
            years: ask.years,
            with_privacy: false,
            currency: ask.currency,
            at: ask.at,
            known_at: book.known_at(),
            steps,
            asked: None,
            rate: listed.rate,
            reductions: Vec::new(),
            total: listed.amounts.total.minor,
        }
    }

    /// Whose price this explains.
    pub const fn list(&self) -> List {
        self.list
    }

    /// What was asked; a cost's registrar is in [`Trace::list`].
    pub fn ask(&self) -> PriceAsk<'_> {
        PriceAsk {
            tld: &self.tld,
            operation: self.operation,
            years: self.years,
            currency: self.currency,
            at: self.at,
        }
    }

    /// The moment whose knowledge the book held.
    pub const fn known_at(&self) -> Instant {
        self.known_at
    }

    /// The steps, in the order they were applied.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The total.
    pub const fn total(&self) -> Money {
        Money::new(self.total, self.currency)
    }

    /// The rate its cells were converted at, if they were.
    pub const fn rate(&self) -> Option<&Quoted> {
        self.rate.as_ref()
    }

    /// What was taken off, in the order it was.
    pub fn reductions(&self) -> &[Reduction] {
        &self.reductions
    }

    /// Who bought and with which coupon.
    pub const fn asked_as(&self) -> Option<&AskedAs> {
        self.asked.as_ref()
    }

    /// The total before anything was taken off.
    pub fn undiscounted(&self) -> Money {
        // A trace may have been read from anywhere, and no sum of it may end the process.
        let sum = self
            .steps
            .iter()
            .fold(0, |sum: i64, step| sum.saturating_add(step.amount));
        Money::new(sum, self.currency)
    }

    /// The sheets of exchange rates it used, each once.
    pub fn rate_sheets(&self) -> Vec<RateSheetId> {
        let rates = self
            .rate
            .iter()
            .chain(self.reductions.iter().filter_map(|taken| taken.rate.as_ref()));
        let mut sheets: Vec<RateSheetId> = rates
            .flat_map(|rate| rate.legs.iter().flatten())
            .map(|leg| leg.sheet)
            .collect();
        sheets.sort_unstable();
        sheets.dedup();
        sheets
    }

    /// Whether every step's amount is its unit times its number, every unit its cell's amount at the rate, the rate what its
    /// quotes make, whatever was taken off what its terms say, and all of it together the total.
    pub fn adds_up(&self) -> bool {
        let made = |step: &Step| i128::from(step.unit) * i128::from(step.times) == i128::from(step.amount);
        let rate = self.rate.as_ref();
        let converted = |step: &Step| match (rate, step.listed) {
            (None, None) => true,
            (Some(rate), Some(listed)) => {
                rate.convert(Money::new(listed, rate.from)) == Ok(Money::new(step.unit, self.currency))
            }
            _ => false,
        };
        let sum: i128 = self.steps.iter().map(|step| i128::from(step.amount)).sum();
        let Ok(mut remaining) = i64::try_from(sum) else {
            return false;
        };
        for taken in &self.reductions {
            if !taken.adds_up(remaining, self.currency) {
                return false;
            }
            remaining -= taken.amount;
        }
        self.steps.iter().all(|step| made(step) && converted(step))
            && rate.is_none_or(Quoted::adds_up)
            && remaining == self.total
    }

    /// Computes the same question again, from prices alone. With a book of the same knowledge the answer's text is the same
    /// to the byte; where it is not, either the book or the stored trace has been altered. Where something was converted or
    /// taken off, it takes [`Trace::replay_with`].
    pub fn replay(&self, book: &PriceBook) -> Result<Self, NotPriced> {
        let home = self.rate.map_or(self.currency, |rate| rate.from);
        self.replay_with(&Pricing {
            book,
            fx: None,
            home,
            discounts: DiscountBook::none(),
        })
    }

    /// Computes the same question again, for the same buyer and by the same rules, from snapshots of the same knowledge.
    pub fn replay_with(&self, pricing: &Pricing<'_>) -> Result<Self, NotPriced> {
        let asked = self.asked.as_ref();
        let rules = asked.and_then(|asked| asked.fx);
        let fx = pricing.fx.and_then(|(book, _)| Some((book, rules?)));
        let pricing = Pricing {
            fx,
            home: self.rate.map_or(pricing.home, |rate| rate.from),
            ..*pricing
        };
        let priced = match self.list {
            List::Sales => effective(
                &pricing,
                &EffectiveAsk {
                    service: self.ask(),
                    buyer: asked.and_then(|asked| asked.buyer),
                    coupon: asked.and_then(|asked| asked.coupon.as_deref()),
                },
            ),
            List::Registrar(registrar) => cost_converted(
                pricing.book,
                fx,
                &CostAsk {
                    registrar,
                    service: self.ask(),
                    with_privacy: self.with_privacy,
                },
            ),
        };
        priced.map(|priced| priced.trace)
    }

    /// The one way to write this trace down: a line for the question, a line for each step, a line for the total. A trace
    /// with a rate or with something taken off is of the second version, which has lines for these too; every other is of
    /// the first, to the byte as ever.
    pub fn canonical(&self) -> String {
        let mut line = String::with_capacity(128 + 128 * self.steps.len());
        text::write(self, &mut line).expect("writing to a string cannot fail");
        line
    }

    /// SHA-256 of the canonical text, as 64 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.canonical()))
    }
}
